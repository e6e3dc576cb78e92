"""Which functions do attributes and dicts hold, under names of their own?"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from archcheck.analysis.calls.spread import spread_of
from archcheck.analysis.names.declared_types import UNKNOWN, Names
from archcheck.analysis.names.values import simple_name

if TYPE_CHECKING:
    from archcheck.analysis.module import Module


def held_in_dict(func: ast.expr, module: Module) -> Names:
    """The functions that a callee may stand for which is an item of a dict, by itself or by a variable.

    One that other code may fill tells what stands under a literal key, and nothing for any other.

    Args:
        func: ``HANDLERS["get"]``, or a variable that holds that.
        module: the file of the call.
    """
    item: ast.expr | None = func
    if isinstance(func, ast.Name):
        bindings = module.symbols.bindings(func)
        item = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    if not isinstance(item, ast.Subscript):
        return UNKNOWN
    dict_ = spread_of(item.value, module)
    if isinstance(item.slice, ast.Constant):
        values = [value for key, value in dict_.pairs.items() if key == item.slice.value]
    else:
        values = [] if dict_.open else list(dict_.pairs.values())
    if not all(value.given and value.names for value in values):
        return UNKNOWN
    return tuple(dict.fromkeys(name for value in values for name in value.names))


def holding_attributes(module: Module, names: Container[str]) -> Iterator[str]:
    """The attributes of the module's classes whose value is written like a function with one of these simple names."""
    definitions = module.symbols.definitions
    for owner in module.scopes.attributes:
        for attribute, bindings in definitions.own_attributes(owner).items():
            for binding in bindings:
                value = binding.value
                while isinstance(value, ast.Call) and value.args:
                    value = value.args[0]  # of a partial or `staticmethod`
                if isinstance(value, (ast.Attribute, ast.Name)) and simple_name(value) in names:
                    yield attribute
