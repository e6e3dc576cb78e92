"""What does each function of a module call, and does it assert, log or raise?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from archcheck.analysis.facts import FunctionFact
from archcheck.analysis.logs import log_level
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.runners import is_test_function
from archcheck.analysis.values import simple_name
from archcheck.model import Role

_WORD_START = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")
_ASSERTING_WORD = re.compile(
    r"assert\w*|check(?:s|ed|ing|er)?|verif\w*|expect\w*|validat\w*|ensure\w*|should\w*|compar\w*"
    r"|match(?:es|ed|ing|er)?|snapshots?|raises|warns|approv\w*|fail\w*"
)
#: Names that assert although no word of them says so.
_ASSERTING_NAMES = frozenset(
    {"raise_for_status", "run_state_machine_as_test", "successResultOf", "testmod"}
)


def function_facts(module: Module) -> Iterator[FunctionFact]:
    """Every function and method, nested ones too, in source order."""
    functions: list[AnyFunction] = [
        *module.nodes(ast.FunctionDef),
        *module.nodes(ast.AsyncFunctionDef),
    ]
    if not functions:
        return
    calls = _calls_by_function(module)
    raising = {module.function_of(node) for node in module.nodes(ast.Raise)}
    is_test_code = module.role is Role.TEST
    asserting = asserting_functions(module) if is_test_code else frozenset()
    for function in sorted(functions, key=lambda node: (node.lineno, node.col_offset)):
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


@lru_cache(maxsize=10_000)
def asserts_by_name(name: str) -> bool:
    """Whether a function's name says that it fails a test: ``assert_called_once``, ``checkOrder``, ``fail``."""
    return name in _ASSERTING_NAMES or any(
        _ASSERTING_WORD.fullmatch(word.lower()) for word in _WORD_START.split(name)
    )


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


def asserting_functions(module: Module) -> frozenset[ast.AST]:
    """The functions that assert, themselves or in a function nested in them."""
    found: set[ast.AST] = set()
    for node in (
        *module.nodes(ast.Assert),
        *(call for call in module.nodes(ast.Call) if asserts_by_name(simple_name(call.func))),
        *(node for node in module.nodes(ast.Raise) if _raises_assertion(node, module)),
    ):
        found.update(
            ancestor
            for ancestor in module.ancestors(node)
            if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef))
        )
    return frozenset(found)


def _raises_assertion(node: ast.Raise, module: Module) -> bool:
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return error is not None and module.resolve(error) == "AssertionError"
