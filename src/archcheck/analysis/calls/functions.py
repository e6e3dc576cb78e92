"""What does each function of a module call, and does it assert, log or raise?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.calls.invocations import Invocations
from archcheck.analysis.facts import FunctionFact
from archcheck.analysis.module import Module
from archcheck.analysis.names import inferred
from archcheck.analysis.topics.assertions import asserting_functions
from archcheck.analysis.topics.logs import log_level
from archcheck.analysis.topics.runners import is_test_function
from archcheck.model import Role

_CACHES = frozenset({"functools.cache", "functools.lru_cache"})


def function_facts(module: Module) -> Iterator[FunctionFact]:
    """Every function and method, nested ones too, in source order."""
    if not module.functions:
        return
    calls = _calls_by_function(module)
    raising = {module.function_of(node) for node in module.nodes(ast.Raise)}
    is_test_code = module.role is Role.TEST
    asserting = asserting_functions(module) if is_test_code else frozenset()
    invocations = Invocations(module)
    for function in module.functions:
        own = calls.get(function, [])
        scope = module.scopes.scope_of(function).qualname
        yield FunctionFact(
            qualname=f"{scope}.{function.name}" if scope else function.name,
            line=function.lineno,
            is_async=isinstance(function, ast.AsyncFunctionDef),
            calls=tuple(dict.fromkeys(name for call in own for name in called_names(module, call))),
            asserts=function in asserting,
            logs=any(log_level(call, module) for call in own),
            raises=function in raising,
            is_test=is_test_code and is_test_function(module, function),
            returns="" if is_test_code else inferred.result(module, function),
            decorators=() if is_test_code else inferred.open_decorators(module, function),
            enters="" if is_test_code else inferred.entered(module, function),
            runs=invocations.runs(function),
            followed=tuple(invocations.followed(function, own)),
            main_guard=module.in_main_guard(function),
            cached=not _CACHES.isdisjoint(module.symbols.decorators(function)),
        )


def import_time_calls(module: Module) -> tuple[str, ...]:
    """Qualified names of what the module calls when it is imported, outside every function."""
    found: dict[str, None] = {}
    for call in module.nodes(ast.Call):
        if module.function_of(call) is None:
            found.update(dict.fromkeys(module.names(call.func)))
    return tuple(found)


def called_names(module: Module, call: ast.Call) -> tuple[str, ...]:
    """Qualified names of the callee; ``.name`` for a method of an unknown receiver."""
    func = call.func
    if isinstance(func, ast.Attribute):
        names = module.names(func)
        if names:
            return names
        owner = module.symbols.owner_class(func)
        if owner is not None:
            return (f"{module.symbols.definition_name(owner)}.{func.attr}",)
        return (f".{func.attr}",)
    return module.names(func)


def _calls_by_function(module: Module) -> dict[ast.AST, list[ast.Call]]:
    """The calls of each function's own body; those of a lambda belong to the function around it."""
    found: dict[ast.AST, list[ast.Call]] = {}
    for call in module.nodes(ast.Call):
        function = module.function_of(call)
        while isinstance(function, ast.Lambda):
            function = module.function_of(function)
        if function is not None:
            found.setdefault(function, []).append(call)
    return found
