"""ARC0806: does a job reach the tests?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Outcome, Verdict
from archcheck.rules.testing import tests_not_in_ci
from archcheck.testing import outcomes, project_example

CODE = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n",
    "src/shop/a.py": "def f():\n    return 1\n",
}
TESTS = {"tests/test_a.py": "def test_f():\n    assert 1\n"}
WORKFLOW = ".github/workflows/ci.yml"


def judged(files: Mapping[str, str]) -> list[Outcome]:
    return outcomes(tests_not_in_ci.TestsNotInCi, project_example("case", files))


def verdict_of(files: Mapping[str, str]) -> str:
    found = judged({**CODE, **TESTS, **files})
    if not found:
        return "none"
    (outcome,) = found
    if outcome.advice:
        return "advice"
    return "ok" if outcome.verdict is Verdict.COMPLIES else "bad"


def steps(*commands: str) -> str:
    lines = "".join(f"      - run: {command}\n" for command in commands)
    return f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{lines}"


REACHED = {
    "pytest": {WORKFLOW: steps("pip install .", "pytest -q")},
    "unittest": {WORKFLOW: steps("python -m unittest")},
    "Django": {WORKFLOW: steps("python manage.py test")},
    "tox": {WORKFLOW: steps("tox")},
    "several lines": {WORKFLOW: steps("|\n          pip install .\n          pytest")},
    "GitLab": {".gitlab-ci.yml": "test:\n  script:\n    - pytest\n"},
    "make target": {
        WORKFLOW: steps("make check"),
        "Makefile": "check: lint\n\tpytest\nlint:\n\truff\n",
    },
    "sourced script": {WORKFLOW: steps(". scripts/ci.sh"), "scripts/ci.sh": "set -e\npytest\n"},
    "script": {WORKFLOW: steps("bash scripts/ci.sh"), "scripts/ci.sh": "ruff check\npytest\n"},
    "another workflow": {
        WORKFLOW: steps("ruff check"),
        ".github/workflows/test.yml": steps("pytest"),
    },
}


@pytest.mark.parametrize("files", REACHED.values(), ids=REACHED)
def test_a_job_reaches_the_tests(files: Mapping[str, str]) -> None:
    assert verdict_of(files) == "ok"


MISSED = {
    "style only": {WORKFLOW: steps("ruff check")},
    "installed only": {WORKFLOW: steps("pip install pytest")},
    "named only": {WORKFLOW: steps("echo ready").replace("  a:", "  test:")},
    "make target without tests": {WORKFLOW: steps("make check"), "Makefile": "check:\n\truff\n"},
    "another target has them": {
        WORKFLOW: steps("make lint"),
        "Makefile": "lint:\n\truff\ncheck:\n\tpytest\n",
    },
}


@pytest.mark.parametrize("files", MISSED.values(), ids=MISSED)
def test_no_job_reaches_the_tests(files: Mapping[str, str]) -> None:
    assert verdict_of(files) == "bad"


def test_the_place_is_the_configuration_as_a_whole() -> None:
    (outcome,) = judged({**CODE, **TESTS, WORKFLOW: steps("ruff check")})
    assert (outcome.place.location.path, outcome.place.location.line) == (WORKFLOW, 0)
    assert outcome.message == "the CI configuration never runs the tests"


def test_no_configuration_is_advice() -> None:
    (outcome,) = judged({**CODE, **TESTS})
    assert outcome.advice
    assert outcome.place.location.path == "pyproject.toml"


def test_workflow_of_another_repository_may_run_them() -> None:
    remote = "on: push\njobs:\n  a:\n    uses: shop/shared/.github/workflows/test.yml@v1\n"
    assert verdict_of({WORKFLOW: remote}) == "none"


def test_unpacked_archive_has_lost_its_configuration() -> None:
    metadata = {"PKG-INFO": "Metadata-Version: 2.1\n"}
    assert verdict_of(metadata) == "none"
    assert verdict_of({**metadata, WORKFLOW: steps("python -m build")}) == "none"
    assert verdict_of({**metadata, WORKFLOW: steps("pytest")}) == "ok"


def test_without_tests_there_is_nothing_to_run() -> None:
    assert judged({**CODE, WORKFLOW: steps("ruff check")}) == []


def test_members_share_the_configuration_of_the_root() -> None:
    member = {
        "one/pyproject.toml": "[project]\nname = 'one'\nversion = '1'\n",
        "one/one.py": "def f():\n    return 1\n",
        "one/tests/test_a.py": "def test_f():\n    assert 1\n",
    }
    (outcome,) = judged({**CODE, **TESTS, **member, WORKFLOW: steps("pytest")})
    assert outcome.place.location.path == WORKFLOW
