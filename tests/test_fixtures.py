"""The fixtures: a service that does everything right, and its siblings that do not."""

from __future__ import annotations

import re

import pytest
import tomli
from fixture_projects import FIXTURES, report_of

from archcheck.plugins import load_rules
from archcheck.report import Status

MARKER = re.compile(r"#\s*\[([a-z][a-z0-9\-]*(?:\s*,\s*[a-z][a-z0-9\-]*)*)\]")
Place = tuple[str, str, int]


def announced(name: str) -> set[Place]:
    """(rule, path, line) of every place that the fixture says is wrong."""
    root = FIXTURES / name
    places = {
        (rule, file.relative_to(root).as_posix(), number)
        for file in sorted(root.rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        for marker in MARKER.findall(line)
        for rule in re.split(r"\s*,\s*", marker)
    }
    expected = root / "expected.toml"
    if expected.is_file():
        listed = tomli.loads(expected.read_text(encoding="utf-8"))["place"]
        places |= {(item["rule"], item["path"], item.get("line", 0)) for item in listed}
    return places


def found(name: str) -> set[Place]:
    report = report_of(name)
    names = {rule.code: rule.name for rule in report.rules}
    places = set()
    for issue in report.issues:
        if issue.status is not Status.OPEN or issue.advice:
            continue
        grouped = [(step.path, step.line) for step in issue.trace] if issue.places > 1 else []
        for path, line in [(issue.location.path, issue.location.line), *grouped]:
            places.add((names[issue.rule], path, line))
    return places


def test_the_compliant_service_is_flawless() -> None:
    report = report_of("compliant_service")
    assert [(issue.rule, issue.location.path, issue.message) for issue in report.issues] == []
    assert not report.failures
    assert report.score.value == 100
    assert report.strict == 100
    assert report.score.grade == "A"
    assert report.gate.exit_code == 0


def test_the_compliant_service_has_evidence_in_all_twelve_principles() -> None:
    principles = report_of("compliant_service").score.principles
    assert {each.principle.number for each in principles if each.score is not None} == set(
        range(1, 13)
    )
    assert all(each.ticked for each in principles)


@pytest.mark.parametrize("name", ["legacy_service", "legacy_library"])
def test_a_legacy_fixture_is_reported_exactly_where_it_says(name: str) -> None:
    assert found(name) == announced(name)


@pytest.mark.parametrize("name", ["legacy_service", "legacy_library"])
def test_a_legacy_fixture_fails_the_gate(name: str) -> None:
    assert report_of(name).gate.exit_code == 1


def test_every_rule_speaks_in_some_legacy_fixture() -> None:
    spoken = {rule for name in ("legacy_service", "legacy_library") for rule, _, _ in found(name)}
    assert spoken == {rule.name() for rule in load_rules() if not rule.preview}
