"""Edits of a source text that keep every line where it is, and the way back to its columns.

A rewritten file is judged, but people look at the file they wrote: after `ast` has read the rewritten text, the
positions of the tree are led back to the original one.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """Replaces a span of the text by other text.

    Attributes:
        start: offset of the first character replaced.
        end: offset after the last one; equal to ``start`` for an insertion.
        text: what stands there instead; holds no line end.
        joined: lines that the span covered are joined by backslashes, because no bracket is open there.
    """

    start: int
    end: int
    text: str
    joined: bool = False


class _Piece(NamedTuple):
    """The part of an edit that lies on one line, in columns of that line."""

    start: int
    end: int
    text: str


def line_starts(text: str) -> list[int]:
    """Return the offset of each line's first character, and one past the last line."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


class SourceEdits:
    """A text and edits of it that do not overlap."""

    def __init__(self, text: str, edits: Iterable[Edit]) -> None:
        self._lines = text.split("\n")
        starts = line_starts(text)
        self._pieces: dict[int, list[_Piece]] = defaultdict(list)
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            self._split(edit, starts)
        self._edited = {number: self._rewrite(number) for number in self._pieces}

    def _split(self, edit: Edit, starts: list[int]) -> None:
        first = bisect_right(starts, edit.start) - 1
        last = bisect_right(starts, edit.end) - 1
        for number in range(first, last + 1):
            start = edit.start - starts[first] if number == first else 0
            end = edit.end - starts[last] if number == last else len(self._lines[number])
            text = edit.text if number == first else ""
            joint = "\\" if edit.joined and number < last else ""
            self._pieces[number].append(_Piece(start, end, text + joint))

    def _rewrite(self, number: int) -> str:
        line, parts, done = self._lines[number], [], 0
        for start, end, text in self._pieces[number]:
            parts += [line[done:start], text]
            done = end
        return "".join(parts) + line[done:]

    def apply(self) -> str:
        """Return the text with all edits made; it has as many lines as before."""
        return "\n".join(self._edited.get(number, line) for number, line in enumerate(self._lines))

    def restore_columns(self, tree: ast.AST) -> None:
        """Give the nodes of the rewritten text's tree their columns in the original text.

        What stands in a replaced span gets the span's own first or last column.
        """
        node: Any  # which classes have a position differs between the versions of Python
        for node in ast.walk(tree):
            if "col_offset" in node._attributes:
                node.col_offset = self._original(node.lineno, node.col_offset, is_end=False)
            if getattr(node, "end_col_offset", None) is not None:
                node.end_col_offset = self._original(
                    node.end_lineno, node.end_col_offset, is_end=True
                )

    def _original(self, lineno: int, offset: int, *, is_end: bool) -> int:
        """Lead a column of the rewritten line back; both count UTF-8 bytes, as `ast` does."""
        number = lineno - 1
        if number not in self._edited:
            return offset
        column = len(self._edited[number].encode()[:offset].decode(errors="ignore"))
        return len(self._lines[number][: self._column(number, column, is_end=is_end)].encode())

    def _column(self, number: int, column: int, *, is_end: bool) -> int:
        growth = 0
        for start, end, text in self._pieces[number]:
            new_start = start + growth
            if column < new_start or (is_end and column == new_start):
                break
            if column < new_start + len(text):
                return end if is_end else start
            growth += len(text) - (end - start)
        return column - growth
