"""The beginnings of files: imports show what a project calls itself, the first lines what a file is for."""

from __future__ import annotations

from pathlib import Path

from archcheck.files import read_at_most


def head(path: Path, size: int) -> bytes:
    """The first ``size`` bytes of a file; empty when it cannot be read."""
    try:
        return read_at_most(path, size)[0]
    except OSError:
        return b""
