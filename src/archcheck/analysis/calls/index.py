"""The calls of one file by the names of what they call, so that whoever asks for a few need not look at all."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Sequence

from archcheck.analysis.names.declared_types import Names


class CallIndex:
    """Finds calls by the last segment of their callee.

    A call stands under the segment that is written and under those of the qualified names that the callee may
    stand for: an alias (``from requests import get as fetch``) hides the one and not the other.

    Args:
        calls: in source order.
        names: resolves a callee.
    """

    def __init__(self, calls: Sequence[ast.Call], names: Callable[[ast.expr], Names]) -> None:
        self._calls = calls
        self._places: dict[str, list[int]] = {}
        self._matched: dict[re.Pattern[str], list[ast.Call]] = {}
        places = self._places
        for place, call in enumerate(calls):
            func = call.func
            written = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if written:
                places.setdefault(written, []).append(place)
            for name in names(func):
                last = name.rpartition(".")[2]
                if last != written:
                    places.setdefault(last, []).append(place)

    def named(self, segments: Collection[str]) -> list[ast.Call]:
        """The calls under any of these segments, in source order."""
        return self._under(self._places.keys() & segments)

    def matching(self, pattern: re.Pattern[str]) -> list[ast.Call]:
        """The calls under any segment that begins as ``pattern`` says, in source order."""
        if pattern not in self._matched:
            segments = {segment for segment in self._places if pattern.match(segment)}
            self._matched[pattern] = self._under(segments)
        return self._matched[pattern]

    def _under(self, found: set[str]) -> list[ast.Call]:
        places = self._places
        if not found:
            return []
        if len(found) == 1:
            kept = places[next(iter(found))]
        else:
            kept = sorted({place for segment in found for place in places[segment]})
        return [self._calls[place] for place in kept]
