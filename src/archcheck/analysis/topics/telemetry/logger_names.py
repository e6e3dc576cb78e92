"""Which names do the loggers of the standard library have, and which of them does a file give a handler to?"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.scopes import FUNCTIONS

_GET = "logging.getLogger"
ROOT = ""
"""The name of the root logger."""
#: Calls that give every logger its handlers.
_WHOLE = ("basicConfig", "dictConfig", "fileConfig")


def logger_name(node: ast.expr, module: Module) -> str | None:
    """The name of the logger that ``node`` is worth, `ROOT` for the root's; None when this file cannot tell."""
    call = module.symbols.origin(node)
    names = _names(call, module) if call is not None else ()
    return names[0] if len(names) == 1 else None


def module_loggers(module: Module) -> tuple[tuple[str, str], ...]:
    """Module-level names with the names of the loggers that they hold."""
    found: list[tuple[str, str]] = []
    for call in module.calls_by_name.get("getLogger", ()):
        target = module.parent(call)
        if not isinstance(target, ast.Assign) or module.parent(target) is not module.tree:
            continue
        names = _names(call, module)
        if len(names) == 1:
            found += [(each.id, names[0]) for each in target.targets if isinstance(each, ast.Name)]
    return tuple(found)


def handled_loggers(module: Module) -> tuple[str, ...]:
    """The names of the loggers that get their handlers here, if these are all and the root is not among them.

    Empty when nothing gets any, or when nobody can tell what does: then a formatter of this file may serve every logger.
    """
    receivers = [
        call.func.value
        for call in module.calls_by_name.get("addHandler", ())
        if isinstance(call.func, ast.Attribute)
    ]
    if not receivers or any(module.calls_by_name.get(name) for name in _WHOLE):
        return ()
    found: dict[str, None] = {}
    for receiver in receivers:
        names = _all_names(receiver, module)
        if not names or ROOT in names:
            return ()
        found.update(dict.fromkeys(names))
    return tuple(found)


def covers(names: Iterable[str], logger: str) -> bool:
    """Whether a logger is one of those that are named, or below one.

    >>> covers(["shop.audit"], "shop.audit.orders"), covers(["shop.audit"], "shop")
    (True, False)
    """
    return any(logger == name or logger.startswith(f"{name}.") for name in names)


def _all_names(receiver: ast.expr, module: Module) -> tuple[str, ...]:
    """The names of every logger that a receiver may be: what the file's own calls pass, where it is a parameter."""
    call = module.symbols.origin(receiver)
    if call is not None:
        return _names(call, module)
    function = module.function_of(receiver)
    if not isinstance(receiver, ast.Name) or not isinstance(function, FUNCTIONS):
        return ()
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(function, ast.Lambda) or receiver.id not in parameters:
        return ()
    position = parameters.index(receiver.id)
    found: list[str] = []
    for each in module.calls_by_name.get(function.name, ()):
        given = each.args[position] if len(each.args) > position else None
        made = module.symbols.origin(given) if given is not None else None
        names = _names(made, module) if made is not None else ()
        if not names:
            return ()
        found += names
    return tuple(found)


def _names(call: ast.Call, module: Module) -> tuple[str, ...]:
    """The names that a call of ``getLogger`` may be given; empty for any other call, or when nobody can tell."""
    if module.resolve(call.func) != _GET:
        return ()
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not given:
        return (ROOT,)
    return _texts(given[0], module)


def _texts(node: ast.expr, module: Module, depth: int = 0) -> tuple[str, ...]:
    """The texts that an expression may be: a constant, the module's name, the items that a loop goes through."""
    if isinstance(node, ast.Constant):
        text = node.value
        return (text,) if isinstance(text, str) else (ROOT,) if text is None else ()
    if not isinstance(node, ast.Name) or depth > 2:
        return ()
    if node.id == "__name__":
        return (module.name,) if module.name else ()
    bindings = module.symbols.bindings(node)
    if len(bindings) != 1:
        return ()
    value = bindings[0].value
    if value is not None:
        return _texts(value, module, depth + 1)
    loop = bindings[0].node
    return _items(loop.iter, module) if isinstance(loop, ast.For) else ()


def _items(node: ast.expr, module: Module) -> tuple[str, ...]:
    """The constant texts that a list or tuple, or a name for one, holds; empty when it holds anything else."""
    if isinstance(node, ast.Name):
        bindings = module.symbols.bindings(node)
        value = bindings[0].value if len(bindings) == 1 else None
        if value is None:
            return ()
        node = value
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return ()
    texts = [item.value for item in node.elts if isinstance(item, ast.Constant)]
    found = tuple(text for text in texts if isinstance(text, str))
    return found if len(found) == len(node.elts) else ()
