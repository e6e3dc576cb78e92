"""``setup.cfg``: what setuptools is told in an INI file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archcheck.analysis.manifests.model import EntryPoint, Requirement
from archcheck.analysis.manifests.pep508 import parse_requirement
from archcheck.analysis.manifests.pyproject import Declared
from archcheck.analysis.manifests.repository import (
    Repository,
    line_of,
)
from archcheck.analysis.manifests.requirements import read_named_files

_FILE = "file:"


def read_setup_cfg(repository: Repository, path: str) -> Declared:
    """Read one.

    Raises:
        UnreadableManifestError: it is no INI file.
    """
    sections, text = repository.ini(path)
    metadata, options = sections.get("metadata", {}), sections.get("options", {})
    required = options.get("install_requires")
    found = list(_requirements(required or "", "", text, path))
    complete = True
    if required is not None and required.strip().startswith(_FILE):
        names = required.strip().removeprefix(_FILE).replace("\n", ",").split(",")
        found, complete = read_named_files(
            repository, path, [name.strip() for name in names if name.strip()]
        )
    for extra, value in sections.get("options.extras_require", {}).items():
        found += _requirements(value, extra, text, path)
    for option, group in (("tests_require", "test"), ("setup_requires", "build")):
        found += _requirements(options.get(option, ""), group, text, path)
    version = metadata.get("version", "")
    return Declared(
        name=metadata.get("name", "").strip(),
        version="" if version.startswith((_FILE, "attr:")) else version.strip(),
        requires_python=options.get("python_requires", "").strip(),
        has_build_system="name" in metadata,
        entry_points=tuple(
            # pbr, of OpenStack, leaves the prefix away.
            point
            for section in ("options.entry_points", "entry_points")
            for point in entry_points_of(sections.get(section, {}))
        ),
        dynamic=not complete,
        settles=required is not None and complete,
        requirements=tuple(found),
    )


def _requirements(value: str, extra: str, text: str, path: str) -> Iterator[Requirement]:
    for entry in value.splitlines():
        entry = re.sub(r"(?:^|\s)#.*", "", entry).strip()
        found = parse_requirement(entry, path, line_of(text, entry), extra)
        if found is not None:
            yield found


def entry_points_of(groups: Mapping[str, str]) -> Iterator[EntryPoint]:
    """Yield the entry points that groups of ``name = target`` lines hold."""
    for group, lines in groups.items():
        for line in lines.splitlines():
            name, equal, target = line.partition("=")
            if equal and not line.strip().startswith("#"):
                yield EntryPoint(group.strip(), name.strip(), target.strip())


def ini_groups(text: str) -> dict[str, str]:
    """The groups of entry points that one text holds, as ``entry_points.txt`` has them."""
    groups: dict[str, str] = {}
    current = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1].strip()
        elif current:
            groups[current] = f"{groups.get(current, '')}\n{line}"
    return groups
