"""Routes that stand in lists: Starlette's ``Route`` and ``Mount``, Django's ``path``, aiohttp's ``web.get``, and the
tuples of Tornado.

A list is a node of its own. What stands in it belongs to the variable that holds it, to the call that it is given to,
or, written in place, to the mount around it.
"""

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
from archcheck.analysis.routing.names import anonymous, made, node_of, target_node
from archcheck.analysis.routing.registrations import CLASSES
from archcheck.analysis.routing.urls import url_of

_DJANGO = frozenset({"django.urls.path", "django.urls.re_path", "django.conf.urls.url",
                     "django.urls.conf.path", "django.urls.conf.re_path"})  # fmt: skip
_INCLUDE = frozenset(
    {"django.urls.include", "django.conf.urls.include", "django.urls.conf.include"}
)
_STARLETTE = {"starlette.routing.Route": "GET", "starlette.routing.WebSocketRoute": "WEBSOCKET"}
_MOUNT = "starlette.routing.Mount"
_AIOHTTP = {
    f"aiohttp.web.{verb}": verb.upper() if verb != "view" else ""
    for verb in ("delete", "get", "head", "options", "patch", "post", "put", "view")
}
_ADDED = {f"add_{verb}": verb.upper() for verb in ("delete", "get", "head", "patch", "post", "put")}
_CONTAINERS = (ast.List, ast.Tuple, ast.BinOp, ast.Starred)
#: Where the URLs of a Django project begin.
DJANGO = "<django>"
PATTERNS = "urlpatterns"


def listed(module: Module) -> Iterator[RouteFact | InclusionFact | RouterFact]:
    """What the lists and the registering calls without a decorator tell."""
    for call in module.nodes(ast.Call):
        names = module.names(call.func)
        name = names[0] if len(names) == 1 else ""
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in _DJANGO:
            yield from _of_django(call, module, is_pattern=not name.endswith(".path"))
        elif name in _STARLETTE or name in _AIOHTTP:
            method = _STARLETTE.get(name) or _AIOHTTP.get(name, "")
            yield from _with_handler(call, method, _owner(call, module), name, module)
        elif name == _MOUNT:
            yield from _mounted(call, module)
        elif (
            receiver is not None
            and attribute in _ADDED
            and module.imports("aiohttp")
            and len(call.args) > 1
        ):
            owner = node_of(receiver, module)
            yield from _with_handler(call, _ADDED[attribute], owner, "aiohttp", module)
        elif attribute in ("add_api_route", "add_url_rule", "add_route") and call.args:
            yield from _rule(call, attribute, module)
        elif attribute == "register" and _is_router(call, module) and len(call.args) > 1:
            yield _registered(call, module)
        elif CLASSES.get(name, ("",))[0] in ("starlette", "tornado", "fastapi"):
            yield from _given_routes(call, CLASSES[name][0], module)
    yield from _assigned(module)


def root_of_django(module: Module) -> Iterator[InclusionFact]:
    """The module that ``ROOT_URLCONF`` names."""
    if "ROOT_URLCONF" not in module.text:
        return
    for statement in module.nodes(ast.Assign):
        for target in statement.targets:
            value = statement.value
            if (
                isinstance(target, ast.Name)
                and target.id == "ROOT_URLCONF"
                and isinstance(value, ast.Constant)
                and isinstance(value.value, str)
            ):
                yield InclusionFact(DJANGO, f"{value.value}.{PATTERNS}")


def _of_django(
    call: ast.Call, module: Module, *, is_pattern: bool
) -> Iterator[RouteFact | InclusionFact]:
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    route = call.args[0] if call.args else arguments.get("route", arguments.get("regex"))
    view = call.args[1] if len(call.args) > 1 else arguments.get("view")
    if view is None:
        return
    url = url_of(route, module)
    if is_pattern and url:
        first = url[0]
        url = (UrlPart(first.text.removeprefix("^"), first.constant), *url[1:])
    owner = _owner(call, module)
    if isinstance(view, ast.Call) and module.resolve(view.func) in _INCLUDE:
        child = _django_child(view.args[0], module) if view.args else ""
        yield InclusionFact(owner, child, url)
    elif isinstance(view, ast.Attribute) and view.attr == "urls":
        yield InclusionFact(owner, node_of(view, module), url)
    else:
        framework = "django"
        handler = _handler(view, module)
        yield RouteFact(framework, (), owner, url, handler, module.place(call))


def _django_child(node: ast.expr, module: Module) -> str:
    """The node that ``include`` takes: a module's name, a list, ``router.urls``, or a pair with a name space."""
    if isinstance(node, ast.Constant):
        return f"{node.value}.{PATTERNS}" if isinstance(node.value, str) else ""
    if isinstance(node, ast.Tuple) and node.elts:
        return _django_child(node.elts[0], module)
    return node_of(node, module)


def _with_handler(
    call: ast.Call, method: str, owner: str, name: str, module: Module
) -> Iterator[RouteFact]:
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    path = call.args[0] if call.args else arguments.get("path")
    view = (
        call.args[1] if len(call.args) > 1 else arguments.get("endpoint", arguments.get("handler"))
    )
    if path is None or view is None:
        return
    methods = _methods(arguments.get("methods"), (method,) if method else ())
    framework = name.partition(".")[0]
    yield RouteFact(
        framework, methods, owner, url_of(path, module), _handler(view, module), module.place(call)
    )


def _mounted(call: ast.Call, module: Module) -> Iterator[InclusionFact]:
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    path = call.args[0] if call.args else arguments.get("path")
    child = arguments.get(
        "routes", arguments.get("app", call.args[1] if len(call.args) > 1 else None)
    )
    if child is not None:
        yield InclusionFact(_owner(call, module), node_of(child, module), url_of(path, module))


def _given_routes(call: ast.Call, framework: str, module: Module) -> Iterator[InclusionFact]:
    """The list that an application or router is made with."""
    value = next((each.value for each in call.keywords if each.arg in ("routes", "handlers")), None)
    if value is None and framework != "fastapi" and call.args:
        value = call.args[0]
    if value is not None:
        child = node_of(value, module)
        if child:
            yield InclusionFact(made(call, module), child)


def _rule(call: ast.Call, attribute: str, module: Module) -> Iterator[RouteFact]:
    """``app.add_url_rule``, ``router.add_api_route``, ``app.add_route``."""
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    at, name = (2, "view_func") if attribute == "add_url_rule" else (1, "endpoint")
    view = call.args[at] if len(call.args) > at else arguments.get(name)
    if attribute == "add_url_rule":
        framework = "quart" if module.imports("quart") else "flask"
    else:
        framework = "fastapi" if attribute == "add_api_route" else "starlette"
    known = module.imports(framework, "fastapi") or attribute != "add_route"
    if view is None or receiver is None or not known:
        return
    yield RouteFact(
        framework,
        _methods(arguments.get("methods"), ("GET",)),
        node_of(receiver, module),
        url_of(call.args[0], module),
        _handler(view, module),
        module.place(call),
    )


def _is_router(call: ast.Call, module: Module) -> bool:
    """Whether ``.register`` is that of a router of Django REST framework."""
    if not isinstance(call.func, ast.Attribute):
        return False
    types = module.types(call.func.value)
    if types:
        return all(CLASSES.get(name, ("",))[0] == "rest_framework" for name in types)
    return module.imports("rest_framework") and isinstance(call.func.value, ast.Name)


def _registered(call: ast.Call, module: Module) -> RouteFact:
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    return RouteFact(
        "rest_framework",
        (),
        node_of(receiver, module),
        (*url_of(call.args[0], module), UrlPart("/")),
        _handler(call.args[1], module),
        module.place(call),
    )


def _assigned(module: Module) -> Iterator[InclusionFact | RouteFact]:
    """Tuples of Tornado's tables, and lists that are put together from others."""
    tornado = module.imports("tornado")
    for node in module.nodes(ast.Assign):
        value = node.value
        parts = _parts(value)
        if len(parts) > 1 or (parts and parts[0] is not value):
            holder = target_node(node.targets[0], module)
            for part in parts:
                child = node_of(part, module) if isinstance(part, (ast.Name, ast.Attribute)) else ""
                if holder and child:
                    yield InclusionFact(holder, child)
    if tornado:
        for constant in module.nodes(ast.Constant):
            pair = module.parent(constant)
            if (
                isinstance(pair, ast.Tuple)
                and len(pair.elts) in (2, 3)
                and pair.elts[0] is constant
                and isinstance(constant.value, str)
                and constant.value.lstrip("^").startswith("/")
                and isinstance(module.parent(pair), ast.List)
            ):
                handler = _handler(pair.elts[1], module)
                if handler.rpartition(".")[2][:1].isupper():
                    url: Url = (UrlPart(constant.value.lstrip("^").rstrip("$")),)
                    owner = _owner(pair, module)
                    yield RouteFact("tornado", (), owner, url, handler, module.place(constant))


def _parts(value: ast.expr) -> list[ast.expr]:
    """The operands of ``a + [...] + b``, or the starred items of a list."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*_parts(value.left), *_parts(value.right)]
    if isinstance(value, ast.List):
        return [item.value for item in value.elts if isinstance(item, ast.Starred)]
    return [value]


def _owner(node: ast.expr, module: Module) -> str:
    """The node that an entry of a list belongs to."""
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            target = ancestor.targets[0] if isinstance(ancestor, ast.Assign) else ancestor.target
            return target_node(target, module)
        if isinstance(ancestor, ast.Call):
            return _given_to(ancestor, child, node, module)
        if isinstance(ancestor, ast.Return):
            return ""
        if not isinstance(ancestor, (*_CONTAINERS, ast.keyword)):
            return ""
        if isinstance(ancestor, ast.List):
            child = ancestor
    return ""


def _given_to(call: ast.Call, child: ast.AST, node: ast.expr, module: Module) -> str:
    """The node of a list that is written in place as an argument."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in ("append", "extend", "insert"):
        return node_of(func.value, module)
    # Whatever takes the list speaks of it by where it stands.
    return anonymous(child, module) if isinstance(child, ast.List) and child is not node else ""


def _handler(view: ast.expr, module: Module) -> str:
    """The qualified name of a view: without ``as_view()`` and the decorators around it."""
    while isinstance(view, ast.Call):
        if isinstance(view.func, ast.Attribute) and view.func.attr in ("as_view", "as_asgi"):
            view = view.func.value
        elif view.args:
            view = view.args[0]
        else:
            return ""
    names = module.names(view)
    return names[0] if len(names) == 1 else ""


def _methods(node: ast.expr | None, default: tuple[str, ...]) -> tuple[str, ...]:
    if node is None:
        return default
    items = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else []
    found = [item.value for item in items if isinstance(item, ast.Constant)]
    return tuple(str(method).upper() for method in found)
