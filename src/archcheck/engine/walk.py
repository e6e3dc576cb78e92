"""Every file of the target that git would not ignore, without asking git and without leaving the root.

The target's ``.git`` is untrusted too (``core.fsmonitor`` runs a program), so ignore files are read with
pathspec, nested ones included, and no git process is started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

from pathspec import GitIgnoreSpec

from archcheck.files import read_at_most
from archcheck.model import Notice

_NEVER = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache", ".pytest_cache",
     ".ruff_cache", "node_modules", ".eggs", ".archcheck_cache", ".idea", ".hypothesis"}
)  # fmt: skip
_NAME = attrgetter("name")
_MAX_FILES = 500_000
_MAX_IGNORE_BYTES = 1_000_000


class Walk:
    """Collects the files below ``root``.

    Attributes:
        files: posix paths relative to the root, sorted.
        notices: what was passed over and why.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = os.fspath(root)
        self.notices: list[Notice] = []
        self._specs: dict[str, GitIgnoreSpec] = {}
        self.files = tuple(sorted(self._walk()))

    def _walk(self) -> Iterator[str]:
        count = 0
        pending = [""]
        while pending:
            folder = pending.pop()
            entries = self._entries(folder)
            names = {entry.name: entry for entry in entries}
            if folder and "pyvenv.cfg" in names:
                continue
            if ".gitignore" in names:
                self._read_ignore(folder, names[".gitignore"])
            for name, entry in names.items():
                path = f"{folder}/{name}" if folder else name
                if entry.is_symlink():
                    self._link(path)
                elif entry.is_dir(follow_symlinks=False):
                    if name not in _NEVER and not self._ignored(f"{path}/"):
                        pending.append(path)
                elif entry.is_file(follow_symlinks=False) and not self._ignored(path):
                    count += 1
                    if count > _MAX_FILES:
                        self.notices.append(
                            Notice(
                                "too-many-files",
                                path,
                                0,
                                f"stopped after {_MAX_FILES} files",
                                "name a smaller folder or exclude generated data",
                            )
                        )
                        return
                    yield path

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self._root}/{folder}") as entries:
                return sorted(entries, key=_NAME)
        except OSError as error:
            self.notices.append(
                Notice(
                    "unreadable-folder",
                    folder,
                    0,
                    f"cannot list the folder: {error.strerror}",
                    "check its permissions",
                )
            )
            return []

    def _link(self, path: str) -> None:
        """Links are not followed: a link's target inside the tree is walked anyway."""
        if path.endswith(".py"):
            self.notices.append(
                Notice(
                    "symlink",
                    path,
                    0,
                    "symbolic link, not followed",
                    "its target is judged where it stands",
                )
            )

    def _read_ignore(self, folder: str, entry: os.DirEntry[str]) -> None:
        if not entry.is_file(follow_symlinks=False):
            return
        try:
            data, _ = read_at_most(entry.path, _MAX_IGNORE_BYTES)
            lines = data.decode("utf-8", errors="replace").splitlines()
            self._specs[folder] = GitIgnoreSpec.from_lines(lines)
        except (OSError, ValueError) as error:
            path = f"{folder}/.gitignore" if folder else ".gitignore"
            self.notices.append(
                Notice(
                    "unreadable-ignore",
                    path,
                    0,
                    f"cannot be used: {error}",
                    "mend its patterns",
                )
            )

    def _ignored(self, path: str) -> bool:
        """Whether the ignore files around ``path`` ignore it; the nearest one that speaks decides."""
        if not self._specs:
            return False
        folder = path.rstrip("/").rpartition("/")[0]
        while True:
            spec = self._specs.get(folder)
            if spec is not None:
                inner = path[len(folder) + 1 :] if folder else path
                verdict = spec.check_file(inner).include
                if verdict is not None:
                    return verdict
            if not folder:
                return False
            folder = folder.rpartition("/")[0]
