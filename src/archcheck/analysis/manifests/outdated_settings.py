"""Settings and commands outside of the code whose tool has changed how it is told what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archcheck.analysis.manifests.containers import is_compose
from archcheck.analysis.manifests.model import CiConfig, SettingUse
from archcheck.analysis.manifests.repository import (
    Repository,
    UnreadableManifestError,
    join,
)
from archcheck.analysis.manifests.tables import key_line, table
from archcheck.analysis.manifests.yaml_text import Text

_RUFF_FILES = {"pyproject.toml": ("tool", "ruff"), "ruff.toml": (), ".ruff.toml": ()}
#: Settings of the linter that ruff 0.2 moved into a table of their own.
_LINTER_SETTINGS = frozenset(
    {"allowed-confusables", "dummy-variable-rgx", "explicit-preview-rules", "extend-fixable", "extend-ignore",
     "extend-per-file-ignores", "extend-safe-fixes", "extend-select", "extend-unfixable", "extend-unsafe-fixes",
     "external", "fixable", "ignore", "isort", "logger-objects", "mccabe", "pep8-naming", "per-file-ignores",
     "pycodestyle", "pydocstyle", "pyflakes", "pylint", "pyupgrade", "select", "task-tags", "typing-modules",
     "unfixable"}
)  # fmt: skip
#: A version from before that, pinned where a hook is run.
_OLD_RUFF_HOOK = re.compile(r"ruff-pre-commit[\"']?\s{0,40}rev:\s{0,9}[\"']?v?0\.[01]\.")
_HOOKS = ".pre-commit-config.yaml"

_SETUP_TEST = re.compile(r"\bsetup\.py[ \t]+(?:-\S+[ \t]+){0,5}test(?![\w.-])")
_WITH_COMMANDS = ("tox.ini", "Makefile", "GNUmakefile", "justfile", "Justfile")
#: ``test`` is a command of the project's own, or stands for another.
_OWN_TEST_COMMAND = {
    "setup.py": re.compile(r"cmdclass\b[^#]{0,2000}(?:[\"']test[\"']|\btest\s?=)"),
    "setup.cfg": re.compile(r"^\[aliases\](?:(?!^\[)[\s\S]){0,500}^test\s?=", re.MULTILINE),
}


def setting_uses(
    repository: Repository, folder: str, deployment: Iterable[str], ci: Iterable[CiConfig]
) -> Iterator[SettingUse]:
    """Find how a member tells ruff, setuptools and Docker Compose what to do, the old way or the new.

    Args:
        repository: its files.
        folder: that holds the member's manifests.
        deployment: the files that deploy it.
        ci: the CI configurations.
    """
    for name, keys in _RUFF_FILES.items():
        path = join(folder, name)
        if path in repository:
            yield from _linter_settings(repository, path, keys)
    yield from _setup_tests(repository, folder, ci)
    for path in deployment:
        if is_compose(path):
            yield from _compose_version(repository, path)


def _linter_settings(
    repository: Repository, path: str, keys: tuple[str, ...]
) -> Iterator[SettingUse]:
    """Yield one use a file: where the settings of ruff's linter stand."""
    try:
        document, text = repository.toml(path)
    except UnreadableManifestError:
        return  # whoever reads it for its own sake tells so
    settings = table(document, *keys)
    old = [name for name in settings if _is_linter_setting(name, settings)]
    if not old:
        if table(settings, "lint"):
            yield SettingUse(path, 0, "[tool.ruff]", "lint", outdated=False)
    elif not _OLD_RUFF_HOOK.search(repository.script(_HOOKS)):
        name = " ".join((f"[{'.'.join(keys)}]", old[0])) if keys else old[0]
        yield SettingUse(path, key_line(text, old[0]), "[tool.ruff]", name)


def _is_linter_setting(name: str, settings: Mapping[str, Any]) -> bool:
    return name in _LINTER_SETTINGS or (
        name.startswith("flake8-") and isinstance(settings[name], dict)
    )


def _setup_tests(
    repository: Repository, folder: str, ci: Iterable[CiConfig]
) -> Iterator[SettingUse]:
    if any(
        pattern.search(repository.script(join(folder, name)))
        for name, pattern in _OWN_TEST_COMMAND.items()
    ):
        return
    places = {
        (command.path or config.path, command.line)
        for config in ci
        for command in config.commands
        if _SETUP_TEST.search(command.text)
    }
    for name in _WITH_COMMANDS:
        file = join(folder, name)
        for number, text in enumerate(repository.script(file).splitlines(), 1):
            if _SETUP_TEST.search(text) and not text.lstrip().startswith(("#", ";")):
                places.add((file, number))
    told = {path for path, line in places if line}
    for path, line in sorted(places):
        if line or path not in told:  # an environment of tox tells no line
            yield SettingUse(path, line, "setup.py test", "setup.py test")


def _compose_version(repository: Repository, path: str) -> Iterator[SettingUse]:
    try:
        documents = repository.yaml(path)
    except UnreadableManifestError:
        return
    for document in documents[:1]:
        if isinstance(document, dict) and Text("services") in document:
            written = next((key for key in document if key == "version"), None)
            if written is not None:
                yield SettingUse(path, written.line, "version:", "version")
