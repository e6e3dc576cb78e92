"""The table of real projects, in Markdown."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.checking import CheckRun
from corpus.releases import Release
from corpus.reports import OPEN

_PRINCIPLES = range(1, 13)
_COLUMNS = (
    "project",
    "version",
    "built on",
    "files",
    "lines",
    "kinds",
    "score",
    "grade",
    *(f"P{number}" for number in _PRINCIPLES),
    "failures",
    "exit",
    "seconds",
)
_TEXT_COLUMNS = {"project", "version", "built on", "kinds", "grade"}
_NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One project of the table."""

    release: Release
    run: CheckRun


def render_page(rows: Sequence[Row]) -> str:
    """The whole page, with how it was made."""
    return f"""# Real projects

<!-- Written by benchmarks/real_projects.py --write; do not edit. -->

archcheck on {len(rows)} releases from the package index, chosen for their variety of frameworks, sizes and ages and
pinned by version and digest in `benchmarks/real_projects.toml`. None of them was prepared for it, none of their code
was run, and no setting was made: what stands here is what a newcomer sees on the first run. An unpacked release is
not the whole repository: continuous integration, lock files and often the tests are left out of it, and rules that
need them find nothing to judge.

`P1` to `P12` count the open issues of each principle. `failures` are files or rules that could not run, each named in
the report. `exit` is the exit code under `--exit-zero`: 2 means that a part could not be judged. `seconds` is the wall
time of the whole command, measured on {_machine()}.

{render_table(rows)}
"""


def render_table(rows: Sequence[Row]) -> str:
    """The table alone, the projects by their number of files."""
    alignment = ("---" if column in _TEXT_COLUMNS else "---:" for column in _COLUMNS)
    lines = [_line(_COLUMNS), _line(alignment)]
    lines += (_line(_cells(row)) for row in sorted(rows, key=_size))
    return "\n".join(lines)


def _size(row: Row) -> tuple[int, str]:
    return (row.run.report.files if row.run.report else 0, row.release.name)


def _cells(row: Row) -> list[str]:
    release, run = row.release, row.run
    cells = [release.name, release.version, ", ".join(release.frameworks) or _NOTHING]
    if run.report is None:
        cells += [_NOTHING] * (len(_COLUMNS) - len(cells) - 2)
    else:
        report = run.report
        issues = Counter(finding.principle for finding in report.findings if finding.status == OPEN)
        cells += [f"{report.files:,}", f"{report.lines:,}", ", ".join(report.kinds) or _NOTHING]
        cells += [_NOTHING if report.score is None else f"{report.score:.1f}"]
        cells += [report.grade or _NOTHING]
        cells += [str(issues[number]) for number in _PRINCIPLES]
        cells += [str(len(report.failures))]
    return [*cells, _NOTHING if run.exit_code is None else str(run.exit_code), f"{run.seconds:.1f}"]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _machine() -> str:
    cores = os.cpu_count() or 1
    return (
        f"{cores} {'core' if cores == 1 else 'cores'} ({platform.machine()}, {platform.system()}) "
        f"under {platform.python_implementation()} {platform.python_version()}"
    )
