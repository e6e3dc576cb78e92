"""Is a value handed to the function that uses it, or does the object or module have it by itself?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.bindings import Binding

#: A question is given up, and answered with no, beyond this many steps: source is written by others.
_MAX_STEPS = 500
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_handed_in(node: ast.expr, module: Module) -> bool:
    """Whether a parameter of the function around ``node``, other than its ``self``, ends up in it.

    Followed through local variables, loops and comprehensions. A parameter of a function further out, which
    made this one, is no such parameter.
    """
    function = module.function_of(node)
    return any(_is_own(each, function, module) for each in _parameters_behind(node, module))


def parameters_behind(node: ast.expr, module: Module, *, looked_up: bool = True) -> frozenset[str]:
    """The names of the parameters that end up in ``node``, those of functions further out included.

    Without ``self`` and ``cls``; followed as in `is_handed_in`.

    Args:
        node: the expression.
        module: its file.
        looked_up: what a function gives for a parameter (``find(code).id``) counts as made of it.
    """
    return frozenset(
        each.node.arg
        for each in _parameters_behind(node, module, looked_up=looked_up)
        if isinstance(each.node, ast.arg) and _is_own(each, _owner(each, module), module)
    )


def _parameters_behind(
    node: ast.expr, module: Module, *, looked_up: bool = True
) -> Iterator[Binding]:
    """The parameters that ``node`` is made of, each once or more often."""
    pending: list[ast.AST] = [node]
    seen: set[int] = set()
    for _ in range(_MAX_STEPS):
        if not pending:
            return
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        for part in _names(current, looked_up=looked_up):
            for binding in reaching(part, module):
                if binding.kind == "parameter":
                    yield binding
                else:
                    source = source_of(binding, module)
                    if source is not None:
                        pending.append(source)


def _names(node: ast.AST, *, looked_up: bool) -> Iterator[ast.Name]:
    """The names that are read in an expression; without ``looked_up`` those in arguments of calls left out."""
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part
        elif isinstance(part, ast.Call) and not looked_up and dotted(part.func) != "str":
            pending.append(part.func)
        else:
            pending.extend(ast.iter_child_nodes(part))


def _owner(parameter: Binding, module: Module) -> ast.AST | None:
    """The function that a parameter belongs to."""
    return module.parent(module.parent(parameter.node) or parameter.node)


def _is_own(binding: Binding, function: ast.AST | None, module: Module) -> bool:
    """Whether a parameter belongs to ``function`` and is not the instance or class that a method gets."""
    owner = _owner(binding, module)
    if owner is not function or owner is None:
        return False
    if not isinstance(owner, _FUNCTIONS) or not isinstance(module.parent(owner), ast.ClassDef):
        return True
    positional = [*owner.args.posonlyargs, *owner.args.args]
    is_static = any(module.names(item) == ("staticmethod",) for item in owner.decorator_list)
    return is_static or not positional or binding.node is not positional[0]


def source_of(binding: Binding, module: Module) -> ast.AST | None:
    """The expression that a binding takes its value from, also the one that a loop goes through."""
    if binding.value is not None:
        return binding.value
    for ancestor in (binding.node, *module.ancestors(binding.node)):
        if isinstance(ancestor, _LOOPS):
            return ancestor.iter
        if isinstance(ancestor, ast.Assign):
            return ancestor.value
        if isinstance(ancestor, ast.stmt):
            return None
    return None
