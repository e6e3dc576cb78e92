"""Code frames: the lines of an issue, with the place marked. Never a line on which a secret stands."""

from __future__ import annotations

from collections.abc import Sequence

from archcheck.report import Issue, Report
from archcheck.reporters._terminal import clean

SECRET_RULES = frozenset({"ARC0901", "ARC0902", "ARC0910"})
"""Rules whose places hold a secret's value: literals in code, weak defaults, files with credentials."""

_MAX_LINES = 3
_MAX_COLUMNS = 200
_WITHHELD = "(not shown: a secret stands here)"


def secret_lines(report: Report) -> frozenset[tuple[str, int]]:
    """Return path and number of every line that no output may show, whichever issue it belongs to."""
    return frozenset(
        (issue.location.path, line)
        for issue in report.issues
        if issue.rule in SECRET_RULES
        for line in range(
            issue.location.line, max(issue.location.line, issue.location.end_line) + 1
        )
    ) | frozenset(
        (step.path, step.line)
        for issue in report.issues
        if issue.rule in SECRET_RULES
        for step in issue.trace
    )


def frame(issue: Issue, lines: Sequence[str], secrets: frozenset[tuple[str, int]]) -> list[str]:
    """Return the first lines of an issue with their numbers, and marks below a single one.

    Args:
        issue: to show.
        lines: of its file.
        secrets: lines to withhold.
    """
    location = issue.location
    first = location.line
    if not 1 <= first <= len(lines):
        return []
    last = min(max(first, location.end_line), first + _MAX_LINES - 1, len(lines))
    gutter = len(str(last))
    shown = []
    for number in range(first, last + 1):
        hidden = issue.rule in SECRET_RULES or (location.path, number) in secrets
        text = _WITHHELD if hidden else _printable(lines[number - 1])
        shown.append(f"  {number:>{gutter}} | {text}".rstrip())
        if number == location.end_line == first and location.column and not hidden:
            width = max(1, location.end_column - location.column)
            if location.column + width <= _MAX_COLUMNS:
                before = len(_printable(lines[number - 1][: location.column - 1]))
                shown.append(f"  {' ' * gutter} | {' ' * before}{'^' * width}")
    return shown


def _printable(line: str) -> str:
    text = clean(line.rstrip("\r\n").replace("\t", "    "))
    return text if len(text) <= _MAX_COLUMNS else f"{text[:_MAX_COLUMNS]}..."
