"""Which functions take a mapping apart that somebody else hands them, and do they check it?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import BodyParameter
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.topics.requests.checked_values import is_named_check
from archcheck.analysis.topics.requests.handovers import arguments_of
from archcheck.analysis.topics.requests.request_body import BodyUse, use_of_parameter
from archcheck.model import RUNTIME_ROLES

_TAKES_KEY = frozenset({"get", "pop"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def body_parameters(module: Module) -> Iterator[BodyParameter]:
    """The parameters of which a function takes values by literal keys, or that it gives to something that checks."""
    if module.role not in RUNTIME_ROLES:
        return
    for function, name in dict.fromkeys(_candidates(module)):
        use = use_of_parameter(name, function, module)
        checked = _is_checked(use, function, module)
        if checked or use.keys:
            yield BodyParameter(
                tuple(arguments_of(function, (name,), module)),
                checked,
                len(use.keys),
                function.name,
                module.path,
                function.lineno,
            )


def _is_checked(use: BodyUse, function: AnyFunction, module: Module) -> bool | None:
    """Whether a function checks the mapping; None when nobody can tell by this function alone."""
    if use.validated:
        return True
    if use.keys:
        in_doubt = use.asked or any(each.named_check for each in use.handed)
        return None if in_doubt else False
    by_hand = (use.checked or use.asked) and not use.handed
    refuses = any(isinstance(node, ast.Raise) for node in module.own_nodes(function))
    return True if by_hand and refuses else None


def _candidates(module: Module) -> Iterator[tuple[AnyFunction, str]]:
    """Functions and their parameters that may be such mappings."""
    for name in _mappings(module):
        function = module.function_of(name)
        if isinstance(function, _FUNCTIONS) and any(
            each.arg == name.id for each in (*function.args.args, *function.args.kwonlyargs)
        ):
            yield function, name.id


def _mappings(module: Module) -> Iterator[ast.Name]:
    """The names that are read by a literal key, poured into a class, or given to something that checks."""
    for node in module.nodes(ast.Subscript):
        if isinstance(node.value, ast.Name) and _is_text(node.slice):
            yield node.value
    for call in module.calls.named(_TAKES_KEY):
        func = call.func
        is_key = bool(call.args) and _is_text(call.args[0])
        if is_key and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            yield func.value
    for name, calls in module.calls_by_name.items():
        is_class = name.lstrip("_")[:1].isupper()
        if not is_class and not is_named_check(name):
            continue
        for call in calls:
            for keyword in call.keywords:
                if isinstance(keyword.value, ast.Name) and (keyword.arg is None or not is_class):
                    yield keyword.value
            for argument in () if is_class else call.args:
                if isinstance(argument, ast.Name):
                    yield argument


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
