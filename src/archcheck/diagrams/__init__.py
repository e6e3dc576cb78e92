"""Pictures of imports: the values that are drawn, and one module a format, a pure function of them.

A format is a module here with a function ``render(diagram) -> str``; its name is the format's. Modules that begin with
an underscore are shared helpers. Names come from untrusted paths: each format escapes them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from msgspec import Struct

FORMATS = ("dot", "json", "mermaid", "svg")


class Group(Struct, frozen=True):
    """Nodes that belong together, such as those of a layer; drawn as a band.

    Attributes:
        id: unique among the groups.
        title: for people; ``""`` for a band without one.
    """

    id: str
    title: str


class Node(Struct, frozen=True):
    """A module, or several that are drawn as one: a package, a layer.

    Attributes:
        id: unique among the nodes; the qualified name where it has one.
        label: for people.
        group: the group's id, ``""`` for none.
        modules: how many it stands for.
    """

    id: str
    label: str
    group: str = ""
    modules: int = 1


class Edge(Struct, frozen=True):
    """The imports that lead from one node to another.

    Attributes:
        tail: id of the node that imports.
        head: id of the one that is imported.
        imports: how many pairs of modules are behind it, 1 or more.
        illegal: of these, how many the layers forbid.
        closing: it closes a circle: without the closing edges the diagram has none.
    """

    tail: str
    head: str
    imports: int = 1
    illegal: int = 0
    closing: bool = False


class Diagram(Struct, frozen=True):
    """Everything that is drawn. At most one edge leads from one node to another, and none to itself.

    Attributes:
        title: what it shows.
        nodes: in the order of their names.
        edges: in the order of their ends.
        groups: the highest first; empty when nothing is grouped.
        notes: what was left out or folded, a sentence each.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()


Renderer = Callable[[Diagram], str]
"""Turns a diagram into text that ends with a line break."""


def load_renderer(name: str) -> Renderer:
    """Load one of `FORMATS`."""
    render: Renderer = importlib.import_module(f"archcheck.diagrams.{name}").render
    return render
