"""ARC0805 missing-coverage-threshold."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.topics.testing.suites import has_tests
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Below this a limit says little about what is tested.
_LOW = 60
_TEST = {"tests/test_orders.py": "def test_total():\n    assert 1 + 1 == 2\n"}
_PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
_CI = ".github/workflows/ci.yml"


class MissingCoverageThreshold(ProjectRule):
    """Nothing notices when less of the code is tested.

    Coverage that is only measured falls a little with each hurried change. A limit turns that into a failing run on
    the day it happens.

    What counts: `fail_under` for coverage.py; `--cov-fail-under` and `coverage report --fail-under` in options,
    task files and CI; Codecov unless its status is off or informational; Coveralls, Sonar and the like in CI. A limit
    below 60 % is advice. Not flagged: projects without tests; coverage
    handed to an action of another repository, which may hold it; unpacked archives, which have lost their CI.
    """

    code = "ARC0805"
    severity = Severity.INFO
    preview = True
    noun = "projects hold their coverage"
    message = "nothing fails when the coverage of the tests falls"
    advice = "set `fail_under` in `[tool.coverage.report]`, at first to what is covered today"
    whole_repository = True
    seed = "001, Testing Strategy: `fail_under = 80`; 004: coverage of 80 % and more"
    good = (
        Example(
            "The limit of coverage.py.",
            f"{_PYPROJECT}\n[tool.coverage.report]\nfail_under = 80\n",
            path="pyproject.toml",
            files=_TEST,
        ),
        Example(
            "The limit stands in the command.",
            "on: push\njobs:\n  test:\n    steps:\n      - run: pytest --cov=shop --cov-fail-under=85\n",
            path=_CI,
            files={**_TEST, "pyproject.toml": _PYPROJECT},
        ),
        Example(
            "Codecov compares each change with the one before.",
            "coverage:\n  status:\n    project:\n      default:\n        target: auto\n",
            path="codecov.yml",
            files={**_TEST, "pyproject.toml": _PYPROJECT},
        ),
    )
    bad = (
        Example(
            "Coverage is measured, and may be anything.",
            f"# [missing-coverage-threshold]\n{_PYPROJECT}\n[tool.coverage.run]\nbranch = true\n",
            path="pyproject.toml",
            files={
                **_TEST,
                _CI: "on: push\njobs:\n  test:\n    steps:\n      - run: pytest --cov=shop\n",
            },
        ),
        Example(
            "A limit that hardly anybody reaches from above (advice).",
            f"{_PYPROJECT}\n[tool.coverage.report]\nfail_under = 20  # [missing-coverage-threshold]\n",
            path="pyproject.toml",
            files=_TEST,
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield one outcome a member with tests."""
        for member in project.members:
            if not has_tests(project, member):
                continue
            gates = project.manifests[member.root].coverage_gates
            home = file_place(project.home_of(member), 1, "coverage")
            low = [gate for gate in gates if gate.percent is not None and gate.percent < _LOW]
            if any(gate.certain and gate not in low for gate in gates):
                yield self.complies(home)
            elif any(not gate.certain for gate in gates):
                continue
            elif low:
                highest = max(low, key=lambda gate: gate.percent or 0)
                yield self.violates(
                    file_place(highest.path, highest.line, "coverage"),
                    message="the coverage may fall to {percent:g} %",
                    advice=True,
                    percent=highest.percent,
                )
            elif not project.unpacked:
                yield self.violates(home)
