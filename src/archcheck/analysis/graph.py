"""The import graph of the first-party modules, made from facts: nothing of the target is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from archcheck.analysis.facts import RUNTIME, TYPING, ModuleFacts

if TYPE_CHECKING:
    import grimp

ALL_KINDS = frozenset({"runtime", "typing", "deferred", "guarded", "main-guard", "dynamic"})
NOT_TYPING = ALL_KINDS - {TYPING}


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One module imports another: the strongest kind, its first line and how many names cross it."""

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
        return tuple(
            sorted(
                Edge(importer, imported, kind, line, names)
                for (importer, imported, kind), (line, names) in merged.items()
            )
        )

    def target(self, module: str, name: str) -> str:
        """The first-party module that an import reaches, or ``""``.

        ``from pkg import sub`` reaches ``pkg.sub`` when that module exists, else ``pkg``.
        """
        if name and f"{module}.{name}" in self.modules:
            return f"{module}.{name}"
        return module if module in self.modules else ""

    def between(self, kinds: Iterable[str] = ALL_KINDS) -> list[Edge]:
        """The edges of these kinds."""
        wanted = frozenset(kinds)
        return [edge for edge in self.edges if edge.kind in wanted]

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Groups of modules that import one another in a circle at import time, each sorted.

        Only ``runtime`` edges count, and a package's ``__init__`` that imports its own submodules does not:
        that is a re-export.
        """
        successors: dict[str, list[str]] = {}
        for edge in self.between({RUNTIME}):
            if not edge.imported.startswith(f"{edge.importer}."):
                successors.setdefault(edge.importer, []).append(edge.imported)
        return tuple(sorted(group for group in _components(successors) if len(group) > 1))

    def grimp(self, edges: Iterable[Edge]) -> grimp.ImportGraph:
        """The same modules with ``edges`` in grimp's graph, where chains and layers are found in Rust."""
        import grimp

        graph = grimp.ImportGraph()
        for name in self.modules:
            graph.add_module(name)
            # grimp knows a layer or package only by a module of that name.
            parent = name.rpartition(".")[0]
            while parent and parent not in graph.modules:
                graph.add_module(parent)
                parent = parent.rpartition(".")[0]
        for edge in edges:
            graph.add_import(
                importer=edge.importer,
                imported=edge.imported,
                line_number=edge.line,
                line_contents="",
            )
        return graph


def _components(successors: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Strongly connected components (Tarjan 1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: list[tuple[str, ...]] = []
    for root in sorted(successors):
        if root in index:
            continue
        work = [(root, iter(successors.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for successor in following:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    stack.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(successors.get(successor, ()))))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[str] = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    found.append(tuple(sorted(component)))
    return found
