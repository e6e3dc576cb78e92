"""The vocabulary of all stages: principles, kinds and roles, places, and what a rule says of them.

Everything here is immutable, made of the standard library only, and free of absolute paths, so that results
can be cached, compared and handed between processes.
"""

from __future__ import annotations

import enum

from archcheck.record import Interned, Record


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

    number: int
    slug: str
    title: str

    def __new__(cls, number: int, slug: str, title: str) -> Principle:
        """A member whose value is its slug, which is what is written of it."""
        member = object.__new__(cls)
        member._value_ = slug
        member.number, member.slug, member.title = number, slug, title
        return member

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


class Location(Record, frozen=True, order=True):
    """A place in a file. Lines and columns count from 1; line 0 means the file as a whole."""

    path: Interned
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


class TraceStep(Record, frozen=True):
    """One step of an import or call chain that explains a finding."""

    path: str
    line: int
    text: str


class Place(Record, frozen=True):
    """Where an opportunity stands, in a form that survives edits elsewhere in the file.

    Attributes:
        location: the node's span.
        scope: qualified name of the enclosing function or class inside its module, ``""`` at module level.
        subject: normalised source of the node (never a secret's value): the heart of the fingerprint.
        statement_line: first line of the statement around the node, where a suppression comment may stand.
    """

    location: Location
    scope: Interned = ""
    subject: Interned = ""
    statement_line: int = 0


class Verdict(str, enum.Enum):
    """What a rule says of one opportunity."""

    COMPLIES = "complies"
    VIOLATES = "violates"


class Outcome(Record, frozen=True, tag=True):
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

    rule: Interned
    verdict: Verdict
    place: Place
    message: str = ""
    advice: bool = False
    severity: Severity | None = None
    group: str = ""
    trace: tuple[TraceStep, ...] = ()


class Suppression(Record, frozen=True):
    """A comment that silences rules.

    Attributes:
        path: file it stands in.
        line: its own line.
        codes: rule codes, names or prefixes as written (for a peer: the peer's codes; empty means all).
        reason: text after the bracket; ``""`` when none was given.
        until: ISO date after which it no longer counts; ``""`` for none.
        whole_file: ``ignore-file``.
        peer: ``""`` for ours, else the neighbouring tool's spelling (``noqa``, ``nosec``, ``pylint``).
        last_line: where the block ends that it covers from its own line on; 0 for none.
    """

    path: str
    line: int
    codes: tuple[str, ...]
    reason: str = ""
    until: str = ""
    whole_file: bool = False
    peer: str = ""
    last_line: int = 0


class RuleInfo(Record, frozen=True):
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


class Failure(Record, frozen=True):
    """A file, rule or input that could not be judged; makes the report incomplete."""

    kind: str
    path: str
    line: int
    message: str
    hint: str = ""


class Notice(Record, frozen=True):
    """Something worth knowing that is no violation: a suppression that matched nothing, a skipped link."""

    kind: str
    path: str
    line: int
    message: str
    hint: str = ""


class Member(Record, frozen=True):
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
