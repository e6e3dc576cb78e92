"""Run archcheck on pinned releases of real projects and say what changed since the last run.

Usage: python benchmarks/real_projects.py [--only NAME ...] [--scratch DIR] [--top N] [--write]

What is missing is fetched into the scratch folder. Ends with 1 when archcheck crashed on a project, or passed over
a file without naming it in a failure or a notice.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.checking import CheckRun, check
from corpus.fetching import FetchError, provide
from corpus.findings import FindingStore, compare, describe
from corpus.page import Row, render_issues, render_page, render_scores
from corpus.releases import Release, ReleaseListError, choose, read_releases
from corpus.scratch import RELEASE_LIST, add_scratch_option, findings_folder, workplace
from corpus.unpacking import UnsafeArchiveError

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "real-projects.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="these projects")
    parser.add_argument("--top", type=int, default=10, metavar="N", help="findings shown a rule")
    parser.add_argument("--write", action="store_true", help=f"write docs/{_PAGE.name}")
    add_scratch_option(parser)
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("--write needs all projects: leave --only away")
    try:
        releases = choose(read_releases(RELEASE_LIST), options.only)
    except ReleaseListError as error:
        parser.error(str(error))

    store = FindingStore(findings_folder(options.scratch))
    rows: list[Row] = []
    problems: list[str] = []
    for release in releases:
        try:
            run = check(provide(release, options.scratch), workplace(options.scratch))
        except (FetchError, UnsafeArchiveError) as error:
            problems.append(f"{release.name}: {error}")
            continue
        rows.append(Row(release, run))
        problems += (f"{release.name}: {problem}" for problem in run.problems)
        _print_changes(release, run, store, options.top)
    print(f"\n{render_issues(rows)}\n\n{render_scores(rows)}")
    for problem in problems:
        print(f"problem: {problem}", file=sys.stderr)
    if options.write and len(rows) == len(releases):
        _PAGE.write_text(render_page(rows), encoding="utf-8")
    return 1 if problems else 0


def _print_changes(release: Release, run: CheckRun, store: FindingStore, top: int) -> None:
    print(f"{release.name} {release.version}: {run.seconds:.1f} s", flush=True)
    if run.report is None:
        return
    before = store.load(release)
    if before is None:
        print(f"  {len(run.report.findings)} findings, the first run")
    else:
        for line in describe(compare(before, run.report.findings), top=top):
            print(line)
    store.save(release, run.report.findings)


if __name__ == "__main__":
    sys.exit(main())
