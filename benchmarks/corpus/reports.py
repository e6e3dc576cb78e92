"""What the benchmark needs of archcheck's JSON report, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OPEN = "open"


class ReportError(Exception):
    """What archcheck printed is not the JSON report it promises."""


@dataclass(frozen=True, order=True)
class Finding:
    """One issue of a report.

    Attributes:
        code: the rule's code, such as ``ARC0301``.
        path: POSIX, relative to the project's root; ``.`` for the project as a whole.
        line: counted from 1; 0 where the issue has no line.
        status: ``open``, ``suppressed`` or ``baselined``.
    """

    code: str
    path: str
    line: int
    message: str
    status: str = OPEN

    @property
    def principle(self) -> int:
        """The number of the rule's principle, the two digits after the prefix."""
        return int(self.code[3:5])


@dataclass(frozen=True)
class CheckReport:
    """The verdict on one project.

    Attributes:
        files: how many files were analysed.
        lines: how many lines they have.
        score: 0 to 100; ``None`` where nothing could be judged.
        principles: the score of each principle by its number; ``None`` for one without evidence.
        rules: how many rules had an opportunity.
        rules_that_fit: how many rules are for the kinds of this project.
        named_paths: the paths that a failure or a notice speaks of.
    """

    files: int
    lines: int
    kinds: tuple[str, ...]
    score: float | None
    grade: str | None
    principles: Mapping[int, float | None]
    rules: int
    rules_that_fit: int
    findings: tuple[Finding, ...]
    failures: tuple[str, ...]
    named_paths: frozenset[str]


def read_report(text: str) -> CheckReport:
    """Read a JSON report.

    Raises:
        ReportError: it is no JSON, or lacks a key of the contract.
    """
    try:
        report = json.loads(text)
        failures, notices = report["failures"], report["notices"]
        return CheckReport(
            files=report["statistics"]["files"],
            lines=report["statistics"]["lines"],
            kinds=tuple(report["project"]["kinds"]),
            score=report["score"],
            grade=report["grade"],
            principles={each["number"]: each["score"] for each in report["principles"]},
            rules=report["evidence"]["rules"],
            rules_that_fit=report["evidence"]["rules_that_fit"],
            findings=tuple(sorted(map(_finding, report["issues"]))),
            failures=tuple(map(_described, failures)),
            named_paths=frozenset(item["path"] for item in (*failures, *notices) if item["path"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(f"not the JSON report: {type(error).__name__}: {error}") from error


def _finding(issue: Mapping[str, Any]) -> Finding:
    return Finding(
        code=issue["code"],
        path=issue["path"] or ".",
        line=issue["line"] or 0,
        message=" ".join(issue["message"].split()),
        status=issue["status"],
    )


def _described(failure: Mapping[str, Any]) -> str:
    return f"{failure['path']}:{failure['line'] or 0} {failure['kind']}: {failure['message']}"
