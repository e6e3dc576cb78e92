"""Which rule wants which node or call? Decided once a run, so that a file's walk only looks things up."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from archcheck.analysis.calls.held import held_in_dict, holding_attributes
from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.module import Module
from archcheck.analysis.names.packages import Packages
from archcheck.analysis.names.paths import MAX_ALTERNATIVES, OR
from archcheck.analysis.narrowing import Narrowing, narrowing_of
from archcheck.analysis.topics.security.concealment import conceal
from archcheck.model import Outcome, Role, Verdict
from archcheck.rule import CallRule, Judgement, ModuleRule, Rule

_R = TypeVar("_R", bound=Rule)


class RuleCrash(Struct, frozen=True):
    """A rule that raised on a place; a defect of the rule, told as a failure."""

    rule: str
    line: int
    error: str


class _Handler(NamedTuple):
    """A handler of a module rule.

    Attributes:
        rule: the rule's code.
        kind: the class of the nodes that it handles.
        visit: the bound method.
        narrowing: what it needs to find before it can speak.
    """

    rule: str
    kind: type[ast.AST]
    visit: Callable[[Any, Module], Iterable[Judgement] | None]
    narrowing: Narrowing | None


class Dispatch(Struct):
    """Rules by what they watch.

    Attributes:
        node_types: node classes that some module rule handles.
        tails: last segments of all watched calls, the cheap first question.
    """

    rules: Sequence[Rule]
    packages: Packages = field(default_factory=Packages)
    node_types: frozenset[type[ast.AST]] = frozenset()
    tails: frozenset[str] = frozenset()
    _exact: dict[str, list[CallRule]] = field(default_factory=dict)
    _prefix: dict[str, list[CallRule]] = field(default_factory=dict)
    _roots: frozenset[str] = frozenset()
    _wild_roots: frozenset[str] = frozenset()
    _handlers: dict[Role, tuple[_Handler, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.rules:
            if isinstance(rule, CallRule):
                for pattern in rule.calls:
                    if pattern.endswith(".*"):
                        self._prefix.setdefault(pattern[:-2], []).append(rule)
                    else:
                        self._exact.setdefault(pattern, []).append(rule)
        self.tails = frozenset(name.rpartition(".")[2] for name in self._exact)
        self._roots = frozenset(name.partition(".")[0] for name in self._exact if "." in name)
        self._wild_roots = frozenset(name.partition(".")[0] for name in self._prefix)
        self.node_types = frozenset(
            node_type
            for rule in self.rules
            if isinstance(rule, ModuleRule)
            for node_type in rule.handlers
        )
        self._handlers = {role: tuple(_handlers(self._fitting(role, ModuleRule))) for role in Role}

    def watchers(self, target: str) -> list[CallRule]:
        """The call rules that watch ``target``."""
        owner = target.rpartition(".")[0]
        return [*self._exact.get(target, ()), *self._prefix.get(owner, ())]

    def judge_nodes(self, module: Module) -> Iterator[Judgement | RuleCrash]:
        """Feed every wanted node of a module to the rules that handle it."""
        for code, kind, visit, narrowing in self._handlers[module.role]:
            nodes: Sequence[ast.AST] = module.nodes(kind)
            if nodes and narrowing is not None:
                nodes = narrowing.select(kind, module)
            for node in nodes:
                try:
                    yield from visit(node, module) or ()
                except Exception as error:  # noqa: BLE001 - a rule's defect must not end the run
                    yield RuleCrash(code, getattr(node, "lineno", 0), _describe(error))

    def judge_calls(
        self, module: Module, deferred: list[CallSite]
    ) -> Iterator[Judgement | RuleCrash]:
        """Judge the watched calls of a module.

        Args:
            module: the file.
            deferred: receives the calls whose callee only the whole program can tell.
        """
        rules = {rule.code for rule in self._fitting(module.role, CallRule)}
        if not rules:
            return
        wild = not module.imported_roots.isdisjoint(self._wild_roots)
        tails, holds = self.tails, not module.imported_roots.isdisjoint(self._roots)
        holding = frozenset(holding_attributes(module, tails) if holds else ())
        for call in module.nodes(ast.Call):
            func = call.func
            if (
                isinstance(func, ast.Attribute)
                and func.attr not in tails
                and not wild
                and func.attr not in holding
            ):
                continue
            names = module.names(func)
            if not names and holds and not isinstance(func, ast.Attribute):
                names = held_in_dict(func, module)
            if not names:
                if self._is_tail(func):
                    self._defer(module, call, module.paths.alternatives(func), deferred)
                continue
            watching = [rule for rule in self._watching(names) if rule.code in rules]
            if watching:
                sites = {name: module.call_site(call, name) for name in names}
                for rule in watching:
                    yield from self._judge(rule, sites.values())
            else:
                self._defer(module, call, names, deferred)

    def judge_deferred(
        self, site: CallSite, targets: Sequence[str], customised: Collection[str]
    ) -> Iterator[Judgement | RuleCrash]:
        """Judge a call whose callee turned out to be one of ``targets``.

        Args:
            site: the call.
            targets: qualified names, one at least.
            customised: classes that the call's own module alters.
        """
        sites: list[CallSite] = []
        for rule in self._watching(targets):
            if site.role in rule.roles:
                sites = sites or [_renamed(site, target, customised) for target in targets]
                yield from self._judge(rule, sites)

    def _watching(self, names: Sequence[str]) -> list[CallRule]:
        """Rules that watch every candidate: with one unwatched, nobody knows what is called."""
        first = self.watchers(names[0])
        return [rule for rule in first if all(rule in self.watchers(name) for name in names[1:])]

    def _judge(self, rule: CallRule, sites: Iterable[CallSite]) -> Iterator[Judgement | RuleCrash]:
        """One verdict for a call with several candidates: it violates only if every candidate does."""
        verdicts: list[Judgement] = []
        for site in sites:
            try:
                verdict = rule.judge(site)
            except Exception as error:  # noqa: BLE001 - a rule's defect must not end the run
                yield RuleCrash(rule.code, site.place.location.line, _describe(error))
                return
            if verdict is None:
                return
            verdicts.append(verdict)
        complying = [
            verdict
            for verdict in verdicts
            if isinstance(verdict, Outcome) and verdict.verdict is Verdict.COMPLIES
        ]
        yield complying[0] if complying else verdicts[0]

    def _is_tail(self, func: ast.expr) -> bool:
        """Whether a callee is written like a watched one."""
        last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return last in self.tails

    def _defer(
        self, module: Module, call: ast.Call, paths: Sequence[str], deferred: list[CallSite]
    ) -> None:
        """Keep a call through other modules that may turn out to be watched."""
        if not paths or paths[0].rpartition(".")[2] not in self.tails:
            return
        if (
            len(paths) <= MAX_ALTERNATIVES
            and any(map(module.symbols.is_first_party, paths))
            and not any(map(module.symbols.definitions.defines, paths))
            and all(path.rpartition(".")[2] in self.tails for path in paths)
        ):
            deferred.append(conceal(module.call_site(call, OR.join(paths))))

    def _fitting(self, role: Role, kind: type[_R]) -> list[_R]:
        return [rule for rule in self.rules if isinstance(rule, kind) and role in rule.roles]


def _handlers(rules: Iterable[ModuleRule]) -> Iterator[_Handler]:
    for rule in rules:
        for kind, name in rule.handlers.items():
            visit = getattr(rule, name)
            yield _Handler(rule.code, kind, visit, narrowing_of(visit, kind))


def _renamed(site: CallSite, target: str, customised: Collection[str]) -> CallSite:
    altered = target.rpartition(".")[0] in customised
    return replace(site, target=target, customised=site.customised or altered)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
