"""``Pipfile`` and conda's ``environment.yml``."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.model import Requirement
from archcheck.analysis.manifests.reading import line_of, read_toml, read_yaml
from archcheck.analysis.manifests.requirements import parse

_CONDA = re.compile(r"^(?:[\w.\-]+::)?([A-Za-z0-9_.\-]+)\s*(.*)$")


def read_pipfile(root: Path, path: str) -> tuple[Requirement, ...]:
    """The packages of a ``Pipfile``.

    Raises:
        UnreadableManifestError: it is no TOML.
    """
    document, text = read_toml(root, path)
    found: list[Requirement] = []
    for section, table in document.items():
        if section in ("source", "requires", "scripts", "pipenv") or not isinstance(table, dict):
            continue
        group = "" if section == "packages" else section.removesuffix("-packages")
        for name, value in table.items():
            options = value if isinstance(value, dict) else {"version": value}
            version = str(options.get("version", "*"))
            url = str(options.get("git") or options.get("file") or "")
            ref = options.get("ref")
            found.append(
                Requirement(
                    name=canonicalize_name(name),
                    text=f"{name} {version}",
                    specifier="" if version == "*" or url else version,
                    url=f"git+{url}@{ref}" if url and ref else f"git+{url}" if url else "",
                    marker=str(options.get("markers", "")),
                    group=group,
                    path=path,
                    line=line_of(text, f"\n{name}") + 1 if f"\n{name}" in text else 0,
                    local="path" in options or bool(options.get("editable")),
                )
            )
    return tuple(found)


def read_environment(root: Path, path: str) -> tuple[Requirement, ...]:
    """The packages of an ``environment.yml``, those for pip included.

    Raises:
        UnreadableManifestError: it is no YAML.
    """
    documents, text = read_yaml(root, path)
    document = documents[0] if documents and isinstance(documents[0], dict) else {}
    found: list[Requirement] = []
    for entry in document.get("dependencies") or []:
        if isinstance(entry, str):
            match = _CONDA.match(entry.strip())
            if match and match.group(1) != "python":
                version = match.group(2).strip()
                exact = version.startswith("=") and not version.startswith("==")
                found.append(
                    Requirement(
                        name=canonicalize_name(match.group(1)),
                        text=entry,
                        specifier=f"={version}".split("=build")[0] if exact else version,
                        path=path,
                        line=line_of(text, entry),
                    )
                )
        elif isinstance(entry, dict):
            for text_entry in entry.get("pip") or []:
                if isinstance(text_entry, str):
                    parsed = parse(text_entry, path, line_of(text, text_entry))
                    found += [parsed] if parsed is not None else []
    return tuple(found)
