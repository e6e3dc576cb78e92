"""What does each function of a module call, and does it assert, log or raise?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.calls.invocations import Invocations
from archcheck.analysis.calls.wrapping import Wrappings
from archcheck.analysis.facts import FunctionFact
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names import inferred
from archcheck.analysis.topics.telemetry.logs import LEVELS, log_level
from archcheck.analysis.topics.testing.assertions import asserting_functions
from archcheck.analysis.topics.testing.runners import is_test_function
from archcheck.model import Role

_CACHES = frozenset({"functools.cache", "functools.lru_cache"})
_UNBOUND = frozenset({"classmethod", "staticmethod"})


def function_facts(module: Module) -> Iterator[FunctionFact]:
    """Every function and method, nested ones too, in source order."""
    if not module.functions:
        return
    calls = module.calls_by_function
    raising = {module.function_of(node) for node in module.nodes(ast.Raise)}
    logging = {call for call in module.calls.named(LEVELS) if log_level(call, module)}
    is_test_code = module.role is Role.TEST
    asserting = asserting_functions(module) if is_test_code else frozenset()
    invocations = Invocations(module)
    wrappings = Wrappings(module, invocations.is_optional)
    for function in module.functions:
        own = calls.get(function, [])
        scope = module.scopes.scope_of(function).qualname
        decorators = () if is_test_code else inferred.open_decorators(module, function)
        yield FunctionFact(
            qualname=f"{scope}.{function.name}" if scope else function.name,
            line=function.lineno,
            is_async=isinstance(function, ast.AsyncFunctionDef),
            calls=tuple(dict.fromkeys(name for call in own for name in called_names(module, call))),
            asserts=function in asserting,
            logs=not logging.isdisjoint(own),
            raises=function in raising,
            is_test=is_test_code and is_test_function(module, function),
            returns="" if is_test_code else inferred.result(module, function),
            decorators=decorators,
            declares=function.returns is not None,
            enters="" if is_test_code else inferred.entered(module, function),
            runs=invocations.runs(function, decorators),
            followed=tuple(invocations.followed(function, own)),
            main_guard=module.in_main_guard(function),
            cached=_is_cached(function, module),
            wrapping=None if is_test_code else wrappings.of(function),
        )


def _is_cached(function: AnyFunction, module: Module) -> bool:
    """Whether `functools` keeps the results for as long as the process runs; not those of an instance's own method."""
    decorators = module.symbols.decorators(function)
    if _CACHES.isdisjoint(decorators):
        return False
    is_method = isinstance(module.parent(function), ast.ClassDef)
    return not is_method or not _UNBOUND.isdisjoint(decorators)


def import_time_calls(module: Module) -> tuple[str, ...]:
    """Qualified names of what the module calls when it is imported, outside every function."""
    calls = module.calls_by_function.get(None, ())
    return tuple(dict.fromkeys(name for call in calls for name in module.names(call.func)))


def called_names(module: Module, call: ast.Call) -> tuple[str, ...]:
    """Qualified names of the callee; ``.name`` for a method of an unknown receiver."""
    func = call.func
    if isinstance(func, ast.Attribute):
        names = module.names(func)
        if names:
            return names
        if module.symbols.definitions.asked_above(func.value) is not None:
            return (module.paths.of(func) or f".{func.attr}",)
        owner = module.symbols.owner_class(func)
        if owner is not None:
            return (f"{module.symbols.definition_name(owner)}.{func.attr}",)
        return (f".{func.attr}",)
    return module.names(func)
