"""Print findings of one rule with the code around them, to be read by eye.

Usage: python benchmarks/read_findings.py --rule ARC0501 [--sample N] [--project NAME ...] [--scratch DIR]

Reads what the last run of real_projects.py kept. The sample is the same each time and spread over the projects.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.findings import FindingStore, sample
from corpus.releases import ReleaseListError, choose, read_releases
from corpus.reports import OPEN, Finding
from corpus.scratch import RELEASE_LIST, add_scratch_option, findings_folder

_WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sample and return the exit code: 1 when there is nothing to read."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rule", required=True, metavar="CODE")
    parser.add_argument("--sample", type=int, default=10, metavar="N", help="default: %(default)s")
    parser.add_argument("--context", type=int, default=6, metavar="LINES", help="above and below")
    parser.add_argument("--project", nargs="+", metavar="NAME", default=[])
    add_scratch_option(parser)
    options = parser.parse_args(arguments)
    try:
        releases = choose(read_releases(RELEASE_LIST), options.project)
    except ReleaseListError as error:
        parser.error(str(error))

    store = FindingStore(findings_folder(options.scratch))
    found = {
        release.name: [
            finding
            for finding in store.load(release) or ()
            if finding.code == options.rule and finding.status == OPEN
        ]
        for release in releases
    }
    chosen = sample(found, options.sample)
    for number, (project, finding) in enumerate(chosen, start=1):
        print(f"\n[{number}] {project}/{finding.path}:{finding.line}\n    {finding.message}")
        for line in context(options.scratch / project, finding, options.context):
            print(line)
    total = sum(map(len, found.values()))
    projects = sum(1 for findings in found.values() if findings)
    print(f"\n{options.rule}: {len(chosen)} of {total} findings in {projects} projects")
    return 0 if chosen else 1


def context(root: Path, finding: Finding, reach: int) -> Iterator[str]:
    """The lines around a finding, numbered, its own marked; none where it has no line or no file."""
    path = (root / finding.path).resolve()
    if finding.line == 0 or not path.is_relative_to(root.resolve()) or not path.is_file():
        return
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    first = max(finding.line - reach, 1)
    for number, line in enumerate(lines[first - 1 : finding.line + reach], start=first):
        mark = ">" if number == finding.line else " "
        yield f"  {mark} {number:5} | {_printable(line)[:_WIDTH]}"


def _printable(line: str) -> str:
    # Somebody else's file must not steer the reader's terminal.
    return "".join(c if c.isprintable() else "�" for c in line.expandtabs(4))


if __name__ == "__main__":
    sys.exit(main())
