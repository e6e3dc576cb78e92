"""Which requests does the program send itself?"""

from __future__ import annotations

import ast

#: What a client of HTTP gives back, or raises: it keeps the request that it belongs to.
_OUTCOMES = frozenset({"err", "error", "exc", "exception", "resp", "response"})
#: Keywords by which clients of HTTP take the body of a request.
_BODIES = frozenset({"content", "data", "json"})
_METHODS = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})


def was_sent(node: ast.expr) -> bool:
    """Whether ``node`` is the request of a response or of a failure: ``response.request``.

    What stands in it came from no client.
    """
    if not (isinstance(node, ast.Attribute) and node.attr == "request"):
        return False
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in _OUTCOMES


def sends_as_body(call: ast.Call, keyword: ast.AST | None) -> bool:
    """Whether ``call`` is written as those that send a request are, and ``keyword`` is its body.

    ``call_upstream("POST", "/orders", json=body)``: whatever it is that is called, it takes a method or a path.
    """
    return (
        isinstance(keyword, ast.keyword)
        and keyword.arg in _BODIES
        and any(_is_method_or_path(argument) for argument in call.args)
    )


def _is_method_or_path(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and (text in _METHODS or text.startswith("/"))
