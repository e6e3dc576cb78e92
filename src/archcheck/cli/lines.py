"""Reads source lines for code frames, from inside the repository only."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from archcheck.files import read_at_most

_MAX_BYTES = 2_000_000


class LineReader:
    """Returns the lines of a file of the repository, none where it cannot be read.

    Args:
        root: the repository's folder; no link out of it is followed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._read = cache(self._lines)

    def __call__(self, path: str) -> tuple[str, ...]:
        """Return the lines of the file at ``path``, posix and relative to the root."""
        return self._read(path)

    def _lines(self, path: str) -> tuple[str, ...]:
        try:
            file = (self._root / path).resolve(strict=True)
            if not file.is_relative_to(self._root):
                return ()
            data, size = read_at_most(file, _MAX_BYTES)
            if size > _MAX_BYTES:
                return ()
            # Not `splitlines`: it also breaks at form feeds, where Python's own line numbers go on.
            return tuple(data.decode(errors="replace").split("\n"))
        except (OSError, RuntimeError):
            return ()
