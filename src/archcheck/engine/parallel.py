"""Analyses files in several processes where that pays.

A process costs a fork and the way of its results through a pipe; below `WORTH_BYTES` of source one process is
faster. Files go out in batches of about the same size, the largest first, so that no process waits long for
another at the end. What comes back is encoded as in the cache. The order of the results is that of the files,
so nothing downstream can tell how many processes there were.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from msgspec import Struct

from archcheck.analysis.names.packages import Packages
from archcheck.engine.analyse import Analyser, ModuleResult, unreadable
from archcheck.engine.module_cache import decode, encode
from archcheck.engine.sources import Source
from archcheck.rule import Rule

WORTH_BYTES = 4_000_000
"""Source below this is analysed by one process."""

_BATCHES_PER_PROCESS = 16


class Analysed(Struct, frozen=True):
    """One analysed file.

    Attributes:
        result: what came of it.
        data: the same encoded, where that was done on the way.
    """

    result: ModuleResult
    data: bytes | None = None


class Crew(Struct, frozen=True):
    """What every process needs to know.

    Attributes:
        root: the target's folder.
        rules: every rule of the run, with its options.
        packages: the project's own names.
    """

    root: Path
    rules: tuple[Rule, ...]
    packages: Packages


def processes_for(sizes: Sequence[int], jobs: int) -> int:
    """How many processes to use.

    Args:
        sizes: of the files, in bytes.
        jobs: how many are wanted; 0 leaves it to the machine and the amount of source.
    """
    if not jobs and sum(sizes) < WORTH_BYTES:
        return 1
    return max(1, min(jobs or processors(), len(sizes)))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def analyse(
    crew: Crew, sources: Sequence[Source], sizes: Sequence[int], processes: int
) -> Iterator[Analysed]:
    """Analyse files, in any order.

    Args:
        crew: what every process needs to know.
        sources: the files.
        sizes: theirs in bytes, in the same order.
        processes: how many to use; 1 means this one.
    """
    if processes == 1:
        yield from _in_this_process(crew, sources)
        return
    lost: list[Source] = []
    executor = _executor(crew, processes)
    try:
        pending = _submitted(executor, _batches(sources, sizes, processes))
    except (
        MemoryError,
        OSError,
        RuntimeError,
    ):  # no room for processes, or for the thread that feeds them
        yield from _in_this_process(crew, sources)
        return
    try:
        while pending:
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                batch = pending.pop(future)
                answers = _answers(future)
                if answers is None:
                    lost += batch
                else:
                    for source, answer in zip(batch, answers, strict=True):
                        yield _received(source, answer)
    finally:
        # Once all is done its thread ends at once, and without it this process may fork again.
        executor.shutdown(wait=not pending, cancel_futures=True)
    yield from _one_by_one(crew, lost)


def _in_this_process(crew: Crew, sources: Iterable[Source]) -> Iterator[Analysed]:
    analyser = Analyser(crew.root, crew.rules, crew.packages)
    for source in sources:
        yield Analysed(analyser.analyse(source))


def _submitted(
    executor: ProcessPoolExecutor, batches: Iterable[list[Source]]
) -> dict[Future[list[_Answer]], list[Source]]:
    """Each batch by what will be its answer; where that cannot begin, no process is left behind."""
    try:
        return {executor.submit(_analyse_batch, batch): batch for batch in batches}
    except BaseException:
        # Without its thread the executor would never end them, and Python waits for them at exit.
        for process in multiprocessing.active_children():
            process.kill()
        raise


def _one_by_one(crew: Crew, sources: Sequence[Source]) -> Iterator[Analysed]:
    """Analyse the files of lost batches, so that one that kills its process takes no other along."""
    executor: ProcessPoolExecutor | None = None
    for source in sources:
        executor = executor or _executor(crew, 1)
        answers = _answers(executor.submit(_analyse_batch, [source]))
        if answers is None:
            executor.shutdown(wait=False)
            executor = None
            hint = "exclude it, or give the machine more memory"
            yield Analysed(unreadable(source, "ended the process that read it", hint))
        else:
            yield _received(source, answers[0])
    if executor is not None:
        executor.shutdown(wait=False)


_Answer = bytes | ModuleResult
"""The result of a file: encoded, unless it cannot be."""


def _answers(future: Future[list[_Answer]]) -> list[_Answer] | None:
    try:
        return future.result()
    except Exception:  # noqa: BLE001 - a process that died or ran out of memory must not end the run
        return None


def _received(source: Source, answer: _Answer) -> Analysed:
    if isinstance(answer, ModuleResult):
        return Analysed(answer)
    result = decode(answer, source)
    if result is None:
        return Analysed(unreadable(source, "was lost on its way between processes", "run again"))
    return Analysed(result, answer)


def _batches(
    sources: Sequence[Source], sizes: Sequence[int], processes: int
) -> Iterator[list[Source]]:
    """Files in batches of about the same size, large files first."""
    order = sorted(range(len(sources)), key=lambda index: -sizes[index])
    limit = sum(sizes) // (processes * _BATCHES_PER_PROCESS) + 1
    batch: list[Source] = []
    room = limit
    for index in order:
        batch.append(sources[index])
        room -= sizes[index]
        if room <= 0:
            yield batch
            batch, room = [], limit
    if batch:
        yield batch


def _executor(crew: Crew, processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("fork" if can_fork() else "spawn")
    return ProcessPoolExecutor(processes, context, _start, (crew,))


def can_fork() -> bool:
    """Whether a fork is safe: it copies what is loaded, but not other threads, whose locks it would hold for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


_analyser: Analyser | None = None


def _start(crew: Crew) -> None:
    """Set a new process up. It leaves an interrupt from the terminal to the one that started it."""
    global _analyser
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.disable()
    _analyser = Analyser(crew.root, crew.rules, crew.packages)


def _analyse_batch(sources: Sequence[Source]) -> list[_Answer]:
    analyser = _analyser
    if analyser is None:
        raise RuntimeError("the process was not set up")
    answers: list[_Answer] = []
    for source in sources:
        result = analyser.analyse(source)
        answers.append(encode(result) or result)
    return answers
