"""Small repositories for the tests of manifests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from archcheck.analysis.manifests import Manifests, read_manifests
from archcheck.analysis.manifests.repository import Repository

Files = Mapping[str, str | bytes]


def write(root: Path, files: Files) -> frozenset[str]:
    """Write files below a folder and return their paths."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return frozenset(files)


def repository(root: Path, files: Files) -> Repository:
    """Write files and return them as a repository."""
    return Repository(root, write(root, files))


def manifests(root: Path, files: Files, member: str = "") -> Manifests:
    """Write files and return what a member declares in them."""
    return read_manifests(root, member, write(root, files))


def brief(found: Manifests, group: str = "") -> list[str]:
    """The requirements of a group as ``name specifier``."""
    return [
        f"{item.name} {item.specifier}".strip()
        for item in found.requirements
        if item.group == group
    ]
