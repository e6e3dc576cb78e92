"""The call site of one call."""

from __future__ import annotations

import ast

from modules import module_of

from archcheck.analysis.calls.site import CallSite


def site(source: str, method: str = "probe") -> CallSite:
    """The site of the one call whose callee is, or ends in, ``method``."""
    module = module_of(source)
    (call,) = (
        node
        for node in module.nodes(ast.Call)
        if (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        == method
    )
    return module.call_site(call, module.resolve(call.func) or method)
