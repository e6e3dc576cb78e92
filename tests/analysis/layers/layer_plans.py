"""Plans of layers, and the layers of a few modules."""

from __future__ import annotations

from collections.abc import Mapping

from modules import facts_of
from msgspec.structs import replace

from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan, Layers
from archcheck.model import Role

FOUR = replace(PRESETS["four-layer"], containers=("shop",))


def stack(*levels: str, containers: tuple[str, ...] = ("shop",)) -> LayerPlan:
    """A plan from level texts, highest first: ``a | b`` are siblings, ``(a)`` is optional."""
    return LayerPlan(
        tuple(
            tuple(
                Layer(name.strip(" ()"), (name.strip(" ()"),), optional="(" in name)
                for name in level.split("|")
            )
            for level in levels
        ),
        containers,
    )


def layers_of(plan: LayerPlan, *paths: str, roles: Mapping[str, Role] | None = None) -> Layers:
    return Layers(plan, facts_of(dict.fromkeys(paths, ""), roles=roles))
