"""How functions must be called to run, and what is kept of their calls."""

from __future__ import annotations

from textwrap import dedent

import pytest
from modules import module_of

from archcheck.analysis.calls.functions import function_facts
from archcheck.analysis.facts import AWAITED, CALLED, ENTERED, ITERATED, CallFact, FunctionFact
from archcheck.model import Role

HEAD = "import asyncio, contextlib, functools, sys, tenacity, time, typing\nfrom app.other import run\n"


def functions(source: str, role: Role = Role.RUNTIME) -> dict[str, FunctionFact]:
    module = module_of(HEAD + dedent(source), role=role)
    return {fact.qualname: fact for fact in function_facts(module)}


RUNS = {
    "function": ("def f(): ...", CALLED),
    "method": ("class A:\n    def f(self): ...", CALLED),
    "coroutine": ("async def f(): ...", AWAITED),
    "generator": ("def f():\n    yield 1", ITERATED),
    "delegating generator": ("def f():\n    yield from g()", ITERATED),
    "asynchronous generator": ("async def f():\n    yield 1", ITERATED),
    "yields in a nested function": ("def f():\n    def g():\n        yield 1", CALLED),
    "yields in a lambda": ("def f():\n    return lambda: (yield)", CALLED),
    "context manager": ("@contextlib.contextmanager\ndef f():\n    yield 1", ENTERED),
    "asynchronous context manager": (
        "@contextlib.asynccontextmanager\nasync def f():\n    yield 1",
        ENTERED,
    ),
    "static method": ("class A:\n    @staticmethod\n    def f(): ...", CALLED),
    "cached": ("@functools.lru_cache(maxsize=1)\ndef f(): ...", CALLED),
    "retried": ("@tenacity.retry(stop=1)\ndef f(): ...", CALLED),
    "overloaded": ("@typing.overload\ndef f(x: int): ...\ndef f(x): ...", CALLED),
    "decorated by the project, which the whole program judges": ("@run\ndef f(): ...", CALLED),
    "decorated by the project and somebody": ("@run\n@unknown\ndef f(): ...", ""),
    "decorated by somebody": ("@unknown\ndef f(): ...", ""),
    "property": ("class A:\n    @property\n    def f(self): ...", ""),
    "defined in two branches": ("if HEAD:\n    def f(): ...\nelse:\n    def f(): ...", ""),
    "replaced": ("def f(): ...\nf = run(f)", ""),
    "replaced in its class": ("class A:\n    def f(self): ...\n    f = run(f)", ""),
    "replaced through global": ("def f(): ...\ndef g():\n    global f\n    f = run", ""),
}


@pytest.mark.parametrize(("source", "runs"), RUNS.values(), ids=RUNS)
def test_runs(source: str, runs: str) -> None:
    (found,) = {fact.runs for fact in functions(source).values() if fact.qualname in ("f", "A.f")}
    assert found == runs


def follow(body: str, role: Role = Role.RUNTIME, *, head: str = "async def") -> CallFact | None:
    """What is kept of the one call of ``run`` in the body of a function."""
    source = f"{head} f(self, x, flag, limit=3):\n" + "".join(
        f"    {line}\n" for line in dedent(body).strip().splitlines()
    )
    found = [call for call in functions(source, role)["f"].followed if call.text == "run"]
    assert len(found) < 2
    return found[0] if found else None


HOW = {
    "run(x)": CALLED,
    "y = run(x)": CALLED,
    "await run(x)": AWAITED,
    "asyncio.create_task(run(x))": AWAITED,
    "self.loop.run_until_complete(run(x))": AWAITED,
    "group.create_task(run(x))": AWAITED,
    "await asyncio.gather(x, run(x))": AWAITED,
    "await asyncio.wait_for(run(x), 1)": AWAITED,
    "asyncio.run(run(x))": AWAITED,
    "await asyncio.to_thread(run(x))": CALLED,
    "for y in run(x): ...": ITERATED,
    "async for y in run(x): ...": ITERATED,
    "[y for y in run(x)]": ITERATED,
    "sum(y for y in run(x))": ITERATED,
    "g = (y for y in run(x))": CALLED,
    "list(run(x))": ITERATED,
    "next(run(x))": ITERATED,
    "f(*run(x))": ITERATED,
    "with run(x): ...": ENTERED,
    "async with run(x): ...": ENTERED,
    "with contextlib.ExitStack() as stack:\n    stack.enter_context(run(x))": ENTERED,
    "print(run(x))": CALLED,
    "run(x).send()": CALLED,
}


@pytest.mark.parametrize(("body", "how"), HOW.items())
def test_how(body: str, how: str) -> None:
    call = follow(body)
    assert call is not None
    assert call.how == how


NOT_CALLED = {
    "thread": "await asyncio.to_thread(run, x)",
    "executor": "self.loop.run_in_executor(None, run, x)",
    "lambda": "self.loop.run_in_executor(None, lambda: run(x))",
    "partial": "p = functools.partial(run, x)",
    "nested function": "def g():\n    run(x)",
    "nested class": "class G:\n    def g(self):\n        run(x)",
}


@pytest.mark.parametrize("body", NOT_CALLED.values(), ids=NOT_CALLED)
def test_what_is_passed_on_is_not_called(body: str) -> None:
    assert follow(body) is None


def test_default_of_a_nested_function_is_evaluated_around_it() -> None:
    assert follow("def g(y=run(1)): ...") is not None


SURE = {
    "plain": "run(x)",
    "loop": "for y in x:\n    run(y)",
    "waiting": "while not done():\n    run(x)",
    "with": "with x:\n    run(x)",
    "try": "try:\n    run(x)\nfinally:\n    x()",
    "try else": "try:\n    x()\nexcept OSError:\n    return\nelse:\n    run(x)",
    "condition of an if": "if run(x): ...",
    "condition on what was found": "rows = find()\nif rows:\n    run(rows)",
    "first of two": "run(x) or x",
    "raise in another branch": "run(x)\nif find():\n    raise OSError",
    "second of two that were found": "y = find()\ny or run(y)",
    "comprehension": "[run(y) for y in x]",
    "comprehension over what was found": "rows = find()\n[run(y) for y in rows if len(rows)]",
    "generator that is taken": "any(run(y) for y in x)",
    "iterable of a generator": "g = (y for y in run(x))",
}
OPTIONAL = {
    "parameter": "if flag:\n    run(x)",
    "parameter, other branch": "if flag:\n    pass\nelse:\n    run(x)",
    "parameter in an expression": "run(x) if limit > 3 else None",
    "setting": "if settings.DEBUG:\n    run(x)",
    "attribute of self": "if self.verbose:\n    run(x)",
    "platform": "if sys.platform == 'win32':\n    run(x)",
    "second of two": "flag and run(x)",
    "filtered comprehension": "[run(y) for y in x if flag]",
    "filter of a comprehension": "[y for y in x if flag and run(y)]",
    "generator": "g = (run(y) for y in x)",
    "filter of a generator": "g = (y for y in x if run(y))",
    "handler": "try:\n    x()\nexcept OSError:\n    run(x)",
    "loop without break": "for y in x:\n    pass\nelse:\n    run(x)",
    "before giving up": "kill(x)\nrun(x)\nraise OSError",
    "match": "match x:\n    case 1:\n        run(x)",
}


@pytest.mark.parametrize("body", SURE.values(), ids=SURE)
def test_sure_calls(body: str) -> None:
    call = follow(body, head="def")
    assert call is not None
    assert not call.optional


@pytest.mark.parametrize("body", OPTIONAL.values(), ids=OPTIONAL)
def test_optional_calls(body: str) -> None:
    call = follow(body, head="def")
    assert call is not None
    assert call.optional


def test_of_a_coroutine_nobody_asks_what_is_optional() -> None:
    call = follow("if flag:\n    run(x)")
    assert call is not None
    assert not call.optional


def followed(source: str, role: Role = Role.RUNTIME) -> list[tuple[str, str]]:
    return [(call.callee, call.waits) for call in functions(source, role)["f"].followed]


def test_kept_are_first_party_calls_and_those_that_wait() -> None:
    source = """
        import requests, shutil
        from app.http import session
        class A:
            def g(self): ...
        def f(unknown):
            run(1)
            A().g()
            session.get("x")
            print(requests.codes(), len("x"), unknown.get("x"))
            requests.get("x")
            shutil.rmtree("x")
    """
    assert followed(source) == [
        ("app.other.run", ""),
        ("app.service.A.g", ""),
        ("app.service.A", ""),
        ("app.http.session.get", ""),
        ("requests.get", "outside"),
        ("shutil.rmtree", "briefly"),
    ]


def test_attribute_that_takes_the_place_of_a_method_is_followed_instead() -> None:
    source = """
        class A:
            def __init__(self, send):
                self.send = send
            def send(self): ...
        class B:
            def send(self): ...
            def f(self):
                self.send()
    """
    (call,) = functions(source)["B.f"].followed
    assert call.callee.endswith("B().send")
    changed = source.replace("class B:", "class B:\n            send = run")
    assert [call.callee for call in functions(changed)["B.f"].followed] == ["app.other.run"]


@pytest.mark.parametrize("role", [Role.TEST, Role.DOCS])
def test_tests_and_examples_tell_none(role: Role) -> None:
    assert followed("def f():\n    run(1)", role) == []


def test_file_without_a_module_name_follows_its_own_functions() -> None:
    module = module_of("def g(): ...\ndef f():\n    g()", name="", path="my-app/main.py")
    found = {fact.qualname: fact for fact in function_facts(module)}
    assert [call.callee for call in found["f"].followed] == ["__main__.g"]
