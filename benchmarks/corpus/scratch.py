"""Where things lie: the pinned list in the repository, everything fetched or found in the scratch folder.

Findings quote other people's code, so they never enter the repository.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

RELEASE_LIST = Path(__file__).resolve().parent.parent / "real_projects.toml"
_STATE = ".state"


def add_scratch_option(parser: argparse.ArgumentParser) -> None:
    """Give a command the option ``--scratch``."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    parser.add_argument(
        "--scratch",
        type=lambda value: Path(value).resolve(),
        default=Path(caches, "archcheck-real-projects"),
        metavar="DIR",
        help="where releases are unpacked and findings are kept (default: %(default)s)",
    )


def stamp_path(scratch: Path, name: str) -> Path:
    """The file that holds the digest of the archive that a project was unpacked from."""
    return scratch / _STATE / f"{name}.sha256"


def findings_folder(scratch: Path) -> Path:
    """Where the findings of the last run are kept."""
    return scratch / _STATE / "findings"


def workplace(scratch: Path) -> Path:
    """An empty folder to run archcheck in."""
    folder = scratch / _STATE / "workplace"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
