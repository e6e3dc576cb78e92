"""Small modules that ask about one expression: the argument of their one call of ``probe``."""

from __future__ import annotations

import ast

import pytest

from archcheck.analysis.module import Module

UNKNOWN: tuple[str, ...] = ()


def probed(module: Module) -> ast.expr:
    """The argument of the module's one call of ``probe``."""
    (found,) = (
        call.args[0]
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "probe"
    )
    return found


def cases(tables: dict[str, dict[str, tuple[str, tuple[str, ...]]]]) -> list[object]:
    return [
        pytest.param(source, names, id=f"{table}: {title}")
        for table, rows in tables.items()
        for title, (source, names) in rows.items()
    ]
