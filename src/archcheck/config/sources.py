"""Where settings are read from: files, environment variables, options. Values only; nothing is validated."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli
from msgspec import Struct

from archcheck.config.names import kebab, nearest
from archcheck.config.settings import Settings
from archcheck.files import read_at_most

PREFIX = "ARCHCHECK_"
"""Begins the name of every environment variable that is a setting."""

NOT_SETTINGS = frozenset({"ARCHCHECK_DEBUG"})
"""Variables with the prefix that the command line reads itself."""

_MAX_BYTES = 1_000_000
_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_LISTS = frozenset({"kinds", "exclude", "source-roots", "select", "ignore", "extend-select"})
_TABLES = frozenset({"layers", "rules", "weights", "fail-under-principle", "per-file-ignores"})
_ADDING = frozenset({"ignore", "extend-select", "exclude"})

Key = tuple[str, ...]
"""A setting's place: ``("rules", "call-without-timeout", "severity")``."""


class OriginKind(enum.Enum):
    """What kind of place a value comes from, in ascending precedence."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    OPTION = "option"


class Origin(Struct, frozen=True):
    """Where a value comes from.

    Attributes:
        kind: of place.
        name: of the file or variable; ``""`` for a default or an option.
        table: dotted name of the table in the file, ``""`` for its top level.
    """

    kind: OriginKind
    name: str = ""
    table: str = ""

    def spell(self, key: Key) -> str:
        """Return the place and the key as the user wrote them."""
        if self.kind is OriginKind.ENVIRONMENT:
            return self.name
        if self.kind is OriginKind.OPTION:
            return f"--{key[0]}"
        table = tuple(self.table.split(".")) if self.table else ()
        return f"{self.name}: `{dotted((*table, *key))}`"

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}".strip()


class Layer(Struct, frozen=True):
    """The settings of one place, by kebab-case key."""

    origins: Mapping[str, Origin]
    values: Mapping[str, Any]
    adds: bool = False


def dotted(key: Key) -> str:
    """Return a key as TOML writes it, quoting the parts that need it."""
    return ".".join(
        part if re.fullmatch(r"[\w-]+", part, re.ASCII) else f'"{part}"' for part in key
    )


def file_layer(path: Path, shown: str, problems: list[str], *, table: bool) -> Layer | None:
    """Read a configuration file.

    Args:
        path: of the file.
        shown: its name in messages.
        problems: receives what is wrong.
        table: the settings stand in ``[tool.archcheck]``, not at the top level.

    Returns:
        its settings, or None without any: no such table, or a problem.
    """
    try:
        data, size = read_at_most(path, _MAX_BYTES)
        if size > _MAX_BYTES:
            problems.append(f"{shown}: larger than {_MAX_BYTES} bytes")
            return None
        document = tomli.loads(data.decode("utf-8"))
    except OSError as error:
        problems.append(f"{shown}: cannot be read: {error.strerror}")
        return None
    except UnicodeDecodeError:
        problems.append(f"{shown}: invalid TOML: not UTF-8")
        return None
    except ValueError as error:  # also a number of thousands of digits
        problems.append(_bad_toml(shown, str(error)))
        return None
    except RecursionError:
        problems.append(f"{shown}: invalid TOML: nested too deeply")
        return None
    if table:
        tool = document.get("tool")
        values = tool.get("archcheck") if isinstance(tool, dict) else None
    else:
        values = document
    if values is None:
        return None
    name = "tool.archcheck" if table else ""
    if not isinstance(values, dict):
        problems.append(f"{shown}: `{name}`: must be a table")
        return None
    origin = Origin(OriginKind.FILE, shown, name)
    return Layer(dict.fromkeys(values, origin), values)


def _bad_toml(shown: str, message: str) -> str:
    match = _LINE.search(message)
    if match is None:
        return f"{shown}: invalid TOML: {message}"
    return f"{shown}:{match[1]}:{match[2]}: invalid TOML: {message[: match.start()]}"


def environment_layer(environment: Mapping[str, str], problems: list[str]) -> Layer:
    """Read the ``ARCHCHECK_*`` variables. Lists are comma-separated; an empty variable says nothing."""
    keys = {_variable(key): key for key in setting_keys()}
    values: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    for name in sorted(environment):
        text = environment[name].strip()
        if not name.startswith(PREFIX) or name in NOT_SETTINGS or not text:
            continue
        key = keys.get(name)
        if key is None:
            close = nearest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in keys])
            problems.append(f"{name}: unknown setting{close.replace('`', f'`{PREFIX}', 1)}")
        elif key in _TABLES:
            problems.append(f"{name}: `{key}` is a table and belongs in the configuration file")
        else:
            values[key] = list(_items(text)) if key in _LISTS else text
            origins[key] = Origin(OriginKind.ENVIRONMENT, name)
    return Layer(origins, values)


def ci_layer(environment: Mapping[str, str]) -> Layer:
    """``ci`` is on by itself when ``CI`` is set; it gives way to every explicit setting."""
    if environment.get("CI", "").strip().lower() in ("", "0", "false", "no", "off"):
        return Layer({}, {})
    return Layer({"ci": Origin(OriginKind.ENVIRONMENT, "CI")}, {"ci": True})


def option_layer(options: Mapping[str, object]) -> Layer:
    """The options of the command line; lists of what to leave out or add extend those below."""
    return Layer(dict.fromkeys(options, Origin(OriginKind.OPTION)), options, adds=True)


def merge(layers: list[Layer]) -> tuple[dict[str, Any], dict[Key, Origin]]:
    """Put layers on top of one another, tables key by key.

    Args:
        layers: lowest precedence first.

    Returns:
        the values, and for each the place that it comes from.
    """
    values: dict[str, Any] = {}
    origins: dict[Key, Origin] = {}
    for layer in layers:
        for key, value in layer.values.items():
            origin = layer.origins[key]
            if layer.adds and key in _ADDING and isinstance(values.get(key), list):
                value = [*values[key], *_as_list(value)]
            _put(values, origins, (key,), value, origin)
    return values, origins


def _put(
    values: dict[str, Any], origins: dict[Key, Origin], key: Key, value: object, origin: Origin
) -> None:
    name = key[-1]
    if isinstance(value, dict) and key[0] in _TABLES:
        inner = values.get(name)
        values[name] = inner = dict(inner) if isinstance(inner, dict) else {}
        origins[key] = origin
        for part, each in value.items():
            _put(inner, origins, (*key, str(part)), each, origin)
    else:
        values[name] = value
        origins[key] = origin


def setting_keys() -> tuple[str, ...]:
    """Every key of the settings, kebab-case."""
    return tuple(kebab(name) for name in Settings.model_fields)


def _variable(key: str) -> str:
    return PREFIX + key.upper().replace("-", "_")


def _items(text: str) -> Iterator[str]:
    return (item.strip() for item in text.split(",") if item.strip())


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
