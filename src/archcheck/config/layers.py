"""The ``[tool.archcheck.layers]`` table and the plan that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, model_validator

from archcheck.analysis.layers import PRESETS, Layer, LayerPlan
from archcheck.config.names import kebab, nearest

_ENTRY = re.compile(r"(?P<optional>\(\s*)?(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)(?(optional)\s*\))")
_INNER = frozenset({"domain", "entities", "foundation", "foundations", "kernel", "shared_kernel"})
"""Names of layers that are free of frameworks by convention, for an explicit order."""


class LayersSettings(BaseModel):
    """Declared layers: a preset, or an order with the highest layer first."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, populate_by_name=True
    )

    preset: str | None = Field(default=None, description="A known stack: `four-layer`.")
    order: tuple[str, ...] = Field(
        default=(),
        description="Layers, highest first; `a | b` are independent siblings, `(a)` may be empty.",
    )
    containers: tuple[str, ...] = Field(
        default=(), description="Packages in which the stack stands; top-level packages when empty."
    )
    strict: bool = Field(
        default=False, description="Inner layers may import no third party at all."
    )
    packages: Mapping[str, tuple[str, ...]] = Field(
        default={}, description="Packages of a layer where they are not called as the layer is."
    )

    @model_validator(mode="after")
    def _consistent(self) -> LayersSettings:
        if (self.preset is None) == (not self.order):
            raise ValueError("needs either `preset` or `order`")
        if self.preset is not None and self.preset not in PRESETS:
            known = ", ".join(f"`{name}`" for name in PRESETS)
            raise ValueError(
                f"unknown preset `{self.preset}`{nearest(self.preset, PRESETS)} (known: {known})"
            )
        names = [layer.name for level in self._levels() for layer in level]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"layer `{repeated[0]}` is declared twice")
        for name in self.packages:
            if name not in names:
                raise ValueError(f"`packages` names no layer `{name}`{nearest(name, names)}")
        return self

    def plan(self) -> LayerPlan:
        """The layers as the analysis wants them."""
        if self.preset is not None:
            plan = replace(PRESETS[self.preset], levels=self._levels(), strict=self.strict)
        else:
            levels = self._levels()
            inner = frozenset(layer.name for level in levels for layer in level) & _INNER
            plan = LayerPlan(levels, inner=inner, strict=self.strict)
        return replace(plan, containers=self.containers) if self.containers else plan

    def _levels(self) -> tuple[tuple[Layer, ...], ...]:
        if self.preset is not None:
            levels = PRESETS[self.preset].levels
        else:
            levels = tuple(tuple(_layer(part) for part in entry.split("|")) for entry in self.order)
        return tuple(
            tuple(
                replace(layer, packages=self.packages.get(layer.name, layer.packages))
                for layer in level
            )
            for level in levels
        )


def _layer(entry: str) -> Layer:
    match = _ENTRY.fullmatch(entry.strip())
    if match is None:
        raise ValueError(f"`{entry.strip()}` in `order` is no layer; write `name` or `(name)`")
    return Layer(match["name"], (match["name"],), optional=match["optional"] is not None)
