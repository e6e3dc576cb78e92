"""ARC1103."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.queries import ServesRequests
from archcheck.analysis.syntax.scopes import COMPREHENSIONS
from archcheck.analysis.topics.lifecycle.fate import (
    CLOSERS,
    LEFT_OPEN,
    PUT_AWAY,
    Fate,
    fate_of,
    fate_of_uses,
    holder_of,
    uses_of,
)
from archcheck.analysis.topics.lifecycle.resources import ENGINES, HANDED_IN, POOLING_CLIENTS
from archcheck.analysis.topics.values.provenance import parameters_behind
from archcheck.model import Confidence, Kind, Role, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_TAILS = frozenset(name.rpartition(".")[2] for name in POOLING_CLIENTS)
#: Functions that run once a process.
_RUNS_ONCE = re.compile(
    r"_*(?:on_)?(?:__init__|includeme|init|lifespan|main|migrate|run|setup|shutdown|startup)(?:_\w+)?"
)
#: Arguments that may differ from call to call and could be passed to the request just as well.
_PER_REQUEST = frozenset({"cookies", "headers", "timeout"})
#: Methods that open a connection of their own for as long as it is needed.
_SOCKETS = frozenset({"ws_connect"})


_LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)
_IN_LOOP = "`{call}` makes a client each time round: its connections are not pooled"


class PerCallClient(ModuleRule):
    """A request makes a client, uses it once and throws it away.

    A client keeps a pool of connections. Made anew for each request it opens a connection each time, with a
    handshake for TLS and a login for a database, and under load the machine runs out of ports or the database out of
    slots.

    Judged are clients of httpx, aiohttp, SQLAlchemy, redis, MongoDB, Elasticsearch, asyncpg, boto3, OpenAI and
    Anthropic in route handlers, their dependencies and what these surely call, three functions deep. One that is
    returned, stored or made at module level is shared. In a loop, wherever that stands, it is a warning.

    Not flagged: clients with an argument that the caller hands in (another client each time), over a transport
    or pool that was handed in, or with `NullPool`; clients that make several calls before they go; those handed to
    another function; engines that are disposed of by name, as migrations do; functions that run once (`main`,
    `setup`, a lifespan), are cached or keep what they fetch in a cache; commands and scripts.
    """

    code = "ARC1103"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "clients are shared"
    message = "`{call}` makes a client for each request: its connections are not pooled"
    advice = "make one client at startup, for instance in the lifespan, and share it"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    roles = frozenset({Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT})
    seed = "Seed 001, Performance patterns: connection pooling"
    good = (
        Example(
            "One client as long as the application runs.",
            "from contextlib import asynccontextmanager\n\nimport httpx\nfrom fastapi import FastAPI\n\n\n"
            "@asynccontextmanager\nasync def lifespan(app: FastAPI):\n"
            "    async with httpx.AsyncClient(base_url='https://rates.example') as client:\n"
            "        app.state.rates = client\n        yield\n",
        ),
        Example(
            "The client of an object, and another database each time.",
            "import httpx\nfrom sqlalchemy import create_engine\n\n\nclass Rates:\n    def __init__(self):\n        self._client = httpx.Client()\n\n"
            "    def euro(self):\n        return self._client.get('https://rates.example/eur').json()\n\n\n"
            "def can_connect(url):\n    engine = create_engine(url)\n"
            "    with engine.connect():\n        return True\n",
        ),
    )
    bad = (
        Example(
            "A connection for each rate.",
            "import httpx\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/rates/eur')\n"
            "async def euro():\n    async with httpx.AsyncClient() as client:  # [per-call-client]\n"
            "        answer = await client.get('https://rates.example/eur')\n    return answer.json()\n",
            path="src/app/api.py",
        ),
        Example(
            "A login for each order, in another module.",
            "import redis\n\nfrom app.settings import settings\n\n\ndef remember(order):\n"
            "    client = redis.from_url(settings.redis_url)  # [per-call-client]\n"
            "    client.set(order.id, order.json())\n",
            path="src/app/memory.py",
            files={
                "src/app/api.py": "from flask import Blueprint, request\n\nfrom app.memory import remember\n\n"
                "bp = Blueprint('orders', __name__)\n\n\n@bp.post('/orders')\ndef create():\n"
                "    remember(Order(request.json))\n    return {}, 201\n"
            },
        ),
    )

    @narrowed(named=_TAILS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        names = module.names(node.func)
        if not names or not POOLING_CLIENTS.issuperset(names) or module.in_main_guard(node):
            return
        fate = fate_of(node, module)
        if fate in (Fate.RETURNED, Fate.STORED):
            yield self.complies(module.place(node))
        elif fate in LEFT_OPEN or (fate in PUT_AWAY and not ENGINES.issuperset(names)):
            yield from self._judge(node, module)

    def _judge(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """Judge a client that goes when its function ends, unless it leaves that while it is open."""
        holder = holder_of(node, module)
        uses = uses_of(holder, module) if holder is not None else []
        fate = fate_of_uses(uses, module) if uses is not None else Fate.UNKNOWN
        if fate in (Fate.RETURNED, Fate.STORED):
            yield self.complies(module.place(node))
        elif (
            uses is not None
            and fate in PUT_AWAY | LEFT_OPEN
            and not _is_another_each_time(node, module)
            and not _runs_once(node, module)
            and not _makes_several_calls(node, uses, module)
        ):
            in_loop = module.in_loop(node)
            place = module.place(node)
            message = _IN_LOOP if in_loop else ""
            severity = Severity.WARNING if in_loop else None
            violation = self.violates(
                place, message=message, severity=severity, call=dotted(node.func)
            )
            serves = ServesRequests(module.path, place.scope)
            yield violation if in_loop else Pending(serves, violation, None)


def _is_another_each_time(node: ast.Call, module: Module) -> bool:
    """Whether the client depends on the call of the function around it, or holds no connections itself."""
    if any(keyword.arg in (*HANDED_IN, "poolclass", None) for keyword in node.keywords):
        return True
    arguments = [
        *node.args,
        *(each.value for each in node.keywords if each.arg not in _PER_REQUEST),
    ]
    return any(parameters_behind(argument, module) for argument in arguments)


def _runs_once(node: ast.Call, module: Module) -> bool:
    """Whether the function around ``node`` runs once a process, or once for what it then keeps."""
    function = module.function_of(node)
    if function is None or isinstance(function, ast.Lambda):
        return True
    decorators = (getattr(each, "func", each) for each in function.decorator_list)
    used = (
        each for each in module.own_nodes(function) if isinstance(each, (ast.Name, ast.Attribute))
    )
    return _RUNS_ONCE.fullmatch(function.name) is not None or any(
        "cache" in simple_name(each).lower() for each in (*decorators, *used)
    )


def _makes_several_calls(node: ast.Call, uses: list[ast.Name], module: Module) -> bool:
    """Whether connections are pooled for as long as the function runs, or cannot be pooled at all."""
    calls = [
        use
        for use in uses
        if isinstance(parent := module.parent(use), ast.Attribute) and parent.attr not in CLOSERS
    ]
    sockets = (use for use in calls if getattr(module.parent(use), "attr", "") in _SOCKETS)
    around = _loops(node, module)
    return len(calls) > 1 or any(sockets) or any(_loops(call, module) - around for call in calls)


def _loops(node: ast.AST, module: Module) -> set[ast.AST]:
    return {each for each in module.ancestors(node) if isinstance(each, _LOOPS)}
