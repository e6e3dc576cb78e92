"""The literal strings of one file, searched all at once."""

from __future__ import annotations

import ast
from collections.abc import Iterable


class Literals:
    """Finds literal strings by what they hold; bytes count as far as they are ASCII.

    Args:
        constants: in source order.
    """

    def __init__(self, constants: Iterable[ast.Constant]) -> None:
        self._texts: list[tuple[ast.Constant, str]] = []
        for node in constants:
            value = node.value
            if isinstance(value, str):
                self._texts.append((node, value))
            elif isinstance(value, bytes):
                self._texts.append((node, value.decode("ascii", errors="replace")))
        self._all = "\n".join([text for _, text in self._texts])

    def holding(self, parts: Iterable[str]) -> list[ast.Constant]:
        """Those that hold any of these parts, in source order."""
        present = [part for part in parts if part in self._all]
        if not present:
            return []
        return [node for node, text in self._texts if any(part in text for part in present)]
