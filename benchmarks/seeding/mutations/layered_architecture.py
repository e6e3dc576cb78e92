"""Seeds of principle 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.model import Role
from seeding.seed import Seed, mutates
from seeding.source import Source, dotted_name, keyword

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


@mutates("ARC0105", "a frozen value is frozen no more")
def thawed(source: Source) -> Iterator[Seed]:
    if source.module.rpartition(".")[2] not in _VALUES:
        return
    for node in source.nodes(ast.ClassDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and dotted_name(decorator.func).endswith(
                "dataclass"
            ):
                frozen = keyword(decorator, "frozen")
                if frozen is not None:
                    yield source.seed(node, source.remove_argument(decorator, frozen))
