"""The authoring contract: what a rule is.

A rule is one class in one file. It says *complies* or *violates* at every place where it applies, an
*opportunity*, and nothing else: severity, suppression, grouping and scores live in the engine. Three kinds:

- `CallRule` names the calls it watches and judges a `CallSite`, which holds no tree;
- `ModuleRule` has ``visit_<Node>`` handlers over the syntax tree of one file;
- `ProjectRule` sees the whole `Project` and no tree.

What a file alone cannot decide is answered later: a rule returns `Pending` with a query from
`archcheck.analysis.queries`, and the resolve stage puts the answer in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict

from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.layers.assignment import LayerPlan
from archcheck.analysis.module import Module
from archcheck.analysis.narrowing import narrowed, narrowing_of
from archcheck.analysis.project import Project
from archcheck.analysis.queries import Query
from archcheck.model import (
    RUNTIME_ROLES,
    Confidence,
    Kind,
    Location,
    Outcome,
    Place,
    Principle,
    Role,
    RuleInfo,
    Severity,
    TraceStep,
    Verdict,
)
from archcheck.record import Record


class Example(Struct, frozen=True):
    """A piece of code that is documentation and test at once.

    In a bad example each violating line ends in ``# [rule-name]``; a good one has no such line.

    Attributes:
        title: one short sentence.
        code: the source of the module under judgement.
        path: where it stands; decides its role.
        files: further files by path, for project rules and whole-program facts.
        kinds: what the example's project is.
        layers: those that the example's project declares.
    """

    title: str
    code: str
    path: str = "src/app/service.py"
    files: Mapping[str, str] = field(default_factory=dict)
    kinds: frozenset[Kind] = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})
    layers: LayerPlan | None = None


class Pending(Record, frozen=True, tag=True):
    """A verdict that waits for the whole program.

    Attributes:
        query: what must be known.
        then: the verdict if the answer is yes; another `Pending` asks on.
        otherwise: the verdict if it is no.
        unknown: the verdict if nobody can know; as a rule that is no opportunity.
    """

    query: Query
    then: Judgement | None
    otherwise: Judgement | None
    unknown: Judgement | None = None


Judgement = Outcome | Pending


class RuleOptions(BaseModel):
    """Options of a rule; subclass it inside the rule as ``Options``. Configuration files spell them in kebab-case."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
    )


class Rule:
    """What the three kinds share.

    Class attributes:
        code: ``ARC`` and four digits, the first two the principle.
        severity: its weight in the score.
        confidence: how sure a finding is.
        noun: what an opportunity that complies is, read after "34 of 36".
        message: what is wrong, with ``{placeholders}``.
        advice: how to mend it.
        kinds: projects it takes part in; empty means all.
        roles: files it looks at.
        waived_by: codes of neighbouring tools whose suppression covers it.
        seed: the statement of the seed documents that it enforces.
        zero_tolerance: an open error holds the grade at D.
        whole_repository: it has one or a small fixed number of opportunities.
        preview: shown on request, never scored.
        good, bad: examples, which are its documentation and its tests.
    """

    code: ClassVar[str]
    severity: ClassVar[Severity]
    confidence: ClassVar[Confidence] = Confidence.HIGH
    noun: ClassVar[str]
    message: ClassVar[str]
    advice: ClassVar[str]
    kinds: ClassVar[frozenset[Kind]] = frozenset()
    roles: ClassVar[frozenset[Role]] = RUNTIME_ROLES
    waived_by: ClassVar[tuple[str, ...]] = ()
    seed: ClassVar[str]
    zero_tolerance: ClassVar[bool] = False
    whole_repository: ClassVar[bool] = False
    preview: ClassVar[bool] = False
    good: ClassVar[tuple[Example, ...]] = ()
    bad: ClassVar[tuple[Example, ...]] = ()
    scope: ClassVar[str] = "module"

    Options: ClassVar[type[RuleOptions]] = RuleOptions

    def __init__(self, options: RuleOptions | None = None) -> None:
        self.options = options if options is not None else self.Options()

    @classmethod
    def name(cls) -> str:
        """The kebab-case name, made from the class name."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def info(cls) -> RuleInfo:
        """What reports and the documentation say of the rule."""
        summary, _, explanation = (cls.__doc__ or "").strip().partition("\n\n")
        return RuleInfo(
            code=cls.code,
            name=cls.name(),
            principle=Principle.of_code(cls.code),
            severity=cls.severity,
            confidence=cls.confidence,
            summary=" ".join(summary.split()),
            explanation="\n".join(line.strip() for line in explanation.splitlines()).strip(),
            noun=cls.noun,
            advice=cls.advice,
            seed=cls.seed,
            kinds=tuple(sorted(cls.kinds, key=lambda kind: kind.value)),
            roles=tuple(sorted(cls.roles, key=lambda role: role.value)),
            waived_by=cls.waived_by,
            scope=cls.scope,
            whole_repository=cls.whole_repository,
            zero_tolerance=cls.zero_tolerance,
            preview=cls.preview,
        )

    def gate(self, project: Project, member: str) -> bool:
        """Whether the member has what makes the rule meaningful (adoption); asked in the judge stage."""
        return True

    def complies(self, place: Place | CallSite) -> Outcome:
        """The opportunity at ``place`` is right."""
        return Outcome(self.code, Verdict.COMPLIES, _place(place))

    def violates(
        self,
        place: Place | CallSite,
        *,
        message: str = "",
        advice: bool = False,
        severity: Severity | None = None,
        group: str = "",
        trace: Iterable[TraceStep] = (),
        **values: object,
    ) -> Outcome:
        """The opportunity at ``place`` is wrong.

        Args:
            place: where.
            message: another text than the rule's, for another case.
            advice: a lesser case, shown and free.
            severity: the case's own severity, for ``fail-on`` only.
            group: places with the same key become one issue.
            trace: the chain behind it.
            values: fill the message's placeholders; ``{call}`` is known for a call site.
        """
        if isinstance(place, CallSite):
            values.setdefault("call", place.text)
        text = (message or self.message).format(**values) if values else message or self.message
        return Outcome(
            self.code,
            Verdict.VIOLATES,
            _place(place),
            text,
            advice=advice,
            severity=severity,
            group=group,
            trace=tuple(trace),
        )


def _place(place: Place | CallSite) -> Place:
    return place.place if isinstance(place, CallSite) else place


class CallRule(Rule):
    """Judges calls by their resolved name; never touches a tree.

    Class attributes:
        calls: qualified names, with ``*`` as the last segment for every method (``"httpx.Client.*"``).
            A built-in is its bare name, a method is the class's name and the method's.
    """

    calls: ClassVar[frozenset[str]]
    scope = "call"

    def judge(self, call: CallSite) -> Judgement | None:
        """Return the verdict on a watched call, or None where nobody can know."""
        raise NotImplementedError


class ModuleRule(Rule):
    """Judges one file through ``visit_<Node>(self, node, module)`` handlers that yield outcomes.

    A handler that can speak of a few libraries or names only may say so with ``@narrowed(...)``, which saves time.

    Raises:
        TypeError: at class creation, when a handler names no node of `ast` or is narrowed by what its nodes lack.
    """

    handlers: ClassVar[Mapping[type[ast.AST], str]]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        handlers: dict[type[ast.AST], str] = {}
        for attribute in dir(cls):
            if not attribute.startswith("visit_"):
                continue
            node_type = getattr(ast, attribute.removeprefix("visit_"), None)
            if not (isinstance(node_type, type) and issubclass(node_type, ast.AST)):
                raise TypeError(f"{cls.__name__}.{attribute}: `ast` has no such node")
            narrowing_of(getattr(cls, attribute), node_type)
            handlers[node_type] = attribute
        cls.handlers = handlers

    def judge_texts(self, project: Project) -> Iterator[Outcome]:
        """Yield what the rule says of files that are no Python; nothing, unless it looks at them too."""
        yield from ()


class ProjectRule(Rule):
    """Judges the whole project; sees facts, graph and manifests, never a tree."""

    scope = "project"

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield one outcome an opportunity."""
        raise NotImplementedError


def file_place(path: str, line: int = 0, subject: str = "") -> Place:
    """A place for facts that belong to a file rather than a node."""
    return Place(Location(path, line, 1 if line else 0), subject=subject, statement_line=line)


__all__ = [
    "CallRule",
    "CallSite",
    "Example",
    "Judgement",
    "Module",
    "ModuleRule",
    "Pending",
    "Project",
    "ProjectRule",
    "Rule",
    "RuleOptions",
    "file_place",
    "narrowed",
]
