"""ARC1201: which paths carry a version, and which need none."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.evolution.unversioned_api import UnversionedApi
from archcheck.testing import check, outcomes


def example(path: str, *, prefix: str = "''", more: str = "") -> Example:
    code = (
        "from fastapi import APIRouter, FastAPI\nrouter = APIRouter()\n"
        f"@router.get('{path}')\ndef read() -> list[str]:\n    return []\n"
        f"app = FastAPI()\napp.include_router(router, prefix={prefix})\n{more}"
    )
    return Example("", code, path="src/app/main.py")


VERSIONED = [
    "/v1/x",
    "/api/v2beta1/x",
    "/api-v3/x",
    "/2.0/x",
    "/2024-06-01/x",
    "/{version}/x",
    "/x.v1",
]


@pytest.mark.parametrize("path", VERSIONED)
def test_a_version(path: str) -> None:
    assert [each.verdict for each in outcomes(UnversionedApi, example(path))] == [Verdict.COMPLIES]


@pytest.mark.parametrize(
    "path", ["/health", "/auth/login", "/api/webhooks/stripe", "/", "/metrics"]
)
def test_no_opportunity(path: str) -> None:
    assert not outcomes(UnversionedApi, example(path))


@pytest.mark.parametrize("path", ["/x", "/api/x", "/preview1/x", "/healthy-food"])
def test_no_version(path: str) -> None:
    assert check(UnversionedApi, example(path)) == {("src/app/main.py", 4)}


def test_an_unknown_prefix_may_hold_a_version() -> None:
    assert not outcomes(UnversionedApi, example("/x", prefix="os.environ['P']"))


def test_a_page_is_not_for_programs() -> None:
    source = "from flask import Flask, render_template\napp = Flask(__name__)\n@app.get('/x')\ndef read():\n    return render_template('x')\n"
    assert not outcomes(UnversionedApi, Example("", source, path="src/app/main.py"))


def test_a_handler_with_both_paths_is_judged_once() -> None:
    source = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\n@app.get('/v1/x')\ndef read(): ...\n"
    (outcome,) = outcomes(UnversionedApi, Example("", source, path="src/app/main.py"))
    assert outcome.verdict is Verdict.COMPLIES


def test_drift_stands_alone() -> None:
    more = "@app.get('/y')\ndef other(): ...\n"
    found = outcomes(UnversionedApi, example("/v1/x", more=more))
    wrong = [each for each in found if each.verdict is Verdict.VIOLATES]
    assert [each.message for each in wrong] == ["`GET /y` has no version in its path"]


def test_without_any_version_there_is_one_finding() -> None:
    more = "@app.get('/y')\ndef other(): ...\n"
    found = outcomes(UnversionedApi, example("/x", more=more))
    (outcome,) = found
    assert outcome.message == "2 routes have no version in their path, `GET /x` the first"


@pytest.mark.parametrize(
    "settings",
    ["REST_FRAMEWORK = {'DEFAULT_VERSIONING_CLASS': 'x.AcceptHeaderVersioning'}", "import cadwyn"],
)
def test_versions_that_stand_elsewhere(settings: str) -> None:
    wrong = example("/x")
    files = {"src/app/settings.py": f"{settings}\n"}
    assert not outcomes(UnversionedApi, Example("", wrong.code, path=wrong.path, files=files))


@pytest.mark.parametrize(
    "decorator",
    ["app.get('/scalar')", "app.get('/ajax/users')", "app.get('/ui/x')", "app.get('/admin-ui/x')",
     "app.get('/svelte/{path:path}')", "app.get('/projects-list.json')", "app.get('/ollama/api/tags')",
     "app.get('/openapi_spec')", "app.get('/check', include_in_schema=False)"],
)  # fmt: skip
def test_pages_of_the_program_and_hidden_routes_need_none(decorator: str) -> None:
    code = f"from fastapi import FastAPI\napp = FastAPI()\n@{decorator}\ndef read() -> list[str]:\n    return []\n"
    assert outcomes(UnversionedApi, Example("", code, path="src/app/main.py")) == []


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ("def check(request):\n    return request.headers.get('X-API-Version')\n", 0),
        ("def check(req):\n    return req.headers['x-shop-api-version']\n", 0),
        ("def check(version: str = Header(alias='Accept-Version')): ...\n", 0),
        ("def check(response):\n    return response.headers.get('X-API-Version')\n", 1),
        ("HEADERS = {'X-API-Version': '2'}\n", 1),
    ],
)
def test_a_version_in_a_header(reads: str, expected: int) -> None:
    found = outcomes(
        UnversionedApi, example("/orders", more=f"from fastapi import Header\n{reads}")
    )
    assert len(found) == expected


@pytest.mark.parametrize(("base", "expected"), [("", 1), ("root_path='/api/v1'", 0)])
def test_an_application_that_is_handed_in_may_have_a_base(base: str, expected: int) -> None:
    code = (
        "from fastapi import APIRouter, FastAPI\n\n\nclass Server:\n    def __init__(self):\n"
        f"        self.app = FastAPI({base})\n        register(self.app)\n\n\nrouter = APIRouter()\n\n\n"
        "@router.get('/orders')\ndef read() -> list[str]:\n    return []\n\n\n"
        "def register(app: FastAPI):\n    app.include_router(router)\n"
    )
    assert len(outcomes(UnversionedApi, Example("", code, path="src/app/main.py"))) == expected


def test_what_a_command_serves_needs_none() -> None:
    source = example("/orders")
    assert outcomes(UnversionedApi, Example("", source.code, path="src/app/cli/login.py")) == []


@pytest.mark.parametrize(("path", "expected"), [("/draft", 0), ("/api/draft", 1)])
def test_a_site_asks_for_what_its_own_pages_need(path: str, expected: int) -> None:
    pages = "".join(
        f"@app.get('/page{number}')\ndef page{number}():\n    return render_template('page.html')\n"
        for number in range(2)
    )
    code = (
        "from flask import Flask, jsonify, render_template\napp = Flask(__name__)\n"
        f"{pages}@app.get('{path}')\ndef draft():\n    return jsonify([])\n"
    )
    assert len(outcomes(UnversionedApi, Example("", code))) == expected


@pytest.mark.parametrize("path", ["/api", "/api/", "/Plugin.Activate", "/NetworkDriver.Join"])
def test_the_list_of_versions_and_protocols_of_others_need_none(path: str) -> None:
    assert not outcomes(UnversionedApi, example(path))


@pytest.mark.parametrize(
    ("attribute", "found"), [("template_name = 'x.html'", set()), ("paginated = True", {6})]
)
def test_a_view_with_a_template_answers_with_a_page(attribute: str, found: set[int]) -> None:
    source = (
        "from django.urls import path\nfrom rest_framework.generics import ListAPIView\n"
        f"class Index(ListAPIView):\n    {attribute}\n"
        "urlpatterns = [\n    path('hosts', Index.as_view()),\n]\nROOT_URLCONF = 'app.urls'\n"
    )
    example = Example("", source, path="src/app/urls.py")
    assert {line for _, line in check(UnversionedApi, example)} == found
