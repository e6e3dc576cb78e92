"""Does a value hold what an ``except`` handler caught: the exception, or a text made of it?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching

Caught = ast.ExceptHandler | ast.arg
"""What gives an exception a name: a handler, or the parameter of a function that a framework calls with it."""

CAPTURES = frozenset(
    {"sys.exc_info", "sys.exception", "traceback.format_exc", "traceback.TracebackException",
     "twisted.python.failure.Failure"}
)  # fmt: skip
"""Calls that take hold of the exception in flight without naming it."""

#: A question is given up, and answered with no, beyond this many steps: source is written by others.
_MAX_STEPS = 200


def holds_caught(node: ast.expr, caught: Caught, module: Module) -> bool:
    """Whether the exception ends up in ``node``, followed through local variables."""
    return any(True for _ in uses_of_caught(node, caught, module))


def uses_of_caught(node: ast.expr, caught: Caught, module: Module) -> Iterator[ast.expr]:
    """The names and calls that bring the exception into ``node``."""
    name, home = _name_and_home(caught, module)
    pending: list[ast.expr] = [node]
    seen: set[int] = set()
    for _ in range(_MAX_STEPS):
        if not pending:
            return
        for part in ast.walk(pending.pop()):
            if isinstance(part, ast.Call):
                if module.resolve(part.func) in CAPTURES and home in module.ancestors(part):
                    yield part
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                if part.id == name and home in module.ancestors(part):
                    yield part
                    continue
                for binding in reaching(part, module):
                    if binding.value is not None and id(binding.value) not in seen:
                        seen.add(id(binding.value))
                        pending.append(binding.value)


def _name_and_home(caught: Caught, module: Module) -> tuple[str | None, ast.AST]:
    """What the exception is called, and the node inside which it is called so."""
    if isinstance(caught, ast.ExceptHandler):
        return caught.name, caught
    arguments = module.parent(caught) or caught
    return caught.arg, module.parent(arguments) or arguments
