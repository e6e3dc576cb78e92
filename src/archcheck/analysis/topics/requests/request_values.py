"""What does a function take out of a request: single values by their key, or all that a client sent?"""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.requests.sent_requests import was_sent

#: Parts of a request that hold text by key.
_PARTS = frozenset(
    {"GET", "POST", "COOKIES", "args", "cookies", "form", "headers", "params", "query", "query_params", "values"}
)  # fmt: skip
#: Raw bodies: whole texts rather than values by key.
_BODIES = frozenset({"body", "data", "text", "content", "read", "get_data"})
_TAKING = frozenset({"get", "getone", "pop", "getfirst"})
_TORNADO = frozenset({"get_argument", "get_body_argument", "get_cookie", "get_query_argument"})
#: Headers that servers check before any handler runs.
_CHECKED_BY_SERVERS = frozenset({"content-length", "content_length"})
_REQUESTS = (
    "aiohttp.web.",
    "django.",
    "flask.",
    "litestar.",
    "quart.",
    "rest_framework.",
    "sanic.",
    "starlette.",
)
#: Parts and methods of a request that are all that a client sent.
_WHOLE = frozenset(
    {"GET", "POST", "args", "data", "form", "get_json", "json", "post", "query_params", "values"}
)
_COPIES = frozenset({"copy", "dict", "to_dict"})
_MAX_STEPS = 4
#: A file that holds none of these words takes nothing out of a request.
REQUEST_WORDS = ("request", "Request", *sorted(_TORNADO))


def comes_from_request(
    node: ast.expr, module: Module, *, bodies: bool = False, steps: int = 0
) -> bool:
    """Whether ``node`` is the text that a client sent under some key, perhaps kept in a variable first.

    Args:
        node: the expression.
        module: its file.
        bodies: the raw body counts too.
        steps: how many definitions lie behind.
    """
    if isinstance(node, ast.Await):
        return comes_from_request(node.value, module, bodies=bodies, steps=steps)
    if isinstance(node, ast.BoolOp):
        return any(
            comes_from_request(value, module, bodies=bodies, steps=steps) for value in node.values
        )
    if isinstance(node, ast.Name):
        if steps >= _MAX_STEPS:
            return False
        definitions = reaching(node, module)
        return bool(definitions) and all(
            each.kind in ("assign", "annotated")
            and each.value is not None
            and comes_from_request(each.value, module, bodies=bodies, steps=steps + 1)
            for each in definitions
        )
    if isinstance(node, ast.Subscript):
        return _is_part(node.value, module) and not _is_checked(node.slice)
    if bodies and _is_body(node, module):
        return True
    return isinstance(node, ast.Call) and _is_taken(node, module, bodies=bodies, steps=steps)


def is_whole_request(node: ast.expr, module: Module, steps: int = 0) -> bool:
    """Whether ``node`` is a mapping of all that a client sent, perhaps copied or kept in a variable first."""
    if isinstance(node, ast.Await):
        return is_whole_request(node.value, module, steps)
    if isinstance(node, ast.Name):
        definitions = reaching(node, module) if steps < _MAX_STEPS else []
        return bool(definitions) and all(
            each.kind in ("assign", "annotated")
            and each.value is not None
            and is_whole_request(each.value, module, steps + 1)
            for each in definitions
        )
    if isinstance(node, ast.Call):
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in _COPIES:
            return is_whole_request(func.value, module, steps)
        if module.resolve(func) == "dict" and len(node.args) == 1:
            return is_whole_request(node.args[0], module, steps)
        node = func
    return (
        isinstance(node, ast.Attribute) and node.attr in _WHOLE and _is_request(node.value, module)
    )


def _is_taken(node: ast.Call, module: Module, *, bodies: bool, steps: int) -> bool:
    """``request.args.get("x")``, ``self.get_argument("x")``, ``request.args["x"].strip()``."""
    func = node.func
    if not isinstance(func, ast.Attribute):
        return False
    if func.attr in _TORNADO:
        return module.imports("tornado") and module.symbols.owner_class(func) is not None
    if func.attr in ("strip", "decode", "lower", "upper"):
        return comes_from_request(func.value, module, bodies=bodies, steps=steps)
    if func.attr not in _TAKING or not _is_part(func.value, module):
        return False
    # Flask and werkzeug convert it themselves: ``get("page", type=int)``.
    converted = any(keyword.arg == "type" for keyword in node.keywords)
    return not converted and bool(node.args) and not _is_checked(node.args[0])


def _is_part(node: ast.expr, module: Module) -> bool:
    return (
        isinstance(node, ast.Attribute) and node.attr in _PARTS and _is_request(node.value, module)
    )


def _is_body(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.Call):
        node = node.func
    return (
        isinstance(node, ast.Attribute) and node.attr in _BODIES and _is_request(node.value, module)
    )


def _is_request(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` is the request that is being answered, not one that is being sent."""
    types = module.types(node)
    if types:
        return all(
            name.startswith(_REQUESTS) and name.rpartition(".")[2] in ("HttpRequest", "Request")
            for name in types
        )
    if dotted(node).rpartition(".")[2] != "request" or was_sent(node):
        return False
    if isinstance(node, ast.Name):
        bindings = module.scopes.scope_of(node).lookup(node.id)
        return all(binding.kind in ("parameter", "import") for binding in bindings)
    return True


def _is_checked(key: ast.expr) -> bool:
    return (
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and key.value.lower() in _CHECKED_BY_SERVERS
    )
