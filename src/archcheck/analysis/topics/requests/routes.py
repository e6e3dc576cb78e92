"""Which functions answer requests: under which method and path, and with which parameters?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.module import AnyFunction, Module

#: Class whose methods register handlers -> framework.
ROUTERS = {
    "aiohttp.web.RouteTableDef": "aiohttp",
    "bottle.Bottle": "bottle",
    "fastapi.APIRouter": "fastapi",
    "fastapi.FastAPI": "fastapi",
    "flask.Blueprint": "flask",
    "flask.Flask": "flask",
    "ninja.NinjaAPI": "ninja",
    "ninja.Router": "ninja",
    "quart.Blueprint": "quart",
    "quart.Quart": "quart",
    "sanic.Blueprint": "sanic",
    "sanic.Sanic": "sanic",
    "starlette.Starlette": "starlette",
}
#: Frameworks to think of, in this order, where the receiver's class is unknown.
_IMPORTED = ("fastapi", "quart", "flask", "ninja", "sanic", "starlette", "bottle", "aiohttp")
_CLIENTS = ("httpx.", "requests.", "respx.", "responses.", "starlette.testclient.")
#: Frameworks that validate a parameter by its annotation.
TYPED_FRAMEWORKS = frozenset({"fastapi", "litestar", "ninja"})

_DEPENDENCIES = frozenset({"Depends", "Security"})
_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})
_ANY_METHOD = frozenset({"api_operation", "api_route", "route", "view"})
_SOCKETS = frozenset({"websocket", "websocket_route"})
#: FastAPI has them from Starlette: the handler is given the request, and nothing is read from its parameters.
_PLAIN = frozenset({"route", "websocket_route"})


class RouteParameter(Struct, frozen=True):
    """A parameter of a handler, its instance and starred ones left out.

    Attributes:
        node: the parameter.
        default: its default value.
    """

    node: ast.arg
    default: ast.expr | None

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.arg

    @property
    def is_dependency(self) -> bool:
        """Its default says that the framework makes it, not the client: ``= Depends(...)``."""
        if not isinstance(self.default, ast.Call):
            return False
        func = self.default.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return name in _DEPENDENCIES


class Route(Struct, frozen=True):
    """One registration of a handler.

    Attributes:
        framework: lower-case name of the distribution.
        methods: HTTP methods in upper case, ``WEBSOCKET`` for a socket; empty when nobody can know.
        path: as written, without the prefix of its router; None when it is computed.
        function: the handler.
        decorator: the call that registers it.
        parameters: of the handler.
    """

    framework: str
    methods: tuple[str, ...]
    path: str | None
    function: AnyFunction
    decorator: ast.Call
    parameters: tuple[RouteParameter, ...]


def routes(function: AnyFunction, module: Module) -> list[Route]:
    """The routes that the decorators of ``function`` register, in source order."""
    return [
        Route(framework, methods, path, function, decorator, tuple(_parameters(function, module)))
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for framework, methods, path in _registration(decorator, module)
    ]


def _registration(
    decorator: ast.Call, module: Module
) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    func = decorator.func
    name = func.attr if isinstance(func, ast.Attribute) else module.resolve(func).rpartition(".")[2]
    if name not in _VERBS | _ANY_METHOD | _SOCKETS:
        return
    path_node = _path_node(decorator)
    path = path_node.value if isinstance(path_node, ast.Constant) else None
    if path is not None and not (isinstance(path, str) and (path.startswith("/") or not path)):
        return
    framework = _framework(func, module, is_literal=isinstance(path, str))
    if framework == "fastapi" and name in _PLAIN:
        framework = "starlette"
    if framework:
        yield framework, _methods(name, framework, decorator), path


def _path_node(decorator: ast.Call) -> ast.expr | None:
    if decorator.args:
        return decorator.args[0]
    for keyword in decorator.keywords:
        if keyword.arg in ("path", "rule", "uri"):
            return keyword.value
    return None


def _framework(func: ast.expr, module: Module, *, is_literal: bool) -> str:
    names = module.names(func)
    if names and all(name.startswith("litestar.") for name in names):
        return "litestar"
    if not isinstance(func, ast.Attribute):
        return ""
    owners = {name.rpartition(".")[0] for name in names}
    known = {ROUTERS[owner] for owner in owners if owner in ROUTERS}
    if known:
        return known.pop() if len(known) == 1 else ""
    if not is_literal or any(name.startswith(_CLIENTS) for name in names):
        return ""
    # A router of another module: nothing else decorates a function with a path in such a file.
    return next((framework for framework in _IMPORTED if module.imports(framework)), "")


def _methods(name: str, framework: str, decorator: ast.Call) -> tuple[str, ...]:
    if name in _VERBS:
        return (name.upper(),)
    if name in _SOCKETS:
        return ("WEBSOCKET",)
    for keyword in decorator.keywords:
        if keyword.arg in ("methods", "http_method", "method"):
            return _literal_methods(keyword.value)
    if framework == "ninja" and decorator.args:
        return _literal_methods(decorator.args[0])
    return ("GET",)


def _literal_methods(node: ast.expr) -> tuple[str, ...]:
    items = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]
    found = [item.value for item in items if isinstance(item, ast.Constant)]
    if len(found) < len(items):
        return ()
    return tuple(method.upper() for method in found if isinstance(method, str))


def _parameters(function: AnyFunction, module: Module) -> Iterator[RouteParameter]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(positional) - len(arguments.defaults))
    pairs = [
        *zip(positional, [*missing, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    if positional and isinstance(module.parent(function), ast.ClassDef):
        pairs = pairs[1:]
    for node, default in pairs:
        yield RouteParameter(node, default)
