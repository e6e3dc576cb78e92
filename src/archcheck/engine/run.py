"""The whole run, stage by stage."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pathspec import GitIgnoreSpec

from archcheck import __version__
from archcheck.analysis.project import Project
from archcheck.config.settings import Settings
from archcheck.engine import score as scoring
from archcheck.engine.analyse import ModuleResult
from archcheck.engine.discover import discover, find_members
from archcheck.engine.dispatch import Dispatch
from archcheck.engine.garbage import without_collections
from archcheck.engine.gate import GateInput, Thresholds, judge_gate
from archcheck.engine.import_notices import unresolved
from archcheck.engine.judge import Judge, Settled, Tallies, Verdicts
from archcheck.engine.layer_notices import (
    stale_permissions,
    uncovered_packages,
    unmatched_layers,
)
from archcheck.engine.memory import Execution, Memory
from archcheck.engine.parallel import Crew
from archcheck.engine.resolve import build_project, judge_project, settle
from archcheck.engine.sources import Target
from archcheck.engine.standing import Ignore, Silencer
from archcheck.engine.surroundings import canonical, surroundings
from archcheck.engine.walk import Walk
from archcheck.model import Failure, Kind, Member, Notice, Principle, Role, RuleInfo, Severity
from archcheck.report import LayerReport, MemberReport, Report, Statistics, Tally
from archcheck.rule import Rule

_LENIENT_ROLES = frozenset({Role.TEST, Role.DOCS})


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings mean for the rules that are there.

    Attributes:
        rules: every rule, with its options.
        infos: what they say of themselves, by code.
        selected: codes whose issues are shown and scored, unless a member says otherwise.
        severities: overrides by code.
        weights: of principles, where they differ from 1.
        unmatched: selectors that mean no rule.
    """

    rules: tuple[Rule, ...]
    infos: Mapping[str, RuleInfo]
    selected: frozenset[str]
    severities: Mapping[str, Severity]
    weights: Mapping[Principle, Fraction]
    unmatched: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """What a member with a configuration of its own decides for itself."""

    settings: Settings
    selected: frozenset[str]


MemberPlans = Callable[[str], MemberPlan | None]
"""From a member's root to its own plan; None when the repository's applies."""


def run(
    root: Path,
    settings: Settings,
    plan: Plan,
    member_plans: MemberPlans,
    *,
    today: dt.date | None = None,
    execution: Execution | None = None,
) -> Report:
    """Check the repository at ``root``.

    Args:
        root: an existing folder.
        settings: the configuration in force.
        plan: the rules and what the settings make of them.
        member_plans: asked once for each member but the root.
        today: for suppressions with an end date; the current day by default.
        execution: processes and cache; by default one process and no cache.
    """
    started = time.perf_counter()
    day = today or dt.datetime.now(dt.timezone.utc).date()
    execution = execution or Execution()
    walk = execution.walk or Walk(root)
    members = {
        member: own
        for member in find_members(walk.files)
        if member and (own := member_plans(member)) is not None
    }
    memory = Memory(root, execution)
    with without_collections():
        report = memory.recall(_conditions(root, walk, settings, plan, members), day.isoformat())
        if report is not None:
            taken = _taken(report.statistics, started, report.statistics.files, 1)
            return replace(report, statistics=taken)
        report, is_dated = _run(root, settings, plan, members, walk, day, memory)
        memory.keep(report, walk.files, day.isoformat() if is_dated else "")
    taken = _taken(report.statistics, started, memory.hits, memory.processes)
    return replace(report, statistics=taken)


def _conditions(
    root: Path,
    walk: Walk,
    settings: Settings,
    plan: Plan,
    members: Mapping[str, MemberPlan],
) -> Iterator[str]:
    """Everything that a report depends on but the contents of files, each as a text."""
    yield surroundings(plan.rules)
    yield canonical(settings.judging())
    yield canonical({member: own.settings.judging() for member, own in members.items()})
    yield "\n".join(walk.files)
    yield repr(walk.notices)
    yield str((root / ".git").exists())


def _run(
    root: Path,
    settings: Settings,
    plan: Plan,
    members: Mapping[str, MemberPlan],
    walk: Walk,
    day: dt.date,
    memory: Memory,
) -> tuple[Report, bool]:
    """The report, and whether it may be another one tomorrow."""
    target = discover(root, exclude=settings.exclude, source_roots=settings.source_roots, walk=walk)
    target = _with_member_excludes(target, members)
    crew = Crew(root, plan.rules, target.packages)
    results = memory.results(crew, target.sources)
    dispatch = Dispatch(plan.rules, target.packages)
    kinds = {
        member: members[member].settings.kinds if member in members else settings.kinds
        for member in target.members
    }
    layers = settings.layers.plan() if settings.layers is not None else None

    def settled(analysed: Sequence[ModuleResult]) -> tuple[Settled, list[Failure]]:
        project = build_project(
            root, target, analysed, kinds=kinds, plan=layers, opened=memory.opened
        )
        outcomes, failures = settle(analysed, project, dispatch)
        more, crashes = judge_project(plan.rules, project)
        return Settled(project, (*outcomes, *more)), [*failures, *crashes]

    shown, failures = settled(results)
    project, lifted = shown.project, shown
    if any(source.excluded for source in target.sources):
        # What an excluded file defines decides about others too: only a program with it is a strict one.
        lifted, _ = settled(
            [replace(result, source=replace(result.source, excluded=False)) for result in results]
        )
    silencer = Silencer(
        (item for result in results for item in result.suppressions),
        [
            *(Ignore(*entry) for entry in settings.ignores()),
            *(
                Ignore(*entry, base=member)
                for member, own in members.items()
                for entry in own.settings.ignores()
            ),
        ],
        plan.infos,
        day,
    )
    judge = Judge(
        plan.rules,
        plan.infos,
        severities=plan.severities,
        selected={
            member: members[member].selected if member in members else plan.selected
            for member in target.members
        },
        excluded=frozenset(source.path for source in target.sources if source.excluded),
        silencer=silencer,
    )
    verdicts = judge.judge(shown, lifted)
    manifest_failures = [item for found in project.manifests.values() for item in found.failures]
    fatal, lenient = _sort_failures(
        [*failures, *manifest_failures, *project.contracts.failures], target
    )
    report = _report(
        settings,
        plan,
        target,
        project,
        verdicts,
        lifted_members=lifted.project.members,
        failures=fatal,
        notices=[
            *target.notices,
            *lenient,
            *_skipped(target),
            *project.contracts.notices,
            *unresolved(target, project),
        ],
        stale=silencer.stale(),
        statistics=Statistics(
            files=len(results),
            lines=sum(result.facts.lines for result in results if result.facts is not None),
        ),
    )
    return report, any(item.until for result in results for item in result.suppressions)


def _with_member_excludes(target: Target, members: Mapping[str, MemberPlan]) -> Target:
    """The target with the files left out that a member excludes, by patterns relative to its root."""
    if not any(own.settings.exclude for own in members.values()):
        return target
    specs = {
        member: GitIgnoreSpec.from_lines(own.settings.exclude) for member, own in members.items()
    }
    sources = tuple(
        replace(source, excluded=True)
        if source.member in specs
        and specs[source.member].match_file(source.path[len(source.member) + 1 :])
        else source
        for source in target.sources
    )
    return replace(target, sources=sources)


def _sort_failures(
    failures: Sequence[Failure], target: Target
) -> tuple[tuple[Failure, ...], list[Notice]]:
    """Failures that end in exit 2, and those of tests, examples and templates, which are notices."""
    sources = {source.path: source for source in target.sources}
    fatal: list[Failure] = []
    notices: list[Notice] = []
    for failure in sorted(set(failures), key=lambda item: (item.path, item.line, item.message)):
        source = sources.get(failure.path)
        lenient = source is not None and (source.role in _LENIENT_ROLES or source.excluded)
        template = "template" in failure.path.lower()
        if failure.kind != "crashed-rule" and (lenient or template):
            notices.append(
                Notice(failure.kind, failure.path, failure.line, failure.message, failure.hint)
            )
        else:
            fatal.append(failure)
    return tuple(fatal), notices


def _taken(counted: Statistics, started: float, hits: int, processes: int) -> Statistics:
    return replace(
        counted, seconds=time.perf_counter() - started, cache_hits=hits, processes=processes
    )


def _report(
    settings: Settings,
    plan: Plan,
    target: Target,
    project: Project,
    verdicts: Verdicts,
    *,
    lifted_members: Sequence[Member],
    failures: tuple[Failure, ...],
    notices: Sequence[Notice],
    stale: Sequence[Notice],
    statistics: Statistics,
) -> Report:
    infos = tuple(plan.infos.values())
    kinds = _kinds(project.members)
    standard_scale = scoring.Scale.of(infos, kinds)
    scale = _scale(plan, kinds)
    tallies = scoring.pool(verdicts.configured.values())
    open_errors = scoring.rules_with_open_error(verdicts.issues, scale)
    score = scoring.score(tallies, scale, open_errors)
    strict = scoring.score(
        scoring.pool(verdicts.strict.values()), _strict_scale(plan, _kinds(lifted_members))
    ).value
    customised = scale != standard_scale
    standard = score.value
    if customised:
        standard = scoring.score(scoring.pool(verdicts.standard.values()), standard_scale).value
    issues = scoring.with_gains(verdicts.issues, tallies, scale)
    declared = project.layers if settings.layers is not None else None
    unmatched = [*plan.unmatched]
    if settings.layers is not None and declared is not None:
        unmatched += unmatched_layers(settings.layers, declared)
        stale = [*stale, *stale_permissions(declared)]
        notices = [*notices, *uncovered_packages(declared)]
    gate = judge_gate(
        GateInput(
            python_files=len(target.sources),
            first_party_imports=len(project.graph.edges),
            layers_declared=declared is not None,
            failures=failures,
            unmatched=tuple(unmatched),
            stale=tuple(stale),
            # What is in preview decides nothing.
            issues=tuple(issue for issue in issues if not plan.infos[issue.rule].preview),
            score=score,
            strict=strict,
            tallies=tallies,
            scale=scale,
            thresholds=Thresholds(
                Fraction(settings.fail_under),
                None
                if settings.fail_under_strict is None
                else Fraction(settings.fail_under_strict),
                settings.principle_thresholds(),
            ),
            fail_on=settings.fails_on(),
            ci=settings.ci,
        )
    )
    return Report(
        archcheck_version=__version__,
        edition=settings.edition,
        project=_whole(project),
        members=tuple(
            _member_report(member, lifted.kinds, verdicts, plan)
            for member, lifted in zip(project.members, lifted_members, strict=True)
        ),
        layers=_layers(project),
        score=score,
        strict=strict,
        standard_score=standard,
        customised=customised,
        evidence=(
            sum(1 for code in scale.rules if code in tallies and tallies[code].n),
            len(scale.rules),
        ),
        rules=tuple(
            replace(info, severity=plan.severities.get(info.code, info.severity)) for info in infos
        ),
        tallies=tallies,
        issues=issues,
        fix_first=scoring.fix_first(tallies, scale),
        failures=failures,
        notices=tuple(
            sorted(
                [*notices, *stale, *unmatched, *_unpacked(project)],
                key=lambda item: (item.kind, item.path, item.line, item.message),
            )
        ),
        gate=gate,
        statistics=statistics,
    )


def _scale(plan: Plan, kinds: frozenset[Kind]) -> scoring.Scale:
    return scoring.Scale.of(
        plan.infos.values(),
        kinds,
        selected=plan.selected,
        severities=plan.severities,
        weights=plan.weights,
    )


def _strict_scale(plan: Plan, kinds: frozenset[Kind]) -> scoring.Scale:
    """The project's own severities and weights, with every deselected rule back in."""
    return scoring.Scale.of(
        plan.infos.values(), kinds, severities=plan.severities, weights=plan.weights
    )


def _kinds(members: Iterable[Member]) -> frozenset[Kind]:
    return frozenset(kind for member in members for kind in member.kinds)


def _member_report(
    member: Member, lifted_kinds: frozenset[Kind], verdicts: Verdicts, plan: Plan
) -> MemberReport:
    scale = _scale(plan, member.kinds)
    issues = [issue for issue in verdicts.issues if issue.member == member.root]
    score = scoring.score(
        _of(verdicts.configured, member), scale, scoring.rules_with_open_error(issues, scale)
    )
    strict = scoring.score(_of(verdicts.strict, member), _strict_scale(plan, lifted_kinds)).value
    return MemberReport(member, score, strict)


def _of(tallies: Tallies, member: Member) -> dict[str, Tally]:
    return dict(tallies.get(member.root, {}))


def _whole(project: Project) -> Member:
    """The repository as one: its root member's name and the kinds of all members."""
    if len(project.members) == 1:
        return project.members[0]
    evidence = tuple(
        f"{member.root or '.'}: {line}"
        for member in project.members
        for line in member.kinds_evidence
    )
    return Member(project.members[0].name, "", _kinds(project.members), evidence)


def _layers(project: Project) -> tuple[LayerReport, ...]:
    """Every layer with its modules, the stacks one after another, each with its highest layer first."""
    layers = project.layers
    if layers is None:
        return ()
    return tuple(
        LayerReport(
            name=layer.name,
            modules=layers.modules_in(plan, layer.name),
            containers=containers,
            preset=plan.preset,
            confidence=plan.confidence,
            evidence=plan.evidence,
        )
        for plan, containers in zip(layers.plans, layers.containers, strict=True)
        for layer in plan.layers()
    )


def _skipped(target: Target) -> list[Notice]:
    """One notice for each file that is nobody's to mend here."""
    return [
        Notice("skipped-file", path, 0, "vendored or generated: never judged")
        for path in target.skipped
    ]


def _unpacked(project: Project) -> list[Notice]:
    if not project.unpacked:
        return []
    return [
        Notice(
            "unpacked-archive",
            "PKG-INFO",
            0,
            "an unpacked source archive: tests, CI and lock files may have been left out of it",
            "check the repository itself for rules about them to speak",
        )
    ]
