"""The whole sum behind a score, term by term, so that anybody can recompute it with pencil and paper."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from archcheck.model import RuleInfo
from archcheck.report import PrincipleScore, Report, Tally, display, rule_weight
from archcheck.reporters._terminal import clean

_DIGITS = 6


def score_sum(report: Report) -> Iterator[str]:
    """Yield the lines: first the formula, then each principle's rules, last the mean.

    Weights and compliances are exact fractions; what they add up to is a decimal, cut off and not rounded.
    """
    yield f"How the score of {clean(report.project.name or 'the project')} comes about, edition {report.edition}"
    yield ""
    yield "  n           opportunities now, or those of the baseline if they were more"
    yield "  compliance  1 - violations / n; a rule with n = 0 takes no part"
    yield "  weight      severity (error 5, warning 3, info 1) * n / (n + 3);"
    yield "              for a whole-repository rule the severity alone"
    yield "  principle   100 * sum(weight * compliance) / sum(weight)"
    yield "  score       sum(principle weight * principle) / sum(principle weight)"
    for each in report.score.principles:
        yield ""
        yield from _principle(each, report)
    yield ""
    yield from _mean(report)


def _principle(each: PrincipleScore, report: Report) -> Iterator[str]:
    heading = f"{each.principle.number}. {each.principle.title}"
    if each.score is None:
        yield f"{heading}: no evidence, takes no part"
        return
    yield f"{heading}: {decimal(each.score)}"
    rows = _rows(each, report)
    name_width = max(len(info.name) for info, _ in rows)
    kept = total = Fraction(0)
    for info, tally in rows:
        weight = rule_weight(info.severity, tally.n, whole_repository=info.whole_repository)
        compliance = Fraction(tally.n - tally.violations, tally.n)
        kept += weight * compliance
        total += weight
        evidence = "" if info.whole_repository else f" * {tally.n}/{tally.n + 3}"
        yield (
            f"  {info.code} {info.name:<{name_width}}  compliance {tally.n - tally.violations}/{tally.n}"
            f"  weight {info.severity.weight}{evidence}"
        )
    yield f"  100 * {decimal(kept)} / {decimal(total)} = {decimal(each.score)}"


def _rows(each: PrincipleScore, report: Report) -> list[tuple[RuleInfo, Tally]]:
    return [
        (info, tally)
        for info in report.rules
        if info.principle is each.principle
        and not info.preview
        and (tally := report.tallies.get(info.code)) is not None
        and tally.n
    ]


def _mean(report: Report) -> Iterator[str]:
    value = report.score.value
    if value is None:
        yield "score: none, for no rule found anything to judge"
        return
    evident = [each for each in report.score.principles if each.score is not None]
    terms = [
        f"{'' if each.weight == 1 else f'{decimal(each.weight)} * '}{decimal(each.score)}"
        for each in evident
        if each.score is not None
    ]
    weight = sum((each.weight for each in evident), Fraction(0))
    yield f"score = ({' + '.join(terms)}) / {decimal(weight)}"
    yield f"      = {decimal(value)}, shown as {display(value)}, grade {report.score.grade}"
    if report.score.grade_reason:
        yield f"        grade {report.score.grade_reason}"


def decimal(value: Fraction) -> str:
    """Return a number of 0 or more, cut off after six decimals and without trailing zeros."""
    scale: int = 10**_DIGITS
    cut = value * scale // 1
    whole, part = divmod(cut, scale)
    digits = f"{part:0{_DIGITS}}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
