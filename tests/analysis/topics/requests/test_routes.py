"""Which decorators register a handler, and for what?"""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.topics.requests.routes import Route, routes


def found(source: str) -> list[Route]:
    module = module_of(source)
    functions = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    return [route for function in functions for route in routes(function, module)]


REGISTERED = [
    ("import fastapi\napp = fastapi.FastAPI()\n@app.get('/x')\ndef f(): ...", "fastapi", ("GET",), "/x"),
    ("from fastapi import APIRouter as R\nr = R()\n@r.post('')\nasync def f(): ...", "fastapi", ("POST",), ""),
    ("from fastapi import APIRouter\nfrom app import r\n@r.put(path='/x')\ndef f(): ...", "fastapi", ("PUT",), "/x"),
    (
        "from fastapi import FastAPI\napp = FastAPI()\n@app.api_route('/x', methods=['post', 'PUT'])\ndef f(): ...",
        "fastapi",
        ("POST", "PUT"),
        "/x",
    ),
    ("from fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/x')\ndef f(): ...", "fastapi", ("WEBSOCKET",), "/x"),
    ("from fastapi import FastAPI\napp = FastAPI()\n@app.get(PREFIX + '/x')\ndef f(): ...", "fastapi", ("GET",), None),
    ("from flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef f(): ...", "flask", ("GET",), "/x"),
    (
        "from flask import Blueprint\nb = Blueprint('b', __name__)\n@b.route('/x', methods=METHODS)\ndef f(): ...",
        "flask",
        (),
        "/x",
    ),
    ("import flask\ndef make(app):\n    @app.post('/x')\n    def f(): ...", "flask", ("POST",), "/x"),
    ("from litestar import get\n@get('/x')\ndef f(): ...", "litestar", ("GET",), "/x"),
    ("import litestar\n@litestar.post()\ndef f(): ...", "litestar", ("POST",), None),
    ("from ninja import NinjaAPI\napi = NinjaAPI()\n@api.patch('/x')\ndef f(request): ...", "ninja", ("PATCH",), "/x"),
    ("from aiohttp import web\nr = web.RouteTableDef()\n@r.get('/x')\nasync def f(request): ...", "aiohttp", ("GET",), "/x"),
    (
        "from fastapi import APIRouter\nclass Mine(APIRouter): ...\nr = Mine()\n@r.get('/x')\ndef f(): ...",
        "fastapi",
        ("GET",),
        "/x",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "framework", "methods", "path"), REGISTERED)
def test_a_route(source: str, framework: str, methods: tuple[str, ...], path: str | None) -> None:
    (route,) = found(source)
    assert (route.framework, route.methods, route.path) == (framework, methods, path)
    assert route.function.name == "f"


@pytest.mark.parametrize(
    "source",
    [
        "from app import r\n@r.get('/x')\ndef f(): ...",
        "import fastapi\n@cache.get('x')\ndef f(): ...",
        "import fastapi\nfrom app import r\n@r.get(path)\ndef f(): ...",
        "import fastapi, respx\n@respx.get('/x')\ndef f(): ...",
        "import fastapi, httpx\nc = httpx.Client()\n@c.get('/x')\ndef f(): ...",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.middleware('http')\ndef f(): ...",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get\ndef f(): ...",
        "import fastapi\n@get('/x')\ndef f(): ...",
    ],
)
def test_no_route(source: str) -> None:
    assert found(source) == []


def test_two_decorators_are_two_routes() -> None:
    source = (
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\n@app.get('/b')\ndef f(): ..."
    )
    assert [route.path for route in found(source)] == ["/a", "/b"]


def test_parameters() -> None:
    source = (
        "from fastapi import Depends, FastAPI\napp = FastAPI()\n@app.get('/x')\n"
        "def f(a, /, b=1, *rest, c, d=Depends(make), e=fastapi.Security(make), **more): ..."
    )
    (route,) = found(source)
    assert [parameter.name for parameter in route.parameters] == ["a", "b", "c", "d", "e"]
    assert [parameter.default is None for parameter in route.parameters[:3]] == [True, False, True]
    assert [parameter.is_dependency for parameter in route.parameters] == [False] * 3 + [True] * 2


def test_the_instance_is_no_parameter() -> None:
    source = "from litestar import Controller, get\nclass C(Controller):\n    @get('/x')\n    def f(self, a: int): ..."
    (route,) = found(source)
    assert [parameter.name for parameter in route.parameters] == ["a"]
