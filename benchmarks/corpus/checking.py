"""Run archcheck on an unpacked project and say what went wrong with the run itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.reports import CheckReport, ReportError, read_report

_TIMEOUT_SECONDS = 3600
_JUDGED = {0, 1, 2}
_SHOWN = 5


@dataclass(frozen=True)
class CheckRun:
    """One run of archcheck on one project.

    Attributes:
        exit_code: of the process; ``None`` where it did not end in time.
        seconds: wall time of the whole process, its start included.
        report: what it said; ``None`` where it said nothing that can be read.
        problems: what must not happen on any code: a crash, a file that was passed over in silence.
    """

    exit_code: int | None
    seconds: float
    report: CheckReport | None
    problems: tuple[str, ...]


def check(root: Path, workplace: Path) -> CheckRun:
    """Run ``archcheck check`` on ``root``.

    ``workplace`` is the folder it runs in. It must not be ``root``: ``python -m`` imports from the current folder
    first, and the project's code is never to run.
    """
    started = time.perf_counter()
    try:
        done = _archcheck(workplace, "--no-cache", "--format", "json", "--exit-zero", str(root))
    except subprocess.TimeoutExpired:
        seconds = time.perf_counter() - started
        return CheckRun(None, seconds, None, (f"no answer within {_TIMEOUT_SECONDS} s",))
    seconds = time.perf_counter() - started
    problems = crash_signs(done.returncode, done.stderr)
    report = None
    try:
        report = read_report(done.stdout)
    except ReportError as error:
        problems += (f"exit code {done.returncode}, {error}; {_last_line(done.stderr)}",)
    else:
        shown = _archcheck(workplace, "--show-files", str(root)).stdout.splitlines()
        problems += coverage_gaps(python_files(root), shown, report)
    return CheckRun(done.returncode, seconds, report, problems)


def crash_signs(exit_code: int, stderr: str) -> tuple[str, ...]:
    """What in the end of a process tells of a crash."""
    signs = []
    if exit_code not in _JUDGED:
        signs.append(f"exit code {exit_code}")
    if "Traceback (most recent call last)" in stderr:
        signs.append(f"traceback: {_last_line(stderr)}")
    return tuple(signs)


def python_files(root: Path) -> tuple[str, ...]:
    """The ``.py`` files below ``root``, POSIX and relative, found without any of archcheck's own rules."""
    found = []
    for folder, _, names in os.walk(root):
        relative = PurePosixPath(Path(folder).relative_to(root).as_posix())
        found += [str(relative / name) for name in names if name.endswith(".py")]
    return tuple(sorted(found))


def coverage_gaps(
    present: Iterable[str], shown: Iterable[str], report: CheckReport
) -> tuple[str, ...]:
    """Say which files were passed over in silence.

    A file is accounted for when archcheck lists it as one it analyses, or when a failure or a notice names it or a
    folder above it. The list alone is a promise, so it is held against the number of files analysed.
    """
    listed = set(shown)
    failed = sum(1 for path in listed if path in report.named_paths)
    silent = [
        path for path in present if path not in listed and not _named(path, report.named_paths)
    ]
    gaps = []
    if silent:
        more = f" and {len(silent) - _SHOWN} more" if len(silent) > _SHOWN else ""
        gaps.append(f"neither analysed nor named: {', '.join(silent[:_SHOWN])}{more}")
    if report.files + failed < len(listed):
        gaps.append(f"{len(listed)} files listed, but {report.files} analysed and {failed} named")
    return tuple(gaps)


def _named(path: str, named_paths: frozenset[str]) -> bool:
    return path in named_paths or any(
        str(parent) in named_paths for parent in PurePosixPath(path).parents if parent.parts
    )


def _archcheck(workplace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Settings of whoever runs this must not colour the numbers.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ARCHCHECK_")
    }
    return subprocess.run(
        [sys.executable, "-m", "archcheck", "check", *arguments],
        cwd=workplace,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "nothing on stderr"
