"""The score on examples that can be checked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec.structs import replace
from scoring_samples import RULES, SCALE, TALLIES, issue, of, rule, tallies_of, value

from archcheck.engine.score import (
    Scale,
    ScoredRule,
    fix_first,
    grade,
    is_counted,
    listing,
    pool,
    rules_with_open_error,
    score,
    with_gains,
)
from archcheck.model import Kind, Principle, Severity
from archcheck.report import Status, Tally, display

# The formula


def test_an_example_worked_out_by_hand() -> None:
    """Every number of the formula, for two principles of two rules each.

    ========  ========  =  =  ==========  =================
    rule      severity  n  v  compliance  weight
    ========  ========  =  =  ==========  =================
    ARC0301   error 5   9  3  2/3         5 * 9/12 = 15/4
    ARC0302   warn 3    3  0  1           3 * 3/6  = 3/2
    ARC0801   error 5   1  0  1           5 (whole repository)
    ARC0802   info 1    1  1  0           1 * 1/4  = 1/4
    ========  ========  =  =  ==========  =================

    Principle 3: 100 * (15/4 * 2/3 + 3/2 * 1) / (15/4 + 3/2) = 100 * 4 / (21/4) = 1600/21.
    Principle 8: 100 * (5 * 1 + 1/4 * 0) / (5 + 1/4)         = 100 * 5 / (21/4) = 2000/21.
    Score: (1600/21 + 2000/21) / 2 = 600/7 = 85.71...
    """
    result = score(TALLIES, SCALE)

    assert of(result, Principle.GRACEFUL_DEGRADATION).score == Fraction(1600, 21)
    assert of(result, Principle.TESTING).score == Fraction(2000, 21)
    assert result.value == Fraction(600, 7)
    assert display(value(result)) == "85.7"
    assert (result.grade, result.grade_reason) == ("B", "")


def test_gains_of_the_example_by_hand() -> None:
    """Two principles share the score, and all gains together lead to 100.

    ARC0301: 100 * (15/4 * 1/3) / (21/4) / 2 = 250/21.
    ARC0802: 100 * (1/4 * 1) / (21/4) / 2    = 50/21.
    """
    assert fix_first(TALLIES, SCALE) == (
        ("ARC0301", Fraction(250, 21)),
        ("ARC0802", Fraction(50, 21)),
    )
    assert Fraction(600, 7) + Fraction(250, 21) + Fraction(50, 21) == 100


@pytest.mark.parametrize(
    ("severity", "n", "weight"),
    [
        (Severity.ERROR, 1, Fraction(5, 4)),
        (Severity.ERROR, 3, Fraction(5, 2)),
        (Severity.WARNING, 3, Fraction(3, 2)),
        (Severity.INFO, 297, Fraction(99, 100)),
    ],
)
def test_weight_is_severity_times_evidence(severity: Severity, n: int, weight: Fraction) -> None:
    assert ScoredRule(Principle.TESTING, severity).weight(n) == weight


def test_a_whole_repository_rule_weighs_its_severity() -> None:
    whole = ScoredRule(Principle.TESTING, Severity.WARNING, whole_repository=True)

    assert {whole.weight(n) for n in (1, 2, 4)} == {Fraction(3)}


def test_without_an_opportunity_there_is_no_score_and_no_grade() -> None:
    result = score(tallies_of({"ARC0301": (0, 0)}), SCALE)

    assert (result.value, result.grade) == (None, "")
    assert [each.principle for each in result.principles] == list(Principle)
    assert {each.score for each in result.principles} == {None}
    assert not any(each.ticked or each.thin for each in result.principles)


def test_a_rule_without_an_opportunity_takes_no_part() -> None:
    alone = tallies_of({"ARC0301": (9, 3)})
    beside = alone | tallies_of({"ARC0302": (0, 0)})

    assert score(beside, SCALE) == score(alone, SCALE)


def test_tallies_of_rules_outside_the_scale_are_passed_over() -> None:
    assert score(TALLIES | tallies_of({"ARC0901": (5, 5)}), SCALE) == score(TALLIES, SCALE)


def test_recorded_opportunities_count_where_they_are_more() -> None:
    """With 20 recorded, ARC0301 complies at 17 of 20 and weighs 5 * 20/23."""
    now = Tally("ARC0301", opportunities=9, violations=3, recorded=20)
    result = score({"ARC0301": now}, SCALE)

    assert result.value == Fraction(100 * 17, 20)
    assert of(result, Principle.GRACEFUL_DEGRADATION).opportunities == 20
    assert score({"ARC0301": replace(now, recorded=4)}, SCALE).value == Fraction(100 * 6, 9)


def test_principle_weights_make_a_weighted_mean() -> None:
    weights = {Principle.GRACEFUL_DEGRADATION: Fraction(3)}

    weighted = score(TALLIES, Scale.of(RULES, (), weights=weights)).value

    assert weighted == (3 * Fraction(1600, 21) + Fraction(2000, 21)) / 4


def test_weights_of_nothing_but_zero_leave_no_score() -> None:
    weightless = Scale.of(RULES, (), weights=dict.fromkeys(Principle, Fraction(0)))
    (unmoved,) = with_gains([issue("ARC0301")], TALLIES, weightless)

    assert score(TALLIES, weightless).value is None
    assert unmoved.gain == 0


# The scale


def test_preview_rules_never_score() -> None:
    scale = Scale.of((*RULES, rule("ARC0303", preview=True)), (), selected=("ARC0303", "ARC0301"))

    assert set(scale.rules) == {"ARC0301"}


def test_kinds_decide_which_rules_take_part() -> None:
    rules = (
        rule("ARC0301"),
        rule("ARC0302", kinds=(Kind.SERVICE, Kind.WORKER)),
        rule("ARC0303", kinds=(Kind.LIBRARY,)),
    )

    assert set(Scale.of(rules, {Kind.WORKER, Kind.CLI}).rules) == {"ARC0301", "ARC0302"}


def test_a_scale_is_customised_when_it_differs_from_the_editions_own() -> None:
    own = Scale.of(RULES, (Kind.SERVICE,))
    every_code = [each.code for each in RULES]

    assert own == Scale.of(RULES, (Kind.SERVICE,), selected=every_code)
    assert own != Scale.of(RULES, (Kind.SERVICE,), selected=every_code[1:])
    assert own != Scale.of(RULES, (Kind.SERVICE,), severities={"ARC0301": Severity.INFO})
    assert own != Scale.of(RULES, (Kind.SERVICE,), weights={Principle.TESTING: Fraction(2)})


def test_an_own_severity_replaces_the_rules() -> None:
    scale = Scale.of(RULES, (), severities={"ARC0301": Severity.INFO})

    assert scale.rules["ARC0301"].weight(3) == Fraction(1, 2)


def test_the_scale_of_one_principle_scores_that_principle() -> None:
    scale = Scale.of(RULES, (), weights={Principle.TESTING: Fraction(0)})

    assert score(TALLIES, scale.only(Principle.TESTING)).value == Fraction(2000, 21)


# Ticks, thin evidence, grades


@pytest.mark.parametrize(
    ("violations", "errors", "ticked"),
    [(1, (), True), (2, (), False), (1, ("ARC0301",), False), (1, ("ARC0801",), True)],
)
def test_a_box_is_ticked_from_90_without_an_open_error_in_its_principle(
    violations: int, errors: tuple[str, ...], ticked: bool
) -> None:
    result = score(tallies_of({"ARC0301": (10, violations)}), SCALE, errors)

    assert of(result, Principle.GRACEFUL_DEGRADATION).ticked is ticked


@pytest.mark.parametrize(
    ("counts", "thin"),
    [
        ({"ARC0301": (4, 0)}, True),
        ({"ARC0301": (5, 0)}, False),
        ({"ARC0302": (2, 0), "ARC0301": (3, 0)}, False),
    ],
)
def test_fewer_than_five_places_are_thin(counts: dict[str, tuple[int, int]], thin: bool) -> None:
    assert of(score(tallies_of(counts), SCALE), Principle.GRACEFUL_DEGRADATION).thin is thin


def test_evidence_for_fewer_than_half_of_the_rules_is_thin() -> None:
    scale = Scale.of((*RULES, rule("ARC0303")), ())

    principle = of(score(tallies_of({"ARC0301": (50, 0)}), scale), Principle.GRACEFUL_DEGRADATION)

    assert (principle.rules_with_evidence, principle.rules, principle.thin) == (1, 3, True)


@pytest.mark.parametrize(
    ("number", "letter"),
    [
        (Fraction(100), "A"),
        (Fraction(90), "A"),
        (Fraction(8999999, 100000), "B"),
        (Fraction(80), "B"),
        (Fraction(70), "C"),
        (Fraction(60), "D"),
        (Fraction(599, 10), "F"),
        (Fraction(0), "F"),
    ],
)
def test_grades_begin_at_ninety_eighty_seventy_and_sixty(number: Fraction, letter: str) -> None:
    assert grade(number, SCALE, ()) == (letter, "")


@pytest.mark.parametrize(
    ("number", "errors", "expected"),
    [
        (99, {"ARC0301"}, ("B", "held at B while an error is open: ARC0301")),
        (85, {"ARC0301"}, ("B", "")),
        (99, {"ARC0801"}, ("D", "held at D while a zero-tolerance error is open: ARC0801")),
        (
            75,
            {"ARC0801", "ARC0301"},
            ("D", "held at D while a zero-tolerance error is open: ARC0801"),
        ),
        (65, {"ARC0801"}, ("D", "")),
        (59, {"ARC0801"}, ("F", "")),
    ],
)
def test_an_open_error_holds_the_grade_and_says_so(
    number: int, errors: set[str], expected: tuple[str, str]
) -> None:
    assert grade(Fraction(number), SCALE, errors) == expected


def test_open_errors_never_bend_the_number() -> None:
    held = score(TALLIES, SCALE, ("ARC0301", "ARC0801"))

    assert held.value == score(TALLIES, SCALE).value
    assert held.grade == "D"


# Which issues count


@pytest.mark.parametrize(
    ("status", "reason", "advice", "counted"),
    [
        (Status.OPEN, "", False, True),
        (Status.OPEN, "", True, False),
        (Status.SUPPRESSED, "the peer retries", False, False),
        (Status.SUPPRESSED, "", False, True),
        (Status.BASELINED, "", False, True),
        (Status.BASELINED, "accepted for now", False, True),
    ],
)
def test_only_advice_and_reasons_take_an_issue_out_of_the_score(
    status: Status, reason: str, advice: bool, counted: bool
) -> None:
    found = issue("ARC0301", status=status, reason=reason, advice=advice)

    assert is_counted(found) is counted
    assert rules_with_open_error([found], SCALE) == ({"ARC0301"} if counted else set())
    assert (with_gains([found], TALLIES, SCALE)[0].gain > 0) is counted


def test_an_open_error_needs_an_error_case_of_an_error_rule_on_the_scale() -> None:
    found = [
        issue("ARC0301", Severity.WARNING),
        issue("ARC0302", Severity.ERROR),
        issue("ARC0901", Severity.ERROR),
        issue("ARC0801", Severity.ERROR),
    ]

    assert rules_with_open_error(found, SCALE) == {"ARC0801"}


# Members


def test_the_whole_is_the_formula_over_the_sums_of_its_members() -> None:
    api = {"ARC0301": Tally("ARC0301", 4, 1, suppressed=1, advice=2, recorded=6)}
    worker = {
        "ARC0302": Tally("ARC0302", 3, 0),
        "ARC0301": Tally("ARC0301", 5, 2, suppressed=2, advice=1, recorded=1),
    }

    pooled = pool([worker, api])

    assert list(pooled.items()) == [
        ("ARC0301", Tally("ARC0301", 9, 3, suppressed=3, advice=3, recorded=7)),
        ("ARC0302", Tally("ARC0302", 3, 0)),
    ]
    assert score(pooled, SCALE).value == Fraction(1600, 21)


def test_no_member_no_tally() -> None:
    assert pool([]) == {}


# Gains


def test_an_issue_of_several_places_gains_what_its_places_do() -> None:
    one, two, foreign = with_gains(
        [issue("ARC0301"), issue("ARC0301", places=2), issue("ARC0901")], TALLIES, SCALE
    )

    assert (one.gain, two.gain) == (Fraction(250, 63), Fraction(500, 63))
    assert foreign.gain == 0


def test_fix_first_names_equal_gains_by_code_and_only_what_violates() -> None:
    rules = (rule("ARC0303"), rule("ARC0302"), rule("ARC0301"))
    equal = tallies_of({"ARC0303": (4, 2), "ARC0302": (4, 2), "ARC0301": (4, 0)})

    assert [code for code, _ in fix_first(equal, Scale.of(rules, ()))] == ["ARC0302", "ARC0303"]


# Printing


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Fraction(0), "0.0"),
        (Fraction(999999, 10000), "99.9"),
        (Fraction(100), "100.0"),
        (Fraction(714, 10), "71.4"),
        (Fraction(2, 3), "0.6"),
    ],
)
def test_a_number_is_shown_with_one_decimal_rounded_down(number: Fraction, shown: str) -> None:
    assert display(number) == shown


def test_a_listing_says_how_many_it_leaves_out() -> None:
    assert listing(["a", "b", "c"]) == "a, b, c"
    assert listing(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
