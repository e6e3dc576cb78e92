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

ATTRIBUTES = {
    "self.x from __init__": (
        (
            "import requests\nclass C:\n    def __init__(self):\n        self.s = requests.Session()\n"
            "    def f(self):\n        probe(self.s)"
        ),
        ("requests.Session",),
    ),
    "whatever self is called": (
        (
            "import requests\nclass C:\n    def __init__(this):\n        this.s = requests.Session()\n"
            "    def f(me):\n        probe(me.s)"
        ),
        ("requests.Session",),
    ),
    "from an annotated parameter": (
        (
            "import httpx\nclass C:\n    def __init__(self, c: httpx.Client):\n        self.c = c\n"
            "    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "from a parameter": (
        "class C:\n    def __init__(self, c):\n        self.c = c\n    def f(self):\n        probe(self.c)",
        UNKNOWN,
    ),
    "None first": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = None\n    def start(self):\n"
            "        self.c = httpx.Client()\n    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "set twice": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def swap(self, c):\n        self.c = c\n    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "set again in a closure": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def swap(self, c):\n        def g():\n            self.c = c\n        return g\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "on another class": (
        (
            "import httpx\nclass A:\n    def __init__(self):\n        self.c = httpx.Client()\nclass B:\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "in a static method": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    @staticmethod\n    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "in a class method": (
        (
            "import httpx\nclass C:\n    @classmethod\n    def start(cls):\n        cls.c = httpx.Client()\n"
            "    @classmethod\n    def f(cls):\n        probe(cls.c)"
        ),
        ("httpx.Client",),
    ),
    "in a comprehension of a method": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def f(self):\n        return [probe(self.c) for _ in x]"
        ),
        ("httpx.Client",),
    ),
    "in a nested function": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def f(self):\n        def g():\n            probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "in the class's body": (
        "import httpx\nclass C:\n    c = httpx.Client()\n    def f(self):\n        probe(self.c)",
        ("httpx.Client",),
    ),
    "declared in the class's body": (
        "import httpx\nclass C:\n    c: httpx.Client\n    def f(self):\n        probe(self.c)",
        ("httpx.Client",),
    ),
    "inherited in this module": (
        (
            "import httpx\nclass Base:\n    def __init__(self):\n        self.c = httpx.Client()\nclass C(Base):\n"
            "    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "inherited and set again": (
        (
            "import httpx\nclass Base:\n    c = httpx.Client()\nclass C(Base):\n    c = make()\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "of the class by its name": (
        "import httpx\nclass C:\n    c = httpx.Client()\nprobe(C.c)",
        ("httpx.Client",),
    ),
    "of an instance of this module's class": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\nx = C()\n"
            "probe(x.c)"
        ),
        ("httpx.Client",),
    ),
    "of an attribute's attribute": (
        (
            "import httpx\nclass A:\n    c: httpx.Client\nclass B:\n    def __init__(self, a: A):\n"
            "        self.a = a\n    def f(self):\n        probe(self.a.c)"
        ),
        ("httpx.Client",),
    ),
    "a property": (
        (
            "import httpx\nclass C:\n    @property\n    def c(self) -> httpx.Client: ...\n"
            "    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "a property with another decorator's name": (
        (
            "import httpx\nclass C:\n    @hybrid\n    def c(self) -> httpx.Client: ...\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "a member of an enumeration": (
        "import enum\nclass C(enum.Enum):\n    a = 'x'\nprobe(C.a)",
        UNKNOWN,
    ),
    "self is rebound": (
        (
            "import httpx\nclass C:\n    c: httpx.Client\n    def f(self):\n        self = x\n"
            "        probe(self.c)"
        ),
        UNKNOWN,
    ),
}

ANNOTATIONS = {
    "a name": ("requests.Session", ("requests.Session",)),
    "quoted": ("'requests.Session'", ("requests.Session",)),
    "Optional": ("Optional[requests.Session]", ("requests.Session",)),
    "Optional, quoted inside": ("Optional['requests.Session']", ("requests.Session",)),
    "typing_extensions": ("te.Annotated[requests.Session, 1]", ("requests.Session",)),
    "Annotated": ("Annotated[requests.Session, Depends(f)]", ("requests.Session",)),
    "Annotated around Optional": (
        "Annotated[Optional[requests.Session], 1]",
        ("requests.Session",),
    ),
    "a union with None": ("requests.Session | None", ("requests.Session",)),
    "None first": ("None | requests.Session", ("requests.Session",)),
    "a quoted union": ("'requests.Session | None'", ("requests.Session",)),
    "a union": ("requests.Session | httpx.Client", ("requests.Session", "httpx.Client")),
    "Union": (
        "Union[requests.Session, httpx.Client, None]",
        ("requests.Session", "httpx.Client"),
    ),
    "a union with the unknown": ("requests.Session | Whatever", UNKNOWN),
    "a generic of typing": ("Type[requests.Session]", UNKNOWN),
    "known to type checkers only": ("OnlyTyped", ("requests.Session",)),
    "an alias": ("SessionDep", ("requests.Session",)),
    "a generic's own class": ("list[requests.Session]", ("list",)),
    "Any": ("Any", UNKNOWN),
    "Callable": ("Callable[[], requests.Session]", UNKNOWN),
    "a literal": ("Literal['requests.Session']", UNKNOWN),
    "a broken string": ("'requests.('", UNKNOWN),
    "None": ("None", UNKNOWN),
    "a number": ("3", UNKNOWN),
    "the unknown": ("Whatever", UNKNOWN),
}
_HEAD = (
    "import httpx, requests\nimport typing_extensions as te\n"
    "from typing import Annotated, Any, Callable, Literal, Optional, Union\n"
    "SessionDep = Annotated[requests.Session, Depends(make)]\n"
    "import typing as t\nfrom typing import Type\nif t.TYPE_CHECKING:\n"
    "    from requests import Session as OnlyTyped\nelse:\n    OnlyTyped = object\n"
)


@pytest.mark.parametrize(
    ("source", "types"), cases({"receivers": RECEIVERS, "attributes": ATTRIBUTES})
)
def test_types(source: str, types: tuple[str, ...]) -> None:
    module = module_of(source)
    assert module.types(probed(module)) == types


@pytest.mark.parametrize(("annotation", "types"), ANNOTATIONS.values(), ids=list(ANNOTATIONS))
@pytest.mark.parametrize(
    "source",
    [
        "def f(x: {}):\n    probe(x)",
        "x: {} = given\nprobe(x)",
        "class C:\n    x: {}\n    def f(self):\n        probe(self.x)",
    ],
    ids=["parameter", "variable", "attribute"],
)
def test_annotations(source: str, annotation: str, types: tuple[str, ...]) -> None:
    module = module_of(_HEAD + source.format(annotation))
    assert module.types(probed(module)) == types


def test_an_unknown_annotation_leaves_the_value_to_speak() -> None:
    module = module_of("import requests\ns: Any = requests.Session()\nprobe(s)")
    assert module.types(probed(module)) == ("requests.Session",)


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
