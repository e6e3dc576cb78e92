"""Layers: which there are, which module is in which, and who may import whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archcheck.analysis.facts import ModuleFacts
from archcheck.model import RUNTIME_ROLES


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a stack.

    Attributes:
        name: as declared.
        packages: names below a container (or whole module names without containers) that belong to it.
        optional: it may be empty.
    """

    name: str
    packages: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """Declared layers, highest first; those of one level are independent siblings.

    Attributes:
        levels: each level's layers.
        containers: packages in which the stack stands; ``("",)`` for top-level packages.
        preset: name of the preset it came from, ``""`` for an explicit order.
        inner: names of the layers whose modules stay free of frameworks.
        strict: inner layers may import no third party at all.
    """

    levels: tuple[tuple[Layer, ...], ...]
    containers: tuple[str, ...] = ("",)
    preset: str = ""
    inner: frozenset[str] = frozenset()
    strict: bool = False


_FOUR_LAYER = (
    ("application", ("application", "app", "business"), True),
    ("integration", ("integration", "integrations", "connectors", "external"), True),
    ("infrastructure", ("infrastructure", "infra"), True),
    ("foundation", ("foundation", "foundations", "kernel", "primitives", "shared_kernel"), False),
)

PRESETS: Mapping[str, LayerPlan] = {
    "four-layer": LayerPlan(
        levels=tuple((Layer(*layer),) for layer in _FOUR_LAYER),
        preset="four-layer",
        inner=frozenset({"foundation"}),
    ),
}
"""Presets by name. ``four-layer`` is the Meta-Architecture's own (seed 001)."""

_ROOT_MODULE = re.compile(
    r"main(_\w+)?|__main__|app|app_factory|containers?|wiring|bootstrap|wsgi|asgi|manage"
)
_ROOT_PACKAGES = frozenset({"ioc", "composition", "wiring", "bootstrap", "di", "containers"})
_PORTS = frozenset({"interfaces", "ports", "protocols", "contracts"})


def _is_composition_root(inside: str) -> bool:
    """Whether a module's job is to put the layers together, so that it may import them all.

    Args:
        inside: its name below its layer's package.
    """
    parts = inside.split(".")
    return not _ROOT_PACKAGES.isdisjoint(parts) or _ROOT_MODULE.fullmatch(inside) is not None


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a module stands in the stack.

    Attributes:
        container: the package around the stack.
        layer: the layer's name.
        package: the layer's package that holds the module.
    """

    container: str
    layer: str
    package: str


class Layers:
    """Modules assigned to the layers of a plan.

    Composition roots and files outside the runtime roles belong to no layer.

    Args:
        plan: the declared layers.
        modules: facts by qualified name.

    Attributes:
        plan: the declared layers.
        seats: the place of each module that is in a layer, by qualified name.
    """

    def __init__(self, plan: LayerPlan, modules: Mapping[str, ModuleFacts]) -> None:
        self.plan = plan
        self._level = {
            layer.name: level for level, layers in enumerate(plan.levels) for layer in layers
        }
        self._by_package = {
            (f"{container}.{package}" if container else package): (container, layer.name)
            for container in plan.containers
            for layers in plan.levels
            for layer in layers
            for package in layer.packages
        }
        packages = {name: package for name in modules if (package := self._package(name))}
        self._found = {self._by_package[package][1] for package in packages.values()}
        self.seats = {
            name: Seat(*self._by_package[package], package)
            for name, package in packages.items()
            if modules[name].role in RUNTIME_ROLES
            and not _is_composition_root(name.removeprefix(package).removeprefix("."))
        }

    def _package(self, module: str) -> str:
        """The innermost package of a layer that holds a module, or ``""``."""
        package = module
        while package and package not in self._by_package:
            package = package.rpartition(".")[0]
        return package

    def layer(self, module: str) -> str:
        """The name of a module's layer, or ``""``."""
        seat = self.seats.get(module)
        return seat.layer if seat is not None else ""

    def is_inner(self, module: str) -> bool:
        """Whether the module's layer has to stay free of frameworks."""
        return self.layer(module) in self.plan.inner

    def members(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each layer with its modules, highest first."""
        return tuple(
            (
                layer.name,
                tuple(sorted(m for m, seat in self.seats.items() if seat.layer == layer.name)),
            )
            for layers in self.plan.levels
            for layer in layers
        )

    def empty(self) -> list[str]:
        """Required layers whose packages hold no module of any role."""
        return [
            layer.name
            for layers in self.plan.levels
            for layer in layers
            if not layer.optional and layer.name not in self._found
        ]

    def crosses(self, importer: str, imported: str) -> bool:
        """Whether an import goes from one layer to another of the same container."""
        a, b = self.seats.get(importer), self.seats.get(imported)
        return a is not None and b is not None and a.container == b.container and a.layer != b.layer

    def illegal(self, importer: str, imported: str) -> bool:
        """Whether an import points from a lower layer to a higher one, or between independent siblings.

        A layer's ports are made to be imported by the layers below it, which implement them.
        """
        if not self.crosses(importer, imported) or self.is_port(imported):
            return False
        return self._level[self.layer(imported)] <= self._level[self.layer(importer)]

    def siblings(self, importer: str, imported: str) -> bool:
        """Whether two modules are in different layers of the same level."""
        return (
            self.crosses(importer, imported)
            and self._level[self.layer(importer)] == self._level[self.layer(imported)]
        )

    def is_port(self, module: str) -> bool:
        """Whether a module stands in the ``ports`` or ``interfaces`` of its layer."""
        seat = self.seats.get(module)
        if seat is None:
            return False
        return not _PORTS.isdisjoint(module.removeprefix(seat.package).split("."))
