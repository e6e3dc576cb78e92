"""Small rules, tallies and issues for the tests of the score and the gate."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from archcheck.engine.score import Scale
from archcheck.model import Confidence, Kind, Location, Principle, RuleInfo, Severity
from archcheck.report import Issue, PrincipleScore, Score, Status, Tally


def rule(
    code: str,
    severity: Severity = Severity.ERROR,
    *,
    kinds: tuple[Kind, ...] = (),
    whole_repository: bool = False,
    zero_tolerance: bool = False,
    preview: bool = False,
) -> RuleInfo:
    """Build the metadata of a rule in which only what the score reads matters."""
    return RuleInfo(
        code=code,
        name=code.lower(),
        principle=Principle.of_code(code),
        severity=severity,
        confidence=Confidence.HIGH,
        summary="",
        explanation="",
        noun="",
        advice="",
        seed="",
        kinds=kinds,
        roles=(),
        whole_repository=whole_repository,
        zero_tolerance=zero_tolerance,
        preview=preview,
    )


def tallies_of(counts: Mapping[str, tuple[int, int]]) -> dict[str, Tally]:
    """Build tallies from ``code -> (opportunities, violations)``."""
    return {code: Tally(code, *pair) for code, pair in counts.items()}


def issue(
    code: str,
    severity: Severity = Severity.ERROR,
    *,
    path: str = "src/a.py",
    line: int = 1,
    places: int = 1,
    status: Status = Status.OPEN,
    reason: str = "",
    advice: bool = False,
) -> Issue:
    """Build an issue, open unless told otherwise."""
    return Issue(
        rule=code,
        severity=severity,
        location=Location(path, line),
        message="",
        advice=advice,
        status=status,
        reason=reason,
        places=places,
    )


RULES = (
    rule("ARC0301"),
    rule("ARC0302", Severity.WARNING),
    rule("ARC0801", whole_repository=True, zero_tolerance=True),
    rule("ARC0802", Severity.INFO),
)
SCALE = Scale.of(RULES, ())
TALLIES = tallies_of({"ARC0301": (9, 3), "ARC0302": (3, 0), "ARC0801": (1, 0), "ARC0802": (1, 1)})
"""The example that ``test_score.py`` works out by hand; its score is 600/7."""


def value(result: Score) -> Fraction:
    """Return the number of a score that has evidence."""
    assert result.value is not None
    return result.value


def of(result: Score, principle: Principle) -> PrincipleScore:
    """Return one principle's part of a score."""
    return next(each for each in result.principles if each.principle is principle)
