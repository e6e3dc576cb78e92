"""ARC1102: which database calls wait in a coroutine, wherever the handle comes from."""

from __future__ import annotations

import pytest
from judging import ADVICE, BAD, OK, judged, verdicts

from archcheck.rules.performance.sync_session_in_async import SyncSessionInAsync

WAITING = {
    "session": "from sqlalchemy.orm import Session\nasync def f(db: Session):\n    db.execute(q)",
    "query": "from sqlalchemy.orm import Session\nasync def f(db: Session):\n    db.query(User).first()",
    "query in steps": (
        "from sqlalchemy.orm import Session\nasync def f(db: Session):\n    db.query(User).filter(a).join(b).delete()"
    ),
    "query in a variable": (
        "from sqlalchemy.orm import Session\nasync def f(db: Session):\n    query = db.query(User).filter(a)\n"
        "    return query.one()"
    ),
    "commit": "import sqlalchemy.orm as o\nasync def f(db: o.Session):\n    db.commit()",
    "sqlmodel": "from sqlmodel import Session\nasync def f(s: Session):\n    return s.exec(q).all()",
    "engine": (
        "import sqlalchemy\nengine = sqlalchemy.create_engine(U)\nasync def f():\n    with engine.begin() as c:\n        pass"
    ),
    "factory": (
        "from sqlalchemy.orm import sessionmaker\nLocal = sessionmaker()\nasync def f():\n    with Local() as db:\n"
        "        db.scalars(q)"
    ),
    "redis": "import redis\ncache = redis.from_url(U)\nasync def f():\n    cache.get('k')",
    "cursor": "import psycopg2\nasync def f():\n    cur = psycopg2.connect(U).cursor()\n    cur.execute(q)",
    "mongo": "from pymongo.collection import Collection\nasync def f(c: Collection):\n    c.find_one({})",
    "attribute": (
        "from sqlalchemy.orm import Session\nclass Users:\n    def __init__(self, db: Session):\n        self.db = db\n"
        "    async def all(self):\n        return self.db.scalars(q)"
    ),
    "annotated": (
        "from typing import Annotated\nfrom sqlalchemy.orm import Session\nasync def f(db: Annotated[Session, 1]):\n"
        "    db.get(User, 1)"
    ),
}


@pytest.mark.parametrize("source", WAITING.values(), ids=WAITING)
def test_waits(source: str) -> None:
    found = [verdict for _, verdict in verdicts(SyncSessionInAsync, source)]
    assert found == [BAD]


ASYNCHRONOUS = {
    "session": (
        "from sqlalchemy.ext.asyncio import AsyncSession\nasync def f(db: AsyncSession):\n    await db.execute(q)"
    ),
    "alias": (
        "from sqlalchemy.ext.asyncio import AsyncSession as Session\nasync def f(db: Session):\n    await db.commit()"
    ),
    "redis": "from redis.asyncio import Redis\nasync def f(r: Redis):\n    await r.get('k')",
    "asyncpg": "import asyncpg\nasync def f(p: asyncpg.Pool):\n    return await p.fetch(q)",
}


@pytest.mark.parametrize("source", ASYNCHRONOUS.values(), ids=ASYNCHRONOUS)
def test_asynchronous(source: str) -> None:
    assert [verdict for _, verdict in verdicts(SyncSessionInAsync, source)] == [OK]


HEAD = "import asyncio\nfrom sqlalchemy.orm import Session\n"
NO_OPPORTUNITY = {
    "plain handler": "def f(db: Session):\n    db.execute(q)",
    "function in a coroutine": "async def f(db: Session):\n    def work():\n        db.execute(q)\n    await run(work)",
    "lambda": "async def f(db: Session):\n    await run(lambda: db.execute(q))",
    "thread": "async def f(db: Session):\n    await asyncio.to_thread(db.execute, q)",
    "notes": "async def f(db: Session):\n    db.add(user)\n    db.delete(user)\n    db.expunge(user)",
    "query that another thread sends": (
        "async def f(db: Session):\n    query = db.query(User).filter_by(name='x')\n    return await run(query.one)"
    ),
    "awaited": "async def f(db: Session):\n    await db.execute(q)",
    "handed to asyncio": "async def f(db: Session):\n    await asyncio.wait_for(db.execute(q), 5)",
    "unknown class": "async def f(db):\n    db.execute(q)",
    "one of two": (
        "from sqlalchemy.ext.asyncio import AsyncSession\nasync def f(db: Session | AsyncSession):\n    db.add(q)"
    ),
    "script": "if __name__ == '__main__':\n    async def f(db: Session):\n        db.execute(q)",
}


@pytest.mark.parametrize("body", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_nobody_waits_or_nobody_can_know(body: str) -> None:
    assert verdicts(SyncSessionInAsync, HEAD + body) == []


def test_of_two_classes_the_asynchronous_one_counts() -> None:
    body = "from sqlalchemy.ext.asyncio import AsyncSession\nasync def f(db: Session | AsyncSession):\n    db.execute(q)"
    assert verdicts(SyncSessionInAsync, HEAD + body) == [(5, OK)]


def test_local_database_is_advice() -> None:
    source = "import sqlite3\nasync def f():\n    c = sqlite3.connect('x')\n    c.execute(q)"
    assert verdicts(SyncSessionInAsync, source) == [(4, ADVICE)]


ELSEWHERE = {
    "alias of a dependency": (
        "from app.deps import SessionDep\nasync def f(db: SessionDep):\n    db.execute(q)",
        "from typing import Annotated\nfrom fastapi import Depends\nfrom sqlalchemy.orm import Session\n"
        "SessionDep = Annotated[Session, Depends(get)]\n",
    ),
    "variable": (
        "from app.deps import cache\nasync def f():\n\n    cache.get('k')",
        "import redis\ncache = redis.Redis()\n",
    ),
    "attribute of an object": (
        "from app.deps import deps\nasync def f():\n    deps.db.commit()\n",
        "from sqlalchemy.orm import Session\nclass Deps:\n    db: Session\ndeps = Deps()\n",
    ),
}


@pytest.mark.parametrize(("source", "other"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_handle_of_another_module(source: str, other: str) -> None:
    found = verdicts(SyncSessionInAsync, source, files={"src/app/deps.py": other})
    assert [verdict for _, verdict in found] == [BAD]


def test_calls_of_one_coroutine_are_one_issue() -> None:
    body = "async def f(db: Session):\n    db.execute(q)\n    db.commit()\nasync def g(db: Session):\n    db.commit()"
    groups = [outcome.group for outcome in judged(SyncSessionInAsync, HEAD + body)]
    assert groups == [
        "src/app/service.py:f",
        "src/app/service.py:f",
        "src/app/service.py:g",
    ]


@pytest.mark.parametrize("path", ["scripts/load.py", "tests/test_f.py", "src/app/cli.py"])
def test_where_nobody_else_waits(path: str) -> None:
    source = f"import argparse\n{HEAD}async def f(db: Session):\n    db.execute(q)"
    assert verdicts(SyncSessionInAsync, source, path=path) == []


def test_in_a_folder_of_commands_nobody_else_waits() -> None:
    source = f"{HEAD}async def f(db: Session):\n    db.execute(q)"
    assert verdicts(SyncSessionInAsync, source, path="src/app/cli/load.py") == []
    elsewhere = verdicts(SyncSessionInAsync, source, path="src/app/jobs/load.py")
    assert [verdict for _, verdict in elsewhere] == [BAD]
