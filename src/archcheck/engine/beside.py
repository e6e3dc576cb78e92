"""Judges the project rules in a process beside this one, which meanwhile settles what the files left open.

Both need the whole program and neither the other. The process is a fork, so that the program need not be sent; where
there can be none, or it dies, the rules are judged here.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection

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

Verdicts = tuple[list[Outcome], list[Failure]]


class _Answer(Record, frozen=True):
    """What the process found.

    Attributes:
        outcomes: of the project rules.
        failures: their crashes.
        opened: paths of the files that they read.
    """

    outcomes: list[Outcome]
    failures: list[Failure]
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
    if len(project.facts) < WORTH_FILES or (jobs or processors()) < 2 or not can_fork():
        return lambda: judge_project(rules, project)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_judge, args=(rules, project, opened, theirs), daemon=True)
    process.start()
    theirs.close()

    def verdicts() -> Verdicts:
        try:
            answer = Codec(_Answer).decode(ours.recv_bytes())
        except (EOFError, OSError, *DAMAGE):
            return judge_project(rules, project)
        finally:
            ours.close()
            process.join()
        opened.update(answer.opened)
        return answer.outcomes, answer.failures

    return verdicts


def _judge(
    rules: Iterable[Rule], project: Project, opened: set[str], answer_to: Connection
) -> None:
    """What the process does; where it cannot answer it says nothing, and the rules are judged again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(*_NO_ANSWER), answer_to:
        outcomes, failures = judge_project(rules, project)
        answer_to.send_bytes(Codec(_Answer).encode(_Answer(outcomes, failures, frozenset(opened))))
