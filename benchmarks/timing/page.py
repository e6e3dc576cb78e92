"""The tables of ``docs/concepts/speed.md``."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from timing.contenders import CHANGED, COLD, FLOOR, LINTER_CACHED, UNCHANGED
from timing.measuring import Series
from timing.targets import Target

BEGIN = "<!-- Written by benchmarks/speed.py --write; do not edit between these lines. -->"
END = "<!-- End of what benchmarks/speed.py writes. -->"
_TOOLS = ("archcheck-linter", "import-linter", "grimp", "ruff", "bandit")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Result:
    """All series on one target, by contender."""

    target: Target
    series: Mapping[str, Series]


@dataclass(frozen=True)
class Demand:
    """A limit that a ratio is to keep.

    Attributes:
        text: the limit in words.
        value: what was measured.
        limit: the highest value allowed.
    """

    text: str
    value: float
    limit: float

    @property
    def is_met(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit


def render(
    results: Sequence[Result], start_up: Mapping[str, Series], contracts: str, runs: int
) -> str:
    """Everything that a run of the benchmark has to say, in Markdown."""
    parts = [
        f"Measured on {machine()}, {runs} {'run' if runs == 1 else 'runs'} each: the median and, in brackets, the range."
    ]
    parts += [_table(result) for result in results]
    parts.append(f"### Import contracts\n\nIn one process, after the analysis, once. {contracts}.")
    parts.append(_start_up(start_up))
    lines = [
        f"| {demand.text} | {demand.value:.2f} | {demand.limit:.2f} | {'yes' if demand.is_met else 'no'} |"
        for demand in demands(results, start_up)
    ]
    parts.append(
        "\n".join(["| limit | measured | at most | kept |", "|---|---:|---:|---|", *lines])
    )
    return "\n\n".join(parts) + "\n"


def demands(results: Sequence[Result], start_up: Mapping[str, Series]) -> list[Demand]:
    """The limits on the two largest targets, and the one on start-up."""
    found: list[Demand] = []
    for result in sorted(results, key=lambda each: len(each.target.files))[-2:]:
        name, series = result.target.name, result.series
        cold = series[COLD].seconds
        found += [
            Demand(f"{name}: cold / floor", cold / series[FLOOR].seconds, 2.0),
            Demand(f"{name}: unchanged / cold", series[UNCHANGED].seconds / cold, 0.1),
            Demand(f"{name}: one file changed / cold", series[CHANGED].seconds / cold, 0.25),
        ]
        if LINTER_CACHED in series:
            ratio = series[UNCHANGED].seconds / series[LINTER_CACHED].seconds
            found.append(Demand(f"{name}: unchanged / import-linter cached", ratio, 1.0))
        peak = max(series[state].peak for state in (COLD, UNCHANGED, CHANGED)) / _MEGABYTE
        found.append(Demand(f"{name}: memory of the largest process, MiB", peak, 500.0))
    ours, floor = (series.seconds for series in start_up.values())
    found.append(Demand("start-up: `--version` / importing typer and pydantic", ours / floor, 1.3))
    return found


def machine() -> str:
    """The machine and the versions of what was measured."""
    cores = os.cpu_count() or 1
    tools = ", ".join(f"{tool} {_version(tool)}" for tool in _TOOLS if _version(tool))
    return (
        f"{cores} {'core' if cores == 1 else 'cores'} ({_processor()}, {platform.system()}) under "
        f"{platform.python_implementation()} {platform.python_version()}, with {tools}"
    )


def replace_tables(page: str, tables: str) -> str:
    """The page with new tables between the two marks.

    Raises:
        ValueError: the page lacks the marks.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError("the page lacks the marks for the tables")
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables}\n{END}{rest.partition(END)[2]}"


def _table(result: Result) -> str:
    target, series = result.target, result.series
    floor = series[FLOOR].seconds
    lines = [
        f"### {target.name} {target.version}: {len(target.files):,} files, {target.lines:,} lines, "
        f"{target.processes} {'process' if target.processes == 1 else 'processes'}",
        "",
        "| | seconds | range | / floor | MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, each in series.items():
        spread = f"{each.fastest:.2f}–{each.slowest:.2f}" if len(each.samples) > 1 else "one run"
        lines.append(
            f"| {name} | {each.seconds:.2f} | {spread} | {each.seconds / floor:.2f} "
            f"| {each.peak / _MEGABYTE:.0f} |"
        )
    return "\n".join(lines)


def _start_up(series: Mapping[str, Series]) -> str:
    lines = ["### Start-up", "", "| | seconds | range |", "|---|---:|---:|"]
    lines += [
        f"| `{name}` | {each.seconds:.3f} | {each.fastest:.3f}–{each.slowest:.3f} |"
        for name, each in series.items()
    ]
    return "\n".join(lines)


def _version(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    """The processor's name where the system tells it, else its architecture."""
    described = Path("/proc/cpuinfo")
    if described.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", described.read_text(), re.MULTILINE)
        if found and found[1] != "unknown":
            return found[1].strip()
    return platform.machine()
