"""What only the whole program can follow, as a path from a first-party name.

``app.http.session.get``, ``app.http.make().get``, ``app.api.Client().session.get``: names and attributes in dots,
``()`` for the result of a call, which for a class is an instance. A ``with`` is a call of ``__enter__``, and what
``super()`` asks lies behind ``^``. The linker follows the path once all modules are known. What is bound in two ways
has a path for each, its *alternatives*; facts keep them with ``|`` in between.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from archcheck.analysis.names.declared_types import MAX_DEPTH, UNKNOWN, Names
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
#: Between the alternatives of a path.
OR = "|"
#: More than people write; beyond it nothing is known, so that made-up source costs no more than other.
MAX_ALTERNATIVES = 8
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
        self._known: dict[ast.expr, Names] = {}

    def of(self, node: ast.expr) -> str:
        """The one path of what ``node`` is worth; ``""`` when unknown, or when there are several."""
        found = self.alternatives(node)
        return found[0] if len(found) == 1 else ""

    def alternatives(self, node: ast.expr, depth: int = 0) -> Names:
        """The paths of everything that ``node`` may be worth; empty when unknown."""
        found = self._known.get(node)
        if found is None:
            self._known[node] = UNKNOWN  # a cycle of definitions is unknown
            found = _few(self._paths(node, depth)) if depth < MAX_DEPTH else UNKNOWN
            self._known[node] = found
        return found

    def of_bindings(self, bindings: Iterable[Binding], depth: int = 0) -> Names:
        """The paths of a name with these bindings; those that say nothing (``x = None``) do not count."""
        return _united(self._of_binding(binding, depth) for binding in bindings)

    def of_result(self, function: Function) -> Names:
        """The paths of what a function returns: as annotated, else, or where that is ``Any``, as returned."""
        declared = function.returns
        if declared is not None and not self._symbols.is_any(declared):
            if self._symbols.is_self(declared):
                return (SELF,)
            return _instances(self._symbols.annotation(declared))
        return _united(self._returned(value) for value in results(function, self._scopes))

    def of_values(self, nodes: Iterable[ast.expr], depth: int = 0) -> Names:
        """The paths of what is one of these expressions, ``None`` left out."""
        return _united(
            None if is_none(node) else self.alternatives(node, depth + 1) for node in nodes
        )

    def _returned(self, value: ast.expr) -> Names:
        made = value.func if isinstance(value, ast.Call) else value
        if self._definitions.owner(value) is not None or self._definitions.makes_instance(made):
            return (SELF,)
        return self.alternatives(value)

    def _paths(self, node: ast.expr, depth: int) -> Names:
        types = self._symbols.types(node)
        if types:
            return _instances(types)
        names = self._symbols.names(node)
        if names:
            # What `functools.partial` has bound cannot be told along a path.
            return UNKNOWN if self._symbols.partials(node) else names
        if isinstance(node, ast.Name):
            return self._of_name(node, depth)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, depth)
        if isinstance(node, ast.Call):
            return self._of_call(node, depth)
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.alternatives(node.value, depth + 1)
        if isinstance(node, ast.IfExp):
            return self.of_values([node.body, node.orelse], depth)
        if isinstance(node, ast.BoolOp):
            return self.of_values(node.values, depth)
        return UNKNOWN

    def _of_name(self, node: ast.Name, depth: int) -> Names:
        bindings = self._symbols.bindings(node)
        if not bindings:
            return (f"{self._module}.{node.id}",) if self._stars else UNKNOWN
        owner = self._definitions.owner(node)
        if owner is not None:
            return (f"{self._definitions.name(owner)}()",)
        return self.of_bindings(bindings, depth)

    def _of_attribute(self, node: ast.Attribute, depth: int) -> Names:
        below = self._definitions.asked_above(node.value)
        if below is not None:
            known = self._has_own_base(below)
            return (f"{self._definitions.name(below)}().{ABOVE}.{node.attr}",) if known else UNKNOWN
        owner = self._definitions.owner(node.value)
        if owner is None:
            return _extended(self.alternatives(node.value, depth + 1), f".{node.attr}")
        if self._definitions.attribute(owner, node.attr):
            return self.of_bindings(self._definitions.attribute(owner, node.attr), depth)
        # What the class and its bases in this module do not define comes from a base elsewhere, if from anywhere.
        defined_here = self._definitions.method(owner, node.attr) is not None
        if defined_here or self._has_foreign_base(owner):
            return (f"{self._definitions.name(owner)}().{node.attr}",)
        return UNKNOWN

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

    def _of_call(self, node: ast.Call, depth: int) -> Names:
        callees = self._symbols.names(node.func)
        if callees and ENTERING.issuperset(callees) and node.args:
            asynchronous = callees[0].endswith("enter_async_context")
            return self._entered(node.args[0], asynchronous=asynchronous, depth=depth)
        called = self.alternatives(node.func, depth + 1)
        known = all(map(self._symbols.is_first_party, called))
        return _extended(called, "()") if known else UNKNOWN

    def _of_binding(self, binding: Binding, depth: int) -> Names | None:
        if binding.kind == "deleted":
            return None
        if binding.annotation is not None:
            declared = self._symbols.annotation(binding.annotation)
            if declared:
                return _instances(declared)
        if binding.kind == "import":
            return (binding.target,)
        if binding.kind not in ("assign", "annotated", "with"):
            return UNKNOWN
        if binding.value is None or is_none(binding.value):
            return None
        if binding.kind == "with":
            statement = self._scopes.parents.get(binding.node)
            asynchronous = isinstance(statement, ast.AsyncWith)
            return self._entered(binding.value, asynchronous=asynchronous, depth=depth)
        return self.alternatives(binding.value, depth + 1)

    def _entered(self, node: ast.expr, *, asynchronous: bool, depth: int) -> Names:
        """The paths of what ``with node as x`` binds."""
        known = self._symbols.entered(node, asynchronous=asynchronous)
        if known:
            return _instances(known)
        if isinstance(node, ast.Call) and node.args:
            callees = self._symbols.names(node.func)
            if callees and HANDED_BACK.issuperset(callees):
                return self.alternatives(node.args[0], depth + 1)
        return _extended(self.alternatives(node, depth + 1), _STEP[asynchronous])


def _instances(types: Names) -> Names:
    return _extended(_few(types), "()")


def _few(paths: Names) -> Names:
    return paths if len(paths) <= MAX_ALTERNATIVES else UNKNOWN


def _extended(paths: Names, step: str) -> Names:
    return tuple([f"{path}{step}" for path in paths])


def _united(alternatives: Iterable[Names | None]) -> Names:
    """All paths of the alternatives that say something; empty when one is unknown, or when they are too many."""
    found: dict[str, None] = {}
    for paths in alternatives:
        if paths is not None:
            if not paths:
                return UNKNOWN
            found.update(dict.fromkeys(paths))
    return _few(tuple(found))
