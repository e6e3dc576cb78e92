"""Does a type checker refuse functions that say no types, in which files, and does CI run it?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archcheck.analysis.manifests.commands import segments
from archcheck.analysis.manifests.model import CiConfig, TypeChecker
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError, join
from archcheck.analysis.manifests.tables import strings, table

_MYPY_FLAGS = ("strict", "disallow_untyped_defs")
_STRICT_ARGUMENTS = frozenset({"--strict", "--disallow-untyped-defs"})
_YES = frozenset({"1", "on", "true", "yes"})
_NO = frozenset({"0", "off", "false", "no"})
_PYRIGHT = ("pyright", "basedpyright")
_STRICT_MODES = frozenset({"all", "strict"})
_STRICT_JSON = re.compile(r'"typeCheckingMode"\s*:\s*"(?:all|strict)"')
_PROGRAMS = frozenset({"mypy", "dmypy", *_PYRIGHT})
_HOOK = re.compile(r"^[ \t-]*id:[ \t]*(?:mypy|pyright|basedpyright)[ \t]*$", re.MULTILINE)
_HOOKS_FILE = ".pre-commit-config.yaml"
_Settings = Mapping[str, Any]


def strict_type_checker(
    repository: Repository, folder: str, ci: Iterable[CiConfig]
) -> TypeChecker | None:
    """The checker that refuses functions without types, by its configuration or its arguments in CI.

    Args:
        repository: its files.
        folder: where the member's manifests lie.
        ci: the configurations that serve the member.
    """
    runs = [(config.path, each) for config in ci for each in _checks(config, repository)]
    found = next(filter(None, _configured(repository, folder, in_ci=bool(runs))), None)
    if found is None:
        strict = (path for path, each in runs if not _STRICT_ARGUMENTS.isdisjoint(each))
        path = next(strict, "")
        found = TypeChecker(path, in_ci=True) if path else None
    return found


def _checks(config: CiConfig, repository: Repository) -> Iterator[tuple[str, ...]]:
    """The arguments of the type checkers that a CI configuration runs."""
    for command in config.commands:
        for segment in segments(command.text):
            words = (segment.name, *segment.arguments)
            as_module = "-m" in words and not _PROGRAMS.isdisjoint(words)
            as_hook = segment.name in ("pre-commit", "prek") and _HOOK.search(
                repository.script(_HOOKS_FILE)
            )
            if segment.name in _PROGRAMS or as_module or as_hook:
                yield segment.arguments


def _configured(
    repository: Repository, folder: str, *, in_ci: bool
) -> Iterator[TypeChecker | None]:
    """What each file says in which a checker may be configured."""
    for name in ("mypy.ini", ".mypy.ini", "setup.cfg"):
        path = join(folder, name)
        if path in repository:
            yield _mypy_ini(repository, path, in_ci=in_ci)
    path = join(folder, "pyproject.toml")
    if path in repository:
        yield _pyproject(repository, path, in_ci=in_ci)
    path = join(folder, "pyrightconfig.json")
    if path in repository and _STRICT_JSON.search(repository.script(path)):
        yield TypeChecker(path, in_ci)


def _mypy_ini(repository: Repository, path: str, *, in_ci: bool) -> TypeChecker | None:
    try:
        sections, _ = repository.ini(path)
    except UnreadableManifestError:  # told where the project is read from it
        return None
    lenient = [
        name.removeprefix("mypy-")
        for name, settings in sections.items()
        if name.startswith("mypy-") and _is_lenient(settings)
    ]
    patterns = [part.strip() for name in lenient for part in name.split(",")]
    settings = sections.get("mypy", {})
    files = re.split(r"[,\s]+", settings.get("files", ""))
    return _mypy(path, settings, files, patterns, in_ci=in_ci)


def _pyproject(repository: Repository, path: str, *, in_ci: bool) -> TypeChecker | None:
    try:
        tool = table(repository.toml(path)[0], "tool")
    except UnreadableManifestError:
        return None
    if any(_word(table(tool, name).get("typeCheckingMode")) in _STRICT_MODES for name in _PYRIGHT):
        return TypeChecker(path, in_ci)
    settings = table(tool, "mypy")
    overrides = settings.get("overrides")
    lenient = [
        pattern
        for each in (overrides if isinstance(overrides, list) else [])
        if isinstance(each, dict) and _is_lenient(each)
        for pattern in _one_or_many(each.get("module"))
    ]
    return _mypy(path, settings, _one_or_many(settings.get("files")), lenient, in_ci=in_ci)


def _mypy(
    path: str, settings: _Settings, files: Iterable[str], lenient: Iterable[str], *, in_ci: bool
) -> TypeChecker | None:
    if not any(_word(settings.get(flag)) in _YES for flag in _MYPY_FLAGS):
        return None
    if _word(settings.get(_MYPY_FLAGS[1])) in _NO:
        return None
    folder = path.rpartition("/")[0]
    paths = (join(folder, each.removeprefix("./").rstrip("/")) for each in files if each)
    return TypeChecker(path, in_ci, tuple(paths), tuple(lenient))


def _is_lenient(settings: _Settings) -> bool:
    """Whether functions without types pass in the modules that the settings are for."""
    return (
        _word(settings.get("ignore_errors")) in _YES
        or _word(settings.get("disallow_untyped_defs")) in _NO
        or _word(settings.get("strict")) in _NO
    )


def _one_or_many(value: object) -> list[str]:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else strings(value)


def _word(value: object) -> str:
    return str(value).lower()
