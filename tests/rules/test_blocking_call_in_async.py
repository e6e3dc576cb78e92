"""ARC1101: async functions that hold up the event loop."""

from __future__ import annotations

import pytest
from judging import ADVICE, BAD, OK, judged, verdicts

from archcheck.model import Kind, Verdict
from archcheck.rule import Example
from archcheck.rules.performance.blocking_call_in_async import BlockingCallInAsync
from archcheck.testing import check


def test_one_outcome_for_each_async_function_that_calls_anything() -> None:
    source = """
        import asyncio, time
        async def blocked():
            print()
            time.sleep(1)
        async def free():
            await asyncio.sleep(1)
        async def silent():
            return 1
        def synchronous():
            time.sleep(1)
        class A:
            async def blocked(self):
                time.sleep(1)
    """
    assert verdicts(BlockingCallInAsync, source) == [(5, BAD), (6, OK), (14, BAD)]


def test_the_first_blocking_call_is_the_place_and_the_others_are_in_the_trace() -> None:
    source = """
        import subprocess, time
        async def f():
            subprocess.run(["x"])
            for _ in range(3):
                time.sleep(1)
    """
    (outcome,) = judged(BlockingCallInAsync, source)
    assert outcome.message == "`subprocess.run` blocks the event loop"
    assert [(step.line, step.text) for step in outcome.trace] == [(6, "`time.sleep` blocks it too")]


def test_an_indirect_call_shows_its_chain() -> None:
    source = """
        import requests
        class Stock:
            async def reserve(self):
                self._reserve()
            def _reserve(self):
                self._put()
            def _put(self):
                requests.put("x", timeout=5)
    """
    (outcome,) = judged(BlockingCallInAsync, source)
    assert outcome.place.location.line == 5
    assert outcome.place.scope == "Stock.reserve"
    assert outcome.message == (
        "`self._reserve` blocks the event loop (via `self._put`, `requests.put`)"
    )
    assert [(step.line, step.text) for step in outcome.trace] == [
        (5, "self._reserve"),
        (7, "self._put"),
        (9, "requests.put"),
    ]


FREE = {
    "awaited": "import httpx\nasync def f():\n    await httpx.get('x')",
    "thread": "import asyncio, time\nasync def f():\n    await asyncio.to_thread(time.sleep, 1)",
    "executor": (
        "import asyncio, time\nasync def f(loop):\n    await loop.run_in_executor(None, time.sleep, 1)"
    ),
    "lambda": (
        "import time\nasync def f(loop):\n    await loop.run_in_executor(None, lambda: time.sleep(1))"
    ),
    "partial": (
        "import functools, time\nasync def f(run):\n    await run(functools.partial(time.sleep, 1))"
    ),
    "anyio": "import anyio, time\nasync def f():\n    await anyio.to_thread.run_sync(time.sleep, 1)",
    "local file": "from pathlib import Path\nasync def f():\n    open('x').read()\n    Path('x').read_text()",
}


@pytest.mark.parametrize("source", FREE.values(), ids=FREE)
def test_the_loop_is_free(source: str) -> None:
    assert verdicts(BlockingCallInAsync, source) == [(2, OK)]


def test_nested_function_is_not_the_body() -> None:
    source = """
        import asyncio, time
        async def f():
            def work():
                time.sleep(1)
            await asyncio.to_thread(work)
    """
    assert verdicts(BlockingCallInAsync, source) == [(3, OK)]


def test_nested_function_that_is_called_is_followed() -> None:
    source = """
        import time
        async def f():
            def work():
                time.sleep(1)
            work()
    """
    assert verdicts(BlockingCallInAsync, source) == [(6, BAD)]


STOCK = {
    "src/app/stock.py": """
        import requests
        session = requests.Session()
        class Stock:
            def __init__(self, url):
                self.url = url
            def reserve(self, sku):
                self._put(sku)
            def _put(self, sku):
                session.put(self.url + sku, timeout=5)
    """,
    "src/app/api.py": "from app.stock import Stock, session\nstock = Stock('https://stock.example/')\n",
}


def test_a_chain_through_other_modules_shows_where_each_call_stands() -> None:
    source = """
        from app.api import stock
        async def reserve(sku):
            if sku:
                stock.reserve(sku)
    """
    (outcome,) = judged(BlockingCallInAsync, source, files=STOCK)
    assert outcome.message == (
        "`stock.reserve` blocks the event loop (via `self._put`, `session.put`)"
    )
    assert [(step.path, step.line, step.text) for step in outcome.trace] == [
        ("src/app/service.py", 5, "stock.reserve"),
        ("src/app/stock.py", 8, "self._put"),
        ("src/app/stock.py", 10, "session.put"),
    ]


def test_other_blocking_calls_are_in_the_trace_of_the_first_chain() -> None:
    source = """
        import time
        from app.api import session, stock
        async def reserve(sku):
            stock.reserve(sku)
            session.get(sku, timeout=5)
            time.sleep(1)
    """
    (outcome,) = judged(BlockingCallInAsync, source, files=STOCK)
    assert [(step.line, step.text) for step in outcome.trace[3:]] == [
        (6, "`session.get` blocks it too"),
        (7, "`time.sleep` blocks it too"),
    ]


FREE_ACROSS = {
    "thread": (
        "import asyncio\nfrom app.api import stock\nasync def f():\n"
        "    await asyncio.to_thread(stock.reserve, 1)"
    ),
    "overridden": (
        "from app.stock import Stock\nclass Fast(Stock):\n    def _put(self, sku): ...\n"
        "async def f(stock: Stock):\n    stock.reserve(1)"
    ),
    "only made": "from app.stock import Stock\nasync def f():\n    Stock('x')",
}


@pytest.mark.parametrize("source", FREE_ACROSS.values(), ids=FREE_ACROSS)
def test_the_loop_is_free_across_modules(source: str) -> None:
    found = judged(BlockingCallInAsync, source, files=STOCK)
    assert [outcome.verdict for outcome in found] == [Verdict.COMPLIES]


DECIDED = {
    "nobody": (
        "def work(rows):\n    found = load(rows)\n    if found:\n        time.sleep(1)",
        BAD,
    ),
    "the caller": ("def work(wait):\n    if wait:\n        time.sleep(1)", OK),
    "an operator": ("def work(x):\n    if settings.wait:\n        time.sleep(1)", OK),
    "the platform": ("def work(x):\n    if sys.platform == 'win32':\n        time.sleep(1)", OK),
    "a failure": (
        "def work(x):\n    try:\n        x()\n    except OSError:\n        time.sleep(1)",
        OK,
    ),
}


@pytest.mark.parametrize(("helper", "verdict"), DECIDED.values(), ids=DECIDED)
def test_who_decides_that_a_helper_waits(helper: str, verdict: str) -> None:
    source = "from app.work import work\nasync def f():\n    work(1)"
    files = {"src/app/work.py": f"import sys, time\nfrom app.conf import settings\n{helper}\n"}
    assert [found for _, found in verdicts(BlockingCallInAsync, source, files=files)] == [verdict]


WRAPPERS = """
import functools
from app.pools import pool
def timed(fn):
    @functools.wraps(fn)
    def call(*args, **kwargs):
        return fn(*args, **kwargs)
    return call
def retried(times):
    def decorator(fn):
        @functools.wraps(fn)
        def call(*args, **kwargs):
            for _ in range(times):
                fn(*args, **kwargs)
        return call
    return decorator
def in_thread(fn):
    @functools.wraps(fn)
    async def call(*args, **kwargs):
        return await pool.run(fn, *args, **kwargs)
    return call
def queued(fn):
    @functools.wraps(fn)
    def call(*args, **kwargs):
        return pool.submit(fn, *args, **kwargs)
    return call
"""
DECORATED = {
    "wrapped": ("@timed", BAD),
    "wrapped once configured": ("@retried(3)", BAD),
    "wrapped twice": ("@timed\n@retried(times=2)", BAD),
    "handed to a thread": ("@in_thread", OK),
    "handed to a pool": ("@queued", OK),
    "handed to a pool and wrapped": ("@timed\n@queued", OK),
}


@pytest.mark.parametrize(("decorators", "verdict"), DECORATED.values(), ids=DECORATED)
def test_helpers_below_decorators_of_the_project(decorators: str, verdict: str) -> None:
    source = "from app.work import work\nasync def f():\n    work(1)"
    helper = (
        "import time\nfrom app.wrappers import in_thread, queued, retried, timed\n"
        f"{decorators}\ndef work(x):\n    time.sleep(1)\n"
    )
    files = {"src/app/work.py": helper, "src/app/wrappers.py": WRAPPERS}
    assert [found for _, found in verdicts(BlockingCallInAsync, source, files=files)] == [verdict]


def test_short_sleep_is_no_wait() -> None:
    source = """
        import time
        class Message:
            def __init__(self):
                time.sleep(0.001)
        async def f():
            Message()
            time.sleep(0.005)
    """
    assert verdicts(BlockingCallInAsync, source) == [(6, OK)]


def test_work_on_this_machine_is_advice_unless_something_worse_is_there() -> None:
    source = """
        import shutil, time
        async def f():
            shutil.rmtree("x")
        async def g():
            shutil.rmtree("x")
            time.sleep(1)
    """
    assert verdicts(BlockingCallInAsync, source) == [(4, ADVICE), (7, BAD)]


def test_main_guard_has_no_server() -> None:
    source = """
        import asyncio, time
        if __name__ == "__main__":
            async def f():
                time.sleep(1)
            asyncio.run(f())
    """
    assert verdicts(BlockingCallInAsync, source) == []


SLEEP = "import time\n\n\nasync def f():\n    time.sleep(1)\n"


@pytest.mark.parametrize("path", ["tests/test_f.py", "src/app/cli/f.py", "scripts/f.py"])
def test_only_code_beside_a_loop_that_serves_is_judged(path: str) -> None:
    assert verdicts(BlockingCallInAsync, SLEEP, path=path) == []


def test_command_is_no_server() -> None:
    source = f"import click\n{SLEEP}"
    assert verdicts(BlockingCallInAsync, source, path="src/app/commands/f.py") == []


@pytest.mark.parametrize(
    ("kinds", "judges"),
    [({Kind.SERVICE}, True), ({Kind.WORKER}, True), ({Kind.LIBRARY}, True), ({Kind.CLI}, False)],
)
def test_kinds(kinds: set[Kind], judges: bool) -> None:
    example = Example("case", SLEEP, kinds=frozenset(kinds))
    assert bool(check(BlockingCallInAsync, example)) is judges


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ("while not self.done:\n        await asyncio.sleep(1)\n    return future.result()", OK),
        ("if future.done():\n        return future.exception()", OK),
        (
            "while not self.stopped:\n        await asyncio.sleep(1)\n    return future.result()",
            BAD,
        ),
        ("if future.running():\n        return future.exception()", BAD),
    ],
)
def test_the_result_of_work_that_is_done_is_there_at_once(lines: str, verdict: str) -> None:
    source = (
        "import asyncio\nfrom concurrent.futures import Future\n\n"
        f"async def wait(self, future: Future):\n    {lines}\n"
    )
    assert [found for _, found in verdicts(BlockingCallInAsync, source)] == [verdict]


@pytest.mark.parametrize(
    ("flag", "verdict"), [("is_async=True", OK), ("is_async=False", BAD), ("fast=True", BAD)]
)
def test_a_function_with_two_modes_is_asked_for_one(flag: str, verdict: str) -> None:
    source = f"from app.work import work\nasync def f():\n    work(1, {flag})"
    files = {
        "src/app/work.py": "import time\ndef work(x, is_async=False, fast=False):\n"
        "    if is_async:\n        return later(x)\n    time.sleep(1)\n"
    }
    assert [found for _, found in verdicts(BlockingCallInAsync, source, files=files)] == [verdict]
