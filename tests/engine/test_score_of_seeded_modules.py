"""Violations planted in real modules, and mended again, move the score the right way only.

The modules are the standard library's, the plants those of the recall benchmark. What is planted one after the
other is, read backwards, a clean-up.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from seeding.choosing import candidates, choose
from seeding.measuring import is_sound
from seeding.mutations import MUTATIONS
from seeding.seed import Seed, apply
from seeding.source import Project

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.engine.memory import Execution
from archcheck.engine.store import Store
from archcheck.model import Kind, Principle
from archcheck.report import Report

STDLIB = Path(sysconfig.get_path("stdlib"))
MODULES = (
    "asyncio/base_events.py",
    "ftplib.py",
    "http/server.py",
    "logging/config.py",
    "logging/handlers.py",
    "mailbox.py",
    "multiprocessing/managers.py",
    "smtplib.py",
    "urllib/request.py",
    "xmlrpc/client.py",
)
STEPS = 5
#: A client that nobody closes is added as a whole: made in a method, it is one more place where ARC0206 is kept to.
PLANTS = tuple(mutation for mutation in MUTATIONS if mutation.code != "ARC1002")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "target" / "src" / "legacy"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for module in MODULES:
        text = (STDLIB / module).read_text(encoding="utf-8")
        (package / module.replace("/", "_")).write_text(text, encoding="utf-8")
    manifest = tmp_path / "target" / "pyproject.toml"
    manifest.write_text('[project]\nname = "legacy"\nversion = "1"\n', encoding="utf-8")
    return tmp_path / "target"


def apart(seeds: tuple[Seed, ...]) -> Iterator[Seed]:
    """The seeds without those that touch what an earlier one touches."""
    taken: set[tuple[str, str]] = set()
    for seed in seeds:
        if seed.scope and (seed.path, seed.scope) not in taken:
            taken.add((seed.path, seed.scope))
            yield seed


@pytest.mark.parametrize("number", range(2))
def test_planting_never_raises_the_score_and_mending_never_lowers_it(
    root: Path, tmp_path: Path, number: int
) -> None:
    project = Project("legacy", root)
    offered = {"legacy": tuple(candidates(project, PLANTS))}
    seeds = list(apart(choose(offered, 12, lambda _, seed: is_sound(root, seed))["legacy"]))
    Random(number).shuffle(seeds)
    texts = {source.path: source.text for source in project.sources}
    store = Store(tmp_path / "cache")

    def judged(planted: list[Seed]) -> Report:
        for path, text in texts.items():
            edits = sorted({edit for seed in planted if seed.path == path for edit in seed.edits})
            (root / path).write_text(apply(text, edits), encoding="utf-8")
        return check(
            root, Settings(kinds=frozenset({Kind.SERVICE})), execution=Execution(store=store)
        )

    reports = [judged(seeds[: len(seeds) * step // STEPS]) for step in range(STEPS + 1)]
    scores = [report.score.value for report in reports if report.score.value is not None]
    assert len(scores) == len(reports)
    assert all(later < earlier for earlier, later in pairwise(scores))
    for each in Principle:
        kept = [report.score.principles[each.number - 1].score for report in reports]
        known = [score for score in kept if score is not None]
        assert sorted(known, reverse=True) == known, each
    # Seeds of many rules must have been found: else the numbers above would say nothing.
    first, last = reports[0].tallies, reports[-1].tallies
    risen = {
        code
        for code in last
        if last[code].violations > (first[code].violations if code in first else 0)
    }
    assert len(risen & {seed.code for seed in seeds}) >= 8
