"""Collections and variables that live at module level, and the functions that change them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.facts import StateChange
from archcheck.analysis.module import Module
from archcheck.model import RUNTIME_ROLES

_COLLECTIONS = frozenset(
    {"collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque", "dict", "list",
     "set"}
)  # fmt: skip
#: Methods that change a collection.
_CHANGERS = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft", "remove",
     "setdefault", "update"}
)  # fmt: skip
#: What a process may well keep for itself: values that can be computed again, numbers about itself, its own tasks.
_OF_THE_PROCESS = re.compile(
    r"cach(?:e|ed|es)|counts?|counters?|futures?|latenc(?:y|ies)|locks?|memo|memoized|metrics?|stats|statistics|tasks?|threads?|timings?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")


def state_changes(module: Module) -> Iterator[StateChange]:
    """Where functions of ``module`` change what it keeps at module level, in source order within each kind.

    Left out: what a process may keep for itself, by its name; variables and items that are made when they are first
    needed; and what stands in for a store that is not there.
    """
    if module.role not in RUNTIME_ROLES:
        return
    collections = {name for name in collections_of(module) if not _is_of_the_process(name)}
    found = [*_item_changes(collections, module), *_method_changes(collections, module)]
    for node, name in [*found, *_rebindings(module)]:
        function = module.function_of(node)
        while isinstance(function, ast.Lambda):
            function = module.function_of(function)
        if function is None or _is_first_use(node, name, module) or _stands_in(node, module):
            continue
        scope = module.scopes.scope_of(function).qualname
        qualname = f"{scope}.{function.name}" if scope else function.name
        yield StateChange(qualname, name, module.place(node, subject=name))


def collections_of(module: Module) -> Iterator[str]:
    """The module-level names that are bound to a built-in collection and to nothing else."""
    for name, bindings in module.scopes.module_scope.bindings.items():
        kinds = [
            module.types(each.value)
            for each in bindings
            if each.kind in ("assign", "annotated") and each.value is not None
        ]
        if len(kinds) == len(bindings) and all(
            kind and _COLLECTIONS.issuperset(kind) for kind in kinds
        ):
            yield name


def is_module_level(node: ast.expr, name: str, module: Module) -> bool:
    """Whether ``node`` is the module-level variable ``name``, as seen from a function."""
    return (
        isinstance(node, ast.Name)
        and node.id == name
        and module.function_of(node) is not None
        and module.scopes.scope_of(node).lookup(name)
        is module.scopes.module_scope.bindings.get(name)
    )


def _item_changes(collections: set[str], module: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in module.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Load) or not isinstance(node.value, ast.Name):
            continue
        name = node.value.id
        if name in collections and is_module_level(node.value, name, module):
            yield node, name


def _method_changes(collections: set[str], module: Module) -> Iterator[tuple[ast.AST, str]]:
    for method in sorted(_CHANGERS & module.calls_by_name.keys()):
        for call in module.calls_by_name[method]:
            func = call.func
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
                name = func.value.id
                if name in collections and is_module_level(func.value, name, module):
                    yield call, name


def _rebindings(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Assignments to a variable that a function declares global."""
    for name, bindings in module.scopes.module_scope.bindings.items():
        if _is_of_the_process(name):
            continue
        for binding in bindings:
            if binding.kind in ("assign", "annotated", "augmented"):
                function = module.function_of(binding.node)
                if function is not None and _holds_data(binding.value, module):
                    yield binding.node, name


def _holds_data(value: ast.expr | None, module: Module) -> bool:
    """Whether a variable that is set holds data rather than an object or a mark that something was done."""
    if isinstance(value, ast.Constant):
        return False
    types = module.types(value) if value is not None else ()
    return isinstance(value, (ast.Name, ast.BinOp)) or bool(
        types and _COLLECTIONS.issuperset(types)
    )


def _is_first_use(node: ast.AST, name: str, module: Module) -> bool:
    """Whether a condition asks for the variable itself first: it, or its item, is made when it is first needed."""
    by_key = isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant)
    return any(
        isinstance(ancestor, ast.If)
        and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(ancestor.test))
        and (not by_key or _asks_for_lack(ancestor.test))
        for ancestor in module.ancestors(node)
    )


def _asks_for_lack(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.NotIn)


def _stands_in(node: ast.AST, module: Module) -> bool:
    """Whether an operator's choice or the lack of something else brings the change: ``else`` of ``if redis:``."""
    child = node
    for ancestor in module.ancestors(node):
        if (
            isinstance(ancestor, ast.If)
            and child in ancestor.orelse
            and isinstance(_asked(ancestor.test), (ast.Name, ast.Attribute))
        ):
            return True
        child = ancestor
    return False


def _asked(test: ast.expr) -> ast.expr:
    """What a condition asks for, when it only asks whether that is there: ``x`` of ``x is not None``."""
    is_presence = (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.IsNot)
        and isinstance(test.comparators[0], ast.Constant)
    )
    return test.left if isinstance(test, ast.Compare) and is_presence else test


def _is_of_the_process(name: str) -> bool:
    return any(_OF_THE_PROCESS.fullmatch(word) for word in _WORD.findall(name))
