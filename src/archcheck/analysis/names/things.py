"""What paths lead to, once the whole program is known: modules, classes, functions and instances."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archcheck.analysis.names.library import CALLED_INSTANCES, ENTERED, returned
from archcheck.analysis.names.paths import MAX_ALTERNATIVES

ENTER = frozenset({"__enter__", "__aenter__"})


class Thing(Struct, frozen=True):
    """What a path leads to.

    Attributes:
        name: qualified name of a module, class or function, or of the class of an instance.
        instance: it is an instance of the class ``name``; of a function made a context manager: its result.
        receiver: the class on whose instance a method was looked up.
    """

    name: str
    instance: bool = False
    receiver: str = ""


Things = tuple[Thing, ...]
UNKNOWN: Things = ()


def united(alternatives: Sequence[Things]) -> Things:
    """All that several alternatives lead to; unknown when one of them is, or when there are too many."""
    if len(alternatives) == 1:
        return alternatives[0]
    if not all(alternatives):
        return UNKNOWN
    found = tuple(dict.fromkeys(thing for things in alternatives for thing in things))
    return found if len(found) <= MAX_ALTERNATIVES else UNKNOWN


def called(thing: Thing, times: int) -> Things:
    """What calls of a library's function or class, one after the other, give."""
    for _ in range(times):
        owner, _, last = thing.name.rpartition(".")
        if thing.instance:
            kind = CALLED_INSTANCES.get(thing.name, "")
        elif last in ENTER:
            kind = ENTERED.get(owner, owner)
        else:
            kind = returned(thing.name)
        if not kind:
            return UNKNOWN
        thing = Thing(kind, instance=True)
    return (thing,)
