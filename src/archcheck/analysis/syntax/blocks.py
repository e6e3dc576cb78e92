"""Where does a statement stand among its neighbours?"""

from __future__ import annotations

import ast
from itertools import pairwise

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.scopes import FUNCTIONS

_BLOCKS = ("body", "orelse", "finalbody")


def next_statement(statement: ast.AST, module: Module) -> ast.stmt | None:
    """The statement that follows ``statement`` in its block."""
    block = _block_of(statement, module)
    for current, following in pairwise(block):
        if current is statement:
            return following
    return None


def last_statement(statement: ast.AST, module: Module) -> ast.stmt | None:
    """The last statement of the block in which ``statement`` stands."""
    block = _block_of(statement, module)
    return block[-1] if block else None


def earlier_statements(statement: ast.AST, module: Module) -> list[ast.stmt]:
    """The statements before ``statement`` in its block."""
    block = _block_of(statement, module)
    return [each for each in block if each.lineno < getattr(statement, "lineno", 0)]


def _block_of(statement: ast.AST, module: Module) -> list[ast.stmt]:
    parent = module.parent(statement)
    for name in _BLOCKS:
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    return []


def enclosing_handler(node: ast.AST, module: Module) -> ast.ExceptHandler | None:
    """The innermost ``except`` handler of the same function around ``node``."""
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.ExceptHandler):
            return ancestor
        if isinstance(ancestor, FUNCTIONS):
            return None
    return None


def is_one_statement(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function does one simple thing: four hundred of these must not move a score."""
    body = [statement for statement in function.body if not _is_docstring(statement)]
    return len(body) <= 1 and not any(_is_compound(statement) for statement in body)


def _is_compound(statement: ast.stmt) -> bool:
    return hasattr(statement, "body") or hasattr(statement, "cases")


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
