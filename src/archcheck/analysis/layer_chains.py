"""Chains of imports that lead from a lower layer to a higher one by way of modules that are in no layer.

Direct imports are seen at once; these are not. They are found by grimp, in which each module is entered below its
layer, so that what belongs to a layer is what `Layers` says and not what a folder holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from archcheck.analysis.graph import NOT_TYPING, Edge, ImportGraph
from archcheck.analysis.layers import Layers
from archcheck.model import RUNTIME_ROLES

Chain = tuple[Edge, ...]
_OUTSIDE = "outside"


def illegal_chains(graph: ImportGraph, layers: Layers) -> list[Chain]:
    """The shortest illegal chains, sorted; of several that share the modules between, one.

    Chains end at a port of the higher layer, as direct imports of it may, and none leads through the package
    around the layers: Python imports that whatever the author writes.
    """
    edges = {
        pair: edge
        for pair, edge in graph.binding(NOT_TYPING).items()
        if graph.modules[edge.importer].role in RUNTIME_ROLES
        and edge.imported not in layers.plan.containers
        and not layers.crosses(*pair)
        and not layers.is_port(edge.imported)
    }
    names = {module: _grimp_name(module, layers) for module in graph.modules}
    return sorted(
        tuple(edges[pair] for pair in pairwise(route)) for route in _routes(edges, names, layers)
    )


def _routes(
    edges: Mapping[tuple[str, str], Edge], names: Mapping[str, str], layers: Layers
) -> list[tuple[str, ...]]:
    import grimp

    graph = grimp.ImportGraph()
    for importer, imported in sorted(edges):
        graph.add_import(importer=names[importer], imported=names[imported])
    containers = {_key(container) for container in layers.plan.containers}
    for container in containers:
        graph.add_module(container)
    for name in sorted(graph.modules):
        # grimp knows a layer only by a module of that name.
        if name.count(".") == 2:
            graph.add_module(name.rpartition(".")[0])
    original = {name: module for module, name in names.items()}
    found = graph.find_illegal_dependencies_for_layers(
        [
            grimp.Layer(*(_key(layer.name) for layer in level), independent=True)
            for level in layers.plan.levels
        ],
        containers=containers,
    )
    return [
        tuple(original[name] for name in (min(route.heads), *route.middle, min(route.tails)))
        for dependency in found
        for route in dependency.routes
    ]


def _grimp_name(module: str, layers: Layers) -> str:
    """``container.layer.module`` for grimp, in which a dot is kept for that."""
    seat = layers.seats.get(module)
    if seat is None:
        return f"{_OUTSIDE}.{_key(module)}"
    return f"{_key(seat.container)}.{_key(seat.layer)}.{_key(module)}"


def _key(name: str) -> str:
    return name.replace(".", ":") or ":"
