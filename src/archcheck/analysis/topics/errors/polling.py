"""Does a loop wait until something answers? What fails meanwhile says no more than that it does not yet."""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.syntax.scopes import FUNCTIONS

_PAUSES = frozenset({"sleep", "wait"})
_LEAVES = (ast.Break, ast.Return)


def waits_for_answer(attempt: ast.AST | None, module: Module) -> bool:
    """Whether a ``try`` asks so many times, with pauses, and leaves the loop as soon as it succeeds.

    ``for _ in range(30)`` around ``try: ping(); break`` and a ``sleep``; a loop without end is a job of its own.
    """
    loop = module.parent(attempt) if attempt is not None else None
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not isinstance(loop.iter, ast.Call):
        return False
    if module.resolve(loop.iter.func) != "range":
        return False
    leaves = any(
        isinstance(part, _LEAVES)
        for statement in getattr(attempt, "body", ())
        for part in ast.walk(statement)
    )
    return leaves and any(
        isinstance(part, ast.Call) and simple_name(part.func) in _PAUSES
        for statement in loop.body
        for part in ast.walk(statement)
    )


def repeats_for_ever(node: ast.AST, module: Module) -> bool:
    """Whether ``node`` runs again and again for as long as its function does: ``while True``."""
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.While) and getattr(ancestor.test, "value", None) is True:
            return True
        if isinstance(ancestor, FUNCTIONS):
            return False
    return False
