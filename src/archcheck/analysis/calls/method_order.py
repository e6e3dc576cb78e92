"""In which order do classes answer for a method, and does a subclass answer otherwise?"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property

from archcheck.analysis.facts import ClassFact

MARKERS = frozenset(
    {
        "abc.ABC",
        "object",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Generic",
        "typing_extensions.Protocol",
    }
)
"""Bases that only mark a class: what they add is no attribute that anybody asks for."""

_UNKNOWN = "?"
#: Bounds far beyond what people write: how many bases a class has, how deep they lie, how many there are in all.
_MAX_BASES = 40
_MAX_DEPTH = 60
_MAX_CLASSES = 400


class MethodOrder:
    """The first-party classes and their bases.

    Args:
        classes: by qualified name.
        functions: qualified names of the first-party functions and methods.
        lookup: follows a qualified name to its definition.
        unused: classes that the product makes no instance of, such as those of tests.
    """

    def __init__(
        self,
        classes: Mapping[str, ClassFact],
        functions: Iterable[str],
        lookup: Callable[[str], str],
        unused: Container[str] = frozenset(),
    ) -> None:
        self._classes = classes
        self._functions = functions
        self._lookup = lookup
        self._unused = unused
        self._orders: dict[str, tuple[str, ...]] = {}

    def order(self, name: str, depth: int = 0) -> tuple[str, ...]:
        """The class and its bases in Python's order of resolution (C3).

        A foreign base stands for all of its own bases; ``?`` is one that is unknown.
        """
        found = self._orders.get(name)
        if found is None:
            self._orders[name] = (name,)  # a class that is its own base ends here
            found = self._linearised(name, depth) if depth < _MAX_DEPTH else (name, _UNKNOWN)
            self._orders[name] = found
        return found

    def _bases(self, name: str) -> list[str]:
        fact = self._classes.get(name)
        bases = fact.bases[:_MAX_BASES] if fact is not None else ()
        return [self._lookup(base) for base in bases]

    def _linearised(self, name: str, depth: int) -> tuple[str, ...]:
        bases = self._bases(name)
        found = [name]
        pending = [
            [item for item in each if item != name]
            for each in (*(self.order(base, depth + 1) for base in bases), bases)
        ]
        while len(found) < _MAX_CLASSES and (pending := [each for each in pending if each]):
            tails = {item for each in pending for item in each[1:]}
            heads = [each[0] for each in pending]
            # Where the bases contradict each other, Python refuses the class: any order will do.
            head = next((item for item in heads if item not in tails), heads[0])
            found.append(head)
            pending = [[item for item in each if item != head] for each in pending]
        return tuple(found)

    def is_overridden(self, owner: str, method: str) -> bool:
        """Whether a first-party subclass of ``owner`` has another ``method`` than ``owner`` itself."""
        definers = self._definers.get(method, frozenset())
        own = next((name for name in self.order(owner) if name in definers), "")
        if not definers - {own}:
            return False
        return any(
            next((name for name in self.order(heir) if name in definers), "") != own
            for heir in self._heirs(owner)
        )

    def above(self, owner: str, method: str) -> str:
        """The class whose ``method`` ``super()`` finds in a method of ``owner``.

        Empty unless it is first-party, and the same whichever subclass of ``owner`` the instance is of.
        """
        answers = {self._next(each, owner, method) for each in (owner, *self._heirs(owner))}
        return answers.pop() if len(answers) == 1 else ""

    def _next(self, name: str, owner: str, method: str) -> str:
        """Who answers for ``method`` behind ``owner`` in the order of ``name``; ``""`` when nobody knows."""
        order = self.order(name)
        for each in order[order.index(owner) + 1 :] if owner in order else ():
            fact = self._classes.get(each)
            if fact is None and each in MARKERS:
                continue
            if fact is None or any(attribute == method for attribute, _ in fact.attributes):
                break
            if each in self._definers.get(method, ()):
                return each
        return ""

    @cached_property
    def _definers(self) -> Mapping[str, frozenset[str]]:
        """Simple name of a method -> the classes that define one of that name."""
        found: dict[str, set[str]] = {}
        for name in self._functions:
            owner, _, method = name.rpartition(".")
            if owner in self._classes:
                found.setdefault(method, set()).add(owner)
        return {method: frozenset(owners) for method, owners in found.items()}

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        """Class -> those that derive from it directly and are in use."""
        found: dict[str, list[str]] = {}
        for child in self._classes:
            if child not in self._unused:
                for base in self._bases(child):
                    found.setdefault(base, []).append(child)
        return found

    def _heirs(self, name: str) -> list[str]:
        """The subclasses that may stand where an instance of the class is expected."""
        found: dict[str, None] = {}
        pending = [name]
        while pending:
            for child in self._children.get(pending.pop(), ()):
                if child not in found:
                    found[child] = None
                    pending.append(child)
        return list(found)
