"""Interpolated strings that the running Python cannot read, and their way into the tree.

In the text such a string becomes a call of a name that occurs nowhere else, with the interpolated expressions as its
arguments. They stay where they are, so `ast` reads them as the ordinary code they are. In the tree the call becomes
what the string stands for:

- an f-string: `ast.JoinedStr`, as on a Python that knows it;
- a t-string (PEP 750): the call of `string.templatelib.Template` that it is short for. It is no string, so it must not
  look like one: a driver that takes it keeps its values apart from the query.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Value(NamedTuple):
    """One interpolated expression.

    Attributes:
        source: the expression as written.
        conversion: ``r``, ``s``, ``a`` or empty.
        spec: the format specification, or None when there is none.
    """

    source: str
    conversion: str
    spec: tuple[Part, ...] | None


class Text(NamedTuple):
    """Literal text between the expressions, its escapes decoded."""

    text: str


Part = Text | Value
"""What an interpolated string is made of."""


class Interpolated(NamedTuple):
    """A string with the parts it is made of, in order."""

    parts: tuple[Part, ...]
    is_template: bool = False


def literal_text(source: str, prefix: str, quote: str) -> str:
    """Decode the literal part of an interpolated string.

    Args:
        source: the characters between two expressions.
        prefix: letters before the string's first quote.
        quote: the quote, one or three characters.
    """
    source = source.replace("{{", "{").replace("}}", "}")
    raw = "r" if "r" in prefix.lower() else ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return str(ast.literal_eval(raw + quote + source + quote))
        except (SyntaxError, ValueError):
            return source


def restore_strings(tree: ast.AST, prefix: str, strings: Sequence[Interpolated]) -> None:
    """Turn the placeholder calls of a tree back into strings.

    Args:
        tree: changed in place.
        prefix: what the placeholders' names begin with; the number of the string follows.
        strings: the strings by number.
    """

    def restored(node: object) -> object:
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id.startswith(prefix)
        ):
            return node
        string = strings[int(node.func.id[len(prefix) :])]
        build = _template if string.is_template else _joined
        built = build(string.parts, iter(node.args))
        for made in ast.walk(built):
            if "col_offset" in made._attributes and not hasattr(made, "lineno"):
                ast.copy_location(made, node)
        return built

    # Not a NodeTransformer: that one recurses, and a sum of a thousand strings is as many nodes deep.
    pending = [tree]
    while pending:
        node = pending.pop()
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = [restored(item) for item in value]
            else:
                setattr(node, name, restored(value))
        pending.extend(ast.iter_child_nodes(node))


def _joined(parts: Sequence[Part], values: Iterator[ast.expr]) -> ast.JoinedStr:
    return ast.JoinedStr([_formatted(part, values) for part in parts])


def _formatted(part: Part, values: Iterator[ast.expr]) -> ast.expr:
    if isinstance(part, Text):
        return ast.Constant(part.text)
    value = next(values)
    spec = None if part.spec is None else _joined(part.spec, values)
    return ast.FormattedValue(value, ord(part.conversion) if part.conversion else -1, spec)


def _template(parts: Sequence[Part], values: Iterator[ast.expr]) -> ast.Call:
    return _templatelib("Template", [_interpolation(part, values) for part in parts])


def _interpolation(part: Part, values: Iterator[ast.expr]) -> ast.expr:
    if isinstance(part, Text):
        return ast.Constant(part.text)
    value = next(values)
    spec: ast.expr = ast.Constant("") if part.spec is None else _joined(part.spec, values)
    source, conversion = ast.Constant(part.source), ast.Constant(part.conversion or None)
    return _templatelib("Interpolation", [value, source, conversion, spec])


def _templatelib(name: str, arguments: list[ast.expr]) -> ast.Call:
    load = ast.Load()
    module = ast.Attribute(ast.Name("string", load), "templatelib", load)
    return ast.Call(ast.Attribute(module, name, load), arguments, [])
