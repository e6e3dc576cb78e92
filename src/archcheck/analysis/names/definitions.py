"""What does a module define: its classes with their attributes, its functions with what they give back?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.syntax.bindings import Binding, Scope
from archcheck.analysis.syntax.scopes import Scopes

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Stands for a file without a module name, so that its own ``open`` is not taken for the built-in.
UNNAMED = "__main__"
_MAX_BASES = 40


class Definitions:
    """The classes and functions of one module.

    Args:
        scopes: the module's scopes and bindings.
        module: its qualified name; ``""`` when it has none.
    """

    def __init__(self, scopes: Scopes, module: str) -> None:
        self._scopes = scopes
        self._module = module
        self._attributes: dict[ast.ClassDef, dict[str, list[Binding]]] = {}
        self._lines: dict[ast.ClassDef, tuple[ast.ClassDef, ...]] = {}
        self.classes: dict[str, ast.ClassDef] = {
            self.name(node): node for node in scopes.attributes
        }

    def name(self, node: ast.AST) -> str:
        """The qualified name of a function or class defined here."""
        name = getattr(node, "name", "")
        prefix = self._scopes.scope_of(node).qualname
        return ".".join(part for part in (self._module or UNNAMED, prefix, name) if part)

    def of(self, func: ast.expr) -> Function | ast.ClassDef | None:
        """The one function or class that a plain name stands for."""
        if not isinstance(func, ast.Name):
            return None
        bindings = self._scopes.scope_of(func).lookup(func.id)
        node = bindings[0].node if len(bindings) == 1 else None
        return node if isinstance(node, _DEFINITIONS) else None

    def owner(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose ``self`` or ``cls`` the name ``node`` is."""
        if not isinstance(node, ast.Name):
            return None
        return self._scopes.instance_owner(node.id, self._scopes.scope_of(node))

    def asked_above(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose bases ``super()`` asks, in one of its methods; None for anything else."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            return None
        scope = self._scopes.scope_of(node)
        if node.func.id != "super" or scope.lookup("super"):
            return None
        function = scope.enclosing_function()
        owner = self._scopes.parents.get(function.node) if function is not None else None
        if not isinstance(owner, ast.ClassDef):
            return None
        return owner if not node.args or self.of(node.args[0]) is owner else None

    def makes_instance(self, func: ast.expr) -> bool:
        """Whether a call of ``func`` makes an instance of the class around it: ``cls()`` in a class method."""
        if self.owner(func) is None:
            return False
        function = self._scopes.scope_of(func).enclosing_function()
        decorators = getattr(function.node, "decorator_list", ()) if function is not None else ()
        return any(isinstance(each, ast.Name) and each.id == "classmethod" for each in decorators)

    def defines(self, name: str) -> bool:
        """Whether a qualified name is a function, class or method of this module."""
        owner, _, last = name.rpartition(".")
        home = self.classes.get(owner)
        if home is not None:
            return self.method(home, last) is not None
        bindings = self._scopes.module_scope.bindings.get(last, []) if owner == self._module else []
        return bool(bindings) and all(each.kind in ("class", "function") for each in bindings)

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class around ``node``, or whose method ``node`` annotates."""
        scope: Scope | None = self._scopes.scope_of(node)
        while scope is not None:
            if isinstance(scope.node, ast.ClassDef):
                return scope.node
            scope = scope.parent
        return None

    def line_of(self, owner: ast.ClassDef) -> tuple[ast.ClassDef, ...]:
        """The class and those of its bases that this module defines, nearest first."""
        found = self._lines.get(owner)
        if found is None:
            found = self._lines[owner] = tuple(self._line(owner))
        return found

    def _line(self, owner: ast.ClassDef) -> list[ast.ClassDef]:
        found: list[ast.ClassDef] = []
        pending = [owner]
        while pending and len(found) < _MAX_BASES:
            current = pending.pop(0)
            if current not in found:
                found.append(current)
                bases = (self.of(base) for base in current.bases)
                pending.extend(base for base in bases if isinstance(base, ast.ClassDef))
        return found

    def attribute(self, owner: ast.ClassDef, name: str) -> list[Binding]:
        """Where the class, or a base in this module, gives an attribute a value."""
        return [
            binding for each in self.line_of(owner) for binding in self.own_attribute(each, name)
        ]

    def own_attribute(self, owner: ast.ClassDef, name: str) -> list[Binding]:
        """Where the class itself gives an attribute a value: on ``self`` or in its body."""
        return self.own_attributes(owner).get(name, [])

    def own_attributes(self, owner: ast.ClassDef) -> dict[str, list[Binding]]:
        """The attributes that the class itself gives a value or a type, and where."""
        found = self._attributes.get(owner)
        if found is None:
            found = self._attributes[owner] = {
                name: list(bindings) for name, bindings in self._scopes.attributes[owner].items()
            }
            for statement in owner.body:
                for name, binding in _bound(statement):
                    found.setdefault(name, []).append(binding)
        return found

    def method(self, owner: ast.ClassDef, name: str) -> Function | None:
        """The method of a class, or of its bases in this module."""
        for each in self.line_of(owner):
            for statement in each.body:
                if (
                    isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
                    and statement.name == name
                ):
                    return statement
        return None


def results(function: Function, scopes: Scopes) -> list[ast.expr]:
    """What a function returns, ``None`` left out; empty for a generator."""
    found: list[ast.expr] = []
    for node in scopes.bodies[function]:
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return []
        if isinstance(node, ast.Return) and node.value is not None:
            found.append(node.value)
    return [value for value in found if not is_none(value)]


def yields(function: Function, scopes: Scopes) -> list[ast.expr]:
    """What a generator yields."""
    return [
        node.value
        for node in scopes.bodies[function]
        if isinstance(node, ast.Yield) and node.value is not None
    ]


def is_none(node: ast.expr) -> bool:
    """Whether an expression is the constant ``None``."""
    return isinstance(node, ast.Constant) and node.value is None


def _bound(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    """The names that a statement of a class body gives a value."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        binding = Binding("annotated", statement, statement.value, statement.annotation)
        yield statement.target.id, binding
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, Binding("assign", statement, statement.value)
