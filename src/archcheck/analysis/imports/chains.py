"""The ways by which one part of the project comes to import another."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from archcheck.analysis.imports.graph import Edge, ImportGraph

Chain = tuple[Edge, ...]


def shortest_chains(
    graph: ImportGraph, importer: str, imported: str, kinds: Collection[str]
) -> list[Chain]:
    """The shortest chain for each pair of modules in two packages, the shortest first.

    Args:
        graph: of the project.
        importer: a module or package.
        imported: another, that lies neither in nor around it.
        kinds: of the imports that may make up a chain.
    """
    found = graph.in_grimp(kinds)
    for name in (importer, imported):
        found.add_module(name)  # grimp knows a package without `__init__` only when it is told
    edges = graph.binding(kinds)
    routes = found.find_shortest_chains(importer, imported, as_packages=True)
    return sorted(
        (tuple(edges[pair] for pair in pairwise(route)) for route in routes),
        key=lambda chain: (len(chain), chain),
    )
