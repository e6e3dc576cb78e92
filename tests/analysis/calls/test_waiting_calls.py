"""Which calls lead to one that waits, and by which way?"""

from __future__ import annotations

from textwrap import dedent

import pytest
from call_graphs import SERVICE, graph_of
from modules import facts_of

from archcheck.analysis.calls.graph import MAX_ENTERED
from archcheck.model import TraceStep

# --- waiting

STORE = """
import asyncio, time
from contextlib import contextmanager
from functools import lru_cache
from app.http import session
def wait():
    time.sleep(1)
def once():
    wait()
def twice():
    once()
def thrice():
    twice()
def fetch():
    return session.get("x", timeout=5)
def in_a_loop():
    for _ in range(3):
        time.sleep(1)
def in_a_try():
    try:
        time.sleep(1)
    finally:
        pass
def in_a_with(lock):
    with lock:
        time.sleep(1)
def where_needed():
    rows = find()
    if rows:
        time.sleep(1)
@lru_cache
def cached():
    time.sleep(1)
def maybe(x):
    if x:
        time.sleep(1)
def maybe_once(x):
    if x:
        wait()
def on_failure(x):
    try:
        x()
    except OSError:
        time.sleep(1)
def generator():
    time.sleep(1)
    yield 1
@contextmanager
def manager():
    time.sleep(1)
    yield 1
@in_thread
def decorated():
    time.sleep(1)
def starts_a_thread():
    start(lambda: time.sleep(1))
def hands_over():
    start(wait)
def defines():
    def inner():
        time.sleep(1)
    return inner
async def coroutine():
    time.sleep(1)
def makes_a_coroutine():
    return coroutine()
def recursive():
    recursive()
def ping():
    pong()
def pong():
    ping()
def circle():
    circle()
    wait()
def shortest():
    once()
    wait()
def twin():
    time.sleep(1)
def twin():
    pass
class Stock:
    def __init__(self):
        self.wait()
    def wait(self):
        time.sleep(1)
    def once(self):
        self.wait()
    @staticmethod
    def still():
        time.sleep(1)
"""
HTTP = "import requests\nsession = requests.Session()\n"
CHAINS = {
    "wait()": "wait, time.sleep",
    "once()": "once, wait, time.sleep",
    "twice()": "twice, once, wait, time.sleep",
    "thrice()": "",
    "fetch()": "fetch, session.get",
    "session.get('x')": "session.get",
    "in_a_loop()": "in_a_loop, time.sleep",
    "in_a_try()": "in_a_try, time.sleep",
    "in_a_with(lock)": "in_a_with, time.sleep",
    "where_needed()": "where_needed, time.sleep",
    "cached()": "cached, time.sleep",
    "Stock().wait()": "Stock, self.wait, time.sleep",
    "Stock.still()": "Stock.still, time.sleep",
    "Stock()": "Stock, self.wait, time.sleep",
    "for x in generator(): ...": "generator, time.sleep",
    "with manager(): ...": "manager, time.sleep",
    "circle()": "circle, wait, time.sleep",
    "shortest()": "shortest, wait, time.sleep",
    "maybe(1)": "",
    "maybe_once(1)": "",
    "on_failure(1)": "",
    "generator()": "",
    "manager()": "",
    "decorated()": "",
    "starts_a_thread()": "",
    "hands_over()": "",
    "defines()": "",
    "coroutine()": "",
    "await coroutine()": "",
    "makes_a_coroutine()": "",
    "await wait()": "",
    "recursive()": "",
    "ping()": "",
    "twin()": "",
    "unknown()": "",
    "other.wait()": "",
}


@pytest.mark.parametrize(("statement", "chain"), CHAINS.items())
def test_wait(statement: str, chain: str) -> None:
    names = sorted({fact.partition("(")[0] for fact in CHAINS})
    imported = ", ".join(
        name for name in (*names, "Stock") if f"def {name}" in STORE or name == "Stock"
    )
    source = (
        f"from app.store import {imported}\nfrom app.http import session\n"
        f"async def start(lock, other):\n    {statement}\n"
    )
    modules = facts_of({"app/service.py": source, "app/store.py": STORE, "app/http.py": HTTP})
    graph, module = graph_of(modules), modules[SERVICE]
    found = [steps for call in module.functions[0].followed if (steps := graph.wait(call, module))]
    assert ", ".join(step.text for step in (found[-1] if found else ())) == chain


def test_steps_say_where_each_call_stands() -> None:
    modules = facts_of(
        {
            "app/service.py": "from app.store import wait\nasync def start():\n    wait()",
            "app/store.py": "import time\ndef wait():\n    time.sleep(1)",
        }
    )
    module = modules[SERVICE]
    (call,) = module.functions[0].followed
    assert graph_of(modules).wait(call, module) == (
        TraceStep("app/service.py", 3, "wait"),
        TraceStep("app/store.py", 3, "time.sleep"),
    )


@pytest.mark.parametrize(("entered", "waits"), [(MAX_ENTERED, True), (MAX_ENTERED + 1, False)])
def test_chain_enters_so_many_functions(entered: int, waits: bool) -> None:
    source = dedent(
        """
        import time
        def f0():
            time.sleep(1)
        """
    ) + "".join(f"def f{n}():\n    f{n - 1}()\n" for n in range(1, entered))
    modules = facts_of({"app/service.py": f"{source}async def start():\n    f{entered - 1}()"})
    module = modules[SERVICE]
    (call,) = module.functions[-1].followed
    assert bool(graph_of(modules).wait(call, module)) is waits
