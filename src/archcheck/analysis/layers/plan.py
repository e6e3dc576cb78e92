"""What is declared of layers: which there are, which packages they hold and who may import whom."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct


class Relation(enum.Enum):
    """What a plan says of imports from one layer to another."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    #: A lesser case: worth saying, free of cost.
    DISCOURAGED = "discouraged"
    #: The plan has no opinion, so that such an import is neither right nor wrong.
    FREE = "free"


class Synonym(Struct, frozen=True):
    """A name that means a layer only in some surroundings, and only where none of its sure names stands.

    Attributes:
        package: the name, below the container.
        beside: names of which one at least must stand in the same container.
        concrete: modules that define abstract classes (protocols, interfaces) do not count.
    """

    package: str
    beside: frozenset[str]
    concrete: bool = False


class Layer(Struct, frozen=True):
    """One layer of a stack.

    Attributes:
        name: as declared.
        packages: names below a container (or whole module names without containers) that belong to it; ``*``
            stands for anything within one segment, ``**`` for one or more segments.
        optional: it may be empty.
        synonyms: names that mean it in some surroundings only.
        allow_external: the only third-party packages that its modules may import; None for all.
        forbid_external: third-party or standard packages that they may not import.
    """

    name: str
    packages: tuple[str, ...]
    optional: bool = False
    synonyms: tuple[Synonym, ...] = ()
    allow_external: tuple[str, ...] | None = None
    forbid_external: tuple[str, ...] = ()


class LayerPlan(Struct, frozen=True, dict=True):
    """Layers, highest first; those of one level are independent siblings.

    A module may import its own layer and those below. ``free`` and ``discouraged`` say where that is not the
    whole truth, as (importing layer, imported layer).

    Attributes:
        levels: each level's layers.
        containers: packages in which the stack stands, globs included; ``("",)`` for top-level packages.
        preset: name of the preset it came from, ``""`` for an explicit order.
        inner: names of the layers whose modules stay free of frameworks.
        strict: inner layers may import no third party at all.
        closed: names of the layers that those above may not skip on the way down.
        free: imports on which the plan has no opinion.
        discouraged: imports that are a lesser case.
        across: the layers of different containers are held against one another too.
        confidence: ``high`` or ``medium`` when the plan was detected, ``""`` when it was declared.
        evidence: one line each that says why it was detected.
    """

    levels: tuple[tuple[Layer, ...], ...]
    containers: tuple[str, ...] = ("",)
    preset: str = ""
    inner: frozenset[str] = frozenset()
    strict: bool = False
    closed: frozenset[str] = frozenset()
    free: frozenset[tuple[str, str]] = frozenset()
    discouraged: frozenset[tuple[str, str]] = frozenset()
    across: bool = False
    confidence: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def is_detected(self) -> bool:
        """Whether nobody declared it."""
        return bool(self.confidence)

    def layers(self) -> Iterator[Layer]:
        """Every layer, highest first."""
        for level in self.levels:
            yield from level

    @cached_property
    def level_of(self) -> dict[str, int]:
        """The level of each layer by name; 0 is the highest."""
        return {layer.name: level for level, layers in enumerate(self.levels) for layer in layers}

    def layer(self, name: str) -> Layer:
        """The layer called so.

        Raises:
            KeyError: there is none.
        """
        for layer in self.levels[self.level_of[name]]:
            if layer.name == name:
                return layer
        raise KeyError(name)

    def relation(self, importer: str, imported: str) -> Relation:
        """What the plan says of imports from one layer to another, closed layers aside."""
        if (importer, imported) in self.free:
            return Relation.FREE
        if (importer, imported) in self.discouraged:
            return Relation.DISCOURAGED
        if importer == imported or self.level_of[importer] < self.level_of[imported]:
            return Relation.ALLOWED
        return Relation.FORBIDDEN

    def closed_between(self, importer: str, imported: str) -> tuple[str, ...]:
        """The closed layers that an import from one layer down to another skips, highest first."""
        levels = self.levels[self.level_of[importer] + 1 : self.level_of[imported]]
        return tuple(layer.name for level in levels for layer in level if layer.name in self.closed)
