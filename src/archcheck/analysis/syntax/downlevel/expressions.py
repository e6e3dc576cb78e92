"""Expressions that are newer than the running Python, found with libcst.

=======================================  ======================================================
f-strings of PEP 701, t-strings          a placeholder, see `archcheck.analysis.syntax.downlevel.interpolation`
``x[*a]``, ``*args: *Ts`` on 3.10        ``x[(*a,)]``, ``*args: Ts``
``[*a for a in b]`` (PEP 798)            ``[a for a in b]``
``{**a for a in b}`` (PEP 798)           ``{None: a for a in b}``
=======================================  ======================================================

Only this module imports libcst to read; `archcheck.analysis.syntax.downlevel.libcst_process` runs it in a process of its own.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from archcheck.analysis.syntax.downlevel.edits import Edit, line_starts
from archcheck.analysis.syntax.downlevel.interpolation import (
    Interpolated,
    Part,
    Text,
    Value,
    literal_text,
)
from archcheck.analysis.syntax.downlevel.rewriting import Rewriting

_FormattedText = (cst.FormattedStringText, cst.TemplatedStringText)
_AnyFormatted = cst.FormattedString | cst.TemplatedString
_Content = Sequence[cst.BaseFormattedStringContent | cst.BaseTemplatedStringContent]


def find_newer_expressions(text: str) -> Rewriting:
    """Find the expressions that the running Python does not know.

    Args:
        text: source text with ``\\n`` as its only line end.

    Raises:
        libcst.ParserSyntaxError: it is no Python that libcst knows either.
    """
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    finder = _Finder(text, wrapper.module)
    wrapper.visit(finder)
    return Rewriting(tuple(finder.edits), finder.prefix, tuple(finder.strings))


class _Finder(cst.CSTVisitor):
    """Collects the edits; one method a construct."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, text: str, module: cst.Module) -> None:
        super().__init__()
        self.edits: list[Edit] = []
        self.strings: list[Interpolated] = []
        self.prefix = "_interpolated_"
        while self.prefix in text:
            self.prefix += "_"
        self._text = text
        self._module = module
        self._starts = line_starts(text)
        self._pieces: set[cst.CSTNode] = set()

    # Positions: of libcst's own, which leave out a node's own brackets, and with these.

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        position = self.get_metadata(PositionProvider, node)
        start, end = position.start, position.end
        return self._starts[start.line - 1] + start.column, self._starts[end.line - 1] + end.column

    def _outer_span(self, node: cst.BaseExpression) -> tuple[int, int]:
        start, end = self._span(node)
        return start - sum(map(self._length, node.lpar)), end + sum(map(self._length, node.rpar))

    def _length(self, node: cst.CSTNode) -> int:
        return len(self._module.code_for_node(node))

    # Stars (PEP 646, PEP 798).

    def visit_Subscript(self, node: cst.Subscript) -> None:
        """A starred index becomes the tuple that it is."""
        indices = [element.slice for element in node.slice]
        starred = any(isinstance(index, cst.Index) and index.star for index in indices)
        if sys.version_info >= (3, 11) or not starred:
            return
        if not all(isinstance(index, cst.Index) for index in indices):
            return  # a star beside a slice: a tuple cannot hold the slice, and no file is known to do it
        start, end = self._span(node.slice[0])[0], self._span(node.rbracket)[0]
        closing = ")" if isinstance(node.slice[-1].comma, cst.Comma) else ",)"
        self.edits += [Edit(start, start, "("), Edit(end, end, closing)]

    def visit_Annotation(self, node: cst.Annotation) -> None:
        """``*args: *Ts`` loses its second star."""
        if sys.version_info < (3, 11) and isinstance(node.annotation, cst.StarredElement):
            self._unstar(node.annotation)

    def visit_ListComp(self, node: cst.ListComp) -> None:
        """An unpacking comprehension loses its star."""
        self._unpacking(node.elt)

    def visit_SetComp(self, node: cst.SetComp) -> None:
        """An unpacking comprehension loses its star."""
        self._unpacking(node.elt)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> None:
        """An unpacking generator loses its star."""
        self._unpacking(node.elt)

    def visit_StarredDictComp(self, node: cst.StarredDictComp) -> None:
        """``{**a for a in b}`` becomes ``{None: a for a in b}``."""
        stars = (
            self._outer_span(node.value)[0] - self._length(node.whitespace_before_value) - len("**")
        )
        self.edits.append(Edit(stars, stars + len("**"), "None:"))

    def _unpacking(self, element: cst.BaseExpression | cst.StarredElement) -> None:
        if isinstance(element, cst.StarredElement):
            self._unstar(element)

    def _unstar(self, element: cst.StarredElement) -> None:
        self.edits.append(Edit(self._span(element)[0], self._outer_span(element.value)[0], ""))

    # Strings (PEP 701, PEP 750).

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        """Neighbours of an unknown string go with it: a call cannot stand beside a literal."""
        if node in self._pieces:
            return
        pieces: list[cst.BaseExpression] = []
        rest: cst.BaseExpression = node
        while isinstance(rest, cst.ConcatenatedString):
            self._pieces.add(rest)
            pieces.append(rest.left)
            rest = rest.right
        pieces.append(rest)
        self._pieces.update(pieces)
        if any(self._is_unknown(piece) for piece in pieces):
            self._replace(pieces)

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        """An f-string that the running Python refuses becomes a placeholder."""
        if node not in self._pieces and self._is_unknown(node):
            self._replace([node])

    def visit_TemplatedString(self, node: cst.TemplatedString) -> None:
        """A t-string becomes a placeholder."""
        if node not in self._pieces and self._is_unknown(node):
            self._replace([node])

    def _is_unknown(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.TemplatedString):
            return sys.version_info < (3, 14)
        if not isinstance(node, cst.FormattedString) or sys.version_info >= (3, 12):
            return False
        start, end = self._span(node)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(f"({self._text[start:end]})", mode="eval")
            except SyntaxError:
                return True
        return False

    def _replace(self, pieces: Sequence[cst.BaseExpression]) -> None:
        """Put a placeholder call in the place of a string, its expressions as arguments.

        Whatever lies between two expressions is an edit of its own, so that they can hold edits themselves.
        """
        parts: list[Part] = []
        kept: list[tuple[int, int]] = []
        for piece in pieces:
            if isinstance(piece, cst.FormattedString | cst.TemplatedString):
                parts += self._parts(piece.parts, piece, kept)
            elif isinstance(piece, cst.SimpleString):
                parts.append(Text(str(piece.evaluated_value)))
        name = f"{self.prefix}{len(self.strings)}("
        self.strings.append(Interpolated(tuple(parts), isinstance(pieces[0], cst.TemplatedString)))
        done, opening = self._span(pieces[0])[0], name
        for start, end in kept:
            self.edits.append(Edit(done, start, opening + "("))
            done, opening = end, "),"
        end = self._span(pieces[-1])[1]
        self.edits.append(Edit(done, end - 1, ")" if kept else name))
        self.edits.append(Edit(end - 1, end, ")"))  # on the last line, so that the call ends there

    def _parts(
        self, contents: _Content, string: _AnyFormatted, kept: list[tuple[int, int]]
    ) -> list[Part]:
        parts: list[Part] = []
        for content in contents:
            if isinstance(content, _FormattedText):
                parts.append(Text(literal_text(content.value, string.prefix, string.quote)))
            elif isinstance(content, cst.FormattedStringExpression | cst.TemplatedStringExpression):
                source = self._module.code_for_node(content.expression)
                kept.append(self._span(content.expression))
                spec = None
                if content.format_spec is not None:
                    spec = tuple(self._parts(content.format_spec, string, kept))
                conversion = content.conversion or ""
                if content.equal is not None:
                    before = self._module.code_for_node(content.whitespace_before_expression)
                    parts.append(Text(before + source + self._module.code_for_node(content.equal)))
                    conversion = conversion or ("" if spec else "r")
                parts.append(Value(source, conversion, spec))
        return parts
