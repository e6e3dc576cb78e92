"""What the modules of a layer take from other parties, and whether their layer lets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from archcheck.analysis.facts import TYPING, ImportFact, ModuleFacts
from archcheck.analysis.imports.standard_library import STANDARD_LIBRARY
from archcheck.analysis.layers.assignment import Layers
from archcheck.analysis.layers.plan import Layer
from archcheck.analysis.names.module_names import is_within


class ExternalImport(Struct, frozen=True):
    """A library that a module imports, in one way or several.

    Attributes:
        library: the import that is forbidden, else the top-level package.
        line: of that import, or of the first.
        forbidden: the module's layer does not let it.
    """

    library: str
    line: int
    forbidden: bool


def external_imports(module: ModuleFacts, layers: Layers) -> list[ExternalImport]:
    """The libraries that a module of a restricted layer imports, one entry a top-level package, sorted by line.

    Imports for type checking only do not count. A module of the standard library is listed where it is forbidden
    and nowhere else. Without a restriction the list is empty.
    """
    seat = layers.seats.get(module.name)
    if seat is None:
        return []
    layer = seat.plan.layer(seat.layer)
    if layer.allow_external is None and not layer.forbid_external:
        return []
    first_party = layers.roots
    found: dict[str, ExternalImport] = {}
    for fact in sorted(module.imports, key=lambda fact: fact.line):
        root = fact.module.partition(".")[0]
        if fact.kind == TYPING or root in first_party:
            continue
        standard = root in STANDARD_LIBRARY
        forbidden = _forbidding(fact, layer, standard=standard)
        if forbidden:
            if root not in found or not found[root].forbidden:
                found[root] = ExternalImport(forbidden, fact.line, forbidden=True)
        elif not standard:
            found.setdefault(root, ExternalImport(root, fact.line, forbidden=False))
    return sorted(found.values(), key=lambda item: (item.line, item.library))


def _forbidding(fact: ImportFact, layer: Layer, *, standard: bool) -> str:
    """The imported name that the layer forbids, or ``""``."""
    name = _full_name(fact)
    for entry in layer.forbid_external:
        if is_within(name, entry):
            return entry
    if standard or layer.allow_external is None:
        return ""
    return "" if any(is_within(name, entry) for entry in layer.allow_external) else fact.module


def _full_name(fact: ImportFact) -> str:
    return f"{fact.module}.{fact.name}" if fact.name and fact.name != "*" else fact.module


def unused_permissions(
    modules: Mapping[str, ModuleFacts], layers: Layers
) -> Iterator[tuple[str, str]]:
    """Each (layer, entry of its ``allow-external``) that none of the layer's modules makes use of."""
    imported: dict[str, set[str]] = {}
    for name, seat in layers.seats.items():
        imported.setdefault(seat.layer, set()).update(map(_full_name, modules[name].imports))
    for plan in layers.plans:
        for layer in plan.layers():
            for entry in layer.allow_external or ():
                if not any(is_within(name, entry) for name in imported.get(layer.name, ())):
                    yield layer.name, entry
