"""YAML as the text that people wrote: every scalar a string that knows its line.

CI files need no guesses: ``on`` is a key and no boolean, ``3.10`` a version and no number. And they need safety:
aliases are counted as what they expand to, so that a few lines cannot become a billion.
"""

from __future__ import annotations

from typing import TypeAlias, Union

import yaml

MAX_NODES = 200_000
"""Of a document with all aliases expanded; the largest CI files have some thousand."""

MAX_DEPTH = 60

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "<<"


class Text(str):
    """A scalar.

    Attributes:
        line: on which its text begins, counted from 1.
    """

    line: int

    def __new__(cls, value: str, line: int = 0) -> Text:
        """Make one of a string and its line."""
        text = super().__new__(cls, value)
        text.line = line
        return text


Node: TypeAlias = Union[Text, list["Node"], dict[Text, "Node"]]  # noqa: UP007 (a string has no `|` on 3.10)


class YamlTextError(Exception):
    """The text is no YAML, or none that can be handled.

    Args:
        message: what is wrong.
        line: where, 0 when that is not known.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def load_yaml(text: str) -> list[Node]:
    """Return the documents of a YAML text.

    Raises:
        YamlTextError: a syntax error, an unknown alias, or a document that is too large or too deep.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.add(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise YamlTextError(problem, mark.line + 1 if mark else 0) from error
    except (ValueError, RecursionError) as error:
        raise YamlTextError(type(error).__name__, 0) from error
    return builder.documents


class _Open:
    """A mapping or sequence that is not finished."""

    def __init__(self, anchor: str | None, *, is_mapping: bool) -> None:
        self.anchor = anchor
        self.is_mapping = is_mapping
        self.items: list[Node] = []
        self.size = 1

    def finish(self) -> Node:
        if not self.is_mapping:
            return self.items
        found: dict[Text, Node] = {}
        merged: dict[Text, Node] = {}
        for key, value in zip(self.items[::2], self.items[1::2], strict=True):
            if key == _MERGE:
                for source in value if isinstance(value, list) else [value]:
                    if isinstance(source, dict):
                        merged = {**source, **merged}
            elif isinstance(key, Text):
                found[key] = value
        return {**merged, **found}


class _Builder:
    """Builds nodes from events, without recursion."""

    def __init__(self) -> None:
        self.documents: list[Node] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}

    def add(self, event: yaml.Event) -> None:
        """Take the next event."""
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()
        elif isinstance(event, yaml.ScalarEvent):
            # The text of a block scalar begins below its `|` or `>`.
            text = Text(event.value, line + (event.style in ("|", ">")))
            self._place(text, 1, event.anchor, line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(self._stack) >= MAX_DEPTH:
                raise YamlTextError("nested too deeply", line)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            self._stack.append(_Open(event.anchor, is_mapping=is_mapping))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            done = self._stack.pop()
            self._place(done.finish(), done.size, done.anchor, line)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise YamlTextError(f"unknown alias `{event.anchor}`", line)
            node, size = self._anchors[event.anchor]
            self._place(node, size, None, line)

    def _place(self, node: Node, size: int, anchor: str | None, line: int) -> None:
        if anchor:
            self._anchors[anchor] = (node, size)
        if not self._stack:
            self.documents.append(node)
            return
        parent = self._stack[-1]
        parent.items.append(node)
        parent.size += size
        if parent.size > MAX_NODES:
            raise YamlTextError("too many nodes, aliases expanded", line)
