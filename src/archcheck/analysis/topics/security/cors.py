"""Which websites may read answers of the application, and may their requests carry the user's cookies?

Covered: Starlette and FastAPI, Litestar, Flask-CORS and Sanic-CORS, Falcon, aiohttp-cors, django-cors-headers. With
credentials these do not answer ``*``, which browsers refuse, but repeat whatever origin asks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted

#: Patterns that fit every origin.
_ANY_PATTERN = frozenset(
    {".*", ".+", "^.*$", "^.+$", "^.*", ".*$", "https?://.*", "^https?://.*$", "^https?://.*", "https?://.+"}
)  # fmt: skip


class _Library(Struct, frozen=True):
    """How one library is told.

    Attributes:
        origins: parameters that list origins.
        patterns: parameters that hold patterns of them.
        credentials: parameter that lets credentials through.
        open: without origins every website is allowed.
    """

    origins: tuple[str, ...]
    credentials: str
    patterns: tuple[str, ...] = ()
    open: bool = False


_STARLETTE = _Library(("allow_origins",), "allow_credentials", ("allow_origin_regex",))
_FLASK = _Library(("origins",), "supports_credentials", open=True)
LIBRARIES: Mapping[str, _Library] = {
    "starlette.middleware.cors.CORSMiddleware": _STARLETTE,
    "litestar.config.cors.CORSConfig": _Library(
        ("allow_origins",), "allow_credentials", ("allow_origin_regex",), open=True
    ),
    "falcon.CORSMiddleware": _Library(("allow_origins",), "allow_credentials", open=True),
    "flask_cors.CORS": _FLASK,
    "flask_cors.cross_origin": _FLASK,
    "sanic_cors.CORS": _FLASK,
    "sanic_cors.cross_origin": _FLASK,
}
_TRANSPARENT = frozenset({"re.compile", "list", "tuple", "set"})
_MAX_DEPTH = 4
_AIOHTTP_OPTIONS = "aiohttp_cors.ResourceOptions"
#: The top-level names of the libraries whose calls tell.
ROOTS = frozenset({name.partition(".")[0] for name in LIBRARIES} | {"aiohttp_cors", "fastapi"})
_DJANGO_ALL = frozenset({"CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"})
_DJANGO_LISTS = frozenset({"CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST"})
_DJANGO_PATTERNS = frozenset({"CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"})
_DJANGO_CREDENTIALS = "CORS_ALLOW_CREDENTIALS"


class CorsPolicy(Struct, frozen=True):
    """One configuration of cross-origin requests.

    Attributes:
        any_origin: every website is allowed; False when they are listed or come from elsewhere.
        credentials: requests may carry cookies and the like.
    """

    any_origin: bool
    credentials: bool


def configured_policies(node: ast.Call, module: Module) -> Iterator[CorsPolicy]:
    """The policies that a call sets, in a file that imports one of `ROOTS`: one, or one a resource."""
    for part in (node.func, *node.args[:2]):
        name = module.resolve(part) if isinstance(part, (ast.Name, ast.Attribute)) else ""
        if name in LIBRARIES:
            yield from _policies(node, LIBRARIES[name], module)
            return
    if module.resolve(node.func) == "aiohttp_cors.setup":
        yield from _aiohttp_policies(node, module)


def django_policy(node: ast.Assign, module: Module) -> CorsPolicy | None:
    """The policy of a settings module, told where it says who is allowed."""
    names = {target.id for target in node.targets if isinstance(target, ast.Name)}
    if module.function_of(node) is not None or not names & (
        _DJANGO_ALL | _DJANGO_LISTS | _DJANGO_PATTERNS
    ):
        return None
    if names & _DJANGO_ALL:
        any_origin: bool | None = _truth(node.value)
    elif names & _DJANGO_PATTERNS:
        any_origin = _allows_any(node.value, module, _ANY_PATTERN)
    else:
        any_origin = _allows_any(node.value, module, frozenset({"*"}))
    if any_origin is None:
        return CorsPolicy(any_origin=False, credentials=False)
    bound = module.scopes.module_scope.bindings.get(_DJANGO_CREDENTIALS, [])
    credentials = any(_truth(each.value) for each in bound if each.value is not None)
    return CorsPolicy(any_origin, credentials)


def _policies(node: ast.Call, library: _Library, module: Module) -> Iterator[CorsPolicy]:
    if any(keyword.arg is None for keyword in node.keywords):
        return
    given = {keyword.arg or "": keyword.value for keyword in node.keywords}
    resources = given.get("resources")
    tables = list(_tables(resources)) if resources is not None else [given]
    for table in tables:
        policy = _policy({**given, **table}, library, module)
        if policy is not None:
            yield policy


def _tables(resources: ast.expr) -> Iterator[dict[str, ast.expr]]:
    """The options by resource: ``{r"/api/*": {"origins": "*"}}``."""
    if not isinstance(resources, ast.Dict):
        if isinstance(resources, ast.Constant):
            yield {}
        return
    for value in resources.values:
        if isinstance(value, ast.Dict):
            yield {
                key.value: item
                for key, item in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }


def _policy(given: Mapping[str, ast.expr], library: _Library, module: Module) -> CorsPolicy | None:
    credentials = given.get(library.credentials)
    answers = [
        *(
            _allows_any(given[name], module, frozenset({"*"}))
            for name in library.origins
            if name in given
        ),
        *(
            _allows_any(given[name], module, _ANY_PATTERN)
            for name in library.patterns
            if name in given
        ),
    ]
    any_origin = any(answers) if answers else library.open
    lets_through = credentials is not None and (
        _truth(credentials) is True or _text(credentials) == "*"
    )
    if any_origin and credentials is not None and _truth(credentials) is None and not lets_through:
        return None  # nobody can see whether both are on
    return CorsPolicy(any_origin, lets_through)


def _aiohttp_policies(node: ast.Call, module: Module) -> Iterator[CorsPolicy]:
    for keyword in node.keywords:
        if keyword.arg == "defaults" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(value, ast.Call) and module.resolve(value.func) == _AIOHTTP_OPTIONS:
                    credentials = any(
                        item.arg == "allow_credentials" and _truth(item.value) is True
                        for item in value.keywords
                    )
                    yield CorsPolicy(_text(key) == "*", credentials)


def _allows_any(
    node: ast.expr, module: Module, wildcards: frozenset[str], depth: int = 0
) -> bool | None:
    """Whether a literal, or a name bound to literals only, is or lists a wildcard; None when it is no literal."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value in wildcards
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return any(_allows_any(item, module, wildcards, depth) for item in node.elts)
    if isinstance(node, ast.Call) and dotted(node.func) in _TRANSPARENT:
        return _allows_any(node.args[0], module, wildcards, depth) if node.args else False
    if isinstance(node, ast.Name) and depth < _MAX_DEPTH:
        answers = {
            _allows_any(binding.value, module, wildcards, depth + 1)
            if binding.value is not None
            else None
            for binding in module.symbols.bindings(node)
        }
        return answers.pop() if len(answers) == 1 else None
    return None


def _truth(node: ast.expr) -> bool | None:
    return bool(node.value) if isinstance(node, ast.Constant) and node.value != "*" else None


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
