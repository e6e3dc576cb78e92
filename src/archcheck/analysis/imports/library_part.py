"""Which modules of a library that is a command-line tool too do its importers load, and not its commands alone?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from archcheck.analysis.facts import DEFERRED, DYNAMIC, GUARDED, RUNTIME, ModuleFacts
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.names.module_names import ancestry
from archcheck.model import RUNTIME_ROLES, Role

_FOLLOWED = frozenset({RUNTIME, GUARDED, DEFERRED, DYNAMIC})


def library_part(
    modules: Iterable[ModuleFacts],
    graph: ImportGraph,
    programs: Collection[str],
    module_in: Callable[[str], str],
) -> frozenset[str]:
    """Names of the modules that a program loads which imports the top-level packages.

    Followed are imports of all kinds but for the types, and texts that name modules. Where a command begins, or a module of
    commands is reached, the library ends.

    Args:
        modules: those of one member.
        graph: finds what an import reaches.
        programs: the modules in which console scripts start.
        module_in: the first-party module that a dotted text begins with, ``""`` without one.
    """
    known = {
        module.name: module
        for module in modules
        if module.name
        and module.role in RUNTIME_ROLES
        and module.role is not Role.CLI
        and module.name not in programs
    }
    pending = [name for name, module in known.items() if module.is_package and "." not in name]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name in found or name not in known:
            continue
        found.add(name)
        for fact in known[name].imports:
            if fact.kind in _FOLLOWED:
                pending.extend(ancestry(graph.target(fact.module, fact.name)))
        for text in known[name].mentions:
            pending.extend(ancestry(module_in(text)))
    return frozenset(found)
