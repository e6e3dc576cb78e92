"""Formats: one module each, a pure function of the report.

A format is a module here with a function ``render(report, options) -> str``; its name is the format's. A plugin gives
such a function through the entry-point group ``archcheck.reporters``. Modules that begin with an underscore are shared
helpers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from archcheck.report import Issue, Report, Status


class RenderOptions(Struct, frozen=True):
    """How a report is to be shown. Nothing here changes what was judged.

    Attributes:
        issues: the issues to show; None for all of the report.
        width: columns of the medium.
        colour: ANSI colours are understood.
        unicode: the medium can show more than ASCII.
        verbose: show code frames, suppressed issues and the conditions that passed.
        quiet: show issues and verdict only.
        statistics: show what depends on the clock.
        lines: returns the lines of a source file by path, for code frames; None for no frames.
    """

    issues: tuple[Issue, ...] | None = None
    width: int = 80
    colour: bool = False
    unicode: bool = True
    verbose: bool = False
    quiet: bool = False
    statistics: bool = True
    lines: Callable[[str], Sequence[str]] | None = None

    def shown(self, report: Report) -> tuple[Issue, ...]:
        """The issues to show, whatever their status."""
        return report.issues if self.issues is None else self.issues

    def open(self, report: Report) -> tuple[Issue, ...]:
        """The open issues to show."""
        return tuple(issue for issue in self.shown(report) if issue.status is Status.OPEN)


Reporter = Callable[[Report, RenderOptions], str]
"""Turns a report into text that ends with a line break."""
