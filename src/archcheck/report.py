"""The values of a report: counts, scores, issues, the gate, and everything a reporter may want.

Like those of `archcheck.model` they are immutable and free of absolute paths.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from fractions import Fraction

from msgspec import field

from archcheck.model import (
    Failure,
    Location,
    Member,
    Notice,
    Principle,
    RuleInfo,
    Severity,
    TraceStep,
)
from archcheck.record import Record

EVIDENCE_HALF = 3
"""Opportunities at which a rule speaks at half its severity: the 3 of ``n / (n + 3)``."""


def rule_weight(severity: Severity, n: int, *, whole_repository: bool) -> Fraction:
    """Return what a rule counts in its principle: ``severity * n / (n + 3)``.

    Args:
        severity: the rule's.
        n: opportunities that count; without any the rule takes no part.
        whole_repository: the rule has a small fixed number of opportunities, so that their number is no evidence.
    """
    if not n:
        return Fraction(0)
    if whole_repository:
        return Fraction(severity.weight)
    return Fraction(severity.weight * n, n + EVIDENCE_HALF)


def display(value: Fraction) -> str:
    """Return a score or gain, 0 or more, with one decimal rounded down: ``100.0`` means no violation."""
    tenths = value * 10 // 1
    return f"{tenths // 10}.{tenths % 10}"


class Status(str, enum.Enum):
    """What became of an issue."""

    OPEN = "open"
    SUPPRESSED = "suppressed"
    BASELINED = "baselined"


class Tally(Record, frozen=True):
    """The counts of one rule from which its compliance follows.

    Attributes:
        rule: the rule's code.
        opportunities: places where it applies now.
        violations: of these, the places that violate it.
        suppressed: violating places left out because they are suppressed with a reason.
        advice: lesser cases, shown and left out.
        recorded: opportunities that the committed baseline recorded; 0 without one.
    """

    rule: str
    opportunities: int = 0
    violations: int = 0
    suppressed: int = 0
    advice: int = 0
    recorded: int = 0

    @property
    def n(self) -> int:
        """Opportunities that count: the larger of now and recorded."""
        return max(self.opportunities, self.recorded)

    @property
    def compliance(self) -> Fraction | None:
        """Share of the opportunities that comply, or None when there is none."""
        return 1 - Fraction(self.violations, self.n) if self.n else None


class Issue(Record, frozen=True):
    """A violation (or several of one group) as people see it.

    Attributes:
        rule: the rule's code.
        severity: of this case.
        location: of the first place.
        message: what is wrong.
        advice: true for a lesser case that costs nothing.
        status: open, suppressed or baselined.
        reason: why it is suppressed.
        places: how many violating places it stands for in the tally.
        gain: the score with it alone mended, minus the score.
        fingerprint: stable under line shifts; 16 hexadecimal digits.
        member: root of the member it belongs to, ``""`` for the repository's own.
        trace: chain, or the places of a group.
    """

    rule: str
    severity: Severity
    location: Location
    message: str
    advice: bool = False
    status: Status = Status.OPEN
    reason: str = ""
    places: int = 1
    gain: Fraction = Fraction(0)
    fingerprint: str = ""
    member: str = ""
    trace: tuple[TraceStep, ...] = ()


class PrincipleScore(Record, frozen=True):
    """The score of one principle.

    Attributes:
        score: 0 to 100, or None for no evidence.
        opportunities: the places it rests on.
        violations: of these.
        rules: how many rules fit the project's kinds.
        rules_with_evidence: of these, how many had an opportunity.
        weight: of the principle in the mean.
    """

    principle: Principle
    score: Fraction | None
    opportunities: int
    violations: int
    rules: int
    rules_with_evidence: int
    weight: Fraction = Fraction(1)
    ticked: bool = False

    @property
    def thin(self) -> bool:
        """Few opportunities, or most rules without one."""
        return self.score is not None and (
            self.opportunities < 5 or 2 * self.rules_with_evidence < self.rules
        )


class Score(Record, frozen=True):
    """A score with everything it is made of; None means that no principle has evidence."""

    value: Fraction | None
    principles: tuple[PrincipleScore, ...] = ()
    grade: str = ""
    grade_reason: str = ""


class Condition(Record, frozen=True):
    """One condition of the gate."""

    name: str
    passed: bool
    message: str
    hint: str = ""


class Gate(Record, frozen=True):
    """The verdict a build acts on."""

    exit_code: int
    conditions: tuple[Condition, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the build may go on."""
        return self.exit_code == 0


class MemberReport(Record, frozen=True):
    """A member with its own scores."""

    member: Member
    score: Score
    strict: Fraction | None


class LayerReport(Record, frozen=True):
    """A layer of the project.

    Attributes:
        name: as declared, or as its preset has it.
        modules: in it, sorted.
        containers: packages in which the stack stands; ``""`` for the top.
        preset: that the stack follows, ``""`` for an order of the project's own.
        confidence: ``high`` or ``medium`` for a stack that was detected, ``""`` for one that was declared.
        evidence: why it was detected, one line a container.
    """

    name: str
    modules: tuple[str, ...]
    containers: tuple[str, ...] = ("",)
    preset: str = ""
    confidence: str = ""
    evidence: tuple[str, ...] = ()


class Statistics(Record, frozen=True):
    """How a run went; the only part of a report that depends on the clock.

    Attributes:
        files: Python files analysed.
        lines: theirs.
        seconds: the whole run's.
        cache_hits: files that were not analysed anew.
        processes: how many the analysis took.
        rule_seconds: rule codes with what each rule took, the dearest first; empty unless asked for.
    """

    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    cache_hits: int = 0
    processes: int = 1
    rule_seconds: tuple[tuple[str, float], ...] = ()


class Practice(Record, frozen=True):
    """Good practice that the project shows; told, never scored.

    Attributes:
        principle: that it serves.
        title: what it is, as a short noun phrase.
        name: what shows it: a qualified name, a file, a command.
        location: the first place; line 0 for a file as a whole.
    """

    principle: Principle
    title: str
    name: str
    location: Location


class Report(Record, frozen=True):
    """Everything a reporter may want.

    Attributes:
        complete: false when something could not be judged: the score is then not to be trusted.
        layers: declared or detected ones, one stack after another, each with its highest layer first.
        strict: the score with all suppressions, ignores, excludes and deselections lifted.
        standard_score: the score under the edition's own weights and the full selection.
        customised: weights, severities or the selection differ from the edition's.
        fix_first: rule codes with the gain of mending all their issues, best first.
        evidence: rules with an opportunity, and rules that fit.
        practices: what the project does well, in the principles' order.
    """

    archcheck_version: str
    edition: str
    project: Member
    members: tuple[MemberReport, ...]
    layers: tuple[LayerReport, ...]
    score: Score
    strict: Fraction | None
    standard_score: Fraction | None
    customised: bool
    evidence: tuple[int, int]
    rules: tuple[RuleInfo, ...]
    tallies: Mapping[str, Tally]
    issues: tuple[Issue, ...]
    fix_first: tuple[tuple[str, Fraction], ...]
    failures: tuple[Failure, ...]
    notices: tuple[Notice, ...]
    gate: Gate
    practices: tuple[Practice, ...] = ()
    statistics: Statistics = field(default_factory=Statistics)

    @property
    def complete(self) -> bool:
        """Whether everything could be judged."""
        return self.gate.exit_code != 2
