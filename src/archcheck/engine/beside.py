"""Judges project rules in a process beside this one, which meanwhile settles what the files left open, and then helps.

Both need the whole program and neither the other. The process is a fork, so that the program need not be sent; where
there can be none, or it dies, the rules are judged here.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterable, MutableSequence, Sequence
from multiprocessing.connection import Connection
from typing import cast

from archcheck.analysis.project import Project
from archcheck.engine.codec import DAMAGE, Codec
from archcheck.engine.parallel import can_fork, processors
from archcheck.engine.resolve import judge_project
from archcheck.model import Failure, Outcome
from archcheck.record import Record
from archcheck.rule import Rule

WORTH_FILES = 3_000
"""With fewer files a fork takes longer than it saves."""

_NO_ANSWER = (MemoryError, OSError, OverflowError, RecursionError, ValueError)
"""What may keep a process from answering: no memory, nobody who listens, or a value that no data holds."""

_BEGUN, _LIMIT = 0, 1
"""What the two tell each other: which rule the process judges, and from which on it may judge none."""

Verdicts = tuple[list[Outcome], list[Failure]]


class _Answer(Record, frozen=True):
    """What the process found.

    Attributes:
        verdicts: of each rule that it judged its place in the order of all, outcomes and crashes.
        opened: paths of the files that were read.
    """

    verdicts: list[tuple[int, list[Outcome], list[Failure]]]
    opened: frozenset[str]


def project_verdicts(
    rules: Iterable[Rule], project: Project, jobs: int, opened: set[str]
) -> Callable[[], Verdicts]:
    """Begin to judge the project rules.

    Args:
        rules: every rule of the run.
        project: the whole program.
        jobs: processes that are wanted; 0 leaves it to the machine.
        opened: receives the paths of the files that the rules read.

    Returns:
        a function that gives the verdicts once they are there, as `archcheck.engine.resolve.judge_project` does.
    """
    ordered = tuple(rules)
    if len(project.facts) < WORTH_FILES or (jobs or processors()) < 2 or not can_fork():
        return lambda: judge_project(ordered, project)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    # Without a lock, which a process that dies would hold for ever: at worst both judge the same rule.
    shared = cast("MutableSequence[int]", context.RawArray("i", (-1, len(ordered))))
    process = context.Process(
        target=_judge, args=(ordered, project, opened, shared, theirs), daemon=True
    )
    process.start()
    theirs.close()

    def verdicts() -> Verdicts:
        found: dict[int, Verdicts] = {}
        place = len(ordered) - 1
        while place > shared[_BEGUN]:
            shared[_LIMIT] = place
            found[place] = judge_project(ordered[place : place + 1], project)
            place -= 1
        found.update(_received(ours, opened))
        process.join()
        return _joined(ordered, project, found)

    return verdicts


def _received(answers: Connection, opened: set[str]) -> dict[int, Verdicts]:
    """The answer of the process; nothing where it died."""
    with answers:
        try:
            answer = Codec(_Answer).decode(answers.recv_bytes())
        except (EOFError, OSError, *DAMAGE):
            return {}
    opened.update(answer.opened)
    return {place: (outcomes, failures) for place, outcomes, failures in answer.verdicts}


def _joined(rules: Sequence[Rule], project: Project, found: dict[int, Verdicts]) -> Verdicts:
    """All verdicts in the order of the rules; what nobody has judged is judged here."""
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    for place in range(len(rules)):
        more, crashes = found.get(place) or judge_project(rules[place : place + 1], project)
        outcomes += more
        failures += crashes
    return outcomes, failures


def _judge(
    rules: Sequence[Rule],
    project: Project,
    opened: set[str],
    shared: MutableSequence[int],
    answer_to: Connection,
) -> None:
    """What the process does; where it cannot answer it says nothing, and its rules are judged again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    found: list[tuple[int, list[Outcome], list[Failure]]] = []
    with contextlib.suppress(*_NO_ANSWER), answer_to:
        for place in range(len(rules)):
            if place >= shared[_LIMIT]:
                break
            shared[_BEGUN] = place
            found.append((place, *judge_project(rules[place : place + 1], project)))
        answer_to.send_bytes(Codec(_Answer).encode(_Answer(found, frozenset(opened))))
