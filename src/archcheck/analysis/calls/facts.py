"""What survives of a decorator once its tree is gone."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from archcheck.record import Interned, Record


class Wrapping(Record, frozen=True):
    """What a decorator makes of a function: it hands it back as it came, or in a wrapper that surely calls it.

    Attributes:
        runs: functions that run in one of these ways, see `archcheck.analysis.facts.FunctionFact.runs`, still run so.
        returns: a call gives what the function gives.
        configured: the decorator is what a call gives: ``@retry(3)``.
        shifts: arguments of the wrapper's own stand before those of the call, so that they have other places.
    """

    runs: frozenset[Interned]
    returns: bool
    configured: bool = False
    shifts: bool = False


def configured(made: Wrapping | None) -> Wrapping | None:
    """What a decorator is whose call gives one that makes this of a function; None when that is unknown."""
    return None if made is None or made.configured else replace(made, configured=True)


def composed(outer: Wrapping, inner: Iterable[Wrapping]) -> list[Wrapping]:
    """What a decorator makes of that which others made; what runs in no way any more is left out."""
    return [
        Wrapping(
            each.runs & outer.runs,
            each.returns and outer.returns,
            shifts=each.shifts or outer.shifts,
        )
        for each in inner
        if each.runs & outer.runs
    ]
