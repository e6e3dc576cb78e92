"""Runs a command and measures it from outside: wall time, and the memory of its largest process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_SECONDS = 1800

# In a process of its own, since the memory of dead children is kept as one maximum a process.
_WATCHER = """
import json, resource, subprocess, sys, time
command = json.loads(sys.argv[1])
begin = time.perf_counter()
done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([seconds, peak, done.returncode, done.stderr.decode(errors="replace")[-300:]]))
"""
_KILOBYTE = 1 if sys.platform == "darwin" else 1024


class MeasuringError(Exception):
    """A command did not do what was to be measured."""


@dataclass(frozen=True)
class Sample:
    """One run of one command.

    Attributes:
        seconds: wall time of the whole command, its start included.
        peak: resident memory of its largest process, in bytes.
    """

    seconds: float
    peak: int


@dataclass(frozen=True)
class Series:
    """Several runs of one command."""

    samples: tuple[Sample, ...]

    @property
    def seconds(self) -> float:
        """The median wall time."""
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def fastest(self) -> float:
        """The lowest wall time."""
        return min(sample.seconds for sample in self.samples)

    @property
    def slowest(self) -> float:
        """The highest wall time."""
        return max(sample.seconds for sample in self.samples)

    @property
    def peak(self) -> int:
        """The highest memory of any process, in bytes."""
        return max(sample.peak for sample in self.samples)


def measure(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    accepted: Sequence[int] = (0,),
) -> Sample:
    """Run a command once.

    Args:
        command: the program and its arguments.
        folder: what it runs in; never the target, whose code must not be imported.
        environment: variables besides those of this process.
        accepted: exit codes of a run that did its work.

    Raises:
        MeasuringError: it ended with another exit code, or not in time.
    """
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("ARCHCHECK_")
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", _WATCHER, json.dumps([*command])],
            cwd=folder,
            env={**variables, **(environment or {})},
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise MeasuringError(f"{command[0]}: no end within {TIMEOUT_SECONDS} s") from error
    seconds, peak, code, said = json.loads(done.stdout)
    if code not in accepted:
        raise MeasuringError(f"{' '.join(command[:4])}: exit code {code}: {said.strip()}")
    return Sample(seconds, peak * _KILOBYTE)
