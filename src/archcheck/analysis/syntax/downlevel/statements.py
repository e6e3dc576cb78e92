"""Statements that are newer than the running Python, found by tokens alone.

========================================  =================================================
``except A, B:`` (PEP 758)                ``except (A, B):``
``except* A:`` (PEP 654), on 3.10         ``except A:``
``def f[T: int]()``, ``class A[T]:``      ``def f()``, ``class A:``
``class A[T = int]:`` (PEP 696), on 3.12  ``class A[T]:``
``type X[T] = Y`` (PEP 695)               ``X: "TypeAlias" = Y``
``lazy import a`` (PEP 810)               ``import a``
========================================  =================================================

Nearly every file that is too new needs nothing else, and tokens cost a tenth of what a concrete syntax tree costs.
"""

from __future__ import annotations

import contextlib
import io
import keyword
import sys
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from archcheck.analysis.syntax.downlevel.edits import Edit, line_starts

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_NO_CODE = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT})
_STATEMENT_ENDS = frozenset({";", ":"})

_LONGEST_LINE = 20_000
"""Python 3.12.0 copies the whole line for each of its tokens; no statement is that long, only data and attacks are."""


def rewrite_statements(text: str) -> tuple[Edit, ...]:
    """Return the edits that make older statements of newer ones, none where there is nothing to do."""
    if any(len(line) > _LONGEST_LINE for line in text.split("\n")):
        return ()
    return tuple(_Statements(text).edits())


class _Token(NamedTuple):
    """A token without its line, which would keep the copies alive."""

    type: int
    string: str
    start: tuple[int, int]
    end: tuple[int, int]


class _Statements:
    """The tokens of a text, with their places in it."""

    def __init__(self, text: str) -> None:
        self._tokens: list[_Token] = []
        self._starts = line_starts(text)
        # What makes no tokens is for the parser to complain of.
        with contextlib.suppress(tokenize.TokenError, SyntaxError):
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type not in _NO_CODE:
                    self._tokens.append(_Token(*token[:4]))
        self._closing = self._brackets()

    def edits(self) -> Iterator[Edit]:
        """Yield the edits in the order of the text."""
        for index, token in enumerate(self._tokens):
            if token.type != tokenize.NAME:
                continue
            if token.string == "except" and self._begins_line(index):
                yield from self._handler(index)
            elif token.string in ("def", "class") and self._string(index + 2) == "[":
                yield from self._type_parameters(index + 2)
            elif token.string == "type" and self._begins_statement(index):
                yield from self._type_alias(index)
            elif token.string == "lazy" and self._begins_statement(index):
                yield from self._lazy_import(index)

    def _brackets(self) -> dict[int, int]:
        """Return the index of the closing bracket by that of the opening one."""
        pairs: dict[int, int] = {}
        opened: list[int] = []
        for index, token in enumerate(self._tokens):
            if token.type == tokenize.OP and token.string in _OPENING:
                opened.append(index)
            elif token.type == tokenize.OP and token.string in _CLOSING and opened:
                pairs[opened.pop()] = index
        return pairs

    def _string(self, index: int) -> str:
        return self._tokens[index].string if index < len(self._tokens) else ""

    def _start(self, index: int) -> int:
        line, column = self._tokens[index].start
        return self._starts[line - 1] + column

    def _end(self, index: int) -> int:
        line, column = self._tokens[index].end
        return self._starts[line - 1] + column

    def _begins_line(self, index: int) -> bool:
        return not index or self._tokens[index - 1].type == tokenize.NEWLINE

    def _begins_statement(self, index: int) -> bool:
        return self._begins_line(index) or self._tokens[index - 1].string in _STATEMENT_ENDS

    def _find(self, strings: frozenset[str], start: int) -> int:
        """Return the index of the first of these tokens, outside brackets and before the line ends, or 0."""
        index = start
        while index < len(self._tokens) and self._tokens[index].type != tokenize.NEWLINE:
            if self._tokens[index].string in strings:
                return index
            index = self._closing.get(index, index) + 1
        return 0

    def _handler(self, index: int) -> Iterator[Edit]:
        if self._string(index + 1) == "*":
            index += 1
            if sys.version_info < (3, 11):
                yield Edit(self._start(index), self._end(index), " ")
        colon = self._find(frozenset(":"), index + 1)
        if 0 < self._find(frozenset(","), index + 1) < colon:
            start, end = self._start(index + 1), self._end(colon - 1)
            yield Edit(start, start, "(")
            yield Edit(end, end, ")")

    def _type_parameters(self, bracket: int) -> Iterator[Edit]:
        closing = self._closing.get(bracket)
        if closing is None:
            return
        if sys.version_info < (3, 12):
            yield Edit(self._start(bracket), self._end(closing), "", joined=True)
        elif sys.version_info < (3, 13):
            index = bracket + 1
            while equal := self._find(frozenset("=]"), index):
                if equal >= closing:
                    break
                index = self._find(frozenset(",]"), equal)
                yield Edit(self._start(equal), self._start(index), "")

    def _type_alias(self, index: int) -> Iterator[Edit]:
        name, after = index + 1, index + 2
        if not self._string(name).isidentifier() or keyword.iskeyword(self._string(name)):
            return
        equal = self._closing.get(after, index + 1) + 1
        if self._string(equal) != "=":
            return
        if sys.version_info < (3, 12):
            yield Edit(self._start(index), self._start(name), "", joined=True)
            yield Edit(self._end(name), self._end(equal - 1), ': "TypeAlias"', joined=True)
        elif equal > after:
            yield from self._type_parameters(after)

    def _lazy_import(self, index: int) -> Iterator[Edit]:
        if self._string(index + 1) in ("import", "from"):
            yield Edit(self._start(index), self._start(index + 1), "", joined=True)
