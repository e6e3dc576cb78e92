"""The graph that a contract is checked on: exactly the modules and edges that grimp would find by itself.

It differs from `ImportGraph`, which follows what the program does: here an import under ``TYPE_CHECKING`` is an edge
unless the contracts exclude it, a re-export is not followed, and a dynamic import is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from archcheck.analysis.facts import DYNAMIC, ImportFact
from archcheck.analysis.imports.contracts.packages import Package
from archcheck.analysis.names.module_names import is_within

if TYPE_CHECKING:
    import grimp

ImportsOf = Callable[[str, str], Iterable[ImportFact]]
"""From a file's path and its module's name to what it imports."""


def build_graph(
    packages: Sequence[Package],
    imports_of: ImportsOf,
    *,
    external: bool,
    without_type_checking: bool,
) -> grimp.ImportGraph:
    """Fill a graph of grimp.

    Args:
        packages: the root packages.
        imports_of: answers what a module imports.
        external: enter packages of other parties, each as one module.
        without_type_checking: leave out imports under ``TYPE_CHECKING``.
    """
    import grimp

    modules = {name: path for package in packages for name, path in package.modules.items()}
    namespaces = {name for package in packages for name in package.namespaces}
    known = modules.keys() | namespaces
    roots = sorted({package.name for package in packages}, reverse=True)
    graph = grimp.ImportGraph()
    for name in sorted(known):
        graph.add_module(name)
    for importer in sorted(modules):
        edges: set[tuple[str, int]] = set()
        for name, line in _imported_names(
            imports_of(modules[importer], importer), without_type_checking=without_type_checking
        ):
            imported = _internal(name, known)
            if not imported and external:
                imported = _external(name, roots)
            if imported:
                edges.add((imported, line))
        for imported, line in sorted(edges):
            if not any(is_within(imported, root) for root in roots):
                graph.add_module(imported, is_squashed=True)
            graph.add_import(
                importer=importer, imported=imported, line_number=line, line_contents=""
            )
    return graph


def _imported_names(
    facts: Iterable[ImportFact], *, without_type_checking: bool
) -> Iterator[tuple[str, int]]:
    for fact in facts:
        if fact.kind != DYNAMIC and not (without_type_checking and fact.under_type_checking):
            yield (f"{fact.module}.{fact.name}" if fact.name else fact.module), fact.line


def _internal(name: str, known: Collection[str]) -> str:
    """The module that a name is or stands in directly, or ``""``."""
    if name in known:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in known else ""


def _external(name: str, roots: Sequence[str]) -> str:
    """The module that stands for an external package, or ``""`` for a namespace around a root package.

    It is the top-level name; for a package that shares a namespace with root packages, as much of its name as tells
    it from them.
    """
    if any(root.startswith(f"{name}.") for root in roots):
        return ""
    parts = name.split(".")
    shared = 0
    for root in roots:
        own = root.split(".")
        if len(own) > 1 and own[0] == parts[0]:
            same = next(
                (i for i, (a, b) in enumerate(zip(own, parts, strict=False)) if a != b),
                min(len(own), len(parts) - 1),
            )
            shared = max(shared, same)
    return ".".join(parts[: shared + 1])
