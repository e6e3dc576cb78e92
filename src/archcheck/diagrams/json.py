"""``json``: the diagram as data, for programs."""

from __future__ import annotations

import json

from msgspec import to_builtins

from archcheck.diagrams import Diagram

_VERSION = 1


def render(diagram: Diagram) -> str:
    """Return an object with ``title``, ``groups``, ``nodes``, ``edges`` and ``notes``."""
    document = {"schema_version": _VERSION, **to_builtins(diagram)}
    return json.dumps(document, indent=2) + "\n"
