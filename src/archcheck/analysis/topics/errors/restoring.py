"""Does a statement put back what the same function changed before?"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from archcheck.analysis.names.values import dotted


def restored(statement: ast.AST, before: Sequence[ast.stmt]) -> str:
    """What ``statement`` gives back the value that it had before, as written; ``""`` where it does nothing of the kind.

    Either the old value was kept (``old = x.y``; ``x.y = new``; ... ``x.y = old``), or a switch is thrown back
    (``freeze(True)``; ... ``freeze(False)``). The same call twice alone restores nothing: it may log or measure.

    Args:
        statement: a later statement of a function.
        before: those that ran before it.
    """
    kept = _kept(before)
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name):
        target = dotted(statement.targets[0])
        is_back = kept.get(statement.value.id) == target and not target.startswith("?")
        return target if is_back else ""
    call = _call(statement)
    if call is None:
        return ""
    callee = dotted(call.func)
    earlier = [
        each for each in map(_call, before) if each is not None and dotted(each.func) == callee
    ]
    gives_back = any(isinstance(part, ast.Name) and part.id in kept for part in call.args)
    throws_back = any(_is_switched(one, call) for one in earlier)
    return callee if earlier and (gives_back or throws_back) else ""


def _kept(before: Sequence[ast.stmt]) -> dict[str, str]:
    """Name -> what was read into it."""
    return {
        statement.targets[0].id: dotted(statement.value)
        for statement in before
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }


def _call(statement: ast.AST) -> ast.Call | None:
    """The call that a statement is, or whose result it binds, awaited or not."""
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    value = value.value if isinstance(value, ast.Await) else value
    return value if isinstance(value, ast.Call) else None


def _is_switched(one: ast.Call, other: ast.Call) -> bool:
    """Whether two calls differ in a constant that is no text: ``True`` here, ``False`` or ``None`` there."""
    return len(one.args) == len(other.args) and any(
        isinstance(left, ast.Constant)
        and isinstance(right, ast.Constant)
        and left.value != right.value
        and all(each.value in (True, False, None) for each in (left, right))
        for left, right in zip(one.args, other.args, strict=True)
    )
