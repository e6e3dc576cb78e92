"""ARC0806."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.manifests import tests_in_ci
from archcheck.analysis.project import Project
from archcheck.analysis.topics.testing.suites import has_tests
from archcheck.model import Confidence, Outcome, Severity
from archcheck.rule import Example, ProjectRule, file_place

_TEST = {"tests/test_orders.py": "def test_total():\n    assert 1 + 1 == 2\n"}
_CI = ".github/workflows/ci.yml"


def _workflow(*commands: str) -> str:
    steps = "".join(f"      - run: {command}\n" for command in commands)
    return f"on: push\njobs:\n  check:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}"


class TestsNotInCi(ProjectRule):
    """The continuous integration runs, but not the tests.

    A test that runs only where somebody thinks of it protects nothing: the change that breaks it is merged first.

    Test commands are followed one step into the repository's own makefiles, tox and nox sessions, task runners,
    scripts, composite actions and reusable workflows. A repository with tests and without any configuration is
    advice.

    Not flagged: configurations that call workflows or templates of other repositories, which may run the tests;
    unpacked archives, which may have left the job or all of it out; projects without tests, which another rule reports.
    """

    code = "ARC0806"
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    noun = "projects run their tests in CI"
    message = "the CI configuration never runs the tests"
    advice = "add a job that runs the test command on every change"
    whole_repository = True
    seed = "Seed 004, CI/CD pipeline; seed 003, factor V"
    good = (
        Example("A job runs them.", _workflow("uv run pytest"), path=_CI, files=_TEST),
        Example(
            "A make target runs them.",
            _workflow("make check"),
            path=_CI,
            files={**_TEST, "Makefile": "check:\n\tpython -m pytest\n"},
        ),
    )
    bad = (
        Example(
            "Installing a runner is not running it.",
            f"# [tests-not-in-ci]\n{_workflow('pip install pytest ruff', 'ruff check')}",
            path=_CI,
            files=_TEST,
        ),
        Example(
            "The make target only checks the style.",
            f"# [tests-not-in-ci]\n{_workflow('make check')}",
            path=_CI,
            files={**_TEST, "Makefile": "check:\n\truff check\n"},
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            if not has_tests(project, member):
                continue
            configs = project.manifests[member.root].ci
            own = [config for config in configs if project.member_of(config.path) is member]
            if own:
                run = tests_in_ci(configs)
                place = file_place(own[0].path, subject="tests")
                if run:
                    yield self.complies(place)
                elif run is not None and not project.unpacked:
                    yield self.violates(place)
            elif not member.root and not project.unpacked:
                yield self.violates(
                    file_place(project.home_of(member), 1, "tests"),
                    message="no CI configuration: nobody runs the tests when the code changes",
                    advice=True,
                )
