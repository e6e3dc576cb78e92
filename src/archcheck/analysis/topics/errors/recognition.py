"""Does a broad handler look at what it caught, and say in this place what it is?"""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module

_TELLS = (ast.In, ast.Eq, ast.Is)
#: What a condition asks an exception, or a text made of it.
_QUESTIONS = frozenset({"endswith", "fullmatch", "isinstance", "issubclass", "match", "search", "startswith"})  # fmt: skip


def is_recognised(node: ast.AST, handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether ``node`` runs only when the exception of ``handler`` is of a kind that a condition names.

    ``if "no such table" in str(error):`` or ``if isinstance(error, Timeout):``. What stands in its ``else`` is not.
    """
    names = _made_of_it(handler)
    child = node
    for ancestor in module.ancestors(node):
        if ancestor is handler:
            return False
        if isinstance(ancestor, ast.If) and child in ancestor.body and _asks(ancestor.test, names):
            return True
        child = ancestor
    return False


def _made_of_it(handler: ast.ExceptHandler) -> set[str]:
    """The names of the exception, and of what the handler makes of it: ``text = str(error)``."""
    names = {handler.name} if handler.name else set()
    for statement in handler.body:
        if isinstance(statement, ast.Assign) and names & _names_in(statement.value):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return names


def _asks(test: ast.expr, names: set[str]) -> bool:
    """Whether a condition finds something in the exception; a negation finds that it is something else."""
    if isinstance(test, ast.BoolOp):
        return any(_asks(each, names) for each in test.values)
    if isinstance(test, ast.Compare):
        asked = isinstance(test.ops[0], _TELLS)
    else:
        func = test.func if isinstance(test, ast.Call) else None
        asked = getattr(func, "attr", getattr(func, "id", "")) in _QUESTIONS
    return asked and bool(names & _names_in(test))


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
