"""ARC1102."""

from __future__ import annotations

from archcheck.analysis.topics.database.database_calls import ASYNCHRONOUS, BRIEF, SYNCHRONOUS
from archcheck.model import Confidence, Kind, Outcome, Role, Severity
from archcheck.rule import CallRule, CallSite, Example


class SyncSessionInAsync(CallRule):
    """A coroutine asks a database or cache through a client that is not asynchronous.

    The event loop runs in one thread. Until the database has answered, or a lock in it is free, no other request is
    served. FastAPI runs a handler that is a plain `def` in a thread of its own; `async def` takes that away.

    Judged are calls in `async def` through sessions, connections and engines of SQLAlchemy and SQLModel, cursors of
    psycopg, psycopg2 and PyMySQL, clients of Redis and collections of PyMongo, wherever the object comes from: a
    parameter, an alias such as `SessionDep`, another module. Not flagged: calls that are awaited; `add`, `delete`
    and `expunge`, which only take notes; `query` and `filter`, which only build what `all` or `first` sends; what
    runs in a plain function, a lambda or another thread; what stands in a folder `cli`, where nobody else is kept
    waiting. SQLite is advice. Django refuses its ORM in coroutines by itself. A coroutine elsewhere counts even if
    today one command runs it and nothing beside it: nobody can see that it stays so.
    """

    code = "ARC1102"
    severity = Severity.ERROR
    confidence = Confidence.MEDIUM
    noun = "database and cache calls in coroutines are asynchronous"
    message = "`{call}` waits for the database in a coroutine: nothing else runs in the meantime"
    advice = "use the asynchronous client (`AsyncSession`, `redis.asyncio`), or make the handler a plain `def`"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER, Kind.LIBRARY})
    roles = frozenset({Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT})
    seed = "Seed 002, key principle 4: Async by Default"
    calls = SYNCHRONOUS | BRIEF | ASYNCHRONOUS
    good = (
        Example(
            "The session is awaited.",
            "from sqlalchemy import select\nfrom sqlalchemy.ext.asyncio import AsyncSession\n\nfrom app.models import Order\n\n\n"
            "async def orders(session: AsyncSession):\n    return (await session.scalars(select(Order))).all()\n",
        ),
        Example(
            "A thread waits for the session of the one, the event loop for the client of the other.",
            "import asyncio\n\nimport redis.asyncio\nfrom sqlalchemy.orm import Session\n\n\n"
            "async def remember(session: Session, cache: redis.asyncio.Redis, sku):\n"
            "    await asyncio.to_thread(session.commit)\n    await cache.delete(sku)\n",
        ),
    )
    bad = (
        Example(
            "A handler that keeps all others waiting.",
            "from typing import Annotated\n\nfrom fastapi import APIRouter, Depends\nfrom sqlalchemy import select\n"
            "from sqlalchemy.orm import Session\n\nfrom app.db import get_session\nfrom app.models import Order\n\n"
            "router = APIRouter()\nSessionDep = Annotated[Session, Depends(get_session)]\n\n\n"
            "@router.get('/orders')\nasync def orders(session: SessionDep):\n"
            "    return session.scalars(select(Order)).all()  # [sync-session-in-async]\n",
            path="src/app/api.py",
        ),
        Example(
            "A cache of another module.",
            "from app.cache import cache\n\n\nasync def price(sku):\n"
            "    return cache.get(sku)  # [sync-session-in-async]\n",
            files={
                "src/app/cache.py": "import redis\n\ncache = redis.Redis(host='cache', socket_timeout=5)\n"
            },
        ),
    )

    def judge(self, call: CallSite) -> Outcome | None:
        if not call.in_async or call.main_guard or "cli" in call.place.location.path.split("/"):
            return None
        if call.target in ASYNCHRONOUS:
            return self.complies(call)
        # What is awaited, or handed to a function of asyncio, is not of the class that it is declared to be.
        if call.awaited or any(name.startswith("asyncio.") for name in call.passed_to):
            return None
        return self.violates(
            call,
            advice=call.target in BRIEF,
            group=f"{call.place.location.path}:{call.function}",
        )
