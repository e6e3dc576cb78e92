"""Lock files and the versions they fix."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.model import Lock
from archcheck.analysis.manifests.reading import (
    UnreadableManifestError,
    broken,
    read_text,
    read_toml,
)
from archcheck.analysis.manifests.requirements import group_of, is_requirements_file, logical_lines

LOCK_NAMES = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pylock.toml",
    "pylock.*.toml",
    "conda-lock.yml",
    "pixi.lock",
    "flake.lock",
    "requirements*.lock",
)
#: Share of pinned lines from which a requirements file counts as a lock.
PINNED_SHARE = 0.95
_PIN = re.compile(r"^([A-Za-z0-9._\-]+)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,#]+)")
_MAX_LOCK_BYTES = 30_000_000


def find_locks(member: str, files: Collection[str]) -> list[str]:
    """Paths of the lock files of a member: its own, else those of the folders above it."""
    folder = member
    while True:
        here = [path for path in files if PurePosixPath(path).parent.as_posix() == (folder or ".")]
        found = sorted(
            path
            for path in here
            if any(fnmatch.fnmatch(PurePosixPath(path).name, name) for name in LOCK_NAMES)
        )
        if found or not folder:
            return found
        folder = folder.rpartition("/")[0]


def read_lock(root: Path, path: str) -> Lock:
    """Read one lock file.

    Raises:
        UnreadableManifestError: it is broken.
    """
    name = PurePosixPath(path).name
    if name in ("uv.lock", "poetry.lock", "pdm.lock") or fnmatch.fnmatch(name, "pylock*.toml"):
        document, _ = read_toml(root, path)
        packages = document.get("package") or document.get("packages") or []
        return Lock(path, name, _versions(packages))
    if name == "Pipfile.lock":
        return Lock(path, name, _pipfile(root, path))
    if name.endswith(".lock") and name.startswith("requirements"):
        return Lock(path, name, pinned(read_text(root, path, _MAX_LOCK_BYTES))[0])
    return Lock(path, name)


def _versions(packages: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for package in packages if isinstance(packages, list) else []:
        if isinstance(package, dict):
            name, version = package.get("name"), package.get("version")
            if isinstance(name, str) and isinstance(version, str):
                found[canonicalize_name(name)] = version
    return found


def _pipfile(root: Path, path: str) -> Mapping[str, str]:
    text = read_text(root, path, _MAX_LOCK_BYTES)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise broken(path, line, "is no valid JSON", "run `pipenv lock` again") from error
    found: dict[str, str] = {}
    for section in ("default", "develop"):
        packages = document.get(section) if isinstance(document, dict) else None
        for name, entry in packages.items() if isinstance(packages, dict) else ():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str):
                found.setdefault(canonicalize_name(name), version.lstrip("="))
    return found


def pinned(text: str) -> tuple[dict[str, str], float]:
    """The exact pins of a requirements text by name, and the share of its lines that are pins."""
    versions: dict[str, str] = {}
    total = 0
    for _, line in logical_lines(text):
        if line.startswith("-"):
            continue
        total += 1
        match = _PIN.match(line)
        if match and "*" not in match.group(2):
            versions[canonicalize_name(match.group(1))] = match.group(2)
    return versions, len(versions) / total if total else 0.0


def pinned_requirements(root: Path, paths: Collection[str]) -> list[Lock]:
    """Requirements files of run time that are pinned throughout and so serve as locks."""
    found: list[Lock] = []
    for path in sorted(paths):
        if not is_requirements_file(path) or group_of(path):
            continue
        try:
            versions, share = pinned(read_text(root, path))
        except UnreadableManifestError:
            continue  # reported where its requirements are read
        if versions and share >= PINNED_SHARE:
            found.append(Lock(path, "requirements", versions))
    return found
