"""A rule on a few lines of source: what it says, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from archcheck.model import Outcome, Verdict
from archcheck.rule import Example, Rule
from archcheck.testing import outcomes

OK, BAD, ADVICE = "ok", "bad", "advice"


def judged(
    rule: type[Rule],
    source: str,
    path: str = "src/app/service.py",
    files: Mapping[str, str] | None = None,
) -> list[Outcome]:
    """All outcomes of ``rule`` in a project of these files."""
    others = {name: dedent(text) for name, text in (files or {}).items()}
    return outcomes(rule, Example("case", dedent(source), path=path, files=others))


def verdicts(
    rule: type[Rule],
    source: str,
    path: str = "src/app/service.py",
    files: Mapping[str, str] | None = None,
) -> list[tuple[int, str]]:
    """Line and verdict of every outcome in the file at ``path``."""
    return [
        (outcome.place.location.line, _word(outcome))
        for outcome in judged(rule, source, path, files)
        if outcome.place.location.path == path
    ]


def _word(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.COMPLIES:
        return OK
    return ADVICE if outcome.advice else BAD
