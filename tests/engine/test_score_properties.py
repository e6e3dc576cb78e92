"""What scoring guarantees, on the real formula over generated tallies.

Kinds, selection and weights are held fixed; only the counts change.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from scoring_samples import issue, rule, tallies_of

from archcheck.engine.score import Scale, ScoredRule, fix_first, pool, score, with_gains
from archcheck.model import Principle, RuleInfo, Severity
from archcheck.report import Tally, display

CODES = [f"ARC{principle:02}{number:02}" for principle in (1, 3, 9) for number in (1, 2, 3)]
PRINCIPLES = sorted({Principle.of_code(code) for code in CODES}, key=lambda each: each.number)


class Project(Struct, frozen=True):
    """A scale and the tallies that it measures."""

    rules: tuple[RuleInfo, ...]
    weights: dict[Principle, Fraction]
    tallies: dict[str, Tally]

    @property
    def scale(self) -> Scale:
        return Scale.of(self.rules, (), weights=self.weights)

    @property
    def score(self) -> Fraction:
        """The score; the strategies make no project without evidence."""
        value = score(self.tallies, self.scale).value
        assert value is not None
        return value

    def change(self, code: str, *, opportunities: int = 0, violations: int = 0) -> Project:
        """Return the project with these added to the counts of one rule."""
        old = self.tallies[code]
        new = replace(
            old,
            opportunities=old.opportunities + opportunities,
            violations=old.violations + violations,
        )
        return replace(self, tallies=self.tallies | {code: new})


@st.composite
def tallies(draw: st.DrawFn, code: str, *, compliant: bool = False) -> Tally:
    opportunities = draw(st.integers(0, 60))
    violations = 0 if compliant else draw(st.integers(0, opportunities))
    recorded = draw(st.sampled_from((0, opportunities)) | st.integers(0, 80))
    return Tally(code, opportunities, violations, recorded=recorded)


@st.composite
def projects(draw: st.DrawFn, *, compliant: bool = False) -> Project:
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1))
    project = Project(
        rules=tuple(
            rule(code, draw(st.sampled_from(Severity)), whole_repository=draw(st.booleans()))
            for code in codes
        ),
        weights={principle: Fraction(draw(st.integers(1, 4))) for principle in PRINCIPLES},
        tallies={code: draw(tallies(code, compliant=compliant)) for code in codes},
    )
    assume(any(tally.n for tally in project.tallies.values()))
    return project


@st.composite
def violated(draw: st.DrawFn) -> tuple[Project, str]:
    """A project and the code of a rule that it violates."""
    project = draw(projects())
    codes = [code for code, tally in project.tallies.items() if tally.violations]
    assume(codes)
    return project, draw(st.sampled_from(codes))


def recomputed(project: Project) -> Fraction:
    """The score from plain rows, as a reader of the report would work it out."""
    sums: dict[int, list[Fraction]] = {}
    for each in project.rules:
        tally = project.tallies[each.code]
        n = max(tally.opportunities, tally.recorded)
        if n == 0:
            continue
        weight = Fraction({"error": 5, "warning": 3, "info": 1}[each.severity.value])
        if not each.whole_repository:
            weight = weight * n / (n + 3)
        compliance = 1 - Fraction(tally.violations, n)
        kept, total = sums.setdefault(each.principle.number, [Fraction(0), Fraction(0)])
        sums[each.principle.number] = [kept + weight * compliance, total + weight]
    shares = {each: project.weights[each] for each in PRINCIPLES if each.number in sums}
    return sum(
        (
            share * 100 * sums[each.number][0] / sums[each.number][1]
            for each, share in shares.items()
        ),
        Fraction(0),
    ) / sum(shares.values())


@given(projects())
def test_anybody_can_recompute_the_score(project: Project) -> None:
    assert project.score == recomputed(project)


@given(violated(), st.integers(1, 60))
def test_mending_in_place_raises_the_score(sample: tuple[Project, str], count: int) -> None:
    project, code = sample
    mended = min(count, project.tallies[code].violations)

    assert project.change(code, violations=-mended).score > project.score


@given(violated())
def test_removing_a_violating_place_never_lowers_the_score(sample: tuple[Project, str]) -> None:
    project, code = sample
    without = project.change(code, opportunities=-1, violations=-1)
    assume(any(tally.n for tally in without.tallies.values()))

    assert without.score >= project.score


@given(projects(), st.data())
def test_adding_a_violating_place_never_raises_the_score(
    project: Project, data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(sorted(project.tallies)))

    assert project.change(code, opportunities=1, violations=1).score <= project.score


@given(projects(), st.data())
def test_adding_a_complying_place_never_lowers_the_score(
    project: Project, data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(sorted(project.tallies)))

    assert project.change(code, opportunities=1).score >= project.score


@given(projects(), st.data())
def test_with_recorded_opportunities_deleting_code_never_lowers_the_score(
    project: Project, data: st.DataObject
) -> None:
    recorded = {code: replace(tally, recorded=tally.n) for code, tally in project.tallies.items()}
    left = {}
    for code, tally in recorded.items():
        violations = data.draw(st.integers(0, tally.violations))
        complying = data.draw(st.integers(0, tally.opportunities - tally.violations))
        left[code] = replace(tally, opportunities=violations + complying, violations=violations)

    assert replace(project, tallies=left).score >= replace(project, tallies=recorded).score


@given(projects(), st.randoms(use_true_random=False))
def test_the_order_of_rules_and_tallies_changes_nothing(project: Project, random: Random) -> None:
    rules, items = list(project.rules), list(project.tallies.items())
    random.shuffle(rules)
    random.shuffle(items)
    shuffled = replace(project, rules=tuple(rules), tallies=dict(items))

    assert score(shuffled.tallies, shuffled.scale) == score(project.tallies, project.scale)
    assert fix_first(shuffled.tallies, shuffled.scale) == fix_first(project.tallies, project.scale)


@given(projects(), st.data())
def test_members_pool_to_the_formula_over_their_sums(project: Project, data: st.DataObject) -> None:
    """However the places are split over members, the whole is the same."""
    here, there = {}, {}
    for code, tally in project.tallies.items():
        violations = data.draw(st.integers(0, tally.violations))
        complying = data.draw(st.integers(0, tally.opportunities - tally.violations))
        recorded = data.draw(st.integers(0, tally.recorded))
        here[code] = Tally(code, violations + complying, violations, recorded=recorded)
        there[code] = Tally(
            code,
            tally.opportunities - violations - complying,
            tally.violations - violations,
            recorded=tally.recorded - recorded,
        )

    assert pool([here, there]) == project.tallies
    assert replace(project, tallies=pool([there, here])).score == recomputed(project)


@given(projects(compliant=True))
def test_compliance_everywhere_is_exactly_100(project: Project) -> None:
    result = score(project.tallies, project.scale)

    assert result.value == 100
    assert display(project.score) == "100.0"
    assert {each.score for each in result.principles} <= {None, Fraction(100)}


@given(violated())
def test_any_violation_shows_below_100(sample: tuple[Project, str]) -> None:
    project, code = sample
    one_in_a_million = project.change(code, opportunities=10**6)

    assert display(project.score) != "100.0"
    assert display(one_in_a_million.score) != "100.0"


@given(violated(), st.integers(1, 60))
def test_the_gain_of_an_issue_is_what_mending_it_yields(
    sample: tuple[Project, str], places: int
) -> None:
    project, code = sample
    places = min(places, project.tallies[code].violations)
    (gainful,) = with_gains([issue(code, places=places)], project.tallies, project.scale)

    assert gainful.gain == project.change(code, violations=-places).score - project.score


@given(violated())
def test_the_gains_of_whole_rules_are_what_mending_them_yields(
    sample: tuple[Project, str],
) -> None:
    project, _ = sample
    gains = fix_first(project.tallies, project.scale)

    for code, gain in gains:
        mended = project.change(code, violations=-project.tallies[code].violations)
        assert gain == mended.score - project.score
    assert project.score + sum(gain for _, gain in gains) == 100
    assert [gain for _, gain in gains] == sorted((gain for _, gain in gains), reverse=True)


@given(st.integers(1, 40), st.data(), st.sampled_from(CODES), st.integers(2, 1000))
def test_a_principle_counts_the_same_however_large_it_is(
    n: int, data: st.DataObject, code: str, times: int
) -> None:
    """A thousand calls that comply as well as ten weigh no more than these in the mean."""
    violations = data.draw(st.integers(0, n))
    others = tallies_of(dict.fromkeys(("ARC0101", "ARC0301", "ARC0901"), (7, 2)))
    scale = Scale.of([rule(each) for each in {*others, code}], ())
    own_principle = Principle.of_code(code)
    beside = {
        each: tally
        for each, tally in others.items()
        if Principle.of_code(each) is not own_principle
    }
    small = beside | tallies_of({code: (n, violations)})
    large = beside | tallies_of({code: (n * times, violations * times)})

    assert score(small, scale).value == score(large, scale).value


@given(st.sampled_from(Severity), st.integers(1, 10**9))
def test_a_rule_weighs_from_a_quarter_of_its_severity_to_less_than_all_of_it(
    severity: Severity, n: int
) -> None:
    weight = ScoredRule(Principle.SECURITY, severity).weight(n)

    assert Fraction(severity.weight, 4) <= weight < severity.weight
