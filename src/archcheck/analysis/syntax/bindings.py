"""What gives a name its value, and where is that name seen?"""

from __future__ import annotations

import ast

from msgspec import Struct, field


class Binding(Struct, frozen=True):
    """One place that gives a name a value.

    Attributes:
        kind: ``import``, ``class``, ``function``, ``parameter``, ``assign``, ``annotated``, ``with``,
            ``augmented``, ``deleted`` or ``other`` (loops, handlers, patterns, unpacking: nothing is known).
        node: the statement or expression that binds.
        value: the value bound, where the syntax shows one (for ``with`` the context expression).
        annotation: the declared type, where there is one.
        target: for an import, the qualified name it stands for.
    """

    kind: str
    node: ast.AST
    value: ast.expr | None = None
    annotation: ast.expr | None = None
    target: str = ""


class Scope(Struct):
    """A namespace: a module, class, function, lambda or comprehension."""

    kind: str
    node: ast.AST
    parent: Scope | None
    qualname: str = ""
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer_names: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)

    def bind(self, name: str, binding: Binding) -> None:
        """Record that ``name`` is bound here (or in the module, where a ``global`` statement says so)."""
        home = self.module() if name in self.global_names else self
        home.bindings.setdefault(name, []).append(binding)

    def module(self) -> Scope:
        """The module's own scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def enclosing_function(self) -> Scope | None:
        """The nearest function scope, this one included."""
        scope: Scope | None = self
        while scope is not None and scope.kind not in ("function", "lambda"):
            scope = scope.parent
        return scope

    def lookup(self, name: str) -> list[Binding]:
        """The bindings that a load of ``name`` here can see; empty when none is in the file."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.global_names:
                return scope.module().bindings.get(name, [])
            # A class body's names are visible to the body itself, not to the functions in it.
            if scope.kind != "class" or scope is self:
                found = scope.bindings.get(name)
                if found:
                    return found
            scope = scope.parent
        return []
