"""Which qualified name does this expression mean, and of which class is its value?

Covered: import aliases, ``from`` and relative imports, conditional imports (all branches that run), shadowing by
locals and parameters, module-level rebinding, `functools.partial`, class attributes, ``type[X]``, and first-party
definitions of the same file. `ValueTypes` tells the class of a value, `DeclaredTypes` that of an annotation, and
`Paths` what only the whole program can follow. A name with several possible meanings has several candidates; one
unknown among them makes the whole unknown, and no rule speaks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TypeGuard

from archcheck.analysis.names.declared_types import MAX_DEPTH, UNKNOWN, DeclaredTypes, Names
from archcheck.analysis.names.definitions import Definitions, Function, is_none
from archcheck.analysis.names.library import BUILTINS, CLASS_FACTORIES, INSTANCES, canonical
from archcheck.analysis.names.value_types import ValueTypes
from archcheck.analysis.syntax.bindings import Binding, Scope
from archcheck.analysis.syntax.scopes import Scopes
from archcheck.analysis.syntax.typing_only import never_runs

_PARTIAL = ("functools.partial",)
_STATIC = ("staticmethod",)


class Symbols:
    """Resolves the expressions of one module.

    Args:
        scopes: the module's scopes and bindings.
        module: its qualified name, for first-party definitions; ``""`` when it has none.
        packages: first-party top-level names; the module's own is always one.
    """

    def __init__(self, scopes: Scopes, module: str, packages: frozenset[str] = frozenset()) -> None:
        self._scopes = scopes
        self._packages = packages | {module.partition(".")[0]} - {""}
        self._names: dict[ast.expr, Names] = {}
        self.definitions = Definitions(scopes, module)
        self._declared = DeclaredTypes(self, scopes, self.definitions)
        self._values = ValueTypes(self, scopes, self.definitions)

    def close(self) -> None:
        """Let go of the parts that know this object.

        Without that cycle a file's tree is freed at once, and no collection of cycles is needed between files.
        """
        del self._declared, self._values

    def names(self, node: ast.expr, depth: int = 0) -> Names:
        """The qualified names that ``node`` may stand for; empty when unknown."""
        found = self._names.get(node)
        if found is None:
            self._names[node] = UNKNOWN  # a cycle of definitions is unknown
            found = self._resolve(node, depth) if depth < MAX_DEPTH else UNKNOWN
            self._names[node] = found
        return found

    def names_for_types(self, node: ast.expr, depth: int = 0) -> Names:
        """The same as a type checker sees it: what stands under ``if TYPE_CHECKING`` goes first."""
        if isinstance(node, ast.Name):
            bindings = self._scopes.scope_of(node).lookup(node.id)
            typing_only = [each for each in bindings if len(bindings) > 1 and self._is_dead(each)]
            if typing_only:
                return self._named(typing_only, depth)
        return self.names(node, depth)

    def types(self, node: ast.expr, depth: int = 0) -> Names:
        """The qualified names of the classes that the value of ``node`` may have; empty when unknown."""
        return self._values.of(node, depth)

    def types_of_bindings(self, bindings: list[Binding], depth: int = 0) -> Names:
        """The classes that a name with these bindings may hold an instance of."""
        return self._values.of_bindings(bindings, depth)

    def annotation(self, node: ast.expr, depth: int = 0) -> Names:
        """The classes that an annotation admits, ``None`` left out; empty when it says nothing exact."""
        return self._declared.of(node, depth)

    def is_self(self, node: ast.expr) -> bool:
        """Whether an annotation is ``Self``."""
        return self._declared.is_self(node)

    def is_any(self, node: ast.expr) -> bool:
        """Whether an annotation is ``Any``."""
        return self._declared.is_any(node)

    def handed_out(self, node: ast.expr) -> Names:
        """The classes of what an annotated generator yields or context manager gives."""
        return self._declared.handed_out(node)

    def entered(self, node: ast.expr, *, asynchronous: bool) -> Names:
        """The classes of what ``with node as x`` binds."""
        return self._values.entered(node, asynchronous=asynchronous)

    def decorators(self, definition: Function | ast.ClassDef) -> list[str]:
        """Qualified names of the decorators of a function or class; ``?`` for each unknown."""
        return self._values.decorators(definition)

    def alias(self, node: ast.Name) -> ast.expr | None:
        """The type behind an alias of this module: ``SessionDep = Annotated[Session, Depends(make)]``."""
        return self._declared.alias(node)

    def is_first_party(self, name: str) -> bool:
        """Whether a qualified name starts with a first-party package."""
        return name.partition(".")[0] in self._packages

    # --- definitions of this module

    def definition_name(self, node: ast.AST) -> str:
        """The qualified name of a function or class defined in this module."""
        return self.definitions.name(node)

    def is_function(self, node: ast.expr) -> bool:
        """Whether ``node`` is the name of a function defined in this module."""
        if not isinstance(node, ast.Name):
            return False
        bindings = self._scopes.scope_of(node).lookup(node.id)
        return bool(bindings) and all(binding.kind == "function" for binding in bindings)

    def owner_class(self, node: ast.Attribute) -> ast.ClassDef | None:
        """The class whose instance ``node.value`` is when it is a method's ``self``."""
        return self.definitions.owner(node.value)

    def attribute_definitions(self, node: ast.Attribute) -> list[Binding]:
        """Where a class gives the attribute of its ``self`` a value; empty when ``node`` is no such attribute."""
        owner = self.owner_class(node)
        return self.definitions.attribute(owner, node.attr) if owner is not None else []

    def origin(self, node: ast.expr, depth: int = 0) -> ast.Call | None:
        """The one call in this module that made the object ``node`` stands for, if there is just one."""
        if isinstance(node, ast.Call):
            return node
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.origin(node.value, depth + 1)
        made = [
            binding
            for binding in self.bindings(node)
            if binding.kind != "deleted" and not (binding.value and is_none(binding.value))
        ]
        if len(made) != 1 or made[0].value is None or depth > MAX_DEPTH:
            return None
        return self.origin(made[0].value, depth + 1)

    def partials(self, func: ast.expr) -> list[ast.Call]:
        """The calls of `functools.partial` that a callee went through, the outermost first."""
        found: list[ast.Call] = []
        while len(found) < MAX_DEPTH:
            if isinstance(func, (ast.Name, ast.Attribute)):
                values = [each.value for each in self.bindings(func) if each.value is not None]
                if len(values) != 1:
                    break
                func = values[0]
            elif self._is_partial(func):
                found.append(func)
                func = func.args[0]
            elif self._is_static(func):
                func = func.args[0]
            else:
                break
        return found

    def bindings(self, node: ast.expr) -> list[Binding]:
        """The places of this module that give a name, or an attribute of ``self``, its value."""
        if isinstance(node, ast.Name):
            return self._scopes.scope_of(node).lookup(node.id)
        return self.attribute_definitions(node) if isinstance(node, ast.Attribute) else []

    # --- names

    def _resolve(self, node: ast.expr, depth: int) -> Names:
        if isinstance(node, ast.Name):
            return self._resolve_name(node.id, self._scopes.scope_of(node), depth)
        if isinstance(node, ast.Attribute):
            return self._resolve_attribute(node, depth)
        if self._is_partial(node) or self._is_static(node):
            return self.names(node.args[0], depth + 1)
        return self._made_class(node, depth) if isinstance(node, ast.Call) else UNKNOWN

    def _resolve_attribute(self, node: ast.Attribute, depth: int) -> Names:
        value = node.value
        if self.definitions.owner(value) is not None:
            # `self.fetch = partial(requests.get, timeout=5)`; a value of another kind is a receiver.
            names = self._named(self.attribute_definitions(node), depth)
            return UNKNOWN if names and self._is_overridden(node) else names
        # An attribute may hold an instance, whose class says more than where it stands.
        owners = self.types(value, depth + 1) if isinstance(value, ast.Attribute) else UNKNOWN
        if not owners:
            owners = self.names(value, depth + 1) if _dotted(value) else UNKNOWN
            if not owners or any(owner in INSTANCES for owner in owners):
                owners = self.types(value, depth + 1) or owners
        return tuple(canonical(f"{owner}.{node.attr}") for owner in owners)

    def _is_overridden(self, node: ast.Attribute) -> bool:
        """Whether a subclass in this module has another such attribute."""
        owner = self.definitions.owner(node.value)
        return any(
            owner in self.definitions.line_of(heir)[1:]
            and (
                bool(self.definitions.own_attribute(heir, node.attr))
                or any(getattr(each, "name", "") == node.attr for each in heir.body)
            )
            for heir in self.definitions.classes.values()
        )

    def _resolve_name(self, name: str, scope: Scope, depth: int) -> Names:
        bindings = scope.lookup(name)
        if not bindings:
            return (name,) if name in BUILTINS else self._from_star(name)
        if len(bindings) > 1 and any(each.kind == "import" for each in bindings):
            bindings = [each for each in bindings if not self._is_dead(each)] or bindings
        return self._named(bindings, depth)

    def _from_star(self, name: str) -> Names:
        """What ``from library import *`` brings, where nothing else can have brought it."""
        stars = self._scopes.stars
        if len(stars) != 1 or name.startswith("_") or not stars[0] or self.is_first_party(stars[0]):
            return UNKNOWN
        return (canonical(f"{stars[0]}.{name}"),)

    def _named(self, bindings: Iterable[Binding], depth: int) -> Names:
        found: list[str] = []
        for binding in bindings:
            names = self._name_of(binding, depth)
            if names is None:
                continue
            if not names:
                return UNKNOWN
            found.extend(names)
        return tuple(dict.fromkeys(found))

    def _name_of(self, binding: Binding, depth: int) -> Names | None:
        """What one binding makes the name mean; None when the binding says nothing (``x = None``)."""
        if binding.kind == "deleted":
            return None
        if binding.kind == "import":
            return (canonical(binding.target),)
        if binding.kind in ("class", "function"):
            return (self.definitions.name(binding.node),)
        if binding.annotation is not None:
            classes = self._declared.class_named(binding.annotation)
            if classes:
                return classes
        value = binding.value
        if binding.kind in ("assign", "annotated"):
            if value is None or is_none(value):
                return None
            if isinstance(value, (ast.Name, ast.Attribute, ast.Call)):
                return self.names(value, depth + 1)
        return UNKNOWN

    def _made_class(self, call: ast.Call, depth: int) -> Names:
        """The class that the call of a class factory stands for: ``Base = declarative_base()``."""
        made = [CLASS_FACTORIES.get(name, "") for name in self.names(call.func, depth + 1)]
        return tuple(made) if all(made) else UNKNOWN

    def _is_partial(self, node: ast.AST) -> TypeGuard[ast.Call]:
        return isinstance(node, ast.Call) and bool(node.args) and self.names(node.func) == _PARTIAL

    def _is_static(self, node: ast.AST) -> TypeGuard[ast.Call]:
        """Whether a class keeps a function as it is: ``fetch = staticmethod(requests.get)``."""
        return isinstance(node, ast.Call) and bool(node.args) and self.names(node.func) == _STATIC

    def _is_dead(self, binding: Binding) -> bool:
        """Whether the binding stands where only type checkers read."""
        child: ast.AST = binding.node
        parents = self._scopes.parents
        parent = parents.get(child)
        while parent is not None:
            if isinstance(parent, ast.If) and never_runs(child, parent, self.names):
                return True
            child, parent = parent, parents.get(parent)
        return False


def _dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
