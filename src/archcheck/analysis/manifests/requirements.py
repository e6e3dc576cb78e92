"""Requirement strings and ``requirements*.txt`` files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.model import Requirement
from archcheck.analysis.manifests.reading import UnreadableManifestError, read_text

_EGG = re.compile(r"#egg=([A-Za-z0-9._\-]+)")
_VCS = ("git+", "hg+", "svn+", "bzr+", "http://", "https://")
_DEV = re.compile(
    r"(?:^|[-_./])(dev|develop|development|test|tests|testing|lint|linting|docs?|ci|build|check|typing|mypy|qa|"
    r"format|pre-?commit|bench(?:mark)?s?|release|tools?|debug|local)(?:$|[-_./])"
)
_HASH = re.compile(r"\s+--hash[=\s]\S+|\s+\\\s*")
_MAX_DEPTH = 5


def parse(
    text: str, path: str, line: int, group: str = "", *, local_names: Collection[str] = ()
) -> Requirement | None:
    """One PEP 508 requirement, or None when the text is none.

    Args:
        text: such as ``requests[socks]>=2,<3; python_version > "3.8"``.
        path: manifest it stands in.
        line: there.
        group: extra or group, ``""`` at run time.
        local_names: normalised names that a workspace or path source provides.
    """
    try:
        parsed = Parsed(text.strip())
    except InvalidRequirement:
        return None
    name = canonicalize_name(parsed.name)
    return Requirement(
        name=name,
        text=text.strip(),
        specifier=str(parsed.specifier),
        url=parsed.url or "",
        extras=tuple(sorted(parsed.extras)),
        marker=str(parsed.marker or ""),
        group=group,
        path=path,
        line=line,
        local=name in local_names or (parsed.url or "").startswith("file:"),
    )


def group_of(path: str) -> str:
    """The group a requirements file stands for by its name: ``""`` at run time."""
    name = PurePosixPath(path).name.lower().removesuffix(".txt").removesuffix(".in")
    folder = PurePosixPath(path).parent.name.lower()
    stem = re.sub(r"^requirements?|requirements?$", "", name)
    found = _DEV.search(stem) or (_DEV.search(name) if folder.startswith("requirement") else None)
    return found.group(1) if found else ""


def is_requirements_file(path: str) -> bool:
    """Whether a path is a requirements file by its name or folder."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if pure.suffix not in (".txt", ".in", ".pip"):
        return False
    return (
        "requirements" in name
        or name.startswith("reqs")
        or pure.parent.name.lower()
        in (
            "requirements",
            "reqs",
        )
    )


def read_requirements(
    root: Path, path: str, files: Collection[str], group: str, depth: int = 0
) -> Iterator[Requirement]:
    """The requirements of a file, with those of the files it includes (``-r``).

    Constraints (``-c``) bound versions but require nothing; hashes, index options and comments are passed over.

    Raises:
        UnreadableManifestError: the file cannot be read.
    """
    for line, text in logical_lines(read_text(root, path)):
        option, _, value = text.partition(" ")
        if "=" in option and option.startswith("--"):
            option, _, value = text.partition("=")
        value = value.strip()
        if option in ("-r", "--requirement") or (
            text.startswith("-r") and not text.startswith("-r ")
        ):
            included = _beside(path, value or text[2:].strip())
            if included in files and depth < _MAX_DEPTH:
                try:
                    yield from read_requirements(root, included, files, group, depth + 1)
                except UnreadableManifestError:
                    continue  # it is reported under its own name
        elif option in ("-e", "--editable"):
            yield _direct(value, path, line, group, editable=True)
        elif text.startswith("-"):
            continue
        elif text.startswith(_VCS) or text.startswith((".", "/")):
            yield _direct(text, path, line, group, editable=text.startswith((".", "/")))
        else:
            found = parse(text, path, line, group)
            if found is not None:
                yield found


def _direct(text: str, path: str, line: int, group: str, *, editable: bool) -> Requirement:
    egg = _EGG.search(text)
    name = egg.group(1) if egg else PurePosixPath(text.partition("#")[0].partition("@")[0]).stem
    local = editable and not text.startswith(_VCS)
    return Requirement(
        name=canonicalize_name(name),
        text=text,
        url="" if local else text,
        group=group,
        path=path,
        line=line,
        local=local,
    )


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with continuations joined, comments and hashes removed, and their first line number."""
    buffer, start = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|\s)#.*$", "", raw).rstrip()
        start = start or number
        if line.endswith("\\"):
            buffer += line[:-1] + " "
            continue
        joined = _HASH.sub("", buffer + line).strip()
        if joined:
            yield start, joined
        buffer, start = "", 0
    if buffer.strip():
        yield start, _HASH.sub("", buffer).strip()


def _beside(path: str, value: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(path).parent.parts, *PurePosixPath(value).parts):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
