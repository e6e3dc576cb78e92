"""Which of a name's definitions can a use of it see?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcheck.analysis.syntax.bindings import Binding

if TYPE_CHECKING:
    from archcheck.analysis.module import Module


def reaching(node: ast.Name, module: Module) -> list[Binding]:
    """The bindings whose value ``node`` may have, in source order.

    Those of its own function that stand before it are taken, back to the last that surely ran. Where
    there is none (a closure, a loop that comes round again), all of the name's bindings are.
    """
    bindings = module.scopes.scope_of(node).lookup(node.id)
    function = module.function_of(node)
    own = [
        binding
        for binding in bindings
        if binding.kind != "parameter"
        and module.function_of(binding.node) is function
        and _effect(binding) <= position(node)
    ]
    found: list[Binding] = []
    for binding in sorted(own, key=_effect, reverse=True):
        if _in_other_branch(binding.node, node, module):
            continue
        found.append(binding)
        if binding.kind != "augmented" and surely_before(binding.node, node, module):
            return found[::-1]
    given = [binding for binding in bindings if binding.kind == "parameter"]
    return [*given, *found[::-1]] if found else bindings


def _effect(binding: Binding) -> tuple[int, int]:
    """From where on the binding holds: the end of its value, or the start of its loop."""
    if binding.value is None:
        return position(binding.node)
    return binding.value.end_lineno or 0, binding.value.end_col_offset or 0


def position(node: ast.AST) -> tuple[int, int]:
    """Where a node begins, so that those of a file can be put in order."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _path(node: ast.AST, module: Module) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each node around ``node`` with its child on the way there, innermost first."""
    child = node
    for ancestor in module.ancestors(node):
        yield ancestor, child
        child = ancestor


def surely_before(definition: ast.AST, use: ast.AST, module: Module) -> bool:
    """Whether the statement of ``definition`` stands in a block around ``use``."""
    statement = module.statement_of(definition)
    parent = module.parent(statement)
    for ancestor, child in _path(use, module):
        if ancestor is parent:
            return _block(parent, statement) is _block(parent, child)
    return False


def _in_other_branch(definition: ast.AST, use: ast.AST, module: Module) -> bool:
    """Whether the two exclude each other: ``if`` and ``else``, or two cases of a ``match``."""
    above = dict(_path(definition, module))
    for ancestor, child in _path(use, module):
        if ancestor in above:
            other = above[ancestor]
            if isinstance(ancestor, (ast.If, ast.IfExp)):
                return ancestor.test not in (child, other) and _block(
                    ancestor, child
                ) is not _block(ancestor, other)
            return isinstance(ancestor, ast.Match) and child is not other
    return False


def _block(parent: ast.AST, child: ast.AST) -> object:
    """The list or field of ``parent`` that holds ``child``."""
    for _, value in ast.iter_fields(parent):
        if value is child or (isinstance(value, list) and any(item is child for item in value)):
            return value
    return None
