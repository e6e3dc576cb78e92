"""What must hold for every rule there is, found as users find it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archcheck.rules
from archcheck.engine import dispatch
from archcheck.model import Principle, Role
from archcheck.plugins import load_rules
from archcheck.rule import CallRule, Example, ModuleRule, ProjectRule, Rule, narrowed
from archcheck.testing import check, expected, outcomes

RULES = load_rules()
FIRST_THIRTY = """0101 0102 0103 0202 0203 0301 0302 0401 0402 0405 0501 0502 0503 0601 0603 0701 0702 0801 0802
0806 0901 0903 0905 1001 1003 1004 1101 1104 1202 1205""".split()
GOOD = [(rule, example) for rule in RULES for example in rule.good]
BAD = [(rule, example) for rule in RULES for example in rule.bad]


def name_of(value: object) -> str:
    if isinstance(value, type):
        return value.__name__
    return value.title if isinstance(value, Example) else str(value)


def test_the_first_thirty_are_there() -> None:
    codes = {rule.code for rule in RULES}
    assert {f"ARC{digits}" for digits in FIRST_THIRTY} <= codes


def test_every_principle_has_at_least_two() -> None:
    counts = dict.fromkeys(Principle, 0)
    for rule in RULES:
        counts[Principle.of_code(rule.code)] += 1
    assert min(counts.values()) >= 2


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_name_file_folder_and_code_agree(rule: type[Rule]) -> None:
    file = Path(archcheck.rules.__file__).parent / rule.__module__.split(".", 2)[2].replace(
        ".", "/"
    )
    assert file.with_suffix(".py").is_file()
    assert file.name == rule.name().replace("-", "_")
    assert file.parent.name == Principle.of_code(rule.code).slug.replace("-", "_")
    assert re.fullmatch(r"ARC(0[1-9]|1[0-2])\d\d", rule.code)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_documentation_is_complete(rule: type[Rule]) -> None:
    info = rule.info()
    assert info.summary.endswith(".")
    assert "Not flagged" in info.explanation
    assert info.noun and info.advice and info.seed
    assert not rule.message.endswith(".")
    assert rule.roles <= set(Role)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_there_are_good_and_bad_examples(rule: type[Rule]) -> None:
    assert rule.good
    assert rule.bad


@pytest.mark.parametrize(("rule", "example"), BAD, ids=name_of)
def test_a_bad_example_is_reported_exactly_where_it_says(
    rule: type[Rule], example: Example
) -> None:
    announced = expected(rule, example)
    assert announced
    assert check(rule, example) == announced


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=name_of)
def test_a_good_example_is_silent(rule: type[Rule], example: Example) -> None:
    assert not expected(rule, example)
    assert check(rule, example) == set()


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_rule_is_of_one_kind(rule: type[Rule]) -> None:
    assert sum(issubclass(rule, kind) for kind in (CallRule, ModuleRule, ProjectRule)) == 1


def says_more_when_asked_everywhere(rule: type[Rule], example: Example) -> bool:
    """Whether the rule speaks of places that its own narrowing hides from it."""
    narrowly = outcomes(rule, example)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "narrowing_of", lambda handler, kind: None)
        return outcomes(rule, example) != narrowly


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if issubclass(rule, ModuleRule)], ids=name_of
)
def test_a_narrowing_hides_nothing(rule: type[Rule]) -> None:
    assert not any(
        says_more_when_asked_everywhere(rule, example) for example in (*rule.good, *rule.bad)
    )


def test_a_wrong_narrowing_is_found_out() -> None:
    right = next(rule for rule in RULES if rule.name() == "print-instead-of-logging")

    @narrowed(named=("printf",))
    def visit_Call(self: Rule, *args: object) -> object:  # noqa: N802 - a handler's name
        return vars(right)["visit_Call"](self, *args)

    wrong = type("Wrong", (right,), {"visit_Call": visit_Call})
    assert says_more_when_asked_everywhere(wrong, right.bad[0])


def test_a_misspelt_handler_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="visit_Cal"):
        type("Misspelt", (ModuleRule,), {"visit_Cal": lambda self, node, module: ()})
