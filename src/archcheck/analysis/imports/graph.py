"""The import graph of the first-party modules, made from facts: nothing of the target is imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from archcheck.analysis.facts import (
    DEFERRED,
    DYNAMIC,
    GUARDED,
    MAIN_GUARD,
    RUNTIME,
    TYPING,
    ModuleFacts,
)
from archcheck.analysis.imports.digraph import components
from archcheck.model import RUNTIME_ROLES

if TYPE_CHECKING:
    import grimp

#: Kinds of edges, the most binding first.
KINDS = (RUNTIME, GUARDED, DEFERRED, DYNAMIC, MAIN_GUARD, TYPING)
NOT_TYPING = frozenset(KINDS) - {TYPING}


class Edge(Struct, frozen=True, order=True):
    """One module imports another in one way.

    Attributes:
        importer: qualified name.
        imported: qualified name.
        kind: of the import, one of `KINDS`.
        line: of the first such import.
        names: how many names cross it; an import of the module itself counts as one.
    """

    importer: str
    imported: str
    kind: str
    line: int
    names: int


class ImportGraph:
    """Edges between first-party modules.

    Args:
        modules: facts by qualified name.
    """

    def __init__(self, modules: Mapping[str, ModuleFacts]) -> None:
        self.modules = modules
        self._targets: dict[tuple[str, str], str] = {}
        self._binding: dict[frozenset[str], Mapping[tuple[str, str], Edge]] = {}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, one for each pair of modules and kind of import, sorted."""
        merged: dict[tuple[str, str, str], tuple[int, int]] = {}
        for module in self.modules.values():
            for fact in module.imports:
                target = self.target(fact.module, fact.name)
                if not target or target == module.name:
                    continue
                key = (module.name, target, fact.kind)
                line, names = merged.get(key, (fact.line, 0))
                merged[key] = (min(line, fact.line), names + 1)
        # Sorted before they are edges: dataclasses compare many times slower than tuples.
        return tuple(
            Edge(importer, imported, kind, line, names)
            for (importer, imported, kind), (line, names) in sorted(merged.items())
        )

    def target(self, module: str, name: str) -> str:
        """The first-party module that an import reaches, or ``""``.

        ``from pkg import name`` reaches ``pkg.name`` when that module exists, else the submodule from which
        ``pkg`` re-exports the name, else ``pkg`` itself. That a submodule's import also runs its packages'
        ``__init__`` makes no edge: Python does that whatever the author writes.
        """
        key = (module, name)
        found = self._targets.get(key)
        if found is None:
            found = self._targets[key] = self._reached(module, name)
        return found

    def _reached(self, module: str, name: str) -> str:
        seen: set[str] = set()
        while module not in seen:
            seen.add(module)
            if not name:
                break
            submodule = self._known(f"{module}.{name}")
            if submodule:
                return submodule
            source = self._re_exports.get(module, {}).get(name)
            if source is None:
                break
            module, name = source
        return self._known(module)

    def _known(self, name: str) -> str:
        """The module of that name, or ``""``."""
        return name if name in self.modules else self._other_names.get(name, "")

    @cached_property
    def _other_names(self) -> Mapping[str, str]:
        """Second names of modules: what stands in a source root that is a package can be imported as part of it too."""
        packages = {
            module.path.removesuffix("/__init__.py"): module.name
            for module in self.modules.values()
            if module.is_package
        }
        found: dict[str, str] = {}
        for module in self.modules.values():
            stem = module.path.removesuffix("/__init__.py").removesuffix(".py")
            package = packages.get(stem.removesuffix(module.name.replace(".", "/")).rstrip("/"))
            if package:
                found[f"{package}.{module.name}"] = module.name
        return found

    @cached_property
    def _re_exports(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        """Package -> name that its ``__init__`` takes from a submodule -> that submodule and the name there."""
        return {
            package.name: {
                fact.alias: (fact.module, fact.name)
                for fact in package.imports
                # `import pkg.sub` binds `pkg` only, which re-exports nothing.
                if fact.name or fact.alias != fact.module.partition(".")[0]
                if fact.module.startswith(f"{package.name}.")
            }
            for package in self.modules.values()
            if package.is_package
        }

    def between(self, kinds: Collection[str] = KINDS) -> list[Edge]:
        """The edges of these kinds."""
        return [edge for edge in self.edges if edge.kind in kinds]

    def binding(self, kinds: Collection[str] = NOT_TYPING) -> Mapping[tuple[str, str], Edge]:
        """The most binding edge of these kinds for each pair of importer and imported."""
        key = frozenset(kinds)
        if key not in self._binding:
            found: dict[tuple[str, str], Edge] = {}
            for edge in sorted(self.between(key), key=lambda edge: KINDS.index(edge.kind)):
                found.setdefault((edge.importer, edge.imported), edge)
            self._binding[key] = found
        return self._binding[key]

    def reachable(
        self, modules: Iterable[str], *, kinds: Collection[str] | None = None
    ) -> frozenset[str]:
        """The modules that those named lead to, themselves and the packages around included.

        Args:
            modules: their names.
            kinds: of the imports that are followed; all where None.
        """
        imported = self._imported if kinds is None else self._imported_by(kinds)
        pending = list(modules)
        found: set[str] = set()
        while pending:
            name = pending.pop()
            if name not in found and name in self.modules:
                found.add(name)
                pending.extend((*imported[name], *_packages_around(name)))
        return frozenset(found)

    @cached_property
    def _imported(self) -> Mapping[str, tuple[str, ...]]:
        return self._imported_by(None)

    def _imported_by(self, kinds: Collection[str] | None) -> Mapping[str, tuple[str, ...]]:
        """Module -> the modules that it imports, by imports of these kinds or, where None, of all."""
        found: dict[str, list[str]] = {name: [] for name in self.modules}
        for edge in self.edges:
            if kinds is None or edge.kind in kinds:
                found[edge.importer].append(edge.imported)
        return {name: tuple(imported) for name, imported in found.items()}

    def in_grimp(self, kinds: Collection[str] = NOT_TYPING) -> grimp.ImportGraph:
        """All modules with the edges of these kinds, in a graph of grimp, which answers in Rust.

        Built anew at each call, since its users cut edges out of it.
        """
        import grimp

        graph = grimp.ImportGraph()
        for module in sorted(self.modules):
            graph.add_module(module)
        for edge in self.between(kinds):
            graph.add_import(
                importer=edge.importer,
                imported=edge.imported,
                line_number=edge.line,
                line_contents="",
            )
        return graph

    @cached_property
    def imported(self) -> frozenset[str]:
        """The modules that another one imports, in whatever way but for the types alone."""
        return frozenset(edge.imported for edge in self.between(NOT_TYPING))

    # --- cycles

    @cached_property
    def import_time_edges(self) -> tuple[Edge, ...]:
        """The edges between modules of the runtime roles that can close a circle while modules load.

        Only ``runtime`` ones can, and a package's ``__init__`` that imports its own submodules does not: that is
        a re-export.
        """
        return tuple(
            edge
            for edge in self.between({RUNTIME})
            if self.modules[edge.importer].role in RUNTIME_ROLES
            and self.modules[edge.imported].role in RUNTIME_ROLES
            and not edge.imported.startswith(f"{edge.importer}.")
        )

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Groups of modules that import one another in a circle at import time, each sorted."""
        successors: dict[str, list[str]] = {}
        for edge in self.import_time_edges:
            successors.setdefault(edge.importer, []).append(edge.imported)
        return tuple(sorted(group for group in components(successors) if len(group) > 1))


def _packages_around(module: str) -> list[str]:
    """The packages whose ``__init__`` Python runs on the way to a module, the outermost first."""
    parts = module.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]
