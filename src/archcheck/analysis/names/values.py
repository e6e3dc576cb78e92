"""From an expression to a `Value`: literals, names, calls and displays, two levels deep."""

from __future__ import annotations

import ast

from archcheck.analysis.calls.site import Value
from archcheck.analysis.names.symbols import Symbols

_MAX_ITEMS = 50
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
#: What is too long to be written out in a message, as it looks.
_OUTLINES: dict[type[ast.AST], str] = {
    ast.Dict: "{...}",
    ast.GeneratorExp: "(... for ...)",
    ast.IfExp: "... if ... else ...",
    ast.JoinedStr: 'f"..."',
    ast.Lambda: "lambda: ...",
    ast.List: "[...]",
    ast.ListComp: "[... for ...]",
    ast.Set: "{...}",
    ast.Tuple: "(...)",
}


def value_of(node: ast.expr, symbols: Symbols, depth: int = 3) -> Value:
    """What is known of ``node`` as an argument."""
    text = short(node)
    if isinstance(node, ast.Constant):
        literal = node.value
        if literal is None or isinstance(literal, (bool, int, float, str, bytes)):
            return Value("given", is_literal=True, literal=literal, text=text)
        return Value("given", text=text)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        operand = node.operand
        if isinstance(operand, ast.Constant) and isinstance(operand.value, (int, float)):
            return Value("given", is_literal=True, literal=-operand.value, text=text)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return Value("given", names=symbols.names(node), text=text)
    if depth == 0:
        return Value("given", text=text)
    if isinstance(node, ast.Call):
        names = symbols.names(node.func)
        return Value(
            "given",
            call=names[0] if len(names) == 1 else "",
            items=tuple(
                value_of(item, symbols, depth - 1)
                for item in node.args[:_MAX_ITEMS]
                if not isinstance(item, ast.Starred)
            ),
            pairs=tuple(
                (keyword.arg, value_of(keyword.value, symbols, depth - 1))
                for keyword in node.keywords
                if keyword.arg
            ),
            open=any(isinstance(item, ast.Starred) for item in node.args)
            or any(keyword.arg is None for keyword in node.keywords),
            text=text,
        )
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = tuple(
            value_of(item, symbols, depth - 1)
            for item in node.elts[:_MAX_ITEMS]
            if not isinstance(item, ast.Starred)
        )
        return Value("given", items=items, open=len(items) < len(node.elts), text=text)
    if isinstance(node, ast.Dict):
        pairs = tuple(
            (key.value, value_of(value, symbols, depth - 1))
            for key, value in zip(node.keys[:_MAX_ITEMS], node.values[:_MAX_ITEMS], strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        )
        return Value("given", pairs=pairs, open=len(pairs) < len(node.keys), text=text)
    return Value("given", text=text)


def dotted(node: ast.AST) -> str:
    """The dotted source of names, attributes, calls and subscripts; ``""`` for anything else.

    >>> dotted(ast.parse("a.b().c", mode="eval").body)
    'a.b().c'
    """
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else node.attr
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    if isinstance(node, ast.Subscript):
        return f"{dotted(node.value)}[]"
    if isinstance(node, ast.Await):
        return dotted(node.value)
    return ""


def simple_name(node: ast.AST) -> str:
    """The last segment of a name or attribute; ``""`` for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def short(node: ast.AST) -> str:
    """A short text for messages that quotes no literal string.

    >>> short(ast.parse("total - len(rows)", mode="eval").body), short(ast.parse("f'{a}'", mode="eval").body)
    ('total - len()', 'f"..."')
    """
    text = dotted(node)
    if text:
        return text if len(text) <= 80 else f"{text[:77]}..."
    if isinstance(node, ast.Constant):
        return "..." if isinstance(node.value, (str, bytes)) else repr(node.value)
    if isinstance(node, ast.BinOp):
        sides = (dotted(side)[:40] or "..." for side in (node.left, node.right))
        return f" {_OPERATORS.get(type(node.op), '?')} ".join(sides)
    return _OUTLINES.get(type(node), "...")


def subject_of(node: ast.AST) -> str:
    """What identifies a node among its siblings without quoting a value: the fingerprint's source."""
    if isinstance(node, ast.Call):
        keywords = ",".join(sorted(keyword.arg or "**" for keyword in node.keywords))
        return f"{dotted(node.func)}({len(node.args)};{keywords})"
    if isinstance(node, ast.ExceptHandler):
        return f"except {dotted(node.type) if node.type else ''}"
    if isinstance(node, ast.Raise):
        return f"raise {dotted(node.exc) if node.exc else ''}"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, ast.Assign):
        return f"{dotted(node.targets[0])}="
    if isinstance(node, ast.AnnAssign):
        return f"{dotted(node.target)}:"
    return f"{type(node).__name__} {dotted(node)}".strip()
