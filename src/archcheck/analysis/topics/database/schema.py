"""Which classes are mapped to tables of a relational database, and where does the program itself create the tables?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.facts import TableFact
from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.model import Place

_TABLE_NAMES = frozenset({"__table__", "__tablename__"})
_COLUMNS = frozenset({"Column", "mapped_column"})
_TABLE = frozenset({"sqlalchemy.Table", "sqlalchemy.schema.Table"})
_CREATE = "create_all"
_OWNER = re.compile(r"(?:^|_|\.)(?:metadata|meta|db)$", re.IGNORECASE)
_MIGRATES = re.compile(r"alembic|migrat|^stamp$", re.IGNORECASE)
_IN_MEMORY = re.compile(r":memory:|sqlite(?:\+\w+)?://[\"']")


def tables(module: Module) -> Iterator[TableFact]:
    """The classes that say themselves that they are mapped, and the tables that are declared without a class."""
    for node in module.nodes(ast.ClassDef):
        if (node.bases or node.decorator_list) and _is_mapped(node):
            yield TableFact(node.name, node.lineno)
    for call in module.calls_by_name.get("Table", ()):
        has_columns = any(
            isinstance(each, ast.Call) and simple_name(each.func) in _COLUMNS for each in call.args
        )
        name = call.args[0] if has_columns else None
        if isinstance(name, ast.Constant) and module.resolve(call.func) in _TABLE:
            yield TableFact(str(name.value), call.lineno)


def schema_creations(module: Module) -> Iterator[Place]:
    """Where all missing tables are created, as part of the program's usual work.

    Left out are commands and scripts, what a setting decides, databases that live in memory, caches, and modules
    that work with migrations: a first installation creates everything and says so to them.
    """
    calls = [call for call in module.calls_by_name.get(_CREATE, ()) if _is_creation(call.func)]
    for call in module.calls_by_name.get("run_sync", ()):
        if call.args and _is_creation(call.args[0]):
            calls.append(call)
    if not calls or _works_with_migrations(module) or _IN_MEMORY.search(module.text):
        return
    for call in calls:
        place = module.place(call, subject=_CREATE)
        is_optional = module.guarded(call) or module.in_main_guard(call)
        if not (is_optional or _is_command(call, module) or "cache" in _around(place)):
            yield place


def _works_with_migrations(module: Module) -> bool:
    """Whether a module calls, defines or imports something that is called after migrations."""
    imported = [alias.name for node in module.nodes(ast.Import) for alias in node.names]
    for node in module.nodes(ast.ImportFrom):
        imported += [f"{node.module}.{alias.name}" for alias in node.names]
    names = (*module.calls_by_name, *(each.name for each in module.functions), *imported)
    return any(map(_MIGRATES.search, names))


def _is_mapped(node: ast.ClassDef) -> bool:
    if any(
        keyword.arg == "table"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for keyword in node.keywords
    ):
        return True
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(each, ast.Name) and each.id in _TABLE_NAMES for each in targets):
            return True
        value = getattr(statement, "value", None)
        if targets and isinstance(value, ast.Call) and simple_name(value.func) in _COLUMNS:
            return True
    return False


def _is_creation(func: ast.expr) -> bool:
    return (
        isinstance(func, ast.Attribute)
        and func.attr == _CREATE
        and _OWNER.search(dotted(func.value)) is not None
    )


def _is_command(call: ast.Call, module: Module) -> bool:
    """Whether a person runs the function around the call: ``@app.cli.command()``."""
    function = module.function_of(call)
    decorators = getattr(function, "decorator_list", [])
    functions = (each.func if isinstance(each, ast.Call) else each for each in decorators)
    return any(simple_name(each) == "command" for each in functions)


def _around(place: Place) -> str:
    return f"{place.location.path}.{place.scope}".lower()
