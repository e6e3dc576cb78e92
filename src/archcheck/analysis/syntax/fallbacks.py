"""Is a block there for what it does, or for a value that something else can stand in for?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.syntax.scopes import FUNCTIONS

_BLOCKS = ("body", "orelse", "finalbody")
_DEEDS = (ast.Assert, ast.Delete, ast.Raise)


def ends_in_deed(body: list[ast.stmt]) -> bool:
    """Whether the last thing that a block does, on some way through it, can be seen elsewhere.

    That is a call whose result is dropped, or a value that is kept in an object or a collection. A block that ends in
    setting names of its own function, in ``return``, ``break`` or ``continue`` was to find something: where it fails,
    those names keep what they held, and what comes next is tried or returned in its place. So does ``row["tags"]``
    where it was to be replaced by ``loads(row["tags"])``.
    """
    last = body[-1]
    if isinstance(last, (*FUNCTIONS, ast.ClassDef)):
        return False
    inner = [block for name in _BLOCKS if (block := getattr(last, name, None))]
    inner += [case.body for case in getattr(last, "cases", ())]
    if inner:
        return any(map(ends_in_deed, inner))
    if isinstance(last, ast.Expr):
        return not isinstance(last.value, ast.Constant)
    if isinstance(last, _DEEDS):
        return True
    targets = getattr(last, "targets", None) or [getattr(last, "target", None)]
    value = getattr(last, "value", None)
    used = set() if value is None else {_spelt(part) for part in ast.walk(value)}
    return any(
        isinstance(part, (ast.Attribute, ast.Subscript)) and _spelt(part) not in used
        for target in targets
        for part in getattr(target, "elts", [target])
    )


def _spelt(node: ast.AST) -> str:
    """An attribute or item as it is written, be it read or set."""
    return ast.unparse(node) if isinstance(node, (ast.Attribute, ast.Subscript)) else ""


def may_return(attempt: ast.AST) -> bool:
    """Whether a ``try`` or ``with`` ends in returning a value, on some way through its last statement."""
    ends = [*getattr(attempt, "orelse", [])[-1:], *getattr(attempt, "body", [])[-1:]]
    return any(
        isinstance(part, ast.Return)
        and not (part.value is None or getattr(part.value, "value", part) is None)
        for part in _within(ends)
    )


def _within(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements and those in their blocks, without what they only define."""
    for statement in statements:
        yield statement
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            for block in _BLOCKS:
                yield from _within(getattr(statement, block, []))
