"""Does a value hold what an ``except`` handler caught: the exception, or a text made of it?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.flow import reaching
from archcheck.analysis.module import Module

#: Calls that take hold of the exception in flight without naming it.
CAPTURES = frozenset(
    {"sys.exc_info", "sys.exception", "traceback.format_exc", "traceback.TracebackException",
     "twisted.python.failure.Failure"}
)  # fmt: skip
#: A question is given up, and answered with no, beyond this many steps: source is written by others.
_MAX_STEPS = 200


def holds_caught(node: ast.expr, handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the exception that ``handler`` caught ends up in ``node``, followed through local variables."""
    return any(True for _ in uses_of_caught(node, handler, module))


def uses_of_caught(
    node: ast.expr, handler: ast.ExceptHandler, module: Module
) -> Iterator[ast.expr]:
    """The names and calls that bring the exception that ``handler`` caught into ``node``."""
    pending: list[ast.expr] = [node]
    seen: set[int] = set()
    for _ in range(_MAX_STEPS):
        if not pending:
            return
        for part in ast.walk(pending.pop()):
            if isinstance(part, ast.Call):
                if module.resolve(part.func) in CAPTURES and handler in module.ancestors(part):
                    yield part
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                if part.id == handler.name and handler in module.ancestors(part):
                    yield part
                    continue
                for binding in reaching(part, module):
                    if binding.value is not None and id(binding.value) not in seen:
                        seen.add(id(binding.value))
                        pending.append(binding.value)
