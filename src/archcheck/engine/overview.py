"""From a project to the picture of its imports: layers, packages or modules, folded until it can be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct

from archcheck.analysis.imports.digraph import Arrow, cheapest_cuts, components
from archcheck.analysis.imports.folding import Folding, fold
from archcheck.analysis.layers.assignment import Layers, Seat
from archcheck.analysis.names.module_names import is_within
from archcheck.analysis.project import Project
from archcheck.diagrams import Diagram, Edge, Group, Node
from archcheck.errors import UsageError
from archcheck.model import RUNTIME_ROLES

LEVELS = ("layers", "packages", "modules")

_READABLE = 40
"""Nodes that fit on a page."""

_MOST = 150
"""Nodes when the depth was asked for."""

_DENSE = 1.5
"""Edges a node above which those that follow from others are left out."""


class View(Struct, frozen=True):
    """What to show of a project.

    Attributes:
        level: one of `LEVELS`; ``""`` for the layers where there are any, else the packages.
        focus: a module or package: it, what it imports and what imports it.
        depth: segments below the top-level package that are told apart; None for as many as can be read.
        complete: leave nothing out and fold nothing but what the depth says, for programs.
    """

    level: str = ""
    focus: str = ""
    depth: int | None = None
    complete: bool = False


def draw(project: Project, view: View) -> Diagram:
    """Draw the imports between the modules of the runtime roles; those for type checking only are none.

    Raises:
        UsageError: there is no such module, no layer, or no module at all.
    """
    modules = {name for name, module in project.modules.items() if module.role in RUNTIME_ROLES}
    if not modules:
        raise UsageError(
            "there is no module to draw",
            "tests, scripts and migrations are left out of the picture",
        )
    level = view.level or (
        "layers" if project.layers is not None and not view.focus else "packages"
    )
    links = _links(project, modules)
    if view.focus:
        links, modules = _around(view.focus, links, modules)
    if level == "layers":
        return _of_layers(project, links, modules, view)
    return _of_modules(project, links, modules, view, leaves=level == "modules")


# --- imports


def _links(project: Project, modules: Collection[str]) -> dict[Arrow, bool]:
    """Importer and imported -> whether the layers forbid it."""
    layers = project.layers
    return {
        (importer, imported): layers is not None and layers.illegal(importer, imported)
        for importer, imported in project.graph.binding()
        if importer in modules and imported in modules
    }


def _around(
    focus: str, links: Mapping[Arrow, bool], modules: Collection[str]
) -> tuple[dict[Arrow, bool], set[str]]:
    """The links that begin or end in the focus, and the modules on both ends of them."""
    inside = {name for name in modules if is_within(name, focus)}
    if not inside:
        raise UsageError(
            f"--focus: `{focus}` is no module or package of the project",
            "`archcheck graph --level modules --format json` lists them all",
        )
    kept = {arrow: illegal for arrow, illegal in links.items() if not inside.isdisjoint(arrow)}
    return kept, inside.union(*kept)


# --- levels


def _of_layers(
    project: Project, links: Mapping[Arrow, bool], modules: Collection[str], view: View
) -> Diagram:
    layers = project.layers
    if layers is None or not layers.seats:
        raise UsageError(
            "--level layers: no layer is declared, and none was recognised",
            "declare `[tool.archcheck.layers]`, or ask for --level packages",
        )
    stacks = {(seat.container, seat.layer) for seat in layers.seats.values()}
    containers = {container for container, _ in stacks}
    merged = len(stacks) > _READABLE and not view.complete

    def node_of(seat: Seat) -> str:
        alone = merged or len(containers) == 1 or not seat.container
        return seat.layer if alone else f"{seat.container}: {seat.layer}"

    seats = {name: seat for name, seat in layers.seats.items() if name in modules}
    level = _levels(layers)
    level_of = {node_of(seat): level[seat.layer] for seat in seats.values()}
    notes = []
    if merged:
        notes.append(f"{len(containers)} stacks of layers are drawn as one")
    outside = len(modules) - len(seats)
    if outside:
        # Drawn as one they would seem to close circles that nobody wrote.
        notes.append(f"{_counted(outside, 'module')} in no layer, left out")
    return _diagram(
        _title(project, "layers"),
        {name: node_of(seat) for name, seat in seats.items()},
        {arrow: illegal for arrow, illegal in links.items() if seats.keys() >= set(arrow)},
        view,
        label=lambda node: node,
        group=lambda node: level_of[node],
        groups=[Group(group.id, "") for group in _groups(layers)],
        notes=notes,
    )


def _of_modules(
    project: Project,
    links: Mapping[Arrow, bool],
    modules: Collection[str],
    view: View,
    *,
    leaves: bool,
) -> Diagram:
    busy: dict[str, int] = {}
    for arrow in links:
        for end in arrow:
            busy[end] = busy.get(end, 0) + 1
    folding = fold(
        modules,
        limit=None if view.complete else _READABLE if view.depth is None else _MOST,
        depth=view.depth,
        leaves=leaves,
        focus=view.focus,
        links=busy,
    )
    roots = {name.partition(".")[0] for name in modules}
    prefix = f"{min(roots)}." if len(roots) == 1 else ""
    linked = {folding.nodes[end] for arrow in links for end in arrow}
    nodes = {
        module: node
        for module, node in folding.nodes.items()
        # The `__init__` of an open package says nothing unless it imports or is imported.
        if node in linked or node not in folding.opened
    }
    level_of = _level_of(project.layers, nodes)
    what = "modules" if leaves else "packages"
    return _diagram(
        _title(project, f"{what} around {view.focus}" if view.focus else what),
        nodes,
        links,
        view,
        label=lambda node: _label(node, prefix, folding),
        group=lambda node: level_of.get(node, ""),
        groups=_groups(project.layers),
        notes=_folded(nodes, folding),
    )


def _label(node: str, prefix: str, folding: Folding) -> str:
    name = node.removeprefix(prefix)
    return f"{name}.__init__" if node in folding.opened else name


def _title(project: Project, what: str) -> str:
    name = project.members[0].name
    return f"{name}: {what}" if name else what


def _level_of(layers: Layers | None, nodes: Mapping[str, str]) -> dict[str, str]:
    """Node -> the id of the group of the one level that its modules are in, if there is one."""
    if layers is None:
        return {}
    level = _levels(layers)
    found: dict[str, set[str]] = {}
    for module, node in nodes.items():
        if layers.layer(module):
            found.setdefault(node, set()).add(level[layers.layer(module)])
    return {node: next(iter(levels)) for node, levels in found.items() if len(levels) == 1}


def _levels(layers: Layers) -> dict[str, str]:
    """Layer -> the id of its level's group; layers of one name in several plans are one."""
    found: dict[str, str] = {}
    for at, plan in enumerate(layers.plans):
        for name, level in plan.level_of.items():
            found.setdefault(name, f"{at}.{level}")
    return found


def _groups(layers: Layers | None) -> list[Group]:
    """One group a level, the highest first; its title names the independent layers."""
    if layers is None:
        return []
    titles: dict[str, list[str]] = {}
    level = _levels(layers)
    for name, members in layers.members():
        if members:
            titles.setdefault(level[name], []).append(name)
    return [Group(key, " | ".join(names)) for key, names in titles.items()]


def _folded(nodes: Mapping[str, str], folding: Folding) -> list[str]:
    sizes: dict[str, int] = {}
    for node in nodes.values():
        sizes[node] = sizes.get(node, 0) + 1
    several = {node: size for node, size in sizes.items() if size > 1}
    notes = []
    if several:
        notes.append(
            f"{sum(several.values()):,} of {len(folding.nodes):,} modules are folded into "
            f"{_counted(len(several), 'package')}; --focus or --depth opens them"
        )
    return notes


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# --- the diagram


def _diagram(
    title: str,
    node_of: Mapping[str, str],
    links: Mapping[Arrow, bool],
    view: View,
    *,
    label: Callable[[str], str],
    group: Callable[[str], str],
    groups: Iterable[Group],
    notes: list[str],
) -> Diagram:
    sizes: dict[str, int] = {}
    for node in node_of.values():
        sizes[node] = sizes.get(node, 0) + 1
    edges, hidden = _edges(node_of, links)
    if hidden:
        notes.append(f"{_counted(hidden, 'illegal import')} inside folded packages cannot be seen")
    if not view.complete and len(edges) > _DENSE * len(sizes):
        kept = _reduced(edges)
        if len(kept) < len(edges):
            left_out = len(edges) - len(kept)
            follow = "follows from others is" if left_out == 1 else "follow from others are"
            notes.append(f"{_counted(left_out, 'arrow')} that {follow} left out")
        edges = kept
    return Diagram(
        title,
        tuple(Node(node, label(node), group(node), sizes[node]) for node in sorted(sizes)),
        tuple(edges),
        tuple(groups),
        tuple(notes),
    )


def _edges(node_of: Mapping[str, str], links: Mapping[Arrow, bool]) -> tuple[list[Edge], int]:
    """The edges between nodes, and how many illegal imports stay inside one."""
    counts: dict[Arrow, list[int]] = {}
    hidden = 0
    for (importer, imported), illegal in links.items():
        tail, head = node_of[importer], node_of[imported]
        if tail == head:
            hidden += illegal
            continue
        count = counts.setdefault((tail, head), [0, 0])
        count[0] += 1
        count[1] += illegal
    # Where a circle can be cut at an illegal import, that is what closes it.
    costs = {arrow: 1 if illegal else 1 + imports for arrow, (imports, illegal) in counts.items()}
    closing = set(cheapest_cuts(costs))
    return [
        Edge(*arrow, imports, illegal, arrow in closing)
        for arrow, (imports, illegal) in sorted(counts.items())
    ], hidden


def _reduced(edges: Iterable[Edge]) -> list[Edge]:
    """Without the edges that follow from longer ways (transitive reduction); illegal and closing ones stay."""
    edges = list(edges)
    below: dict[str, set[str]] = {}
    for edge in edges:
        if not edge.closing:
            below.setdefault(edge.tail, set()).add(edge.head)
    reach: dict[str, set[str]] = {}
    # There is no circle without the closing edges, and components come after what they lead to.
    for (node,) in components(below):
        reach[node] = below.get(node, set()).union(*(reach[other] for other in below.get(node, ())))
    return [
        edge
        for edge in edges
        if edge.illegal
        or edge.closing
        or not any(edge.head in reach[other] for other in below[edge.tail])
    ]
