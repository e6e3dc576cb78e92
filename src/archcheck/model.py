"""The values that pass between the stages: what a rule says, what a report holds.

Everything here is immutable, made of the standard library only, and free of absolute paths, so that results
can be cached, compared and handed between processes.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


class Principle(enum.Enum):
    """One of the twelve principles of the Meta-Architecture v1.0.0, in its order."""

    LAYERED_ARCHITECTURE = (1, "layered-architecture", "Layered architecture")
    DEPENDENCY_MANAGEMENT = (2, "dependency-management", "Explicit dependency management")
    GRACEFUL_DEGRADATION = (3, "graceful-degradation", "Graceful degradation")
    INPUT_VALIDATION = (4, "input-validation", "Comprehensive input validation")
    ERROR_HANDLING = (5, "error-handling", "Standardized error handling")
    CONFIGURATION = (6, "configuration", "Hierarchical configuration")
    OBSERVABILITY = (7, "observability", "Observable behaviour")
    TESTING = (8, "testing", "Automated testing")
    SECURITY = (9, "security", "Security by design")
    RESOURCE_LIFECYCLE = (10, "resource-lifecycle", "Resource lifecycle management")
    PERFORMANCE = (11, "performance", "Performance patterns")
    EVOLUTION = (12, "evolution", "Evolutionary design")

    def __init__(self, number: int, slug: str, title: str) -> None:
        self.number = number
        self.slug = slug
        self.title = title

    @classmethod
    def of_code(cls, code: str) -> Principle:
        """Return the principle of a rule code such as ``ARC0301``.

        Raises:
            ValueError: the two digits after the prefix name no principle.
        """
        wanted = int(code[3:5])
        for principle in cls:
            if principle.number == wanted:
                return principle
        raise ValueError(f"{code} names no principle")


class Severity(str, enum.Enum):
    """What a violation costs; the order is that of the enum, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """The factor of a rule in its principle (scoring, edition 2026.1)."""
        return {"error": 5, "warning": 3, "info": 1}[self.value]

    def at_least(self, other: Severity) -> bool:
        """Whether this severity is ``other`` or worse."""
        return self.weight >= other.weight


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


class Confidence(str, enum.Enum):
    """How sure a rule is that its finding is right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Kind(str, enum.Enum):
    """What a project is; a project can be several at once."""

    SERVICE = "service"
    WORKER = "worker"
    CLI = "cli"
    LIBRARY = "library"
    DEPLOYABLE = "deployable"


class Role(str, enum.Enum):
    """What a file is for; decides which rules look at it."""

    VENDORED = "vendored"
    GENERATED = "generated"
    TEST = "test"
    DOCS = "docs"
    MIGRATION = "migration"
    SCRIPT = "script"
    CLI = "cli"
    ENTRYPOINT = "entrypoint"
    CONFIG = "config"
    RUNTIME = "runtime"


RUNTIME_ROLES = frozenset({Role.RUNTIME, Role.CONFIG, Role.CLI, Role.ENTRYPOINT})
"""The roles that a rule looks at unless it says otherwise."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. Lines and columns count from 1; line 0 means the file as a whole."""

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of an import or call chain that explains a finding."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an opportunity stands, in a form that survives edits elsewhere in the file.

    Attributes:
        location: the node's span.
        scope: qualified name of the enclosing function or class inside its module, ``""`` at module level.
        subject: normalised source of the node (never a secret's value): the heart of the fingerprint.
        statement_line: first line of the statement around the node, where a suppression comment may stand.
    """

    location: Location
    scope: str = ""
    subject: str = ""
    statement_line: int = 0


class Verdict(str, enum.Enum):
    """What a rule says of one opportunity."""

    COMPLIES = "complies"
    VIOLATES = "violates"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule's verdict on one opportunity.

    Attributes:
        rule: the rule's code.
        verdict: complies or violates.
        place: where.
        message: what is wrong there, for a violation.
        advice: a lesser case: shown, costs nothing, leaves violations and opportunities.
        severity: the case's own severity for ``fail-on`` where it differs from the rule's.
        group: places with the same non-empty key are one issue.
        trace: the chain that explains it.
    """

    rule: str
    verdict: Verdict
    place: Place
    message: str = ""
    advice: bool = False
    severity: Severity | None = None
    group: str = ""
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that silences rules.

    Attributes:
        path: file it stands in.
        line: its own line.
        codes: rule codes, names or prefixes as written (for a peer: the peer's codes; empty means all).
        reason: text after the bracket; ``""`` when none was given.
        until: ISO date after which it no longer counts; ``""`` for none.
        whole_file: ``ignore-file``.
        peer: ``""`` for ours, else the neighbouring tool's spelling (``noqa``, ``nosec``, ``pylint``).
    """

    path: str
    line: int
    codes: tuple[str, ...]
    reason: str = ""
    until: str = ""
    whole_file: bool = False
    peer: str = ""


class Status(str, enum.Enum):
    """What became of an issue."""

    OPEN = "open"
    SUPPRESSED = "suppressed"
    BASELINED = "baselined"


@dataclass(frozen=True, slots=True)
class Tally:
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


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What a report says of a rule; plain data, so that reporters need not see rules."""

    code: str
    name: str
    principle: Principle
    severity: Severity
    confidence: Confidence
    summary: str
    explanation: str
    noun: str
    advice: str
    seed: str
    kinds: tuple[Kind, ...]
    roles: tuple[Role, ...]
    waived_by: tuple[str, ...] = ()
    scope: str = "module"
    whole_repository: bool = False
    zero_tolerance: bool = False
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
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


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, rule or input that could not be judged; makes the report incomplete."""

    kind: str
    path: str
    line: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth knowing that is no violation: a suppression that matched nothing, a skipped link."""

    kind: str
    path: str
    line: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PrincipleScore:
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


@dataclass(frozen=True, slots=True)
class Score:
    """A score with everything it is made of; None means that no principle has evidence."""

    value: Fraction | None
    principles: tuple[PrincipleScore, ...] = ()
    grade: str = ""
    grade_reason: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the gate."""

    name: str
    passed: bool
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict a build acts on."""

    exit_code: int
    conditions: tuple[Condition, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the build may go on."""
        return self.exit_code == 0


@dataclass(frozen=True, slots=True)
class Member:
    """One project of the repository: the folder of a manifest.

    Attributes:
        name: distribution name, or the folder's.
        root: posix path relative to the repository's root, ``""`` for the root itself.
        kinds: what it is.
        kinds_evidence: one line a kind that says why.
    """

    name: str
    root: str
    kinds: frozenset[Kind]
    kinds_evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberReport:
    """A member with its own scores."""

    member: Member
    score: Score
    strict: Fraction | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """How a run went; the only part of a report that depends on the clock."""

    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    cache_hits: int = 0
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a reporter may want.

    Attributes:
        complete: false when something could not be judged: the score is then not to be trusted.
        layers: layer name and the modules or packages in it, highest layer first.
        strict: the score with all suppressions, ignores, excludes and deselections lifted.
        standard_score: the score under the edition's own weights and the full selection.
        customised: weights, severities or the selection differ from the edition's.
        fix_first: rule codes with the gain of mending all their issues, best first.
        evidence: rules with an opportunity, and rules that fit.
    """

    archcheck_version: str
    edition: str
    project: Member
    members: tuple[MemberReport, ...]
    layers: tuple[tuple[str, tuple[str, ...]], ...]
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
    statistics: Statistics = field(default_factory=Statistics)

    @property
    def complete(self) -> bool:
        """Whether everything could be judged."""
        return self.gate.exit_code != 2
