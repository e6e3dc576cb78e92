"""Which settings hold a secret, and what do they fall back to?

Covered: reads of environment variables (`os`, decouple, environs, django-environ), fields of settings classes,
module-level settings of Django, the configuration of Flask and Quart, and Starlette's session middleware. The name
alone decides what is a secret; what stands for it is judged by its shape, and never leaves this module but to be
compared.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from urllib.parse import urlsplit

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.environment.environment import environment_read, is_reader
from archcheck.analysis.topics.security.credentials import (
    is_label,
    is_placeholder,
    is_secret_name,
    looks_generated,
    token_kind,
)
from archcheck.analysis.topics.security.fail_fast import constant_text
from archcheck.model import Role

SETTINGS_BASES = frozenset(
    {
        "pydantic.BaseSettings",
        "pydantic.v1.BaseSettings",
        "pydantic_settings.BaseSettings",
    }
)
_SETTINGS_NAME = re.compile(r"(?:Settings|Config|Configuration)$")
_FIELDS = frozenset(
    {"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field", "dataclasses.field"}
)
_WRAPPERS = frozenset({"SecretStr", "SecretBytes", "Secret", "str"})
_READER_METHODS = frozenset(
    {"str", "get_value", "db", "db_url", "url", "dj_db_url", "cache", "get"}
)
_APPS = frozenset({"flask.Flask", "quart.Quart", "sanic.Sanic", "dash.Dash"})
#: Whoever reads or passes a secret setting in a call imports one of these.
SETTING_LIBRARIES = frozenset(
    {"dash", "decouple", "environ", "environs", "flask", "os", "quart", "sanic", "starlette"}
)
_SESSIONS = "starlette.middleware.sessions.SessionMiddleware"
#: What signs sessions and tokens: no word in its place is harmless.
_SIGNING = re.compile(
    r"^(?:\w+_)?(?:secret_?key|jwt_?secret|session_?secret|signing_?key|secret|jwt_secret_key)$",
    re.IGNORECASE,
)
#: Names that end like a secret's and are switches.
_SWITCH = re.compile(
    r"(?:^|_)(?:allow|optional|use|enable|enabled|require|required|with|has|is|no|disable|show)_",
    re.IGNORECASE,
)
#: What a client shows to a service of somebody else's.
_CLIENT_KEY = re.compile(r"(?:api_?key|access_?key|token|credentials?)$", re.IGNORECASE)
#: RabbitMQ's own first user, whom it lets in from the same machine only.
_BROKER = "guest"
_URL_NAME = re.compile(
    r"(?:^|_)(?:database|db|redis|broker|amqp|rabbitmq|mongo|mongodb|postgres|postgresql|mysql|sqlalchemy|celery\w*)"
    r"_(?:\w+_)?(?:url|uri|dsn)$|^dsn$",
    re.IGNORECASE,
)
_SERVICE_PASSWORD = re.compile(
    r"(?:db|database|postgres|postgresql|pg|mysql|mariadb|redis|rabbitmq|amqp|broker|mongo|mongodb|neo4j|minio|clickhouse)"
    r"_?(?:\w+_)?(?:password|passwd|pwd|pass)$",
    re.IGNORECASE,
)
_THIS_MACHINE = re.compile(r"\blocalhost\b|\b127\.0\.0\.1\b")
_LOCAL_HOST = re.compile(
    r"localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|host\.docker\.internal|[\w-]*|[\w.-]+\.(?:local|test|example|internal)"
)


class Standing(Enum):
    """What a secret falls back to."""

    SAFE = "nothing that is known: no default, an empty or a generated one"
    LOCAL = "the password of a service on the same machine"
    KNOWN = "a text in the source"
    UNKNOWN = "nobody can tell"


class SecretSetting(Struct, frozen=True):
    """One setting that holds a secret.

    Attributes:
        name: of the variable, field or key.
        node: where it is read or declared.
        standing: what it falls back to.
        default: the text that it falls back to; ``""`` without one.
        owner: the class whose field it is, when only its bases tell whether that is a settings class.
    """

    name: str
    node: ast.expr | ast.stmt | ast.keyword
    standing: Standing
    default: str = ""
    owner: str = ""

    def __repr__(self) -> str:
        """All but the text, which may be the secret."""
        return f"SecretSetting({self.name!r}, {self.standing!r})"


# --- reads


def read_setting(node: ast.Call | ast.Subscript, module: Module) -> SecretSetting | None:
    """The secret that ``node`` reads from the environment."""
    read = environment_read(node, module)
    if read is not None:
        name, default = read.name, _given_default(node)
        if isinstance(node, ast.Call) and dotted(node.func).endswith(("pop", "setdefault")):
            return None
    elif isinstance(node, ast.Call) and node.args and _reads_text(node.func, module):
        name, default = constant_text(node.args[0], module) or "", _given_default(node)
    else:
        return None
    if not name:
        return None
    return _setting(
        name, node, default if default is not None else _alternative(node, module), module
    )


def _reads_text(func: ast.expr, module: Module) -> bool:
    """Whether a call asks a reader object of a package for a text or an address."""
    if not is_reader(func, module):
        return False
    if not isinstance(func, ast.Attribute) or module.types(func):
        return True  # the reader itself is called
    return func.attr in _READER_METHODS


def _given_default(node: ast.expr) -> ast.expr | None:
    if not isinstance(node, ast.Call):
        return None
    named = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
    return next(iter([*named, *node.args[1:2]]), None)


def _alternative(node: ast.expr, module: Module) -> ast.expr | None:
    """The last operand of ``read or default``."""
    parent = module.parent(node)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or):
        return parent.values[-1] if parent.values[-1] is not node else None
    return None


# --- declarations


def field_setting(node: ast.AnnAssign, module: Module) -> SecretSetting | None:
    """The secret that a field of a settings class holds."""
    owner = module.parent(node)
    if not (isinstance(owner, ast.ClassDef) and isinstance(node.target, ast.Name)):
        return None
    name = node.target.id
    if not _is_secret(name) and not _URL_NAME.search(name):
        return None
    bases = [module.resolve(base) for base in owner.bases]
    if not SETTINGS_BASES.isdisjoint(bases) or _SETTINGS_NAME.search(owner.name):
        home = ""
    elif bases:
        home = module.symbols.definition_name(owner)
    else:
        return None
    value = node.value
    if isinstance(value, ast.Call) and module.resolve(value.func) in _FIELDS:
        value = _field_default(value)
    return _setting(name, node, value, module, owner=home)


def _field_default(call: ast.Call) -> ast.expr | None:
    """What ``Field(...)`` gives as default; None when it gives none, or a factory."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "default"]
    first = next(iter([*named, *call.args]), None)
    return None if isinstance(first, ast.Constant) and first.value is Ellipsis else first


def assigned_setting(node: ast.Assign, module: Module) -> SecretSetting | None:
    """The secret that is set in a framework's configuration or a settings module."""
    if len(node.targets) != 1:
        return None
    target = node.targets[0]
    if isinstance(target, ast.Name):
        if not _SIGNING.search(target.id):
            return None
        scope = module.scopes.scope_of(node)
        owner = module.parent(node)
        if isinstance(owner, ast.ClassDef):
            declares = bool(_SETTINGS_NAME.search(owner.name)) and target.id.isupper()
        else:
            declares = scope is module.scopes.module_scope and _is_settings_module(module)
        if not declares:
            return None
        name = target.id
    elif isinstance(target, ast.Attribute) and target.attr == "secret_key":
        if not any(kind in _APPS for kind in module.types(target.value)):
            return None
        name = target.attr
    elif isinstance(target, ast.Subscript) and _is_configuration(target.value, module):
        name = constant_text(target.slice, module) or ""
    else:
        return None
    found = _setting(name, node, node.value, module) if name else None
    # What is computed here is judged where it is read.
    return found if found is not None and found.standing is not Standing.UNKNOWN else None


def passed_settings(node: ast.Call, module: Module) -> Iterator[SecretSetting]:
    """The secrets that ``app.config.update(...)`` sets, and that of the session middleware."""
    func = node.func
    names: tuple[str, ...] = ()
    if isinstance(func, ast.Attribute) and func.attr in ("update", "from_mapping"):
        if _is_configuration(func.value, module):
            names = tuple(item.arg for item in node.keywords if item.arg)
    elif module.imports("starlette") and any(
        module.resolve(part) == _SESSIONS
        for part in (func, *node.args[:1])
        if isinstance(part, (ast.Name, ast.Attribute))
    ):
        names = ("secret_key",)
    for keyword in node.keywords:
        if keyword.arg in names:
            setting = _setting(keyword.arg, keyword, keyword.value, module)
            if setting is not None:
                yield setting


def _is_configuration(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` is the configuration of an application: ``app.config``."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "config"
        and any(kind in _APPS for kind in module.types(node.value))
    ) or (dotted(node) in ("app.config", "application.config") and module.imports("flask", "quart"))


def _is_settings_module(module: Module) -> bool:
    """Whether a framework reads the module's variables as its settings."""
    variables = module.scopes.module_scope.bindings
    return (
        "INSTALLED_APPS" in variables
        or "ROOT_URLCONF" in variables
        or (module.role is Role.CONFIG and "SQLALCHEMY_DATABASE_URI" in variables)
        or any(
            isinstance(given, ast.Name) and given.id == "__name__"
            for call in module.calls.named({"from_object"})
            for given in call.args[:1]
        )
    )


# --- what it falls back to


def _setting(
    name: str,
    node: ast.expr | ast.stmt | ast.keyword,
    default: ast.expr | None,
    module: Module,
    owner: str = "",
) -> SecretSetting | None:
    if _is_secret(name):
        standing, text = _standing(name, default, module)
    elif _URL_NAME.search(name):
        standing, text = _standing_of_url(default, module)
    else:
        return None
    return SecretSetting(name, node, standing, text, owner)


def _is_secret(name: str) -> bool:
    return (is_secret_name(name) or bool(_SERVICE_PASSWORD.search(name))) and not _SWITCH.search(
        name
    )


def _standing(name: str, default: ast.expr | None, module: Module) -> tuple[Standing, str]:
    text = _text(default, module)
    if default is None or text == "" or _is_none(default):
        return Standing.SAFE, ""
    if text is None:
        made = isinstance(_unwrapped(default), (ast.Call, ast.Lambda)) or (
            isinstance(default, (ast.Name, ast.Attribute)) and module.symbols.is_function(default)
        )
        return (Standing.SAFE if made else Standing.UNKNOWN), ""
    if token_kind(text) or looks_generated(text, name):
        return Standing.UNKNOWN, ""  # ARC0901 speaks of it
    if is_label(text, name) and not _SIGNING.search(name):
        return Standing.UNKNOWN, ""
    if _CLIENT_KEY.search(name) and not is_placeholder(text):
        return Standing.UNKNOWN, ""  # a service that asks for a key and takes any
    local = text == _BROKER or (_SERVICE_PASSWORD.search(name) and _names_local_host(module))
    return (Standing.LOCAL if local else Standing.KNOWN), text


def _standing_of_url(default: ast.expr | None, module: Module) -> tuple[Standing, str]:
    text = _text(default, module)
    if default is None or text == "" or _is_none(default):
        return Standing.SAFE, ""
    if text is None:
        return Standing.UNKNOWN, ""
    try:
        parts = urlsplit(text)
        password, host = parts.password, parts.hostname or ""
    except ValueError:
        return Standing.UNKNOWN, ""
    if not password:
        return Standing.SAFE, ""
    return (Standing.LOCAL if _LOCAL_HOST.fullmatch(host) else Standing.KNOWN), text


def _names_local_host(module: Module) -> bool:
    """Whether the module names the machine itself as a host: its services' passwords are for development."""
    return any(
        isinstance(node.value, str) and _THIS_MACHINE.search(node.value)
        for node in module.nodes(ast.Constant)
    )


def _unwrapped(node: ast.expr) -> ast.expr:
    """What ``SecretStr(...)`` wraps."""
    while (
        isinstance(node, ast.Call)
        and dotted(node.func).rpartition(".")[2] in _WRAPPERS
        and not dotted(node.func).endswith(".str")  # a reader's: `env.str("SECRET_KEY")`
        and len(node.args) == 1
    ):
        node = node.args[0]
    return node


def _text(node: ast.expr | None, module: Module) -> str | None:
    return constant_text(_unwrapped(node), module) if node is not None else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)
