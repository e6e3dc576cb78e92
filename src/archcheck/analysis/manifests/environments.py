"""``Pipfile`` and conda's ``environment.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.model import UNKNOWN, Requirement
from archcheck.analysis.manifests.pep508 import editable, parse_requirement
from archcheck.analysis.manifests.repository import Repository
from archcheck.analysis.manifests.requirements import read_named_files
from archcheck.analysis.manifests.tables import key_line, strings
from archcheck.analysis.manifests.yaml_text import Text

_NO_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv"})
_CONDA = re.compile(r"(?:[\w.-]+::)?([\w.-]+)\s*(?:\[[^\]]*\])?\s*(.*)")
_INTERPRETER = frozenset({"python", "pip", "pypy"})


def read_pipfile(repository: Repository, path: str) -> list[Requirement]:
    """The packages of a ``Pipfile``.

    Raises:
        UnreadableManifestError: it is no TOML.
    """
    document, text = repository.toml(path)
    return [
        _pipfile_requirement(name, value, section, text, path)
        for section, packages in document.items()
        if section not in _NO_PACKAGES and isinstance(packages, dict)
        for name, value in packages.items()
    ]


def _pipfile_requirement(
    name: str, value: object, section: str, text: str, path: str
) -> Requirement:
    options: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
    version = str(options.get("version", "*"))
    url = str(options.get("file") or "")
    if isinstance(options.get("git"), str):
        url = f"git+{options['git']}" + (f"@{options['ref']}" if options.get("ref") else "")
    return Requirement(
        name=canonicalize_name(name),
        text=f"{name} {version}" if version != "*" else name,
        specifier="" if url else _specifier(version),
        url=url,
        extras=tuple(strings(options.get("extras"))),
        marker=str(options.get("markers", "")),
        group="" if section == "packages" else section.removesuffix("-packages"),
        path=path,
        line=key_line(text, name),
        local="path" in options or (bool(options.get("editable")) and not url),
    )


def _specifier(version: str) -> str:
    try:
        return "" if version in ("*", "") else str(SpecifierSet(version))
    except ValueError:  # no specifier, or a number of thousands of digits
        return UNKNOWN


def read_environment(repository: Repository, path: str) -> list[Requirement]:
    """The packages of an ``environment.yml``, those for pip included.

    Raises:
        UnreadableManifestError: it is no YAML.
    """
    found: list[Requirement] = []
    for document in repository.yaml(path)[:1]:
        if isinstance(document, dict):
            entries = document.get(Text("dependencies"))
            found += _environment_requirements(repository, entries, path)
    return found


def _environment_requirements(
    repository: Repository, entries: object, path: str
) -> Iterator[Requirement]:
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Text):
            match = _CONDA.fullmatch(entry.strip())
            if match and match[1] not in _INTERPRETER:
                name = canonicalize_name(match[1])
                specifier = conda_specifier(match[2])
                yield Requirement(name, str(entry), specifier, path=path, line=entry.line)
        elif isinstance(entry, dict):
            for text in strings(entry.get(Text("pip"))):
                yield from _pip_requirement(repository, text, path)


def _pip_requirement(repository: Repository, text: str, path: str) -> Iterator[Requirement]:
    """One line for pip; unlike in a requirements file it may name such a file or a path."""
    line = getattr(text, "line", 0)
    option, _, value = text.strip().partition(" ")
    if option in ("-r", "--requirement"):
        yield from read_named_files(repository, path, [value.strip()])[0]
    elif option in ("-e", "--editable"):
        yield editable(value, path, line)
    elif (found := parse_requirement(text, path, line)) is not None:
        yield found


def conda_specifier(version: str) -> str:
    """Conda's version constraint as PEP 440 specifiers.

    >>> conda_specifier("=1.2"), conda_specifier("==1.2"), conda_specifier("=1.2.3=h1_0"), conda_specifier(">=1,<2")
    ('==1.2.*', '==1.2', '==1.2.3', '<2,>=1')
    """
    version = version.strip().replace(" ", "")
    exact = re.fullmatch(r"=?([^=<>!~,|*]+)=([^=<>!~,|]+)", version)
    fuzzy = re.fullmatch(r"=([^=<>!~,|]+)", version)
    if exact:
        version = f"=={exact[1]}"
    elif fuzzy:
        version = f"=={fuzzy[1].rstrip('.*')}.*"
    elif version[:1].isdigit():
        version = f"=={version}"
    return _specifier(version)
