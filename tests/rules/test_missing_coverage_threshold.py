"""ARC0805: what holds the coverage of the tests."""

from __future__ import annotations

import pytest

from archcheck.rules.testing.missing_coverage_threshold import MissingCoverageThreshold
from archcheck.testing import outcomes, project_example

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
TEST = "def test_total():\n    assert 1 + 1 == 2\n"
CI = ".github/workflows/ci.yml"


def workflow(*steps: str) -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n{lines}"


def judged(files: dict[str, str], *, tests: bool = True) -> str:
    """What the rule says of a project with these files: ``advice`` for a violation that is free."""
    suite = {"tests/test_orders.py": TEST} if tests else {}
    example = project_example("A case.", {"pyproject.toml": PYPROJECT, **suite, **files})
    found = outcomes(MissingCoverageThreshold, example)
    assert len(found) <= 1
    return "".join("advice" if each.advice else each.verdict.value for each in found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", f"{PYPROJECT}\n[tool.coverage.report]\nfail_under = 87.5\n"),
        ("pyproject.toml", f"{PYPROJECT}\n[tool.pytest.ini_options]\naddopts = '--cov-fail-under=80'\n"),
        (".coveragerc", "[report]\nfail_under = 80\n"),
        ("setup.cfg", "[coverage:report]\nfail_under = 80\n"),
        ("tox.ini", "[testenv]\ncommands =\n  pytest --cov\n  coverage report --fail-under 90\n"),
        ("Makefile", "test:\n\tpytest --cov=shop --cov-fail-under 80\n"),
        ("noxfile.py", 'def tests(session):\n    session.run("coverage", "report", "--fail-under=100")\n'),
        (CI, workflow("run: pytest --cov --cov-fail-under=80")),
        (CI, workflow("run: pytest --cov", "uses: codecov/codecov-action@v5")),
        (CI, workflow("run: pytest --cov", "uses: coverallsapp/github-action@v2")),
        ("codecov.yml", "comment: false\n"),
        (".github/codecov.yml", "coverage:\n  status:\n    project: off\n    patch:\n      default:\n        target: 80%\n"),
        ("sonar-project.properties", "sonar.projectKey=shop\n"),
    ],
)  # fmt: skip
def test_something_holds_it(path: str, text: str) -> None:
    assert judged({path: text}) == "complies"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", f"{PYPROJECT}\n[tool.coverage.report]\nfail_under = 0\n"),
        ("pyproject.toml", f"{PYPROJECT}\n[tool.interrogate]\nfail-under = 95\n"),
        (".coveragerc", "[report]\n# fail_under = 80\nshow_missing = true\n"),
        ("Makefile", "test:\n\t# pytest --cov-fail-under=80\n\tpylint --fail-under=9 shop\n"),
        (CI, workflow("run: pytest --cov")),
        ("codecov.yml", "coverage:\n  status: off\n"),
        ("codecov.yml", "coverage:\n  status:\n    project: false\n    patch: false\n"),
        ("codecov.yml", "coverage:\n  status:\n    project:\n      default:\n        informational: true\n    patch: off\n"),
    ],
)  # fmt: skip
def test_nothing_holds_it(path: str, text: str) -> None:
    assert judged({path: text}) == "violates"


def test_an_upload_whose_status_is_off_holds_nothing() -> None:
    upload = workflow("run: pytest --cov", "uses: codecov/codecov-action@v5")
    assert judged({CI: upload, "codecov.yml": "coverage:\n  status: off\n"}) == "violates"


def test_a_low_limit_is_advice() -> None:
    assert judged({".coveragerc": "[report]\nfail_under = 59\n"}) == "advice"
    assert judged({".coveragerc": "[report]\nfail_under = 60\n"}) == "complies"


@pytest.mark.parametrize(
    "files",
    [
        {CI: workflow("run: pytest --cov", "uses: acme/actions/report-coverage@v1")},
        {"PKG-INFO": "Metadata-Version: 2.1\nName: shop\n"},
    ],
)
def test_nobody_can_know(files: dict[str, str]) -> None:
    assert judged(files) == ""


def test_an_action_about_something_else_holds_nothing() -> None:
    files = {CI: workflow("uses: acme/recover-cache@v1", "run: pytest --cov")}
    assert judged(files) == "violates"


def test_a_project_without_tests_is_not_asked() -> None:
    assert judged({}, tests=False) == ""


def test_a_broken_manifest_is_no_limit() -> None:
    assert judged({".coveragerc": "fail_under\n"}) == "violates"
