"""What does a call site tell of the place of a call and of its receiver? Each case asks the one call of ``probe``."""

from __future__ import annotations

import pytest
from call_sites import site

# --- surroundings


@pytest.mark.parametrize(
    ("source", "function", "owner"),
    [
        ("probe()", "", ""),
        ("def f():\n    probe()", "f", ""),
        ("class C:\n    probe()", "", "C"),
        ("class C:\n    def f(self):\n        probe()", "C.f", "C"),
        ("class C:\n    def f(self):\n        def g():\n            probe()", "C.f.g", "C"),
        ("class C:\n    def f(self):\n        return [probe() for _ in x]", "C.f", "C"),
        ("def f():\n    class C:\n        x = probe()", "f", "f.C"),
        ("class C:\n    @probe()\n    def f(self): ...", "", "C"),
        ("def f(x=probe()): ...", "", ""),
    ],
)
def test_function_and_class_around(source: str, function: str, owner: str) -> None:
    call = site(source)
    assert (call.function, call.owner) == (function, owner)


@pytest.mark.parametrize(
    ("source", "usage"),
    [
        ("probe()", "discarded"),
        ("x = probe()", "assigned"),
        ("x: int = probe()", "assigned"),
        ("if x := probe(): ...", "assigned"),
        ("def f():\n    return probe()", "returned"),
        ("def f():\n    yield probe()", "returned"),
        ("with probe() as x: ...", "entered"),
        ("f(probe())", "argument"),
        ("f(x=probe())", "argument"),
        ("probe().x", "chained"),
        ("probe()[0]", "chained"),
        ("probe()()", "other"),
        ("x = [probe()]", "other"),
        ("async def f():\n    await probe()", "discarded"),
        ("async def f():\n    x = await probe()", "assigned"),
        ("async def f():\n    return (await probe()).x", "chained"),
    ],
)
def test_usage(source: str, usage: str) -> None:
    assert site(source).usage == usage


@pytest.mark.parametrize(
    ("source", "in_async"),
    [
        ("async def f():\n    probe()", True),
        ("def f():\n    probe()", False),
        ("async def f():\n    def g():\n        probe()", False),
        ("async def f():\n    g = lambda: probe()", False),
        ("async def f():\n    [probe() for _ in x]", True),
        ("async def f():\n    class C:\n        probe()", True),
        ("@probe()\nasync def f(): ...", False),
        ("async def f(x=probe()): ...", False),
        ("async def f(x: probe()): ...", False),
        ("async def f() -> probe(): ...", False),
        ("async def f():\n    @probe()\n    def g(): ...", True),
    ],
)
def test_in_async(source: str, in_async: bool) -> None:
    assert site(source).in_async is in_async


def test_awaited() -> None:
    assert site("async def f():\n    await probe()").awaited
    assert not site("async def f():\n    await g(probe())").awaited


@pytest.mark.parametrize(
    ("source", "in_loop"),
    [
        ("for x in y:\n    probe()", True),
        ("while x:\n    probe()", True),
        ("while probe(): ...", True),
        ("for x in probe(): ...", False),
        ("for x in y: ...\nelse:\n    probe()", False),
        ("while x: ...\nelse:\n    probe()", False),
        ("[probe() for x in y]", True),
        ("{x: probe() for x in y}", True),
        ("[x for x in probe()]", False),
        ("[x for x in y if probe()]", True),
        ("[x for x in y for z in probe()]", True),
        ("for x in y:\n    def f():\n        probe()", False),
        ("async def f():\n    async for x in y:\n        probe()", True),
        ("for x in y:\n    for z in probe(): ...", True),
        ("probe()", False),
    ],
)
def test_in_loop(source: str, in_loop: bool) -> None:
    assert site(source).in_loop is in_loop


@pytest.mark.parametrize(
    ("source", "main_guard"),
    [
        ("if __name__ == '__main__':\n    probe()", True),
        ("if '__main__' == __name__:\n    probe()", True),
        ("if __name__ == '__main__': ...\nelse:\n    probe()", False),
        ("if __name__ != '__main__':\n    probe()", False),
        ("probe()", False),
    ],
)
def test_main_guard(source: str, main_guard: bool) -> None:
    assert site(source).main_guard is main_guard


@pytest.mark.parametrize(
    ("source", "guarded"),
    [
        ("def f(verify):\n    if not verify:\n        probe()", True),
        ("def f(verify):\n    return probe() if verify else None", True),
        ("if settings.debug:\n    probe()", True),
        ("class C:\n    def f(self):\n        if self.debug:\n            probe()", True),
        ("import os\nif os.getenv('DEBUG'):\n    probe()", True),
        ("import os\ndebug = os.environ['DEBUG']\nif debug:\n    probe()", True),
        ("def f(verify):\n    if verify: ...\n    else:\n        probe()", True),
        ("def f():\n    if 1 < 2:\n        probe()", False),
        ("def f(verify):\n    if probe(): ...", False),
        ("def f(verify):\n    if verify:\n        def g():\n            probe()", False),
        ("x = load()\nif x:\n    probe()", False),
        ("def f(**kwargs):\n    if kwargs:\n        probe()", True),
        ("def f(**kw):\n    x = kw.pop('x', 1)\n    if x:\n        probe()", True),
        ("def f(**kw):\n    x = kw['x']\n    if not x:\n        probe()", True),
        (
            "def f(**kw):\n    kw.setdefault('x', 1)\n    x = kw.get('x')\n    if x:\n        probe()",
            True,
        ),
        ("def f(**kw):\n    o = {'x': 1, **kw}\n    if o['x']:\n        probe()", True),
        ("def f(**kw):\n    o = {'x': 1, **load()}\n    if o['x']:\n        probe()", False),
        ("def f(**kw):\n    o = {'x': kw}\n    if o['x']:\n        probe()", False),
        ("def f(**kw):\n    x = kw.values()\n    if x:\n        probe()", False),
        ("def f(**kw):\n    x = load(**kw)\n    if x:\n        probe()", False),
        ("kw = load()\nx = kw.pop('x')\nif x:\n    probe()", False),
    ],
)
def test_guarded(source: str, guarded: bool) -> None:
    assert site(source).guarded is guarded


@pytest.mark.parametrize(
    ("source", "contexts"),
    [
        (
            "import asyncio\nasync def f():\n    async with asyncio.timeout(5):\n        probe()",
            ("asyncio.timeout",),
        ),
        ("from threading import Lock as L\nwith L():\n    probe()", ("threading.Lock",)),
        ("import a\nwith a.x(), a.y():\n    probe()", ("a.y", "a.x")),
        ("import a\nwith a.x():\n    with a.y():\n        probe()", ("a.y", "a.x")),
        ("import a\nwith a.x(), probe(): ...", ("a.x",)),
        ("import a\nwith probe(), a.x(): ...", ()),
        ("import a\nwith a.x():\n    def f():\n        probe()", ()),
        ("with unknown():\n    probe()", ()),
    ],
)
def test_contexts(source: str, contexts: tuple[str, ...]) -> None:
    assert site(source).contexts == contexts


@pytest.mark.parametrize(
    ("source", "handled"),
    [
        ("try:\n    probe()\nexcept ValueError: ...", ("ValueError",)),
        ("try:\n    probe()\nexcept (KeyError, OSError): ...", ("KeyError", "OSError")),
        ("try:\n    probe()\nexcept: ...", ("*",)),
        ("try:\n    probe()\nexcept errors(): ...", ("?",)),
        ("import x\ntry:\n    probe()\nexcept x.Error: ...", ("x.Error",)),
        ("try: ...\nexcept ValueError:\n    probe()", ()),
        ("try: ...\nexcept ValueError: ...\nelse:\n    probe()", ()),
        ("try: ...\nexcept ValueError: ...\nfinally:\n    probe()", ()),
        (
            "try:\n    try:\n        probe()\n    except KeyError: ...\nexcept OSError: ...",
            ("KeyError", "OSError"),
        ),
        ("try:\n    def f():\n        probe()\nexcept OSError: ...", ()),
    ],
)
def test_handled(source: str, handled: tuple[str, ...]) -> None:
    assert site(source).handled == handled


@pytest.mark.parametrize(
    ("source", "passed_to"),
    [
        ("import asyncio\nasyncio.wait_for(probe(), 5)", ("asyncio.wait_for",)),
        ("import asyncio\nasyncio.wait_for(fut=probe(), timeout=5)", ("asyncio.wait_for",)),
        ("import asyncio\nasyncio.wait_for(x, timeout=probe().y)", ()),
        ("probe()", ()),
    ],
)
def test_passed_to(source: str, passed_to: tuple[str, ...]) -> None:
    assert site(source).passed_to == passed_to


def test_place() -> None:
    call = site("class C:\n    def f(self):\n        return [\n            probe(1),\n        ]")
    assert call.place.scope == "C.f"
    assert call.place.location.path == "src/app/service.py"
    assert (call.place.location.line, call.place.location.column) == (4, 13)
    assert (call.place.location.end_line, call.place.location.end_column) == (4, 21)
    assert call.place.statement_line == 3


def test_columns_count_characters() -> None:
    assert site("x = 'äöü', probe(1)").place.location.column == 12


# --- receivers


def test_the_call_that_made_the_receiver() -> None:
    call = site(
        "import urllib3\npool = urllib3.PoolManager(timeout=3)\npool.request('GET', url)", "request"
    )
    assert call.target == "urllib3.PoolManager.request"
    assert call.receiver.call == "urllib3.PoolManager"
    assert call.receiver.keyword("timeout").literal == 3


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("import x\nx.C(1).probe()", "x.C"),
        (
            "import x\nclass A:\n    def __init__(self):\n        self.c = x.C(1)\n    def f(self):\n        self.c.probe()",
            "x.C",
        ),
        ("import x\nc = None\nc = x.C(1)\nc.probe()", "x.C"),
        ("import x\na = x.C(1)\nb = a\nb.probe()", "x.C"),
        ("import x\nc = x.C(1)\nc = x.C(2)\nc.probe()", ""),
        ("import x\ndef f(c: x.C):\n    c.probe()", ""),
        ("import x\nfor c in x.C(1):\n    c.probe()", ""),
        ("a = b\nb = a\na.probe()", ""),
        ("probe()", ""),
    ],
)
def test_the_receiver_is_told_when_it_is_one(source: str, made: str) -> None:
    receiver = site(source).receiver
    assert receiver.call == made
    assert receiver.given is bool(made)


def test_other_uses_of_the_receiver() -> None:
    call = site("c = make()\nc.open()\nc.size = 3\nc.probe()\nd.close()")
    assert call.receiver_uses == {"open", "size", "probe"}


@pytest.mark.parametrize(
    ("change", "customised"),
    [
        ("", False),
        ("s.headers = {'a': 'b'}", False),
        ("s.verify = load()", False),
        ("s.mount('https://', requests.adapters.HTTPAdapter(max_retries=3))", False),
        ("a = requests.adapters.HTTPAdapter()\ns.mount('https://', a)", False),
        ("s.mount('https://', TimeoutAdapter())", True),
        ("s.mount('https://', adapter)", True),
        ("s.request = functools.partial(s.request, timeout=5)", True),
        ("s.request = lambda *args: None", True),
        ("def wrapped(): ...\ns.request = wrapped", True),
        ("requests.Session.send = lambda *args: None", True),
        ("def mount(session):\n    session.mount('https://', TimeoutAdapter())", True),
        ("app = starlette.Starlette()\napp.mount('/static', files)", False),
    ],
)
def test_customised(change: str, customised: bool) -> None:
    source = f"import functools, requests, starlette\ns = requests.Session()\n{change}\ns.get(url)"
    assert site(source, "get").customised is customised
