"""Does an address surely lead to no other machine, because it holds its data itself or names a file?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcheck.analysis.names.flow import reaching
from archcheck.analysis.syntax.conditions import settled_conditions

if TYPE_CHECKING:
    from archcheck.analysis.module import AnyFunction, Module

#: Calls that open such an address as they open any other; their first argument is the address.
OPENERS = frozenset({"urllib.request.OpenerDirector.open", "urllib.request.urlopen"})
_PREFIXES = ("data:", "file:")
_SCHEMES = frozenset({"data", "file"})
_SPLITTERS = frozenset({"urllib.parse.urlparse", "urllib.parse.urlsplit"})
#: Methods of a text whose first part is what the text begins with.
_CUTS = frozenset({"partition", "split"})
_RESHAPES = frozenset({"casefold", "lower", "lstrip", "strip"})


def opens_local_address(call: ast.Call, module: Module) -> bool:
    """Whether the address that ``call`` opens is a ``data:`` or ``file:`` one.

    It is written so, a condition has made sure of it, or it is the parameter of a private function that is called
    with nothing else.
    """
    return bool(call.args) and _is_local(call.args[0], module, ask_callers=True)


def _is_local(address: ast.expr, module: Module, *, ask_callers: bool) -> bool:
    if isinstance(address, ast.Call):
        if module.resolve(address.func) == "urllib.request.Request" and address.args:
            return _is_local(address.args[0], module, ask_callers=ask_callers)
        return isinstance(address.func, ast.Attribute) and address.func.attr == "as_uri"
    if not isinstance(address, ast.Name):
        return _begins_local(address)
    if _is_made_sure_of(address, module):
        return True
    bindings = reaching(address, module)
    if bindings and all(each.kind in ("assign", "annotated") for each in bindings):
        return all(each.value is not None and _begins_local(each.value) for each in bindings)
    function = module.function_of(address)
    return (
        ask_callers
        and function is not None
        and not isinstance(function, ast.Lambda)
        and [each.kind for each in bindings] == ["parameter"]
        and _is_handed_local(address.id, function, module)
    )


def _begins_local(text: ast.expr) -> bool:
    """Whether a literal, or a text that begins with one, names no other machine."""
    while isinstance(text, (ast.BinOp, ast.JoinedStr)):
        if isinstance(text, ast.BinOp):
            text = text.left
        elif text.values:
            text = text.values[0]
        else:
            return False
    return isinstance(text, ast.Constant) and _is_local_prefix(text.value)


def _is_local_prefix(value: object) -> bool:
    return isinstance(value, str) and value.lower().startswith(_PREFIXES)


def _is_made_sure_of(address: ast.Name, module: Module) -> bool:
    """Whether a condition that is settled where the address is used says how it begins."""
    return any(
        _says_local(test, address, module, outcome=outcome)
        and not _is_given_anew(address, test, module)
        for test, outcome in settled_conditions(address, module)
    )


def _says_local(test: ast.expr, address: ast.Name, module: Module, *, outcome: bool) -> bool:
    if isinstance(test, ast.Call):
        func = test.func
        return (
            outcome
            and isinstance(func, ast.Attribute)
            and func.attr == "startswith"
            and bool(test.args)
            and all(_is_local_prefix(getattr(each, "value", None)) for each in _each(test.args[0]))
            and _is_head(func.value, address, module)
        )
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    wanted = (ast.Eq, ast.In) if outcome else (ast.NotEq, ast.NotIn)
    return (
        isinstance(test.ops[0], wanted)
        and all(getattr(each, "value", None) in _SCHEMES for each in _each(test.comparators[0]))
        and _is_scheme(test.left, address, module)
    )


def _each(node: ast.expr) -> list[ast.expr]:
    """The elements of a display, or the expression itself."""
    return node.elts if isinstance(node, (ast.List, ast.Set, ast.Tuple)) and node.elts else [node]


def _is_head(text: ast.expr, address: ast.Name, module: Module) -> bool:
    """Whether ``text`` is the address, or the part of it before some separator."""
    if isinstance(text, ast.Name):
        return text.id == address.id or any(
            _is_head(whole, address, module) for whole in _cut_from(text, module)
        )
    if isinstance(text, ast.Subscript):
        whole = _cut_text(text.value)
        is_first = getattr(text.slice, "value", None) == 0
        return whole is not None and is_first and _is_head(whole, address, module)
    return (
        isinstance(text, ast.Call)
        and isinstance(text.func, ast.Attribute)
        and text.func.attr in _RESHAPES
        and _is_head(text.func.value, address, module)
    )


def _cut_text(node: ast.expr) -> ast.expr | None:
    """The text that a call cuts into parts, None for anything else."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _CUTS
    ):
        return node.func.value
    return None


def _cut_from(head: ast.Name, module: Module) -> Iterator[ast.expr]:
    """The texts of which a name holds the first part: ``head, rest = text.split(",", 1)``."""
    for binding in reaching(head, module):
        display = binding.node
        statement = module.parent(display)
        if not isinstance(display, ast.Tuple) or not isinstance(statement, ast.Assign):
            continue
        whole = _cut_text(statement.value)
        if whole is not None and getattr(display.elts[0], "id", "") == head.id:
            yield whole


def _is_scheme(part: ast.expr, address: ast.Name, module: Module) -> bool:
    """Whether ``part`` is the scheme of the address: ``urlparse(address).scheme``."""
    if not isinstance(part, ast.Attribute) or part.attr != "scheme":
        return False
    whole = part.value
    if isinstance(whole, ast.Name):
        bindings = reaching(whole, module)
        if len(bindings) != 1 or bindings[0].value is None:
            return False
        whole = bindings[0].value
    return (
        isinstance(whole, ast.Call)
        and module.resolve(whole.func) in _SPLITTERS
        and bool(whole.args)
        and _is_head(whole.args[0], address, module)
    )


def _is_given_anew(address: ast.Name, test: ast.expr, module: Module) -> bool:
    """Whether the name gets another value between the condition and its use."""
    return any(
        test.lineno <= getattr(binding.node, "lineno", 0) < address.lineno
        for binding in reaching(address, module)
    )


def _is_handed_local(parameter: str, function: AnyFunction, module: Module) -> bool:
    """Whether a private function is called in its file only, and each call hands such an address over."""
    if not function.name.startswith("_") or function.name.startswith("__"):
        return False
    handed = [
        _argument(parameter, function, call, module)
        for call in module.calls_by_name.get(function.name, ())
    ]
    return bool(handed) and all(
        value is not None and _is_local(value, module, ask_callers=False) for value in handed
    )


def _argument(
    parameter: str, function: AnyFunction, call: ast.Call, module: Module
) -> ast.expr | None:
    """What ``call`` hands to a parameter of ``function``, None where that is not to be seen."""
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return keyword.value
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(module.parent(function), ast.ClassDef) and isinstance(call.func, ast.Attribute):
        del names[:1]
    position = names.index(parameter) if parameter in names else len(call.args)
    given = call.args[: position + 1]
    if len(given) <= position or any(isinstance(each, ast.Starred) for each in given):
        return None
    return given[position]
