"""How long do the instances of a class live, and who closes what they hold?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.names.hierarchy import Hierarchy
from archcheck.analysis.names.linker import Linker
from archcheck.model import Role


class Lifetimes:
    """What the modules together tell.

    Args:
        facts: of every analysed module.
        linker: follows names through the modules.
        hierarchy: who derives from whom.
    """

    def __init__(self, facts: Sequence[ModuleFacts], linker: Linker, hierarchy: Hierarchy) -> None:
        self._facts = facts
        self._linker = linker
        self._hierarchy = hierarchy

    def is_held_by_module(self, name: str) -> bool:
        """Whether an instance of the class, or of a subclass, lives as long as the process.

        Some module makes or holds it at its own level, a function whose results `functools` keeps gives it, or
        an attribute of such an instance holds it. Tests do not count: what they hold says nothing of the product.
        """
        return self._linker.lookup(name) in self._held_classes

    @cached_property
    def _held_classes(self) -> frozenset[str]:
        pending: list[str] = []
        for module in self._linker.modules.values():
            if module.role is not Role.TEST:
                pending.extend(module.calls)
                pending.extend(self._kept_instances(module))
        found: set[str] = set()
        classes = self._linker.classes
        while pending:
            current = self._linker.lookup(pending.pop())
            if current in classes and current not in found:
                found.add(current)
                pending.extend(classes[current].bases)
                pending.extend(self._instances(path for _, path in classes[current].attributes))
        return frozenset(found)

    def _kept_instances(self, module: ModuleFacts) -> Iterator[str]:
        """The classes of what a module's variables hold and its cached functions give."""
        paths = [
            *(path for _, path in module.variables),
            *(function.returns for function in module.functions if function.cached),
        ]
        yield from self._instances(paths)

    def _instances(self, paths: Iterable[str]) -> Iterator[str]:
        """The classes of the instances that paths lead to."""
        for path in paths:
            thing = self._linker.follow(path)
            if thing is not None and thing.instance:
                yield thing.name

    def is_closed_elsewhere(self, name: str, attribute: str, *, shows_itself: bool) -> bool | None:
        """Whether a base or subclass of the class ``name`` closes its ``attribute``; None when somebody may.

        Args:
            name: of the class.
            attribute: that holds a resource.
            shows_itself: its instances hand themselves to others, which may take the attribute over.
        """
        if f".{attribute}" in self._closers or (shows_itself and attribute in self._closers):
            return None
        answers = [
            relation
            for owner in self._closers.get(attribute, ())
            for relation in (
                self._hierarchy.derives(name, frozenset({owner})),
                self._hierarchy.derives(owner, frozenset({name})),
            )
        ]
        if any(answers):
            return True
        return None if None in answers else False

    @cached_property
    def _closers(self) -> Mapping[str, tuple[str, ...]]:
        """Attribute -> the classes that close it on ``self``; ``.attribute`` where some other object's is closed."""
        found: dict[str, list[str]] = {}
        for module in self._facts:
            for closed in module.lifecycle.closed_attributes:
                owner, _, attribute = closed.rpartition(".")
                found.setdefault(attribute if owner else closed, []).append(owner)
        return {name: tuple(owners) for name, owners in found.items()}
