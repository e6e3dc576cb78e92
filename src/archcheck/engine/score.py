"""The score: from the tallies of a run to a number that anybody can recompute.

::

    n            opportunities of a rule: the larger of now and what the committed baseline recorded
    compliance   1 - violations / n            a rule with n = 0 takes no part
    weight       severity * evidence           severity: error 5, warning 3, info 1;
                                               evidence: n / (n + 3), for whole-repository rules 1
    principle    100 * sum(weight * compliance) / sum(weight)     over its rules with n > 0
    score        weighted mean of the principles that have such a rule

Everything is a :class:`fractions.Fraction` until :func:`archcheck.report.display` prints it: of
all-compliant projects, float sums put one in sixteen below 100. The functions are pure and single out
no rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from archcheck.model import Kind, Principle, RuleInfo, Severity
from archcheck.report import Issue, PrincipleScore, Score, Status, Tally, rule_weight

TICK_FROM = 90
"""Score from which a principle's box of the compliance checklist can be ticked."""

GRADES = (("A", 90), ("B", 80), ("C", 70), ("D", 60))
"""The grades, best first, with the score each begins at; below them lies F."""


class ScoredRule(Struct, frozen=True):
    """A rule as the formula sees it."""

    principle: Principle
    severity: Severity
    whole_repository: bool = False
    zero_tolerance: bool = False

    def weight(self, n: int) -> Fraction:
        """Return ``severity * n / (n + 3)``, or the bare severity for a whole-repository rule.

        Args:
            n: opportunities that count, at least 1.
        """
        return rule_weight(self.severity, n, whole_repository=self.whole_repository)


class Scale(Struct, frozen=True):
    """What tallies are measured with; two equal scales give equal scores.

    A result is *customised* when its scale differs from the edition's own,
    ``Scale.of(rules, kinds)``.

    Attributes:
        rules: the rules that take part, by code.
        weights: of every principle in the mean, never negative.
    """

    rules: Mapping[str, ScoredRule]
    weights: Mapping[Principle, Fraction]

    @classmethod
    def of(
        cls,
        rules: Iterable[RuleInfo],
        kinds: Collection[Kind],
        *,
        selected: Collection[str] | None = None,
        severities: Mapping[str, Severity] | None = None,
        weights: Mapping[Principle, Fraction] | None = None,
    ) -> Scale:
        """Build a scale; with the first two arguments alone it is the edition's own.

        Args:
            rules: every rule of the edition. Preview rules never score and are dropped.
            kinds: of the project, ``deployable`` included where it holds; for several members the
                union. A rule that names kinds takes part if it names one of these.
            selected: codes of the rules that may take part; None for all.
            severities: by code, in place of the rule's own.
            weights: by principle, in place of 1; not negative.
        """
        own_severities = severities or {}
        own_weights = weights or {}
        return cls(
            rules={
                rule.code: ScoredRule(
                    rule.principle,
                    own_severities.get(rule.code, rule.severity),
                    rule.whole_repository,
                    rule.zero_tolerance,
                )
                for rule in rules
                if not rule.preview
                and (not rule.kinds or not set(kinds).isdisjoint(rule.kinds))
                and (selected is None or rule.code in selected)
            },
            weights={principle: own_weights.get(principle, Fraction(1)) for principle in Principle},
        )

    def only(self, principle: Principle) -> Scale:
        """Return the scale whose score is that of ``principle`` alone."""
        rules = {code: rule for code, rule in self.rules.items() if rule.principle is principle}
        weights = {each: Fraction(each is principle) for each in Principle}
        return Scale(rules, weights)


def score(
    tallies: Mapping[str, Tally], scale: Scale, open_errors: Collection[str] = frozenset()
) -> Score:
    """Measure ``tallies`` with ``scale``.

    ``score = sum(principle weight * principle) / sum(principle weight)``
    over the principles with evidence.

    Args:
        tallies: by code. Those of rules outside the scale are passed over.
        scale: the rules that take part and their weights.
        open_errors: codes of the scale's rules with an open error, from
            :func:`rules_with_open_error`. They hold back ticks and the grade, never the number.

    Returns:
        the score with all twelve principles in their order. Its value is None when no principle
        has evidence.
    """
    held = {scale.rules[code].principle for code in open_errors}
    principles = tuple(
        _principle_score(principle, tallies, scale, error_open=principle in held)
        for principle in Principle
    )
    evident = [(each.weight, each.score) for each in principles if each.score is not None]
    total = sum((weight for weight, _ in evident), Fraction(0))
    value = sum((weight * part for weight, part in evident), Fraction(0)) / total if total else None
    letter, reason = grade(value, scale, open_errors)
    return Score(value, principles, letter, reason)


def _principle_score(
    principle: Principle, tallies: Mapping[str, Tally], scale: Scale, *, error_open: bool
) -> PrincipleScore:
    """Score one principle.

    ``principle = 100 * sum(weight * compliance) / sum(weight)`` over its rules with ``n > 0``.
    """
    codes = [code for code, rule in scale.rules.items() if rule.principle is principle]
    evident = _with_evidence(codes, tallies)
    weights = {code: scale.rules[code].weight(tally.n) for code, tally in evident.items()}
    value = None
    if evident:
        kept = sum(
            (
                weights[code] * Fraction(tally.n - tally.violations, tally.n)
                for code, tally in evident.items()
            ),
            Fraction(0),
        )
        value = 100 * kept / sum(weights.values())
    return PrincipleScore(
        principle=principle,
        score=value,
        opportunities=sum(tally.n for tally in evident.values()),
        violations=sum(tally.violations for tally in evident.values()),
        rules=len(codes),
        rules_with_evidence=len(evident),
        weight=scale.weights[principle],
        ticked=value is not None and value >= TICK_FROM and not error_open,
    )


def _with_evidence(codes: Iterable[str], tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """Return the tallies of ``codes`` that have an opportunity: a rule with n = 0 takes no part."""
    return {code: tallies[code] for code in codes if code in tallies and tallies[code].n}


def is_counted(issue: Issue) -> bool:
    """Tell whether the score counts an issue as a violation.

    Advice costs nothing. A suppression needs a reason to move the score, and a baseline never
    moves it.
    """
    excused = issue.status is Status.SUPPRESSED and issue.reason != ""
    return not issue.advice and not excused


def rules_with_open_error(issues: Iterable[Issue], scale: Scale) -> frozenset[str]:
    """Return the codes of the scale's rules with an open error.

    Both the case and its rule must be errors: a case that is worse than its rule counts for
    ``fail-on`` only.
    """
    return frozenset(
        issue.rule
        for issue in issues
        if issue.severity is Severity.ERROR
        and is_counted(issue)
        and issue.rule in scale.rules
        and scale.rules[issue.rule].severity is Severity.ERROR
    )


def grade(value: Fraction | None, scale: Scale, open_errors: Collection[str]) -> tuple[str, str]:
    """Return the grade of a score, and why it is lower than the number alone would give.

    A from 90, B from 80, C from 70, D from 60, F below; never better than B while an error is
    open, nor better than D while a zero-tolerance error is.

    Returns:
        letter and reason. The letter is empty without a score, the reason when nothing held the
        grade back.
    """
    if value is None:
        return "", ""
    earned = next((letter for letter, start in GRADES if value >= start), "F")
    zero_tolerance = {code for code in open_errors if scale.rules[code].zero_tolerance}
    caps = (
        ("D", "a zero-tolerance error", zero_tolerance),
        ("B", "an error", set(open_errors)),
    )
    for cap, what, codes in caps:
        # Letters sort as grades do, so the smaller letter is the better grade.
        if codes and earned < cap:
            return cap, f"held at {cap} while {what} is open: {listing(sorted(codes))}"
    return earned, ""


def pool(tallies_by_member: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Return the tallies of the whole repository: the sums over its members, sorted by code.

    Each member's tallies hold only the rules that fit that member's kinds.
    """
    pooled: dict[str, Tally] = {}
    for tallies in tallies_by_member:
        for code, tally in tallies.items():
            pooled[code] = _sum(pooled.get(code, Tally(code)), tally)
    return dict(sorted(pooled.items()))


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(
        rule=one.rule,
        opportunities=one.opportunities + other.opportunities,
        violations=one.violations + other.violations,
        suppressed=one.suppressed + other.suppressed,
        advice=one.advice + other.advice,
        recorded=one.recorded + other.recorded,
    )


def gain_per_place(tallies: Mapping[str, Tally], scale: Scale) -> dict[str, Fraction]:
    """Return by code what mending one violating place of the rule adds to the score, exactly.

    Mending in place leaves n, and so every weight, as it is. The score is then linear in the
    violations, gains add up over places and rules, and one place is worth

    ``100 * weight / n / sum(weight) * principle weight / sum(principle weight)``

    the first sum over the principle's rules with evidence, the second over the principles with
    evidence.
    """
    evident = _with_evidence(scale.rules, tallies)
    weights = {code: scale.rules[code].weight(tally.n) for code, tally in evident.items()}
    by_principle: dict[Principle, Fraction] = {}
    for code, weight in weights.items():
        principle = scale.rules[code].principle
        by_principle[principle] = by_principle.get(principle, Fraction(0)) + weight
    total = sum((scale.weights[principle] for principle in by_principle), Fraction(0))
    if not total:
        return {}
    shares = {
        principle: 100 * scale.weights[principle] / total / weight
        for principle, weight in by_principle.items()
    }
    return {
        code: shares[scale.rules[code].principle] * weight / evident[code].n
        for code, weight in weights.items()
    }


def with_gains(
    issues: Iterable[Issue], tallies: Mapping[str, Tally], scale: Scale
) -> tuple[Issue, ...]:
    """Return the issues with their gain: the score with the issue alone mended, minus the score.

    An issue that the score does not count, or whose rule takes no part, gains nothing.
    """
    worth = gain_per_place(tallies, scale)
    return tuple(
        replace(issue, gain=issue.places * worth[issue.rule])
        if issue.rule in worth and is_counted(issue)
        else issue
        for issue in issues
    )


def fix_first(tallies: Mapping[str, Tally], scale: Scale) -> tuple[tuple[str, Fraction], ...]:
    """Return rule codes with the gain of mending all their violations, best first, then by code."""
    worth = gain_per_place(tallies, scale)
    gains = [(code, tallies[code].violations * each) for code, each in worth.items()]
    return tuple(sorted((pair for pair in gains if pair[1]), key=lambda pair: (-pair[1], pair[0])))


def listing(names: Collection[str], limit: int = 3) -> str:
    """Return the first ``limit`` names and how many more there are: ``a, b, c and 2 more``."""
    shown = ", ".join(list(names)[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
