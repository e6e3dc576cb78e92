"""Small modules from a few lines of source, for the tests of the analysis."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from textwrap import dedent

import pytest

from archcheck.analysis.collect import collect
from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.module import Module
from archcheck.analysis.names.packages import Packages
from archcheck.model import Role

#: What the analysis answers where an expression may mean anything.
UNKNOWN: tuple[str, ...] = ()


def module_of(
    source: str,
    *,
    path: str = "src/app/service.py",
    name: str = "app.service",
    role: Role = Role.RUNTIME,
    packages: frozenset[str] = frozenset(),
) -> Module:
    """The module that ``source`` is, in the place that the arguments say."""
    text = dedent(source)
    tree = ast.parse(text)
    return Module(
        path=path,
        name=name,
        role=role,
        text=text,
        tree=tree,
        wanted=(),
        packages=Packages(packages),
    )


def facts_of(
    sources: Mapping[str, str], *, roles: Mapping[str, Role] | None = None
) -> dict[str, ModuleFacts]:
    """The facts of each module by its name.

    Args:
        sources: source by path, relative to the source root: ``shop/orders.py``.
        roles: of the paths that are not runtime code.
    """
    modules = [
        module_of(
            source,
            path=path,
            name=path.removesuffix(".py").removesuffix("/__init__").replace("/", "."),
            role=(roles or {}).get(path, Role.RUNTIME),
        )
        for path, source in sources.items()
    ]
    return {module.name: collect(module) for module in modules}


def probed(module: Module) -> ast.expr:
    """The expression that a test asks about: the argument of the module's one call of ``probe``."""
    (found,) = (
        call.args[0]
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "probe"
    )
    return found


def cases(tables: dict[str, dict[str, tuple[str, tuple[str, ...]]]]) -> list[object]:
    """One parameter set a row: the source that probes, and the names expected of it.

    Args:
        tables: rows by their title, by the title of their table.
    """
    return [
        pytest.param(source, names, id=f"{table}: {title}")
        for table, rows in tables.items()
        for title, (source, names) in rows.items()
    ]
