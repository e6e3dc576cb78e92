"""ARC0402: which parameters of handlers are validated by nothing."""

from __future__ import annotations

import pytest

from archcheck.model import Kind
from archcheck.rule import Example
from archcheck.rules.input_validation.untyped_route_parameter import UntypedRouteParameter
from archcheck.testing import check, expected, outcomes

FASTAPI = "from fastapi import Depends, FastAPI, Query, Security\napp = FastAPI()\n"


def verdicts(code: str) -> list[str]:
    found = outcomes(UntypedRouteParameter, Example("A case.", code))
    return [outcome.verdict.value for outcome in found]


@pytest.mark.parametrize(
    ("handler", "expected_verdicts"),
    [
        ("@app.get('/x')\ndef f(a, b: int): ...", ["violates", "complies"]),
        ("@app.get('/x')\nasync def f(a=Query(1)): ...", ["violates"]),
        ("@app.websocket('/x')\nasync def f(socket): ...", ["violates"]),
        ("@app.get('/x')\ndef f(*, a, b=None): ...", ["violates", "violates"]),
        ("@app.get('/x')\ndef f(*args, **kwargs): ...", []),
        ("@app.get('/x')\ndef f(db=Depends(make), user=Security(who)): ...", []),
        ("@app.get('/x')\n@app.get('/y')\ndef f(a): ...", ["violates"]),
        ("def f(a): ...", []),
        ("@app.exception_handler(404)\ndef f(request, error): ...", []),
    ],
)
def test_fastapi(handler: str, expected_verdicts: list[str]) -> None:
    assert verdicts(FASTAPI + handler) == expected_verdicts


@pytest.mark.parametrize(
    ("code", "expected_verdicts"),
    [
        (
            "from ninja import Router\nr = Router()\n@r.get('/x')\ndef f(request, a): ...",
            ["violates"],
        ),
        (
            "from ninja import Router\nr = Router()\n@r.get('/x')\ndef f(request, a: int): ...",
            ["complies"],
        ),
        (
            "from litestar import Controller, get\nclass C(Controller):\n    @get('/x')\n"
            "    def f(self, a: int, b): ...",
            ["complies", "violates"],
        ),
        ("from flask import Flask\napp = Flask(__name__)\n@app.get('/<a>')\ndef f(a): ...", []),
        ("from aiohttp import web\nr = web.RouteTableDef()\n@r.get('/x')\ndef f(request): ...", []),
    ],
)
def test_other_frameworks(code: str, expected_verdicts: list[str]) -> None:
    assert verdicts(code) == expected_verdicts


DEPENDENCIES = {
    "a function of this file": (
        "def make() -> Store: ...\n@app.get('/x')\ndef f(db=Depends(make)): return db",
        ["advice"],
    ),
    "of a coroutine function": (
        "def make() -> int: ...\n@app.get('/x')\nasync def f(db=Security(make)): return [db]",
        ["advice"],
    ),
    "a class": (
        "class Pages: ...\n@app.get('/x')\ndef f(pages=Depends(Pages)): return pages",
        ["advice"],
    ),
    "a function that declares nothing": (
        "def make(): ...\n@app.get('/x')\ndef f(db=Depends(make)): return db",
        [],
    ),
    "one that only refuses": (
        "def check() -> User: ...\n@app.get('/x')\ndef f(_=Depends(check)): return 1",
        [],
    ),
    "one of another library": (
        "from other import make\n@app.get('/x')\ndef f(db=Depends(make)): return db",
        [],
    ),
    "a type": (
        "def make() -> Store: ...\n@app.get('/x')\ndef f(db: Store = Depends(make)): return db",
        [],
    ),
    "beside a parameter of the client": (
        "def make() -> Store: ...\n@app.get('/x')\ndef f(a, db=Depends(make)): return db",
        ["violates", "advice"],
    ),
}


@pytest.mark.parametrize(("code", "verdict"), DEPENDENCIES.values(), ids=DEPENDENCIES)
def test_a_dependency_without_a_type_is_advice_where_one_is_declared(
    code: str, verdict: list[str]
) -> None:
    found = outcomes(UntypedRouteParameter, Example("A case.", FASTAPI + code))
    assert ["advice" if each.advice else each.verdict.value for each in found] == verdict


def test_it_points_to_the_parameter() -> None:
    case = Example(
        "Lines.",
        FASTAPI
        + "@app.get('/x')\ndef f(\n    a: int,\n    b,  # [untyped-route-parameter]\n): ...\n",
    )
    assert check(UntypedRouteParameter, case) == expected(UntypedRouteParameter, case)


def test_a_library_answers_no_client() -> None:
    case = Example(
        "Kinds.", FASTAPI + "@app.get('/x')\ndef f(a): ...", kinds=frozenset({Kind.LIBRARY})
    )
    assert outcomes(UntypedRouteParameter, case) == []


@pytest.mark.parametrize("decorator", ["app.route('/x')", "app.websocket_route('/x')"])
def test_a_plain_route_of_starlette_is_given_the_request(decorator: str) -> None:
    code = (
        f"from fastapi import FastAPI\napp = FastAPI()\n@{decorator}\nasync def f(request): ...\n"
    )
    assert outcomes(UntypedRouteParameter, Example("", code)) == []
