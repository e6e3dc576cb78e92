"""Is a value out of a request checked by the function that takes it?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeGuard

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.syntax.children import descend

#: Calls that give the same value once more, or its text.
COPIES = frozenset({"copy", "dict", "str", "to_dict"})
#: Words in the name of a function that checks what it is given.
_CHECKING = re.compile(
    r"(?:^|_)(?:arguments?|check\w*|clean\w*|convert|deserializ\w*|form|forms|formset|from_dict|load"
    r"|parse_obj|sanitiz\w*|schemas?|serializer|structure|unmarshal|valid\w*)(?:_|$)",
    re.IGNORECASE,
)
_CONVERTING = frozenset(
    {
        "bool",
        "compare_digest",
        "float",
        "fromisoformat",
        "fullmatch",
        "int",
        "isinstance",
        "len",
        "match",
        "parse",
        "strptime",
    }
)
#: What functions are called that take one value apart, or say yes or no to it.
_OF_ONE_VALUE = re.compile(r"_*(?:is|parse)_", re.IGNORECASE)
#: Functions that look a row up by a value, and answer with 404 when there is none.
_LOOKS_UP = frozenset(
    {"aget_object_or_404", "first_or_404", "get_object_or_404", "get_or_404", "one_or_404"}
)
#: Those that raise one of these.
_GETS = frozenset({"aget", "get", "get_by_id", "get_one"})
_MISSING = ("DoesNotExist", "NoResultFound", "NotFound")
#: Methods that ask something about a text.
_ASKS = frozenset(
    {"endswith", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "isnumeric", "startswith"}
)  # fmt: skip
#: Methods that give a text in another shape.
_RESHAPES = frozenset(
    {"casefold", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "strip", "title", "upper"}
)  # fmt: skip
#: So many variables are followed from a value to where it is checked.
_MAX_VARIABLES = 2
#: What takes anything, whatever its name.
TAKES_ANYTHING = (
    "collections.",
    "json.",
    "orjson.",
    "simplejson.",
    "types.SimpleNamespace",
    "ujson.",
    "yaml.",
)


def is_checked(
    taken: ast.expr, function: AnyFunction, module: Module, follow: int = _MAX_VARIABLES
) -> bool:
    """Whether a value, or the variable that holds it, is compared, converted, looked up or given to a check.

    Args:
        taken: the expression that takes the value out of the request.
        function: takes it.
        module: the file.
        follow: so many variables may hold the value before it is checked.
    """
    node: ast.AST = taken
    parent = module.parent(node)
    while (
        isinstance(parent, (ast.BoolOp, ast.IfExp, ast.keyword, ast.Starred))
        or (
            isinstance(parent, ast.Call)
            and (called_name(parent) in COPIES or (parent.func is node and _reshapes(node)))
        )
        or _reshapes(parent)
    ):
        node, parent = parent, module.parent(parent)
    if isinstance(parent, ast.Attribute) and parent.attr in _ASKS:
        return True
    if isinstance(parent, ast.Compare):
        return not all(isinstance(operator, (ast.Is, ast.IsNot)) for operator in parent.ops)
    if isinstance(parent, ast.Call) and parent.func is not node:
        return (
            checks(parent, module)
            or called_name(parent) in _CONVERTING
            or _OF_ONE_VALUE.match(called_name(parent)) is not None
            or _looks_up(parent, module)
            or module.resolve(parent.func) == "re.search"
        )
    if follow and isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return any(
            is_checked(load, function, module, follow - 1)
            for name in targets_of(parent)
            for load in loads_of(name, function)
        )
    return False


def _looks_up(call: ast.Call, module: Module) -> bool:
    """Whether a call finds a row by what it is given, and somebody copes when there is none."""
    name = called_name(call)
    return name in _LOOKS_UP or (
        name in _GETS and any(each.endswith(_MISSING) for each in module.handled(call))
    )


def _reshapes(node: ast.AST | None) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and node.attr in _RESHAPES


def targets_of(statement: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> Iterator[str]:
    """The names that an assignment binds to its value as a whole."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id


def loads_of(name: str, function: AnyFunction) -> list[ast.expr]:
    """Where a function reads a name, nested functions included."""
    return [
        node
        for node in descend(function)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]


def checks(call: ast.Call, module: Module) -> bool:
    """Whether a call checks what it is given: a class that is built from it, or a function that says so."""
    if any(name.startswith(TAKES_ANYTHING) for name in module.names(call.func)):
        return False
    name = called_name(call)
    return name.lstrip("_")[:1].isupper() or is_named_check(name)


@lru_cache(maxsize=4096)
def is_named_check(name: str) -> bool:
    """Whether a function is called what those are called that check what they are given."""
    return bool(_CHECKING.search(name))


def called_name(call: ast.Call) -> str:
    """The last segment of what is called, ``""`` for what has no name."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
