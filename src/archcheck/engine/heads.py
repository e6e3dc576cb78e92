"""The beginnings of files: imports show what a project calls itself, the first lines what a file is for."""

from __future__ import annotations

from pathlib import Path


def head(path: Path, size: int) -> bytes:
    """The first ``size`` bytes of a file; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""
