"""What does a call site tell of a call? Each case asks the module's one call of ``probe``."""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.calls.site import CallSite, Value


def site(source: str, method: str = "probe") -> CallSite:
    """The site of the one call whose callee is, or ends in, ``method``."""
    module = module_of(source)
    (call,) = (
        node
        for node in module.nodes(ast.Call)
        if (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        == method
    )
    return module.call_site(call, module.resolve(call.func) or method)


# --- arguments


def test_an_argument_is_found_by_name_and_by_position() -> None:
    call = site("probe(1, 'two', timeout=3)")
    assert call.argument("url", 0).literal == 1
    assert call.argument("data", 1).string == "two"
    assert call.argument("timeout", 9).literal == 3


def test_a_name_wins_over_a_position() -> None:
    assert site("probe(1, timeout=3)").argument("timeout", 0).literal == 3


def test_what_is_not_passed_is_absent() -> None:
    call = site("probe(1)")
    assert call.argument("timeout").absent
    assert call.argument("timeout", 1).absent


def test_star_hides_what_comes_after_it() -> None:
    call = site("probe(1, *rest, 5)")
    assert call.argument("url", 0).literal == 1
    assert call.argument("timeout", 1).unknown
    assert call.argument("timeout").absent


def test_double_star_hides_every_name() -> None:
    call = site("probe(1, **options)")
    assert call.argument("timeout").unknown
    assert call.argument("timeout", 3).unknown
    assert call.argument("url", 0).literal == 1


def test_a_name_beside_double_star_is_seen() -> None:
    assert site("probe(timeout=3, **options)").argument("timeout").literal == 3


@pytest.mark.parametrize(
    ("bound", "given"),
    [
        ("partial(probe, timeout=3)", 3),
        ("partial(probe, None, 4, timeout=3)", 3),
        ("partial(partial(probe, timeout=3), 1)", 3),
        ("partial(partial(probe, timeout=3), timeout=4)", 4),
    ],
)
def test_a_partial_binds_keywords(bound: str, given: int) -> None:
    call = site(f"from functools import partial\ndef probe(): ...\ncall = {bound}\ncall(1)", "call")
    assert call.target == "app.service.probe"
    assert call.argument("timeout").literal == given


def test_a_call_has_the_last_word_over_a_partial() -> None:
    head = "from functools import partial\ndef probe(): ...\n"
    call = site(f"{head}call = partial(probe, 1, timeout=3)\ncall(2, timeout=9)", "call")
    assert call.argument("timeout").literal == 9
    assert [value.literal for value in call.arguments] == [1, 2]


@pytest.mark.parametrize(("stars", "unknown"), [("**options", "timeout"), ("*rest", "url")])
def test_a_partial_may_hide_arguments(stars: str, unknown: str) -> None:
    call = site(
        f"from functools import partial\ndef probe(): ...\ncall = partial(probe, {stars})\ncall(2)",
        "call",
    )
    assert call.argument(unknown, 0 if unknown == "url" else 5).unknown


# --- values


@pytest.mark.parametrize(
    ("source", "literal"),
    [("None", None), ("False", False), ("0", 0), ("-1", -1), ("-1.5", -1.5), ("b'x'", b"x")],
)
def test_a_constant(source: str, literal: object) -> None:
    value = site(f"probe({source})").argument("x", 0)
    assert value.is_literal
    assert value.literal == literal
    assert type(value.literal) is type(literal)


def test_none_true_and_false_are_told_apart_from_other_falsehoods() -> None:
    none, false, true, zero = site("probe(None, False, True, 0)").arguments
    assert (none.is_none, none.is_false) == (True, False)
    assert (false.is_false, false.is_none) == (True, False)
    assert true.is_true
    assert not (zero.is_false)
    assert not (zero.is_none)
    assert not (zero.is_true)


def test_absent_is_not_none() -> None:
    assert not site("probe()").argument("timeout", 0).is_none


def test_a_name_keeps_what_it_stands_for() -> None:
    value = site("import ssl\nprobe(ssl.CERT_NONE)").argument("x", 0)
    assert value.names == ("ssl.CERT_NONE",)
    assert not value.is_literal


def test_a_call_keeps_its_callee_and_arguments() -> None:
    value = site("import httpx\nprobe(httpx.Timeout(None, connect=5))").argument("x", 0)
    assert value.call == "httpx.Timeout"
    assert value.items[0].is_none
    assert value.keyword("connect").literal == 5
    assert value.keyword("read").absent


def test_a_display_keeps_its_items() -> None:
    value = site("probe((3, None))").argument("x", 0)
    assert [item.literal for item in value.items] == [3, None]


def test_a_dict_keeps_its_literal_keys() -> None:
    value = site("probe({'verify': False, key: 1, **more})").argument("x", 0)
    assert value.keyword("verify").is_false
    assert len(value.pairs) == 1


def test_depth_is_bounded() -> None:
    value = site("probe([[[[1]]]])").argument("x", 0)
    depth = 0
    while value.items:
        value, depth = value.items[0], depth + 1
    assert depth == 3
    assert value == Value("given", text="list")


def test_the_text_quotes_no_string() -> None:
    call = site("probe('s3cret', token=('s3cret',))")
    assert "s3cret" not in call.argument("x", 0).text
    assert "s3cret" not in call.argument("token").text
    assert "s3cret" not in call.place.subject


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
