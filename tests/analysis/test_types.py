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
