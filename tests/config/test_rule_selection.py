"""Which rules are in force."""

from __future__ import annotations

import pytest
from builders import rule

from archcheck.config.select import select, unknown_selector
from archcheck.config.settings import Settings

RULES = (
    rule("ARC0301", "call-without-timeout"),
    rule("ARC0302", "retry-without-backoff"),
    rule("ARC0901", "hardcoded-secret"),
    rule("ARC0905", "disabled-verification"),
    rule("ARC1001", "unclosed-resource"),
    rule("ARC0999", "preview-rule", preview=True),
)
ALL = {"0301", "0302", "0901", "0905", "1001"}
KNOWN = [(info.code, info.name) for info in RULES]


def chosen(**settings: object) -> set[str]:
    return {code.removeprefix("ARC") for code in select(RULES, Settings.model_validate(settings))}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ALL),
        ({"preview": True}, {*ALL, "0999"}),
        ({"select": ["ARC0999"]}, set()),
        ({"select": ["ARC0999"], "preview": True}, {"0999"}),
        ({"select": ["ARC03"]}, {"0301", "0302"}),
        ({"select": ["ARC0"]}, ALL - {"1001"}),
        ({"select": ["ARC1"]}, {"1001"}),
        ({"select": ["graceful-degradation"]}, {"0301", "0302"}),
        ({"select": ["hardcoded-secret"]}, {"0901"}),
        ({"select": ["ALL"]}, ALL),
        ({"select": ["ARC03"], "extend-select": ["ARC1001"]}, {"0301", "0302", "1001"}),
        ({"ignore": ["ARC03"]}, ALL - {"0301", "0302"}),
        ({"ignore": ["ALL"]}, set()),
        ({"select": ["ARC03"], "ignore": ["ARC0301"]}, {"0302"}),
    ],
)
def test_what_selectors_mean(settings: dict[str, object], expected: set[str]) -> None:
    assert chosen(**settings) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"ignore": ["security"], "extend-select": ["ARC0905"]}, ALL - {"0901"}),
        ({"select": ["ARC0301"], "ignore": ["ARC03"]}, {"0301"}),
        ({"select": ["ARC0301"], "ignore": ["call-without-timeout"]}, set()),
        ({"select": ["ARC09"], "ignore": ["security"]}, set()),
    ],
)
def test_the_more_specific_wins_and_ignore_among_equals(
    settings: dict[str, object], expected: set[str]
) -> None:
    assert chosen(**settings) == expected


def test_an_unknown_selector_names_the_nearest() -> None:
    assert unknown_selector("ARC03", KNOWN) == ""
    assert unknown_selector("secrity", KNOWN) == (
        "`secrity` is no rule, prefix or principle; did you mean `security`?"
    )
    assert unknown_selector("arc03", KNOWN).startswith("`arc03` is no rule")


def test_a_principle_without_a_rule_matches_nothing() -> None:
    assert unknown_selector("testing", KNOWN).startswith("`testing` is no rule")
