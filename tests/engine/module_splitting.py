"""A module in two, as a person would split it: nothing is lost, and each part imports what it uses."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator

_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def split_module(text: str, first: str) -> tuple[str, str] | None:
    """The sources of the two parts; None when everything in the module hangs together.

    About half of the statements, with all that they need, go into the first part. The second imports from it
    what it uses, so that no import cycle arises. An optional import stays with all its users.

    Args:
        text: source of the module.
        first: qualified name that the first part will have.
    """
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, _IMPORTS)]
    statements = [node for node in tree.body if not isinstance(node, _IMPORTS)]
    chosen = _first_half(statements)
    upper = [node for node in statements if node in chosen]
    lower = [node for node in statements if node not in chosen]
    if not lower:
        return None
    made = {name for node in upper for name in _bound(node)}
    shared = sorted(made & _used(lower))
    link = [ast.ImportFrom(first, [ast.alias(name) for name in shared], 0)] if shared else []
    return (
        _source([*_needed(imports, _used(upper)), *upper]),
        _source([*_needed(imports, _used(lower)), *link, *lower]),
    )


def _first_half(statements: list[ast.stmt]) -> set[ast.stmt]:
    """Statements from the top down, each with all that it needs, until they are half of all."""
    partners: defaultdict[str, list[ast.stmt]] = defaultdict(list)
    for node in statements:
        for name in _bound(node):
            partners[name].append(node)
            if _is_optional_import(node):
                partners[name] += [user for user in statements if name in _used([user])]
    chosen: set[ast.stmt] = set()
    for start in statements:
        if len(chosen) >= len(statements) // 2:
            break
        pending = [start]
        while pending:
            node = pending.pop()
            if node not in chosen:
                chosen.add(node)
                for name in _used([node]) | _bound(node):
                    pending += partners[name]
    return chosen


def _is_optional_import(node: ast.stmt) -> bool:
    """Whether a statement imports under a condition: ``try: import zlib``."""
    return not isinstance(node, _DEFINITIONS) and any(
        isinstance(part, _IMPORTS) for part in ast.walk(node)
    )


def _bound(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement gives a value."""
    names: set[str] = set()
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, _DEFINITIONS):
            names.add(node.name)
            continue  # what its body binds is its own
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, _IMPORTS):
            names.update(_local_name(alias) for alias in node.names)
        pending += ast.iter_child_nodes(node)
    for part in ast.walk(statement):
        if isinstance(part, ast.Global):
            names.update(part.names)
    return names


def _used(statements: Collection[ast.stmt]) -> set[str]:
    """Every name that the statements mention."""
    return {
        node.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }


def _needed(
    imports: list[ast.Import | ast.ImportFrom], used: Collection[str]
) -> Iterator[ast.stmt]:
    """The import statements without the names that nobody uses."""
    for node in imports:
        names = [alias for alias in node.names if _local_name(alias) in used or alias.name == "*"]
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield node
        elif names and isinstance(node, ast.Import):
            yield ast.Import(names)
        elif names and isinstance(node, ast.ImportFrom):
            yield ast.ImportFrom(node.module, names, node.level)


def _local_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _source(body: list[ast.stmt]) -> str:
    return ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))
