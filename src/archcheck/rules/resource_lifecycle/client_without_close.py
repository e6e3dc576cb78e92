"""ARC1002."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.library import BUILTINS
from archcheck.analysis.names.values import dotted
from archcheck.analysis.queries import ClosedElsewhere, HeldByModule, IsSubclass
from archcheck.analysis.topics.lifecycle.fate import PUT_AWAY, Fate, fate_of_uses
from archcheck.analysis.topics.lifecycle.resources import (
    CONNECTIONS,
    DATABASE_POOLS,
    FILES,
    HANDED_IN,
    HTTP_CLIENTS,
    SESSIONS,
    WORKER_POOLS,
)
from archcheck.model import Confidence, Kind, Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_OWNED = FILES | CONNECTIONS | WORKER_POOLS | HTTP_CLIENTS | DATABASE_POOLS | SESSIONS
_TAILS = frozenset(name.rpartition(".")[2] for name in _OWNED)


class ClientWithoutClose(ModuleRule):
    """A class opens a client, pool or connection for itself and has no way to close it.

    Whoever makes an instance cannot give back what it holds: sockets and threads stay until the garbage collector
    finds them, asynchronous clients complain, and buffered work is lost when the process ends.

    Judged is each attribute of `self` that a method binds to what it opens there. It is closed when the class
    closes or enters it, by any method, or a base or subclass does. Not flagged: what is handed in; what the class
    returns, passes on or stores again, and attributes that other code closes by their name, for then somebody else
    may close it; classes of which an instance lives as long as the process (a module makes one at its own level, or
    a cached function gives one, or such an
    instance holds one); bases of libraries.  A `requests.Session` is advice.
    """

    code = "ARC1002"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "owned clients can be closed"
    message = "nothing closes `{owner}.{attribute}`, which `{call}` opens"
    advice = "add a `close` method, or `__exit__`, that closes it, and call it at the end: in a service, of its lifespan"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER, Kind.LIBRARY})
    seed = "Seed 001, CacheClient: a client that connects in its constructor and cannot be closed"
    good = (
        Example(
            "The class closes what it opens.",
            "import httpx\n\n\nclass Rates:\n    def __init__(self):\n        self._client = httpx.AsyncClient()\n\n"
            "    async def euro(self):\n        return (await self._client.get('/eur')).json()\n\n"
            "    async def aclose(self):\n        await self._client.aclose()\n",
        ),
        Example(
            "The caller closes the one client, `with` the other.",
            "import httpx\n\n\nclass Rates:\n    def __init__(self, client: httpx.Client):\n"
            "        self._client = client\n\n\nclass Names:\n    def load(self):\n"
            "        self._client = httpx.Client()\n        with self._client:\n"
            "            return self._client.get('/names').json()\n",
        ),
        Example(
            "A subclass closes it.",
            "import aiohttp\n\n\nclass Feed:\n    def connect(self):\n        self.session = aiohttp.ClientSession()\n\n\n"
            "class News(Feed):\n    async def stop(self):\n        await self.session.close()\n",
        ),
    )
    bad = (
        Example(
            "A session that nobody can close.",
            "import aiohttp\n\n\nclass Weather:\n    async def connect(self):\n"
            "        self._session = aiohttp.ClientSession()  # [client-without-close]\n\n"
            "    async def today(self, city):\n        async with self._session.get(f'/{city}') as answer:\n"
            "            return await answer.json()\n",
        ),
        Example(
            "Threads that wait for ever.",
            "from concurrent.futures import ThreadPoolExecutor\n\n\nclass Mailer:\n    def __init__(self):\n"
            "        self.pool = ThreadPoolExecutor(4)  # [client-without-close]\n\n"
            "    def send(self, mail):\n        self.pool.submit(deliver, mail)\n",
        ),
    )

    @narrowed(named=_TAILS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        target = _attribute(node, module)
        owner = module.symbols.owner_class(target) if target is not None else None
        names = module.names(node.func) if owner is not None else ()
        if target is None or owner is None or not names or not _OWNED.issuperset(names):
            return
        if any(keyword.arg in HANDED_IN for keyword in node.keywords):
            return
        fate = fate_of_uses(_uses(owner, target.attr, module), module)
        if fate in PUT_AWAY:
            yield self.complies(module.place(node))
        elif fate is Fate.LEAKED:
            yield self._unless_closed_elsewhere(node, owner, target.attr, module)

    def _unless_closed_elsewhere(
        self, node: ast.Call, owner: ast.ClassDef, attribute: str, module: Module
    ) -> Judgement:
        name = module.symbols.definition_name(owner)
        violation: Outcome = self.violates(
            module.place(node),
            advice=SESSIONS.issuperset(module.names(node.func)),
            owner=owner.name,
            attribute=attribute,
            call=dotted(node.func),
        )
        closed = ClosedElsewhere(name, attribute, _shows_itself(owner, module))
        return Pending(
            HeldByModule(name),
            None,
            Pending(
                # Asked for the third answer: a base that nobody knows may close it.
                IsSubclass(name, frozenset()),
                None,
                Pending(closed, self.complies(module.place(node)), violation),
            ),
        )


def _attribute(node: ast.Call, module: Module) -> ast.Attribute | None:
    """The attribute that is bound to what ``node`` opens, alone."""
    parent = module.parent(node)
    if isinstance(parent, ast.Await):
        parent = module.parent(parent)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
    elif isinstance(parent, ast.AnnAssign):
        target = parent.target
    else:
        return None
    return target if isinstance(target, ast.Attribute) and _is_self(target.value) else None


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id != "cls"


def _uses(owner: ast.ClassDef, attribute: str, module: Module) -> list[ast.expr]:
    """The loads of an attribute of ``self`` in the class and those of its bases that this module defines."""
    return [
        part
        for each in module.symbols.definitions.line_of(owner)
        for part in ast.walk(each)
        if isinstance(part, ast.Attribute)
        and part.attr == attribute
        and isinstance(part.ctx, ast.Load)
        and module.symbols.owner_class(part) is each
    ]


def _shows_itself(owner: ast.ClassDef, module: Module) -> bool:
    """Whether an instance hands itself to another function or object."""
    return any(
        isinstance(part, ast.Call)
        and module.resolve(part.func) not in BUILTINS
        and any(
            isinstance(argument, ast.Name) and module.symbols.definitions.owner(argument) is owner
            for argument in part.args
        )
        for part in ast.walk(owner)
    )
