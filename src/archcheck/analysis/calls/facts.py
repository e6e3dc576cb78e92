"""What survives of a decorator once its tree is gone."""

from __future__ import annotations

from archcheck.record import Interned, Record


class Wrapping(Record, frozen=True):
    """What a decorator makes of a function: it hands it back as it came, or in a wrapper that surely calls it.

    Attributes:
        runs: functions that run in one of these ways, see `archcheck.analysis.facts.FunctionFact.runs`, still run so.
        returns: a call gives what the function gives.
        configured: the decorator is what a call gives: ``@retry(3)``.
    """

    runs: frozenset[Interned]
    returns: bool
    configured: bool = False
