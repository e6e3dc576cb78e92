"""Does a module tell a web framework how errors become answers, and which exceptions does it raise?"""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name

#: Decorators and methods that register a function for an exception.
_REGISTERS = frozenset(
    {"add_error_handler", "add_exception_handler", "app_errorhandler", "errorhandler", "exception_handler",
     "register_error_handler"}
)  # fmt: skip
#: What is raised when a text does not fit.
_MISFIT = "ValueError"
#: The parameter of an application that takes them.
_PARAMETER = "exception_handlers"
#: Methods of an application that a subclass overrides to answer every error.
_OVERRIDES = frozenset({"handle_error", "handle_exception", "handle_user_exception"})
#: What a middleware calls to let the application answer.
_NEXT = frozenset({"app", "call_next", "get_response"})
#: The setting of Django REST framework.
_SETTING = "EXCEPTION_HANDLER"


def answers_errors(module: Module) -> bool:
    """Whether the module registers a handler of errors with an application, or is a middleware that catches them."""
    return (
        any(simple_name(call.func) in _REGISTERS for call in module.calls.named(_REGISTERS))
        or (_PARAMETER in module.text and any(map(_hands_over, module.nodes(ast.Call))))
        or any(_catches(call, module) for call in module.calls.named(_NEXT))
        or any(
            function.name in _OVERRIDES and isinstance(module.parent(function), ast.ClassDef)
            for function in module.functions
        )
        or any(node.value == _SETTING for node in module.constants_with((_SETTING,)))
    )


def answers_misfits(module: Module) -> bool:
    """Whether the module registers a handler for `ValueError` with an application or a part of one."""
    registered = [call.args[0] for call in module.calls.named(_REGISTERS) if call.args]
    if _PARAMETER in module.text:
        registered += [
            key
            for call in module.nodes(ast.Call)
            for keyword in call.keywords
            if keyword.arg == _PARAMETER and isinstance(keyword.value, ast.Dict)
            for key in keyword.value.keys
            if key is not None
        ]
    return any(
        _MISFIT in module.names(part)
        for each in registered
        for part in (each.elts if isinstance(each, ast.Tuple) else (each,))
    )


def raised_classes(module: Module) -> tuple[str, ...]:
    """Qualified names of what the module raises, where known, each once."""
    found: dict[str, None] = {}
    for node in module.nodes(ast.Raise):
        if node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found.update(dict.fromkeys(module.names(raised)))
    return tuple(found)


def _hands_over(call: ast.Call) -> bool:
    return any(keyword.arg == _PARAMETER for keyword in call.keywords)


def _catches(call: ast.Call, module: Module) -> bool:
    return simple_name(call.func) in _NEXT and bool(module.handled(call))
