"""Which code do only type checkers read?"""

from __future__ import annotations

import ast
from collections.abc import Callable

Names = tuple[str, ...]


def never_runs(child: ast.AST, condition: ast.If, names: Callable[[ast.expr], Names]) -> bool:
    """Whether the branch that ``child`` stands in is dead at run time: ``if TYPE_CHECKING``, ``if False``.

    Args:
        child: the node directly below ``condition``.
        condition: the statement.
        names: resolves an expression, so that any alias of ``TYPE_CHECKING`` is known.
    """
    test, negated = condition.test, False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, negated = test.operand, not negated
    if child is condition.test or not _is_false(test, names):
        return False
    return child in (condition.orelse if negated else condition.body)


def _is_false(test: ast.expr, names: Callable[[ast.expr], Names]) -> bool:
    if isinstance(test, ast.Constant):
        return not test.value
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_is_false(part, names) for part in test.values)
    if isinstance(test, ast.Name) and test.id in ("TYPE_CHECKING", "MYPY"):
        return True  # also where the module sets it itself: `TYPE_CHECKING = False`
    if isinstance(test, (ast.Name, ast.Attribute)):
        return any(name.rpartition(".")[2] == "TYPE_CHECKING" for name in names(test))
    return False
