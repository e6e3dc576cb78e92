"""Where is what a client sent handed to another function, and which parameter of that one receives it?

The way of a value is followed from the function that takes it out of a request to the one that it calls, and no
further: one hop, and the receiver's parameter must be used as it came.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from archcheck.analysis.facts import Handover
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.definitions import UNNAMED
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.analysis.topics.requests.request_handlers import is_handler, view_of
from archcheck.analysis.topics.requests.request_values import (
    REQUEST_WORDS,
    comes_from_request,
    is_whole_request,
)
from archcheck.analysis.topics.requests.untrusted import is_untrusted
from archcheck.model import RUNTIME_ROLES

MADE_OF = "made of"
"""A part of the request is somewhere in it; only told of request handlers, as is `PART`."""
PART = "part"
"""Some part of the request, as it came."""
TEXT = "text"
"""The text that a client sent under some key, as it came."""
BODY = "body"
"""The raw body."""
FIELDS = "fields"
"""A mapping of all that the client sent, under names that it chose."""

_FRAMEWORKS = ("aiohttp", "bottle", "django", "falcon", "fastapi", "flask", "flask_restful", "litestar", "ninja", "quart",
               "rest_framework", "sanic", "starlette", "tornado")  # fmt: skip
POURED = "**"
"""The argument that takes all names which have no parameter of their own."""

#: Methods that leave a text the text it is.
_TRIMS = frozenset({"decode", "strip"})


def handovers(module: Module) -> Iterator[Handover]:
    """Where the functions of ``module`` hand what a client sent to first-party functions."""
    if module.role not in RUNTIME_ROLES or not module.imports(*_FRAMEWORKS):
        return
    speaks_of_requests = any(word in module.text for word in REQUEST_WORDS)
    for function in module.functions:
        answers = is_handler(function, module) or bool(view_of(function, module))
        if answers or speaks_of_requests:
            yield from _of_function(function, module, answers=answers)


def first_party_callee(call: ast.Call, module: Module) -> str:
    """The one first-party name of what is called, or the path to it; ``""`` when there is none."""
    callee = module.resolve(call.func) or module.paths.of(call.func)
    is_own = module.symbols.is_first_party(callee) or callee.startswith(f"{UNNAMED}.")
    return callee if is_own else ""


def arguments_of(function: AnyFunction, parameters: Iterable[str], module: Module) -> Iterator[str]:
    """How calls name these parameters of a function: ``app/rates.py:load:0`` by position, ``app/rates.py:load:code``."""
    arguments, wanted = function.args, frozenset(parameters)
    positional = [*arguments.posonlyargs, *arguments.args]
    if isinstance(module.parent(function), ast.ClassDef) and not _is_static(function, module):
        positional = positional[1:]
    names = [(str(position), each) for position, each in enumerate(positional)]
    names += [(each.arg, each) for each in (*arguments.args, *arguments.kwonlyargs)]
    names += [(POURED, arguments.kwarg)] if arguments.kwarg is not None else []
    scope = module.scopes.scope_of(function).qualname
    qualname = f"{scope}.{function.name}" if scope else function.name
    for argument, parameter in names:
        if parameter.arg in wanted:
            yield argument_name(module.path, qualname, argument)


def argument_name(path: str, qualname: str, argument: str) -> str:
    """One name for an argument of a function, the same for those that give it and for the one that takes it.

    Args:
        path: the file of the function.
        qualname: its name inside the module.
        argument: as in `Handover.argument`.
    """
    return f"{path}:{qualname}:{argument}"


def arguments_behind(node: ast.expr, module: Module) -> frozenset[str]:
    """The arguments that ``node`` surely is, as they came or trimmed: those of the parameter that it names, if it does."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (
            arguments_behind(node.func.value, module) if node.func.attr in _TRIMS else frozenset()
        )
    function = module.function_of(node)
    if not isinstance(node, ast.Name) or not isinstance(function, FUNCTIONS):
        return frozenset()
    if isinstance(function, ast.Lambda) or not _is_parameter(node, function, module):
        return frozenset()
    return frozenset(arguments_of(function, (node.id,), module))


def _is_parameter(node: ast.Name, function: AnyFunction, module: Module) -> bool:
    bindings = reaching(node, module)
    return bool(bindings) and all(module.parent(each.node) is function.args for each in bindings)


def _is_static(function: AnyFunction, module: Module) -> bool:
    return any(module.resolve(each) == "staticmethod" for each in function.decorator_list)


def _of_function(function: AnyFunction, module: Module, *, answers: bool) -> Iterator[Handover]:
    scope = module.scopes.scope_of(function).qualname
    giver = f"{scope}.{function.name}" if scope else function.name
    for call in module.calls_by_function.get(function, ()):
        callee = first_party_callee(call, module) if call.args or call.keywords else ""
        if not callee:
            continue
        for argument, value in given(call):
            contents = frozenset(_contents(value, module, answers=answers))
            if contents:
                yield Handover(callee, argument, contents, giver, call.lineno)


def given(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a call by position and by name; those behind ``*args`` have no known position."""
    for position, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            break
        yield str(position), value
    for keyword in call.keywords:
        yield keyword.arg or POURED, keyword.value


def _contents(node: ast.expr, module: Module, *, answers: bool) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        return
    if answers and is_untrusted(node, module):
        yield MADE_OF
        if is_untrusted(node, module, unchanged=True):
            yield PART
    if is_whole_request(node, module):
        yield FIELDS
    if comes_from_request(node, module):
        yield TEXT
    elif comes_from_request(node, module, bodies=True):
        yield BODY
