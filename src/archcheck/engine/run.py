"""The whole run, stage by stage."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace
from pathspec import GitIgnoreSpec

from archcheck.analysis.project import Project
from archcheck.config.settings import Settings
from archcheck.engine.analyse import ModuleResult
from archcheck.engine.assemble import assemble
from archcheck.engine.beside import project_verdicts
from archcheck.engine.discover import discover, find_members
from archcheck.engine.dispatch import Dispatch
from archcheck.engine.garbage import without_collections
from archcheck.engine.import_notices import unresolved
from archcheck.engine.judge import Judge, Settled
from archcheck.engine.memory import Execution, Memory
from archcheck.engine.parallel import Crew
from archcheck.engine.plan import MemberPlan, MemberPlans, Plan, in_use
from archcheck.engine.resolve import build_project, settle
from archcheck.engine.rule_costs import RuleClock
from archcheck.engine.sources import Target
from archcheck.engine.standing import Ignore, Silencer
from archcheck.engine.surroundings import canonical, surroundings
from archcheck.engine.walk import Walk
from archcheck.model import Failure, Notice, Role
from archcheck.report import Report, Statistics

_LENIENT_ROLES = frozenset({Role.TEST, Role.DOCS})


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
    plan = in_use(plan, (settings, *(own.settings for own in members.values())))
    clock = RuleClock(plan.rules) if execution.time_rules else None
    if clock is not None:
        execution = replace(execution, jobs=1, store=None)
    memory = Memory(root, execution)
    with without_collections():
        report = memory.recall(_conditions(root, walk, settings, plan, members), day.isoformat())
        if report is not None:
            taken = _taken(report.statistics, started, report.statistics.files, 1)
            return replace(report, statistics=taken)
        report, is_dated = _run(root, settings, plan, members, walk, day, memory)
        memory.keep(report, walk.files, day.isoformat() if is_dated else "")
    taken = _taken(report.statistics, started, memory.hits, memory.processes)
    if clock is not None:
        taken = replace(taken, rule_seconds=clock.costs())
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
        verdicts = project_verdicts(plan.rules, project, memory.jobs, memory.opened)
        outcomes, failures = settle(analysed, project, dispatch)
        more, crashes = verdicts()
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
        unasked=frozenset(plan.infos) - {rule.code for rule in plan.rules},
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
    report = assemble(
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
            *_missing_includes(target, project),
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


def _missing_includes(target: Target, project: Project) -> Iterator[Notice]:
    """Requirements files that are not there; archives have lost many."""
    if not target.unpacked:
        for found in project.manifests.values():
            yield from found.notices


def _skipped(target: Target) -> list[Notice]:
    """One notice for each file that is nobody's to mend here."""
    return [
        Notice("skipped-file", path, 0, "vendored or generated: never judged")
        for path in target.skipped
    ]
