"""What holds the coverage of the tests: a limit of the project's own, or a service that compares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archcheck.analysis.manifests.model import CiConfig, CoverageGate
from archcheck.analysis.manifests.repository import (
    Repository,
    UnreadableManifestError,
    join,
)
from archcheck.analysis.manifests.tables import key_line, table
from archcheck.analysis.manifests.yaml_text import Node, Text

_NUMBER = r"[\"', ]*(?:=|[ \t,]+)[\"' ]*(\d{1,3}(?:\.\d+)?)"
_OPTION = re.compile(
    rf"--cov-fail-under{_NUMBER}|\b(?:coverage|diff-cover)\b[^\n]{{0,500}}--fail-under{_NUMBER}"
)
_SETTINGS = {
    ".coveragerc": "report",
    "setup.cfg": "coverage:report",
    "tox.ini": "coverage:report",
}
_TOML_SETTINGS = {
    "pyproject.toml": ("tool", "coverage", "report"),
    ".coveragerc.toml": ("tool", "coverage", "report"),
}
_WITH_COMMANDS = (
    "pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini", "pytest.toml", "noxfile.py", "Makefile",
    "GNUmakefile", "justfile", "Justfile", ".justfile", "Taskfile.yml", "tasks.py", "dodo.py", "Pipfile", "package.json",
)  # fmt: skip
_CODECOV = ("codecov.yml", ".codecov.yml", "codecov.yaml", ".codecov.yaml", ".github/codecov.yml", "dev/codecov.yml")  # fmt: skip
_CODECOV_UPLOAD = re.compile(r"\bcodecov\b", re.IGNORECASE)
_OTHER_SERVICE = re.compile(
    r"\bcoveralls|\bsonar(?:source|cloud|qube|-scanner)|codacy-coverage|\bqlty\b", re.IGNORECASE
)
_COVERAGE_ACTION = re.compile(
    r"\buses:[ ]*(?!\./|codecov/)\S*?(?:(?<![a-z])cov|coverage)", re.IGNORECASE
)
_OFF = frozenset({"off", "no", "false"})
_ON = frozenset({"on", "yes", "true"})


def coverage_gates(
    repository: Repository, folders: Iterable[str], ci: Iterable[CiConfig]
) -> Iterator[CoverageGate]:
    """Find what ends a run, or marks a change, when too little is covered.

    Args:
        repository: its files.
        folders: where the settings of the tests may lie.
        ci: the CI configurations.
    """
    for folder in dict.fromkeys(folders):
        yield from _limits(repository, folder)
        yield from _options(repository, folder)
    services: list[str] = []
    for config in ci:
        for command in config.commands:
            for percent in _percentages(command.text):
                yield CoverageGate(command.path or config.path, command.line, percent)
        text = repository.script(config.path)
        services += [config.path] if _CODECOV_UPLOAD.search(text) else []
        for pattern, certain in ((_OTHER_SERVICE, True), (_COVERAGE_ACTION, False)):
            found = pattern.search(text)
            if found:
                line = text.count("\n", 0, found.start()) + 1
                yield CoverageGate(config.path, line, certain=certain)
    if "sonar-project.properties" in repository:
        yield CoverageGate("sonar-project.properties", 1)
    settings = next((path for path in _CODECOV if path in repository), "")
    if settings and _codecov_compares(repository, settings):
        yield CoverageGate(settings, 1)
    elif services and not settings:
        yield CoverageGate(services[0], 0)


def _limits(repository: Repository, folder: str) -> Iterator[CoverageGate]:
    """Yield the limits that coverage.py is told in a file."""
    for name, section in _SETTINGS.items():
        path = join(folder, name)
        if path in repository:
            try:
                sections, text = repository.ini(path)
            except UnreadableManifestError:
                continue
            yield from _limit(sections.get(section, {}).get("fail_under"), path, text)
    for name, keys in _TOML_SETTINGS.items():
        path = join(folder, name)
        if path in repository:
            try:
                document, text = repository.toml(path)
            except UnreadableManifestError:
                continue
            yield from _limit(table(document, *keys).get("fail_under"), path, text)


def _limit(value: object, path: str, text: str) -> Iterator[CoverageGate]:
    try:
        percent = float(str(value)) if value is not None else 0.0
    except ValueError:
        return
    if percent > 0:
        yield CoverageGate(path, key_line(text, "fail_under"), percent)


def _options(repository: Repository, folder: str) -> Iterator[CoverageGate]:
    """Yield the limits that pytest and coverage.py are told in commands and options."""
    for name in _WITH_COMMANDS:
        path = join(folder, name)
        if path in repository:
            for number, line in enumerate(repository.script(path).splitlines(), 1):
                if not line.lstrip().startswith(("#", ";")):
                    for percent in _percentages(line):
                        yield CoverageGate(path, number, percent)


def _percentages(text: str) -> Iterator[float]:
    if "fail-under" in text:
        for match in _OPTION.finditer(text):
            percent = float(match[1] or match[2])
            if percent > 0:
                yield percent


def _codecov_compares(repository: Repository, path: str) -> bool:
    """Whether Codecov marks a change that lowers the coverage, as it does unless it is told not to."""
    try:
        documents = repository.yaml(path)
    except UnreadableManifestError:
        return False
    document: Node = documents[0] if documents else {}
    status = _value(_value(document, "coverage"), "status")
    if status is None:
        return True
    if not isinstance(status, dict):
        return str(status).lower() not in _OFF
    return any(_marks(status.get(Text(name), Text("on"))) for name in ("project", "patch"))


def _marks(status: Node) -> bool:
    """Whether a status of Codecov may fail."""
    if not isinstance(status, dict):
        return str(status).lower() not in _OFF
    kinds = [value for value in status.values() if isinstance(value, dict)] or [status]
    return any(str(kind.get(Text("informational"), "")).lower() not in _ON for kind in kinds)


def _value(node: Node | None, key: str) -> Node | None:
    return node.get(Text(key)) if isinstance(node, dict) else None
