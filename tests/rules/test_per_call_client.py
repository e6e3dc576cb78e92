"""ARC1103: which clients go when their function ends, and which are another one each time."""

from __future__ import annotations

import re

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.model import Severity
from archcheck.rules.performance.per_call_client import PerCallClient

HTTP = "import httpx\nfrom app.settings import settings\n"


def served(body: str) -> str:
    """The module with its function ``f`` as a route handler."""
    route = re.sub(r"^(?=(?:async )?def f\()", "@router.get('/')\n", body, flags=re.MULTILINE)
    return f"from fastapi import APIRouter\nrouter = APIRouter()\n{HTTP}{route}"


PER_CALL = {
    "entered": "async def f():\n    async with httpx.AsyncClient() as c:\n        return await c.get('/')",
    "dropped": "def f():\n    return httpx.Client().get('/')",
    "closed": "def f():\n    c = httpx.Client()\n    c.get('/')\n    c.close()",
    "left open": "def f():\n    c = httpx.Client()\n    return c.get('/').text",
    "configured": "def f():\n    with httpx.Client(base_url=settings.url, timeout=3) as c:\n        c.get('/')",
    "timeout of the caller": (
        "def f(timeout):\n    with httpx.Client(timeout=timeout) as c:\n        return c.get('/')"
    ),
    "of the object": (
        "class Rates:\n    def euro(self):\n        with httpx.Client(base_url=self.url) as c:\n            c.get('/')\n"
        "rates = Rates()\ndef f():\n    return rates.euro()"
    ),
    "through another function": (
        "def f():\n    return euro()\ndef euro():\n    return fetch()\ndef fetch():\n    return httpx.Client().get('/')"
    ),
    "of a dependency": (
        "from fastapi import Depends\ndef user():\n    return httpx.Client().get('/').json()\n"
        "def f(u=Depends(user)):\n    return u"
    ),
    "alias": "def f():\n    from httpx import Client as Http\n    return Http().get('/')",
}


@pytest.mark.parametrize("body", PER_CALL.values(), ids=PER_CALL)
def test_made_and_thrown_away(body: str) -> None:
    assert [verdict for _, verdict in verdicts(PerCallClient, served(body))] == [BAD]


LIBRARIES = {
    "aiohttp": "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n        s.get('/')",
    "sqlalchemy": "import sqlalchemy as sa\ndef f():\n    e = sa.create_engine(URL)\n    e.connect()",
    "redis": "import redis\ndef f():\n    redis.Redis.from_url(URL).get('k')",
    "asynchronous redis": "from redis.asyncio import Redis\nasync def f():\n    await Redis().get('k')",
    "mongo": "from pymongo import MongoClient\ndef f():\n    MongoClient(URL).close()",
    "boto": "import boto3\ndef f():\n    s3 = boto3.client('s3')\n    s3.upload_file('a', 'b', 'c')",
    "openai": "from openai import OpenAI\ndef f():\n    c = OpenAI()\n    return c.responses.create(input='x')",
}


@pytest.mark.parametrize("source", LIBRARIES.values(), ids=LIBRARIES)
def test_libraries(source: str) -> None:
    assert [verdict for _, verdict in verdicts(PerCallClient, served(source))] == [BAD]


SHARED = {
    "module level": "client = httpx.Client()",
    "class level": "class Rates:\n    client = httpx.Client()",
    "stored": "class Rates:\n    def __init__(self):\n        self.client = httpx.Client()",
    "stored later": "def f(app):\n    c = httpx.Client()\n    app.state.client = c",
    "global": "def f():\n    global client\n    client = httpx.Client()",
    "made for others": "def make():\n    return httpx.Client()",
    "dependency": "async def get():\n    async with httpx.AsyncClient() as c:\n        yield c",
    "stored while it is open": (
        "async def lifespan(app):\n    async with httpx.AsyncClient() as c:\n        app.state.c = c\n        yield"
    ),
}


@pytest.mark.parametrize("body", SHARED.values(), ids=SHARED)
def test_shared(body: str) -> None:
    assert [verdict for _, verdict in verdicts(PerCallClient, HTTP + body)] == [OK]


NO_OPPORTUNITY = {
    "another proxy each time": "def f(proxy):\n    return httpx.Client(proxy=proxy).get('/')",
    "another base each time": (
        "def f(host):\n    url = f'https://{host}'\n    return httpx.Client(base_url=url).get('/')"
    ),
    "unknown arguments": "def f(**kw):\n    return httpx.Client(**kw).get('/')",
    "over a transport": "def f():\n    return httpx.Client(transport=t).get('/')",
    "no pool": (
        "from sqlalchemy import create_engine\ndef f():\n    create_engine(U, poolclass=NullPool).connect()"
    ),
    "several calls": "def f():\n    with httpx.Client() as c:\n        c.get('/a')\n        c.get('/b')",
    "calls in a loop": "def f(xs):\n    with httpx.Client() as c:\n        return [c.get(x) for x in xs]",
    "a socket": (
        "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n"
        "        async with s.ws_connect('/') as ws:\n            pass"
    ),
    "handed over": "def f():\n    with httpx.Client() as c:\n        return fetch_all(c)",
    "captured": "def f():\n    c = httpx.Client()\n    return lambda: c.get('/')",
    "argument": "def f():\n    return Rates(httpx.Client())",
    "runs once": "def f():\n    main()\ndef main():\n    with httpx.Client() as c:\n        c.get('/')",
    "at startup": "async def f():\n    await on_startup()\nasync def on_startup():\n    async with httpx.AsyncClient() as c:\n        await c.get('/')",
    "cached": "from functools import cache\n@cache\ndef f():\n    return httpx.Client().get('/').json()",
    "keeps what it fetches": (
        "def f():\n    if _cache:\n        return _cache\n    _cache.update(httpx.Client().get('/').json())"
    ),
    "disposed of": (
        "from sqlalchemy import create_engine\ndef f():\n    e = create_engine(U)\n    e.connect()\n    e.dispose()"
    ),
    "never runs for a request": "def other():\n    return httpx.Client().get('/')",
    "script": "if __name__ == '__main__':\n    httpx.Client().get('/')",
    "shadowed": "from app.http import httpx\ndef f():\n    return httpx.Client().get('/')",
    "function of the module": "def f():\n    return httpx.get('/')",
}


@pytest.mark.parametrize("body", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_nobody_can_know_or_nothing_to_share(body: str) -> None:
    assert verdicts(PerCallClient, served(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "for x in xs:\n        httpx.Client().get(x)",
        "for x in xs:\n        with httpx.Client() as c:\n            c.get(x)",
        "while xs:\n        c = httpx.Client()\n        c.get(xs.pop())\n        c.close()",
        "return [httpx.Client().get(x) for x in xs]",
    ],
)
def test_in_a_loop_it_is_a_warning(body: str) -> None:
    source = f"import httpx\ndef f(xs):\n    {body}"
    (outcome,) = judged(PerCallClient, source)
    assert outcome.severity is Severity.WARNING
    assert not outcome.advice


@pytest.mark.parametrize("path", ["src/app/cli.py", "scripts/load.py", "tests/test_f.py"])
def test_only_what_serves_requests_is_judged(path: str) -> None:
    source = "import argparse\nimport httpx\ndef f():\n    httpx.Client().get('/')"
    assert verdicts(PerCallClient, source, path=path) == []
