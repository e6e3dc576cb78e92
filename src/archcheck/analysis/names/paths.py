"""What only the whole program can follow, as a path from a first-party name.

``app.http.session.get``, ``app.http.make().get``, ``app.api.Client().session.get``: names and attributes in dots,
``()`` for the result of a call, which for a class is an instance. A ``with`` is a call of ``__enter__``, and what
``super()`` asks lies behind ``^``. The linker follows the path once all modules are known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from archcheck.analysis.names.declared_types import MAX_DEPTH
from archcheck.analysis.names.definitions import Function, is_none, results
from archcheck.analysis.names.symbols import Symbols
from archcheck.analysis.names.value_types import ENTERING, HANDED_BACK
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.syntax.scopes import Scopes

#: The instance whose method is called, in the path of what the method gives back.
SELF = "Self()"
#: What a decorator was given, in the path of what it gives back.
ARGUMENT = "Argument()"
#: Behind an instance of a class: what ``super()`` finds in that class's methods.
ABOVE = "^"
_STEP = {False: ".__enter__()", True: ".__aenter__()"}


class Paths:
    """The paths of one module.

    Args:
        symbols: resolves its names.
        scopes: its scopes and bindings.
        module: its qualified name; ``""`` when it has none.
        stars: whether it imports ``*`` from a first-party module.
    """

    def __init__(self, symbols: Symbols, scopes: Scopes, module: str, *, stars: bool) -> None:
        self._symbols = symbols
        self._definitions = symbols.definitions
        self._scopes = scopes
        self._module = module
        self._stars = stars and bool(module)
        self._known: dict[ast.expr, str] = {}

    def of(self, node: ast.expr, depth: int = 0) -> str:
        """The one path of what ``node`` is worth; ``""`` when unknown, or when there are several."""
        found = self._known.get(node)
        if found is None:
            self._known[node] = ""  # a cycle of definitions is unknown
            found = self._path(node, depth) if depth < MAX_DEPTH else ""
            self._known[node] = found
        return found

    def of_bindings(self, bindings: Iterable[Binding], depth: int = 0) -> str:
        """The path that all these bindings agree on; those that say nothing (``x = None``) do not count."""
        return _agreed(self._of_binding(binding, depth) for binding in bindings)

    def of_result(self, function: Function) -> str:
        """The path of what a function returns: as annotated, else as returned."""
        declared = function.returns
        if declared is not None:
            return (
                SELF
                if self._symbols.is_self(declared)
                else _instance(self._symbols.annotation(declared))
            )
        return _agreed(self._returned(value) for value in results(function, self._scopes))

    def _returned(self, value: ast.expr) -> str:
        made = value.func if isinstance(value, ast.Call) else value
        is_self = self._definitions.owner(value) is not None
        return SELF if is_self or self._definitions.makes_instance(made) else self.of(value)

    def _path(self, node: ast.expr, depth: int) -> str:
        types = self._symbols.types(node)
        if types:
            return _instance(types)
        names = self._symbols.names(node)
        if names:
            # What `functools.partial` has bound cannot be told along a path.
            return names[0] if len(names) == 1 and not self._symbols.partials(node) else ""
        if isinstance(node, ast.Name):
            return self._of_name(node, depth)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, depth)
        if isinstance(node, ast.Call):
            return self._of_call(node, depth)
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.of(node.value, depth + 1)
        if isinstance(node, ast.IfExp):
            return self.of_alternatives([node.body, node.orelse], depth)
        if isinstance(node, ast.BoolOp):
            return self.of_alternatives(node.values, depth)
        return ""

    def of_alternatives(self, nodes: Iterable[ast.expr], depth: int = 0) -> str:
        """The path that all these expressions agree on, ``None`` left out."""
        return _agreed(None if is_none(node) else self.of(node, depth + 1) for node in nodes)

    def _of_name(self, node: ast.Name, depth: int) -> str:
        bindings = self._symbols.bindings(node)
        if not bindings:
            return f"{self._module}.{node.id}" if self._stars else ""
        owner = self._definitions.owner(node)
        if owner is not None:
            return f"{self._definitions.name(owner)}()"
        return self.of_bindings(bindings, depth)

    def _of_attribute(self, node: ast.Attribute, depth: int) -> str:
        below = self._definitions.asked_above(node.value)
        if below is not None:
            known = self._has_own_base(below)
            return f"{self._definitions.name(below)}().{ABOVE}.{node.attr}" if known else ""
        owner = self._definitions.owner(node.value)
        if owner is None:
            value = self.of(node.value, depth + 1)
            return f"{value}.{node.attr}" if value else ""
        if self._definitions.attribute(owner, node.attr):
            return self.of_bindings(self._definitions.attribute(owner, node.attr), depth)
        # What the class and its bases in this module do not define comes from a base elsewhere, if from anywhere.
        defined_here = self._definitions.method(owner, node.attr) is not None
        if defined_here or self._has_foreign_base(owner):
            return f"{self._definitions.name(owner)}().{node.attr}"
        return ""

    def _has_foreign_base(self, owner: ast.ClassDef) -> bool:
        """Whether the class has, over any number of steps, a first-party base of another module."""
        return any(
            self._symbols.is_first_party(name) and name not in self._definitions.classes
            for each in self._definitions.line_of(owner)
            for base in each.bases
            for name in self._symbols.names(base)
        )

    def _has_own_base(self, owner: ast.ClassDef) -> bool:
        """Whether a base of the class is first-party."""
        return any(
            name in self._definitions.classes or self._symbols.is_first_party(name)
            for base in owner.bases
            for name in self._symbols.names(base)
        )

    def _of_call(self, node: ast.Call, depth: int) -> str:
        callees = self._symbols.names(node.func)
        if callees and ENTERING.issuperset(callees) and node.args:
            asynchronous = callees[0].endswith("enter_async_context")
            return self._entered(node.args[0], asynchronous=asynchronous, depth=depth)
        callee = self.of(node.func, depth + 1)
        return f"{callee}()" if self._symbols.is_first_party(callee) else ""

    def _of_binding(self, binding: Binding, depth: int) -> str | None:
        if binding.kind == "deleted":
            return None
        if binding.annotation is not None:
            declared = self._symbols.annotation(binding.annotation)
            if declared:
                return _instance(declared)
        if binding.kind == "import":
            return binding.target
        if binding.kind not in ("assign", "annotated", "with"):
            return ""
        if binding.value is None or is_none(binding.value):
            return None
        if binding.kind == "with":
            statement = self._scopes.parents.get(binding.node)
            asynchronous = isinstance(statement, ast.AsyncWith)
            return self._entered(binding.value, asynchronous=asynchronous, depth=depth)
        return self.of(binding.value, depth + 1)

    def _entered(self, node: ast.expr, *, asynchronous: bool, depth: int) -> str:
        """The path of what ``with node as x`` binds."""
        known = self._symbols.entered(node, asynchronous=asynchronous)
        if known:
            return _instance(known)
        if isinstance(node, ast.Call) and node.args:
            callees = self._symbols.names(node.func)
            if callees and HANDED_BACK.issuperset(callees):
                return self.of(node.args[0], depth + 1)
        manager = self.of(node, depth + 1)
        return f"{manager}{_STEP[asynchronous]}" if manager else ""


def _instance(types: tuple[str, ...]) -> str:
    return f"{types[0]}()" if len(types) == 1 else ""


def _agreed(paths: Iterable[str | None]) -> str:
    """The one path among the alternatives that say something; ``""`` when one is unknown or they differ."""
    found = {path for path in paths if path is not None}
    return found.pop() if len(found) == 1 else ""
