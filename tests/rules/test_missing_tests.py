"""ARC0801: is there any test at all?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Outcome, Verdict
from archcheck.rules.testing.missing_tests import MissingTests
from archcheck.testing import outcomes, project_example

PYPROJECT = {"pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n"}
MODULES = {f"src/shop/{name}.py": "def f():\n    return 1\n" for name in ("a", "b", "c")}

DOCTEST = 'def f():\n    """>>> f()\n    1\n    """\n'


def judged(files: Mapping[str, str]) -> list[Outcome]:
    return outcomes(MissingTests, project_example("case", files))


def verdict_of(files: Mapping[str, str]) -> str:
    found = judged({**PYPROJECT, **MODULES, **files})
    if not found:
        return "none"
    (outcome,) = found
    return "ok" if outcome.verdict is Verdict.COMPLIES else "bad"


def test_project_without_tests() -> None:
    (outcome,) = judged({**PYPROJECT, **MODULES})
    assert (outcome.place.location.path, outcome.place.location.line) == ("pyproject.toml", 1)
    assert outcome.message == "3 modules define code, and no test runs any of it"
    assert not outcome.advice


def test_project_without_a_manifest_is_reported_at_its_first_module() -> None:
    (outcome,) = judged(MODULES)
    assert outcome.place.location.path == "src/shop/a.py"


TESTS = {
    "pytest": {"tests/test_a.py": "def test_f(): ...\n"},
    "pytest beside the code": {"src/shop/test_a.py": "def test_f():\n    assert 1\n"},
    "coroutine": {"tests/test_a.py": "async def test_f(): ...\n"},
    "unittest": {
        "tests/test_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_f(self): ...\n"
    },
    "Django": {
        "src/shop/tests.py": (
            "from django.test import TestCase\nclass A(TestCase):\n    def test_f(self): ...\n"
        )
    },
    "behave": {"features/orders.feature": "Feature: orders\n"},
    "doctests, which pytest runs": {
        "src/shop/a.py": DOCTEST,
        "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
    },
    "doctests, which CI runs": {
        "src/shop/a.py": DOCTEST,
        ".github/workflows/ci.yml": "jobs: {a: {steps: [{run: python -m doctest src/shop/a.py}]}}\n",
    },
    "notebooks, which pytest runs": {
        "guide.ipynb": "{}",
        "tox.ini": "[testenv]\ncommands = pytest --nbmake\n",
    },
    "Robot Framework": {"acceptance/orders.robot": "*** Test Cases ***\n"},
}


@pytest.mark.parametrize("files", TESTS.values(), ids=TESTS)
def test_project_with_tests(files: Mapping[str, str]) -> None:
    assert verdict_of(files) == "ok"


LOOK_ALIKES = {
    "doctests, which nobody runs": {"src/shop/a.py": DOCTEST},
    "doctests, which are only spoken of": {
        "src/shop/a.py": DOCTEST,
        "tox.ini": "# doctests are formatted too\n",
    },
    "notebooks, which nobody runs": {"guide.ipynb": "{}"},
    "helpers only": {"tests/helpers.py": "def make():\n    return 1\n"},
    "fixtures only": {
        "tests/conftest.py": "import pytest\n@pytest.fixture\ndef test_user(): ...\n"
    },
    "empty test module": {"tests/test_a.py": ""},
    "function of the product": {"src/shop/d.py": "def test_connection():\n    return 1\n"},
    "command of the product": {
        "src/shop/test_db.py": "import click\n@click.command()\ndef test_db():\n    assert 1\n"
    },
}


@pytest.mark.parametrize("files", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_is_no_test(files: Mapping[str, str]) -> None:
    assert verdict_of(files) == "bad"


def test_unpacked_archive_may_have_lost_its_tests() -> None:
    assert verdict_of({"PKG-INFO": "Metadata-Version: 2.1\n"}) == "none"


def test_unpacked_archive_that_kept_its_tests() -> None:
    files = {"PKG-INFO": "Metadata-Version: 2.1\n", "tests/test_a.py": "def test_f(): ...\n"}
    assert verdict_of(files) == "ok"


def test_small_projects_and_mere_data_need_no_tests() -> None:
    two = dict(list(MODULES.items())[:2])
    constants = {f"src/shop/{name}.py": "X = 1\n" for name in ("d", "e", "f")}
    assert judged({**PYPROJECT, **two, **constants}) == []


def test_members_are_judged_each_and_share_the_tests_of_the_root() -> None:
    def member(name: str) -> dict[str, str]:
        return {
            f"{name}/pyproject.toml": f"[project]\nname = '{name}'\nversion = '1'\n",
            **{f"{name}/{name}_{part}.py": "def f():\n    return 1\n" for part in "abc"},
        }

    members = {**member("one"), **member("two")}
    own = {"one/tests/test_a.py": "def test_f(): ...\n"}
    found = {outcome.place.location.path: outcome.verdict for outcome in judged({**members, **own})}
    assert found == {
        "one/pyproject.toml": Verdict.COMPLIES,
        "two/pyproject.toml": Verdict.VIOLATES,
    }
    shared = {"tests/test_a.py": "def test_f(): ...\n"}
    assert {outcome.verdict for outcome in judged({**members, **shared})} == {Verdict.COMPLIES}
