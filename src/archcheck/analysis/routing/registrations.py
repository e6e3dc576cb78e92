"""Routes and inclusions that are registered by calling a router: ``router.get``, ``app.include_router``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.routing.facts import (
    InclusionFact,
    RouteFact,
    RouterFact,
    Url,
    UrlPart,
)
from archcheck.analysis.routing.handlers import declared_answer, listed_dependencies, parameters
from archcheck.analysis.routing.names import definition, made, node_of
from archcheck.analysis.routing.urls import url_of
from archcheck.analysis.topics.requests.routes import Route, routes

#: Class -> framework and whether an instance is an application.
CLASSES = {
    "aiohttp.web.Application": ("aiohttp", True),
    "aiohttp.web.RouteTableDef": ("aiohttp", False),
    "fastapi.APIRouter": ("fastapi", False),
    "fastapi.FastAPI": ("fastapi", True),
    "flask.Blueprint": ("flask", False),
    "flask.Flask": ("flask", True),
    "litestar.Litestar": ("litestar", True),
    "litestar.Router": ("litestar", False),
    "ninja.NinjaAPI": ("ninja", False),
    "ninja.Router": ("ninja", False),
    "quart.Blueprint": ("quart", False),
    "quart.Quart": ("quart", True),
    "rest_framework.routers.DefaultRouter": ("rest_framework", False),
    "rest_framework.routers.SimpleRouter": ("rest_framework", False),
    "starlette.Starlette": ("starlette", True),
    "starlette.routing.Router": ("starlette", False),
    "tornado.web.Application": ("tornado", True),
}
_PREFIXES = {
    "fastapi": ("prefix", "root_path"),
    "flask": ("url_prefix",),
    "litestar": ("path",),
    "quart": ("url_prefix",),
}
_SUBAPP = "add_subapp"
#: Method that includes -> position and name of the child, position and name of the prefix, whether it replaces.
_INCLUDING = {
    "add_namespace": (0, "ns", 1, "path", True),
    "add_router": (1, "router", 0, "prefix", False),
    _SUBAPP: (1, "subapp", 0, "prefix", False),
    "include_router": (0, "router", None, "prefix", False),
    "mount": (1, "app", 0, "path", False),
    "register_blueprint": (0, "blueprint", None, "url_prefix", True),
}
_INCLUDING_NAMES = frozenset(
    {*_INCLUDING, "add_routes"}
    | {
        name.rpartition(".")[2]
        for name, (framework, _) in CLASSES.items()
        if framework == "litestar"
    }
)
_LITESTAR = frozenset({"litestar.Controller"})


def routers(module: Module) -> Iterator[RouterFact]:
    """Every application and router that the module makes; a handler or controller of Litestar is one too."""
    for call in module.nodes(ast.Call):
        names = module.names(call.func)
        known = {CLASSES.get(name) for name in names}
        found = known.pop() if len(known) == 1 else None
        if found is not None:
            framework, is_root = found
            dependencies = listed_dependencies(call, module)
            prefix = _own_prefix(call, framework, module)
            yield RouterFact(made(call, module), framework, prefix, is_root, dependencies)
    for node in module.nodes(ast.ClassDef):
        if any(name in _LITESTAR for base in node.bases for name in module.names(base)):
            yield RouterFact(definition(node, module), "litestar", _class_path(node, module))


def inclusions(module: Module) -> Iterator[InclusionFact]:
    """Every router that the module includes in another."""
    for call in module.calls.named(_INCLUDING_NAMES):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _INCLUDING:
            yield from _included(call, call.func, module)
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "add_routes" and call.args:
            child = node_of(call.args[0], module)
            if child:
                yield InclusionFact(node_of(call.func.value, module), child)
        elif any(CLASSES.get(name, ("",))[0] == "litestar" for name in module.names(call.func)):
            handlers_at = 0 if module.resolve(call.func) == "litestar.Litestar" else 1
            for item in _listed(call, handlers_at, "route_handlers"):
                child = node_of(item, module)
                if child:
                    yield InclusionFact(made(call, module), child)


def decorated(module: Module) -> Iterator[RouteFact]:
    """The routes that decorators register."""
    for function in module.functions:
        for route in routes(function, module) if function.decorator_list else ():
            yield RouteFact(
                route.framework,
                route.methods,
                _router_of(route, module),
                _url_of(route, module),
                definition(function, module),
                module.place(function),
                tuple(parameters(route.parameters, module)),
                listed_dependencies(route.decorator, module),
                declared_answer(route.decorator, function, route.framework),
                _is_published(route.decorator),
            )


def _is_published(decorator: ast.Call) -> bool:
    return not any(
        keyword.arg == "include_in_schema"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
        for keyword in decorator.keywords
    )


def _router_of(route: Route, module: Module) -> str:
    func = route.decorator.func
    if route.framework != "litestar":
        return node_of(func.value, module) if isinstance(func, ast.Attribute) else ""
    owner = module.parent(route.function)
    return definition(owner if isinstance(owner, ast.ClassDef) else route.function, module)


def _url_of(route: Route, module: Module) -> Url:
    if route.path is not None:
        return (UrlPart(route.path),) if route.path else ()
    if route.decorator.args:
        return url_of(route.decorator.args[0], module)
    for keyword in route.decorator.keywords:
        if keyword.arg in ("path", "rule", "uri"):
            return url_of(keyword.value, module)
    return ()


def _own_prefix(call: ast.Call, framework: str, module: Module) -> Url:
    for keyword in call.keywords:
        if keyword.arg in _PREFIXES.get(framework, ()):
            return url_of(keyword.value, module)
    if module.resolve(call.func) == "litestar.Router" and call.args:
        return url_of(call.args[0], module)
    return ()


def _included(call: ast.Call, func: ast.Attribute, module: Module) -> Iterator[InclusionFact]:
    at, name, prefix_at, prefix_name, replaces = _INCLUDING[func.attr]
    child_node, prefix = _argument(call, at, name), _argument(call, prefix_at, prefix_name)
    if child_node is None:
        return
    url = url_of(prefix, module)
    for item in _alternatives(child_node, module):
        child = _text_or_node(item, module)
        if not child and func.attr == _SUBAPP:
            child = APPLICATION  # one that was handed in, or that a function made
        if child:
            yield InclusionFact(
                node_of(func.value, module) or _application_of(func.value, module),
                child,
                url,
                replaces,
                listed_dependencies(call, module),
            )


def _alternatives(node: ast.expr, module: Module) -> list[ast.expr]:
    """What a name stands for: of the variable of a loop over a display, each of its items."""
    if isinstance(node, ast.Name):
        for ancestor in module.ancestors(node):
            if (
                isinstance(ancestor, ast.For)
                and isinstance(ancestor.target, ast.Name)
                and ancestor.target.id == node.id
            ):
                items = ancestor.iter
                return list(items.elts) if isinstance(items, (ast.List, ast.Tuple)) else []
    return [node]


def _text_or_node(node: ast.expr, module: Module) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return node_of(node, module)


def _application_of(node: ast.expr, module: Module) -> str:
    """The node that stands for any application, where ``node`` is one that was handed in."""
    roots = {name for name, (_, is_root) in CLASSES.items() if is_root}
    types = module.types(node)
    if (types and roots.issuperset(types)) or (
        isinstance(node, ast.Name) and node.id in ("app", "application")
    ):
        return APPLICATION
    return ""


def _class_path(node: ast.ClassDef, module: Module) -> Url:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            target: ast.expr = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        else:
            continue
        if isinstance(target, ast.Name) and target.id == "path":
            return url_of(statement.value, module)
    return ()


def _argument(call: ast.Call, position: int | None, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(call.args):
        found = call.args[position]
        return None if isinstance(found, ast.Starred) else found
    return None


def _listed(call: ast.Call, position: int, name: str) -> list[ast.expr]:
    value = _argument(call, position, name)
    return list(value.elts) if isinstance(value, (ast.List, ast.Tuple)) else []


APPLICATION = "<application>"
"""The node of an application that a function is given: whichever it is, it is a root without a prefix."""
