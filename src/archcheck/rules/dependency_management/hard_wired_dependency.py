"""ARC0205: a service builds what it works with, so that nobody can hand it something else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.model import Confidence, Outcome, Role, Severity
from archcheck.rule import Example, ModuleRule

_SERVICE = re.compile(r"(?:Service|UseCase|Interactor|Handler)$")
_LAYER = frozenset(
    {"app_services", "application", "interactors", "service_layer", "use_cases", "usecases"}
)
#: Not caches and adapters: those that services build mostly stay in the process, or only translate.
_COLLABORATOR = re.compile(
    r"(?:Repository|Repo|Client|Gateway|Publisher|Dao|DAO|Sender|Storage|UnitOfWork)$"
)
#: They stay in the process: there is nothing to hand in instead.
_LOCAL = re.compile(r"^_*(?:InMemory|LRU|Lru|Memory|Noop|Null|TTL|Ttl)")
#: Classes and modules whose purpose is to build others.
_BUILDS = re.compile(r"(?:Builder|Container|Factory|Module|Provider|Registry)$")
_COMPOSITION = frozenset(
    {"bootstrap", "composition", "container", "containers", "dependencies", "di", "factories", "factory", "ioc",
     "providers", "wiring"}
)  # fmt: skip
#: Clients of libraries, and the functions that make them.
_CLIENTS = frozenset(
    {
        "aiohttp.ClientSession", "anthropic.Anthropic", "anthropic.AsyncAnthropic", "boto3.client", "boto3.resource",
        "elasticsearch.AsyncElasticsearch", "elasticsearch.Elasticsearch", "httpx.AsyncClient", "httpx.Client",
        "kafka.KafkaProducer", "minio.Minio", "motor.motor_asyncio.AsyncIOMotorClient", "openai.AsyncOpenAI",
        "openai.OpenAI", "pika.BlockingConnection", "pymongo.MongoClient", "qdrant_client.QdrantClient", "redis.Redis",
        "redis.asyncio.Redis", "redis.asyncio.from_url", "redis.from_url", "requests.Session", "slack_sdk.WebClient",
        "smtplib.SMTP", "sqlalchemy.create_engine", "sqlalchemy.ext.asyncio.create_async_engine",
    }
)  # fmt: skip


class _Part(Struct, frozen=True):
    """An attribute that a class gives a collaborator in its ``__init__``.

    Attributes:
        node: the assignment.
        built: what it builds, as written; ``""`` when it takes what it is given.
        foreign: it is a client of a library.
    """

    node: ast.stmt
    built: str = ""
    foreign: bool = False


class HardWiredDependency(ModuleRule):
    """A service builds its own repository, client or gateway.

    It then works with this one only: a test needs the database or the network behind it, another implementation
    means to change the service, and what the service depends on does not show in its signature.

    Looked at is the `__init__` of classes called `...Service`, `...UseCase`, `...Interactor` or `...Handler`, and of
    those in an application or use case layer. Each attribute that holds a collaborator is an opportunity: a class of
    another module of the project called `...Repository`, `...Client`, `...Gateway`, `...Publisher`, `...Dao`,
    `...Sender`, `...Storage` or `...UnitOfWork`, or a client of a library (`httpx.Client`, `redis.Redis`,
    `create_engine`).

    Not flagged: a default for what may be given (`self.orders = orders or SqlOrders()`); factories, containers and
    composition roots; infrastructure, which owns its driver: classes that are collaborators by their name, and those
    whose one collaborator is a client of a library; handlers of frameworks; caches and adapters; what stays in memory.
    """

    code = "ARC0205"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    preview = True
    noun = "services are given what they work with"
    message = "`{cls}` builds its own `{built}`"
    advice = "take it as a parameter of `__init__`, typed by a Protocol, and build it where the program is put together"
    roles = frozenset({Role.RUNTIME})
    seed = "Seed 001, principle 2: dependency injection pattern; seed 002, key principle 1; seed 004: dependency injection"
    good = (
        Example(
            "Whoever makes the service decides.",
            "from shop.ports import OrderRepository, PaymentGateway\n\n\nclass OrderService:\n"
            "    def __init__(self, orders: OrderRepository, payments: PaymentGateway) -> None:\n"
            "        self._orders = orders\n        self._payments = payments\n",
            path="src/shop/orders.py",
        ),
        Example(
            "A default that can be replaced.",
            "from shop.sql import SqlOrderRepository\n\n\nclass OrderService:\n"
            "    def __init__(self, orders=None):\n        self._orders = orders or SqlOrderRepository()\n",
            path="src/shop/orders.py",
        ),
        Example(
            "A repository owns its driver; whoever uses it does not see it.",
            "import redis\n\nfrom shop.ports import Cart, CartRepository\n\n\nclass RedisCartRepository:\n"
            "    def __init__(self, url):\n        self._redis = redis.Redis.from_url(url)\n\n\n"
            "class CartService:\n    def __init__(self, carts: CartRepository):\n        self._carts = carts\n",
            path="src/shop/carts.py",
        ),
    )
    bad = (
        Example(
            "No order without the SQL database.",
            "from shop.sql import SqlOrderRepository\n\n\nclass OrderService:\n    def __init__(self, url):\n"
            "        self._orders = SqlOrderRepository(url)  # [hard-wired-dependency]\n",
            path="src/shop/orders.py",
        ),
        Example(
            "One collaborator is given, the other is built.",
            "import httpx\n\nfrom shop.ports import OrderRepository\n\n\nclass PlaceOrder:\n"
            "    def __init__(self, orders: OrderRepository) -> None:\n        self._orders = orders\n"
            "        self._http = httpx.Client(timeout=5)  # [hard-wired-dependency]\n",
            path="src/shop/use_cases/place_order.py",
        ),
    )

    def visit_ClassDef(self, node: ast.ClassDef, module: Module) -> Iterator[Outcome]:
        if not _is_service(node, module):
            return
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                yield from self._judged(node, list(_parts(statement, module)), module)

    def _judged(self, owner: ast.ClassDef, parts: list[_Part], module: Module) -> Iterator[Outcome]:
        if len(parts) == 1 and parts[0].foreign:
            return  # it is the adapter of that client, whatever its name
        for part in parts:
            place = module.place(part.node)
            if part.built:
                yield self.violates(place, cls=owner.name, built=part.built)
            else:
                yield self.complies(place)


def _is_service(node: ast.ClassDef, module: Module) -> bool:
    segments = module.name.split(".")
    if not (_SERVICE.search(node.name) or not _LAYER.isdisjoint(segments[:-1])):
        return False
    if _COLLABORATOR.search(node.name) or _BUILDS.search(node.name):
        return False
    return _COMPOSITION.isdisjoint(segments) and not (
        node.name.endswith("Handler") and _has_foreign_base(node, module)
    )


def _has_foreign_base(node: ast.ClassDef, module: Module) -> bool:
    """Whether a framework gave the class its form."""
    names = [name for base in node.bases for name in module.names(base)]
    return any(
        not module.symbols.is_first_party(name) and name.partition(".")[0] not in ("abc", "typing")
        for name in names
    )


def _parts(init: ast.FunctionDef, module: Module) -> Iterator[_Part]:
    """The attributes that hold a collaborator; one that may be given counts as given."""
    found: dict[str, _Part] = {}
    for node in module.own_nodes(init):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value = node.target, node.value
        else:
            continue
        if isinstance(target, ast.Attribute) and dotted(target.value) == "self":
            part = _part(node, value, init, module)
            if part is not None and (target.attr not in found or not part.built):
                found[target.attr] = part
    yield from found.values()


def _part(
    node: ast.Assign | ast.AnnAssign, value: ast.expr, init: ast.FunctionDef, module: Module
) -> _Part | None:
    if isinstance(value, ast.Name):
        return _Part(node) if _is_given(value, module) else None
    if isinstance(value, (ast.BoolOp, ast.IfExp)):
        built = [
            part for part in ast.walk(value) if isinstance(part, ast.Call) and _builds(part, module)
        ]
        given = {argument.arg for argument in (*init.args.args, *init.args.kwonlyargs)}
        named = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
        return _Part(node) if built and given & named else None
    if isinstance(value, ast.Call) and (name := _builds(value, module)):
        return _Part(node, dotted(value.func), foreign=name in _CLIENTS)
    return None


def _builds(call: ast.Call, module: Module) -> str:
    """The qualified name of the collaborator that a call surely builds; ``""`` when it is none."""
    name = module.resolve(call.func)
    home, _, last = name.rpartition(".")
    if name in _CLIENTS or home in _CLIENTS:
        return name if name in _CLIENTS else home
    is_ours = module.symbols.is_first_party(name) and home != module.name
    return name if is_ours and last[:1].isupper() and _is_collaborator(last) else ""


def _is_given(value: ast.Name, module: Module) -> bool:
    """Whether a parameter is a collaborator by its annotation, else by its own name."""
    for binding in module.scopes.scope_of(value).lookup(value.id):
        if binding.kind == "parameter":
            types = module.symbols.annotation(binding.annotation) if binding.annotation else ()
            if any(name in _CLIENTS or _is_collaborator(name.rpartition(".")[2]) for name in types):
                return True
            words = value.id.replace("_", " ").title().replace(" ", "")
            return binding.annotation is None and _is_collaborator(words)
    return False


def _is_collaborator(name: str) -> bool:
    return bool(_COLLABORATOR.search(name)) and not _LOCAL.search(name)
