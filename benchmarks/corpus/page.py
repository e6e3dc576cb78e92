"""The page of real projects, in Markdown: two tables, and what somebody who read the findings thinks of each score."""

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
_PRINCIPLE_COLUMNS = tuple(f"P{number}" for number in _PRINCIPLES)
_ISSUE_COLUMNS = (
    "project",
    "version",
    "built on",
    "files",
    "lines",
    "kinds",
    "score",
    "grade",
    *_PRINCIPLE_COLUMNS,
    "failures",
    "exit",
    "seconds",
)
_SCORE_COLUMNS = ("project", "score", *_PRINCIPLE_COLUMNS, "rules", "principles")
_TEXT_COLUMNS = {"project", "version", "built on", "kinds", "grade"}
_NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One project of the tables."""

    release: Release
    run: CheckRun


def render_page(rows: Sequence[Row]) -> str:
    """The whole page, with how it was made."""
    return f"""# Real projects

<!-- Written by benchmarks/real_projects.py --write; do not edit. The verdicts stand in benchmarks/real_projects.toml. -->

archcheck on {len(rows)} releases from the package index, chosen for their variety of frameworks, sizes and ages and
pinned by version and digest in `benchmarks/real_projects.toml`. None of them was prepared for it, none of their code
was run, and no setting was made: what stands here is what a newcomer sees on the first run. An unpacked release is
not the whole repository: continuous integration, lock files and often the tests are left out of it, and rules that
need them find nothing to judge.

## Issues

`P1` to `P12` count the open issues of each [principle](concepts/principles.md). `failures` are files or rules that
could not run, each named in the report. `exit` is the exit code under `--exit-zero`: 2 means that a part could not be
judged. `seconds` is the wall time of the whole command, measured on {_machine()}.

{render_issues(rows)}

## Scores

`P1` to `P12` are the [scores](concepts/score.md) of the principles, `{_NOTHING}` where there is no evidence. `rules` had
something to judge, of those that fit the kinds of the project; `principles` have evidence, of all twelve.

{render_scores(rows)}

## Are the scores deserved?

Each project's findings were read in their context: all errors, the rules that cost the most, and a sample of the rest.

{render_verdicts(rows)}
"""


def render_issues(rows: Sequence[Row]) -> str:
    """The table of what was found and how the run went, the projects by their number of files."""
    return _table(_ISSUE_COLUMNS, map(_issue_cells, sorted(rows, key=_size)))


def render_scores(rows: Sequence[Row]) -> str:
    """The table of the principles' scores and the evidence they rest on, in the same order."""
    return _table(_SCORE_COLUMNS, map(_score_cells, sorted(rows, key=_size)))


def render_verdicts(rows: Sequence[Row]) -> str:
    """A section for each project with a verdict, in the same order."""
    return "\n\n".join(
        f"### {row.release.name}\n\n{row.release.verdict.strip()}"
        for row in sorted(rows, key=_size)
        if row.release.verdict
    )


def _size(row: Row) -> tuple[int, str]:
    return (row.run.report.files if row.run.report else 0, row.release.name)


def _issue_cells(row: Row) -> list[str]:
    release, run = row.release, row.run
    cells = [release.name, release.version, ", ".join(release.frameworks) or _NOTHING]
    if run.report is None:
        cells += [_NOTHING] * (len(_ISSUE_COLUMNS) - len(cells) - 2)
    else:
        report = run.report
        issues = Counter(finding.principle for finding in report.findings if finding.status == OPEN)
        cells += [f"{report.files:,}", f"{report.lines:,}", ", ".join(report.kinds) or _NOTHING]
        cells += [_score(report.score), report.grade or _NOTHING]
        cells += [str(issues[number]) for number in _PRINCIPLES]
        cells += [str(len(report.failures))]
    return [*cells, _NOTHING if run.exit_code is None else str(run.exit_code), f"{run.seconds:.1f}"]


def _score_cells(row: Row) -> list[str]:
    report = row.run.report
    if report is None:
        return [row.release.name, *[_NOTHING] * (len(_SCORE_COLUMNS) - 1)]
    scores = [report.principles.get(number) for number in _PRINCIPLES]
    return [
        row.release.name,
        _score(report.score),
        *map(_score, scores),
        f"{report.rules} of {report.rules_that_fit}",
        str(sum(score is not None for score in scores)),
    ]


def _score(score: float | None) -> str:
    return _NOTHING if score is None else f"{score:.1f}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    alignment = ["---" if column in _TEXT_COLUMNS else "---:" for column in columns]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, alignment, *rows))


def _machine() -> str:
    cores = os.cpu_count() or 1
    return (
        f"{cores} {'core' if cores == 1 else 'cores'} ({platform.machine()}, {platform.system()}) "
        f"under {platform.python_implementation()} {platform.python_version()}"
    )
