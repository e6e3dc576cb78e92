"""``requirements*.txt``: which files are some, what they stand for, and what they list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archcheck.analysis.manifests.model import Requirement
from archcheck.analysis.manifests.pep508 import editable, parse_requirement
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError, relative

_FOLDERS = frozenset({"requirements", "requirement", "reqs"})
_SUFFIXES = (".txt", ".in", ".pip")
_WORDS = re.compile(r"[a-z0-9]+")
_PLATFORM = re.compile(r"\d+|py\d*|python\d*|linux|macos|darwin|windows|win|x86|amd64|arm64")
_RUNTIME = frozenset(
    {"requirements", "requirement", "reqs", "req", "requires", "pip", "base", "common", "core", "main", "prod", "production", "deploy", "deployment", "runtime", "run", "server",
     "app", "web", "api", "backend", "service", "default", "install", "minimal", "min", "required", "heroku", "docker",
     "lock", "locked", "frozen", "freeze", "pinned", "dependencies", "project"}
)  # fmt: skip
_GROUPS = {
    "develop": "dev", "development": "dev", "devel": "dev", "local": "dev", "tests": "test", "testing": "test",
    "ci": "test", "unittest": "test", "unittests": "test", "pytest": "test", "doc": "docs", "documentation": "docs",
    "rtd": "docs", "readthedocs": "docs", "sphinx": "docs", "linting": "lint", "linters": "lint", "format": "lint",
    "quality": "lint", "qa": "lint", "mypy": "lint", "typing": "lint", "style": "lint", "static": "lint",
}  # fmt: skip
_DEVELOPMENT = frozenset({*_GROUPS.values(), "dev", "test", "docs", "lint"})
_MAX_DEPTH = 10
_HASH = re.compile(r"(?<=\s)--hash[=\s]\S+")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_INCLUDE = re.compile(r"(?:-r|--requirement)[=\s]*(\S.*)")
_CONSTRAIN = re.compile(r"(?:-c|--constraint)[=\s]*(\S.*)")
_EDITABLE = re.compile(r"(?:-e|--editable)[=\s]*(\S.*)")


class Listed(NamedTuple):
    """What a requirements file asks for.

    Attributes:
        requirements: its own and those of the files it includes (``-r``).
        constraints: bounds from the files it names with ``-c``.
        files: the files that were read, its own path first.
    """

    requirements: list[Requirement]
    constraints: list[Requirement]
    files: list[str]


def is_requirements_file(path: str) -> bool:
    """Whether a path is a requirements file, by its name or folder."""
    folder, _, name = path.lower().rpartition("/")
    if not name.endswith(_SUFFIXES) or is_constraints_file(path):
        return False
    words = _WORDS.findall(name.rpartition(".")[0])
    return bool({"requirements", "reqs", "requirement"} & set(words)) or (
        folder.rpartition("/")[2] in _FOLDERS
        and name.rpartition(".")[0] not in ("readme", "license")
    )


def is_constraints_file(path: str) -> bool:
    """Whether a path is a file of constraints: it bounds versions and requires nothing."""
    return path.lower().rpartition("/")[2].startswith("constraint")


def group_of(path: str) -> str:
    """The group that a requirements file stands for by its name: ``""`` at run time, ``dev``, ``test``, else its own word.

    >>> group_of("requirements.txt"), group_of("requirements/production.in"), group_of("test-requirements.txt")
    ('', '', 'test')
    """
    stem = path.lower().rpartition("/")[2].rpartition(".")[0]
    words = [
        _GROUPS.get(word, word) for word in _WORDS.findall(stem) if not _PLATFORM.fullmatch(word)
    ]
    development = [word for word in words if word in _DEVELOPMENT]
    return (
        development[0] if development else "-".join(word for word in words if word not in _RUNTIME)
    )


def read_requirements(repository: Repository, path: str, group: str | None = None) -> Listed:
    """Read a requirements file.

    Hashes, index options and comments are passed over.

    Args:
        repository: where it lies.
        path: its path.
        group: what its requirements belong to; by default what its name says.

    Raises:
        UnreadableManifestError: the file cannot be read. What it includes and cannot be read is passed over: a file of
            the project is reported under its own name.
    """
    listed = Listed([], [], [])
    _read(repository, path, group_of(path) if group is None else group, listed)
    return listed


def _read(repository: Repository, path: str, group: str, listed: Listed) -> None:
    listed.files.append(path)
    for line, text in logical_lines(repository.text(path)):
        included, constrained = _INCLUDE.fullmatch(text), _CONSTRAIN.fullmatch(text)
        if included:
            other = relative(path, included[1].strip())
            own = group_of(other)
            # A file for development is one, whoever includes it; any other serves the one that includes it.
            _include(repository, other, own if own in _DEVELOPMENT else group, listed)
        elif constrained:
            other = relative(path, constrained[1].strip())
            bounds = Listed([], [], listed.files)
            _include(repository, other, group, bounds)
            listed.constraints.extend((*bounds.requirements, *bounds.constraints))
        elif not text.startswith("-"):
            found = parse_requirement(_without_options(text), path, line, group)
            if found is not None:
                listed.requirements.append(found)
        elif link := _EDITABLE.fullmatch(text):
            listed.requirements.append(editable(link[1], path, line, group))


def _include(repository: Repository, path: str, group: str, listed: Listed) -> None:
    if path not in repository or path in listed.files or len(listed.files) > _MAX_DEPTH:
        return
    try:
        _read(repository, path, group, listed)
    except UnreadableManifestError:
        return


def _without_options(text: str) -> str:
    """A requirement without pip's own options behind it."""
    return text.partition(" --")[0].strip()


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with continuations joined, comments and hashes removed, and their first line number."""
    parts: list[str] = []
    start = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _COMMENT.sub("", raw).strip()
        start = start or number
        continued = line.endswith("\\")
        parts.append(line.removesuffix("\\").strip())
        if continued:
            continue
        joined = _HASH.sub("", " ".join(parts)).strip()
        if joined:
            yield start, joined
        parts, start = [], 0
    rest = _HASH.sub("", " ".join(parts)).strip()
    if rest:
        yield start, rest


def read_named_files(
    repository: Repository, path: str, names: Iterable[str]
) -> tuple[list[Requirement], bool]:
    """Read the files that a manifest takes its run-time requirements from.

    Args:
        repository: where they lie.
        path: the manifest.
        names: as it names them, relative to itself.

    Returns:
        What they require, and whether all of them could be read.
    """
    found: list[Requirement] = []
    paths = [relative(path, name) for name in names]
    try:
        for each in paths:
            found += read_requirements(repository, each, "").requirements
    except UnreadableManifestError:
        return found, False
    return found, True
