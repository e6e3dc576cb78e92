"""Is this a request that the program sent itself? What stands in it came from no client."""

from __future__ import annotations

import ast

#: What a client of HTTP gives back, or raises: it keeps the request that it belongs to.
_OUTCOMES = frozenset({"err", "error", "exc", "exception", "resp", "response"})


def was_sent(node: ast.expr) -> bool:
    """Whether ``node`` is the request of a response or of a failure: ``response.request``."""
    if not (isinstance(node, ast.Attribute) and node.attr == "request"):
        return False
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in _OUTCOMES
