"""What a run read: is it still the same? Asked of the files' stamps first, of their contents where those differ.

As git does: a file whose size, times and inode are as recorded is taken to be unchanged, unless it was written so
shortly before the record that a later change could bear the same time.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from archcheck.files import read_at_most

Stamp = tuple[int, int, int, int]
"""Size in bytes, times of modification and of status change in nanoseconds, inode."""

_TICK_NS = 2_000_000_000
"""The coarsest clock of a file system in use, that of FAT."""

_LAG_NS = 20_000_000
"""By so much a system's clock for files may be behind the one that programs ask."""

DIGESTED_BYTES = 8 * 1024 * 1024
"""So much of a file takes part in its digest; the rest by its size alone."""


def digest_of(data: bytes, size: int) -> str:
    """What stands for a file's contents: of a very large one, its beginning and its size.

    Args:
        data: at least the first `DIGESTED_BYTES` of the file.
        size: of the file in bytes.
    """
    hashed = hashlib.blake2b(data[:DIGESTED_BYTES], digest_size=16)
    return hashed.hexdigest() if size <= DIGESTED_BYTES else f"{hashed.hexdigest()} {size}"


class Inputs:
    """The files of a target, by what an earlier run recorded of them.

    Args:
        root: the target's folder.
        recorded: path -> stamp and digest, as `record` gave them.
        recorded_at: when that run began, in nanoseconds.

    Attributes:
        began_at: when this run began, in nanoseconds.
        opened: how many files had to be opened since their stamps did not tell.
    """

    def __init__(
        self,
        root: Path,
        recorded: Mapping[str, tuple[Stamp, str]] | None = None,
        recorded_at: int = 0,
    ) -> None:
        self.began_at = time.time_ns()
        self._root = os.fspath(root)
        self._recorded = recorded if recorded is not None else {}
        self._trusted_before = recorded_at - _TICK_NS
        self.opened = 0
        self._stamps: dict[str, Stamp | None] = {}
        self._digests: dict[str, str] = {}

    def known_digest(self, path: str) -> str | None:
        """The digest of a file that its stamp shows to be unchanged, else None; the file is not opened."""
        recorded = self._recorded.get(path)
        if recorded is None:
            return None
        stamp, digest = recorded
        if max(stamp[1], stamp[2]) >= self._trusted_before or self._stamp(path) != stamp:
            return None
        return digest or None

    def is_unchanged(self, path: str) -> bool:
        """Whether a recorded file has the recorded contents."""
        recorded = self._recorded.get(path)
        if recorded is None:
            return False
        return bool(recorded[1]) and self.digest(path) == recorded[1]

    def digest(self, path: str) -> str:
        """The digest of a file's contents; ``""`` when it cannot be read or is no regular file."""
        if path not in self._digests:
            self._digests[path] = self.known_digest(path) or self._hash(path)
        return self._digests[path]

    def learn(self, path: str, digest: str) -> None:
        """Take in the digest of what somebody else read."""
        self._digests[path] = digest

    def size(self, path: str) -> int:
        """The size of a file in bytes, 0 when it is no file; notes its stamp, so ask before it is read."""
        stamp = self._stamp(path)
        return stamp[0] if stamp is not None else 0

    def record(self, paths: Iterable[str]) -> Iterator[tuple[str, Stamp, str]]:
        """Path, stamp and digest of what was read.

        A file that cannot be read, or that changed while the run went on, is recorded with no digest and
        counts as changed ever after.
        """
        for path in paths:
            stamp = self._stamp(path)
            digest = self.digest(path)
            if stamp is None or max(stamp[1], stamp[2]) >= self.began_at - _LAG_NS:
                digest = ""
            yield path, stamp or (0, 0, 0, 0), digest

    def _stamp(self, path: str) -> Stamp | None:
        """The stamp as it was when first asked for, so before the file was read."""
        if path not in self._stamps:
            self._stamps[path] = self._look(path)
        return self._stamps[path]

    def _look(self, path: str) -> Stamp | None:
        try:
            found = os.lstat(f"{self._root}/{path}")
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def _hash(self, path: str) -> str:
        self.opened += 1
        try:
            return digest_of(*read_at_most(f"{self._root}/{path}", DIGESTED_BYTES))
        except OSError:
            return ""
