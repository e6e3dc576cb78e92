"""What the stopwatch around the rules may change: nothing but the statistics."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from fixture_projects import FIXTURES
from msgspec.structs import replace

from archcheck.analysis.module import Module
from archcheck.analysis.names.packages import Packages
from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.engine.dispatch import Dispatch, RuleCrash
from archcheck.engine.memory import Execution
from archcheck.engine.rule_costs import RuleClock
from archcheck.model import Outcome, Role, Severity
from archcheck.plugins import load_rules
from archcheck.rule import ModuleRule, file_place


@pytest.mark.parametrize("preview", [False, True])
def test_a_timed_run_finds_the_same_and_names_every_rule_that_runs(preview: bool) -> None:
    root = FIXTURES / "legacy_service"
    settings = Settings(preview=preview)
    plain = check(root, settings)
    timed = check(root, settings, execution=Execution(time_rules=True, jobs=2))
    assert {code for code, _ in timed.statistics.rule_seconds} == {
        rule.code for rule in load_rules() if preview or not rule.preview
    }
    assert replace(timed, statistics=plain.statistics) == plain
    assert plain.statistics.rule_seconds == ()


class Crashing(ModuleRule):
    """A rule that crashes after it has spoken."""

    code = "TST0101"
    severity = Severity.INFO
    noun = "passes pass"
    message = "a pass"
    advice = "none"
    seed = "none"

    def visit_Pass(self, node: ast.Pass, module: Module) -> Iterator[Outcome]:  # noqa: N802
        yield self.complies(file_place("app.py"))
        raise LookupError("a defect")


def test_what_a_rule_said_before_it_crashed_is_kept() -> None:
    rule = Crashing()
    clock = RuleClock([rule])
    dispatch = Dispatch([rule])
    module = Module(
        path="app.py",
        name="app",
        role=Role.RUNTIME,
        text="pass",
        tree=ast.parse("pass"),
        wanted=dispatch.node_types,
        packages=Packages(),
    )
    found = list(dispatch.judge_nodes(module))
    assert [type(each) for each in found] == [Outcome, RuleCrash]
    ((code, seconds),) = clock.costs()
    assert code == "TST0101"
    assert seconds > 0
