"""What ARC0903 says of a piece of source."""

from __future__ import annotations

from textwrap import dedent

from archcheck.model import Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.security.sql_injection import SqlInjection
from archcheck.testing import outcomes


def judged(source: str, path: str = "src/app/service.py") -> list[Outcome]:
    return outcomes(SqlInjection, Example("case", dedent(source), path=path))


def verdict(source: str) -> str:
    """``ok``, ``value``, ``own`` or ``name`` (advice both) or ``none`` (no opportunity) of the one call."""
    found = judged(source)
    if not found:
        return "none"
    (outcome,) = found
    if outcome.verdict is Verdict.COMPLIES:
        return "ok"
    if not outcome.advice:
        return "value"
    return "name" if outcome.message.endswith("as a name") else "own"


def query(text: str, parameters: str = "", head: str = "", signature: str = "x") -> str:
    return f"{head}\ndef run(cursor, {signature}):\n    cursor.execute({text}{parameters})\n"
