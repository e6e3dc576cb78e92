"""Measure archcheck against the floor of parsing and against its neighbours, on pinned releases.

Usage: python benchmarks/speed.py [--only NAME ...] [--scratch DIR] [--runs N] [--write]

Everything is a whole command, measured from outside with its start. The states of one target take turns, so that a
machine that grows slower meanwhile is slow for all. Ends with 1 when a limit on the two largest is not kept.
"""

from __future__ import annotations

import argparse
import compileall
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import contracts
from corpus.fetching import FetchError
from corpus.releases import ReleaseListError
from corpus.scratch import add_scratch_option, workplace
from corpus.unpacking import UnsafeArchiveError
from timing.contenders import contenders
from timing.measuring import MeasuringError, Sample, Series, measure
from timing.page import Result, demands, render, replace_tables
from timing.targets import Target, prepare, read_subjects

import archcheck

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "concepts" / "speed.md"
_START_UP = {
    "archcheck --version": ["-m", "archcheck", "--version"],
    "import typer, pydantic": ["-c", "import typer, pydantic"],
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="these releases")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="of each (default 5)")
    parser.add_argument("--write", action="store_true", help=f"write docs/concepts/{_PAGE.name}")
    add_scratch_option(parser)
    options = parser.parse_args(arguments)
    try:
        subjects = read_subjects()
    except ReleaseListError as error:
        parser.error(str(error))
    names = {subject.release.name for subject in subjects}
    if unknown := set(options.only) - names:
        parser.error(f"not in the list: {', '.join(sorted(unknown))}")
    if options.write and options.only:
        parser.error("--write needs all releases: leave --only away")
    if options.runs < 1:
        parser.error("--runs is at least 1")

    # As an installer leaves it; where Python was told to write no byte code, each run would compile it anew.
    compileall.compile_dir(Path(archcheck.__file__).parent, quiet=2)
    results: list[Result] = []
    try:
        for subject in subjects:
            if not options.only or subject.release.name in options.only:
                target = prepare(subject, options.scratch)
                results.append(Result(target, _series(target, options.runs)))
        checked = _contracts(results)
        start_up = _start_up(workplace(options.scratch), max(options.runs, 5))
    except (FetchError, UnsafeArchiveError, MeasuringError) as error:
        print(f"problem: {error}", file=sys.stderr)
        return 2
    tables = render(results, start_up, checked, options.runs)
    print(tables)
    if options.write:
        page = _PAGE.read_text(encoding="utf-8")
        _PAGE.write_text(replace_tables(page, tables), encoding="utf-8")
    return 0 if all(demand.is_met for demand in demands(results, start_up)) else 1


def _series(target: Target, runs: int) -> Mapping[str, Series]:
    samples: dict[str, list[Sample]] = {}
    for number in range(runs):
        for contender in contenders():
            if contender.once and number:
                continue
            sample = contender.run(target)
            samples.setdefault(contender.name, []).append(sample)
            print(
                f"{target.name}: {contender.name}: {sample.seconds:.2f} s",
                file=sys.stderr,
                flush=True,
            )
    return {name: Series(tuple(found)) for name, found in samples.items()}


def _contracts(results: Sequence[Result]) -> str:
    """The time of the import graph and of ten contracts on the largest target, measured once."""
    largest = max(results, key=lambda result: len(result.target.files)).target
    return (
        f"{largest.name} {largest.version}: {contracts.describe(contracts.measure(largest.root))}"
    )


def _start_up(folder: Path, runs: int) -> Mapping[str, Series]:
    samples: dict[str, list[Sample]] = {name: [] for name in _START_UP}
    for _ in range(runs):
        for name, arguments in _START_UP.items():
            samples[name].append(measure([sys.executable, *arguments], folder=folder))
    return {name: Series(tuple(found)) for name, found in samples.items()}


if __name__ == "__main__":
    sys.exit(main())
