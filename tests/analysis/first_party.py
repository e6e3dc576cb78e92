"""Facts of a few modules from their source, for tests of what is made from facts."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from textwrap import dedent

from archcheck.analysis.collect import collect
from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.module import Module
from archcheck.model import Role


def facts_of(
    sources: Mapping[str, str], *, roles: Mapping[str, Role] | None = None
) -> dict[str, ModuleFacts]:
    """The facts of each module by its name.

    Args:
        sources: source by path, relative to the source root: ``shop/orders.py``.
        roles: of the paths that are not runtime code.
    """
    found = {}
    for path, source in sources.items():
        text = dedent(source)
        module = Module(
            path=path,
            name=path.removesuffix(".py").removesuffix("/__init__").replace("/", "."),
            role=(roles or {}).get(path, Role.RUNTIME),
            text=text,
            tree=ast.parse(text),
            wanted=(),
        )
        found[module.name] = collect(module)
    return found
