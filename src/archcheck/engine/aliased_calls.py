"""Calls of a library's function by a name that another module gave it: ``fetch = requests.get``.

While a file is analysed, ``fetch(url)`` is a call of some first-party function like thousands of others, and nothing is
kept of it. Few projects have such a name, so the few files that use one are read anew once all are known.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.project import Project
from archcheck.analysis.rereading import reread
from archcheck.engine.dispatch import Dispatch


def aliased_calls(project: Project, dispatch: Dispatch) -> Mapping[str, tuple[CallSite, ...]]:
    """The calls by such names outside of the modules that gave them, by the path of the file.

    Args:
        project: all modules.
        dispatch: knows which functions some rule watches.
    """
    names = frozenset(_aliases(project, dispatch))
    if not names:
        return {}
    homes = {name.rpartition(".")[0] for name in names}
    return {
        module.path: tuple(_calls(module, names, project, dispatch))
        for module in project.facts
        if module.name not in homes and _imports(module, names, homes, project)
    }


def _aliases(project: Project, dispatch: Dispatch) -> Iterator[str]:
    """Qualified names of module-level variables that hold a watched function.

    Not those that are called like one: calls of that name were kept when the file was analysed.
    """
    for facts in project.modules.values():
        for name, path in facts.variables:
            if "." in path and name not in dispatch.tails and dispatch.watchers(path):
                yield f"{facts.name}.{name}"


def _imports(
    module: ModuleFacts, names: Collection[str], homes: Collection[str], project: Project
) -> bool:
    """Whether a module imports one of the names, or a module that has one."""
    imported = {
        project.lookup(f"{fact.module}.{fact.name}" if fact.name else fact.module)
        for fact in module.imports
    }
    return not (imported.isdisjoint(names) and imported.isdisjoint(homes))


def _calls(
    facts: ModuleFacts, names: Collection[str], project: Project, dispatch: Dispatch
) -> Iterator[CallSite]:
    module = reread(project.source(facts.path), facts, dispatch.packages)
    if module is None:
        return
    for call in module.nodes(ast.Call):
        found = module.names(call.func)
        if len(found) == 1 and project.lookup(found[0]) in names:
            yield module.call_site(call, found[0])
