"""ARC0801."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.project import Project
from archcheck.analysis.topics.testing.suites import has_tests
from archcheck.model import RUNTIME_ROLES, Outcome, Severity
from archcheck.rule import Example, ProjectRule, file_place

_MIN_MODULES = 3
_PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
_MODULES = {
    f"src/shop/{name}.py": f"def {verb}(order):\n    return order\n"
    for name, verb in (("orders", "place"), ("payments", "charge"), ("stock", "reserve"))
}
_TEST = "from shop.orders import place\n\n\ndef test_place():\n    assert place(1) == 1\n"


class MissingTests(ProjectRule):
    """The project has no test.

    Without one nobody can say whether a change broke something, and every other principle rests on hope.

    What counts: functions and methods that pytest, unittest, Django or trial would collect, whether they assert or
    not; specifications of behave and Robot Framework; doctests and notebooks, where a runner is told to run them.
    Tests of the repository's root serve its members too.

    Not flagged: projects with fewer than three modules that define a function or class; unpacked archives, whose
    tests may have been left out; projects whose tests are excluded from the analysis.
    """

    code = "ARC0801"
    severity = Severity.ERROR
    noun = "projects have tests"
    message = "{modules} modules define code, and no test runs any of it"
    advice = "start with one pytest test of the most important path"
    zero_tolerance = True
    whole_repository = True
    seed = "Seed 001, Testing Strategy; seed 004, Testing Standards"
    good = (
        Example(
            "One test is a beginning.",
            _TEST,
            path="tests/test_orders.py",
            files={"pyproject.toml": _PYPROJECT, **_MODULES},
        ),
        Example(
            "Behaviour is specified for behave.",
            _PYPROJECT,
            path="pyproject.toml",
            files={**_MODULES, "features/orders.feature": "Feature: orders\n"},
        ),
    )
    bad = (
        Example(
            "Nothing is tested.",
            f"# [missing-tests]\n{_PYPROJECT}",
            path="pyproject.toml",
            files=_MODULES,
        ),
        Example(
            "A folder with helpers is no test.",
            f"# [missing-tests]\n{_PYPROJECT}",
            path="pyproject.toml",
            files={**_MODULES, "tests/helpers.py": "def make_order():\n    return 1\n"},
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            modules = [
                module
                for module in project.facts_of(member)
                if module.role in RUNTIME_ROLES and (module.functions or module.classes)
            ]
            if len(modules) < _MIN_MODULES:
                continue
            place = file_place(project.home_of(member), 1, "tests")
            tested = has_tests(project, member)
            if tested:
                yield self.complies(place)
            elif tested is False:
                yield self.violates(place, modules=len(modules))
