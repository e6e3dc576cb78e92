"""Layers: which there are, which module is in which, and who may import whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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

_ROOT_STEM = re.compile(r"^(main.*|app|container.*|wiring|bootstrap|wsgi|asgi|manage|__main__)$")
_ROOT_PACKAGES = frozenset({"ioc", "composition", "wiring", "bootstrap", "di", "containers"})
_PORTS = frozenset({"interfaces", "ports", "protocols", "contracts"})


def is_composition_root(module: str, container: str) -> bool:
    """Whether a module's job is to put the layers together, so that it may import them all.

    Args:
        module: qualified name.
        container: the package in which the layers stand.
    """
    inside = module[len(container) + 1 :] if container and module != container else module
    if module == container:
        return True
    parts = inside.split(".")
    return (
        bool(_ROOT_STEM.match(parts[-1])) and len(parts) <= 2
    ) or not _ROOT_PACKAGES.isdisjoint(parts)


class Layers:
    """Modules assigned to the layers of a plan.

    Args:
        plan: the declared layers.
        modules: facts by qualified name; files outside the runtime roles belong to no layer.
    """

    def __init__(self, plan: LayerPlan, modules: Mapping[str, ModuleFacts]) -> None:
        self.plan = plan
        self.of: dict[str, tuple[str, str]] = {}
        self._level = {
            layer.name: level for level, layers in enumerate(plan.levels) for layer in layers
        }
        prefixes = [
            (f"{container}.{package}" if container else package, container, layer.name)
            for container in plan.containers
            for layers in plan.levels
            for layer in layers
            for package in layer.packages
        ]
        prefixes.sort(key=lambda item: -len(item[0]))
        for name, module in modules.items():
            if module.role not in RUNTIME_ROLES:
                continue
            for prefix, container, layer_name in prefixes:
                if name == prefix or name.startswith(f"{prefix}."):
                    if not is_composition_root(name, container):
                        self.of[name] = (container, layer_name)
                    break

    def layer(self, module: str) -> str:
        """The layer of a module, or ``""``."""
        return self.of.get(module, ("", ""))[1]

    def members(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each layer with its modules, highest first."""
        return tuple(
            (layer.name, tuple(sorted(m for m, (_, name) in self.of.items() if name == layer.name)))
            for layers in self.plan.levels
            for layer in layers
        )

    def empty(self) -> list[str]:
        """Required layers that hold no module."""
        filled = {name for _, name in self.of.values()}
        return [
            layer.name
            for layers in self.plan.levels
            for layer in layers
            if not layer.optional and layer.name not in filled
        ]

    def crosses(self, importer: str, imported: str) -> bool:
        """Whether an import goes from one layer to another of the same container."""
        a, b = self.of.get(importer), self.of.get(imported)
        return a is not None and b is not None and a[0] == b[0] and a[1] != b[1]

    def illegal(self, importer: str, imported: str) -> bool:
        """Whether an import points from a lower layer to a higher one, or between independent siblings."""
        if not self.crosses(importer, imported):
            return False
        if _is_port(imported):
            return False
        low, high = self._level[self.layer(importer)], self._level[self.layer(imported)]
        return high <= low

    def unassigned(self, modules: Iterable[str]) -> list[str]:
        """Modules that belong to no layer, sorted."""
        return sorted(name for name in modules if name not in self.of)


def _is_port(module: str) -> bool:
    return not _PORTS.isdisjoint(module.split(".")[1:])
