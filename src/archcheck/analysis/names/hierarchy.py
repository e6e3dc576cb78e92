"""What kind of class is this, over all modules: an exception, a model, an enumeration?

First-party classes tell their bases; those of the standard library and of common frameworks are kept as data. A base
that is in neither leaves the answer open, unless another base gives it.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from enum import Enum

from archcheck.analysis.names.linker import Linker

_MAX_CLASSES = 1000


class ClassKind(Enum):
    """Kinds of classes that frameworks and readers treat alike."""

    ABSTRACT = "abstract"
    DATACLASS = "dataclass"
    ENUM = "enum"
    EXCEPTION = "exception"
    NAMED_TUPLE = "named-tuple"
    ORM_MODEL = "orm-model"
    PROTOCOL = "protocol"
    PYDANTIC_MODEL = "pydantic-model"
    TYPED_DICT = "typed-dict"


#: Kind -> the classes that all of its kind derive from, or are.
ROOTS: Mapping[ClassKind, frozenset[str]] = {
    ClassKind.ABSTRACT: frozenset({"abc.ABC"}),
    ClassKind.DATACLASS: frozenset(),
    ClassKind.ENUM: frozenset({"enum.Enum"}),
    ClassKind.EXCEPTION: frozenset({"BaseException"}),
    ClassKind.NAMED_TUPLE: frozenset({"typing.NamedTuple"}),
    ClassKind.ORM_MODEL: frozenset(
        {
            "django.db.models.Model",
            "mongoengine.Document",
            "odmantic.Model",
            "peewee.Model",
            "pony.orm.Entity",
            "sqlalchemy.orm.DeclarativeBase",
            "sqlmodel.SQLModel",
            "tortoise.models.Model",
        }
    ),
    ClassKind.PROTOCOL: frozenset({"typing.Protocol"}),
    ClassKind.PYDANTIC_MODEL: frozenset({"pydantic.BaseModel", "pydantic.v1.BaseModel"}),
    ClassKind.TYPED_DICT: frozenset({"typing.TypedDict"}),
}

_DATACLASS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "pydantic.dataclasses.dataclass", "pydantic.v1.dataclasses.dataclass"}
)


def _builtin_classes() -> dict[str, tuple[str, ...]]:
    """The built-in classes, which every Python 3 arranges alike, with their bases."""
    return {
        name: tuple(base.__name__ for base in value.__bases__)
        for name, value in vars(builtins).items()
        if isinstance(value, type)
    }


def _each(home: str, bases: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {f"{home}.{name}": tuple(base.split()) for name, base in bases.items()}


#: Class of a library -> its bases. One that is missing here is unknown.
BASES: Mapping[str, tuple[str, ...]] = {
    **_builtin_classes(),
    **_each("abc", {"ABC": "object", "ABCMeta": "type"}),
    **_each("aiohttp", {"ClientError": "Exception", "ClientResponseError": "aiohttp.ClientError"}),
    **_each("asyncio", {"CancelledError": "BaseException", "TimeoutError": "Exception"}),
    **_each("collections", {"OrderedDict": "dict", "defaultdict": "dict", "Counter": "dict",
                            "UserDict": "object", "UserList": "object", "deque": "object"}),
    **_each("concurrent.futures", {"CancelledError": "Exception", "TimeoutError": "Exception"}),
    **_each("django.core.exceptions", {"ImproperlyConfigured": "Exception", "ObjectDoesNotExist": "Exception",
                                       "PermissionDenied": "Exception", "ValidationError": "Exception"}),
    **_each("django.db.models", {"Choices": "enum.Enum", "IntegerChoices": "int enum.Enum",
                                 "Model": "object", "TextChoices": "str enum.Enum"}),
    **_each("django.forms", {"Form": "object", "ModelForm": "object"}),
    **_each("enum", {"Enum": "object", "EnumMeta": "type", "EnumType": "type", "Flag": "enum.Enum",
                     "IntEnum": "int enum.Enum", "IntFlag": "int enum.Flag", "StrEnum": "str enum.Enum"}),
    **_each("fastapi", {"HTTPException": "starlette.exceptions.HTTPException"}),
    **_each("flask.views", {"MethodView": "flask.views.View", "View": "object"}),
    **_each("flask_sqlalchemy.model", {"Model": "object"}),
    **_each("httpx", {"HTTPError": "Exception", "RequestError": "httpx.HTTPError",
                      "HTTPStatusError": "httpx.HTTPError", "TimeoutException": "httpx.RequestError"}),
    **_each("jinja2", {"BaseLoader": "object", "Environment": "object", "FileSystemLoader": "jinja2.BaseLoader"}),
    **_each("json", {"JSONDecodeError": "ValueError", "JSONDecoder": "object", "JSONEncoder": "object"}),
    **_each("logging", {"Filter": "object", "Formatter": "object", "Handler": "object", "Logger": "object",
                        "LoggerAdapter": "object", "StreamHandler": "logging.Handler"}),
    **_each("marshmallow", {"Schema": "object", "ValidationError": "Exception"}),
    **_each("ninja", {"Schema": "pydantic.BaseModel"}),
    **_each("pydantic", {"BaseModel": "object", "BaseSettings": "pydantic.BaseModel",
                         "RootModel": "pydantic.BaseModel", "ValidationError": "ValueError"}),
    **_each("pydantic.generics", {"GenericModel": "pydantic.BaseModel"}),
    **_each("pydantic.v1", {"BaseModel": "object", "BaseSettings": "pydantic.v1.BaseModel"}),
    **_each("pydantic_settings", {"BaseSettings": "pydantic.BaseModel"}),
    **_each("requests", {"HTTPError": "requests.RequestException", "RequestException": "OSError",
                         "Session": "object", "Timeout": "requests.RequestException"}),
    **_each("requests.exceptions", {"ConnectionError": "requests.exceptions.RequestException",
                                    "HTTPError": "requests.exceptions.RequestException",
                                    "RequestException": "OSError",
                                    "Timeout": "requests.exceptions.RequestException"}),
    **_each("rest_framework.serializers", {"ModelSerializer": "rest_framework.serializers.Serializer",
                                           "Serializer": "object"}),
    **_each("socket", {"gaierror": "OSError", "herror": "OSError", "timeout": "OSError", "error": "OSError"}),
    **_each("sqlalchemy.exc", {"DBAPIError": "sqlalchemy.exc.SQLAlchemyError",
                               "IntegrityError": "sqlalchemy.exc.DBAPIError",
                               "OperationalError": "sqlalchemy.exc.DBAPIError",
                               "SQLAlchemyError": "Exception"}),
    **_each("sqlalchemy.orm", {"DeclarativeBase": "object", "DeclarativeBaseNoMeta": "sqlalchemy.orm.DeclarativeBase",
                               "MappedAsDataclass": "object"}),
    **_each("sqlmodel", {"SQLModel": "pydantic.BaseModel"}),
    **_each("starlette.exceptions", {"HTTPException": "Exception"}),
    **_each("string", {"Formatter": "object", "Template": "object"}),
    **_each("subprocess", {"CalledProcessError": "subprocess.SubprocessError", "SubprocessError": "Exception",
                           "TimeoutExpired": "subprocess.SubprocessError"}),
    **_each("threading", {"Thread": "object", "local": "object"}),
    **_each("traitlets", {"HasTraits": "object"}),
    **_each("traitlets.config", {"Configurable": "traitlets.HasTraits",
                                 "LoggingConfigurable": "traitlets.config.Configurable"}),
    **_each("twisted.application.service", {"MultiService": "twisted.application.service.Service",
                                            "Service": "object"}),
    **_each("typing", {"Generic": "object", "NamedTuple": "tuple", "Protocol": "object", "TypedDict": "dict"}),
    **_each("typing_extensions", {"Generic": "typing.Generic", "NamedTuple": "typing.NamedTuple",
                                  "Protocol": "typing.Protocol", "TypedDict": "typing.TypedDict"}),
    **_each("unittest", {"IsolatedAsyncioTestCase": "unittest.TestCase", "TestCase": "object"}),
    **_each("urllib.error", {"HTTPError": "urllib.error.URLError", "URLError": "OSError"}),
}  # fmt: skip


class Hierarchy:
    """The classes of a program and of the libraries that it uses.

    Args:
        linker: follows the names of bases to where they are defined.
    """

    def __init__(self, linker: Linker) -> None:
        self._linker = linker
        self._answers: dict[tuple[str, frozenset[str], frozenset[str]], bool | None] = {}

    def is_a(self, name: str, kind: ClassKind) -> bool | None:
        """Whether the class ``name`` is of a kind, itself or by a base; None when a base is unknown."""
        decorators = _DATACLASS_DECORATORS if kind is ClassKind.DATACLASS else frozenset[str]()
        return self._search(name, ROOTS[kind], decorators)

    def derives(self, name: str, bases: frozenset[str]) -> bool | None:
        """Whether the class ``name`` is or derives from one of ``bases``; None when a base is unknown."""
        return self._search(name, bases, frozenset())

    def _search(self, name: str, bases: frozenset[str], decorators: frozenset[str]) -> bool | None:
        """Whether one of ``bases``, or a class with one of ``decorators``, is among the class and its bases."""
        key = (name, bases, decorators)
        if key not in self._answers:
            self._answers[key] = self._found(*key)
        return self._answers[key]

    def _found(self, name: str, bases: frozenset[str], decorators: frozenset[str]) -> bool | None:
        pending, unknown = [name], False
        seen: set[str] = set()
        while pending and len(seen) < _MAX_CLASSES:
            current = self._linker.definition(pending.pop()).removeprefix("builtins.")
            if current in bases:
                return True
            if current in seen:
                continue
            seen.add(current)
            fact = self._linker.classes.get(current)
            if fact is None:
                unknown = unknown or current not in BASES
                pending.extend(BASES.get(current, ()))
                continue
            if not decorators.isdisjoint(fact.decorators):
                return True
            # An unknown decorator may be the one that is asked for.
            unknown = unknown or bool(decorators and "?" in fact.decorators)
            pending.extend(fact.bases)
        return None if unknown or pending else False
