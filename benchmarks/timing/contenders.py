"""What is measured, in which state, on one target."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from timing.measuring import Sample, measure
from timing.targets import Target

FLOOR = "floor: read, parse, walk once"
COLD, UNCHANGED, CHANGED = "archcheck, cold", "archcheck, unchanged", "archcheck, one file changed"
LINTER_COLD, LINTER_CACHED = "import-linter, cold", "import-linter, cached"
BANDIT, RUFF_COLD, RUFF_CACHED = "bandit", "ruff check, cold", "ruff check, cached"

_FLOOR_PROGRAM = Path(__file__).with_name("floor.py")


@dataclass(frozen=True)
class Contender:
    """One command in one state.

    Attributes:
        name: for the table.
        run: does what comes before, unmeasured, and then the measured run.
        once: it takes so long that one run must do.
    """

    name: str
    run: Callable[[Target], Sample]
    once: bool = False


def contenders() -> Iterator[Contender]:
    """All that are installed, the floor first."""
    yield Contender(FLOOR, _floor)
    yield Contender(COLD, _cold)
    yield Contender(UNCHANGED, _unchanged)
    yield Contender(CHANGED, _changed)
    if _tool("lint-imports"):
        yield Contender(LINTER_COLD, _linter_cold)
        yield Contender(LINTER_CACHED, _linter)
    if _tool("ruff"):
        yield Contender(RUFF_COLD, _ruff_cold)
        yield Contender(RUFF_CACHED, _ruff)
    if _tool("bandit"):
        yield Contender(BANDIT, _bandit, once=True)


def _floor(target: Target) -> Sample:
    command = [sys.executable, str(_FLOOR_PROGRAM), "files.txt", str(target.processes)]
    return measure(command, folder=target.work)


def _archcheck(target: Target) -> Sample:
    # Preview rules run on request only, and the limits hold for all rules.
    command = [sys.executable, "-m", "archcheck", "check", "--isolated", "--preview"]
    command += [
        "--exit-zero",
        "--quiet",
        "--format",
        "json=report.json",
        "--cache-dir",
        "cache",
        str(target.root),
    ]
    return measure(command, folder=target.work, accepted=(0, 2))


def _cold(target: Target) -> Sample:
    shutil.rmtree(target.work / "cache", ignore_errors=True)
    return _archcheck(target)


def _unchanged(target: Target) -> Sample:
    _archcheck(target)
    return _archcheck(target)


def _changed(target: Target) -> Sample:
    _archcheck(target)
    with changed_file(target):
        return _archcheck(target)


@contextmanager
def changed_file(target: Target) -> Iterator[Path]:
    """Add a function to the file of median size; afterwards the file is as it was."""
    path = sorted(target.files, key=lambda file: (file.stat().st_size, file))[
        len(target.files) // 2
    ]
    before = path.read_bytes()
    try:
        path.write_bytes(
            before + b"\n\ndef added_by_the_benchmark():\n    return open('x').read()\n"
        )
        yield path
    finally:
        path.write_bytes(before)


def _linter(target: Target) -> Sample:
    # grimp finds the package through the path and reads its files; nothing of it is imported.
    command = [_tool("lint-imports"), "--config", "contract.ini", "--cache-dir", "linter-cache"]
    return measure(command, folder=target.work, environment={"PYTHONPATH": str(target.source)})


def _linter_cold(target: Target) -> Sample:
    shutil.rmtree(target.work / "linter-cache", ignore_errors=True)
    return _linter(target)


def _ruff(target: Target) -> Sample:
    command = [_tool("ruff"), "check", "--isolated", "--quiet", "--exit-zero"]
    command += ["--cache-dir", "ruff-cache", str(target.root)]
    return measure(command, folder=target.work)


def _ruff_cold(target: Target) -> Sample:
    shutil.rmtree(target.work / "ruff-cache", ignore_errors=True)
    return _ruff(target)


def _bandit(target: Target) -> Sample:
    command = [_tool("bandit"), "--recursive", "--quiet", "--exit-zero", "--format", "json"]
    command += ["--output", "bandit.json", str(target.root)]
    return measure(command, folder=target.work)


def _tool(name: str) -> str:
    """The path of an installed program, that of this very environment first; ``""`` for none."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.is_file() else shutil.which(name) or ""
