"""Does another value stand in for what a block could not work out?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.scopes import FUNCTIONS

_BLOCKS = ("body", "orelse", "finalbody")


def has_fallback_value(attempt: ast.Try | ast.With, module: Module) -> bool:
    """Whether a ``try`` or ``with`` that drops an exception still leaves a value: another one, or the one from before.

    Where it returns what it found, the function goes on without it and returns something else in the end, if only
    ``None``: that says the same as a ``return`` in the handler. ``size = 0`` and then ``try: size = measure()`` says
    the same as ``except ...: size = 0``.

    Args:
        attempt: the statement that drops what its block raises.
        module: the file.
    """
    if may_return(attempt):
        return True
    names, before = _set_names(attempt.body), _names_before(attempt, module)
    return not names.isdisjoint(before) and all(
        _is_used_only_in(name, attempt, module) for name in names - before
    )


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


def _set_names(body: list[ast.stmt]) -> frozenset[str]:
    """The names that a block sets; empty where it does anything else.

    A call before ``found = True`` is part of it: where it fails, ``found`` still says so.
    """
    found: set[str] = set()
    throws_switch = isinstance(body[-1], ast.Assign) and isinstance(body[-1].value, ast.Constant)
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)) or (
            throws_switch and isinstance(statement, ast.Expr)
        ):
            continue
        if isinstance(statement, (ast.If, ast.With)):
            inner = _set_names([*statement.body, *getattr(statement, "orelse", [])])
        else:
            inner = _targets(statement)
        if not inner:
            return frozenset()
        found |= inner
    return frozenset(found)


def _targets(statement: ast.stmt) -> frozenset[str]:
    """The names that an assignment sets; empty where it sets anything else."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign) or (
        isinstance(statement, ast.AnnAssign) and statement.value is not None
    ):
        targets = [statement.target]
    parts = [part for target in targets for part in getattr(target, "elts", [target])]
    names = frozenset(part.id for part in parts if isinstance(part, ast.Name))
    return names if all(isinstance(part, ast.Name) for part in parts) else frozenset()


def _is_used_only_in(name: str, attempt: ast.Try | ast.With, module: Module) -> bool:
    """Whether what the block of ``attempt`` gives a name is of no use outside it: nothing, or it is set anew before."""
    around = module.function_of(attempt) or module.tree
    first, last = attempt.body[0].lineno, attempt.body[-1].end_lineno or attempt.body[-1].lineno
    outside = [
        node
        for node in module.own_nodes(around)
        if isinstance(node, ast.Name) and node.id == name and not first <= node.lineno <= last
    ]
    set_anew = min(
        (node.lineno for node in outside if isinstance(node.ctx, ast.Store) and node.lineno > last),
        default=None,
    )
    return all(set_anew is not None and node.lineno >= set_anew for node in outside)


def _names_before(attempt: ast.stmt, module: Module) -> set[str]:
    """The names that the function around ``attempt``, or the module, has set above it, its parameters included."""
    function = module.function_of(attempt)
    found: set[str] = set()
    for node in module.own_nodes(function or module.tree):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        elif (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and node.lineno < attempt.lineno
        ):
            found.add(node.id)
    if function is not None:
        found |= {part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)}
    return found
