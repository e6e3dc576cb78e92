"""Calls of a library's function by a name that another module gave it: ``fetch = requests.get``.

While a file is analysed, ``fetch(url)`` is a call of some first-party function like thousands of others, and nothing is
kept of it. Few projects have such a name, so the few files that use one are read anew once all are known.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence

from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.facts import DEFERRED, ModuleFacts
from archcheck.analysis.names.paths import OR
from archcheck.analysis.project import Project
from archcheck.analysis.rereading import reread
from archcheck.engine.dispatch import Dispatch


def aliased_calls(project: Project, dispatch: Dispatch) -> Mapping[str, tuple[CallSite, ...]]:
    """The calls by such names outside of the modules that gave them, by the path of the file.

    Args:
        project: all modules.
        dispatch: knows which functions some rule watches.
    """
    names = [
        f"{module.name}.{name}"
        for module in project.modules.values()
        for name in _aliases(module, dispatch)
    ]
    if not names:
        return {}
    homes = frozenset(name.rpartition(".")[0] for name in names)
    meant = frozenset(map(project.lookup, names))
    return {
        module.path: tuple(_calls(module, project, dispatch))
        for module in project.facts
        if _uses(module, meant, homes, project, dispatch)
    }


def _aliases(module: ModuleFacts, dispatch: Dispatch) -> Iterator[str]:
    """Module-level names that stand for a watched function.

    Not those that are called like one: calls of that name were kept when the file was analysed.
    """
    for name, paths in module.variables:
        if "." in paths and name not in dispatch.tails and _are_watched(paths.split(OR), dispatch):
            yield name
    for fact in module.imports:
        if fact.alias not in dispatch.tails and fact.alias != fact.name != "":
            target = f"{fact.module}.{fact.name}"
            if fact.kind != DEFERRED and _are_watched([target], dispatch):
                yield fact.alias


def _are_watched(names: Sequence[str], dispatch: Dispatch) -> bool:
    return bool(names) and all(map(dispatch.watchers, names))


def _uses(
    module: ModuleFacts,
    meant: Collection[str],
    homes: Collection[str],
    project: Project,
    dispatch: Dispatch,
) -> bool:
    """Whether a module calls one of the names, or takes all that a module has that gives one."""
    is_near = False
    for fact in module.imports:
        if fact.name == "*":
            if fact.module in homes:
                return True
        elif dispatch.packages.provide(fact.module) and not is_near:
            origin = project.lookup(f"{fact.module}.{fact.name}" if fact.name else fact.module)
            is_near = origin in meant or origin in homes
    return is_near and any(
        _is_own([name], dispatch) and project.lookup(name) in meant for name in _called(module)
    )


def _called(module: ModuleFacts) -> Iterator[str]:
    yield from module.calls
    for function in module.functions:
        yield from function.calls


def _is_own(names: Sequence[str], dispatch: Dispatch) -> bool:
    """Whether a callee's names begin with a package of the project, and nobody kept the call for its last one."""
    return bool(names) and all(
        dispatch.packages.provide(name) and name.rpartition(".")[2] not in dispatch.tails
        for name in names
    )


def _calls(facts: ModuleFacts, project: Project, dispatch: Dispatch) -> Iterator[CallSite]:
    module = reread(project.source(facts.path), facts, dispatch.packages)
    if module is None:
        return
    for call in module.nodes(ast.Call):
        func = call.func
        paths = module.names(func)
        if not paths and isinstance(func, ast.Name):
            paths = module.paths.alternatives(func)  # out of a star import
        if _is_own(paths, dispatch):
            target = OR.join(paths)
            if _are_watched(project.callees(target), dispatch):
                yield module.call_site(call, target)
