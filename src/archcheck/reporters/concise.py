"""``concise``: one line an open issue, ``path:line:col: CODE message``, for editors and grep."""

from __future__ import annotations

from archcheck.report import Report
from archcheck.reporters import RenderOptions
from archcheck.reporters._terminal import place, text_of


def render(report: Report, options: RenderOptions) -> str:
    """Return a line for each open issue; an empty text without any."""
    return "".join(
        f"{place(issue.location)}: {issue.rule} {text_of(issue)}\n"
        for issue in options.open(report)
    )
