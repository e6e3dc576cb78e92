"""ARC0804: by what a test is told to be a unit, integration or end-to-end test."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rules.testing.missing_test_level import MissingTestLevel
from archcheck.testing import outcomes, project_example

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
TEST = "def test_total():\n    assert 1 + 1 == 2\n"


def levels(files: dict[str, str]) -> set[str]:
    """The levels that are found in a service with these files."""
    example = project_example("A case.", {"pyproject.toml": PYPROJECT, **files})
    found = outcomes(MissingTestLevel, example)
    assert len(found) == 3
    return {each.place.subject for each in found if each.verdict is Verdict.COMPLIES}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_orders.py", {"unit"}),
        ("tests/unit/test_integration_points.py", {"unit"}),
        ("tests/integration/test_orders.py", {"integration"}),
        ("tests/api/test_orders.py", {"integration"}),
        ("tests/e2e/test_orders.py", {"end-to-end"}),
        ("tests/acceptance_tests/test_orders.py", {"end-to-end"}),
        ("tests/functional/test_orders.py", {"integration", "end-to-end"}),
        ("tests/test_orders_e2e.py", {"end-to-end"}),
    ],
)
def test_told_by_the_path(path: str, expected: set[str]) -> None:
    assert levels({path: TEST}) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import pytest\n\n\n@pytest.mark.integration\n", {"integration"}),
        ("import pytest\n\npytestmark = [pytest.mark.e2e, pytest.mark.slow]\n\n\n", {"end-to-end"}),
        ("import pytest\n\n\n@pytest.mark.parametrize('a', [1])\n", {"unit"}),
        ("from fastapi.testclient import TestClient\n\n\n", {"integration"}),
        ("from httpx import ASGITransport, AsyncClient\n\n\n", {"integration"}),
        ("from testcontainers.postgres import PostgresContainer\n\n\n", {"integration"}),
        ("from playwright.sync_api import Page\n\n\n", {"end-to-end"}),
        ("from docker_names import name\n\n\n", {"unit"}),
        ("import subprocess\n\n\ndef run():\n    subprocess.run(['shop'])\n\n\n", {"integration", "end-to-end"}),
        ("def client(app):\n    return app.test_client()\n\n\n", {"integration"}),
    ],
)  # fmt: skip
def test_told_by_marks_and_tools(code: str, expected: set[str]) -> None:
    assert levels({"tests/test_orders.py": code + TEST}) == expected


@pytest.mark.parametrize(
    "path",
    ["features/orders.feature", "web/cypress/orders.js", "e2e/orders.spec.ts", "web/playwright.config.ts"],
)  # fmt: skip
def test_tools_that_are_no_python(path: str) -> None:
    assert levels({"tests/test_orders.py": TEST, path: "Feature: orders\n"}) == {
        "unit",
        "end-to-end",
    }


def test_load_tests_may_lie_anywhere() -> None:
    locust = "from locust import HttpUser\n\n\nclass Visitor(HttpUser): ...\n"
    assert levels({"tests/test_orders.py": TEST, "load/visitors.py": locust}) == {
        "unit",
        "end-to-end",
    }


def test_an_archive_may_have_lost_tests() -> None:
    files = {
        "pyproject.toml": PYPROJECT,
        "PKG-INFO": "Metadata-Version: 2.1\nName: shop\n",
        "tests/test_orders.py": TEST,
    }
    found = outcomes(MissingTestLevel, project_example("A case.", files))
    assert [(each.place.subject, each.verdict.value) for each in found] == [("unit", "complies")]


def test_a_project_without_tests_is_not_asked() -> None:
    files = {"pyproject.toml": PYPROJECT, "src/shop/main.py": "def act(): ...\n"}
    assert outcomes(MissingTestLevel, project_example("A case.", files)) == []
