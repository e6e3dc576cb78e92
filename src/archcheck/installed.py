"""What is installed beside us, as the metadata folders on the path tell it.

`importlib.metadata` says the same and more, and takes longer to load than an unchanged run has for everything.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache

_SUFFIXES = (".dist-info", ".egg-info")


def version(distribution: str) -> str:
    """The version of a distribution, ``-`` where none is installed, ``""`` where its folder does not tell.

    Args:
        distribution: its name in any spelling.
    """
    found = _installed().get(_normalised(distribution))
    return found[0] if found is not None else "-"


def provides(group: str) -> bool:
    """Whether a distribution has entry points in a group."""
    return any(f"[{group}]" in text for text in _entry_points())


@cache
def _entry_points() -> tuple[str, ...]:
    """The texts that declare entry points."""
    texts = []
    for _, folder in _installed().values():
        with (
            suppress(OSError),
            open(  # noqa: PTH123 - in every run, and paths would take longer
                f"{folder}/entry_points.txt", encoding="utf-8", errors="replace"
            ) as file,
        ):
            texts.append(file.read())
    return tuple(texts)


@cache
def _installed() -> Mapping[str, tuple[str, str]]:
    """Normalised name -> version and metadata folder; the first on the path is the one that counts."""
    found: dict[str, tuple[str, str]] = {}
    for place in sys.path:
        try:
            names = os.listdir(place or ".")  # noqa: PTH208 - as above
        except OSError:
            continue
        for name in names:
            if name.endswith(_SUFFIXES):
                distribution, _, number = name.rpartition(".")[0].partition("-")
                found.setdefault(
                    _normalised(distribution), (number.partition("-py")[0], f"{place}/{name}")
                )
    return found


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
