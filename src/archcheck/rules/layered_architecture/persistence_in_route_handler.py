"""ARC0104: a route handler asks the database itself, in a project whose other handlers do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.routing.model import ResolvedRoute
from archcheck.model import Confidence, Kind, Member, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Packages, modules and classes that stand between handlers and the database.
_BETWEEN = re.compile(
    r"\.(?:app_services|crud|daos?|interactors|managers|repositor(?:y|ies)|repos?|service_layer|services?|use_?cases?)\."
    r"|\.\w*(?:Crud|CRUD|Dao|DAO|Interactor|Manager|Repository|Repo|Service|UseCase)(?:\.|$)"
)
_SESSIONS = frozenset(
    {
        "asyncpg.Connection",
        "psycopg.Connection",
        "psycopg.Cursor",
        "sqlalchemy.Connection",
        "sqlalchemy.ext.asyncio.AsyncConnection",
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlalchemy.orm.Session",
        "sqlite3.Connection",
        "sqlite3.Cursor",
        "sqlmodel.Session",
        "sqlmodel.ext.asyncio.session.AsyncSession",
    }
)
_QUERIES = frozenset(
    {"add", "add_all", "delete", "exec", "execute", "fetch", "fetchrow", "merge", "query", "scalar", "scalars"}
)  # fmt: skip
_OPERATIONAL = re.compile(
    r"(?:^|[._/])(?:admin|backoffice|health\w*|livez?|metrics|ping|readyz?|readiness)(?:[._/]|$)"
)
_ADOPTED_PERCENT = 30


class _Handler(Struct, frozen=True):
    """A handler and what it calls.

    Attributes:
        name: qualified name.
        route: that it answers.
        between: the service or repository that it goes through, ``""`` for none.
        queries: it asks the database itself.
    """

    name: str
    route: ResolvedRoute
    between: str
    queries: bool


class PersistenceInRouteHandler(ProjectRule):
    """A route handler queries the database itself, although other handlers go through a service or repository.

    A handler translates between HTTP and the application. A query in it is a piece of the application that no other
    entry point can use and no test can reach without a request, and the next reader must look in two places for it.

    Asked only where at least three in ten handlers of a project call a service, use case, repository or data access
    module of its own: without such a layer the query has no better place. Handlers are found in all supported
    frameworks, wherever they are registered. Not flagged: `commit`, `flush` and `close`; health checks and
    administration; receivers whose class is unknown.
    """

    code = "ARC0104"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "route handlers leave the database to another layer"
    message = "`{handler}` queries the database itself, while {percent} % of the handlers go through a layer such as `{layer}`"
    advice = "move the query to the service or repository"
    kinds = frozenset({Kind.SERVICE})
    seed = "Seed 004, request flow: route handler, then service layer, then database"
    preview = True
    good = (
        Example(
            "The handler asks the service.",
            "from fastapi import APIRouter\n\nfrom app.services import orders\n\nrouter = APIRouter()\n\n\n"
            '@router.get("/orders")\ndef list_orders():\n    return orders.find_all()\n',
            path="src/app/api.py",
            files={
                "src/app/__init__.py": "",
                "src/app/services/__init__.py": "",
                "src/app/services/orders.py": "def find_all(): ...\n",
            },
        ),
        Example(
            "A health check asks the database whether it is there.",
            "from fastapi import APIRouter\nfrom sqlalchemy import text\nfrom sqlalchemy.orm import Session\n\n"
            "from app.services import orders\n\nrouter = APIRouter()\n\n\n"
            '@router.get("/orders")\ndef list_orders():\n    return orders.find_all()\n\n\n'
            '@router.get("/health")\ndef health(db: Session):\n    db.execute(text("SELECT 1"))\n',
            path="src/app/api.py",
            files={
                "src/app/__init__.py": "",
                "src/app/services/__init__.py": "",
                "src/app/services/orders.py": "def find_all(): ...\n",
            },
        ),
    )
    bad = (
        Example(
            "One handler goes its own way.",
            "from fastapi import APIRouter\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\n"
            "from app.models import Customer\nfrom app.services import orders\n\nrouter = APIRouter()\n\n\n"
            '@router.get("/orders")\ndef list_orders():\n    return orders.find_all()\n\n\n'
            '@router.get("/customers")\n'
            "def list_customers(db: Session):  # [persistence-in-route-handler]\n"
            "    return db.scalars(select(Customer)).all()\n",
            path="src/app/api.py",
            files={
                "src/app/__init__.py": "",
                "src/app/models.py": "class Customer: ...\n",
                "src/app/services/__init__.py": "",
                "src/app/services/orders.py": "def find_all(): ...\n",
            },
        ),
        Example(
            "A view of Django that another module registers.",
            "from shop.models import Order\nfrom shop.services import stock\n\n\n"
            "def items(request):\n    return stock.items()\n\n\n"
            "def orders(request):  # [persistence-in-route-handler]\n"
            "    return Order.objects.filter(open=True)\n",
            path="shop/views.py",
            files={
                "shop/__init__.py": "",
                "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model): ...\n",
                "shop/services/__init__.py": "",
                "shop/services/stock.py": "def items(): ...\n",
                "shop/urls.py": "from django.urls import path\n\nfrom shop import views\n\n"
                'urlpatterns = [path("items/", views.items), path("orders/", views.orders)]\n',
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            yield from self._judged(member, project)

    def _judged(self, member: Member, project: Project) -> Iterator[Outcome]:
        handlers = [
            handler
            for handler in _handlers(project)
            if project.member_of(handler.route.path) is member
            and project.by_path[handler.route.path].role in self.roles
        ]
        through = Counter(handler.between for handler in handlers if handler.between)
        percent = through.total() * 100 // len(handlers) if handlers else 0
        if percent < _ADOPTED_PERCENT:
            return
        layer = through.most_common(1)[0][0]
        for handler in handlers:
            module, rest = project.linker.split(handler.name)
            line = project.functions[handler.name].line
            place = file_place(project.linker.modules[module].path, line, subject=rest)
            if handler.queries:
                yield self.violates(
                    place, handler=handler.name.rpartition(".")[2], percent=percent, layer=layer
                )
            else:
                yield self.complies(place)


def _handlers(project: Project) -> Iterator[_Handler]:
    for name, route in project.routing.handlers.items():
        if _OPERATIONAL.search(name) or any(_OPERATIONAL.search(url) for url in route.urls):
            continue
        known = (call for call in project.functions[name].calls if not call.startswith("."))
        calls = [project.instance(call) for call in known]
        types = [project.linker.definition(each.type) for each in route.fact.parameters]
        between = (_owner(each, project) for each in [*calls, *types, *route.dependencies])
        yield _Handler(
            name,
            route,
            next(filter(None, between), ""),
            any(_is_query(call, project) for call in calls),
        )


def _owner(name: str, project: Project) -> str:
    """The layer that a first-party name belongs to, if it stands between handlers and the database."""
    module, rest = project.linker.split(name)
    if not module or not _BETWEEN.search(f".{name}"):
        return ""
    head = rest.partition(".")[0]
    return f"{module}.{head}" if head[:1].isupper() else module


def _is_query(call: str, project: Project) -> bool:
    owner, _, method = call.rpartition(".")
    if owner in _SESSIONS:
        return method in _QUERIES
    model, manager, _ = call.partition(".objects.")
    return bool(manager) and project.hierarchy.is_a(model, ClassKind.ORM_MODEL) is True
