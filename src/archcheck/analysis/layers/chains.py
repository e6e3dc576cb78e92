"""Chains of imports that lead from a lower layer to a higher one by way of modules that are in no layer.

Direct imports are seen at once; these are not. They are found by grimp, in which each module is entered below its
layer, so that what belongs to a layer is what `Layers` says and not what a folder holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from archcheck.analysis.imports.graph import NOT_TYPING, Edge, ImportGraph
from archcheck.analysis.layers.assignment import Layers
from archcheck.analysis.layers.plan import LayerPlan
from archcheck.model import RUNTIME_ROLES

Chain = tuple[Edge, ...]
_OUTSIDE = "outside"


def illegal_chains(graph: ImportGraph, layers: Layers) -> list[Chain]:
    """The shortest illegal chains of the declared layers, sorted; of several that share the modules between, one.

    Chains end at a port of the higher layer, as direct imports of it may, and none leads through the package
    around the layers: Python imports that whatever the author writes. Each leads from one layer to another of the
    same container. Detected layers are held to direct imports only.
    """
    edges = {
        pair: edge
        for pair, edge in graph.binding(NOT_TYPING).items()
        if graph.modules[edge.importer].role in RUNTIME_ROLES
        and not any(edge.imported in containers for containers in layers.containers)
        and not layers.crosses(*pair)
        and not layers.is_port(edge.imported)
    }
    found: list[Chain] = []
    for plan, containers in zip(layers.plans, layers.containers, strict=True):
        if not plan.is_detected:
            names = {module: _grimp_name(module, layers, plan) for module in graph.modules}
            routes = _routes(edges, names, plan, containers)
            found += (tuple(edges[pair] for pair in pairwise(route)) for route in routes)
    return sorted(chain for chain in found if layers.illegal(chain[0].importer, chain[-1].imported))


def _routes(
    edges: Mapping[tuple[str, str], Edge],
    names: Mapping[str, str],
    plan: LayerPlan,
    containers: Collection[str],
) -> list[tuple[str, ...]]:
    import grimp

    graph = grimp.ImportGraph()
    for importer, imported in sorted(edges):
        graph.add_import(importer=names[importer], imported=names[imported])
    keys = {_key(container) for container in containers}
    for container in keys:
        graph.add_module(container)
    for name in sorted(graph.modules):
        # grimp knows a layer only by a module of that name.
        if name.count(".") == 2:
            graph.add_module(name.rpartition(".")[0])
    original = {name: module for module, name in names.items()}
    found = graph.find_illegal_dependencies_for_layers(
        [
            grimp.Layer(
                *(_key(layer.name) for layer in level),
                independent=True,
                closed=any(layer.name in plan.closed for layer in level),
            )
            for level in plan.levels
        ],
        containers=keys,
    )
    return [
        tuple(original[name] for name in (min(route.heads), *route.middle, min(route.tails)))
        for dependency in found
        for route in dependency.routes
    ]


def _grimp_name(module: str, layers: Layers, plan: LayerPlan) -> str:
    """``container.layer.module`` for grimp, in which a dot is kept for that."""
    seat = layers.seats.get(module)
    if seat is None or seat.plan is not plan:
        return f"{_OUTSIDE}.{_key(module)}"
    return f"{_key(seat.container)}.{_key(seat.layer)}.{_key(module)}"


def _key(name: str) -> str:
    return name.replace(".", ":") or ":"
