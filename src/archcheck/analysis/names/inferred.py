"""What other modules may know of a module's values: the paths of its variables, attributes and results.

Alternatives stand behind one another, with ``|`` in between.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.declared_types import Names
from archcheck.analysis.names.definitions import Function, results, yields
from archcheck.analysis.names.library import BUILTINS
from archcheck.analysis.names.paths import ARGUMENT, OR
from archcheck.analysis.names.value_types import (
    MANAGERS,
    PROPERTIES,
    TRANSPARENT_DECORATORS,
    is_enum,
)

_VALUES = frozenset({"assign", "annotated", "with"})


def variables(module: Module) -> Iterator[tuple[str, str]]:
    """Module-level names with the paths of their value; ``""`` where it is unknown."""
    for name, bindings in module.scopes.module_scope.bindings.items():
        if any(binding.kind in _VALUES for binding in bindings):
            if len(bindings) == 1 and isinstance(bindings[0].value, (ast.Subscript, ast.BinOp)):
                # An alias stands for the class itself: ``SessionDep = Annotated[Session, ...]``.
                yield name, _kept(module.symbols.annotation(bindings[0].value), module)
            else:
                yield name, _kept(module.paths.of_bindings(bindings), module)


def attributes(module: Module, owner: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """The attributes of a class, properties included, with the paths of their value."""
    members = is_enum(owner)
    for name, bindings in module.symbols.definitions.own_attributes(owner).items():
        # Whatever its value, a member is of the enumeration's class.
        yield name, "" if members else _kept(module.paths.of_bindings(bindings), module)
    for statement in owner.body:
        if isinstance(
            statement, (ast.FunctionDef, ast.AsyncFunctionDef)
        ) and PROPERTIES.intersection(module.symbols.decorators(statement)):
            yield statement.name, _kept(module.paths.of_result(statement), module)


def result(module: Module, function: Function) -> str:
    """The paths of what a call of the function gives, first-party decorators left aside; ``""`` when unknown."""
    if function.decorator_list:
        left = {name.removesuffix("()") for name in open_decorators(module, function)}
        decorators = module.symbols.decorators(function)
        if not TRANSPARENT_DECORATORS.union(left).issuperset(decorators):
            return ""
    if _gives_argument(module, function):
        return ARGUMENT
    return _kept(module.paths.of_result(function), module)


def open_decorators(module: Module, function: Function) -> tuple[str, ...]:
    """The first-party decorators of a function, of which only the whole program knows what they give back.

    Behind one that is called stands ``()``.
    """
    found: list[str] = []
    for node in function.decorator_list:
        target, step = (node.func, "()") if isinstance(node, ast.Call) else (node, "")
        own = filter(module.symbols.is_first_party, module.names(target))
        found.extend(f"{name}{step}" for name in own)
    return tuple(found)


def _gives_argument(module: Module, function: Function) -> bool:
    """Whether a function gives back its one argument, by its type variable or by what it returns."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    if len(arguments) != 1 or isinstance(module.parent(function), ast.ClassDef):
        return False
    declared, returns = arguments[0].annotation, function.returns
    if isinstance(declared, ast.Name) and isinstance(returns, ast.Name):
        return declared.id == returns.id and not module.symbols.annotation(returns)
    values = results(function, module.scopes)
    return bool(values) and all(
        isinstance(value, ast.Name)
        and [each.node for each in module.symbols.bindings(value)] == [arguments[0]]
        for value in values
    )


def entered(module: Module, function: Function) -> str:
    """The paths of what ``with function() as x`` binds, for a function made a context manager."""
    if not MANAGERS.intersection(module.symbols.decorators(function)):
        return ""
    if function.returns is not None:
        types = module.symbols.handed_out(function.returns)
        if types:
            return _kept(tuple(f"{each}()" for each in types), module)
    return _kept(module.paths.of_values(yields(function, module.scopes)), module)


def exports(module: Module) -> tuple[str, ...] | None:
    """The literal ``__all__`` of the module; None when it has none, or one that is computed."""
    bindings = module.scopes.module_scope.bindings.get("__all__", [])
    values = [binding.value for binding in bindings]
    if len(values) != 1 or not isinstance(values[0], (ast.List, ast.Tuple)):
        return None
    names = [item.value if isinstance(item, ast.Constant) else None for item in values[0].elts]
    return tuple(map(str, names)) if all(isinstance(name, str) for name in names) else None


def altered(module: Module) -> frozenset[str]:
    """Paths of the first-party objects of other modules whose behaviour this module replaces."""
    return frozenset(
        path
        for receiver in module.receivers.altered
        for path in module.paths.alternatives(receiver)
        if module.symbols.is_first_party(path)
    )


def _kept(paths: Names, module: Module) -> str:
    """The paths as a fact; ``""`` where one of them says nothing elsewhere."""
    return OR.join(paths) if all(_says_something(path, module) for path in paths) else ""


def _says_something(path: str, module: Module) -> bool:
    bare = path.removesuffix("()")
    # Another module cannot see that this one alters the class, so its instance says nothing there.
    return bare not in BUILTINS and bare not in module.receivers.customised
