"""The ``[tool.archcheck.layers]`` table and the plan that it stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from msgspec.structs import replace
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan
from archcheck.config.names import kebab, nearest

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_ENTRY = re.compile(rf"(?P<optional>\(\s*)?(?P<name>{_NAME})(?(optional)\s*\))")
_DOTTED = re.compile(_NAME)
_PATTERN = re.compile(r"[\w*]+(?:\.[\w*]+)*")
_INNER = frozenset({"domain", "entities", "foundation", "foundations", "kernel", "shared_kernel"})
"""Names of layers that are free of frameworks by convention, for an explicit order."""


def _is_pattern(name: object) -> object:
    if not isinstance(name, str) or _PATTERN.fullmatch(name) is None:
        raise ValueError(
            f"`{name}` names no package; write `a.b`, with `*` for anything within one segment"
        )
    return name


def _is_dotted(name: object) -> object:
    if not isinstance(name, str) or _DOTTED.fullmatch(name) is None:
        raise ValueError(f"`{name}` names no package; write what is imported, such as `a.b`")
    return name


PackagePattern = Annotated[str, BeforeValidator(_is_pattern)]
ImportName = Annotated[str, BeforeValidator(_is_dotted)]


class LayersSettings(BaseModel):
    """Declared layers: a preset, or an order with the highest layer first."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, populate_by_name=True
    )

    preset: str | None = Field(
        default=None,
        description=f"A known stack: {', '.join(f'`{name}`' for name in PRESETS)}.",
    )
    order: tuple[str, ...] = Field(
        default=(),
        description="Layers, highest first; `a | b` are independent siblings, `(a)` may be empty.",
    )
    containers: tuple[PackagePattern, ...] = Field(
        default=(),
        description="Packages in which the stack stands, globs included; top-level packages when empty.",
    )
    packages: Mapping[str, tuple[PackagePattern, ...]] = Field(
        default={},
        description="Packages of a layer where they are not called as the layer is, globs included.",
    )
    closed: tuple[str, ...] = Field(
        default=(), description="Layers that those above may not skip on the way down."
    )
    allow_external: Mapping[str, tuple[ImportName, ...]] = Field(
        default={}, description="The only third-party packages that a layer may import."
    )
    forbid_external: Mapping[str, tuple[ImportName, ...]] = Field(
        default={}, description="Third-party or standard packages that a layer may not import."
    )
    strict: bool = Field(
        default=False, description="Inner layers may import no third party at all."
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
        for name in _repeated(names):
            raise ValueError(f"layer `{name}` is declared twice")
        for key, named in self._layers_named():
            for name in named:
                if name not in names:
                    raise ValueError(f"`{key}` names no layer `{name}`{nearest(name, names)}")
        packages = (
            package for level in self._levels() for layer in level for package in layer.packages
        )
        for package in _repeated(packages):
            raise ValueError(f"package `{package}` belongs to several layers")
        for layer, allowed in self.allow_external.items():
            for name in sorted(set(allowed) & set(self.forbid_external.get(layer, ()))):
                raise ValueError(f"layer `{layer}` both allows and forbids `{name}`")
        return self

    def _layers_named(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Every key whose entries are names of layers."""
        yield "packages", self.packages
        yield "closed", self.closed
        yield "allow-external", self.allow_external
        yield "forbid-external", self.forbid_external

    def plan(self) -> LayerPlan:
        """The layers as the analysis wants them."""
        levels = self._levels()
        if self.preset is not None:
            plan = replace(PRESETS[self.preset], levels=levels)
        else:
            inner = frozenset(layer.name for level in levels for layer in level) & _INNER
            plan = LayerPlan(levels, inner=inner)
        plan = replace(plan, strict=self.strict, closed=frozenset(self.closed))
        return replace(plan, containers=self.containers) if self.containers else plan

    def _levels(self) -> tuple[tuple[Layer, ...], ...]:
        if self.preset is not None:
            levels = PRESETS[self.preset].levels
        else:
            levels = tuple(tuple(_layer(part) for part in entry.split("|")) for entry in self.order)
        return tuple(tuple(self._changed(layer) for layer in level) for level in levels)

    def _changed(self, layer: Layer) -> Layer:
        """The layer with what the tables below the order say of it."""
        if layer.name in self.packages:
            layer = replace(layer, packages=self.packages[layer.name], synonyms=())
        elif self.preset is not None:
            # What is given to another layer is no longer a synonym of this one.
            given = {name for packages in self.packages.values() for name in packages}
            kept = tuple(name for name in layer.packages if name not in given)
            layer = replace(layer, packages=kept)
        return replace(
            layer,
            allow_external=self.allow_external.get(layer.name),
            forbid_external=self.forbid_external.get(layer.name, ()),
        )


def _layer(entry: str) -> Layer:
    match = _ENTRY.fullmatch(entry.strip())
    if match is None:
        raise ValueError(f"`{entry.strip()}` in `order` is no layer; write `name` or `(name)`")
    return Layer(match["name"], (match["name"],), optional=match["optional"] is not None)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
