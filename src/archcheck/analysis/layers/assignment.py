"""Which module is in which layer, and what its plan says of an import from one layer to another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.layers.plan import Layer, LayerPlan, Relation, Synonym
from archcheck.analysis.layers.presets import PRESETS
from archcheck.analysis.names.module_names import ancestry, is_pattern, is_within, matching
from archcheck.model import RUNTIME_ROLES

_ROOT_MODULE = re.compile(
    r"main(_\w+)?|__main__|app|app_factory|containers?|wiring|bootstrap|wsgi|asgi|manage"
)
_ROOT_PACKAGES = frozenset(
    {
        "bootstrap", "composition", "containers", "dependencies", "dependency_injection",
        "dependency_providers", "deps", "di", "ioc", "wiring",
    }
)  # fmt: skip
_PORTS = frozenset({"interfaces", "ports", "protocols", "contracts"})
_ABSTRACT = frozenset(
    {"abc.ABC", "typing.Protocol", "typing_extensions.Protocol", "zope.interface.Interface"}
)


def is_composition_root(inside: str) -> bool:
    """Whether a module's job is to put the layers together, so that it may import them all.

    Args:
        inside: its name below its layer's package, or below the container.
    """
    parts = inside.split(".")
    return not _ROOT_PACKAGES.isdisjoint(parts) or _ROOT_MODULE.fullmatch(inside) is not None


class Seat(Struct, frozen=True):
    """Where a module stands.

    Attributes:
        container: the package around the stack.
        layer: the layer's name.
        package: the layer's package that holds the module.
        pattern: what in the plan names that package, such as a glob.
        plan: the stack.
    """

    container: str
    layer: str
    package: str
    pattern: str
    plan: LayerPlan


class Layers:
    """Modules assigned to the layers of one or several plans.

    Composition roots and files outside the runtime roles belong to no layer.

    Args:
        plans: one that is declared, or those that were detected; of two that want a package the first has it.
        modules: facts by qualified name.

    Attributes:
        plans: as given.
        modules: as given.
        containers: the packages in which each plan's stack stands, in the order of the plans.
        seats: the place of each module that is in a layer, by qualified name.
        names: of every module and of the packages around it, sorted.
        roots: the first segments of them.
    """

    def __init__(
        self, plans: LayerPlan | Sequence[LayerPlan], modules: Mapping[str, ModuleFacts]
    ) -> None:
        self.plans = (plans,) if isinstance(plans, LayerPlan) else tuple(plans)
        self.modules = modules
        self.names = sorted({name for module in modules for name in ancestry(module)})
        self.roots = frozenset(name for name in self.names if "." not in name)
        self.containers = tuple(self._containers_of(plan) for plan in self.plans)
        self._by_package: dict[str, Seat] = {}
        for plan, containers in zip(self.plans, self.containers, strict=True):
            for container in containers:
                for seat in self._stack(plan, container):
                    self._by_package.setdefault(seat.package, seat)
        owners = {name: owner for name in modules if (owner := self.owner(name)) is not None}
        self._present = {(seat.container, seat.layer) for seat in owners.values()}
        self._used = {(seat.layer, seat.pattern) for seat in owners.values()}
        self.seats = {
            name: seat
            for name, seat in owners.items()
            if modules[name].role in RUNTIME_ROLES
            and not is_composition_root(name.removeprefix(seat.package).removeprefix("."))
        }

    # --- assignment

    def _containers_of(self, plan: LayerPlan) -> tuple[str, ...]:
        found = (
            matching(container, self.names) if is_pattern(container) else [container]
            for container in plan.containers
        )
        return tuple(dict.fromkeys(name for names in found for name in names))

    def _stack(self, plan: LayerPlan, container: str) -> Iterator[Seat]:
        """The packages of a plan's layers in one container; names before globs, higher layers first."""
        prefix = f"{container}." if container else ""
        # Names below a package follow one another in order, and `/` is the character after the dot.
        end = bisect_left(self.names, f"{container}/") if container else len(self.names)
        below = self.names[bisect_left(self.names, prefix) : end]
        known = frozenset(name[len(prefix) :] for name in below)
        exact = [
            Seat(container, layer.name, prefix + package, package, plan)
            for layer in plan.layers()
            for package in layer.packages
            if package in known
        ]
        yield from exact
        sure = {seat.layer for seat in exact}
        for layer in plan.layers():
            if layer.name not in sure:
                for synonym in layer.synonyms:
                    if synonym.package in known and self._holds(synonym, prefix, known):
                        yield Seat(
                            container, layer.name, prefix + synonym.package, synonym.package, plan
                        )
        for layer in plan.layers():
            for pattern in filter(is_pattern, layer.packages):
                for package in matching(pattern, sorted(known)):
                    yield Seat(container, layer.name, prefix + package, pattern, plan)

    def _holds(self, synonym: Synonym, prefix: str, known: frozenset[str]) -> bool:
        """Whether the surroundings are those in which a synonym counts."""
        return not synonym.beside.isdisjoint(known) and not (
            synonym.concrete
            and any(
                not _ABSTRACT.isdisjoint(fact.bases)
                for name, module in self.modules.items()
                if is_within(name, prefix + synonym.package)
                for fact in module.classes
            )
        )

    def owner(self, module: str) -> Seat | None:
        """The innermost package of a layer that holds a module."""
        return next(
            (self._by_package[name] for name in ancestry(module) if name in self._by_package), None
        )

    # --- questions about a module

    def layer(self, module: str) -> str:
        """The name of a module's layer, or ``""``."""
        seat = self.seats.get(module)
        return seat.layer if seat is not None else ""

    def is_inner(self, module: str) -> bool:
        """Whether the module's layer has to stay free of frameworks."""
        seat = self.seats.get(module)
        return seat is not None and seat.layer in seat.plan.inner

    def is_port(self, module: str) -> bool:
        """Whether a module stands in the ``ports`` or ``interfaces`` of its layer."""
        seat = self.seats.get(module)
        if seat is None:
            return False
        return not _PORTS.isdisjoint(module.removeprefix(seat.package).split("."))

    # --- questions about the whole

    def modules_in(self, plan: LayerPlan, layer: str) -> tuple[str, ...]:
        """The modules of a plan's layer, sorted."""
        return tuple(
            sorted(
                name
                for name, seat in self.seats.items()
                if seat.plan is plan and seat.layer == layer
            )
        )

    def members(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each layer with its modules, highest first, one plan after another."""
        return tuple(
            (layer.name, self.modules_in(plan, layer.name))
            for plan in self.plans
            for layer in plan.layers()
        )

    def empty(self) -> list[str]:
        """Required layers whose packages hold no module of any role."""
        present = {layer for _, layer in self._present}
        return [
            layer.name
            for plan in self.plans
            if not plan.is_detected
            for layer in plan.layers()
            if not layer.optional and layer.name not in present
        ]

    def empty_containers(self) -> list[str]:
        """Containers, as declared, that hold no module."""
        return [
            container
            for plan in self.plans
            for container in plan.containers
            if container
            and not (matching(container, self.names) if is_pattern(container) else ())
            and container not in self.names
        ]

    def unused(self, layer: str, patterns: Iterable[str]) -> list[str]:
        """Of the patterns that name a layer's packages, those that hold no module of any role."""
        return [pattern for pattern in patterns if (layer, pattern) not in self._used]

    def uncovered(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each container with its packages and modules that hold runtime code and are in no layer."""
        found: dict[str, set[str]] = {}
        for containers in self.containers:
            for container in containers:
                prefix = f"{container}." if container else ""
                for name, module in self.modules.items():
                    inside = name[len(prefix) :]
                    if (
                        name.startswith(prefix)
                        and module.role in RUNTIME_ROLES
                        and self.owner(name) is None
                        and not is_composition_root(inside)
                        and not any(is_within(other, name) for other in containers if other)
                    ):
                        found.setdefault(container, set()).add(inside.partition(".")[0])
        return [(container, tuple(sorted(names))) for container, names in sorted(found.items())]

    # --- questions about an import

    def crosses(self, importer: str, imported: str) -> bool:
        """Whether an import goes from one layer to another of the same stack."""
        a, b = self.seats.get(importer), self.seats.get(imported)
        return (
            a is not None
            and b is not None
            and a.plan is b.plan
            and a.layer != b.layer
            and (a.container == b.container or a.plan.across)
        )

    def relation(self, importer: str, imported: str) -> Relation | None:
        """What the plan says of an import; None when it does not go from one layer to another.

        A layer's ports are made to be imported by the layers below it, which implement them.
        """
        if not self.crosses(importer, imported):
            return None
        a, b = self.seats[importer], self.seats[imported]
        said = a.plan.relation(a.layer, b.layer)
        if said is Relation.ALLOWED and self.skipped(importer, imported):
            return Relation.FORBIDDEN
        if said is Relation.FORBIDDEN and self.is_port(imported):
            return Relation.ALLOWED
        return said

    def illegal(self, importer: str, imported: str) -> bool:
        """Whether an import is forbidden: to a higher layer, between siblings, or past a closed layer."""
        return self.relation(importer, imported) is Relation.FORBIDDEN

    def siblings(self, importer: str, imported: str) -> bool:
        """Whether two modules are in different layers of the same level."""
        if not self.crosses(importer, imported):
            return False
        a, b = self.seats[importer], self.seats[imported]
        return a.plan.level_of[a.layer] == a.plan.level_of[b.layer]

    def skipped(self, importer: str, imported: str) -> str:
        """The closed layer that an import skips on its way down, or ``""``."""
        if not self.crosses(importer, imported):
            return ""
        a, b = self.seats[importer], self.seats[imported]
        closed = a.plan.closed_between(a.layer, b.layer)
        return next((name for name in closed if (a.container, name) in self._present), "")


__all__ = ["PRESETS", "Layer", "LayerPlan", "Layers", "Relation", "Seat", "is_composition_root"]
