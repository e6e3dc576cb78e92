"""Which expressions hold something that must not be written down?

By name: what ends in a secret's name, unless a word around it says that it only counts, names or hides one. By kind:
whole headers, environments and settings, which hold secrets among other things.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.topics.telemetry.markers import (
    formatted_names,
    formatted_whole,
    marked_names,
    says_place,
    written_whole,
)

_SENSITIVE = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|secret|secret_key|api_?key"
    r"|(?:access|api|auth|bearer|bot|jwt|o_?auth|refresh|session)_?token|private_?key|client_?secret|authorization|cookies?|credentials|ssn|credit_?card"
    r"|card_number|cvv|otp_secret)$"
)
#: Words around a sensitive one that take the sting out: what is counted, tested, hidden, or a mere number of a session.
_HARMLESS = re.compile(
    r"^(?:num|has|is|have|needs?|no|use|uses|missing|invalid|valid|expected|required|public|masked|printed|redacted|hashed"
    r"|hidden|encrypted|obfuscated|sanitized|safe|len|n)_"
    r"|(?:^|_)(?:public|masked|redacted|hashed|encrypted|hidden|obfuscated|fake|dummy|mock|example|test|xsrf|csrf)(?:_|$)"
    r"|(?:^|_)(?:allow|send|supports?|with|include)_(?:credentials|cookies)$"
)
#: Names, in words or as the last attribute, of what may be something else: a jar of cookies in a file, the working
#: directory, roles, headers that a library hides.
_DOUBTFUL = re.compile(r"(?:^|[._])(?:cookies?|pwd|authorization|credentials|headers|environ)$")
#: What a value is called that is a place and not what is kept there.
_PLACES = re.compile(r"(?:cwd|dir|directory|file|filename|folder|path)$")
#: As a whole name these are as often who asks and what is answered as what proves it; as a key of headers they are not.
_AMBIGUOUS = frozenset({"authorization", "credentials"})
#: Functions that decide what somebody may do: there such names are roles and answers whatever stands before them.
_DECIDING = re.compile(r"enforce|authori[sz]e|is_allowed|permission|policy")
#: Functions and methods that leave nothing of a secret, or do not give the secret itself.
_HIDING = re.compile(
    r"mask|redact|hash|hidden|hide|obfuscat|sanit|censor|scrub|anonymi|fingerprint|digest|encrypt|(?<!url)safe|filter|strip_"
    r"|^(?:len|bool|type|id|isinstance|callable|any|all|sum|sorted_keys|keys|count|exists|hasattr)$",
    re.IGNORECASE,
)
#: Calls whose result is what they are called on or given.
_SAME = frozenset({"str", "repr", "format", "strip", "decode", "encode", "dumps", "pformat"})
_WHOLE = frozenset({"os.environ"})
#: A name that parsers, pages, forms and locks have as well; where its value comes from tells.
_TOKENS = frozenset({"token", "_token"})
#: What is called to get or to make a token that lets its holder in.
_GIVES_TOKEN = re.compile(
    r"^_*fetch_token$"
    r"|^_*(?:acquire|build|create|fetch|generate|get|issue|make|mint|obtain|refresh|request)_(?:new_)?"
    r"(?:access|api|auth|bearer|jwt|o_?auth|refresh|session)_token$"
)
_TOKEN_MAKERS = frozenset({"jwt.encode", "secrets.token_hex", "secrets.token_urlsafe"})
_SECRET_TYPES = frozenset(
    {"pydantic.SecretStr", "pydantic.SecretBytes", "pydantic.types.SecretStr"}
)


def sensitive_part(node: ast.expr, module: Module) -> str:
    """The name of what must not be written down in the value of ``node``; ``""`` for nothing."""
    if isinstance(node, ast.Constant):
        return ""
    if isinstance(node, ast.JoinedStr):
        return _first(_shown(node), module)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return _first(node.elts, module)
    if isinstance(node, (ast.FormattedValue, ast.Starred, ast.Await, ast.NamedExpr)):
        return sensitive_part(node.value, module)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _of_marked(node, module)
    if isinstance(node, ast.BinOp):
        return sensitive_part(node.left, module) or sensitive_part(node.right, module)
    if isinstance(node, ast.IfExp):
        return sensitive_part(node.body, module) or sensitive_part(node.orelse, module)
    if isinstance(node, (ast.BoolOp, ast.Dict)):
        return _first(node.values, module)
    if isinstance(node, ast.Call):
        return _of_call(node, module)
    return _of_name(node, module)


def _of_call(node: ast.Call, module: Module) -> str:
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if name == "get" and isinstance(func, ast.Attribute) and node.args:
        key = node.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value if is_sensitive(key.value) else ""
    if name == "get_secret_value" and isinstance(func, ast.Attribute):
        return dotted(func.value)
    if name not in _SAME or _HIDING.search(name):
        return ""
    parts = [*node.args, *(keyword.value for keyword in node.keywords)]
    if isinstance(func, ast.Attribute):
        text = func.value
        if name == "format" and isinstance(text, ast.Constant) and isinstance(text.value, str):
            taken = filter(is_sensitive, formatted_names(text.value, node))
            return next(taken, "") or _first(formatted_whole(text.value, node), module)
        parts.insert(0, text)
    return _first(parts, module)


def _first(parts: Iterable[ast.expr], module: Module) -> str:
    return next((found for part in parts if (found := sensitive_part(part, module))), "")


def _shown(text: ast.JoinedStr) -> Iterator[ast.expr]:
    """The values of an f-string, but for the places of files: ``f"cookies from file {cookies}"``."""
    before = ""
    for part in text.values:
        if not says_place(before):
            yield part
        before = str(part.value) if isinstance(part, ast.Constant) else ""


def _of_marked(node: ast.BinOp, module: Module) -> str:
    """What ``text % values`` writes down; of a mapping only what the text names."""
    names = marked_names(node.left)
    if names and not isinstance(node.right, ast.Dict):
        return next(filter(is_sensitive, names), "")
    values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    return sensitive_part(node.left, module) or _first(written_whole(node.left, values), module)


def _of_name(node: ast.expr, module: Module) -> str:
    if isinstance(node, ast.Subscript):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value if is_sensitive(key.value) else ""
        return ""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return ""
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    if module.resolve(node) in _WHOLE:
        return dotted(node)
    if isinstance(node, ast.Attribute) and name == "headers" and _is_request(node.value, module):
        return dotted(node)
    if name in _AMBIGUOUS or (
        name.endswith(tuple(_AMBIGUOUS))
        and _DECIDING.search(getattr(module.function_of(node), "name", "").lower())
    ):
        return ""
    is_secret = is_sensitive(name) or (name in _TOKENS and _lets_in(node, module))
    if not is_secret or name.isupper() or _hides_itself(node, module):
        return ""
    return name


def _lets_in(node: ast.expr, module: Module) -> bool:
    """Whether what is called a token surely comes from where one is got that lets its holder in.

    An attribute is one thing wherever it is set; a name may be another in the next branch.
    """
    if not isinstance(node, ast.Name):
        stored = (each.value for each in module.symbols.bindings(node))
        return any(value is not None and _gives_token(value, module) for value in stored)
    values = [
        each.value for each in reaching(node, module) if not isinstance(each.value, ast.Constant)
    ]
    return bool(values) and all(
        value is not None and _gives_token(value, module) for value in values
    )


def _gives_token(value: ast.expr, module: Module) -> bool:
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call):
        name = simple_name(value.func)
        if _GIVES_TOKEN.search(name) or module.resolve(value.func) in _TOKEN_MAKERS:
            return True
        if name == "getenv" and value.args:
            return is_sensitive(str(getattr(value.args[0], "value", "")))
        return name == "get" and bool(_of_call(value, module))
    return isinstance(value, (ast.Attribute, ast.Name, ast.Subscript)) and bool(
        _of_name(value, module)
    )


def is_sensitive(name: str) -> bool:
    """Whether something of this name must not be written down.

    >>> is_sensitive("db_password"), is_sensitive("has_password"), is_sensitive("password_count")
    (True, False, False)
    """
    words = _words(name)
    return bool(_SENSITIVE.search(words)) and not _HARMLESS.search(words)


def is_doubtful(name: str) -> bool:
    """Whether what is called so is as often no secret as one.

    >>> is_doubtful("request.headers"), is_doubtful("sessionCookies"), is_doubtful("api_key")
    (True, True, False)
    """
    return bool(_DOUBTFUL.search(_words(name)))


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower().strip("_")


def _is_request(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` is a request whose headers are printed as they are: those of httpx hide who asks."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    known = (*module.types(root), *module.types(node), *_caught_as(root, module))
    if any(name.startswith("httpx.") for name in known):
        return False
    return dotted(node).rpartition(".")[2] == "request" or any(
        name.rpartition(".")[2] == "Request" for name in module.types(node)
    )


def _caught_as(node: ast.expr, module: Module) -> Iterator[str]:
    """The classes of the exception that ``node`` names, inside of its handler."""
    for handler in module.ancestors(node):
        if isinstance(handler, ast.ExceptHandler) and handler.name == getattr(node, "id", ""):
            yield from module.caught(handler)


def _hides_itself(node: ast.expr, module: Module) -> bool:
    """Whether the value prints stars, or was masked, counted or tested before."""
    if any(name in _SECRET_TYPES for name in module.types(node)):
        return True
    if not isinstance(node, ast.Name):
        return False
    return any(
        binding.value is not None and _is_hidden(binding.value)
        for binding in reaching(node, module)
    )


def _lists_names(value: ast.expr) -> bool:
    """Whether only the names of what is listed are taken: ``[cookie["name"] for cookie in cookies]``."""
    if not isinstance(value, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return False
    taken = value.elt
    if isinstance(taken, ast.Subscript) and isinstance(taken.slice, ast.Constant):
        return taken.slice.value == "name"
    return isinstance(taken, ast.Attribute) and taken.attr == "name"


def _drops_prefix(part: ast.Slice) -> bool:
    """Whether a slice takes off what stands before the secret: ``header[len("Bearer "):]``."""
    lower = part.lower
    is_position = isinstance(lower, ast.Call) or (
        isinstance(lower, ast.Constant) and isinstance(lower.value, int)
    )
    return is_position and part.upper is None


def _is_hidden(value: ast.expr) -> bool:
    """Whether a value tests, cuts or masks something: ``key[:4] + "***"``."""
    if isinstance(value, (ast.Compare, ast.Constant)) or _lists_names(value):
        return True
    if isinstance(value, (ast.Name, ast.Attribute)) and _PLACES.search(dotted(value).lower()):
        return True
    parts = list(ast.walk(value))
    taken_off = {
        id(inner)
        for part in parts
        if isinstance(part, ast.Slice) and _drops_prefix(part)
        for inner in ast.walk(part)
    }
    return any(
        isinstance(part, ast.Slice)
        or (isinstance(part, ast.Constant) and str(part.value).startswith("**"))
        or (
            isinstance(part, ast.Call)
            and bool(_HIDING.search(dotted(part.func).rpartition(".")[2]))
        )
        for part in parts
        if id(part) not in taken_off
    )
