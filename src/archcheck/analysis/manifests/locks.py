"""Lock files and the versions they fix."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatch

from packaging.utils import canonicalize_name
from packaging.version import Version
from pathspec import GitIgnoreSpec

from archcheck.analysis.manifests.model import Lock, Requirement
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError, join
from archcheck.analysis.manifests.requirements import logical_lines

MAX_BYTES = 30_000_000

PINNED_SHARE = 0.95
"""Share of its lines that are pins from which a requirements file is a lock."""

_TOML_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pylock.*.toml")
_REQUIREMENTS_LOCK = "requirements*.lock"
_LOCKS = (
    *_TOML_LOCKS,
    _REQUIREMENTS_LOCK,
    "Pipfile.lock",
    "conda-lock.yml",
    "*.conda-lock.yml",
    "pixi.lock",
    "flake.lock",
)
_IGNORABLE = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pylock.toml",
    "conda-lock.yml",
    "pixi.lock",
)
_PIN = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,#*]+)(?:\s|;|$)")
_REQUIRED = re.compile(r"[A-Za-z0-9][\w.-]*")
_FIXED_LINK = re.compile(r"@[0-9a-f]{40}\b|#sha256=[0-9a-f]{64}", re.IGNORECASE)
_CONDA_PACKAGE = re.compile(r"^[ -]*name: (\S+)\n[ ]*version: ['\"]?([^'\"\s]+)", re.MULTILINE)


def find_locks(repository: Repository, member: str) -> list[str]:
    """Paths of the lock files that serve a member: its own, else those of the nearest folder above that has some."""
    folder = member
    while True:
        found = [
            path
            for path in repository.folder(folder)
            if any(fnmatch(path.rpartition("/")[2], name) for name in _LOCKS)
        ]
        if found or not folder:
            return found
        folder = folder.rpartition("/")[0]


def read_lock(repository: Repository, path: str) -> Lock:
    """Read one lock file.

    Raises:
        UnreadableManifestError: it is broken.
    """
    name = path.rpartition("/")[2]
    if any(fnmatch(name, pattern) for pattern in _TOML_LOCKS):
        document, _ = repository.toml(path, MAX_BYTES)
        packages = document.get("package") or document.get("packages")
        return Lock(path, name, _highest(_named_versions(packages)), _required(packages))
    if name == "Pipfile.lock":
        return Lock(path, name, _highest(_pipfile_versions(repository, path)))
    if fnmatch(name, _REQUIREMENTS_LOCK):
        versions, _ = pins(repository.text(path, MAX_BYTES))
        return Lock(path, name, versions)
    if name.endswith("conda-lock.yml"):
        return Lock(path, name, _highest(_CONDA_PACKAGE.findall(repository.text(path, MAX_BYTES))))
    return Lock(path, name)


def _named_versions(packages: object) -> Iterable[tuple[str, str]]:
    for package in packages if isinstance(packages, list) else []:
        name, version = (
            package.get(key) if isinstance(package, dict) else None for key in ("name", "version")
        )
        if isinstance(name, str) and isinstance(version, str):
            yield name, version


def _required(packages: object) -> dict[str, tuple[str, ...]]:
    """What each locked distribution requires, in the words of uv, Poetry, PDM or PEP 751."""
    found: dict[str, list[str]] = {}
    for package in packages if isinstance(packages, list) else []:
        if not isinstance(package, dict) or not isinstance(package.get("name"), str):
            continue
        extras = package.get("optional-dependencies")
        listed = [package.get("dependencies")]
        listed += extras.values() if isinstance(extras, dict) else []
        names = found.setdefault(canonicalize_name(package["name"]), [])
        names += (canonicalize_name(name) for each in listed for name in _required_names(each))
    return (
        {name: tuple(dict.fromkeys(names)) for name, names in found.items()}
        if any(found.values())
        else {}
    )


def _required_names(entries: object) -> Iterator[str]:
    """The names in one list (uv, PDM, PEP 751) or table (Poetry) of requirements."""
    for entry in entries if isinstance(entries, (list, dict)) else []:
        name = entry.get("name") if isinstance(entry, dict) else entry
        found = _REQUIRED.match(name) if isinstance(name, str) else None
        if found:
            yield found[0]


def _pipfile_versions(repository: Repository, path: str) -> Iterable[tuple[str, str]]:
    try:
        document = json.loads(repository.text(path, MAX_BYTES))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise UnreadableManifestError(
            path, line, "is no valid JSON", "run `pipenv lock` again"
        ) from error
    for section in ("develop", "default"):
        packages = document.get(section) if isinstance(document, dict) else None
        for name, entry in packages.items() if isinstance(packages, dict) else ():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str):
                yield name, version.lstrip("=")


def _highest(versions: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, version in versions:
        key = canonicalize_name(name)
        if key not in found or _is_higher(version, found[key]):
            found[key] = version
    return found


def _is_higher(version: str, other: str) -> bool:
    try:
        return Version(version) > Version(other)
    except ValueError:  # no version, or a number of thousands of digits
        return False


def pins(text: str) -> tuple[dict[str, str], float]:
    """The exact versions that a requirements text fixes, and the share of its lines that fix one.

    A link fixes one if it holds a commit or a hash.
    """
    versions: dict[str, str] = {}
    fixed = total = 0
    for _, line in logical_lines(text):
        if line.startswith("-") and not line.startswith("-e"):
            continue
        total += 1
        match = _PIN.match(line)
        if match:
            versions[canonicalize_name(match[1])] = match[2]
        fixed += bool(match or _FIXED_LINK.search(line))
    return versions, fixed / total if total else 0.0


def pinned_requirements(repository: Repository, paths: Iterable[str]) -> list[Lock]:
    """The requirements files, of those given, that are pinned throughout and so serve as locks."""
    found: list[Lock] = []
    for path in paths:
        try:
            versions, share = pins(repository.text(path))
        except UnreadableManifestError:
            continue  # said where its requirements are read
        if versions and share >= PINNED_SHARE:
            found.append(Lock(path, "requirements", versions))
    return found


def pinned_environment(requirements: Collection[Requirement], path: str) -> list[Lock]:
    """A conda environment that fixes every version serves as a lock too."""
    versions = {
        item.name: item.specifier[2:].removesuffix(".*")
        for item in requirements
        if item.specifier.startswith("==") and "," not in item.specifier
    }
    is_fixed = requirements and len(versions) >= PINNED_SHARE * len(
        {item.name for item in requirements}
    )
    return [Lock(path, "environment", versions)] if is_fixed else []


def ignored_locks(repository: Repository, member: str) -> tuple[str, ...]:
    """Names of lock files that the ignore files of a member, or of the root, name.

    A pattern such as ``*.lock`` names none: it says nothing of the tool that the project uses.
    """
    found: list[str] = []
    for path in dict.fromkeys((join(member, ".gitignore"), ".gitignore")):
        lines = repository.script(path).splitlines()
        patterns = [line for line in lines if any(name in line for name in _IGNORABLE)]
        spec = GitIgnoreSpec.from_lines(patterns)
        found += [name for name in _IGNORABLE if spec.match_file(name)]
    return tuple(dict.fromkeys(found))
