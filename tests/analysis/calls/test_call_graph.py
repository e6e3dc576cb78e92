"""Definite edges between first-party functions."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from call_graphs import SERVICE, graph_of
from modules import facts_of, module_of

from archcheck.analysis.calls.graph import CallGraph
from archcheck.analysis.collect import collect
from archcheck.analysis.names.linker import Linker
from archcheck.model import Role


def edges(
    service: str, others: Mapping[str, str] | None = None, roles: Mapping[str, Role] | None = None
) -> list[str]:
    """The functions that ``start``, or ``A.start``, of ``app/service.py`` surely runs."""
    modules = facts_of({"app/service.py": service, **(others or {})}, roles=roles)
    graph, module = graph_of(modules), modules[SERVICE]
    (start,) = (each for each in module.functions if each.qualname.endswith("start"))
    found = [graph.callee(call, module) for call in start.followed]
    return [f"{each.module.name}.{each.fact.qualname}" for each in found if each is not None]


OTHER = {"app/other.py": "def run(): ...\nasync def arun(): ...\nclass A:\n    def f(self): ..."}
FUNCTIONS = {
    "of the module": ("def f(): ...\ndef start():\n    f()", {}, "app.service.f"),
    "nested": ("def start():\n    def f(): ...\n    f()", {}, "app.service.start.f"),
    "itself": ("def start():\n    start()", {}, "app.service.start"),
    "imported": ("from app.other import run\ndef start():\n    run()", OTHER, "app.other.run"),
    "by another name": (
        "from .other import run as r\ndef start():\n    r()",
        OTHER,
        "app.other.run",
    ),
    "of an imported module": (
        "import app.other as o\ndef start():\n    o.run()",
        OTHER,
        "app.other.run",
    ),
    "imported inside": (
        "def start():\n    from app.other import run\n    run()",
        OTHER,
        "app.other.run",
    ),
    "re-exported": (
        "from app.api import run\ndef start():\n    run()",
        {**OTHER, "app/api/__init__.py": "from app.other import run"},
        "app.other.run",
    ),
    "named twice": (
        "from app.other import run\nwork = run\ndef start():\n    work()",
        OTHER,
        "app.other.run",
    ),
    "on a condition": (
        "from app.other import run\ndef start(x):\n    if x:\n        run()",
        OTHER,
        "app.other.run",
    ),
    "retried": (
        "import tenacity\n@tenacity.retry\ndef f(): ...\ndef start():\n    f()",
        {},
        "app.service.f",
    ),
}
NO_FUNCTIONS = {
    "passed on": "from app.other import run\ndef start(g):\n    g(run)",
    "partial that nobody calls": (
        "from functools import partial\nfrom app.other import run\ndef start():\n    return partial(run)"
    ),
    "parameter": "def start(run):\n    run()",
    "of a library": "import time\ndef start():\n    time.sleep(1)",
    "missing": "from app.other import missing\ndef start():\n    missing()",
    "defined twice": "if x:\n    def f(): ...\nelse:\n    def f(): ...\ndef start():\n    f()",
    "replaced": "def f(): ...\nf = wrap(f)\ndef start():\n    f()",
    "decorated": "@wrap\ndef f(): ...\ndef start():\n    f()",
    "one of two": (
        "try:\n    from app.other import run\nexcept ImportError:\n    from app.more import run\n"
        "def start():\n    run()"
    ),
    "result of a call": "def f(): ...\ndef start():\n    f()()",
}
HAND_OVERS = {
    "to_thread": "import asyncio\nasync def start():\n    await asyncio.to_thread(run)",
    "run_in_executor": "async def start(loop):\n    await loop.run_in_executor(None, run)",
    "run_in_executor, lambda": (
        "async def start(loop):\n    await loop.run_in_executor(None, lambda: run())"
    ),
    "run_in_executor, partial": (
        "from functools import partial\nasync def start(loop):\n"
        "    await loop.run_in_executor(None, partial(run, 1))"
    ),
    "run_in_threadpool": (
        "from starlette.concurrency import run_in_threadpool\nasync def start():\n"
        "    await run_in_threadpool(run)"
    ),
    "anyio": "import anyio\nasync def start():\n    await anyio.to_thread.run_sync(run)",
    "trio": "import trio\nasync def start():\n    await trio.to_thread.run_sync(run)",
    "asyncer": "from asyncer import asyncify\nasync def start():\n    await asyncify(run)()",
    "asgiref": (
        "from asgiref.sync import sync_to_async\nasync def start():\n    await sync_to_async(run)()"
    ),
    "asgiref, by name": (
        "from asgiref.sync import sync_to_async\narun = sync_to_async(run)\n"
        "async def start():\n    await arun()"
    ),
    "asgiref, decorator": (
        "from asgiref.sync import sync_to_async\n@sync_to_async\ndef f(): ...\n"
        "async def start():\n    await f()"
    ),
    "submit": "def start(executor):\n    executor.submit(run)",
    "Thread": "import threading\ndef start():\n    threading.Thread(target=run).start()",
}
MODES = {
    "awaited": ("async def f(): ...\nasync def start():\n    await f()", True),
    "task": (
        "import asyncio\nasync def f(): ...\nasync def start():\n    asyncio.create_task(f())",
        True,
    ),
    "run from outside": (
        "import asyncio\nasync def f(): ...\ndef start():\n    asyncio.run(f())",
        True,
    ),
    "not awaited": ("async def f(): ...\nasync def start():\n    return f()", False),
    "from a function that cannot": ("async def f(): ...\ndef start():\n    f()", False),
    "iterated": ("def f():\n    yield\ndef start():\n    for x in f(): ...", True),
    "collected": ("def f():\n    yield\ndef start():\n    list(f())", True),
    "delegated to": ("def f():\n    yield\ndef start():\n    yield from f()", True),
    "not iterated": ("def f():\n    yield\ndef start():\n    return f()", False),
    "awaited generator": ("async def f():\n    yield\nasync def start():\n    await f()", False),
    "iterated asynchronously": (
        "async def f():\n    yield\nasync def start():\n    async for x in f(): ...",
        True,
    ),
    "entered": (
        "import contextlib as c\n@c.contextmanager\ndef f():\n    yield\n"
        "def start():\n    with f(): ...",
        True,
    ),
    "not entered": (
        "import contextlib as c\n@c.contextmanager\ndef f():\n    yield\ndef start():\n    f()",
        False,
    ),
    "function, whatever becomes of its result": (
        "def f(): ...\ndef start():\n    for x in f(): ...",
        True,
    ),
}


@pytest.mark.parametrize(("source", "others", "callee"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_function(source: str, others: Mapping[str, str], callee: str) -> None:
    assert edges(source, others) == [callee]


@pytest.mark.parametrize("source", NO_FUNCTIONS.values(), ids=NO_FUNCTIONS)
def test_no_function(source: str) -> None:
    others = {**OTHER, "app/more.py": "def run(): ..."}
    assert [each for each in edges(source, others) if each != "app.service.f"] == []


@pytest.mark.parametrize("source", HAND_OVERS.values(), ids=HAND_OVERS)
def test_handed_over_is_not_called(source: str) -> None:
    assert edges(f"from app.other import run\n{source}", OTHER) == []


@pytest.mark.parametrize(("source", "runs"), MODES.values(), ids=MODES)
def test_way_of_calling(source: str, runs: bool) -> None:
    assert edges(source) == (["app.service.f"] if runs else [])


BASE = {"app/base.py": "class Base:\n    def f(self): ...\n    def __init__(self): ..."}
METHODS = {
    "own": (
        "class A:\n    def f(self): ...\n    def start(self):\n        self.f()",
        "service.A.f",
    ),
    "inherited": (
        "from app.base import Base\nclass A(Base):\n    def start(self):\n        self.f()",
        "base.Base.f",
    ),
    "class method": (
        "class A:\n    @classmethod\n    def f(cls): ...\n    @classmethod\n    def start(cls):\n"
        "        cls.f()",
        "service.A.f",
    ),
    "of the class": ("from app.base import Base\ndef start():\n    Base.f(1)", "base.Base.f"),
    "of an instance": (
        "from app.base import Base\ndef start(b: Base):\n    b.f()",
        "base.Base.f",
    ),
    "of an instance at module level": (
        "from app.held import base\ndef start():\n    base.f()",
        "base.Base.f",
    ),
    "of an attribute": (
        "from app.base import Base\nclass A:\n    def __init__(self, b: Base):\n        self.b = b\n"
        "    def start(self):\n        self.b.f()",
        "base.Base.f",
    ),
    "overridden above": (
        "from app.base import Base\nclass A(Base):\n    def f(self): ...\n    def start(self):\n"
        "        self.f()",
        "service.A.f",
    ),
    "before a foreign base": (
        "import lib\nfrom app.base import Base\nclass A(Base, lib.X):\n    def start(self):\n"
        "        self.f()",
        "base.Base.f",
    ),
    "overridden by a test": (
        "class A:\n    def f(self): ...\n    def start(self):\n        self.f()",
        "service.A.f",
    ),
    "constructor": ("from app.base import Base\ndef start():\n    Base()", "base.Base.__init__"),
    "inherited constructor": (
        "from app.base import Base\nclass A(Base): ...\ndef start():\n    A()",
        "base.Base.__init__",
    ),
    "constructor of its own in a dataclass": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    def __init__(self): ...\n"
        "def start():\n    A()",
        "service.A.__init__",
    ),
    "behind its own": (
        "from app.base import Base\nclass A(Base):\n    def f(self): ...\n    def start(self):\n"
        "        super().f()",
        "base.Base.f",
    ),
    "behind its own, spelt out": (
        "class A:\n    def f(self): ...\nclass B(A):\n    def f(self): ...\n    def start(self):\n"
        "        super(B, self).f()",
        "service.A.f",
    ),
    "behind an heir's base": (
        "import abc\nfrom app.base import Base\nclass Mid(Base, abc.ABC): ...\nclass A(Mid):\n"
        "    async def start(self):\n        super().f()\nclass B(A):\n    def f(self): ...",
        "base.Base.f",
    ),
    "constructor behind its own": (
        "from app.base import Base\nclass A(Base):\n    def __init__(self):\n        self.start()\n"
        "    def start(self):\n        super().__init__()",
        "base.Base.__init__",
    ),
    "abstract class": (
        "import abc\nclass A(metaclass=abc.ABCMeta):\n    def __init__(self): ...\n"
        "def start():\n    A()",
        "service.A.__init__",
    ),
}
NO_METHODS = {
    "overridden below": (
        "class A:\n    def f(self): ...\n    def start(self):\n        self.f()\n"
        "class B(A):\n    def f(self): ..."
    ),
    "unknown receiver": "def start(b):\n    b.f()",
    "foreign base first": (
        "import lib\nfrom app.base import Base\nclass A(lib.X, Base):\n    def start(self):\n"
        "        self.f()"
    ),
    "attribute": (
        "class A:\n    def __init__(self, f):\n        self.f = f\n    def start(self):\n"
        "        self.f()"
    ),
    "attribute in place of a method": (
        "class A:\n    def f(self): ...\n    def start(self, f):\n        self.f = f\n"
        "        self.f()"
    ),
    "property": (
        "class A:\n    @property\n    def f(self): ...\n    def start(self):\n        self.f()"
    ),
    "class without a constructor": "class A: ...\ndef start():\n    A()",
    "constructor of a foreign base": "import lib\nclass A(lib.X): ...\ndef start():\n    A()",
    "metaclass": (
        "class Meta(type): ...\nclass A(metaclass=Meta):\n    def __init__(self): ...\n"
        "def start():\n    A()"
    ),
    "decorated class": ("@single\nclass A:\n    def __init__(self): ...\ndef start():\n    A()"),
    "generated constructor": (
        "import dataclasses\nfrom app.base import Base\n@dataclasses.dataclass\nclass A(Base): ...\n"
        "def start():\n    A()"
    ),
    "class that makes its own instances": (
        "class A:\n    def __new__(cls): ...\n    def __init__(self): ...\ndef start():\n    A()"
    ),
    "behind a foreign base": (
        "import lib\nfrom app.base import Base\nclass A(lib.X, Base):\n    def start(self):\n"
        "        super().f()"
    ),
    "behind an unknown base": (
        "from app.base import Base\nclass A(make(), Base):\n    def start(self):\n        super().f()"
    ),
    "behind an heir's other base": (
        "from app.base import Base\nclass Other(Base):\n    def f(self): ...\nclass A(Base):\n"
        "    def start(self):\n        super().f()\nclass B(A, Other): ..."
    ),
    "an attribute behind its own": (
        "class Base:\n    f = make()\nclass A(Base):\n    def start(self):\n        super().f()"
    ),
    "super of another name": (
        "from app.base import Base\nfrom lib import super\nclass A(Base):\n    def start(self):\n"
        "        super().f()"
    ),
    "super of another class": (
        "from app.base import Base\nclass A(Base): ...\nclass B(A):\n    def start(self):\n"
        "        super(A, self).f()"
    ),
    "super in a function of a method": (
        "from app.base import Base\nclass A(Base):\n    def start(self):\n        return lambda: super().f()"
    ),
    "instance that is called": "from app.base import Base\ndef start(b: Base):\n    b()",
}
AROUND = {
    **BASE,
    "app/held.py": "from app.base import Base\nbase = Base()",
    "tests/test_service.py": ("from app.service import A\nclass Fake(A):\n    def f(self): ..."),
}


@pytest.mark.parametrize(("source", "callee"), METHODS.values(), ids=METHODS)
def test_method(source: str, callee: str) -> None:
    assert edges(source, AROUND, {"tests/test_service.py": Role.TEST}) == [f"app.{callee}"]


@pytest.mark.parametrize("source", NO_METHODS.values(), ids=NO_METHODS)
def test_no_method(source: str) -> None:
    assert edges(source, AROUND, {"tests/test_service.py": Role.TEST}) == []


def test_method_overridden_in_another_module_is_not_definite() -> None:
    source = "class A:\n    def f(self): ...\n    def start(self):\n        self.f()"
    heir = "from app.service import A\nclass B(A):\n    def f(self): ..."
    assert edges(source, {"app/heir.py": heir}) == []


def test_files_that_nobody_can_import_know_their_own_functions() -> None:
    source = "def f(): ...\nclass A:\n    def g(self):\n        f()\n        self.h()\n    def h(self): ..."
    modules = [
        collect(module_of(source, path=path, name=name))
        for path, name in (("my-app/a.py", ""), ("my-app/b.py", ""), ("twin/service.py", SERVICE))
    ]
    importable = collect(module_of("def f(): ...", path="src/app/service.py"))
    graph = CallGraph([importable, *modules], Linker({SERVICE: importable}))
    for module in modules:
        (method,) = (each for each in module.functions if each.qualname == "A.g")
        found = [graph.callee(call, module) for call in method.followed]
        assert [each.key for each in found if each is not None] == [
            (module.path, "f"),
            (module.path, "A.h"),
        ]
