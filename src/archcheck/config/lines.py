"""In which line of a configuration file does a value stand? The TOML parser does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tomli

_MAX_TRIES = 50
_MARK = "_archcheck_mark_"


def line_of(text: str, key: Sequence[str], value: str) -> int:
    """Return the line of a TOML document in which a text stands that belongs to the value at ``key``.

    Each line that has the text is tried: the value is in the one whose change changes what is parsed.

    Args:
        text: the document.
        key: of the value: a text, a list of texts or a table whose keys count too.
        value: what stands in it.

    Returns:
        the line, from 1; 0 when none of them is it.
    """
    lines = text.split("\n")
    try:
        before = _at(tomli.loads(text), key)
    except (tomli.TOMLDecodeError, RecursionError):
        return 0
    candidates = [number for number, line in enumerate(lines) if value in line]
    for number in candidates[:_MAX_TRIES]:
        changed = lines[number].replace(value, _MARK)
        try:
            after = _at(
                tomli.loads("\n".join([*lines[:number], changed, *lines[number + 1 :]])), key
            )
        except (tomli.TOMLDecodeError, RecursionError):
            continue
        if after != before:
            return number + 1
    return 0


def _at(document: Any, key: Sequence[str]) -> Any:
    """What stands at ``key``; None when there is nothing."""
    for part in key:
        document = document.get(part) if isinstance(document, dict) else None
    return document
