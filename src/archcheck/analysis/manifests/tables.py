"""Helpers for TOML tables that may hold anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from archcheck.analysis.manifests.model import CONSOLE_SCRIPTS, EntryPoint
from archcheck.analysis.manifests.repository import line_of


def table(parent: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """The table at a path of keys; an empty one when there is none."""
    node: Any = parent
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def strings(value: object) -> list[str]:
    """The strings of a list; empty when it is none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def entry_points(scripts: Mapping[str, Any], groups: Mapping[str, Any]) -> tuple[EntryPoint, ...]:
    """The entry points of a table of scripts and a table of groups."""
    tables = [(CONSOLE_SCRIPTS, scripts), *groups.items()]
    return tuple(
        EntryPoint(str(group), str(name), target if isinstance(target, str) else "")
        for group, content in tables
        if isinstance(content, dict)
        for name, target in sorted(content.items())
    )


def quoted_line(text: str, value: str) -> int:
    """The line of a quoted string, 0 when nowhere.

    TOML readers tell no lines, so the text is searched: of a string that stands twice, the first place is told.
    """
    escaped = value.replace('"', '\\"')
    return line_of(text, f'"{escaped}"') or line_of(text, f"'{value}'")


def key_line(text: str, key: str) -> int:
    """The line on which a key is given a value, 0 when nowhere; of several the first."""
    found = re.search(rf"""^[ \t]*['"]?{re.escape(key)}['"]?[ \t]*=""", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0
