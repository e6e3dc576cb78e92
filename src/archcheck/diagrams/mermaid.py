"""``mermaid``: a flowchart for Markdown, drawn by GitHub, GitLab and many editors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archcheck.diagrams import Diagram, Node
from archcheck.diagrams._text import count, printable

_SPECIAL = re.compile(r"[^\w .,:()/+…-]")
_ILLEGAL = "stroke:#cf222e,stroke-width:3px,color:#cf222e"
_CLOSING = "stroke:#9a6700,stroke-dasharray:5 3"


def render(diagram: Diagram) -> str:
    """Return the flowchart, the title and the notes as comments."""
    return "".join(f"{line}\n" for line in _lines(diagram))


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "flowchart TD"
    for text in (diagram.title, *diagram.notes):
        yield f"    %% {_comment(text)}"
    names = {node.id: f"n{number}" for number, node in enumerate(diagram.nodes)}
    known = {group.id for group in diagram.groups}
    for number, group in enumerate(diagram.groups):
        members = [node for node in diagram.nodes if node.group == group.id]
        if members:
            yield f'    subgraph g{number}["{_text(group.title) or " "}"]'
            for node in members:
                yield f"        {names[node.id]}{_box(node)}"
            yield "    end"
    for node in diagram.nodes:
        if node.group not in known:
            yield f"    {names[node.id]}{_box(node)}"
    for edge in diagram.edges:
        arrow = "-.->" if edge.closing and not edge.illegal else "-->"
        label = f'|"{edge.illegal} illegal"|' if edge.illegal else ""
        yield f"    {names[edge.tail]} {arrow}{label} {names[edge.head]}"
    for style, chosen in (
        (_ILLEGAL, [number for number, edge in enumerate(diagram.edges) if edge.illegal]),
        (
            _CLOSING,
            [
                number
                for number, edge in enumerate(diagram.edges)
                if edge.closing and not edge.illegal
            ],
        ),
    ):
        if chosen:
            yield f"    linkStyle {','.join(map(str, chosen))} {style}"


def _box(node: Node) -> str:
    size = f"<br/>{count(node.modules, 'module')}" if node.modules > 1 else ""
    return f'["{_text(node.label)}{size}"]'


def _text(text: str) -> str:
    """Text between quotes: what is not harmless becomes a character code, which mermaid reads as text."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", printable(text))


def _comment(text: str) -> str:
    """Text of a comment: braces would be read as a directive."""
    return printable(text).replace("{", "(").replace("}", ")")
