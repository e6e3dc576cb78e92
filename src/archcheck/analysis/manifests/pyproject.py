"""``pyproject.toml``: PEP 621 and 735, Poetry 1 and 2, PDM and uv."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.model import Requirement
from archcheck.analysis.manifests.reading import line_of, read_toml
from archcheck.analysis.manifests.requirements import parse

_MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class PyProject:
    """What a ``pyproject.toml`` says."""

    name: str
    requires_python: str
    has_build_system: bool
    scripts: tuple[str, ...]
    entry_point_groups: tuple[str, ...]
    dynamic: bool
    requirements: tuple[Requirement, ...]


def read_pyproject(root: Path, path: str) -> PyProject:
    """Read one.

    Raises:
        UnreadableManifestError: it is no TOML.
    """
    document, text = read_toml(root, path)
    project = _table(document, "project")
    tool = _table(document, "tool")
    poetry = _table(tool, "poetry")
    local = _local_names(tool, poetry)
    requirements = [
        *_standard(project, document, text, path, local),
        *_poetry(poetry, text, path),
        *_pdm(_table(tool, "pdm"), text, path, local),
        *_uv(_table(tool, "uv"), text, path, local),
    ]
    name = project.get("name") or poetry.get("name") or ""
    python = project.get("requires-python")
    if not isinstance(python, str):
        python = _caret(str(_table(poetry, "dependencies").get("python", "")))
    scripts = {**_table(project, "scripts"), **_table(poetry, "scripts")}
    groups = {**_table(project, "entry-points"), **_table(poetry, "plugins")}
    return PyProject(
        name=str(name),
        requires_python="" if python == "?" else python,
        has_build_system="build-system" in document
        and bool(project or poetry or "setuptools" in tool),
        scripts=tuple(sorted(map(str, scripts))),
        entry_point_groups=tuple(sorted(map(str, groups))),
        dynamic="dependencies" in _strings(project.get("dynamic")),
        requirements=tuple(requirements),
    )


def _standard(
    project: Mapping[str, Any],
    document: Mapping[str, Any],
    text: str,
    path: str,
    local: frozenset[str],
) -> Iterator[Requirement]:
    yield from _listed(project.get("dependencies"), "", text, path, local)
    for group, entries in _table(project, "optional-dependencies").items():
        yield from _listed(entries, str(group), text, path, local)
    groups = _table(document, "dependency-groups")
    for group in groups:
        entries = _group(groups, str(group), 0)
        yield from _listed(entries, str(group), text, path, local)


def _group(groups: Mapping[str, Any], name: str, depth: int) -> list[str]:
    """The requirement strings of a dependency group, included groups (PEP 735) put in."""
    found: list[str] = []
    entries: object = next(
        (
            value
            for key, value in groups.items()
            if canonicalize_name(key) == canonicalize_name(name)
        ),
        [],
    )
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, str):
            found.append(entry)
        elif (
            isinstance(entry, dict)
            and isinstance(entry.get("include-group"), str)
            and depth < _MAX_DEPTH
        ):
            found.extend(_group(groups, entry["include-group"], depth + 1))
    return found


def _listed(
    entries: object, group: str, text: str, path: str, local: frozenset[str]
) -> Iterator[Requirement]:
    for entry in _strings(entries):
        found = parse(entry, path, _line(text, entry), group, local_names=local)
        if found is not None:
            yield found


def _line(text: str, entry: str) -> int:
    """The line of a quoted requirement: TOML parsers tell none, so the text is searched."""
    return line_of(text, f'"{entry}"') or line_of(text, f"'{entry}'") or line_of(text, entry)


def _poetry(poetry: Mapping[str, Any], text: str, path: str) -> Iterator[Requirement]:
    tables = [("", _table(poetry, "dependencies")), ("dev", _table(poetry, "dev-dependencies"))]
    for group, table in _table(poetry, "group").items():
        name = "" if group == "main" else str(group)
        tables.append((name, _table(table, "dependencies") if isinstance(table, dict) else {}))
    for group, table in tables:
        for name, value in table.items():
            if str(name).lower() != "python":
                for constraint in value if isinstance(value, list) else [value]:
                    yield _poetry_requirement(str(name), constraint, group, text, path)


def _poetry_requirement(name: str, value: object, group: str, text: str, path: str) -> Requirement:
    table = value if isinstance(value, dict) else {"version": value}
    version = table.get("version", "*")
    url = str(table.get("git") or table.get("url") or "")
    pinned = table.get("rev") or table.get("tag")
    optional = bool(table.get("optional"))
    shown = value if isinstance(value, str) else version
    match = re.search(rf"^\s*['\"]?{re.escape(name)}['\"]?\s*=", text, re.MULTILINE)
    return Requirement(
        name=canonicalize_name(name),
        text=f'{name} = "{shown}"',
        specifier="" if url else _caret(str(version)),
        url=f"git+{url}@{pinned}" if url and pinned else f"git+{url}" if "git" in table else url,
        extras=tuple(_strings(table.get("extras"))),
        marker=str(table.get("markers", "")),
        group=group or ("optional" if optional else ""),
        path=path,
        line=text.count("\n", 0, match.start(0) + len(match.group()) - 1) + 1 if match else 0,
        local="path" in table or bool(table.get("develop")),
    )


def _caret(version: str) -> str:
    """Poetry's constraint as PEP 440 specifiers; only the lower bound matters here."""
    version = version.strip()
    if version in ("", "*"):
        return ""
    parts = [part.strip() for part in re.split(r",|\s+(?=[<>=!^~])", version) if part.strip()]
    found: list[str] = []
    for part in parts:
        if part.startswith(("^", "~")) and not part.startswith("~="):
            found.append(f">={part[1:].strip()}")
        elif part[0].isdigit():
            found.append(f"=={part}")
        elif "|" in part:
            return "?"
        else:
            found.append(part.replace(" ", ""))
    return ",".join(found)


def _pdm(
    pdm: Mapping[str, Any], text: str, path: str, local: frozenset[str]
) -> Iterator[Requirement]:
    for group, entries in _table(pdm, "dev-dependencies").items():
        yield from _listed(entries, str(group), text, path, local)


def _uv(
    uv: Mapping[str, Any], text: str, path: str, local: frozenset[str]
) -> Iterator[Requirement]:
    yield from _listed(uv.get("dev-dependencies"), "dev", text, path, local)


def _local_names(tool: Mapping[str, Any], poetry: Mapping[str, Any]) -> frozenset[str]:
    """Names that a path or the workspace provides."""
    sources = _table(_table(tool, "uv"), "sources")
    names = {
        canonicalize_name(str(name))
        for name, value in sources.items()
        if isinstance(value, dict) and ("path" in value or value.get("workspace"))
    }
    names |= {
        canonicalize_name(str(name))
        for name, value in _table(poetry, "dependencies").items()
        if isinstance(value, dict) and "path" in value
    }
    return frozenset(names)


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
