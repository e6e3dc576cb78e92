"""The pinned list of releases that stand for the world outside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ReleaseListError(Exception):
    """The pinned list is wrong, or does not hold the project asked for."""


@dataclass(frozen=True)
class Release:
    """One file of one release on the package index.

    Attributes:
        name: the project's normalised name, also the name of its folder.
        version: the exact version.
        archive: the file's name on the index.
        sha256: its digest, 64 hexadecimal digits.
        frameworks: what it is built on, in words for the reader of the table.
        verdict: whether its score is deserved, in Markdown, by somebody who read its findings; empty as long as nobody
            has.
    """

    name: str
    version: str
    archive: str
    sha256: str
    frameworks: tuple[str, ...]
    verdict: str = ""

    @property
    def is_wheel(self) -> bool:
        """Whether the file is a wheel; a source archive otherwise."""
        return self.archive.endswith(".whl")


def read_releases(path: Path) -> tuple[Release, ...]:
    """Read the pinned list.

    Raises:
        ReleaseListError: an entry lacks a key, has a wrong one, or appears twice.
    """
    entries = tomli.loads(path.read_text(encoding="utf-8")).get("release", [])
    releases = []
    for entry in entries:
        try:
            release = Release(**{**entry, "frameworks": tuple(entry["frameworks"])})
        except (KeyError, TypeError) as error:
            raise ReleaseListError(f"{path.name}: {entry.get('name', entry)}: {error}") from error
        # The name becomes a folder, and the digest is all that stands between us and a swapped file.
        if not _NAME.fullmatch(release.name) or not _SHA256.fullmatch(release.sha256):
            raise ReleaseListError(f"{path.name}: {release.name}: wrong name or sha256")
        releases.append(release)
    if len({release.name for release in releases}) != len(releases):
        raise ReleaseListError(f"{path.name}: a name appears twice")
    return tuple(releases)


def choose(releases: Sequence[Release], names: Sequence[str]) -> tuple[Release, ...]:
    """Return the releases of these names in the list's order; all of them when no name is given.

    Raises:
        ReleaseListError: a name is not in the list.
    """
    if unknown := set(names) - {release.name for release in releases}:
        raise ReleaseListError(f"not in the pinned list: {', '.join(sorted(unknown))}")
    return tuple(release for release in releases if not names or release.name in names)
