"""Where does the repository begin that a path belongs to?"""

from __future__ import annotations

from pathlib import Path

from archcheck.errors import TargetError

_MARKERS = ("pyproject.toml", "archcheck.toml", ".git")


def find_root(path: Path) -> Path:
    """Return the nearest folder at or above ``path`` that has a configuration file or ``.git``.

    Without any it is ``path`` itself, or its folder for a file.

    Raises:
        TargetError: ``path`` does not exist or cannot be looked at.
    """
    try:
        start = path.resolve(strict=True)
        folder = start if start.is_dir() else start.parent
        for candidate in (folder, *folder.parents):
            if any((candidate / marker).exists() for marker in _MARKERS):
                return candidate
    except FileNotFoundError as error:
        raise TargetError(f"`{path}` does not exist", "name a folder or file to check") from error
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise TargetError(f"`{path}` cannot be read: {reason}", "check its permissions") from error
    return folder
