"""Of which class is a value? Each case asks ``probe(<expression>)`` of a small module."""

from __future__ import annotations

import pytest
from modules import UNKNOWN, cases, module_of, probed

RECEIVERS = {
    "assigned in the function": (
        "import requests\ndef f():\n    s = requests.Session()\n    probe(s)",
        ("requests.Session",),
    ),
    "assigned at module level": (
        "from requests import Session\ns = Session()\ndef f():\n    probe(s)",
        ("requests.Session",),
    ),
    "the call itself": ("import requests\nprobe(requests.Session())", ("requests.Session",)),
    "a factory of the library": (
        "import requests\ns = requests.session()\nprobe(s)",
        ("requests.Session",),
    ),
    "a chain of factories": (
        "import sqlite3\nprobe(sqlite3.connect(p).cursor())",
        ("sqlite3.Cursor",),
    ),
    "handed on": (
        "import requests\ns = requests.Session()\nt = s\nprobe(t)",
        ("requests.Session",),
    ),
    "two targets": ("import requests\ns = t = requests.Session()\nprobe(t)", ("requests.Session",)),
    "rebound to the unknown": (
        "import requests\ns = requests.Session()\ns = wrap(s)\nprobe(s)",
        UNKNOWN,
    ),
    "rebound by +=": ("import requests\ns = requests.Session()\ns += x\nprobe(s)", UNKNOWN),
    "None first": (
        "import requests\ns = None\ndef f():\n    global s\n    s = requests.Session()\n    probe(s)",
        ("requests.Session",),
    ),
    "only None": ("s = None\nprobe(s)", UNKNOWN),
    "deleted afterwards": (
        "import requests\ns = requests.Session()\nprobe(s)\ndel s",
        ("requests.Session",),
    ),
    "a union of branches": (
        "import requests, httpx\nif x:\n    s = requests.Session()\nelse:\n    s = httpx.Client()\nprobe(s)",
        ("requests.Session", "httpx.Client"),
    ),
    "a ternary": (
        "import requests, httpx\ns = requests.Session() if x else httpx.Client()\nprobe(s)",
        ("requests.Session", "httpx.Client"),
    ),
    "a ternary with None": (
        "import requests\ns = requests.Session() if x else None\nprobe(s)",
        ("requests.Session",),
    ),
    "a ternary with the unknown": (
        "import requests\ns = requests.Session() if x else make()\nprobe(s)",
        UNKNOWN,
    ),
    "or": (
        (
            "import requests\ndef f(given: requests.Session | None):\n    s = given or requests.Session()\n"
            "    probe(s)"
        ),
        ("requests.Session",),
    ),
    "or with the unknown": (
        "import requests\ndef f(given):\n    s = given or requests.Session()\n    probe(s)",
        UNKNOWN,
    ),
    "walrus": (
        "import requests\nif s := requests.Session():\n    probe(s)",
        ("requests.Session",),
    ),
    "walrus in place": ("import requests\nprobe((s := requests.Session()))", ("requests.Session",)),
    "with": (
        "import httpx\nwith httpx.Client() as c:\n    probe(c)",
        ("httpx.Client",),
    ),
    "async with": (
        "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n        probe(s)",
        ("aiohttp.ClientSession",),
    ),
    "with, to another class": (
        "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n    probe(d)",
        ("str",),
    ),
    "with a transaction": (
        "import sqlalchemy\ne = sqlalchemy.create_engine(url)\nwith e.begin() as c:\n    probe(c)",
        ("sqlalchemy.Connection",),
    ),
    "with a request": (
        (
            "import aiohttp\nasync def f(s: aiohttp.ClientSession):\n    async with s.get(url) as r:\n"
            "        probe(r)"
        ),
        ("aiohttp.ClientResponse",),
    ),
    "with closing": (
        "import sqlite3\nfrom contextlib import closing\nwith closing(sqlite3.connect(p)) as c:\n    probe(c)",
        ("sqlite3.Connection",),
    ),
    "with closing the unknown": (
        "from contextlib import closing\nwith closing(connect()) as c:\n    probe(c)",
        UNKNOWN,
    ),
    "async with aclosing": (
        (
            "import contextlib, httpx\nasync def f():\n    c = httpx.AsyncClient()\n"
            "    async with contextlib.aclosing(c) as d:\n        probe(d)"
        ),
        ("httpx.AsyncClient",),
    ),
    "an exit stack": (
        (
            "import contextlib, httpx\nwith contextlib.ExitStack() as stack:\n"
            "    c = stack.enter_context(httpx.Client())\n    probe(c)"
        ),
        ("httpx.Client",),
    ),
    "an asynchronous exit stack": (
        (
            "import contextlib, httpx\nasync def f():\n    async with contextlib.AsyncExitStack() as stack:\n"
            "        c = await stack.enter_async_context(httpx.AsyncClient())\n        probe(c)"
        ),
        ("httpx.AsyncClient",),
    ),
    "another stack's method": (
        "import httpx\ndef f(stack):\n    c = stack.enter_context(httpx.Client())\n    probe(c)",
        UNKNOWN,
    ),
    "with a class that enters to itself": (
        "class C:\n    def __enter__(self):\n        return self\nwith C() as c:\n    probe(c)",
        ("app.service.C",),
    ),
    "with a class that enters to another": (
        (
            "import httpx\nclass C:\n    def __enter__(self) -> httpx.Client: ...\n"
            "    async def __aenter__(self):\n        return make()\nwith C() as c:\n    probe(c)"
        ),
        ("httpx.Client",),
    ),
    "with a class that enters to the unknown": (
        "class C:\n    def __enter__(self):\n        return make()\nwith C() as c:\n    probe(c)",
        UNKNOWN,
    ),
    "with a class of another module": (
        "from app.client import Client\nwith Client() as c:\n    probe(c)",
        UNKNOWN,
    ),
    "with a generator made a context manager": (
        (
            "import contextlib, httpx\n@contextlib.contextmanager\ndef make():\n    c = httpx.Client()\n"
            "    yield c\nwith make() as c:\n    probe(c)"
        ),
        ("httpx.Client",),
    ),
    "with an annotated context manager": (
        (
            "import contextlib, httpx\nfrom collections.abc import Iterator\n@contextlib.contextmanager\n"
            "def make() -> Iterator[httpx.Client]: ...\nwith make() as c:\n    probe(c)"
        ),
        ("httpx.Client",),
    ),
    "with into a tuple": ("import x\nwith x.Pair() as (a, b):\n    probe(a)", UNKNOWN),
    "awaited": (
        "import asyncpg\nasync def f():\n    p = await asyncpg.Pool()\n    probe(p)",
        ("asyncpg.Pool",),
    ),
    "a loop variable": ("for s in [1]:\n    probe(s)", UNKNOWN),
    "unpacking": ("import requests\ns, t = requests.Session(), 1\nprobe(s)", UNKNOWN),
    "an element": ("import requests\ns = [requests.Session()]\nprobe(s[0])", UNKNOWN),
    "a parameter": ("def f(s):\n    probe(s)", UNKNOWN),
    "a parameter's default says little": (
        "import requests\ndef f(s=requests.Session()):\n    probe(s)",
        UNKNOWN,
    ),
    "a function that nobody knows": ("from x import make\ns = make()\nprobe(s)", UNKNOWN),
    "an annotated function of this module": (
        "import requests\ndef make() -> requests.Session: ...\nprobe(make())",
        ("requests.Session",),
    ),
    "an annotated coroutine of this module": (
        "import httpx\nasync def make() -> httpx.AsyncClient: ...\nasync def f():\n    probe(await make())",
        ("httpx.AsyncClient",),
    ),
    "a decorated function may return anything": (
        "import requests\n@cached\ndef make() -> requests.Session: ...\nprobe(make())",
        UNKNOWN,
    ),
    "a function without an annotation": (
        "import requests\ndef make():\n    s = requests.Session()\n    return s\nprobe(make())",
        ("requests.Session",),
    ),
    "a function that returns one of two": (
        (
            "import requests, httpx\ndef make(x):\n    if x:\n        return requests.Session()\n"
            "    return httpx.Client()\nprobe(make(1))"
        ),
        ("requests.Session", "httpx.Client"),
    ),
    "a function that may return nothing": (
        "import requests\ndef make(x):\n    if x:\n        return requests.Session()\n    return None\nprobe(make(1))",
        ("requests.Session",),
    ),
    "a function that may return anything": (
        "import requests\ndef make(x):\n    if x:\n        return requests.Session()\n    return x\nprobe(make(1))",
        UNKNOWN,
    ),
    "what a nested function returns is another thing": (
        "import requests\ndef make():\n    def f():\n        return requests.Session()\nprobe(make())",
        UNKNOWN,
    ),
    "a generator": (
        "import requests\ndef make():\n    yield 1\n    return requests.Session()\nprobe(make())",
        UNKNOWN,
    ),
    "functions that call each other": (
        "def f():\n    return g()\ndef g():\n    return f()\nprobe(f())",
        UNKNOWN,
    ),
    "a method": (
        (
            "import requests\nclass C:\n    def make(self):\n        return requests.Session()\n"
            "    def f(self):\n        probe(self.make())"
        ),
        ("requests.Session",),
    ),
    "a fluent method": (
        "class C:\n    def ready(self):\n        return self\nprobe(C().ready())",
        ("app.service.C",),
    ),
    "Self": (
        "from typing import Self\nclass C:\n    def ready(self) -> Self: ...\nprobe(C().ready())",
        ("app.service.C",),
    ),
    "a class method that builds": (
        "class C:\n    @classmethod\n    def build(cls):\n        return cls()\nprobe(C.build())",
        ("app.service.C",),
    ),
    "a cached function": (
        "import functools, requests\n@functools.cache\ndef make():\n    return requests.Session()\nprobe(make())",
        ("requests.Session",),
    ),
    "a factory of sessions": (
        "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker(engine)\nprobe(make())",
        ("sqlalchemy.orm.Session",),
    ),
    "the results of a session": (
        "from sqlalchemy.orm import Session\ndef f(db: Session):\n    r = db.execute(q)\n    probe(r.unique().scalars())",
        ("sqlalchemy.ScalarResult",),
    ),
    "the results of an asynchronous session": (
        (
            "from sqlalchemy.ext.asyncio import AsyncSession\nasync def f(db: AsyncSession):\n"
            "    probe((await db.execute(q)).mappings())"
        ),
        ("sqlalchemy.MappingResult",),
    ),
    "a function that declares nothing": (
        "from typing import Any\nimport requests\ndef make() -> Any:\n    return requests.Session()\nprobe(make())",
        ("requests.Session",),
    ),
    "a function that declares nothing, in quotes": (
        "import typing as t, requests\ndef make() -> 't.Any':\n    return requests.Session()\nprobe(make())",
        ("requests.Session",),
    ),
    "a function that declares nothing and gives two things": (
        (
            "from typing import Any\nimport requests\ndef make() -> Any:\n    if x:\n        return load()\n"
            "    return requests.Session()\nprobe(make())"
        ),
        UNKNOWN,
    ),
    "a function that declares something else": (
        "import requests\ndef make() -> object:\n    return requests.Session()\nprobe(make().get)",
        UNKNOWN,
    ),
    "a factory of sessions, twice called": (
        "from sqlalchemy.ext.asyncio import async_sessionmaker\nprobe(async_sessionmaker(engine)())",
        ("sqlalchemy.ext.asyncio.AsyncSession",),
    ),
    "an instance that is called": ("import requests\nprobe(requests.Session()())", UNKNOWN),
    "a partial that is called": (
        "import functools, requests\nmake = functools.partial(requests.Session)\nprobe(make())",
        ("requests.Session",),
    ),
    "a class of this module": ("class C: ...\nprobe(C())", ("app.service.C",)),
    "a lower-case class of this module": ("class c: ...\nprobe(c())", ("app.service.c",)),
    "an instance of the library": ("from flask import request\nprobe(request)", ("flask.Request",)),
    "an imported name is no instance": ("import requests\nprobe(requests)", UNKNOWN),
    "a literal": ("probe('x')", ("str",)),
    "an f-string": ("probe(f'{x}')", ("str",)),
    "a list": ("x = []\nprobe(x)", ("list",)),
    "a dict": ("x = {}\nprobe(x)", ("dict",)),
    "a type parameter": ("def f(x):\n    T = TypeVar('T')\n    y: T = x\n    probe(y)", UNKNOWN),
}


@pytest.mark.parametrize(("source", "types"), cases({"receivers": RECEIVERS}))
def test_types(source: str, types: tuple[str, ...]) -> None:
    module = module_of(source)
    assert module.types(probed(module)) == types


METHODS = {
    "of a module's variable": (
        "import requests\ns = requests.Session()\nprobe(s.get)",
        ("requests.Session.get",),
    ),
    "of an attribute": (
        (
            "import requests\nclass C:\n    def __init__(self):\n        self.s = requests.Session()\n"
            "    def f(self):\n        probe(self.s.get)"
        ),
        ("requests.Session.get",),
    ),
    "of a call": ("import requests\nprobe(requests.Session().get)", ("requests.Session.get",)),
    "bound to a name": (
        "import requests\nget = requests.Session().get\nprobe(get)",
        ("requests.Session.get",),
    ),
    "of a library's instance": (
        "from flask import request\nprobe(request.get_json)",
        ("flask.Request.get_json",),
    ),
    "of an unknown receiver": ("def f(s):\n    probe(s.get)", UNKNOWN),
    "of another module's variable": ("from app.http import s\nprobe(s.get)", ("app.http.s.get",)),
    "of several receivers": (
        "import requests, httpx\ns = requests.Session() if x else httpx.Client()\nprobe(s.get)",
        ("requests.Session.get", "httpx.Client.get"),
    ),
}


@pytest.mark.parametrize(("source", "names"), cases({"methods": METHODS}))
def test_methods(source: str, names: tuple[str, ...]) -> None:
    module = module_of(source)
    assert module.names(probed(module)) == names
