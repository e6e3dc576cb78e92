"""ARC0507: which applications leave their project's own exceptions unanswered?"""

from __future__ import annotations

import pytest

from archcheck.model import Kind
from archcheck.rule import Example
from archcheck.rules.error_handling.missing_error_handler import MissingErrorHandler
from archcheck.testing import outcomes

ERRORS = (
    "class Missing(Exception): ...\nclass Paid(Missing): ...\nclass Refused(Exception): ...\n\n\n"
    "def check(order):\n    if order is None:\n        raise Missing\n    if order.paid:\n        raise Paid(order)\n"
    "    raise Refused(order)\n"
)
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def verdicts(
    app: str = APP, errors: str = ERRORS, other: str = "", kind: Kind = Kind.SERVICE
) -> list[str]:
    files = {"src/shop/errors.py": errors, "src/shop/other.py": other}
    example = Example("A case.", app, "src/shop/main.py", files, frozenset({kind}))
    return [each.verdict.value for each in outcomes(MissingErrorHandler, example)]


@pytest.mark.parametrize(
    "app",
    [
        APP,
        "import fastapi as f\n\n\ndef make():\n    return f.FastAPI()\n",
        "from flask import Flask\napp = Flask(__name__)\n",
        "from starlette.applications import Starlette\napp = Starlette()\n",
        "from litestar import Litestar\napp = Litestar()\n",
    ],
)
def test_an_application_without_a_handler_violates(app: str) -> None:
    assert verdicts(app) == ["violates"]


@pytest.mark.parametrize(
    "other",
    [
        "def install(app):\n    app.add_exception_handler(Missing, answer)\n",
        "from shop.main import app\n\n\n@app.exception_handler(Missing)\ndef answer(request, error): ...\n",
        "@bp.app_errorhandler(Missing)\ndef answer(error): ...\n",
        "def install(app):\n    app.register_error_handler(Missing, answer)\n",
        "make(exception_handlers={Missing: answer})\n",
        "class Shop(Flask):\n    def handle_user_exception(self, error): ...\n",
        "class M:\n    async def __call__(self, scope, receive, send):\n        try:\n"
        "            await self.app(scope, receive, send)\n        except Missing: ...\n",
    ],
)
def test_a_handler_anywhere_complies(other: str) -> None:
    assert verdicts(other=other) == ["complies"]


def test_each_application_is_one_opportunity() -> None:
    assert verdicts(f"{APP}admin = FastAPI()\n") == ["violates", "violates"]


@pytest.mark.parametrize(
    "errors",
    [
        ERRORS.replace("raise Refused(order)", "return order"),
        ERRORS.replace("(Exception)", "(HTTPException)").replace(
            "class Missing", "from werkzeug.exceptions import HTTPException\nclass Missing"
        ),
        "def check(order):\n    raise ValueError\n",
    ],
)
def test_few_exceptions_that_no_framework_knows_need_no_handler(errors: str) -> None:
    assert verdicts(errors=errors) == []


def test_an_application_of_pages_is_left_alone() -> None:
    assert verdicts(other="from flask import render_template\n") == []


def test_other_projects_are_left_alone() -> None:
    assert verdicts(kind=Kind.LIBRARY) == []
    assert verdicts("from django.core.wsgi import get_wsgi_application\n") == []
