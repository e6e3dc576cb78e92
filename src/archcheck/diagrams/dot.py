"""``dot``: the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.diagrams import Diagram, Edge, Node
from archcheck.diagrams._text import count, printable, told


def render(diagram: Diagram) -> str:
    """Return a directed graph, its groups as clusters, its notes below the title."""
    return "".join(f"{line}\n" for line in _lines(diagram))


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "digraph archcheck {"
    yield f"    graph [label={_quoted(diagram.title, *diagram.notes)}, labelloc=t, rankdir=TB];"
    yield '    node [shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#8c959f"];'
    yield '    edge [color="#8c959f"];'
    names = {node.id: f"n{number}" for number, node in enumerate(diagram.nodes)}
    known = {group.id for group in diagram.groups}
    for number, group in enumerate(diagram.groups):
        members = [node for node in diagram.nodes if node.group == group.id]
        if members:
            yield f"    subgraph cluster_{number} {{"
            yield f'        label={_quoted(group.title)}; color="#d0d7de";'
            for node in members:
                yield f"        {names[node.id]} {_node(node)};"
            yield "    }"
    for node in diagram.nodes:
        if node.group not in known:
            yield f"    {names[node.id]} {_node(node)};"
    for edge in diagram.edges:
        yield f"    {names[edge.tail]} -> {names[edge.head]} {_edge(edge)};"
    yield "}"


def _node(node: Node) -> str:
    size = (count(node.modules, "module"),) if node.modules > 1 else ()
    return f"[label={_quoted(node.label, *size)}, tooltip={_quoted(node.id)}]"


def _edge(edge: Edge) -> str:
    said = f"tooltip={_quoted(told(edge))}"
    if edge.illegal:
        return f'[color="#cf222e", fontcolor="#cf222e", penwidth=2, label="{edge.illegal}", {said}]'
    return f'[color="#9a6700", style=dashed, {said}]' if edge.closing else f"[{said}]"


def _quoted(*lines: str) -> str:
    """A quoted string; a backslash or quote of a name is only itself."""
    escaped = (printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
