"""What becomes of a text: is it turned into a value of another type, and by what?"""

from __future__ import annotations

import ast
import enum
import re

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.children import descend
from archcheck.analysis.topics.values.options import declares_option

#: They take a number as well as its text.
_CONVERTERS = frozenset({"complex", "decimal.Decimal", "float", "fractions.Fraction", "int", "str"})
_LOOKUPS = frozenset({"get", "getenv", "pop"})
#: What functions are called that make a value of a text.
_PARSER = re.compile(
    r"bool|parse|str2|(?:^|_)(?:as|to|cast|coerce|convert|int|float|json|list|split|flag|truth\w*|loads|eval)(?:_|$)",
    re.IGNORECASE,
)


class Use(enum.Enum):
    """How an expression is used first."""

    BOOL = "given to `bool`"
    CONVERTED = "given to a converter that takes numbers too, or put into a text"
    PARSED = "given to a function that by its name makes a value of it"
    COMPARED = "compared with texts"
    STORED = "bound to a name or attribute"
    OTHER = "anything else: tested, passed on, returned"


class Conversion(Struct, frozen=True):
    """What becomes of an expression.

    Attributes:
        use: how it is used.
        by: the callee as written, for a call.
        fallback: an ``or`` gives it another value when it is empty.
        later: it is bound to a name first, and something may happen in between.
    """

    use: Use
    by: str = ""
    fallback: bool = False
    later: bool = False


def conversion(node: ast.expr, module: Module) -> Conversion:
    """What becomes of the value of ``node``; a name that it is bound to is followed through the module."""
    fallback = False
    child: ast.AST = node
    parent = module.parent(child)
    while parent is not None and _passes_on(parent, child):
        if isinstance(parent, ast.IfExp) and child is parent.test:
            return Conversion(Use.OTHER, fallback=fallback)
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or):
            fallback = fallback or child is not parent.values[-1]
        child, parent = parent, module.parent(parent)
    use, by = _use(child, parent, module)
    if use is Use.STORED:
        use, by = _later_use(parent, module)
        return Conversion(use, by, fallback, later=True)
    return Conversion(use, by, fallback)


def _passes_on(parent: ast.AST, child: ast.AST) -> bool:
    """Whether a value may be that of the expression around it.

    So is what another look-up gives where it finds nothing: ``getenv("A", getenv("B", 1))``.
    """
    return isinstance(parent, (ast.BoolOp, ast.IfExp)) or (
        isinstance(parent, ast.Call)
        and len(parent.args) == 2
        and child is parent.args[1]
        and dotted(parent.func).rpartition(".")[2] in _LOOKUPS
    )


def _use(child: ast.AST, parent: ast.AST | None, module: Module) -> tuple[Use, str]:
    if isinstance(parent, ast.keyword):
        child, parent = parent, module.parent(parent)
    if isinstance(parent, ast.Call) and child is not parent.func:
        if _is_default_of_option(child, parent):
            return Use.CONVERTED, dotted(parent.func)
        return _use_by(parent, module)
    if isinstance(parent, ast.FormattedValue):
        return Use.CONVERTED, ""
    if isinstance(parent, ast.Compare) and _compares_text(child, parent):
        return Use.COMPARED, ""
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and child is parent.value:
        return Use.STORED, ""
    return Use.OTHER, ""


def _use_by(call: ast.Call, module: Module) -> tuple[Use, str]:
    name = module.resolve(call.func)
    written = dotted(call.func)
    if name == "bool":
        return Use.BOOL, written
    if name in _CONVERTERS or _formats(call):
        return Use.CONVERTED, written
    if _PARSER.search(written.rpartition(".")[2]):
        return Use.PARSED, written
    return Use.OTHER, written


def _is_default_of_option(child: ast.AST, call: ast.Call) -> bool:
    """``add_argument("--rows", type=int, default=...)``: the parser converts a default that is a text like any other."""
    return (
        isinstance(child, ast.keyword)
        and child.arg == "default"
        and declares_option(call)
        and any(item.arg == "type" for item in call.keywords)
    )


def _later_use(binding: ast.AST | None, module: Module) -> tuple[Use, str]:
    """What the module does with the name or attribute that a text is bound to."""
    targets = getattr(binding, "targets", None) or [getattr(binding, "target", None)]
    if not isinstance(targets[0], (ast.Name, ast.Attribute)):
        return Use.STORED, ""
    held = dotted(targets[0])
    if isinstance(targets[0], ast.Name) and _is_only_shown(held, module):
        return Use.CONVERTED, ""
    for call in module.nodes(ast.Call):
        if any(dotted(argument) == held for argument in call.args) and not _formats(call):
            use, by = _use_by(call, module)
            if use in (Use.CONVERTED, Use.PARSED):
                return use, by
            if use is Use.BOOL and _holds_only(call.args[0], binding, module):
                return use, by
    for compare in module.nodes(ast.Compare):
        if dotted(compare.left) == held and _compares_text(compare.left, compare):
            return Use.COMPARED, ""
    return Use.STORED, ""


def _is_only_shown(name: str, module: Module) -> bool:
    """Whether a module puts a name into texts, and does nothing else with it than to ask whether it is set."""
    loads = [
        node
        for node in descend(module.tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    shown = [node for node in loads if _is_shown(node, module)]
    return bool(shown) and all(
        node in shown or getattr(module.parent(node), "test", None) is node for node in loads
    )


def _is_shown(node: ast.expr, module: Module) -> bool:
    """Whether an f-string, a ``%`` or ``format`` puts the value into a text."""
    parent = module.parent(node)
    if isinstance(parent, (ast.keyword, ast.Tuple)):
        parent = module.parent(parent)
    if isinstance(parent, ast.Call):
        return _formats(parent)
    return isinstance(parent, ast.FormattedValue) or (
        isinstance(parent, ast.BinOp)
        and isinstance(parent.op, ast.Mod)
        and isinstance(parent.left, ast.Constant)
        and isinstance(parent.left.value, str)
    )


def _formats(call: ast.Call) -> bool:
    return getattr(call.func, "attr", "") == "format"


def _holds_only(name: ast.expr, binding: ast.AST | None, module: Module) -> bool:
    """Whether a name surely holds what ``binding`` gave it; a fallback may have been put in elsewhere."""
    values = [each.value for each in module.symbols.bindings(name)]
    return len(values) == 1 and values[0] is getattr(binding, "value", None)


def _compares_text(child: ast.AST, compare: ast.Compare) -> bool:
    """Whether ``child`` is compared with literal texts, or asked for in a collection that has some, or a name.

    ``flag in (True, "true")`` knows both the default and the text.
    """
    if child is not compare.left:
        return False
    if isinstance(compare.ops[0], (ast.In, ast.NotIn)) and dotted(compare.comparators[0]):
        return True
    parts = [part for side in compare.comparators for part in getattr(side, "elts", [side])]
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    return len(values) == len(parts) and any(isinstance(value, str) for value in values)
