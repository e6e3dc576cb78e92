"""Does a loop wait until something answers? What fails meanwhile says no more than that it does not yet."""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.syntax.scopes import FUNCTIONS

_PAUSES = frozenset({"sleep", "wait"})
_LEAVES = (ast.Break, ast.Return)


def waits_for_answer(attempt: ast.AST | None, module: Module) -> bool:
    """Whether a ``try`` asks so many times or so long, with pauses, and leaves the loop as soon as it succeeds.

    ``for _ in range(30)`` or ``while not expired()`` around ``try: ping(); break`` and a ``sleep``; a loop without
    end is a job of its own.
    """
    loop = module.parent(attempt) if attempt is not None else None
    body: list[ast.stmt] = getattr(attempt, "body", [])
    if isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant):
        tries = body[-1:]  # what leaves it earlier may be the end of a job
    elif (
        isinstance(loop, (ast.For, ast.AsyncFor))
        and isinstance(loop.iter, ast.Call)
        and module.resolve(loop.iter.func) == "range"
    ):
        tries = body
    else:
        return False
    leaves = any(isinstance(part, _LEAVES) for statement in tries for part in ast.walk(statement))
    return leaves and any(
        isinstance(part, ast.Call) and simple_name(part.func) in _PAUSES
        for statement in loop.body
        for part in ast.walk(statement)
    )


def only_waits(body: list[ast.stmt]) -> bool:
    """Whether statements only wait for something for a while: ``await wait_for(shield(task), 5)``, ``wait_for(event.wait(), 1)``.

    What fails in the task is the task's own; who waits looks at what has come of it.
    """
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else None
    if not isinstance(call, ast.Call) or simple_name(call.func) != "wait_for" or not call.args:
        return False
    waited = call.args[0]
    return isinstance(waited, ast.Call) and simple_name(waited.func) in ("shield", "wait")


def repeats_for_ever(node: ast.AST, module: Module) -> bool:
    """Whether ``node`` runs again and again for as long as its function does: ``while True``."""
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.While) and getattr(ancestor.test, "value", None) is True:
            return True
        if isinstance(ancestor, FUNCTIONS):
            return False
    return False
