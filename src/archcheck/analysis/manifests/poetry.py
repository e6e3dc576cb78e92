"""``[tool.poetry]``: dependencies, groups, extras, and Poetry's own version constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from archcheck.analysis.manifests.model import UNKNOWN, EntryPoint, Requirement
from archcheck.analysis.manifests.tables import entry_points, key_line, strings, table

_PART = re.compile(r" ?(\^|~=|~|===?|!=|<=?|>=?|) ?(\S+)")
_VERSION_CONTROL = ("git", "hg", "svn")


def poetry_requirements(poetry: Mapping[str, Any], text: str, path: str) -> Iterator[Requirement]:
    """Yield what Poetry 1 or 2 is told to install.

    Args:
        poetry: the table.
        text: of the whole file, to find lines in.
        path: of the file.
    """
    extras = _extras(poetry)
    for name, value in table(poetry, "dependencies").items():
        if name.lower() != "python":
            for group in _groups(name, value, extras):
                yield from _requirements(name, value, group, text, path)
    development = [("dev", table(poetry, "dev-dependencies"))]
    for group, content in table(poetry, "group").items():
        own = content.get("dependencies") if isinstance(content, dict) else None
        if isinstance(own, dict):
            development.append(("" if group == "main" else str(group), own))
    for group, dependencies in development:
        for name, value in dependencies.items():
            yield from _requirements(name, value, group, text, path)


def poetry_python(poetry: Mapping[str, Any]) -> str:
    """The supported Pythons as PEP 440 specifiers, ``""`` when unknown."""
    python = table(poetry, "dependencies").get("python")
    specifier = poetry_specifier(python) if isinstance(python, str) else ""
    return "" if specifier == UNKNOWN else specifier


def poetry_entry_points(poetry: Mapping[str, Any]) -> tuple[EntryPoint, ...]:
    """Scripts and plugins."""
    return entry_points(table(poetry, "scripts"), table(poetry, "plugins"))


def _extras(poetry: Mapping[str, Any]) -> dict[str, list[str]]:
    """The extras that ask for a distribution, by its normalised name."""
    found: dict[str, list[str]] = {}
    for extra, names in table(poetry, "extras").items():
        for name in strings(names):
            found.setdefault(canonicalize_name(name.partition("[")[0]), []).append(str(extra))
    return found


def _groups(name: str, value: object, extras: Mapping[str, list[str]]) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, dict) and part.get("optional") for part in parts):
        return [""]
    return extras.get(canonicalize_name(name), ["optional"])


def _requirements(
    name: str, value: object, group: str, text: str, path: str
) -> Iterator[Requirement]:
    """One entry; a list holds one constraint for each marker."""
    for part in value if isinstance(value, list) else [value]:
        options: Mapping[str, Any] = part if isinstance(part, dict) else {"version": part}
        version = options.get("version", "")
        url = _url(options)
        yield Requirement(
            name=canonicalize_name(name),
            text=f"{name} {version}".strip() if isinstance(version, str) else name,
            specifier=""
            if url
            else poetry_specifier(version)
            if isinstance(version, str)
            else UNKNOWN,
            url=url,
            extras=tuple(strings(options.get("extras"))),
            marker=str(options.get("markers") or options.get("python") or ""),
            group=group,
            path=path,
            line=key_line(text, name),
            local="path" in options or bool(options.get("develop")),
        )


def _url(options: Mapping[str, Any]) -> str:
    for kind in _VERSION_CONTROL:
        if isinstance(options.get(kind), str):
            reference = options.get("rev") or options.get("tag") or options.get("branch")
            return f"{kind}+{options[kind]}" + (f"@{reference}" if reference else "")
    return str(options.get("url") or "")


def poetry_specifier(constraint: str) -> str:
    """Poetry's constraint as PEP 440 specifiers.

    >>> poetry_specifier("^1.2"), poetry_specifier("~1.2.3"), poetry_specifier("1.2.*"), poetry_specifier("*")
    ('>=1.2,<2', '>=1.2.3,<1.3', '==1.2.*', '')

    Returns:
        ``?`` for what PEP 440 cannot say; of alternatives (``^1 || ^2``) the lowest and highest bound.
    """
    alternatives = [_all_of(part) for part in re.split(r"\|\|?", constraint)]
    if len(alternatives) == 1:
        return alternatives[0]
    if UNKNOWN in alternatives or "" in alternatives:
        return UNKNOWN
    lower = re.match(r">=?[^,]+|==[^,]+", alternatives[0])
    upper = re.search(r"<=?[^,]+$", alternatives[-1])
    return ",".join(bound[0].replace("==", ">=") for bound in (lower, upper) if bound) or UNKNOWN


def _all_of(constraint: str) -> str:
    bounds: list[str] = []
    for operator, version in _PART.findall(" ".join(constraint.replace(",", " ").split())):
        if version == "*":
            continue
        bound = _bound(operator, version)
        if bound is None:
            return UNKNOWN
        bounds.append(bound)
    return ",".join(bounds)


def _bound(operator: str, version: str) -> str | None:
    try:
        if operator in ("^", "~"):
            lower = Version(version)
            return f">={version},<{_ceiling(lower, operator)}"
        if operator in ("", "=="):
            return str(SpecifierSet(f"=={version.replace('.x', '.*')}"))
        return str(SpecifierSet(operator + version))
    except ValueError:  # no version, or a number of thousands of digits
        return None


def _ceiling(lower: Version, operator: str) -> str:
    """The first version that a caret (next non-zero part) or a tilde (next minor part) leaves out."""
    release = list(lower.release)
    if operator == "~":
        keep = min(2, len(release))
    else:
        keep = next((index for index, part in enumerate(release) if part), len(release) - 1) + 1
    return ".".join(map(str, [*release[: keep - 1], release[keep - 1] + 1]))
