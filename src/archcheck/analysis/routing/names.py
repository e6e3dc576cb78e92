"""What is a router called? By where it stands, so that several files can speak of the same one."""

from __future__ import annotations

import ast

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.syntax.bindings import Scope

#: Attributes that speak for the object that has them: aiohttp's ``app.router``, the ``urls`` of DRF and Ninja.
_SPEAKING = frozenset({"router", "urls"})
_STATEMENTS = (ast.Assign, ast.AnnAssign, ast.NamedExpr)


def node_of(expression: ast.expr, module: Module) -> str:
    """The name of the node that ``expression`` stands for; ``""`` when unknown."""
    if isinstance(expression, ast.Name):
        return _of_name(expression, module)
    if isinstance(expression, ast.Attribute):
        return _of_attribute(expression, module)
    if isinstance(expression, ast.Call):
        return result_of(expression, module) or anonymous(expression, module)
    if isinstance(expression, (ast.List, ast.Tuple, ast.BinOp)):
        return anonymous(expression, module)
    if isinstance(expression, ast.Await):
        return node_of(expression.value, module)
    return ""


def made(expression: ast.expr, module: Module) -> str:
    """The name of the node that ``expression`` makes: of the variable that it is given to, if there is one."""
    parent = module.parent(expression)
    if isinstance(parent, _STATEMENTS):
        target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
        return target_node(target, module) or anonymous(expression, module)
    if isinstance(parent, ast.Return):
        function = module.function_of(parent)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return f"{module.symbols.definition_name(function)}()"
    return anonymous(expression, module)


def target_node(target: ast.expr, module: Module) -> str:
    """The name of the node that an assignment target holds from then on."""
    if isinstance(target, ast.Name):
        return _of_name(target, module)
    if isinstance(target, ast.Attribute):
        owner = module.symbols.owner_class(target)
        if owner is not None:
            return f"{module.symbols.definition_name(owner)}.{target.attr}"
    return ""


def anonymous(node: ast.expr, module: Module) -> str:
    """A name for a node that nothing else can speak of."""
    return f"{_home(module)}.<{node.lineno}:{node.col_offset}>"


def result_of(call: ast.Call, module: Module) -> str:
    """The name of what a first-party function makes: ``shop.main.create_app()``."""
    names = module.names(call.func)
    if len(names) == 1 and module.symbols.is_first_party(names[0]):
        return f"{names[0]}()"
    return ""


def definition(node: AnyFunction | ast.ClassDef, module: Module) -> str:
    """The name of a function or class as a node."""
    return module.symbols.definition_name(node)


def _of_name(node: ast.Name, module: Module) -> str:
    scope: Scope | None = module.scopes.scope_of(node)
    while scope is not None:
        bindings = scope.bindings.get(node.id)
        if bindings:
            if all(binding.kind == "import" for binding in bindings):
                return bindings[0].target
            if any(binding.kind in ("parameter", "other") for binding in bindings):
                return ""
            return ".".join(part for part in (_home(module), scope.qualname, node.id) if part)
        scope = scope.parent
    return ""


def _of_attribute(node: ast.Attribute, module: Module) -> str:
    owner = module.symbols.owner_class(node)
    if owner is not None:
        return f"{module.symbols.definition_name(owner)}.{node.attr}"
    names = module.names(node)
    if len(names) == 1 and module.symbols.is_first_party(names[0]):
        return names[0]
    return node_of(node.value, module) if node.attr in _SPEAKING else ""


def _home(module: Module) -> str:
    return module.name or "__main__"
