"""Resolve: from the results of the files to the project, and from pending verdicts to outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from archcheck.analysis.answers import answer, evidence
from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.imports.contracts import Contracts, ImportReader, check_contracts
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.kinds import detect
from archcheck.analysis.layers.assignment import LayerPlan, Layers
from archcheck.analysis.layers.detection import detect_layers
from archcheck.analysis.manifests import Manifests, Repository, read_members
from archcheck.analysis.names.linker import Linker
from archcheck.analysis.names.packages import Packages
from archcheck.analysis.project import Project
from archcheck.engine.aliased_calls import aliased_calls
from archcheck.engine.analyse import ModuleResult, crash_failure
from archcheck.engine.discover import holds_data
from archcheck.engine.dispatch import Dispatch, RuleCrash
from archcheck.engine.sources import Target
from archcheck.model import Failure, Kind, Member, Outcome, TraceStep, Verdict
from archcheck.rule import Judgement, ModuleRule, Pending, ProjectRule, Rule


def build_project(
    root: Path,
    target: Target,
    results: Sequence[ModuleResult],
    *,
    kinds: Mapping[str, frozenset[Kind] | None],
    plan: LayerPlan | None,
    opened: set[str] | None = None,
) -> Project:
    """Put the facts of all files together.

    Args:
        root: the repository's folder.
        target: what discovery found.
        results: of every file.
        kinds: declared kinds by member root; None or missing means detected.
        plan: declared layers; None means detected, unless the project keeps contracts of its own.
        opened: receives the path of every file that is opened here.
    """
    manifests = read_members(root, target.members, target.files, opened)
    read = [result for result in results if result.facts is not None]
    linker = _linker(read)
    facts: list[ModuleFacts] = []
    by_member: dict[str, list[ModuleFacts]] = {member: [] for member in target.members}
    for result in read:
        if result.facts is not None and not result.source.excluded:
            facts.append(_with_settled_marks(result.facts, linker, target.packages))
            by_member[result.source.member].append(facts[-1])
    modules: dict[str, ModuleFacts] = {}
    for module in facts:
        if module.name:
            modules.setdefault(module.name, module)
    graph = ImportGraph(modules)
    members = [
        _member(member, manifests[member], by_member[member], kinds.get(member), graph)
        for member in target.members
    ]
    contracts = _contracts(root, target, results, opened)
    return Project(
        members=members,
        files=target.files,
        facts=facts,
        manifests=manifests,
        linker=linker,
        graph=graph,
        layers=_layers(plan, graph, contracts),
        contracts=contracts,
        unpacked=target.unpacked,
        unread={
            result.source.path: result.source.role
            for result in results
            if result.facts is None and not result.source.excluded
        },
        copies=frozenset(target.packages.copies.values()),
        repository=Repository(root, target.files, opened),
    )


def _linker(results: Iterable[ModuleResult]) -> Linker:
    """What follows names through all modules; one that is excluded gives way to another of its name."""
    known: dict[str, ModuleFacts] = {}
    for result in sorted(results, key=lambda result: result.source.excluded):
        if result.facts is not None and result.facts.name:
            known.setdefault(result.facts.name, result.facts)
    return Linker(known)


def _with_settled_marks(module: ModuleFacts, linker: Linker, packages: Packages) -> ModuleFacts:
    """The facts with what another module means by the name of a mark of the project's kind."""
    if not any(packages.provide(mark.name) for mark in module.constructs):
        return module
    marks = [replace(mark, name=linker.lookup(mark.name)) for mark in module.constructs]
    return replace(module, constructs=tuple(marks))


def _layers(plan: LayerPlan | None, graph: ImportGraph, contracts: Contracts) -> Layers | None:
    """The declared layers, else those that are recognised in a project that says nothing of its own."""
    if plan is not None:
        return Layers(plan, graph.modules)
    detected = () if contracts.verdicts else detect_layers(graph)
    return Layers(detected, graph.modules) if detected else None


def _contracts(
    root: Path, target: Target, results: Iterable[ModuleResult], opened: set[str] | None
) -> Contracts:
    """Check the import contracts of every member, and of other folders that keep some."""
    folders = {path.rpartition("/")[0] for path in target.files if _is_contract_file(path)}
    facts = {result.source.path: result.facts for result in results if result.facts is not None}
    return check_contracts(
        Repository(root, target.files, opened),
        target.files,
        {*target.members, *(folder for folder in folders if not holds_data(folder))},
        target.source_roots,
        ImportReader(root, facts),
        unpacked=target.unpacked,
    )


def _is_contract_file(path: str) -> bool:
    return path.rpartition("/")[2] == ".importlinter"


def _member(
    root: str,
    manifests: Manifests,
    facts: Iterable[ModuleFacts],
    declared: frozenset[Kind] | None,
    graph: ImportGraph,
) -> Member:
    name = manifests.name or root.rpartition("/")[2]
    if declared is None:
        kinds, evidence = detect(facts, manifests, graph)
        return Member(name, root, kinds, evidence)
    kinds = declared | {Kind.DEPLOYABLE} if declared & {Kind.SERVICE, Kind.WORKER} else declared
    return Member(
        name, root, kinds, tuple(f"{kind.value}: declared" for kind in sorted(kinds, key=str))
    )


def settle(
    results: Iterable[ModuleResult], project: Project, dispatch: Dispatch
) -> tuple[list[Outcome], list[Failure]]:
    """All outcomes of the files, with the pending ones answered and the deferred calls judged."""
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    aliased = aliased_calls(project, dispatch)
    for result in results:
        failures.extend(result.failures)
        if result.source.excluded:
            continue  # the program as it is asked about here is one without this file
        judgements: list[Judgement] = list(result.judgements)
        deferred = result.facts.deferred_calls if result.facts else ()
        for site in (*deferred, *aliased.get(result.source.path, ())):
            targets = project.callees(site.target)
            if site.target in targets or not targets:
                continue
            customised = result.facts.customised if result.facts else ()
            for verdict in dispatch.judge_deferred(site, targets, customised):
                if isinstance(verdict, RuleCrash):
                    failures.append(crash_failure(verdict, result.source.path))
                else:
                    judgements.append(verdict)
        for judgement in judgements:
            outcome = _answered(judgement, project)
            if outcome is not None:
                outcomes.append(outcome)
    return outcomes, failures


def _answered(judgement: Judgement | None, project: Project) -> Outcome | None:
    """The verdict at the end of all questions; what showed the answers leads to it in its trace."""
    shown: list[TraceStep] = []
    while isinstance(judgement, Pending):
        query = judgement.query
        known = answer(query, project)
        if known is None:
            judgement = judgement.unknown
        else:
            judgement = judgement.then if known else judgement.otherwise
        if known:
            shown.extend(evidence(query, project))
    if judgement is None or judgement.verdict is not Verdict.VIOLATES or not shown:
        return judgement
    return replace(judgement, trace=(*shown, *judgement.trace))


def judge_project(rules: Iterable[Rule], project: Project) -> tuple[list[Outcome], list[Failure]]:
    """The outcomes of the project rules, and what module rules say of files that are no Python."""
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    for rule in rules:
        if isinstance(rule, (ProjectRule, ModuleRule)):
            judge = rule.judge if isinstance(rule, ProjectRule) else rule.judge_texts
            try:
                outcomes.extend(judge(project))
            except Exception as error:  # noqa: BLE001 - a rule's defect must not end the run
                crash = RuleCrash(rule.code, 0, f"{type(error).__name__}: {error}"[:200])
                failures.append(crash_failure(crash, ""))
    return outcomes, failures
