"""ARC0103: a module of an inner layer imports a framework."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from archcheck.analysis.facts import RUNTIME, ModuleFacts
from archcheck.analysis.imports.external import external_imports
from archcheck.analysis.imports.standard_library import STANDARD_LIBRARY
from archcheck.analysis.layers.assignment import PRESETS
from archcheck.analysis.names.module_names import ancestry, is_within
from archcheck.model import Confidence, Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

_WEB = frozenset(
    {"aiohttp", "bottle", "django", "falcon", "fastapi", "flask", "litestar", "pyramid", "quart",
     "rest_framework", "robyn", "sanic", "starlette", "tornado", "werkzeug"}
)  # fmt: skip
_PERSISTENCE = frozenset(
    {"alembic", "asyncpg", "beanie", "cassandra", "elasticsearch", "mongoengine", "motor", "neo4j", "peewee",
     "pony", "psycopg", "psycopg2", "pymongo", "pymysql", "redis", "sqlalchemy", "sqlmodel", "tortoise"}
)  # fmt: skip
_CLIENTS = frozenset(
    {"aio_pika", "aioboto3", "aiokafka", "anthropic", "boto3", "botocore", "celery", "confluent_kafka",
     "dramatiq", "google.cloud", "grpc", "httpx", "kafka", "kombu", "openai", "pika", "requests", "rq",
     "stripe", "twilio", "urllib3"}
)  # fmt: skip
_IO = frozenset(
    {"ftplib", "http.client", "imaplib", "poplib", "smtplib", "socket", "sqlite3", "subprocess",
     "urllib.request"}
)  # fmt: skip
_WIRING = frozenset({"dependency_injector", "dishka", "injector", "pydantic_settings", "punq"})
_FRAMEWORKS = _WEB | _PERSISTENCE | _CLIENTS | _IO | _WIRING

_FOUR_LAYERS = replace(PRESETS["four-layer"], containers=("shop",))


class FrameworkInDomain(ProjectRule):
    """A module of an inner layer imports a web framework, a database driver, a remote client or another means of IO.

    The inner layer holds what the program is about, and that outlives every framework. Once it imports one, its
    rules can only be tested with the framework at hand and only be moved together with it.

    Not flagged: the rest of the standard library; libraries that describe data, such as pydantic, attrs or msgspec;
    imports for type checking only, inside functions or under `try`. With `strict = true` below
    `[tool.archcheck.layers]` every third party is reported; what `allow-external` and `forbid-external` say of a
    layer goes before the list of frameworks. Which layers are inner follows from the preset, or from their names
    (`domain`, `foundation`, `kernel`).
    """

    code = "ARC0103"
    severity = Severity.ERROR
    confidence = Confidence.MEDIUM
    noun = "inner modules are free of frameworks"
    message = "`{module}` ({layer}) imports `{library}`; {limit}"
    advice = "keep the inner layer plain, and map to the library in an outer one"
    seed = "001, principle 1: foundation has no dependencies"
    good = (
        Example(
            "The foundation is made of plain classes.",
            "from dataclasses import dataclass\nfrom decimal import Decimal\n\n\n"
            "@dataclass(frozen=True)\nclass Price:\n    amount: Decimal\n",
            path="src/shop/foundation/prices.py",
            layers=_FOUR_LAYERS,
        ),
        Example(
            "A library that describes data does no IO.",
            "from pydantic import BaseModel\n\n\nclass Price(BaseModel):\n    amount: int\n",
            path="src/shop/foundation/prices.py",
            layers=_FOUR_LAYERS,
        ),
        Example(
            "The outer layer is where the framework belongs.",
            "from sqlalchemy.orm import Session\n\n\nclass OrderStore:\n"
            "    def __init__(self, session: Session) -> None:\n        self._session = session\n",
            path="src/shop/infrastructure/store.py",
            layers=_FOUR_LAYERS,
        ),
    )
    bad = (
        Example(
            "An error of the foundation knows HTTP.",
            "from fastapi import HTTPException  # [framework-in-domain]\n\n\n"
            "class OrderNotFound(HTTPException): ...\n",
            path="src/shop/foundation/errors.py",
            layers=_FOUR_LAYERS,
        ),
        Example(
            "A business object is a database row.",
            "import uuid\n\nfrom sqlalchemy.orm import DeclarativeBase  # [framework-in-domain]\n\n\n"
            "class Order(DeclarativeBase): ...\n",
            path="src/shop/foundation/orders.py",
            layers=_FOUR_LAYERS,
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        layers = project.layers
        if layers is None:
            return
        for name in sorted(layers.seats):
            if layers.is_inner(name):
                module, seat = project.modules[name], layers.seats[name]
                allowed = seat.plan.layer(seat.layer).allow_external or ()
                found = dict(_forbidden(module, layers.roots, allowed, strict=seat.plan.strict))
                for item in external_imports(module, layers):
                    if item.forbidden:
                        found.setdefault(item.library, item.line)
                yield self._outcome(module, seat.layer, found, strict=seat.plan.strict)

    def _outcome(
        self, module: ModuleFacts, layer: str, found: Mapping[str, int], *, strict: bool
    ) -> Outcome:
        if not found:
            return self.complies(file_place(module.path))
        ordered = sorted(found.items(), key=lambda item: (item[1], item[0]))
        library, line = ordered[0]
        return self.violates(
            file_place(module.path, line, "framework"),
            trace=[TraceStep(module.path, line, f"imports `{name}`") for name, line in ordered]
            if len(ordered) > 1
            else (),
            module=module.name,
            layer=layer,
            library=library,
            limit="this layer is declared free of third parties"
            if strict
            else "this layer is free of frameworks and IO"
            if _in_list(library)
            else "its layer does not allow it",
        )


def _forbidden(
    module: ModuleFacts, first_party: Collection[str], allowed: Collection[str], *, strict: bool
) -> Iterator[tuple[str, int]]:
    """What no inner module may import, each library once with its first line.

    Args:
        module: of an inner layer.
        first_party: top-level packages.
        allowed: what the layer's own declaration lets it import.
        strict: every third party is forbidden.
    """
    seen: set[str] = set()
    for fact in sorted(module.imports, key=lambda fact: fact.line):
        name = f"{fact.module}.{fact.name}" if fact.name else fact.module
        root = fact.module.partition(".")[0]
        if (
            fact.kind != RUNTIME
            or root in first_party
            or any(is_within(name, each) for each in allowed)
        ):
            continue
        library = _in_list(name)
        if strict and not library and root not in STANDARD_LIBRARY:
            library = root
        if library and library not in seen:
            seen.add(library)
            yield library, fact.line


def _in_list(name: str) -> str:
    """The entry of the list of frameworks that a name belongs to, or ``""``."""
    return next((each for each in ancestry(name) if each in _FRAMEWORKS), "")
