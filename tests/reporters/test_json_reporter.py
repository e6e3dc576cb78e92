"""The report for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from builders import (
    FAILURE,
    ISSUES,
    TALLIES,
    clean_report,
    empty_report,
    member_report,
    report,
)
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from archcheck.model import Kind, Principle
from archcheck.report import Report, Tally, display
from archcheck.reporters import RenderOptions
from archcheck.reporters.json import render

SCHEMA = json.loads(
    Path(__file__).parents[2].joinpath("docs/reference/report.schema.json").read_text("utf-8")
)
REPORTS = {
    "usual": report(),
    "clean": clean_report(),
    "empty": empty_report(),
    "incomplete": report(failures=(FAILURE,), exit_code=2),
    "members": report(
        members=(
            member_report("libs/money", frozenset({Kind.LIBRARY}), {}),
            member_report("api", frozenset({Kind.SERVICE}), {"ARC0301": Tally("ARC0301", 9, 3)}),
        )
    ),
    "weighted": report(weights={Principle.SECURITY: Fraction(5, 2)}),
    "with a baseline": report(tallies={"ARC0301": Tally("ARC0301", 4, 2, recorded=9)}),
}


def document(of: Report, options: RenderOptions | None = None) -> dict[str, Any]:
    parsed = json.loads(render(of, options or RenderOptions()))
    assert isinstance(parsed, dict)
    return parsed


def recomputed(parsed: dict[str, Any]) -> Fraction | None:
    """Return the score by the published formula, from nothing but the document."""
    factors = {"error": 5, "warning": 3, "info": 1}
    scores: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for rule in parsed["rules"]:
        n = max(rule["opportunities"], rule["recorded"])
        if not rule["weight"]:
            continue
        evidence = Fraction(1) if rule["whole_repository"] else Fraction(n, n + 3)
        weight = factors[rule["severity"]] * evidence
        scores.setdefault(rule["principle"], []).append(
            (weight, 1 - Fraction(rule["violations"], n))
        )
    weights = {each["slug"]: Fraction(str(each["weight"])) for each in parsed["principles"]}
    if not scores:
        return None
    principles = {
        slug: 100 * sum(w * c for w, c in terms) / sum(w for w, _ in terms)
        for slug, terms in scores.items()
    }
    total = sum(weights[slug] * value for slug, value in principles.items())
    return Fraction(total) / sum(weights[slug] for slug in principles)


def test_the_whole_document(snapshot: SnapshotAssertion) -> None:
    assert render(report(), RenderOptions()) == snapshot


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", REPORTS)
def test_it_keeps_the_published_schema(name: str) -> None:
    assert list(Draft202012Validator(SCHEMA).iter_errors(document(REPORTS[name]))) == []


def shapes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of the schema that describes an object."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from shapes(part)


def test_the_schema_wants_every_key_and_no_other() -> None:
    assert len(list(shapes(SCHEMA))) > 10
    for shape in shapes(SCHEMA):
        assert shape["additionalProperties"] is False
        assert set(shape["properties"]) - set(shape["required"]) <= {
            "statistics",
            "rule_seconds",
        }


def test_a_report_with_a_key_too_many_or_too_few_is_none() -> None:
    parsed = document(report())
    parsed["issues"][0]["extra"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(parsed)
    del parsed["issues"][0]["extra"]
    del parsed["issues"][0]["gain"]
    assert not Draft202012Validator(SCHEMA).is_valid(parsed)


@pytest.mark.parametrize("name", REPORTS)
def test_the_score_can_be_recomputed(name: str) -> None:
    original = REPORTS[name]
    value = recomputed(document(original))
    assert value == original.score.value
    shown = document(original)["score"]
    assert shown == (None if value is None else float(display(value)))


def test_a_preview_rule_takes_no_part() -> None:
    rules = {rule["code"]: rule for rule in document(report())["rules"]}
    assert rules["ARC0999"]["weight"] == 0
    assert rules["ARC0999"]["violations"] == TALLIES["ARC0999"].violations


def test_scores_are_rounded_down() -> None:
    nearly = report(tallies={"ARC0301": Tally("ARC0301", 100_000, 1)})
    parsed = document(nearly)
    assert parsed["score"] == 99.9
    assert parsed["rules"][1]["compliance"] == 0.9999


def test_the_order_of_the_report_changes_nothing() -> None:
    original = report(failures=(FAILURE, replace(FAILURE, line=9)))
    turned = replace(
        original,
        issues=original.issues[::-1],
        rules=original.rules[::-1],
        failures=original.failures[::-1],
        members=original.members[::-1],
    )
    assert render(turned, RenderOptions()) == render(original, RenderOptions())


def test_statistics_can_be_left_out() -> None:
    parsed = document(report(), RenderOptions(statistics=False))
    assert "statistics" not in parsed
    assert Draft202012Validator(SCHEMA).is_valid(parsed)


def test_only_the_issues_asked_for_and_every_count() -> None:
    everything, one = (
        document(report()),
        document(report(), RenderOptions(issues=report().issues[:1])),
    )
    assert len(one["issues"]) == 1
    assert {**one, "issues": everything["issues"]} == everything


def test_it_is_ascii_whatever_the_names() -> None:
    strange = replace(ISSUES[0], message="naïve \udcff \x1b")
    assert render(report(issues=(strange,)), RenderOptions()).isascii()
