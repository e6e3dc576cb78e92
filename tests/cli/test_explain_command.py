"""``archcheck explain``, ``rules`` and ``config``."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from builders import clean_report, empty_report, report

from archcheck.cli.main import run
from archcheck.cli.sum import decimal, score_sum
from archcheck.config.settings import Settings
from archcheck.model import Principle
from archcheck.plugins import load_rules
from archcheck.report import Report
from archcheck.rule import Rule

Output = pytest.CaptureFixture[str]
RULE = load_rules()[0]


# Rules and principles


@pytest.mark.parametrize("topic", [RULE.code, RULE.code.lower(), RULE.name()])
def test_a_rule_by_code_or_name(
    topic: str, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["explain", topic]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{RULE.code} {RULE.name()}\n\n")
    for expected in (
        "How to mend it",
        f"Flagged: {RULE.bad[0].title}",
        f"Not flagged: {RULE.good[0].title}",
        "seed  ",
        f"# archcheck: ignore[{RULE.code}] the reason",
    ):
        assert expected in shown


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.name())
def test_every_rule_can_be_explained_within_the_width(
    rule: type[Rule], capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["explain", rule.code]) == 0
    prose = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("    ")]
    assert [line for line in prose if len(line) > 80] == []


@pytest.mark.parametrize("topic", ["resource-lifecycle", "10", "ARC10"])
def test_a_principle_by_name_number_or_prefix(topic: str, capsys: Output) -> None:
    assert run(["explain", topic]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("10. Resource lifecycle management (resource-lifecycle)\n")
    assert "ARC1001 unclosed-resource (warning)" in shown


def test_the_rules_as_a_table(capsys: Output) -> None:
    assert run(["rules"]) == 0
    shown = capsys.readouterr().out
    for rule in load_rules():
        assert re.search(
            rf"^  {rule.code}  {rule.name()} +{rule.severity.value} ", shown, re.MULTILINE
        )


def test_the_rules_as_json(capsys: Output) -> None:
    assert run(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [rule["code"] for rule in listed] == [rule.code for rule in load_rules()]
    assert all(rule["summary"] and rule["noun"] and rule["advice"] for rule in listed)


# The sum


def recomputed(text: str) -> Fraction:
    """Return the score from the rows of the sum, read as a person would."""
    means: list[Fraction] = []
    for paragraph in text.split("\n\n"):
        rows = re.findall(
            r"compliance (\d+)/(\d+)  weight (\d)(?: \* (\d+)/(\d+))?$", paragraph, re.MULTILINE
        )
        if rows:
            terms = [
                (Fraction(int(s)) * Fraction(int(a or 1), int(b or 1)), Fraction(int(k), int(n)))
                for k, n, s, a, b in rows
            ]
            kept = sum((weight * share for weight, share in terms), Fraction(0))
            means.append(100 * kept / sum((weight for weight, _ in terms), Fraction(0)))
    return sum(means, Fraction(0)) / len(means)


@pytest.mark.parametrize("of", [report(), clean_report()], ids=["usual", "clean"])
def test_anybody_can_recompute_the_score_from_its_sum(of: Report) -> None:
    text = "\n".join(score_sum(of))
    assert recomputed(text) == of.score.value
    assert of.score.value is not None
    assert f"= {decimal(of.score.value)}, shown as " in text


def test_weights_of_principles_stand_in_the_sum() -> None:
    weighted = report(weights={Principle.SECURITY: Fraction(5, 2)})
    assert "2.5 * 91.666666" in "\n".join(score_sum(weighted))
    assert ") / 5.5" in "\n".join(score_sum(weighted))


def test_a_sum_of_nothing() -> None:
    assert list(score_sum(empty_report()))[-1] == "score: none, for no rule found anything to judge"


def test_a_preview_rule_is_no_term() -> None:
    assert "ARC0999" not in "\n".join(score_sum(report()))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(100), "100"),
        (Fraction(2, 3), "0.666666"),
        (Fraction(1, 8), "0.125"),
        (Fraction(0), "0"),
    ],
)
def test_decimals_are_cut_off(value: Fraction, expected: str) -> None:
    assert decimal(value) == expected


def test_the_sum_of_a_project(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "archcheck.toml").write_text("fail-under = 3\n")
    asked: list[tuple[Path, Settings]] = []

    def judge(root: Path, settings: Settings, **_: object) -> Report:
        asked.append((root, settings))
        return report()

    monkeypatch.setattr("archcheck.api.check", judge)
    assert run(["explain", "score", str(tmp_path)]) == 0
    assert asked[0][0] == tmp_path
    assert asked[0][1].fail_under == 3
    assert "How the score of shop comes about" in capsys.readouterr().out


# The configuration


def test_every_setting_with_its_origin(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("ARCHCHECK_SELECT", "ARC10")
    (tmp_path / "archcheck.toml").write_text(
        """
        fail-under = 79.9
        kinds = ["worker", "cli"]
        [rules.unclosed-resource]
        severity = "info"
        [per-file-ignores]
        "a/*.py" = ["ARC1001"]
        """
    )
    assert run(["config", "show", str(tmp_path), "--fail-on", "info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for expected in (
        "fail-under = 79.9  # file archcheck.toml",
        'kinds = ["cli", "worker"]  # file archcheck.toml',
        'rules.unclosed-resource.severity = "info"  # file archcheck.toml',
        'per-file-ignores."a/*.py".ignore = ["ARC1001"]  # file archcheck.toml',
        'select = ["ARC10"]  # environment ARCHCHECK_SELECT',
        'fail-on = "info"  # option',
        "preview = false  # default",
        "# fail-under-strict is not set  # default",
    ):
        assert expected in lines


def test_what_is_shown_can_be_read_back(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "archcheck.toml").write_text("[layers]\norder = ['a', 'b | (c)']\n")
    run(["config", "show", str(tmp_path)])
    shown = tmp_path / "shown.toml"
    shown.write_text(capsys.readouterr().out)
    run(["config", "show", str(tmp_path), "--config", str(shown)])
    again = capsys.readouterr().out
    strip = re.compile(r"  # (file|default|environment|option).*")
    assert strip.sub("", again) == strip.sub("", shown.read_text())


def test_the_schema_of_the_configuration(capsys: Output) -> None:
    from jsonschema import Draft202012Validator

    assert run(["config", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"fail-under": 80.5, "per-file-ignores": {"a": ["ARC01"]}})
    assert not validator.is_valid({"fail_under": 80})
    assert not validator.is_valid({"kinds": ["deployable"]})
    described = [name for name, value in schema["properties"].items() if "description" in value]
    assert sorted(described) == sorted(schema["properties"])
