"""ARC1004: what an exception at the ``yield`` skips."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.rules.resource_lifecycle.unprotected_cleanup import UnprotectedCleanup

HEAD = "from contextlib import contextmanager\n@contextmanager\ndef f(self, x, y):\n"


def manager(body: str) -> str:
    return HEAD + indent(dedent(body).strip(), "    ")


SKIPPED = {
    "method": "yield x\nx.close()",
    "function": "yield x\ncleanup()",
    "qualified function": "yield x\nos.remove(x)",
    "value kept": "z = yield x\nx.close()",
    "after other code": "yield x\nlog(x)\nx.close()",
    "in a condition": "yield x\nif y:\n    x.close()",
    "in a loop": "yield x\nfor z in x:\n    z.release()",
    "in a with": "yield x\nwith y:\n    x.close()",
    "in a try of its own": "yield x\ntry:\n    x.close()\nexcept OSError:\n    pass",
    "outside the condition around it": "if y:\n    yield x\nelse:\n    yield y\nx.close()",
    "in the else of the condition": "if y:\n    yield y\nelse:\n    yield x\n    x.close()",
    "a kept value": "z = self.mode\nself.mode = x\nyield\nself.mode = z",
    "a kept value through a call": "z = get_mode()\nset_mode(x)\nyield\nset_mode(z)",
    "a function that closes one thing": "yield x\n_close_client(x)",
    "a handler that was replaced": "z = signal(1, x)\nyield\nsignal(1, z)",
    "a token": "z = var.set(x)\nyield\nvar.reset(z)",
    "items, one by one": (
        "z = dict(y)\nif x:\n    y.update(x)\nyield\nfor k in z:\n    y[k] = z[k]"
    ),
    "a switch": "freeze(True)\nyield\nfreeze(False)",
    "a switch, awaited": "hold(x, True)\nyield\nhold(x, None)",
}


@pytest.mark.parametrize("body", SKIPPED.values(), ids=SKIPPED)
def test_cleanup_is_skipped(body: str) -> None:
    assert [verdict for _, verdict in verdicts(UnprotectedCleanup, manager(body))] == [BAD]


def test_the_place_is_the_yield_and_the_message_names_both() -> None:
    (outcome,) = judged(UnprotectedCleanup, manager("self.x = x\nyield x\nlog()\nx.release()"))
    assert outcome.place.location.line == 5
    assert outcome.message == "`f` skips `release` when the `with` block raises"


PROTECTED = {
    "finally": "try:\n    yield x\nfinally:\n    x.close()",
    "except": "try:\n    yield x\nexcept OSError:\n    pass\nx.close()",
    "outer finally": "try:\n    if y:\n        yield x\nfinally:\n    x.close()",
    "inner with": "with open(x) as file:\n    yield file\nself.close()",
    "nothing to clean": "yield x",
    "commit": "yield x\nx.commit()",
    "measured time": "yield x\nlog(time() - y)",
    "a word that only begins so": "yield x\nclosest(x)",
    "logged twice": "log('in')\nyield x\nlog('out')",
    "measured twice": "z = time()\nyield x\nreport(z)",
    "another attribute": "z = self.mode\nyield x\nself.last = z",
    "the same switch": "touch(True)\nyield x\ntouch(True)",
    "early exit": "if y:\n    yield x\n    return\nyield y",
    "early exit before the cleanup": "if y:\n    yield x\n    return\nx.close()",
    "cleanup in a function that is only defined": "yield x\ndef g():\n    x.close()\nlog(g)",
    "value of a pop is used": "yield x\ny = x.pop()",
}


@pytest.mark.parametrize("body", PROTECTED.values(), ids=PROTECTED)
def test_nothing_is_skipped(body: str) -> None:
    assert verdicts(UnprotectedCleanup, manager(body)) == [(3, OK)]


DECORATED = {
    "from import": ("from contextlib import contextmanager\n@contextmanager\ndef f(x):", True),
    "alias": ("import contextlib as c\n@c.contextmanager\ndef f(x):", True),
    "asynchronous": ("import contextlib\n@contextlib.asynccontextmanager\nasync def f(x):", True),
    "plain generator": ("\n\ndef f(x):", False),
    "decorator of the project": (
        "from app.tools import contextmanager\n@contextmanager\ndef f(x):",
        False,
    ),
    "fixture": (
        "import contextlib, pytest\n@pytest.fixture\n@contextlib.contextmanager\ndef f(x):",
        False,
    ),
    "lifespan by name": (
        "import contextlib\n@contextlib.asynccontextmanager\nasync def app_lifespan(x):",
        False,
    ),
}


@pytest.mark.parametrize(("head", "is_manager"), DECORATED.values(), ids=DECORATED)
def test_only_context_managers_are_judged(head: str, is_manager: bool) -> None:
    found = verdicts(UnprotectedCleanup, f"{head}\n    yield x\n    x.close()")
    assert found == ([(4, BAD)] if is_manager else [])


def test_context_manager_that_an_application_takes_as_its_lifespan() -> None:
    source = """
        from contextlib import asynccontextmanager
        from fastapi import FastAPI
        @asynccontextmanager
        async def running(app):
            yield
            app.state.pool.close()
        app = FastAPI(lifespan=running)
    """
    assert verdicts(UnprotectedCleanup, source) == []


DEPENDENCIES = {
    "default": "def route(s=Depends(session)): ...",
    "annotation": "def route(s: Annotated[Session, Depends(session)]): ...",
    "alias": "SessionDep = Annotated[Session, Depends(session)]",
}


@pytest.mark.parametrize("use", DEPENDENCIES.values(), ids=DEPENDENCIES)
def test_dependency_that_yields_is_a_context_manager(use: str) -> None:
    source = (
        "from fastapi import Depends\nfrom typing import Annotated\ndef session():\n"
        f"    s = Session()\n    yield s\n    s.close()\n{use}\n"
    )
    assert verdicts(UnprotectedCleanup, source) == [(5, BAD)]
    protected = source.replace(
        "    yield s\n    s.close()", "    try:\n        yield s\n    finally:\n        s.close()"
    )
    assert verdicts(UnprotectedCleanup, protected) == [(3, OK)]


def test_generator_that_nobody_injects_is_no_opportunity() -> None:
    source = "from fastapi import Depends\ndef rows(c):\n    yield c\n    c.close()\nDepends(other)"
    assert verdicts(UnprotectedCleanup, source) == []


ROUTES = {
    "parameter": "@app.get('/')\ndef orders(session=Depends(get_session)): ...\n",
    "annotation": "@app.get('/')\ndef orders(session: Annotated[object, Depends(get_session)]): ...\n",
    "of the route": "@app.get('/', dependencies=[Depends(get_session)])\ndef orders(): ...\n",
}


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    yield session\n    session.close()\n", [BAD]),
        ("    try:\n        yield session\n    finally:\n        session.close()\n", [OK]),
    ],
)
def test_a_dependency_of_another_module(route: str, body: str, expected: list[str]) -> None:
    head = "from typing import Annotated\nfrom fastapi import Depends, FastAPI\n"
    files = {
        "src/app/routes.py": f"{head}from app.service import get_session\napp = FastAPI()\n{route}"
    }
    source = f"def get_session():\n    session = make()\n{body}"
    assert [word for _, word in verdicts(UnprotectedCleanup, source, files=files)] == expected
    assert judged(UnprotectedCleanup, source) == []
