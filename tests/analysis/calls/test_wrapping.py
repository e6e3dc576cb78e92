"""What a project's own decorators make of the functions below them."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from call_graphs import SERVICE, graph_of
from modules import facts_of, module_of

from archcheck.analysis.calls.facts import Wrapping
from archcheck.analysis.calls.functions import function_facts
from archcheck.analysis.facts import AWAITED, CALLED, ENTERED, ITERATED

HEAD = """
import asyncio, contextlib, functools, inspect, logging, threading
from functools import partial, wraps
from typing import cast
log = logging.getLogger(__name__)
"""
EVERY = frozenset({CALLED, AWAITED, ITERATED, ENTERED})


def wrapping(source: str, name: str = "deco") -> Wrapping | None:
    """What is known of the decorator ``deco``."""
    module = module_of(HEAD + dedent(source))
    (found,) = (fact for fact in function_facts(module) if fact.qualname == name)
    return found.wrapping


def decorator(
    body: str, head: str = "def call(*args, **kwargs):", made: str = "return call"
) -> str:
    """A decorator with one wrapper."""
    inner = f"@wraps(fn)\n{head}\n{indent(dedent(body).strip(), '    ')}\n{made}"
    return f"def deco(fn):\n{indent(inner, '    ')}\n"


CALL = "fn(*args, **kwargs)"
ASYNC = "async def call(*args, **kwargs):"
OTHER = decorator(f"return {CALL}").replace("deco", "other")
CONFIGURED = (
    f"def other(times):\n{indent(OTHER.replace('other', 'inner'), '    ')}    return inner\n"
)
RETURNING, RUNNING = Wrapping(EVERY, returns=True), Wrapping(frozenset({CALLED}), returns=False)
CACHED = Wrapping(frozenset({CALLED}), returns=True)
KNOWN = {
    "handed back": ("def deco(fn):\n    REGISTRY.append(fn)\n    return fn", RETURNING),
    "called and returned": (decorator(f"return {CALL}"), RETURNING),
    "in a variable": (decorator(f"log.info(fn.__name__)\nx = {CALL}\nreturn x"), RETURNING),
    "again and again": (
        decorator(
            f"for _ in range(3):\n    try:\n        return {CALL}\n    except OSError:\n        pass"
        ),
        RETURNING,
    ),
    "under a lock": (decorator(f"with lock:\n    return {CALL}"), RETURNING),
    "named in a text": (decorator(f"log.info(f'{{fn}}')\nreturn {CALL}"), RETURNING),
    "asked about": (
        decorator(f"return {CALL}", made="inspect.signature(fn)\nreturn call"),
        RETURNING,
    ),
    "through a cast": (decorator(f"return {CALL}", made="return cast(F, call)"), RETURNING),
    "with named arguments": (
        decorator(
            "return fn(self, request, *args, now=now, **kwargs)",
            "def call(self, request, /, *args, now=1, **kwargs):",
        ),
        RETURNING,
    ),
    "marked": (decorator(f"return {CALL}", made="call.fast = True\nreturn call"), RETURNING),
    "without wraps": (decorator(f"return {CALL}").replace("@wraps(fn)\n", "\n"), RETURNING),
    "without its result": (decorator(CALL), RUNNING),
    "with another result": (decorator(f"return wrap({CALL})"), RUNNING),
    "with another result at times": (decorator(f"if x:\n    return 1\nreturn {CALL}"), RUNNING),
    "with a changed result": (decorator(f"x = {CALL}\nx = clean(x)\nreturn x"), RUNNING),
    "entered": (decorator(f"with {CALL} as x:\n    return x"), RUNNING),
    "awaited": (
        decorator(f"return await {CALL}", ASYNC),
        Wrapping(frozenset({AWAITED}), returns=True),
    ),
    "awaited without its result": (
        decorator(f"await {CALL}", ASYNC),
        Wrapping(frozenset({AWAITED}), returns=False),
    ),
    "a wrapper of either kind": (
        f"def deco(fn):\n    if asyncio.iscoroutinefunction(fn):\n        @wraps(fn)\n        {ASYNC}\n"
        f"            return await {CALL}\n        return call\n    @wraps(fn)\n"
        f"    def plain(*args, **kwargs):\n        {CALL}\n    return plain",
        Wrapping(frozenset({AWAITED, CALLED}), returns=False),
    ),
    "wrappers of one name": (
        f"def deco(fn):\n    if inspect.iscoroutinefunction(fn):\n        @wraps(fn)\n        {ASYNC}\n"
        f"            return await {CALL}\n    else:\n        @wraps(fn)\n"
        f"        def call(*args, **kwargs):\n            {CALL}\n    return call",
        Wrapping(frozenset({AWAITED, CALLED}), returns=False),
    ),
    "switched off": (
        f"def deco(fn):\n    if DEBUG:\n        return fn\n    @wraps(fn)\n"
        f"    def call(*args, **kwargs):\n        {CALL}\n    return call",
        RUNNING,
    ),
    "configured": (
        f"def deco(times):\n{indent(decorator(f'return {CALL}').replace('deco', 'inner'), '    ')}    return inner",
        Wrapping(EVERY, returns=True, configured=True),
    ),
    "with an injected name": (decorator("return fn(*args, db=db, **kwargs)"), RETURNING),
    "with an injected argument": (
        decorator("return fn(db, *args, **kwargs)"),
        Wrapping(EVERY, returns=True, shifts=True),
    ),
    "updated": (
        decorator(f"return {CALL}", made="return functools.update_wrapper(call, fn)").replace(
            "@wraps(fn)", "#"
        ),
        RETURNING,
    ),
    "in two branches": (
        f"def deco(fn):\n    if asyncio.iscoroutinefunction(fn):\n        {ASYNC}\n"
        f"            return await {CALL}\n        return call\n    else:\n        def call(*args, **kwargs):\n"
        f"            return {CALL}\n        return call",
        Wrapping(EVERY, returns=True),
    ),
    "by another decorator": (f"{OTHER}def deco(fn):\n    return other(fn)", RETURNING),
    "by two others": (f"{OTHER}def deco(fn):\n    return other(functools.cache(fn))", CACHED),
    "by a cache": ("def deco(fn):\n    return functools.lru_cache(maxsize=3)(fn)", CACHED),
    "by a configured one": (
        f"{CONFIGURED}def deco(fn):\n    return other(3)(fn)",
        Wrapping(EVERY, returns=True),
    ),
    "a wrapper that another wraps": (
        OTHER + decorator(f"return {CALL}", made="return other(call)"),
        RETURNING,
    ),
    "a decorated wrapper": (
        OTHER + decorator(CALL).replace("    @wraps", "    @other\n    @wraps"),
        RUNNING,
    ),
    "configured and handed back": (
        "def deco(name):\n    def inner(fn):\n        REGISTRY[name] = fn\n        return fn\n    return inner",
        Wrapping(EVERY, returns=True, configured=True),
    ),
}
UNKNOWN = {
    "another decorator": decorator(f"return {CALL}").replace(
        "    @wraps", "    @other\n    @wraps"
    ),
    "wraps of another": decorator(f"return {CALL}").replace("@wraps(fn)", "@wraps(other)"),
    "not called": decorator("return 1"),
    "on a condition of the caller": decorator("if x:\n    return fn(x)", "def call(x):"),
    "on a failure": decorator(f"try:\n    return 1\nexcept OSError:\n    return {CALL}"),
    "with other arguments": decorator("return fn(clean(x))", "def call(x):"),
    "with one of its arguments": decorator("return fn(args[0], **kwargs)"),
    "with some of its arguments": decorator("return fn(*args[1:], **kwargs)"),
    "with one of them changed": decorator(
        "return fn(*args, n=min(n, 5), **kwargs)", "def call(*args, n=9, **kwargs):"
    ),
    "by an unknown decorator": "def deco(fn):\n    return other(fn)",
    "by one that queues it": (
        decorator("return pool.submit(fn, *args, **kwargs)").replace("deco", "other")
        + "def deco(fn):\n    return other(fn)"
    ),
    "by one that is configured, but not called": f"{CONFIGURED}def deco(fn):\n    return other(fn)",
    "by one that is not configured": f"{OTHER}def deco(fn):\n    return other(3)(fn)",
    "by one another": "def other(fn):\n    return deco(fn)\ndef deco(fn):\n    return other(fn)",
    "by itself": "def deco(fn):\n    return deco(fn)",
    "by another, and kept": f"{OTHER}def deco(fn):\n    TASKS.append(fn)\n    return other(fn)",
    "by a rebound one": f"{OTHER}other = make()\ndef deco(fn):\n    return other(fn)",
    "without its arguments": decorator("return fn()"),
    "with changed arguments": decorator(f"args = args[1:]\nreturn {CALL}"),
    "in a lambda": decorator(f"return lambda: {CALL}"),
    "in a nested function": decorator(f"def later():\n    return {CALL}\nreturn later"),
    "in a thread too": decorator(
        f"if busy():\n    threading.Thread(target=fn).start()\nelse:\n    return {CALL}"
    ),
    "in an executor": decorator("return pool.submit(fn, *args, **kwargs)"),
    "in a thread, awaited": decorator("return await asyncio.to_thread(fn, *args, **kwargs)", ASYNC),
    "through partial": decorator("return pool.submit(partial(fn, *args, **kwargs))"),
    "registered besides": decorator(f"return {CALL}", made="TASKS.append(fn)\nreturn call"),
    "under a further name": decorator(f"return {CALL}", made="other = fn\nreturn call"),
    "a method of it is called": decorator(f"return {CALL}", made="fn.delay()\nreturn call"),
    "not awaited in a coroutine": decorator(f"return {CALL}", ASYNC),
    "a generator": decorator(f"yield {CALL}"),
    "the wrapper is wrapped": decorator(f"return {CALL}", made="return other(call)"),
    "the wrapper is rebound": decorator(f"return {CALL}", made="call = other(call)\nreturn call"),
    "the function is rebound": f"def deco(fn):\n    fn = other(fn)\n{decorator(f'return {CALL}')[14:]}",
    "either kind, nobody asks which": (
        f"def deco(fn):\n    if x:\n        @wraps(fn)\n        {ASYNC}\n            return await {CALL}\n"
        f"        return call\n    @wraps(fn)\n    def plain(*args, **kwargs):\n        {CALL}\n    return plain"
    ),
    "configured to run it or not": (
        f"def deco(on):\n    def inner(fn):\n        @wraps(fn)\n        def call(*args, **kwargs):\n"
        f"            if on:\n                return {CALL}\n        return call\n    return inner"
    ),
    "with or without arguments": decorator(f"return {CALL}").replace(
        "deco(fn)", "deco(fn=None, *, name='')"
    ),
    "decorated itself": f"@other\n{decorator(f'return {CALL}')}",
    "a coroutine": f"async {decorator(f'return {CALL}')}",
    "gives something else": "def deco(fn):\n    return Task(fn)",
    "gives what it got, or something else": "def deco(fn):\n    if x:\n        return fn\n    return Task(fn)",
}


@pytest.mark.parametrize(("source", "expected"), KNOWN.values(), ids=KNOWN)
def test_known(source: str, expected: Wrapping) -> None:
    assert wrapping(source) == expected


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(source: str) -> None:
    assert wrapping(source) is None


INIT = "def __init__(self, fn):\n    self.fn = fn\n"


def instance(body: str, init: str = INIT, head: str = "") -> str:
    """A class whose instances call the function that they were made with."""
    called = f"{head or 'def __call__(self, *args, **kwargs):'}\n{indent(body, '    ')}\n"
    return f"class Deco:\n{indent(init + called, '    ')}"


BY_INSTANCES = {
    "called and returned": (instance("return self.fn(*args, **kwargs)"), RETURNING),
    "marked as it": (
        instance("self.fn(*args, **kwargs)", f"{INIT}    functools.update_wrapper(self, fn)\n"),
        RUNNING,
    ),
    "with an injected argument": (
        instance("return self.fn(db, *args, **kwargs)"),
        Wrapping(EVERY, returns=True, shifts=True),
    ),
    "with an annotation": (
        instance(
            "return self.fn(*args, **kwargs)",
            "def __init__(self, fn: Callable):\n    self.fn: Callable = fn\n",
        ),
        RETURNING,
    ),
    "on a condition of the caller": (
        instance("if x:\n    return self.fn(x)", head="def __call__(self, x):"),
        None,
    ),
    "another function": (instance("return self.other(*args, **kwargs)"), None),
    "without its arguments": (instance("return self.fn()"), None),
    "with the instance": (instance("return self.fn(self, *args)"), None),
    "in a thread": (instance("Thread(target=self.fn).start()"), None),
    "kept in two ways": (
        instance("return self.fn(*args, **kwargs)", f"{INIT}    self.fn = other\n"),
        None,
    ),
    "kept by another method": (
        instance(
            "return self.fn(*args, **kwargs)", f"{INIT}def set(self, fn):\n    self.fn = fn\n"
        ),
        None,
    ),
    "changed before it is kept": (
        instance(
            "return self.fn(*args, **kwargs)",
            "def __init__(self, fn):\n    fn = other(fn)\n    self.fn = fn\n",
        ),
        None,
    ),
    "made with more": (
        instance(
            "return self.fn(*args, **kwargs)", "def __init__(self, fn, n=1):\n    self.fn = fn\n"
        ),
        None,
    ),
    "never called": (f"class Deco:\n{indent(INIT, '    ')}", None),
}


@pytest.mark.parametrize(("source", "expected"), BY_INSTANCES.values(), ids=BY_INSTANCES)
def test_classes_whose_instances_call_the_function(source: str, expected: Wrapping | None) -> None:
    assert wrapping(source, "Deco.__init__") == expected


def configured_class(made: str, name: str = "__call__") -> str:
    """A class whose instances are decorators."""
    method = decorator(made).replace("def deco(fn)", f"def {name}(self, fn)")
    return f"class Deco:\n    def __init__(self, times):\n        self.times = times\n{indent(method, '    ')}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (configured_class(f"return {CALL}"), Wrapping(EVERY, returns=True, configured=True)),
        (configured_class(CALL), Wrapping(frozenset({CALLED}), returns=False, configured=True)),
        (configured_class(f"self.times += 1\nif self.times:\n    return {CALL}"), None),
        (configured_class("return pool.submit(fn, *args, **kwargs)"), None),
        (configured_class("return self.run(fn, *args, **kwargs)"), None),
    ],
)
def test_classes_whose_instances_are_decorators(source: str, expected: Wrapping | None) -> None:
    assert wrapping(source, "Deco.__call__") == expected


def test_another_method_is_no_decorator() -> None:
    assert wrapping(configured_class(f"return {CALL}", "wrap"), "Deco.wrap") is None


DECORATORS = f"""
{HEAD}
{decorator(f"return {CALL}").replace("deco", "timed")}
{decorator(f"return await {CALL}", ASYNC).replace("deco", "traced")}
def retried(times):
{indent(decorator(f"return {CALL}").replace("deco", "inner"), "    ")}
    return inner
{decorator("return pool.submit(fn, *args, **kwargs)").replace("deco", "queued")}
class Marks:
    @staticmethod
    def marked(fn):
        return fn
{instance("return self.fn(*args, **kwargs)").replace("Deco", "Counted")}
{configured_class(f"return {CALL}").replace("Deco", "Limited")}
class Bound(Counted): ...
class Made:
    def __new__(cls, fn): ...
{indent(INIT, "    ")}
    def __call__(self):
        return self.fn()
class Foreign(other.Base):
{indent(INIT, "    ")}
    def __call__(self):
        return self.fn()
"""
RUN = "from app.marks import {names}\n@{mark}\n{kind} run(): ...\n"
EDGES = {
    "wrapped": ("timed", "timed", "def", "run()", True),
    "through its module": ("timed", "marks.timed", "def", "run()", True),
    "re-exported": ("api", "api.timed", "def", "run()", True),
    "configured": ("retried", "retried(3)", "def", "run()", True),
    "configured, but not called": ("retried", "retried", "def", "run()", False),
    "called, but not configured": ("timed", "timed(3)", "def", "run()", False),
    "twice": ("timed, retried", "timed\n@retried(3)", "def", "run()", True),
    "handed to a pool": ("queued", "queued", "def", "run()", False),
    "one of two": ("timed, queued", "timed\n@queued", "def", "run()", False),
    "unknown": ("other", "other", "def", "run()", False),
    "a static method": ("Marks", "Marks.marked", "def", "run()", False),
    "a class": ("Counted", "Counted", "def", "run()", True),
    "a class, configured": ("Limited", "Limited(3)", "def", "run()", True),
    "a class, but not called": ("Limited", "Limited", "def", "run()", False),
    "a class, but called": ("Counted", "Counted(3)", "def", "run()", False),
    "a subclass": ("Bound", "Bound", "def", "run()", False),
    "a class that makes something else": ("Made", "Made", "def", "run()", False),
    "a class with an unknown base": ("Foreign", "Foreign", "def", "run()", False),
    "a coroutine, awaited": ("traced", "traced", "async def", "await run()", True),
    "a coroutine in a plain wrapper": ("timed", "timed", "async def", "await run()", True),
    "a coroutine that nobody awaits": ("timed", "timed", "async def", "run()", False),
    "made a coroutine": ("traced", "traced", "def", "await run()", False),
}


@pytest.mark.parametrize(("names", "mark", "kind", "call", "is_edge"), EDGES.values(), ids=EDGES)
def test_edges(names: str, mark: str, kind: str, call: str, is_edge: bool) -> None:
    modules = facts_of(
        {
            "app/__init__.py": "",
            "app/marks/__init__.py": DECORATORS.replace("\nclass", "\nfrom . import api\nclass")
            + "from app import marks\n",
            "app/marks/api.py": "from app.marks import timed\n",
            "app/other.py": RUN.format(names=names, mark=mark, kind=kind).replace(
                "import timed\n@marks", "import timed, marks\n@marks"
            ),
            "app/service.py": f"from app.other import run\nasync def start():\n    {call}\n",
        }
    )
    graph, module = graph_of(modules), modules[SERVICE]
    (start,) = module.functions
    (followed,) = start.followed
    found = graph.callee(followed, module)
    assert (found is not None) == is_edge
    if found is not None:
        assert (found.module.name, found.fact.qualname) == ("app.other", "run")
