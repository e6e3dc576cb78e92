"""Plant violations in real projects and count how many of them archcheck finds, by rule.

Usage: python benchmarks/recall.py [--only NAME ...] [--rule CODE ...] [--seeds N] [--misses N] [--scratch DIR] [--write]

Complying places of the pinned releases are broken in a copy: each by a small change of the text that a reader would call
a violation. Places are chosen by the syntax alone and are the same each time. Nothing of a project is imported or run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus.fetching import FetchError, provide
from corpus.releases import ReleaseListError, choose, read_releases
from corpus.reports import Finding
from corpus.scratch import RELEASE_LIST, add_scratch_option, workplace
from corpus.unpacking import UnsafeArchiveError
from read_findings import context
from seeding.choosing import candidates
from seeding.choosing import choose as choose_seeds
from seeding.measuring import Result, is_sound, measure
from seeding.mutations import MUTATIONS
from seeding.page import fill_precision, render, replace_table
from seeding.source import Project

from archcheck.plugins import load_rules

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "concepts" / "recall.md"
_PRECISION = _PAGE.with_name("precision.md")
_MORE = Path(__file__).with_name("recall.toml")
# Larger ones offer more of the same seeds, and each round of them takes minutes.
_MOST_FILES = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="these projects")
    parser.add_argument("--rule", nargs="+", metavar="CODE", default=[], help="these rules")
    parser.add_argument("--seeds", type=int, default=60, metavar="N", help="a rule (default 60)")
    parser.add_argument("--misses", type=int, default=3, metavar="N", help="shown a rule")
    parser.add_argument(
        "--write", action="store_true", help="write docs/concepts/{recall,precision}.md"
    )
    add_scratch_option(parser)
    options = parser.parse_args(arguments)
    if options.write and (options.only or options.rule):
        parser.error("--write needs all projects and rules: leave --only and --rule away")
    try:
        releases = choose((*read_releases(RELEASE_LIST), *read_releases(_MORE)), options.only)
    except ReleaseListError as error:
        parser.error(str(error))

    try:
        roots = {release.name: provide(release, options.scratch) for release in releases}
    except (FetchError, UnsafeArchiveError) as error:
        print(f"problem: {error}", file=sys.stderr)
        return 2
    if not options.only:
        roots = {name: root for name, root in roots.items() if _is_small(root)}
    wanted = [each for each in MUTATIONS if not options.rule or each.code in options.rule]
    offered = {name: list(candidates(Project(name, root), wanted)) for name, root in roots.items()}
    results: list[Result] = []
    chosen = choose_seeds(offered, options.seeds, lambda name, seed: is_sound(roots[name], seed))
    for name, seeds in chosen.items():
        found = list(measure(name, roots[name], seeds, workplace(options.scratch) / "recall"))
        print(f"{name}: {sum(each.found for each in found)} of {len(found)}", file=sys.stderr)
        results += found
    _print_misses(results, roots, options.misses)
    table = render(results, [rule.code for rule in load_rules() if rule.preview])
    print(table)
    if options.write:
        page = _PAGE.read_text(encoding="utf-8")
        _PAGE.write_text(replace_table(page, table), encoding="utf-8")
        precision = _PRECISION.read_text(encoding="utf-8")
        _PRECISION.write_text(fill_precision(precision, table), encoding="utf-8")
    return 0


def _is_small(root: Path) -> bool:
    return sum(1 for _ in root.rglob("*.py")) <= _MOST_FILES


def _print_misses(results: Sequence[Result], roots: Mapping[str, Path], top: int) -> None:
    shown: dict[str, int] = {}
    for result in sorted(results, key=lambda each: (each.seed.code, each.seed.mutation)):
        seed = result.seed
        if result.found or shown.setdefault(seed.code, 0) == top:
            continue
        shown[seed.code] += 1
        print(f"\n{seed.code} {result.project}/{seed.path}:{seed.line} missed: {seed.mutation}")
        finding = Finding(seed.code, seed.path, seed.line, "")
        print("\n".join(context(roots[result.project], finding, 6)))


if __name__ == "__main__":
    sys.exit(main())
