"""Assemble: from verdicts to the report, with its scores, its gate and what there is to say besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from archcheck import __version__
from archcheck.analysis.practices.shown import practices
from archcheck.analysis.project import Project
from archcheck.config.settings import Settings
from archcheck.engine import score as scoring
from archcheck.engine.gate import GateInput, Thresholds, judge_gate
from archcheck.engine.judge import Tallies, Verdicts
from archcheck.engine.layer_notices import (
    stale_permissions,
    uncovered_packages,
    unmatched_layers,
)
from archcheck.engine.plan import Plan
from archcheck.engine.sources import WHEEL_METADATA, Target, metadata_path
from archcheck.model import Failure, Kind, Location, Member, Notice
from archcheck.report import LayerReport, MemberReport, Practice, Report, Statistics, Tally


def assemble(
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
    """Put the report together.

    Args:
        settings: the configuration in force.
        plan: the rules and what the settings make of them.
        target: what discovery found.
        project: the target as a whole.
        verdicts: issues, and tallies for the configured, the standard and the strict score.
        lifted_members: the members with every exclude lifted, for the strict score.
        failures: what could not be judged.
        notices: what is worth knowing.
        stale: suppressions and permissions that match nothing.
        statistics: of the run.
    """
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
            python_files=sum(not source.excluded for source in target.sources),
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
        practices=tuple(
            Practice(sign.principle, sign.title, sign.name, Location(sign.path, sign.line, 0))
            for sign in practices(project)
        ),
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


def _unpacked(project: Project) -> list[Notice]:
    if not project.unpacked:
        return []
    path = metadata_path(project.files)
    if path == "PKG-INFO":
        what = "an unpacked source archive"
    else:
        what = "an unpacked wheel" if path.endswith(WHEEL_METADATA) else "an installed distribution"
    return [
        Notice(
            "unpacked-archive",
            path,
            0,
            f"{what}: tests, CI and lock files may have been left out of it",
            "check the repository itself for rules about them to speak",
        )
    ]
