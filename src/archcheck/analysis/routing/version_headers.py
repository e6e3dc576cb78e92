"""Does a server ask its clients in a header which version of its interface they speak?"""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted

_HEADER = re.compile(r"(?:x-)?(?:[a-z]+-)?(?:api|accept)-version", re.IGNORECASE)
_PARTS = ("ersion", "ERSION")
#: The headers of a request that was received; those of an answer are a client's business.
_RECEIVED = re.compile(r"(?:^|\.|_)req(?:uest)?\w*\.headers$", re.IGNORECASE)


def reads_version_header(module: Module) -> bool:
    """Whether a header of a request such as ``X-API-Version`` is read or declared as a parameter."""
    return any(
        isinstance(constant.value, str)
        and _HEADER.fullmatch(constant.value) is not None
        and _is_of_request(constant, module)
        for constant in module.constants_with(_PARTS)
    )


def _is_of_request(constant: ast.Constant, module: Module) -> bool:
    """``request.headers.get("...")``, ``request.headers["..."]``, ``Header(alias="...")``."""
    parent = module.parent(constant)
    if isinstance(parent, ast.keyword) and parent.arg == "alias":
        declared = module.parent(parent)
        return isinstance(declared, ast.Call) and dotted(declared.func).endswith("Header")
    if isinstance(parent, ast.Subscript):
        return bool(_RECEIVED.search(dotted(parent.value)))
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Attribute)
        and parent.func.attr == "get"
        and bool(_RECEIVED.search(dotted(parent.func.value)))
    )
