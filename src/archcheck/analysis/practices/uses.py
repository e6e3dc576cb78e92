"""Which practices does a file show by the libraries it uses? An import alone shows nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from archcheck.analysis.facts import Evidence
from archcheck.analysis.module import Module
from archcheck.analysis.practices.catalogue import ROOTS, Practice, practice_of
from archcheck.model import RUNTIME_ROLES, Role


def practices_used(module: Module) -> tuple[Evidence, ...]:
    """The first use of each practice in a file, by the qualified name that shows it."""
    if module.imported_roots.isdisjoint(ROOTS):
        return ()
    bound = _bound(module)
    if not bound:
        return ()
    found: dict[Practice, Evidence] = {}
    for node, scope in module.scopes.entries.items():
        if not isinstance(node, ast.Name) or node.id not in bound:
            continue
        # What another scope binds under the same name is something else.
        if all(binding.kind == "import" for binding in scope.lookup(node.id)):
            name = _with_attributes(node, bound[node.id], module)
            practice = practice_of(name)
            if practice is not None and _fits(practice, module.role):
                found.setdefault(practice, Evidence(name, node.lineno))
    return tuple(found.values())


def _fits(practice: Practice, role: Role) -> bool:
    return role is Role.TEST if practice.in_tests else role in RUNTIME_ROLES


def _bound(module: Module) -> Mapping[str, str]:
    """Local names of what the file imports from the libraries of the catalogue."""
    return {
        local: name
        for local, name in _imported(module)
        if name.partition(".")[0] in ROOTS and local != "*"
    }


def _imported(module: Module) -> Iterator[tuple[str, str]]:
    for node in module.nodes(ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (_root(alias), _root(alias))
    for from_node in module.nodes(ast.ImportFrom):
        if not from_node.level:
            for alias in from_node.names:
                yield alias.asname or alias.name, f"{from_node.module}.{alias.name}"


def _root(alias: ast.alias) -> str:
    return alias.name.partition(".")[0]


def _with_attributes(node: ast.Name, name: str, module: Module) -> str:
    """The qualified name that begins at ``node``: ``a.b.c`` for the whole of ``a.b.c()``."""
    outer: ast.AST = node
    while isinstance(parent := module.parent(outer), ast.Attribute):
        name = f"{name}.{parent.attr}"
        outer = parent
    return name
