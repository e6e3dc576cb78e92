"""Does a value from before stand in for what a block could not work out?"""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.blocks import next_statement


def has_fallback_value(attempt: ast.Try | ast.With, module: Module) -> bool:
    """Whether a ``try`` or ``with`` that drops an exception still leaves a value: the one from before.

    ``size = 0`` and then ``try: size = measure()`` says the same as ``except ...: size = 0``, and a ``return 0``
    after a ``try`` that returns says the same as one in its handler.

    Args:
        attempt: the statement that drops what its block raises.
        module: the file.
    """
    following = next_statement(attempt, module)
    found = [*getattr(attempt, "orelse", []), *attempt.body[-1:]]
    if any(map(_may_return, found)):
        if isinstance(following, ast.Try):  # what is tried next
            following = following.body[-1]
        if isinstance(following, ast.Return):
            return following.value is not None
    names, before = _set_names(attempt.body), _names_before(attempt, module)
    return not names.isdisjoint(before) and all(
        _is_used_only_in(name, attempt, module) for name in names - before
    )


def _may_return(statement: ast.stmt) -> bool:
    """``return size``, or the same at the end of an ``if``."""
    last = statement.body[-1] if isinstance(statement, ast.If) else statement
    return isinstance(last, ast.Return)


def _set_names(body: list[ast.stmt]) -> frozenset[str]:
    """The names that a block sets; empty where it does anything else."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, (ast.If, ast.With)):
            inner = _set_names([*statement.body, *getattr(statement, "orelse", [])])
        elif isinstance(statement, ast.Assign):
            inner = frozenset(
                target.id for target in statement.targets if isinstance(target, ast.Name)
            )
            if len(inner) < len(statement.targets):
                return frozenset()
        else:
            inner = frozenset()
        if not inner:
            return frozenset()
        found |= inner
    return frozenset(found)


def _is_used_only_in(name: str, attempt: ast.Try | ast.With, module: Module) -> bool:
    """Whether a name is of no use outside the block of ``attempt``."""
    around = module.function_of(attempt) or module.tree
    first, last = attempt.body[0].lineno, attempt.body[-1].end_lineno or attempt.body[-1].lineno
    return all(
        first <= node.lineno <= last
        for node in module.own_nodes(around)
        if isinstance(node, ast.Name) and node.id == name
    )


def _names_before(attempt: ast.stmt, module: Module) -> set[str]:
    """The names that the function around ``attempt``, or the module, has set above it, its parameters included."""
    function = module.function_of(attempt)
    found = {
        node.id
        for node in module.own_nodes(function or module.tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and node.lineno < attempt.lineno
    }
    if function is not None:
        found |= {part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)}
    return found
