"""Functions that answer requests, as their decorators tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seeding.source import AnyFunction, Source, dotted_name

BODIES = frozenset({"post", "put", "patch"})
"""Decorators of handlers that are sent a body."""
VERBS = BODIES | {"get", "delete", "head", "options"}
"""Decorators of handlers."""
TYPED = frozenset({"fastapi", "litestar", "ninja"})
"""Libraries that convert what a client sends by the types of a handler's parameters."""
_INJECTED = frozenset({"Depends", "Security", "Provide"})


def handlers(
    source: Source, verbs: frozenset[str] = VERBS, libraries: frozenset[str] = TYPED
) -> Iterator[AnyFunction]:
    """The functions that a call of one of ``verbs`` decorates, in files that import one of ``libraries``."""
    if not libraries & source.libraries:
        return
    for function in source.functions:
        for decorator in function.decorator_list:
            if (
                isinstance(decorator, ast.Call)
                and dotted_name(decorator.func).rpartition(".")[2] in verbs
            ):
                yield function
                break


def defaults(function: AnyFunction) -> dict[ast.arg, ast.expr]:
    """The parameters that have a default, and the default."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    found = dict(
        zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=False)
    )
    found |= {
        arg: value
        for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False)
        if value
    }
    return found


def is_injected(default: ast.expr | None) -> bool:
    """Whether the framework makes the value of a parameter with this default."""
    return (
        isinstance(default, ast.Call) and dotted_name(default.func).rpartition(".")[2] in _INJECTED
    )
