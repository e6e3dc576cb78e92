"""What ARC1202 says of a piece of source, for the tests of what libraries deprecate."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from archcheck.model import Outcome, Severity, Verdict
from archcheck.rule import Example
from archcheck.rules.evolution.deprecated_api import DeprecatedApi
from archcheck.testing import outcomes


def python(specifier: str) -> dict[str, str]:
    return {
        "pyproject.toml": f'[project]\nname = "app"\nversion = "1"\nrequires-python = "{specifier}"\n'
    }


def needs(*requirements: str) -> dict[str, str]:
    return {"requirements.txt": "\n".join(requirements)}


def judged(source: str, files: Mapping[str, str] | None = None) -> list[Outcome]:
    return outcomes(DeprecatedApi, Example("case", dedent(source), files=files or {}))


def verdicts(source: str, files: Mapping[str, str] | None = None) -> list[str]:
    """``ok``, ``old`` or ``gone`` for each opportunity."""
    return [
        "ok"
        if outcome.verdict is Verdict.COMPLIES
        else "gone"
        if outcome.severity is Severity.ERROR
        else "old"
        for outcome in judged(source, files)
    ]
