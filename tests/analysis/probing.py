"""Small modules that ask about one expression: the argument of their one call of ``probe``."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from archcheck.analysis.module import Module
from archcheck.model import Role

UNKNOWN: tuple[str, ...] = ()


def parsed(source: str, *, path: str = "src/app/service.py", name: str = "app.service") -> Module:
    text = dedent(source)
    return Module(
        path=path, name=name, role=Role.RUNTIME, text=text, tree=ast.parse(text), wanted=()
    )


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
