"""The short way of an unchanged run: a report that an earlier run left, found before any setting is read.

Reading the settings takes all rules, whose options they may hold, and these take longer to load than an unchanged
target takes to look through. So the report is looked for by an alias, made of everything that settings are made of:
the command's parameters, the variables, the text of every configuration file. What is found is what the long way
would find, for that one stored it under this alias.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from archcheck.cli.caching import store
from archcheck.engine.garbage import without_collections
from archcheck.engine.inputs import DIGESTED_BYTES, digest_of
from archcheck.engine.report_cache import ReportCache
from archcheck.engine.store import StoreError
from archcheck.engine.surroundings import combined, surroundings
from archcheck.engine.walk import Walk
from archcheck.files import read_at_most
from archcheck.plugins import has_foreign_rules
from archcheck.report import Report

_DEFAULT_FOLDER = ".archcheck_cache"
#: They decide what is shown of a report, and how, not what it says.
_SHOWING = frozenset(
    {"paths", "formats", "top", "show_files", "statistics", "quiet", "verbose", "exit_zero", "jobs"}
)
_CONFIGURATION = ("pyproject.toml", "archcheck.toml")


class Recollection(Struct, frozen=True):
    """What an earlier run left.

    Attributes:
        report: of that run, None where something has changed or nothing was left.
        alias: under which the coming report is to be stored; ``""`` where the short way is closed.
        walk: the target's files, for the run that has to be made.
    """

    report: Report | None = None
    alias: str = ""
    walk: Walk | None = None


def recall(root: Path, parameters: Mapping[str, Any]) -> Recollection:
    """Look for the report of an earlier run with the same parameters on the same target.

    Args:
        root: the target's folder.
        parameters: of the command, by Python name.
    """
    started = time.perf_counter()
    named = parameters.get("cache_dir") or os.environ.get("ARCHCHECK_CACHE_DIR", "").strip()
    if parameters.get("cache") is False or os.environ.get("ARCHCHECK_CACHE") or has_foreign_rules():
        return Recollection()
    try:
        cache = store(root, named or _DEFAULT_FOLDER, by_user=bool(named))
    except StoreError:
        return Recollection()
    with without_collections():
        walk = Walk(root)
        alias = combined(*_conditions(root, walk, parameters))
        today = dt.datetime.now(dt.timezone.utc).date().isoformat()
        report = ReportCache(cache, root, alias=alias).find(today)
    if report is not None:
        counted = report.statistics
        seconds = time.perf_counter() - started
        taken = replace(counted, seconds=seconds, cache_hits=counted.files, processes=1)
        report = replace(report, statistics=taken)
    return Recollection(report, alias, walk)


def _conditions(root: Path, walk: Walk, parameters: Mapping[str, Any]) -> Iterator[str]:
    """Everything that a report depends on but the contents of the target, each as a text."""
    yield surroundings(())
    for name, value in sorted(parameters.items()):
        if name not in _SHOWING:
            yield f"{name}={value!r}"
            if isinstance(value, Path):
                yield _digest(value)
    for name, text in sorted(os.environ.items()):
        if name.startswith("ARCHCHECK_") or name == "CI":
            yield f"{name}={text}"
    yield "\n".join(walk.files)
    yield repr(walk.notices)
    yield str((root / ".git").exists())
    folders = {path.rpartition("/")[0] for path in walk.files if path.endswith(_CONFIGURATION)}
    for folder in sorted({"", *folders}):
        for name in _CONFIGURATION:
            yield _digest(root / folder / name)


def _digest(path: Path) -> str:
    """Of the contents of a file; ``""`` for none."""
    try:
        return digest_of(*read_at_most(path, DIGESTED_BYTES))
    except OSError:
        return ""
