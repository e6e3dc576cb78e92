"""Does ``probe(<expression>)`` get a part of a request?"""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from archcheck.analysis.module import Module
from archcheck.analysis.topics.requests.untrusted import is_untrusted
from archcheck.model import Role


def untrusted(source: str) -> bool:
    text = dedent(source)
    module = Module(
        path="app.py", name="app", role=Role.RUNTIME, text=text, tree=ast.parse(text), wanted=()
    )
    (node,) = (
        call.args[0]
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "probe"
    )
    return is_untrusted(node, module)


HANDLER = (
    "from fastapi import Depends, FastAPI, Header, Request\napp = FastAPI()\n@app.get('/{id}')\n"
)


@pytest.mark.parametrize(
    "source",
    [
        HANDLER + "def f(id: str):\n    probe(id)",
        HANDLER + "def f(id):\n    key = f'a{id}'.strip()\n    probe('b' + key)",
        HANDLER + "async def f(order: Order):\n    probe(order.customer.name)",
        HANDLER + "async def f(request: Request):\n    probe((await request.json())['id'])",
        HANDLER + "def f(request: Request):\n    probe(request.query_params.get('id'))",
        HANDLER + "def f(names: list[str]):\n    probe(', '.join(names))",
        "from flask import request\ndef f():\n    probe(request.args['id'])",
        "def view(request, id):\n    probe(request.POST.get('id'))",
        "class View:\n    def get(self):\n        probe(self.request.GET['id'])",
        "from fastapi import Header\ndef current(token: str = Header()):\n    probe(token)",
        "from typing import Annotated\nfrom fastapi import Header\n"
        "def current(*, token: Annotated[str, Header()]):\n    probe(token)",
        "from fastapi import Depends\nfrom fastapi.security import OAuth2PasswordBearer\n"
        "scheme = OAuth2PasswordBearer('t')\ndef current(token: str = Depends(scheme)):\n    probe(token)",
        "from app import oauth2_scheme\nfrom fastapi import Depends\n"
        "def current(token: str = Depends(oauth2_scheme)):\n    probe(token)",
    ],
)
def test_parts_of_a_request(source: str) -> None:
    assert untrusted(source)


@pytest.mark.parametrize(
    "source",
    [
        "def f(id):\n    probe(id)",
        HANDLER + "def f(id: int):\n    probe(id)",
        HANDLER + "def f(id: str):\n    probe(int(id))",
        HANDLER + "def f(id: str):\n    probe(load(id))",
        HANDLER + "def f(request: Request):\n    probe(request.app.state.table)",
        HANDLER + "def f(table: str = Depends(table_name)):\n    probe(table)",
        HANDLER + "def f(id: str):\n    id = 'fixed'\n    probe(id)",
        HANDLER + "def f(id: str):\n    table = 'orders'\n    probe(table)",
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/<int:id>')\ndef f(id):\n    probe(id)",
        "def f(response):\n    probe(response.request.headers['id'])",
        "def f():\n    x = x + 1\n    probe(x)",
        "probe(json)",
    ],
)
def test_other_values(source: str) -> None:
    assert not untrusted(source)
