"""``pyproject.toml``: PEP 621 and 735, and what Poetry, PDM, uv, setuptools and Hatch add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from archcheck.analysis.manifests.model import UNKNOWN, EntryPoint, Requirement
from archcheck.analysis.manifests.pep508 import (
    Source,
    broken_requirement,
    editable,
    parse_requirement,
)
from archcheck.analysis.manifests.poetry import (
    poetry_entry_points,
    poetry_python,
    poetry_requirements,
)
from archcheck.analysis.manifests.repository import Repository
from archcheck.analysis.manifests.requirements import read_named_files
from archcheck.analysis.manifests.tables import entry_points, quoted_line, strings, table
from archcheck.model import Failure

_MAX_DEPTH = 10
#: A version that is filled in when the distribution is built.
_FILLED_IN = re.compile(r"\{\{[^{}]*\}\}")


class Declared(Struct, frozen=True):
    """What one manifest says of its project.

    Attributes:
        has_build_system: the project can be built from it.
        dynamic: some run-time requirements are computed.
        settles: it says what the run-time requirements are, be it none.
        failures: requirements that cannot be read.
    """

    name: str = ""
    version: str = ""
    requires_python: str = ""
    has_build_system: bool = False
    entry_points: tuple[EntryPoint, ...] = ()
    dynamic: bool = False
    settles: bool = False
    requirements: tuple[Requirement, ...] = ()
    failures: tuple[Failure, ...] = ()


def read_pyproject(repository: Repository, path: str) -> Declared:
    """Read one.

    Raises:
        UnreadableManifestError: it is no TOML.
    """
    document, text = repository.toml(path)
    project, tool = table(document, "project"), table(document, "tool")
    poetry = table(tool, "poetry")
    reader = _Reader(text, path, _sources(tool, poetry))
    standard = [*reader.project(project), *reader.groups(table(document, "dependency-groups"))]
    tools = [
        *poetry_requirements(poetry, text, path),
        *reader.pdm(tool),
        *reader.uv(tool),
        *reader.hatch(tool),
        *reader.flit(tool),
    ]
    # Poetry 2 may repeat a requirement of `[project]` to say where it comes from.
    known = {(item.name, item.group) for item in standard}
    tools = [item for item in tools if (item.name, item.group) not in known]
    listed, computed = _dynamic(repository, path, project, tool)
    return Declared(
        name=_text(project, "name") or _text(poetry, "name"),
        version=_text(project, "version") or _text(poetry, "version"),
        requires_python=_text(project, "requires-python") or poetry_python(poetry),
        has_build_system=_is_built(document),
        entry_points=(
            *entry_points(table(project, "scripts"), table(project, "entry-points")),
            *poetry_entry_points(poetry),
        ),
        dynamic=computed,
        settles=not computed and bool(project or table(poetry, "dependencies")),
        requirements=(*standard, *tools, *listed),
        failures=tuple(reader.failures),
    )


class _Reader:
    """Reads the tables of one file."""

    def __init__(self, text: str, path: str, sources: Mapping[str, Source]) -> None:
        self.failures: list[Failure] = []
        self._text = text
        self._path = path
        self._sources = sources

    def project(self, project: Mapping[str, Any]) -> Iterator[Requirement]:
        """The requirements and extras of ``[project]``."""
        yield from self._listed(project.get("dependencies"), "")
        for extra, entries in table(project, "optional-dependencies").items():
            yield from self._listed(entries, str(extra))

    def groups(self, groups: Mapping[str, Any]) -> Iterator[Requirement]:
        """The dependency groups of PEP 735, included groups put in."""
        contents = {canonicalize_name(str(name)): entries for name, entries in groups.items()}
        for name in groups:
            yield from self._listed(_group(contents, str(name), 0), str(name))

    def pdm(self, tool: Mapping[str, Any]) -> Iterator[Requirement]:
        """PDM's own development groups."""
        for group, entries in table(tool, "pdm", "dev-dependencies").items():
            yield from self._listed(entries, str(group))

    def uv(self, tool: Mapping[str, Any]) -> Iterator[Requirement]:
        """uv's development requirements from before PEP 735."""
        yield from self._listed(table(tool, "uv").get("dev-dependencies"), "dev")

    def hatch(self, tool: Mapping[str, Any]) -> Iterator[Requirement]:
        """What the metadata hooks of Hatch add, and its environments, which are for working on the project."""
        for hook in _hooks(tool):
            yield from self._listed(hook.get("dependencies"), "")
            for extra, entries in table(hook, "optional-dependencies").items():
                yield from self._listed(entries, str(extra))
        for name, environment in table(tool, "hatch", "envs").items():
            if isinstance(environment, dict):
                for key in ("dependencies", "extra-dependencies"):
                    yield from self._listed(environment.get(key), f"dev-{name}")

    def flit(self, tool: Mapping[str, Any]) -> Iterator[Requirement]:
        """Flit's own requirements and extras from before PEP 621."""
        metadata = table(tool, "flit", "metadata")
        yield from self._listed(metadata.get("requires"), "")
        for extra, entries in table(metadata, "requires-extra").items():
            yield from self._listed(entries, str(extra))

    def _listed(self, entries: object, group: str) -> Iterator[Requirement]:
        for entry in strings(entries):
            line = quoted_line(self._text, entry)
            if entry.startswith("-e "):
                yield editable(entry[3:], self._path, line, group)
                continue
            text = _FILLED_IN.sub("0", entry)
            found = parse_requirement(text, self._path, line, group, sources=self._sources)
            if found is not None:
                yield found
            if found is None or found.specifier == UNKNOWN:
                self.failures.append(broken_requirement(entry, self._path, line))


def _group(contents: Mapping[NormalizedName, object], name: str, depth: int) -> list[str]:
    found: list[str] = []
    entries = contents.get(canonicalize_name(name))
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, str):
            found.append(entry)
        elif isinstance(entry, dict) and depth < _MAX_DEPTH:
            included = entry.get("include-group")
            found += _group(contents, included, depth + 1) if isinstance(included, str) else []
    return found


def _sources(tool: Mapping[str, Any], poetry: Mapping[str, Any]) -> dict[str, Source]:
    """Where distributions come from that uv or Poetry take from elsewhere than an index."""
    found: dict[str, Source] = {}
    for name, value in (
        *table(tool, "uv", "sources").items(),
        *table(poetry, "dependencies").items(),
    ):
        for options in value if isinstance(value, list) else [value]:
            if not isinstance(options, dict):
                continue
            if options.get("workspace") or "path" in options:
                found[canonicalize_name(str(name))] = Source(local=True)
            elif isinstance(options.get("git"), str):
                reference = options.get("rev") or options.get("tag") or options.get("branch")
                url = f"git+{options['git']}" + (f"@{reference}" if reference else "")
                found[canonicalize_name(str(name))] = Source(local=False, url=url)
            elif isinstance(options.get("url"), str):
                found[canonicalize_name(str(name))] = Source(local=False, url=options["url"])
    return found


def _dynamic(
    repository: Repository, path: str, project: Mapping[str, Any], tool: Mapping[str, Any]
) -> tuple[list[Requirement], bool]:
    """Requirements that are read from files, and whether those of run time are computed in a way that cannot be seen."""
    extras = list(_dynamic_extras(repository, path, tool))
    if "dependencies" not in strings(project.get("dynamic")):
        return extras, False
    declared = table(tool, "setuptools", "dynamic", "dependencies").get("file")
    hatch = table(tool, "hatch", "metadata", "hooks", "requirements_txt").get("files")
    names = [declared] if isinstance(declared, str) else strings(declared) or strings(hatch)
    if not names:
        told = any("dependencies" in hook for hook in _hooks(tool))
        return extras, not told and not table(tool, "poetry", "dependencies")
    found, complete = read_named_files(repository, path, names)
    return [*found, *extras], not complete


def _hooks(tool: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The options of Hatch's metadata hooks; some of them, as uv-dynamic-versioning, list requirements."""
    hooks = table(tool, "hatch", "metadata", "hooks").values()
    return [hook for hook in hooks if isinstance(hook, dict)]


def _dynamic_extras(
    repository: Repository, path: str, tool: Mapping[str, Any]
) -> Iterator[Requirement]:
    """The extras that setuptools reads from files."""
    for extra, source in table(tool, "setuptools", "dynamic", "optional-dependencies").items():
        named = source.get("file") if isinstance(source, dict) else None
        names = [named] if isinstance(named, str) else strings(named)
        found, _ = read_named_files(repository, path, names, str(extra))
        yield from found


def _is_built(document: Mapping[str, Any]) -> bool:
    """Whether a distribution can be built: a build system, and something that says of what."""
    tool = table(document, "tool")
    described = bool(table(document, "project") or table(tool, "poetry") or "setuptools" in tool)
    packaged = table(tool, "poetry").get("package-mode") is not False
    packaged = packaged and table(tool, "uv").get("package") is not False
    return "build-system" in document and described and packaged


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""
