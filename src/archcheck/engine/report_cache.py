"""What earlier runs made of the whole target.

A report holds as long as nothing that it was made of has changed: the settings, the surroundings, the name of
every file of the target, and the contents of those files that were read. An unchanged run therefore lists the
target, compares stamps, and is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from archcheck.engine.codec import DAMAGE, Codec
from archcheck.engine.inputs import Inputs, Stamp
from archcheck.engine.store import Store
from archcheck.engine.surroundings import combined
from archcheck.report import Report

_FILE = "reports"
_KEPT = 4
"""So many reports are kept: those of other selections, or of another day."""


@cache
def _codec() -> Codec[Report]:
    return Codec(Report)


def report_key(conditions: Iterable[str]) -> str:
    """The key of a report.

    Args:
        conditions: texts that stand for everything but the contents of files.
    """
    return combined(*conditions)


class ReportCache:
    """The reports of one target.

    A report has a key, made of the settings in force among others. Who does not know these yet may find it by an
    alias, which stands for what they were made of.

    Args:
        store: where they are kept.
        root: the target's folder.
        key: of the report that is looked for; ``""`` to look for the alias only.
        alias: a second name for it; ``""`` for none.

    Attributes:
        inputs: the files of the target, by what the latest report recorded of them.
    """

    def __init__(self, store: Store, root: Path, *, key: str = "", alias: str = "") -> None:
        self._store = store
        self._known = store.load(_FILE)
        self._alias = f"alias {alias}" if alias else ""
        self._key = key or self._known.get(self._alias, b"").decode("ascii", errors="replace")
        heads = [name for name in self._known if name.startswith("head ")]
        # The record of another report serves as well: it is about the same files.
        self._head = _head(self._known.get(f"head {self._key}"))
        recorded = self._head or (_head(self._known[heads[0]]) if heads else None) or _Head()
        self.inputs = Inputs(root, recorded.files, recorded.at)

    def find(self, today: str) -> Report | None:
        """The report, if nothing that it was made of has changed.

        Args:
            today: the day, for suppressions with an end.
        """
        data = self._known.get(f"report {self._key}")
        if self._head is None or data is None or self._head.today not in ("", today):
            return None
        if not all(map(self.inputs.is_unchanged, self._head.files)):
            return None
        try:
            return _codec().decode(data)
        except DAMAGE:
            return None

    def refresh(self) -> None:
        """Record the stamps of now where contents had to be compared, and the alias where it is new.

        Raises:
            StoreError: it cannot be written.
        """
        unnamed = self._alias and self._known.get(self._alias) != self._key.encode()
        if self._head is not None and (self.inputs.opened or unnamed):
            self._save(self._head.today, self._head.files, self._known[f"report {self._key}"])

    def keep(self, report: Report, read: Iterable[str], *, today: str) -> None:
        """Remember a report.

        Args:
            report: of this run.
            read: every file that was read.
            today: the day that it holds for, ``""`` when no day changes it.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            data = _codec().encode(report)
        except (ValueError, OverflowError, RecursionError):
            return
        self._save(today, read, data)

    def _save(self, today: str, read: Iterable[str], report: bytes) -> None:
        files = [[path, *stamp, digest] for path, stamp, digest in self.inputs.record(sorted(read))]
        head = {"at": self.inputs.began_at, "today": today, "files": files}
        entries = {
            f"head {self._key}": json.dumps(head, separators=(",", ":")).encode(),
            f"report {self._key}": report,
        }
        if self._alias:
            entries[self._alias] = self._key.encode()
        others = [name[5:] for name in self._known if name.startswith("head ")]
        for key in [key for key in others if key != self._key][: _KEPT - 1]:
            entries.update(self._entries_of(key))
        self._store.save(_FILE, entries)

    def _entries_of(self, key: str) -> dict[str, bytes]:
        """What is kept of another report: its head, itself, and its aliases."""
        return {
            name: data
            for name, data in self._known.items()
            if name in (f"head {key}", f"report {key}")
            or (name.startswith("alias ") and name != self._alias and data == key.encode())
        }


class _Head:
    """What was recorded with a report.

    Attributes:
        at: when its run began, in nanoseconds.
        today: the day that it holds for.
        files: stamp and digest of each file that was read.
    """

    def __init__(
        self,
        at: int = 0,
        today: str = "",
        files: Mapping[str, tuple[Stamp, str]] | None = None,
    ) -> None:
        self.at = at
        self.today = today
        self.files = files or {}


def _head(data: bytes | None) -> _Head | None:
    if data is None:
        return None
    try:
        found: dict[str, Any] = json.loads(data)
        files = {
            path: ((size, modified, changed, inode), digest)
            for path, size, modified, changed, inode, digest in found["files"]
        }
        return _Head(int(found["at"]), str(found["today"]), files)
    except DAMAGE:
        return None
