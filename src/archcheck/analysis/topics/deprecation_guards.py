"""Does the code that uses an old interface know that it is old? Then it copes with the versions that lack it."""

from __future__ import annotations

import ast

from archcheck.analysis.imports.statements import depends_on_platform
from archcheck.analysis.module import Module
from archcheck.analysis.syntax.blocks import enclosing_handler
from archcheck.analysis.topics.deprecations import MODEL_METHODS
from archcheck.analysis.topics.errors.handlers import is_broad

#: Raised where a version lacks something; what the handler does is for that version.
_MISSING = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError"})
_ASKS_CLASS = frozenset({"isinstance", "issubclass"})


def is_guarded(node: ast.expr, module: Module) -> bool:
    """Whether the code copes without the attribute, asks for the version first, or stands in for what is missing."""
    return (
        "AttributeError" in module.handled(node)
        or depends_on_platform(node, module)
        or any(
            isinstance(ancestor, ast.ExceptHandler) and _stands_in(ancestor, node, module)
            for ancestor in module.ancestors(node)
        )
    )


def _stands_in(handler: ast.ExceptHandler, node: ast.expr, module: Module) -> bool:
    """Whether a handler is for versions that lack something.

    A broad one is where its ``try`` asks the same module: ``except: spec = inspect.getargspec(f)``.
    """
    if not _MISSING.isdisjoint(module.caught(handler)):
        return True
    owner = module.resolve(node).rpartition(".")[0]
    if not owner or "." in owner or not is_broad(handler, module):
        return False  # methods of a class are called side by side
    return any(
        isinstance(part, ast.Attribute) and module.resolve(part).rpartition(".")[0] == owner
        for statement in getattr(module.parent(handler), "body", ())
        for part in ast.walk(statement)
    )


def is_asked_about(node: ast.expr, module: Module) -> bool:
    """Whether a class is named for the sake of those who still use it: ``isinstance(each, C)``, ``@register(C)``."""
    parent = module.parent(node)
    call = module.parent(parent) if isinstance(parent, ast.Tuple) else parent
    if not isinstance(call, ast.Call) or node is call.func:
        return False
    decorated = getattr(module.parent(call), "decorator_list", ())
    return call in decorated or module.resolve(call.func) in _ASKS_CLASS


def is_fallback(func: ast.Attribute, module: Module) -> bool:
    """Whether a method of pydantic 1 is called only where that of pydantic 2 is missing."""
    handler = enclosing_handler(func, module)
    if handler is not None and handler.type is not None:
        parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(module.resolve(part) == "AttributeError" for part in parts):
            return True
    return any(
        isinstance(part, ast.Constant) and part.value in MODEL_METHODS.values()
        for ancestor in module.ancestors(func)
        if isinstance(ancestor, (ast.If, ast.IfExp))
        for part in ast.walk(ancestor.test)
    )
