"""Which interfaces of Python and of libraries are deprecated or gone, since when, and what replaces them? Kept as data.

Sources: the changelogs and deprecation notices of CPython 3.10 to 3.14 (removals tried with 3.10 to 3.13), pydantic
2.14, SQLAlchemy 2.1, Starlette 1.10, FastAPI 0.165 and setuptools 84.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace


class Deprecation(Struct, frozen=True):
    """What became of an interface.

    Attributes:
        instead: what to use.
        since: version that deprecates it, ``""`` when it was removed without notice.
        removed: version without it, ``""`` while it still works.
        distribution: whose version that is; ``""`` for Python.
        backports: distributions that bring it back, by normalised name.
        assumed: where the version is unknown, it is taken for one after ``since``, which was years ago.
    """

    instead: str
    since: str = ""
    removed: str = ""
    distribution: str = ""
    backports: frozenset[str] = frozenset()
    assumed: bool = False


def _gone(instead: str, since: str, removed: str, *backports: str) -> Deprecation:
    return Deprecation(instead, since, removed, backports=frozenset(backports), assumed=True)


#: Modules of the standard library, removed by PEP 594 and PEP 632 and the like.
_MODULES: Mapping[str, Deprecation] = {
    "asynchat": _gone("asyncio", "3.6", "3.12", "standard-asynchat", "pyasynchat"),
    "asyncore": _gone("asyncio", "3.6", "3.12", "standard-asyncore", "pyasyncore"),
    "distutils": _gone("setuptools, shutil or sysconfig", "3.10", "3.12", "setuptools"),
    "imp": _gone("importlib", "3.4", "3.12", "standard-imp", "zombie-imp"),
    "smtpd": _gone("aiosmtpd", "3.6", "3.12", "standard-smtpd"),
    "aifc": _gone("a library for audio files", "3.11", "3.13", "standard-aifc"),
    "binhex": _gone("base64", "3.9", "3.11"),
    "audioop": _gone("numpy or the distribution audioop-lts", "3.11", "3.13", "audioop-lts", "standard-aifc", "standard-sunau"),
    "cgi": _gone("email.message or multipart", "3.11", "3.13", "legacy-cgi", "standard-cgi"),
    "cgitb": _gone("traceback", "3.11", "3.13", "legacy-cgi", "standard-cgitb"),
    "chunk": _gone("struct", "3.11", "3.13", "standard-chunk"),
    "crypt": _gone("argon2-cffi, bcrypt or hashlib", "3.11", "3.13", "legacycrypt", "crypt-r", "standard-crypt"),
    "imghdr": _gone("filetype or puremagic", "3.11", "3.13", "standard-imghdr"),
    "lib2to3": _gone("libcst", "3.11", "3.13"),
    "mailcap": _gone("mimetypes", "3.11", "3.13", "standard-mailcap"),
    "msilib": _gone("a library for Windows installers", "3.11", "3.13"),
    "nis": _gone("a directory service that is kept up", "3.11", "3.13"),
    "nntplib": _gone("pynntp", "3.11", "3.13", "standard-nntplib"),
    "ossaudiodev": _gone("a library for audio", "3.11", "3.13"),
    "pipes": _gone("subprocess", "3.11", "3.13", "standard-pipes"),
    "sndhdr": _gone("filetype or puremagic", "3.11", "3.13", "standard-sndhdr"),
    "spwd": _gone("python-pam", "3.11", "3.13"),
    "telnetlib": _gone("telnetlib3", "3.11", "3.13", "standard-telnetlib", "telnetlib-313-and-up"),
    "uu": _gone("base64", "3.11", "3.13", "standard-uu"),
    "xdrlib": _gone("struct", "3.11", "3.13", "standard-xdrlib"),
    "pkg_resources": Deprecation(
        "importlib.metadata or importlib.resources", "67.5", "82", "setuptools", assumed=True
    ),
}  # fmt: skip

_NAMES: Mapping[str, Deprecation] = {
    name: replace(known, assumed=True)
    for name, known in {
        "datetime.datetime.utcnow": Deprecation("datetime.now(timezone.utc)", "3.12"),
        "datetime.datetime.utcfromtimestamp": Deprecation(
            "datetime.fromtimestamp(timestamp, timezone.utc)", "3.12"
        ),
        "asyncio.coroutine": Deprecation("async def", "3.8", "3.11"),
        "asyncio.get_event_loop": Deprecation("asyncio.run or asyncio.Runner", "3.12"),
        "abc.abstractproperty": Deprecation("property over abstractmethod", "3.3"),
        "abc.abstractclassmethod": Deprecation("classmethod over abstractmethod", "3.3"),
        "abc.abstractstaticmethod": Deprecation("staticmethod over abstractmethod", "3.3"),
        "configparser.SafeConfigParser": Deprecation("configparser.ConfigParser", "3.2", "3.12"),
        "inspect.getargspec": Deprecation("inspect.signature", "3.0", "3.11"),
        "inspect.formatargspec": Deprecation("inspect.signature", "3.5", "3.11"),
        "importlib.find_loader": Deprecation("importlib.util.find_spec", "3.4", "3.12"),
        "locale.format": Deprecation("locale.format_string", "3.7", "3.12"),
        "locale.resetlocale": Deprecation("locale.setlocale(locale.LC_ALL, '')", "3.11", "3.13"),
        "logging.warn": Deprecation("logging.warning", "3.3"),
        "logging.Logger.warn": Deprecation("Logger.warning", "3.3"),
        "pkgutil.find_loader": Deprecation("importlib.util.find_spec", "3.12", "3.14"),
        "pkgutil.get_loader": Deprecation("importlib.util.find_spec", "3.12", "3.14"),
        "ssl.match_hostname": Deprecation("SSLContext.check_hostname", "3.7", "3.12"),
        "ssl.wrap_socket": Deprecation("SSLContext.wrap_socket", "3.7", "3.12"),
        "threading.activeCount": Deprecation("threading.active_count", "3.10"),
        "threading.currentThread": Deprecation("threading.current_thread", "3.10"),
        **{
            f"ast.{name}": Deprecation("ast.Constant", "3.8", "3.14")
            for name in ("Num", "Str", "Bytes", "NameConstant")
        },
    }.items()
}


def _since(
    distribution: str, version: str, replacements: Mapping[str, str]
) -> dict[str, Deprecation]:
    return {
        name: Deprecation(instead, version, distribution=distribution)
        for name, instead in replacements.items()
    }


def _without(
    distribution: str, version: str, names: Iterable[str], instead: str
) -> dict[str, Deprecation]:
    return {name: Deprecation(instead, "", version, distribution) for name in names}


_LIBRARIES: Mapping[str, Deprecation] = {
    **_since(
        "pydantic",
        "2",
        {
            "pydantic.validator": "pydantic.field_validator",
            "pydantic.root_validator": "pydantic.model_validator",
            "pydantic.parse_obj_as": "pydantic.TypeAdapter",
            "pydantic.tools.parse_obj_as": "pydantic.TypeAdapter",
            "pydantic.schema_of": "pydantic.TypeAdapter",
            "pydantic.schema_json_of": "pydantic.TypeAdapter",
            "pydantic.validate_arguments": "pydantic.validate_call",
            "pydantic.BaseConfig": "pydantic.ConfigDict",
            "pydantic.Extra": "the words 'allow', 'forbid' and 'ignore'",
            "pydantic.json.pydantic_encoder": "pydantic_core.to_jsonable_python",
        },
    ),
    **_without("pydantic", "2", ["pydantic.BaseSettings"], "pydantic_settings.BaseSettings"),
    **_without("pydantic", "2", ["pydantic.generics.GenericModel"], "pydantic.BaseModel"),
    **_without(
        "pydantic",
        "2",
        [f"pydantic.Constrained{kind}" for kind in ("Bytes", "Date", "Decimal", "Float", "Int", "List", "Set", "Str")],
        "typing.Annotated with pydantic.Field",
    ),
    **_since(
        "sqlalchemy",
        "2",
        {
            "sqlalchemy.ext.declarative.as_declarative": "sqlalchemy.orm.DeclarativeBase",
            "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy.orm.DeclarativeBase",
            "sqlalchemy.ext.declarative.has_inherited_table": "sqlalchemy.orm.has_inherited_table",
            "sqlalchemy.ext.declarative.synonym_for": "sqlalchemy.orm.synonym_for",
            "sqlalchemy.orm.Query.get": "Session.get",
        },
    ),
    **_since(
        "fastapi",
        "0.93",
        {"fastapi.FastAPI.on_event": "lifespan", "fastapi.APIRouter.on_event": "lifespan"},
    ),
    **{
        f"starlette.{owner}.on_event": Deprecation("lifespan", "0.26", "1", "starlette")
        for owner in ("Starlette", "routing.Router")
    },
    **_without(
        "starlette",
        "1",
        ["starlette.Starlette.add_event_handler", "starlette.routing.Router.add_event_handler"],
        "lifespan",
    ),
    **_without(
        "starlette",
        "1",
        [f"starlette.{owner}.{name}" for owner in ("Starlette", "routing.Router") for name in ("route", "websocket_route")],
        "the argument routes",
    ),
    **_without("starlette", "1", ["starlette.Starlette.middleware"], "the argument middleware"),
    **_without(
        "starlette", "1", ["starlette.Starlette.exception_handler"], "the argument exception_handlers"
    ),
}  # fmt: skip

DEPRECATED: Mapping[str, Deprecation] = {**_MODULES, **_NAMES, **_LIBRARIES}
"""Qualified name of a module, function, class or method -> what became of it."""

SUCCESSORS = frozenset(
    {
        "asyncio.get_running_loop",
        "asyncio.run",
        "asyncio.Runner",
        "configparser.ConfigParser",
        "importlib.metadata",
        "importlib.resources",
        "importlib.util.find_spec",
        "inspect.signature",
        "pydantic.ConfigDict",
        "pydantic.TypeAdapter",
        "pydantic.field_validator",
        "pydantic.model_validator",
        "pydantic.validate_call",
        "pydantic_settings.BaseSettings",
        "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.Session.get",
        "threading.active_count",
        "threading.current_thread",
    }
)
"""What is used instead, where a use shows that somebody chose it."""

LIFESPAN_ARGUMENTS = frozenset({"on_shutdown", "on_startup"})
"""Arguments that Starlette 1 no longer takes; FastAPI took them over."""

SETTINGS: Mapping[str, Deprecation] = {
    "[tool.ruff]": Deprecation("the same below `lint`", "0.2", distribution="ruff", assumed=True),
    "setup.py test": Deprecation("pytest or tox", "41.5", "72", "setuptools", assumed=True),
}
"""Kind of an old setting or command outside of the code, see `outdated_settings` -> what became of it."""

MODEL_BASES = frozenset({"pydantic.BaseModel"})
"""The model of pydantic 2; `pydantic.v1` keeps the old names."""

REDEFINING_BASES = frozenset({"ninja.Schema"})
REDEFINED_METHODS = frozenset({"dict", "from_orm"})
"""Methods of pydantic 1 that these models of pydantic 2 define themselves, and do not deprecate."""

MODEL_METHODS: Mapping[str, str] = {
    "construct": "model_construct",
    "copy": "model_copy",
    "dict": "model_dump",
    "from_orm": "model_validate",
    "json": "model_dump_json",
    "parse_obj": "model_validate",
    "parse_raw": "model_validate_json",
    "schema": "model_json_schema",
    "schema_json": "model_json_schema",
    "update_forward_refs": "model_rebuild",
    "validate": "model_validate",
}
"""Method of a pydantic 1 model -> its name from pydantic 2 on."""
