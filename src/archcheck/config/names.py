"""Names as people write them: kebab-case keys, and the nearest valid one to a misspelt one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def kebab(name: str) -> str:
    """Return the key in a configuration file for an attribute: ``fail_under`` is ``fail-under``."""
    return name.replace("_", "-")


def nearest(name: object, valid: Iterable[str]) -> str:
    """Return ``"; did you mean `x`?"`` for the valid name closest to ``name``, or ``""`` if none is close."""
    text = str(name)
    by_lower = {each.lower(): each for each in valid}
    close = difflib.get_close_matches(text.lower().replace("_", "-"), by_lower, n=1, cutoff=0.6)
    return f"; did you mean `{by_lower[close[0]]}`?" if close else ""
