"""Load the settings: defaults < file < environment < options, with the origin of each and every error at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from msgspec import Struct
from pydantic import BaseModel, ValidationError

from archcheck.config.names import nearest
from archcheck.config.problems import describe
from archcheck.config.select import unknown_selector
from archcheck.config.settings import Settings
from archcheck.config.sources import (
    Key,
    Layer,
    Origin,
    OriginKind,
    ci_layer,
    environment_layer,
    file_layer,
    merge,
    option_layer,
)
from archcheck.errors import ConfigError

_PYPROJECT, _OWN = "pyproject.toml", "archcheck.toml"
_HINT = "`archcheck config schema` describes every key"
_SELECTOR_KEYS = ("select", "ignore", "extend-select")


class KnownRule(Struct, frozen=True):
    """What the configuration must know of a rule to check what is said about it.

    Attributes:
        code: such as ``ARC0301``.
        options: model of its options.
    """

    code: str
    options: type[BaseModel]


class LoadedSettings(Struct, frozen=True):
    """Settings with their history.

    Attributes:
        settings: in force.
        origins: where each value comes from, by key; a key that is missing here has its default.
        file: the configuration file as named to the user, ``""`` without one.
    """

    settings: Settings
    origins: Mapping[Key, Origin]
    file: str

    def origin(self, key: Key) -> Origin:
        """Where the value at ``key`` comes from."""
        return _origin(key, self.origins)


def load(
    root: Path,
    config_file: Path | None = None,
    *,
    isolated: bool = False,
    environment: Mapping[str, str],
    options: Mapping[str, object],
    rules: Mapping[str, KnownRule],
) -> LoadedSettings:
    """Read the settings of the repository at ``root``.

    Args:
        root: its folder; ``pyproject.toml`` and ``archcheck.toml`` are looked for there.
        config_file: read this file instead.
        isolated: read no file.
        environment: the process's variables.
        options: of the command line, by kebab-case key.
        rules: every rule by name.

    Raises:
        ConfigError: with every problem found, each naming file, key and the nearest valid key.
    """
    problems: list[str] = []
    layer: Layer | None = None
    if config_file is not None:
        layer = _named_file(config_file, problems)
    elif not isolated:
        layer = _found_file(root, "", problems)
    return _settings(layer, environment, options, rules, problems)


def load_member(
    root: Path,
    member: str,
    *,
    environment: Mapping[str, str],
    options: Mapping[str, object],
    rules: Mapping[str, KnownRule],
) -> LoadedSettings | None:
    """Read the settings of a member that has a table of its own, which replaces the root's.

    Args:
        root: the repository's folder.
        member: the member's root, posix and relative.
        environment: as for `load`.
        options: as for `load`.
        rules: as for `load`.

    Returns:
        None when the member has no table, so that the root's settings apply.

    Raises:
        ConfigError: as for `load`.
    """
    problems: list[str] = []
    layer = _found_file(root, member, problems)
    if layer is None and not problems:
        return None
    return _settings(layer, environment, options, rules, problems)


def _named_file(path: Path, problems: list[str]) -> Layer | None:
    shown = path.as_posix()
    if not path.is_file():
        problems.append(f"{shown}: {'no regular file' if path.exists() else 'no such file'}")
        return None
    table = path.name == _PYPROJECT
    layer = file_layer(path, shown, problems, table=table)
    if layer is None and not problems:
        problems.append(f"{shown}: has no table `tool.archcheck`")
    return layer


def _found_file(root: Path, member: str, problems: list[str]) -> Layer | None:
    found: list[Layer] = []
    names = []
    for name in (_PYPROJECT, _OWN):
        path = root / member / name
        shown = f"{member}/{name}" if member else name
        if not path.is_file():
            continue
        if not path.resolve().is_relative_to(root.resolve()):
            problems.append(f"{shown}: a link that leads out of the repository")
            continue
        layer = file_layer(path, shown, problems, table=name == _PYPROJECT)
        if layer is not None:
            found.append(layer)
            names.append(shown)
    if len(found) > 1:
        problems.append(f"{names[0]} and {names[1]}: both configure archcheck; keep one of them")
    return found[0] if found else None


def _settings(
    layer: Layer | None,
    environment: Mapping[str, str],
    options: Mapping[str, object],
    rules: Mapping[str, KnownRule],
    problems: list[str],
) -> LoadedSettings:
    layers = [
        ci_layer(environment),
        *([layer] if layer is not None else []),
        environment_layer(environment, problems),
        option_layer(options),
    ]
    values, origins = merge(layers)
    settings = Settings()
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += describe(error, Settings, _speller((), origins))
    problems += _rule_problems(values.get("rules"), rules, origins)
    problems += _selector_problems(values, rules, origins)
    problems += _cache_problems(values.get("cache-dir"), origins)
    if problems:
        raise ConfigError(problems, _HINT)
    file = next((origin.name for origin in origins.values() if origin.kind is OriginKind.FILE), "")
    return LoadedSettings(settings, origins, file)


def _origin(key: Key, origins: Mapping[Key, Origin]) -> Origin:
    """The origin of the value at ``key``, or of the nearest table around it."""
    for length in range(len(key), 0, -1):
        if key[:length] in origins:
            return origins[key[:length]]
    return Origin(OriginKind.DEFAULT)


def _speller(table: Key, origins: Mapping[Key, Origin]) -> Callable[[Key], str]:
    """Return what names a key inside ``table`` as the user wrote it, with its place."""

    def spell(key: Key) -> str:
        whole = (*table, *key)
        return _origin(whole, origins).spell(whole)

    return spell


def _rule_problems(
    tables: object, rules: Mapping[str, KnownRule], origins: Mapping[Key, Origin]
) -> Iterator[str]:
    """What is wrong with the tables of single rules: their names and their options."""
    if not isinstance(tables, dict):
        return
    names = {rule.code: name for name, rule in rules.items()}
    for written, table in tables.items():
        key = ("rules", written)
        where = _speller((), origins)(key)
        name = names.get(str(written), str(written))
        rule = rules.get(name)
        if rule is None:
            yield f"{where}: unknown rule{nearest(written, (*rules, *names))}"
            continue
        if written != name and name in tables:
            yield f"{where}: `{name}` configures the same rule; keep one of them"
        if not isinstance(table, dict):
            continue
        options = {option: value for option, value in table.items() if option != "severity"}
        try:
            rule.options.model_validate(options)
        except ValidationError as error:
            yield from describe(error, rule.options, _speller(key, origins), also=("severity",))


def _cache_problems(folder: object, origins: Mapping[Key, Origin]) -> Iterator[str]:
    """A file of the repository, which may be a stranger's, must not choose a folder outside of it."""
    key = ("cache-dir",)
    origin = _origin(key, origins)
    if origin.kind is not OriginKind.FILE or not isinstance(folder, str):
        return
    paths = (PurePosixPath(folder), PureWindowsPath(folder))
    if any(path.is_absolute() or path.drive or ".." in path.parts for path in paths):
        yield (
            f"{origin.spell(key)}: `{folder}` leads out of the repository; "
            "`--cache-dir` and `ARCHCHECK_CACHE_DIR` may"
        )
    elif folder.strip("./\\") == "":
        yield f"{origin.spell(key)}: `{folder}` is the repository itself"


def _selector_problems(
    values: Mapping[str, object], rules: Mapping[str, KnownRule], origins: Mapping[Key, Origin]
) -> Iterator[str]:
    known = [(rule.code, name) for name, rule in rules.items()]
    for key, selectors in _selectors(values):
        for selector in selectors:
            if isinstance(selector, str):
                problem = unknown_selector(selector, known)
                if problem:
                    yield f"{_origin(key, origins).spell(key)}: {problem}"


def _selectors(values: Mapping[str, object]) -> Iterator[tuple[Key, Sequence[object]]]:
    """Every list of selectors of the raw values, passing over what has the wrong type."""
    for name in _SELECTOR_KEYS:
        listed = values.get(name)
        if isinstance(listed, (list, tuple)):
            yield (name,), listed
    entries = values.get("per-file-ignores")
    for pattern, entry in entries.items() if isinstance(entries, dict) else ():
        listed = entry.get("ignore") if isinstance(entry, dict) else entry
        if isinstance(listed, (list, tuple)):
            yield ("per-file-ignores", pattern), listed
