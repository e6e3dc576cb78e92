"""What has to change in a text so that the running Python can read it, and the reading itself."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from archcheck.analysis.syntax.downlevel.edits import Edit, SourceEdits
from archcheck.analysis.syntax.downlevel.interpolation import (
    Interpolated,
    Part,
    Text,
    Value,
    restore_strings,
)
from archcheck.analysis.syntax.downlevel.statements import rewrite_statements


class Rewriting(NamedTuple):
    """How to rewrite the expressions of a text; its statements are rewritten in any case.

    Attributes:
        edits: what to replace; the text keeps its lines.
        prefix: what the names of placeholder calls begin with.
        strings: what the placeholder calls stand for, by number.
    """

    edits: tuple[Edit, ...] = ()
    prefix: str = ""
    strings: tuple[Interpolated, ...] = ()

    def parse(self, text: str) -> ast.Module:
        """Parse the rewritten text; the tree has the positions of ``text`` itself.

        Raises:
            SyntaxError: there is more in it that the running Python does not know.
        """
        expressions = SourceEdits(text, self.edits)
        text = expressions.apply()
        # Only now: the tokenizer of an older Python gets lost in newer strings.
        statements = SourceEdits(text, rewrite_statements(text))
        tree = ast.parse(statements.apply())
        statements.restore_columns(tree)
        expressions.restore_columns(tree)
        if self.strings:
            restore_strings(tree, self.prefix, self.strings)
        return tree

    def to_json(self) -> list[Any]:
        """Return it as nested lists (named tuples are lists to JSON)."""
        return [*self]

    @classmethod
    def from_json(cls, data: list[Any]) -> Rewriting:
        """Return what `to_json` was called on."""
        edits, prefix, strings = data
        return cls(
            tuple(Edit(*edit) for edit in edits),
            prefix,
            tuple(Interpolated(_parts(parts), is_template) for parts, is_template in strings),
        )


def _parts(data: list[list[Any]]) -> tuple[Part, ...]:
    return tuple(_part(part) for part in data)


def _part(data: list[Any]) -> Part:
    if len(data) == 1:
        return Text(data[0])
    source, conversion, spec = data
    return Value(source, conversion, None if spec is None else _parts(spec))
