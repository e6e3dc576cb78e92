"""The gate: what fails it, in which order it says so, and what mends it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from scoring_samples import issue, rule, tallies_of

from archcheck.engine.gate import GateInput, Thresholds, judge_gate
from archcheck.engine.score import Scale, score
from archcheck.model import Failure, Notice, Principle, Severity
from archcheck.report import Condition, Gate, Issue, Status, Tally

SIX = [f"ARC03{number:02}" for number in range(1, 7)]
RULES = [rule(code) for code in (*SIX, "ARC0801")]
SCALE = Scale.of(RULES, ())
GOOD = tallies_of({"ARC0301": (10, 1), "ARC0801": (10, 0)})

DECODING = Failure("unreadable", "src/a.py", 3, "cannot be decoded", "save it as UTF-8")
CRASH = Failure("crash", "", 0, "ARC0301 crashed")
UNKNOWN_RULE = Notice("unmatched", "", 0, "`select` names ARC9999, which is no rule")
UNUSED = Notice("stale", "src/a.py", 7, "`# archcheck: ignore[ARC0301]` silences nothing")


def run_of(
    tallies: Mapping[str, Tally] = GOOD,
    *,
    scale: Scale = SCALE,
    strict: Fraction | None = Fraction(90),
    python_files: int = 12,
    first_party_imports: int = 30,
    layers_declared: bool = True,
    failures: tuple[Failure, ...] = (),
    unmatched: tuple[Notice, ...] = (),
    stale: tuple[Notice, ...] = (),
    issues: tuple[Issue, ...] = (),
    thresholds: Thresholds | None = None,
    fail_on: Severity = Severity.ERROR,
    ci: bool = False,
) -> GateInput:
    """A run that passes unless told otherwise."""
    return GateInput(
        python_files=python_files,
        first_party_imports=first_party_imports,
        layers_declared=layers_declared,
        failures=failures,
        unmatched=unmatched,
        stale=stale,
        issues=issues,
        score=score(tallies, scale),
        strict=strict,
        tallies=tallies,
        scale=scale,
        thresholds=thresholds or Thresholds(),
        fail_on=fail_on,
        ci=ci,
    )


def failed(gate: Gate) -> list[Condition]:
    return [condition for condition in gate.conditions if not condition.passed]


def the_failed(gate: Gate) -> Condition:
    (condition,) = failed(gate)
    return condition


def of_name(gate: Gate, name: str) -> Condition:
    return next(condition for condition in gate.conditions if condition.name == name)


def test_a_good_run_passes_and_reports_every_condition_in_order() -> None:
    gate = judge_gate(
        run_of(
            thresholds=Thresholds(Fraction(80), Fraction(75), {Principle.TESTING: Fraction(100)})
        )
    )

    assert gate.passed
    assert gate.exit_code == 0
    assert [(each.name, each.message) for each in gate.conditions] == [
        ("failures", "everything could be read and run"),
        ("python-files", "12 Python files analysed"),
        ("unmatched", "every selection, layer and contract matched something"),
        ("first-party-imports", "30 first-party imports resolved"),
        ("evidence", "2 principles with evidence"),
        ("fail-on", "no new issue of severity `error`"),
        ("stale", "no stale entry"),
        ("fail-under", "95.0 >= 80"),
        ("fail-under-strict", "90.0 >= 75"),
        ("fail-under-principle.testing", "100.0 >= 100"),
    ]
    assert not any(each.hint for each in gate.conditions)


# Nothing passes vacuously: exit code 2


@pytest.mark.parametrize(
    ("run", "name", "message", "hint"),
    [
        pytest.param(
            run_of(failures=(DECODING, CRASH)),
            "failures",
            "2 inputs could not be judged, first src/a.py:3: cannot be decoded",
            "save it as UTF-8",
            id="unreadable-file",
        ),
        pytest.param(
            run_of(failures=(CRASH,)),
            "failures",
            "1 input could not be judged, first ARC0301 crashed",
            "mend it, or leave it out: `--exclude GLOB` for a file, `--ignore CODE` for a rule",
            id="crashed-rule",
        ),
        pytest.param(
            run_of(python_files=0),
            "python-files",
            "no Python file to check",
            "`archcheck check --show-files` shows what was looked at and left out",
            id="no-python-file",
        ),
        pytest.param(
            run_of(unmatched=(UNKNOWN_RULE,)),
            "unmatched",
            "1 setting matched nothing, first `select` names ARC9999, which is no rule",
            "`archcheck config show` names the origin of every setting",
            id="selection-that-matched-nothing",
        ),
        pytest.param(
            run_of(first_party_imports=0),
            "first-party-imports",
            "layers are declared, but no first-party import was resolved",
            "`archcheck config show` shows the source roots; set `source-roots`",
            id="wrong-root-package",
        ),
        pytest.param(
            run_of(thresholds=Thresholds(principles={Principle.SECURITY: Fraction(100)})),
            "fail-under-principle.security",
            "no evidence to compare with 100",
            "`archcheck explain security` says what counts as evidence",
            id="threshold-on-a-principle-without-evidence",
        ),
        pytest.param(
            run_of(strict=None, thresholds=Thresholds(strict=Fraction(70))),
            "fail-under-strict",
            "no evidence to compare with 70",
            "`archcheck explain score` says what counts as evidence",
            id="threshold-on-strict-without-evidence",
        ),
    ],
)
def test_what_could_not_be_judged_exits_with_2(
    run: GateInput, name: str, message: str, hint: str
) -> None:
    gate = judge_gate(run)

    assert gate.exit_code == 2
    assert the_failed(gate) == Condition(name, False, message, hint)


def test_no_evidence_at_all_exits_with_2() -> None:
    gate = judge_gate(run_of({}, thresholds=Thresholds(score=Fraction(0))))

    assert gate.exit_code == 2
    assert [each.name for each in failed(gate)] == ["evidence", "fail-under"]
    assert of_name(gate, "evidence").message == "no rule found anything to judge"


def test_without_declared_layers_a_project_may_have_no_imports_of_its_own() -> None:
    gate = judge_gate(run_of(layers_declared=False, first_party_imports=0))

    assert gate.passed
    assert "first-party-imports" not in [each.name for each in gate.conditions]


def test_incompleteness_outranks_a_failed_demand_and_both_are_reported() -> None:
    gate = judge_gate(run_of(failures=(CRASH,), issues=(issue("ARC0301"),)))

    assert gate.exit_code == 2
    assert [each.name for each in failed(gate)] == ["failures", "fail-on"]


# New issues


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        (Severity.ERROR, ["error"]),
        (Severity.WARNING, ["error", "warning"]),
        (Severity.INFO, ["error", "warning", "info"]),
    ],
)
def test_an_open_issue_fails_from_the_severity_asked_for(
    fail_on: Severity, failing: list[str]
) -> None:
    exit_codes = {
        severity.value: judge_gate(
            run_of(issues=(issue("ARC0301", severity),), fail_on=fail_on)
        ).exit_code
        for severity in Severity
    }

    assert exit_codes == {each.value: int(each.value in failing) for each in Severity}


@pytest.mark.parametrize(
    "harmless",
    [
        issue("ARC0301", status=Status.SUPPRESSED, reason="the peer retries"),
        issue("ARC0301", status=Status.SUPPRESSED),
        issue("ARC0301", status=Status.BASELINED),
        issue("ARC0301", Severity.INFO, advice=True),
    ],
    ids=["suppressed", "suppressed-without-a-reason", "baselined", "advice"],
)
def test_what_is_no_new_issue_passes(harmless: Issue) -> None:
    assert judge_gate(run_of(issues=(harmless,), fail_on=Severity.INFO)).passed


def test_the_worst_new_issue_is_named_first() -> None:
    found = (
        issue("ARC0302", Severity.WARNING, path="src/a.py", line=1),
        issue("ARC0303", path="src/b.py", line=9),
        issue("ARC0301", path="src/b.py", line=4),
    )

    condition = the_failed(judge_gate(run_of(issues=found, fail_on=Severity.WARNING)))

    assert condition.message == (
        "3 new issues of severity `warning` or worse, first src/b.py:4: ARC0301"
    )
    assert condition.hint == "`archcheck explain ARC0301` says how to mend it"


# Stale entries


def test_a_stale_entry_is_a_notice_locally() -> None:
    gate = judge_gate(run_of(stale=(UNUSED,)))

    assert gate.passed
    assert of_name(gate, "stale").message == (
        "1 stale entry, first src/a.py:7: `# archcheck: ignore[ARC0301]` silences nothing "
        "(fails under `--ci`)"
    )


def test_a_stale_entry_fails_in_ci() -> None:
    gate = judge_gate(run_of(stale=(UNUSED, UNUSED), ci=True))

    assert gate.exit_code == 1
    assert the_failed(gate).message == (
        "2 stale entries, first src/a.py:7: `# archcheck: ignore[ARC0301]` silences nothing"
    )
    assert the_failed(gate).hint == "remove it"


# Thresholds


def test_below_the_threshold_the_sentence_names_the_fewest_rules_and_adds_up() -> None:
    """Six rules of equal weight, violated at 10, 30, 20, 40, 100 and 0 % of their places.

    The score is 100 - 200/6 = 66.6. Mending the fifth leads to 83.3, the fourth as well to 90.0,
    the second as well to 95.0.
    """
    tallies = tallies_of(
        {code: (10, count) for code, count in zip(SIX, (1, 3, 2, 4, 10, 0), strict=True)}
    )

    one = the_failed(judge_gate(run_of(tallies)))
    three = the_failed(judge_gate(run_of(tallies, thresholds=Thresholds(Fraction(91)))))

    assert one.message == "66.6 < 80: mend this rule for +16.7"
    assert one.hint == "mend ARC0305; `archcheck explain ARC0305` says how"
    assert three.message == "66.6 < 91: mend these 3 rules for +28.4"
    assert three.hint == "mend ARC0305, ARC0304, ARC0302; `archcheck explain ARC0305` says how"


@pytest.mark.parametrize(
    ("threshold", "exit_code", "message"),
    [
        (Fraction(95), 0, "95.0 >= 95"),
        (Fraction("95.01"), 1, "95.0 < 95.01: mend this rule for +5.0"),
        (Fraction("94.5"), 0, "95.0 >= 94.5"),
    ],
)
def test_a_score_is_compared_exactly(threshold: Fraction, exit_code: int, message: str) -> None:
    gate = judge_gate(run_of(thresholds=Thresholds(threshold)))

    assert gate.exit_code == exit_code
    assert of_name(gate, "fail-under").message == message


def test_the_threshold_is_80_unless_another_is_asked_for() -> None:
    gate = judge_gate(run_of(tallies_of({"ARC0301": (10, 3)})))

    assert the_failed(gate).message == "70.0 < 80: mend this rule for +30.0"


def test_a_principle_is_judged_by_its_own_rules_alone() -> None:
    tallies = tallies_of({"ARC0301": (10, 1), "ARC0302": (10, 5), "ARC0801": (10, 4)})
    thresholds = Thresholds(
        Fraction(0),
        principles={Principle.TESTING: Fraction(50), Principle.GRACEFUL_DEGRADATION: Fraction(90)},
    )

    gate = judge_gate(run_of(tallies, thresholds=thresholds))

    assert gate.exit_code == 1
    assert the_failed(gate) == Condition(
        "fail-under-principle.graceful-degradation",
        False,
        "70.0 < 90: mend this rule for +25.0",
        "mend ARC0302; `archcheck explain ARC0302` says how",
    )
    assert of_name(gate, "fail-under-principle.testing").message == "60.0 >= 50"


def test_a_strict_score_below_its_threshold_fails() -> None:
    gate = judge_gate(run_of(strict=Fraction(681, 10), thresholds=Thresholds(strict=Fraction(75))))

    assert gate.exit_code == 1
    assert the_failed(gate) == Condition(
        "fail-under-strict",
        False,
        "68.1 < 75",
        "`archcheck check --strict` shows what suppressions, ignores and excludes hide",
    )


@given(st.lists(st.integers(1, 12), min_size=6, max_size=6), st.integers(1, 100), st.data())
def test_no_smaller_choice_of_rules_reaches_the_threshold(
    opportunities: list[int], threshold: int, data: st.DataObject
) -> None:
    """Checked against every choice of rules, each mended for real."""
    tallies = {
        code: Tally(code, n, data.draw(st.integers(0, n)))
        for code, n in zip(SIX, opportunities, strict=True)
    }
    gate = judge_gate(run_of(tallies, thresholds=Thresholds(Fraction(threshold))))
    assume(gate.exit_code == 1)

    def mended(codes: tuple[str, ...]) -> Fraction:
        left = tallies | {code: replace(tallies[code], violations=0) for code in codes}
        value = score(left, SCALE).value
        assert value is not None
        return value

    fewest = next(
        size
        for size in range(1, 7)
        if any(mended(codes) >= threshold for codes in itertools.combinations(tallies, size))
    )
    named = the_failed(gate).hint.removeprefix("mend ").split(";")[0].split(", ")

    assert len(named) == fewest
    assert mended(tuple(named)) >= threshold
