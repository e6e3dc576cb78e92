"""Plant seeds in a copy of a project, run archcheck on it, and see which of them come back as findings."""

from __future__ import annotations

import ast
import os
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.engine.memory import Execution
from archcheck.engine.store import Store
from archcheck.report import Issue
from seeding.choosing import rounds
from seeding.seed import Edit, Seed, apply, lines_after
from seeding.source import read_text


@dataclass(frozen=True)
class Result:
    """What became of a seed.

    Attributes:
        project: where it was planted.
        seed: the seed.
        found: a finding of its rule stands where it is.
        is_advice: that finding costs nothing.
    """

    project: str
    seed: Seed
    found: bool
    is_advice: bool = False


Places = Mapping[str, Mapping[str, Sequence[tuple[int, bool]]]]
"""Code -> path -> lines of findings, and whether they are advice."""


def is_sound(root: Path, seed: Seed) -> bool:
    """Whether the file still parses once it is mutated."""
    text, _ = read_text(root / seed.target)
    try:
        changed = apply(text, seed.edits)
        if seed.target.endswith(".py"):
            ast.parse(changed)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def measure(name: str, root: Path, seeds: Sequence[Seed], workplace: Path) -> Iterator[Result]:
    """Plant seeds and tell their results; places that violated their rule before are left out.

    Args:
        name: of the project.
        root: its folder; nothing is written below it.
        seeds: what to plant.
        workplace: a folder for the copy and the cache; emptied first and removed afterwards.
    """
    shutil.rmtree(workplace, ignore_errors=True)
    copy = workplace / "copy"
    _link_tree(root, copy)
    try:
        store = Store(workplace / "cache")
        before = _places(copy, store)
        paths = {path for seed in seeds for path in (seed.target, *dict(seed.due))}
        files = {path: read_text(root / path) for path in paths}
        fresh = [seed for seed in seeds if not _within(seed, files, {}, before)]
        for members in rounds(fresh):
            planted, edits = _planted(members, files)
            for path, made in edits.items():
                _write(copy / path, apply(files[path][0], sorted(made)), files[path][1])
            places = _places(copy, store)
            for seed in planted:
                advices = _within(seed, files, edits, places)
                yield Result(name, seed, bool(advices), bool(advices) and all(advices))
            for path in edits:
                (copy / path).unlink()
                _link(root / path, copy / path)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _planted(
    seeds: Sequence[Seed], files: Mapping[str, tuple[str, str]]
) -> tuple[list[Seed], Mapping[str, set[Edit]]]:
    """The seeds that go together, and what is to be done to each file."""
    edits: defaultdict[str, set[Edit]] = defaultdict(set)
    planted: list[Seed] = []
    for seed in seeds:
        together = {*edits[seed.target], *seed.edits}
        try:
            apply(files[seed.target][0], sorted(together))
        except ValueError:
            # Two seeds of one statement, such as a decorator and its function: the first one stays.
            continue
        edits[seed.target] = together
        planted.append(seed)
    return planted, edits


def _places(root: Path, store: Store) -> Places:
    report = check(root, Settings(preview=True), execution=Execution(store=store))
    found: defaultdict[str, defaultdict[str, list[tuple[int, bool]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for issue in report.issues:
        for path, line in _lines(issue):
            found[issue.rule][path].append((line, issue.advice))
    return found


def _lines(issue: Issue) -> Iterable[tuple[str, int]]:
    """Where an issue stands: its own place, and those of its group or chain."""
    own = (issue.location.path, issue.location.line)
    return {own, *((step.path, step.line) for step in issue.trace)}


def _within(
    seed: Seed,
    files: Mapping[str, tuple[str, str]],
    edits: Mapping[str, Collection[Edit]],
    places: Places,
) -> list[bool]:
    """Whether they are advice, of the findings where the seed's is due."""
    found: list[bool] = []
    for path, span in seed.due:
        first, last = lines_after(files[path][0], sorted(edits.get(path, ())), span)
        lines = places.get(seed.code, {}).get(path, ())
        found += [is_advice for line, is_advice in lines if first <= line <= last]
    return found


def _link_tree(source: Path, target: Path) -> None:
    """A copy that takes no room: hard links, where the file system has them. Symbolic links are left out."""
    for folder, names, files in os.walk(source):
        here = target / Path(folder).relative_to(source)
        here.mkdir(parents=True)
        names[:] = [name for name in names if not Path(folder, name).is_symlink()]
        for name in files:
            path = Path(folder, name)
            if path.is_symlink():
                continue
            _link(path, here / name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write(path: Path, text: str, encoding: str) -> None:
    # The link goes first: writing through it would change the project itself.
    path.unlink()
    path.write_text(text, encoding=encoding, newline="\n")
