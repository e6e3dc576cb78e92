"""What converts a text into something else, and is a function prepared for one that does not fit?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import ConvertedParameter
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.topics.requests.handovers import arguments_behind
from archcheck.model import RUNTIME_ROLES

JSON_PARSERS = frozenset({"json.loads", "orjson.loads", "simplejson.loads", "ujson.loads"})
CONVERTERS = JSON_PARSERS | {
    "datetime.date.fromisoformat",
    "datetime.datetime.fromisoformat",
    "datetime.datetime.strptime",
    "datetime.time.fromisoformat",
    "decimal.Decimal",
    "float",
    "int",
    "uuid.UUID",
}
"""They raise when a text does not fit."""

_TAILS = frozenset(name.rpartition(".")[2] for name in CONVERTERS)

_CAUGHT = frozenset({"*", "ArithmeticError", "BaseException", "Exception", "TypeError", "ValueError",
                     "decimal.InvalidOperation", "json.JSONDecodeError", "json.decoder.JSONDecodeError",
                     "orjson.JSONDecodeError", "simplejson.JSONDecodeError"})  # fmt: skip
_UNKNOWN = "?"
#: Methods and functions that look at a text before it is converted.
_CHECKS = frozenset({"fullmatch", "isalnum", "isdecimal", "isdigit", "isnumeric", "match"})


def converted_parameters(module: Module) -> Iterator[ConvertedParameter]:
    """The parameters that functions of ``module`` convert as they came, where it is known whether they are prepared."""
    for call in module.calls.named(_TAILS) if module.role in RUNTIME_ROLES else ():
        name, function = module.resolve(call.func), module.function_of(call)
        arguments = (
            arguments_behind(call.args[0], module)
            if call.args and name in CONVERTERS
            else frozenset()
        )
        caught = catches_misfits(call, module) if arguments else None
        if caught is not None and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            guarded = caught or is_looked_at(call.args[0], function, module)
            yield ConvertedParameter(
                tuple(sorted(arguments)), name, guarded, module.path, call.lineno
            )


def catches_misfits(node: ast.AST, module: Module) -> bool | None:
    """Whether what a converter raises for a bad text is caught around ``node``; None when nobody can know."""
    caught = {*module.handled(node)}
    if caught & _CAUGHT or "contextlib.suppress" in module.contexts(node):
        return True
    return None if _UNKNOWN in caught else False


def is_looked_at(value: ast.expr, function: AnyFunction, module: Module) -> bool:
    """Whether a function checks the text ``value`` itself, or compares it, somewhere."""
    names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)} - {
        "request",
        "self",
    }
    for part in module.own_nodes(function):
        if isinstance(part, ast.Attribute) and part.attr in _CHECKS:
            if ast.unparse(value) in ast.unparse(part.value):
                return True
            call = module.parent(part)
            looked_at = [part.value, *(call.args if isinstance(call, ast.Call) else ())]
            if any(isinstance(item, ast.Name) and item.id in names for item in looked_at):
                return True
        if (
            isinstance(part, ast.Compare)
            and isinstance(part.ops[0], (ast.In, ast.NotIn))
            and isinstance(part.left, ast.Name)
            and part.left.id in names
        ):
            return True
    return False
