"""Which practices does a file show by the libraries it uses? An import alone shows nothing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from archcheck.analysis.facts import Evidence
from archcheck.analysis.module import Module
from archcheck.analysis.practices.catalogue import PRACTICES, ROOTS, Practice, practice_of
from archcheck.model import RUNTIME_ROLES, Role


def practices_used(module: Module) -> tuple[Evidence, ...]:
    """The first use of each practice in a file, by the qualified name that shows it."""
    if module.imported_roots.isdisjoint(ROOTS):
        return ()
    # Looking through every name of the file is the dear part: most files bind nothing that could show something.
    bound = _bound(module)
    found: dict[Practice, Evidence] = {}
    for node, scope in module.scopes.entries.items() if bound else ():
        if not isinstance(node, ast.Name) or node.id not in bound:
            continue
        # What another scope binds under the same name is something else.
        if all(binding.kind == "import" for binding in scope.lookup(node.id)):
            name = _with_attributes(node, bound[node.id], module)
            practice = practice_of(name)
            if practice is not None and _fits(practice, module.role):
                found.setdefault(practice, Evidence(name, node.lineno))
                if bound[node.id] not in _BELOW:
                    del bound[node.id]  # it can show nothing else
                    if not bound:
                        break
    return tuple(found.values())


def _fits(practice: Practice, role: Role) -> bool:
    return role is Role.TEST if practice.in_tests else role in RUNTIME_ROLES


def _bound(module: Module) -> dict[str, str]:
    """Local names of what the file imports and may show a practice with."""
    return {
        local: name
        for local, name in _imported(module)
        if local != "*"
        and name.partition(".")[0] in ROOTS
        and not module.symbols.is_first_party(name)
        and _may_show(name, module)
    }


def _may_show(name: str, module: Module) -> bool:
    """Whether a name shows a practice of the file's role, or an attribute of it that the text mentions."""
    practice = practice_of(name)
    if practice is not None and _fits(practice, module.role):
        return True
    below = _BELOW.get(name, {})
    return any(
        _fits(practice, module.role) and any(attribute in module.text for attribute in attributes)
        for practice, attributes in below.items()
    )


def _imported(module: Module) -> Iterator[tuple[str, str]]:
    for node in module.nodes(ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (_root(alias), _root(alias))
    for from_node in module.nodes(ast.ImportFrom):
        if not from_node.level:
            for alias in from_node.names:
                yield alias.asname or alias.name, f"{from_node.module}.{alias.name}"


def _root(alias: ast.alias) -> str:
    return alias.name.partition(".")[0]


def _with_attributes(node: ast.Name, name: str, module: Module) -> str:
    """The qualified name that begins at ``node``: ``a.b.c`` for the whole of ``a.b.c()``."""
    outer: ast.AST = node
    while isinstance(parent := module.parent(outer), ast.Attribute):
        name = f"{name}.{parent.attr}"
        outer = parent
    return name


def _attributes_below() -> Mapping[str, Mapping[Practice, Set[str]]]:
    """Of each name around those of the catalogue, the attributes that lead on, by the practice they lead to."""
    found: dict[str, dict[Practice, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, practice in PRACTICES.items():
        *segments, _ = whole = name.split(".")
        for depth in range(1, len(segments) + 1):
            found[".".join(whole[:depth])][practice].add(whole[depth])
    return found


_BELOW = _attributes_below()
