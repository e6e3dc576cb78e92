"""Of which class is a value?

Covered: constructors, functions of the library's table, functions and methods of the same module by their return
annotation or by what they return, receivers assigned at any level or on ``self``, inherited and class attributes,
properties, ``with`` and ``async with``, exit stacks, `contextlib.closing`, walrus, annotations.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archcheck.analysis.names.declared_types import MAX_DEPTH, UNKNOWN, Names
from archcheck.analysis.names.definitions import Definitions, Function, is_none, results, yields
from archcheck.analysis.names.library import (
    CALLED_INSTANCES,
    ENTERED,
    INSTANCES,
    canonical,
    returned,
)
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.syntax.scopes import Scopes

if TYPE_CHECKING:
    from archcheck.analysis.names.symbols import Symbols

#: They leave the result of the function below them alone.
TRANSPARENT_DECORATORS = frozenset(
    {
        "abc.abstractmethod", "classmethod", "functools.cache", "functools.lru_cache", "staticmethod",
        "typing.override", "typing_extensions.override",
    }
)  # fmt: skip
PROPERTIES = frozenset(
    {
        "cached_property.cached_property", "django.utils.functional.cached_property",
        "functools.cached_property", "property", "werkzeug.utils.cached_property",
    }
)  # fmt: skip
MANAGERS = frozenset({"contextlib.asynccontextmanager", "contextlib.contextmanager"})
#: They enter to their argument.
HANDED_BACK = frozenset({"contextlib.aclosing", "contextlib.closing", "contextlib.nullcontext"})
#: They give what their argument enters to.
ENTERING = frozenset(
    {
        "contextlib.AsyncExitStack.enter_async_context", "contextlib.AsyncExitStack.enter_context",
        "contextlib.ExitStack.enter_context",
    }
)  # fmt: skip
_ENUMS = ("Enum", "Flag", "Choices")


class ValueTypes:
    """The values of one module.

    Args:
        symbols: resolves its names.
        scopes: its scopes and bindings.
        definitions: its classes and functions.
    """

    def __init__(self, symbols: Symbols, scopes: Scopes, definitions: Definitions) -> None:
        self._symbols = symbols
        self._scopes = scopes
        self._definitions = definitions
        self._known: dict[ast.expr, Names] = {}

    def of(self, node: ast.expr, depth: int = 0) -> Names:
        """The qualified names of the classes that a value may have; empty when unknown."""
        found = self._known.get(node)
        if found is None:
            self._known[node] = UNKNOWN
            found = self._infer(node, depth) if depth < MAX_DEPTH else UNKNOWN
            self._known[node] = found
        return found

    def of_bindings(self, bindings: Iterable[Binding], depth: int = 0) -> Names:
        """The classes that a name with these bindings may hold an instance of."""
        found: list[str] = []
        for binding in bindings:
            types = self._of_binding(binding, depth)
            if types is None:
                continue
            if not types:
                return UNKNOWN
            found.extend(types)
        return tuple(dict.fromkeys(found))

    def _infer(self, node: ast.expr, depth: int) -> Names:
        if isinstance(node, ast.Call):
            return self._of_call(node, depth)
        if isinstance(node, ast.Name):
            return self._of_name(node, depth)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, depth)
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.of(node.value, depth + 1)
        if isinstance(node, ast.IfExp):
            return self._union([node.body, node.orelse], depth)
        if isinstance(node, ast.BoolOp):
            return self._union(node.values, depth)
        return _literal_type(node)

    def _union(self, nodes: Iterable[ast.expr], depth: int) -> Names:
        found: list[str] = []
        for node in nodes:
            if is_none(node):
                continue
            types = self.of(node, depth + 1)
            if not types:
                return UNKNOWN
            found.extend(types)
        return tuple(dict.fromkeys(found))

    # --- calls

    def _of_call(self, node: ast.Call, depth: int) -> Names:
        callees = self._symbols.names(node.func, depth + 1)
        if not callees:
            return self._of_unnamed_call(node, depth)
        found: list[str] = []
        for callee in callees:
            known = self._returned_by(callee, node, depth)
            if not known:
                return UNKNOWN
            found.extend(known)
        return tuple(dict.fromkeys(found))

    def _of_unnamed_call(self, node: ast.Call, depth: int) -> Names:
        """The result of ``cls()``, of a method of ``self``, or of an instance that is called itself."""
        func = node.func
        if self._definitions.makes_instance(func):
            return self._returned_self(func)
        owner = self._symbols.owner_class(func) if isinstance(func, ast.Attribute) else None
        if owner is not None and isinstance(func, ast.Attribute):
            method = self._definitions.method(owner, func.attr)
            if method is not None:
                return self._result(method, depth)
        instances = self.of(func, depth + 1)
        if instances and all(instance in CALLED_INSTANCES for instance in instances):
            return tuple(CALLED_INSTANCES[instance] for instance in instances)
        return UNKNOWN

    def _returned_by(self, callee: str, node: ast.Call, depth: int) -> Names:
        if callee in ENTERING:
            return self.entered(node.args[0], depth=depth) if node.args else UNKNOWN
        if _is_grpc_stub(callee) and node.args:
            return self._stub(node.args[0], depth)
        definition = self._definition(callee, node.func)
        if isinstance(definition, ast.ClassDef):
            return (callee,)
        if definition is not None:
            return self._result(definition, depth)
        known = returned(callee)
        return (known,) if known else UNKNOWN

    def _definition(self, callee: str, func: ast.expr) -> Function | ast.ClassDef | None:
        """The class, function or method of this module that is called."""
        found = self._definitions.of(func)
        if found is None and callee in self._definitions.classes:
            return self._definitions.classes[callee]
        if found is None and isinstance(func, ast.Attribute):
            owner = self._definitions.classes.get(callee.rpartition(".")[0])
            return self._definitions.method(owner, func.attr) if owner is not None else None
        return found

    def _stub(self, channel: ast.expr, depth: int) -> Names:
        """A generated gRPC client; unknown where interceptors, or another module, may bound its calls."""
        made = self._symbols.origin(channel)
        if made is None or any(keyword.arg == "interceptors" for keyword in made.keywords):
            return UNKNOWN
        return ("grpc.Stub",) if self.of(made, depth + 1) == ("grpc.Channel",) else UNKNOWN

    # --- functions

    def decorators(self, definition: Function | ast.ClassDef) -> list[str]:
        """Qualified names of the decorators of a function or class; ``?`` for each unknown."""
        found: list[str] = []
        for decorator in definition.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            names = self._symbols.names(target)
            found.append(names[0] if len(names) == 1 else "?")
        return found

    def _result(self, function: Function, depth: int) -> Names:
        """What a call of the function gives: as annotated, else as returned."""
        if not TRANSPARENT_DECORATORS.issuperset(self.decorators(function)):
            return UNKNOWN
        return self._declared_or_returned(function, depth)

    def _declared_or_returned(self, function: Function, depth: int) -> Names:
        if function.returns is not None and not self._symbols.is_any(function.returns):
            return self._symbols.annotation(function.returns, depth + 1)
        found: list[str] = []
        for value in results(function, self._scopes):
            types = self._returned_self(value) or self.of(value, depth + 1)
            if not types:
                return UNKNOWN
            found.extend(types)
        return tuple(dict.fromkeys(found))

    def _returned_self(self, value: ast.expr) -> Names:
        owner = self._definitions.owner(value)
        return (self._definitions.name(owner),) if owner is not None else UNKNOWN

    # --- names and attributes

    def _of_name(self, node: ast.Name, depth: int) -> Names:
        bindings = self._scopes.scope_of(node).lookup(node.id)
        if bindings and all(binding.kind == "import" for binding in bindings):
            return _instances(canonical(binding.target) for binding in bindings)
        return self.of_bindings(bindings, depth)

    def _of_binding(self, binding: Binding, depth: int) -> Names | None:
        if binding.annotation is not None:
            declared = self._symbols.annotation(binding.annotation, depth + 1)
            if declared:
                return declared
        if binding.kind == "deleted":
            return None
        if binding.kind in ("assign", "annotated", "with"):
            if binding.value is None or is_none(binding.value):
                return None
            if binding.kind == "with":
                statement = self._scopes.parents.get(binding.node)
                asynchronous = isinstance(statement, ast.AsyncWith)
                return self.entered(binding.value, asynchronous=asynchronous, depth=depth)
            return self.of(binding.value, depth + 1)
        return UNKNOWN

    def _of_attribute(self, node: ast.Attribute, depth: int) -> Names:
        own = self._symbols.owner_class(node)
        if own is not None:
            return self._attribute_of(own, node.attr, depth)
        owners = self.of(node.value, depth + 1) or self._symbols.names(node.value, depth + 1)
        classes = [self._definitions.classes.get(owner) for owner in owners]
        if classes and all(classes):
            found = [self._attribute_of(each, node.attr, depth) for each in classes if each]
            if not all(found):
                return UNKNOWN
            return tuple(dict.fromkeys(name for names in found for name in names))
        return _instances(self._symbols.names(node, depth + 1))

    def _attribute_of(self, owner: ast.ClassDef, name: str, depth: int) -> Names:
        """The class of an attribute of a class of this module."""
        if is_enum(owner):
            return UNKNOWN  # a member, whatever its value
        bindings = self._definitions.attribute(owner, name)
        if bindings:
            return self.of_bindings(bindings, depth)
        method = self._definitions.method(owner, name)
        if method is not None and PROPERTIES.intersection(self.decorators(method)):
            return self._declared_or_returned(method, depth)
        return UNKNOWN

    # --- context managers

    def entered(self, node: ast.expr, *, asynchronous: bool = False, depth: int = 0) -> Names:
        """The classes of what ``with node as x`` binds."""
        if isinstance(node, ast.Call):
            callees = self._symbols.names(node.func, depth + 1)
            if callees and HANDED_BACK.issuperset(callees):
                return self.of(node.args[0], depth + 1) if node.args else UNKNOWN
            definition = self._definition(callees[0], node.func) if len(callees) == 1 else None
            if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
                handed_out = self.handed_out(definition, depth)
                if handed_out:
                    return handed_out
        found: list[str] = []
        for kind in self.of(node, depth + 1):
            entered = self._entered_instance(kind, asynchronous=asynchronous, depth=depth)
            if not entered:
                return UNKNOWN
            found.extend(entered)
        return tuple(dict.fromkeys(found))

    def handed_out(self, function: Function, depth: int = 0) -> Names:
        """What a function made a context manager gives its ``with``."""
        if function.returns is not None:
            declared = self._symbols.handed_out(function.returns)
            if declared:
                return declared
        if not MANAGERS.intersection(self.decorators(function)):
            return UNKNOWN
        return self._union(yields(function, self._scopes), depth)

    def _entered_instance(self, kind: str, *, asynchronous: bool, depth: int) -> Names:
        owner = self._definitions.classes.get(kind)
        if owner is None:
            # Another module's class says itself what it enters to: see `Paths`.
            return UNKNOWN if self._symbols.is_first_party(kind) else (ENTERED.get(kind, kind),)
        method = self._definitions.method(owner, "__aenter__" if asynchronous else "__enter__")
        return self._result(method, depth) if method is not None else (kind,)


def is_enum(owner: ast.ClassDef) -> bool:
    """Whether a class says by the names of its bases that its attributes are members."""
    return any(_last_segment(base).endswith(_ENUMS) for base in owner.bases)


def _instances(names: Iterable[str]) -> Names:
    """The classes of the library's instances that go by these names, if all of them are such."""
    found = [INSTANCES.get(name, "") for name in names]
    return tuple(dict.fromkeys(found)) if all(found) else UNKNOWN


def _last_segment(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_grpc_stub(name: str) -> bool:
    """Whether a class is a client that the gRPC compiler generated."""
    module, _, last = name.rpartition(".")
    return last.endswith("Stub") and module.endswith("_pb2_grpc")


def _literal_type(node: ast.expr) -> Names:
    if isinstance(node, ast.Constant):
        return UNKNOWN if node.value is None else (type(node.value).__name__,)
    if isinstance(node, ast.JoinedStr):
        return ("str",)
    if isinstance(node, (ast.List, ast.ListComp)):
        return ("list",)
    if isinstance(node, (ast.Dict, ast.DictComp)):
        return ("dict",)
    if isinstance(node, (ast.Set, ast.SetComp)):
        return ("set",)
    if isinstance(node, ast.Tuple):
        return ("tuple",)
    return UNKNOWN
