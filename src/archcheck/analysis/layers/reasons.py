"""Why a module is in its layer, or in none, in words."""

from __future__ import annotations

from archcheck.analysis.layers.assignment import Layers, Relation, Seat, is_composition_root
from archcheck.analysis.names.module_names import is_pattern, is_within
from archcheck.model import RUNTIME_ROLES


def why_seated(seat: Seat) -> str:
    """By which name a module's package belongs to its layer."""
    if not seat.plan.preset:
        how = "matches" if is_pattern(seat.pattern) else "is"
        return f"`{seat.package}` {how} `{seat.pattern}` of layer `{seat.layer}`"
    return f"`{seat.pattern}` is a name of layer `{seat.layer}` in the preset `{seat.plan.preset}`"


def why_detected(seat: Seat) -> str:
    """What was seen of the stack around a module that nobody declared, ``""`` for a declared one."""
    start = f"`{seat.container or '.'}`: "
    return next((line for line in seat.plan.evidence if line.startswith(start)), "")


def why_outside(module: str, layers: Layers | None) -> str:
    """Why a module is in no layer."""
    if layers is None:
        return "no layers are declared, and none were detected"
    role = layers.modules[module].role
    if role not in RUNTIME_ROLES:
        return f"its role is {role.value}, and only the product's own code is in layers"
    owner = layers.owner(module)
    if owner is not None and is_composition_root(
        module.removeprefix(owner.package).removeprefix(".")
    ):
        return (
            f"a composition root: it stands in layer `{owner.layer}`, puts the layers together and may "
            f"import them all"
        )
    containers = [name for names in layers.containers for name in names if is_within(module, name)]
    if not containers:
        listed = ", ".join(f"`{name}`" for names in layers.containers for name in names[:5])
        return f"it stands outside the packages with layers: {listed}"
    nearest = max(containers, key=len)
    if is_composition_root(module[len(nearest) + 1 :] if nearest else module):
        return "a composition root: it puts the layers together and may import them all"
    return f"no layer of `{nearest or '.'}` has its package"


def what_is_said(importer: str, imported: str, layers: Layers | None) -> str:
    """The plan's word on an import from one module to another, ``""`` when it has none."""
    relation = layers.relation(importer, imported) if layers is not None else None
    if layers is None or relation is None:
        return ""
    lower, higher = layers.layer(importer), layers.layer(imported)
    skipped = layers.skipped(importer, imported)
    if skipped:
        return f"forbidden: {lower} to {higher} skips the closed layer {skipped}"
    if relation is Relation.ALLOWED and layers.is_port(imported):
        return f"allowed: {imported} is a port of {higher}"
    if relation is Relation.FORBIDDEN and layers.siblings(importer, imported):
        return f"forbidden: {lower} and {higher} are independent"
    if relation is Relation.FORBIDDEN:
        return f"forbidden: {lower} is below {higher}"
    if relation is Relation.DISCOURAGED:
        return f"discouraged, at no cost: {lower} to {higher}"
    if relation is Relation.FREE:
        return f"free: no layer rule between {lower} and {higher}"
    return f"allowed: {lower} is above {higher}"
