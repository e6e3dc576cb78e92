"""Under which full paths does each handler of a project answer?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.names.linker import Linker
from archcheck.analysis.routing.facts import InclusionFact, RouteFact, RouterFact, Url
from archcheck.analysis.routing.handlers import JSON, PAGE, answers_of
from archcheck.analysis.routing.registrations import APPLICATION
from archcheck.analysis.routing.tables import DJANGO

UNKNOWN_PART = "{?}"
"""Stands in a path for what nobody can know."""

_MAX_DEPTH = 20
_MAX_PREFIXES = 50
_ROOTS = frozenset({APPLICATION, DJANGO})
#: Frameworks that answer with JSON unless told otherwise.
_JSON_FRAMEWORKS = frozenset({"fastapi", "litestar", "ninja", "rest_framework"})
#: Frameworks whose routers have prefixes of their own, so that one which nobody saw being made may have any.
_PREFIXED = frozenset({"fastapi", "flask", "quart"})
_METHODS = ("get", "post", "put", "patch", "delete")
_ACTIONS = ("list", "create", "retrieve", "update", "partial_update", "destroy", "perform_create")
_SLASHES = re.compile(r"/{2,}")


class ResolvedRoute(Struct, frozen=True):
    """A registration with its place in the whole program.

    Attributes:
        fact: as registered.
        path: of the file.
        urls: full paths, `UNKNOWN_PART` in them for what nobody can know; empty when no application is known to
            include it.
        handler: qualified name of the function or class where it is defined; ``""`` when unknown.
        functions: qualified names of the first-party functions that answer.
        dependencies: qualified names of all that runs before it.
        answers: ``json``, ``page``, or ``""`` when unknown.
    """

    fact: RouteFact
    path: str
    urls: tuple[str, ...]
    handler: str
    functions: tuple[str, ...]
    dependencies: tuple[str, ...]
    answers: str

    @property
    def is_resolved(self) -> bool:
        """Whether all of its full paths are known."""
        return bool(self.urls) and not any(UNKNOWN_PART in url for url in self.urls)


class Routing:
    """All routes of a project.

    Args:
        modules: the analysed modules.
        linker: follows names from module to module.
    """

    def __init__(self, modules: Iterable[ModuleFacts], linker: Linker) -> None:
        self._modules = [module for module in modules if _tells(module)]
        self._linker = linker
        self._resolved: dict[str, tuple[str, ...]] = {}

    @cached_property
    def routes(self) -> tuple[ResolvedRoute, ...]:
        """Every registration, in the order of files and lines."""
        return tuple(
            self._route(fact, module) for module in self._modules for fact in module.routing.routes
        )

    @cached_property
    def handlers(self) -> Mapping[str, ResolvedRoute]:
        """Qualified name of each first-party function that answers -> its first route."""
        found: dict[str, ResolvedRoute] = {}
        for route in self.routes:
            for function in route.functions:
                found.setdefault(function, route)
        return found

    def _route(self, fact: RouteFact, module: ModuleFacts) -> ResolvedRoute:
        handler = self._linker.definition(fact.handler) if fact.handler else ""
        functions = self._functions(handler)
        below = self._text(fact.url)
        node = self._canonical(fact.router)
        unseen = fact.framework in _PREFIXED and node not in self._routers
        prefixes = (UNKNOWN_PART,) if unseen else self._prefixes(node, 0)
        urls = tuple(dict.fromkeys(_joined(prefix, below) for prefix in prefixes))
        dependencies = (
            *self._dependencies(node),
            *fact.dependencies,
            *(each.dependency for each in fact.parameters if each.dependency),
        )
        return ResolvedRoute(
            fact,
            module.path,
            urls,
            handler,
            functions,
            tuple(dict.fromkeys(dependencies)),
            self._answers(fact, handler, functions),
        )

    def _functions(self, handler: str) -> tuple[str, ...]:
        functions = self._linker.functions
        if handler in functions:
            return (handler,)
        if handler not in self._linker.classes:
            return ()
        names = (f"{handler}.{method}" for method in (*_METHODS, *_ACTIONS))
        return tuple(name for name in names if name in functions)

    def _answers(self, fact: RouteFact, handler: str, functions: tuple[str, ...]) -> str:
        if fact.answers:
            return fact.answers
        calls = {call for name in functions for call in self._linker.functions[name].calls}
        said = answers_of(calls) or answers_of(self._made_by_helpers(calls))
        if said:
            return next(iter(said)) if len(said) == 1 else ""
        if fact.framework in _JSON_FRAMEWORKS:
            return JSON
        view = self._linker.classes.get(handler)
        bases = view.bases if view else ()
        if view and any(name == "template_name" for name, _ in view.attributes):
            return PAGE
        if any(base.startswith("rest_framework.") for base in bases):
            return JSON
        return PAGE if any("TemplateView" in base for base in bases) else ""

    def _made_by_helpers(self, calls: Iterable[str]) -> Iterator[str]:
        """What makes the values that the project's own functions among ``calls`` give back."""
        for call in sorted(calls):
            helper = self._linker.functions.get(self._linker.definition(call))
            if helper is not None:
                yield helper.returns.removesuffix("()")

    # --- nodes

    @cached_property
    def _routers(self) -> Mapping[str, RouterFact]:
        return {fact.name: fact for module in self._modules for fact in module.routing.routers}

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for module in self._modules:
            for name, target in module.routing.aliases:
                found.setdefault(name, target)
        return found

    @cached_property
    def _parents(self) -> Mapping[str, list[InclusionFact]]:
        found: dict[str, list[InclusionFact]] = {}
        for module in self._modules:
            for fact in module.routing.inclusions:
                found.setdefault(self._canonical(fact.child), []).append(fact)
        return found

    def _canonical(self, name: str) -> str:
        """The one name of a node that goes by several."""
        seen: set[str] = set()
        while name and name not in seen and len(seen) < _MAX_DEPTH:
            seen.add(name)
            if name in self._routers:
                return name
            bare = name.removesuffix("()")
            found = self._linker.lookup(bare) + name[len(bare) :]
            for suffix in (".urls", ".router"):
                owner = found.removesuffix(suffix)
                if owner != found and owner in self._routers:
                    found = owner
            name = self._aliases.get(found, found)
        return name

    def _prefixes(self, node: str, depth: int) -> tuple[str, ...]:
        """What stands before the paths of a node's routes; empty when no application includes it."""
        if node in _ROOTS:
            return (UNKNOWN_PART,) if node == APPLICATION and self._has_base else ("",)
        if not node:
            return (UNKNOWN_PART,)
        if node in self._resolved:
            return self._resolved[node]
        if depth > _MAX_DEPTH:
            return ()
        self._resolved[node] = ()  # a circle of inclusions leads nowhere
        router = self._routers.get(node)
        own = self._text(router.prefix) if router is not None else ""
        found: list[str] = []
        for fact in self._parents.get(node, ()):
            given = self._text(fact.prefix)
            below = given if fact.replaces and given else _joined(given, own)
            parent = self._canonical(fact.parent)
            found.extend(_joined(base, below) for base in self._prefixes(parent, depth + 1))
        if router is not None and router.is_root and not found:
            found.append(UNKNOWN_PART if self._may_be_included(router) else own)
        self._resolved[node] = tuple(dict.fromkeys(found))[:_MAX_PREFIXES]
        return self._resolved[node]

    def _may_be_included(self, application: RouterFact) -> bool:
        """Whether another application of aiohttp takes in one that nobody can name, which may be this one."""
        return application.framework == "aiohttp" and any(
            self._canonical(fact.parent) != application.name
            for fact in self._parents.get(APPLICATION, ())
        )

    @cached_property
    def _has_base(self) -> bool:
        """Whether an application has something before all of its paths, so that one handed in may have it too."""
        return any(
            router.is_root and (router.prefix or name in self._parents)
            for name, router in self._routers.items()
        )

    def _dependencies(self, node: str) -> list[str]:
        """What every inclusion of a node runs before its handlers."""
        found: list[str] = []
        seen: set[str] = set()
        while node and node not in seen:
            seen.add(node)
            router, parents = self._routers.get(node), self._parents.get(node, [])
            found.extend(router.dependencies if router is not None else ())
            if len(parents) != 1:
                break
            found.extend(parents[0].dependencies)
            node = self._canonical(parents[0].parent)
        return found

    # --- texts

    @cached_property
    def _constants(self) -> Mapping[str, Url]:
        return {name: url for module in self._modules for name, url in module.routing.constants}

    def _text(self, url: Url, depth: int = 0) -> str:
        """The path with its constants put in."""
        if depth > _MAX_DEPTH:
            return UNKNOWN_PART
        return "".join(
            part.text
            if not part.constant
            else self._text(self._constants[name], depth + 1)
            if (name := self._constant(part.constant)) in self._constants
            else UNKNOWN_PART
            for part in url
        )

    def _constant(self, path: str) -> str:
        """The qualified name of the constant that a path leads to."""
        name = self._linker.lookup(path)
        if name in self._constants:
            return name
        owner, _, attribute = path.rpartition(".")
        thing = self._linker.follow(owner)
        return f"{thing.name}.{attribute}" if thing is not None else name


def _joined(prefix: str, rest: str) -> str:
    """Two paths as one."""
    return _SLASHES.sub("/", f"/{prefix.rstrip('/')}/{rest.lstrip('/')}" if rest else f"/{prefix}")


def _tells(module: ModuleFacts) -> bool:
    facts = module.routing
    return bool(
        facts.routers or facts.inclusions or facts.routes or facts.aliases or facts.constants
    )
