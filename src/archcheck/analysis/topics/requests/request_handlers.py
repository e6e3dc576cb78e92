"""Which functions answer a request, and what do they send to the client?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.topics.errors.http_exceptions import is_http_exception
from archcheck.analysis.topics.requests.routes import routes

VIEWS = frozenset(
    {
        "aiohttp.web.View",
        "bottle.Bottle",
        "django.views.View",
        "django.views.generic.View",
        "django.views.generic.base.View",
        "falcon.Resource",
        "flask.views.MethodView",
        "flask.views.View",
        "flask_restful.Resource",
        "flask_restx.Resource",
        "rest_framework.views.APIView",
        "starlette.endpoints.HTTPEndpoint",
        "tornado.web.RequestHandler",
    }
)
"""Classes whose methods, called after the HTTP methods, answer requests."""

_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put"})
_FRAMEWORKS = ("aiohttp", "django", "falcon", "fastapi", "pyramid", "rest_framework", "sanic", "starlette")  # fmt: skip
_REQUEST_CLASS = re.compile(r"(?:\w+\.)*\w*Request")
_ANSWER = re.compile(r"\w*Response(?:_\w+)?|jsonify|render|render_template", re.IGNORECASE)
#: Decorators of Flask-AppBuilder, Django REST framework, Django and Pyramid that stand on nothing else.
_DECORATORS = frozenset(
    {"api_view", "csrf_exempt", "expose", "require_GET", "require_POST", "require_http_methods", "view_config"}
)  # fmt: skip
#: Methods by which a handler of Tornado or a response of Falcon is written.
_WRITERS = frozenset({"finish", "send_error", "write"})

_REGISTERS = frozenset({"app_errorhandler", "errorhandler", "exception", "exception_handler"})
_ADDERS = frozenset({"add_exception_handler", "register_error_handler"})
_BROAD = frozenset({"Exception", "BaseException"})


def is_handler(function: AnyFunction, module: Module) -> bool:
    """Whether a function surely answers requests: a decorator says so, or it takes a request and makes an answer."""
    if routes(function, module) or any(
        simple_name(getattr(each, "func", each)) in _DECORATORS for each in function.decorator_list
    ):
        return True
    arguments = [*function.args.posonlyargs, *function.args.args]
    if isinstance(module.parent(function), ast.ClassDef):
        arguments = arguments[1:]
    if not arguments or not module.imports(*_FRAMEWORKS) or not _is_request(arguments[0]):
        return False
    return any(
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.Call)
        and _ANSWER.fullmatch(simple_name(node.value.func)) is not None
        for node in module.own_nodes(function)
    )


def view_of(function: AnyFunction, module: Module) -> str:
    """The class that may be a view of which ``function`` answers one HTTP method; ``""`` when it is no such method."""
    owner = module.parent(function)
    if isinstance(owner, ast.ClassDef) and function.name.lower() in _VERBS:
        return module.symbols.definition_name(owner)
    return ""


def error_parameter(function: AnyFunction, module: Module) -> ast.arg | None:
    """The parameter that takes any exception, when a framework calls ``function`` for whatever nobody handled."""
    if not _is_catch_all(function, module):
        return None
    arguments = [*function.args.posonlyargs, *function.args.args]
    return arguments[-1] if arguments else None


def sent(function: AnyFunction, module: Module) -> Iterator[ast.expr]:
    """The expressions whose values a function that answers requests sends to the client."""
    for node in module.own_nodes(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            if any(map(is_http_exception, module.names(node.exc.func))):
                yield node.exc
        elif isinstance(node, ast.Call) and _sends(node, module):
            yield from (*node.args, *(keyword.value for keyword in node.keywords))


def makes_answer(func: ast.expr, module: Module) -> bool:
    """Whether a call of ``func`` makes an answer, or an exception that becomes one."""
    name = simple_name(func)
    return (
        _ANSWER.fullmatch(name) is not None
        or name == "abort"
        or any(map(is_http_exception, module.names(func)))
    )


def _is_request(parameter: ast.arg) -> bool:
    if parameter.annotation is not None:
        return _REQUEST_CLASS.fullmatch(dotted(parameter.annotation)) is not None
    return parameter.arg in ("request", "req")


def _sends(call: ast.Call, module: Module) -> bool:
    func = call.func
    if isinstance(func, ast.Attribute):
        if func.attr in _WRITERS and module.symbols.owner_class(func) is not None:
            return module.imports("tornado")
        return func.attr == "abort" and bool(module.names(func))
    return module.resolve(func).rpartition(".")[2] == "abort"


def _is_catch_all(function: AnyFunction, module: Module) -> bool:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and simple_name(decorator.func) in _REGISTERS:
            return any(_is_broad(argument, module) for argument in decorator.args)
    return any(
        len(call.args) > 1
        and _is_broad(call.args[0], module)
        and isinstance(call.args[1], ast.Name)
        and call.args[1].id == function.name
        for call in module.calls.named(_ADDERS)
    )


def _is_broad(node: ast.expr, module: Module) -> bool:
    return module.resolve(node) in _BROAD
