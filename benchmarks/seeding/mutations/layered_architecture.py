"""Seeds of principle 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache

from archcheck.model import Role
from seeding.seed import Seed, mutates
from seeding.source import Project, Source, dotted_name, keyword

_CODE = frozenset({Role.RUNTIME})
_DOMAIN = "domain"
_OUTER = ("infrastructure", "adapters", "presentation", "application")
_VALUES = frozenset({"events", "commands", "queries", "value_objects", "domain_events"})


@mutates(
    "ARC0102",
    "a module imports one that imports it",
    exclusive=True,
    roles=frozenset({Role.RUNTIME}),
)
def circle(source: Source) -> Iterator[Seed]:
    if source.path.endswith("__init__.py"):
        return
    for importer in source.project.importers(source.module):
        name = importer.module
        is_inside = name.startswith(f"{source.module}.") or source.module.startswith(f"{name}.")
        if (
            importer.role is Role.RUNTIME
            and not importer.path.endswith("__init__.py")
            and not is_inside
        ):
            yield source.seed(None, source.add_import(f"import {name}"))
            return


def _outer_modules(source: Source, layers: Sequence[str]) -> list[str]:
    """Modules of the packages ``layers`` beside the package ``domain`` that a file is in; none where the layers leak."""
    parts = source.module.split(".")
    if _DOMAIN not in parts[:-1]:
        return []
    around = "".join(f"{part}." for part in parts[: parts.index(_DOMAIN)])
    if _leaks(source.project, around):
        return []
    prefixes = tuple(f"{around}{layer}." for layer in layers)
    return sorted(name for name in source.project.modules if name.startswith(prefixes))


@cache
def _leaks(project: Project, around: str) -> bool:
    """Whether a domain imports an outer layer already: such a project keeps no layers that could be broken."""
    outer = tuple(f"{around}{layer}" for layer in _OUTER)
    return any(
        bound.startswith(outer)
        for source in project.sources
        if source.module.startswith(f"{around}{_DOMAIN}.")
        for bound in source.imported.values()
    )


@mutates("ARC0101", "the domain imports an outer layer", exclusive=True, roles=_CODE)
def upwards(source: Source) -> Iterator[Seed]:
    for layer in _OUTER:
        outer = _outer_modules(source, [layer])
        if outer:
            yield source.seed(None, source.add_import(f"import {outer[0]}"))
            return


@mutates("ARC0103", "the domain imports a database library", roles=_CODE)
def database_in_domain(source: Source) -> Iterator[Seed]:
    if _outer_modules(source, _OUTER) and "sqlalchemy" not in source.libraries:
        yield source.seed(None, source.add_import("import sqlalchemy"))


@mutates("ARC0103", "the domain imports a web framework", roles=_CODE)
def framework_in_domain(source: Source) -> Iterator[Seed]:
    if _outer_modules(source, _OUTER) and "fastapi" not in source.libraries:
        yield source.seed(None, source.add_import("from fastapi import HTTPException"))


@mutates("ARC0105", "a frozen value is frozen no more")
def thawed(source: Source) -> Iterator[Seed]:
    parts = source.module.split(".")
    if parts[-1] not in _VALUES or not {_DOMAIN, "application"} & {*parts}:
        return
    for node in source.nodes(ast.ClassDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and dotted_name(decorator.func).endswith(
                "dataclass"
            ):
                frozen = keyword(decorator, "frozen")
                if frozen is not None:
                    yield source.seed(node, source.remove_argument(decorator, frozen))
