"""Is a JSON Web Token verified before it is believed? Known are PyJWT and python-jose."""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.requests.untrusted import is_untrusted

_PYJWT = frozenset({"jwt.decode", "jwt.decode_complete", "jwt.PyJWT.decode", "jwt.api_jwt.decode"})
#: Readers that take whatever algorithm the token names when none is given.
ANY_ALGORITHM = frozenset({"jose.jwt.decode", "jose.jws.verify"})
TOKEN_READERS = _PYJWT | ANY_ALGORITHM


def algorithms(node: ast.Call) -> ast.expr | None:
    """The algorithms that a reader is told to accept."""
    return argument(node, "algorithms", 2)


def accepts_unsigned(node: ast.Call) -> bool:
    """Whether the algorithm ``none`` is among those accepted."""
    given = algorithms(node)
    items = given.elts if isinstance(given, (ast.List, ast.Tuple, ast.Set)) else [given]
    return any(
        isinstance(item, ast.Constant) and str(item.value).lower() == "none"
        for item in items
        if item
    )


def is_unverified(node: ast.Call) -> bool:
    """Whether the signature is not checked: ``options={"verify_signature": False}`` or ``verify=False``."""
    if _is_false(argument(node, "verify")):
        return True
    options = argument(node, "options", 3)
    if isinstance(options, ast.Dict):
        return any(
            isinstance(key, ast.Constant) and key.value == "verify_signature" and _is_false(value)
            for key, value in zip(options.keys, options.values, strict=True)
        )
    return isinstance(options, ast.Call) and any(
        keyword.arg == "verify_signature" and _is_false(keyword.value)
        for keyword in options.keywords
    )


def is_verified_nearby(node: ast.Call, module: Module) -> bool:
    """Whether the same function also verifies a token: the unverified reading finds the key."""
    function = module.function_of(node)
    return any(
        call is not node
        and module.function_of(call) is function
        and module.resolve(call.func) in TOKEN_READERS
        and not is_unverified(call)
        for call in module.nodes(ast.Call)
    )


def is_believed(node: ast.Call, module: Module) -> bool:
    """Whether the token comes from a request and nothing but this call looks at it."""
    token = argument(node, "token", 0) or argument(node, "jwt")
    if token is None or not is_untrusted(token, module):
        return False
    function, text = module.function_of(node), dotted(token)
    return not any(
        isinstance(part, (ast.Name, ast.Attribute)) and dotted(part) == text
        for call in module.nodes(ast.Call)
        if call is not node and module.function_of(call) is function
        for value in (*call.args, *(keyword.value for keyword in call.keywords))
        for part in ast.walk(value)
        if node not in ast.walk(value)
    )


def argument(node: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """The argument passed as ``name`` or at ``position``."""
    if position is not None and position < len(node.args):
        return node.args[position]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
