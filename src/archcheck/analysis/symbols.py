"""Which qualified name does this expression mean, and of which class is its value?

Covered: import aliases, ``from`` and relative imports, conditional imports (both branches), shadowing by locals
and parameters, module-level rebinding, first-party definitions of the same file, receivers assigned from a
constructor in the same function, at module level or on ``self``, ``with ... as``, walrus, and annotations of
variables, parameters and attributes. A name with several possible meanings has several candidates; one unknown
among them makes the whole unknown, and no rule speaks.
"""

from __future__ import annotations

import ast

from archcheck.analysis.library import (
    BUILTINS,
    INSTANCES,
    LOWER_CASE_CLASSES,
    RETURNS,
    canonical,
)
from archcheck.analysis.scopes import Binding, Scope, Scopes

Names = tuple[str, ...]
UNKNOWN: Names = ()
_DEPTH = 12
#: Stands for a file without a module name, so that its own ``open`` is not taken for the built-in.
_UNNAMED = "__main__"
_TRANSPARENT = frozenset(
    {
        "typing.Optional",
        "typing.Annotated",
        "typing.Final",
        "typing.ClassVar",
        "typing.Required",
        "typing.NotRequired",
        "typing_extensions.Annotated",
        "typing_extensions.Final",
        "typing_extensions.ClassVar",
        "typing_extensions.Optional",
    }
)


class Symbols:
    """Resolves the expressions of one module.

    Args:
        scopes: the module's scopes and bindings.
        module: its qualified name, for first-party definitions; ``""`` when it has none.
    """

    def __init__(self, scopes: Scopes, module: str) -> None:
        self._scopes = scopes
        self._module = module
        self._names: dict[ast.expr, Names] = {}
        self._types: dict[ast.expr, Names] = {}
        self._annotations: dict[ast.expr, Names] = {}

    def names(self, node: ast.expr, depth: int = 0) -> Names:
        """The qualified names that ``node`` may stand for; empty when unknown."""
        found = self._names.get(node)
        if found is None:
            self._names[node] = UNKNOWN  # a cycle of definitions is unknown
            found = self._resolve(node, depth) if depth < _DEPTH else UNKNOWN
            self._names[node] = found
        return found

    def types(self, node: ast.expr, depth: int = 0) -> Names:
        """The qualified names of the classes that the value of ``node`` may have; empty when unknown."""
        found = self._types.get(node)
        if found is None:
            self._types[node] = UNKNOWN
            found = self._infer(node, depth) if depth < _DEPTH else UNKNOWN
            self._types[node] = found
        return found

    # --- names

    def _resolve(self, node: ast.expr, depth: int) -> Names:
        if isinstance(node, ast.Name):
            return self._resolve_name(node.id, self._scopes.scope_of(node), depth)
        if isinstance(node, ast.Attribute):
            owners = self.names(node.value, depth + 1) if _dotted(node.value) else UNKNOWN
            if not owners or any(owner in INSTANCES for owner in owners):
                owners = self.types(node.value, depth + 1) or owners
            return tuple(canonical(f"{owner}.{node.attr}") for owner in owners)
        return UNKNOWN

    def _resolve_name(self, name: str, scope: Scope, depth: int) -> Names:
        bindings = scope.lookup(name)
        if not bindings:
            return (name,) if name in BUILTINS else UNKNOWN
        found: list[str] = []
        for binding in bindings:
            names = self._named(name, binding, depth)
            if names is None:
                continue
            if not names:
                return UNKNOWN
            found.extend(names)
        return tuple(dict.fromkeys(found))

    def _named(self, name: str, binding: Binding, depth: int) -> Names | None:
        """What one binding makes the name mean; None when the binding says nothing (``x = None``)."""
        if binding.kind == "deleted":
            return None
        if binding.kind == "import":
            return (canonical(binding.target),)
        if binding.kind in ("class", "function"):
            return (self.definition_name(binding.node),)
        if binding.kind in ("assign", "annotated"):
            if binding.value is None or _is_none(binding.value):
                return None
            if isinstance(binding.value, (ast.Name, ast.Attribute)):
                return self.names(binding.value, depth + 1)
        return UNKNOWN

    def definition_name(self, node: ast.AST) -> str:
        """The qualified name of a function or class defined in this module."""
        name = getattr(node, "name", "")
        prefix = self._scopes.scope_of(node).qualname
        return ".".join(part for part in (self._module or _UNNAMED, prefix, name) if part)

    def is_function(self, node: ast.expr) -> bool:
        """Whether ``node`` is the name of a function defined in this module."""
        if not isinstance(node, ast.Name):
            return False
        bindings = self._scopes.scope_of(node).lookup(node.id)
        return bool(bindings) and all(binding.kind == "function" for binding in bindings)

    # --- types

    def _infer(self, node: ast.expr, depth: int) -> Names:
        if isinstance(node, ast.Call):
            return self._returned(node, depth)
        if isinstance(node, ast.Name):
            return self._of_name(node, depth)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, depth)
        if isinstance(node, ast.Await):
            return self.types(node.value, depth + 1)
        if isinstance(node, ast.NamedExpr):
            return self.types(node.value, depth + 1)
        if isinstance(node, ast.IfExp):
            return self._union([node.body, node.orelse], depth)
        if isinstance(node, ast.BoolOp):
            return self._union(node.values, depth)
        return _literal_type(node)

    def _union(self, nodes: list[ast.expr], depth: int) -> Names:
        found: list[str] = []
        for node in nodes:
            if _is_none(node):
                continue
            types = self.types(node, depth + 1)
            if not types:
                return UNKNOWN
            found.extend(types)
        return tuple(dict.fromkeys(found))

    def _returned(self, node: ast.Call, depth: int) -> Names:
        found: list[str] = []
        for callee in self.names(node.func, depth + 1):
            known = self._return_of(callee, node, depth)
            if not known:
                return UNKNOWN
            found.extend(known)
        return tuple(dict.fromkeys(found))

    def _return_of(self, callee: str, node: ast.Call, depth: int) -> Names:
        if callee in RETURNS:
            return (RETURNS[callee],)
        if callee in LOWER_CASE_CLASSES:
            return (callee,)
        if _is_grpc_stub(callee) and node.args:
            return self._stub(node.args[0], depth)
        definition = self._definition(node.func)
        if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if definition.returns is not None and not definition.decorator_list:
                return self.annotation(definition.returns, depth + 1)
            return UNKNOWN
        # Classes are capitalised (PEP 8) and constants are not called; anything else is a function.
        last = callee.rpartition(".")[2]
        if isinstance(definition, ast.ClassDef) or last.lstrip("_")[:1].isupper():
            return (callee,)
        return UNKNOWN

    def _stub(self, channel: ast.expr, depth: int) -> Names:
        """A generated gRPC client; unknown where interceptors, or another module, may bound its calls."""
        made = self.origin(channel)
        if made is None or any(keyword.arg == "interceptors" for keyword in made.keywords):
            return UNKNOWN
        return ("grpc.Stub",) if self.types(made, depth + 1) == ("grpc.Channel",) else UNKNOWN

    def _definition(self, func: ast.expr) -> ast.AST | None:
        if not isinstance(func, ast.Name):
            return None
        bindings = self._scopes.scope_of(func).lookup(func.id)
        if len(bindings) == 1 and bindings[0].kind in ("function", "class"):
            return bindings[0].node
        return None

    def _of_name(self, node: ast.Name, depth: int) -> Names:
        bindings = self._scopes.scope_of(node).lookup(node.id)
        if bindings and all(binding.kind == "import" for binding in bindings):
            targets = [canonical(binding.target) for binding in bindings]
            if all(target in INSTANCES for target in targets):
                return tuple(dict.fromkeys(INSTANCES[target] for target in targets))
            return UNKNOWN
        return self.types_of_bindings(bindings, depth)

    def types_of_bindings(self, bindings: list[Binding], depth: int = 0) -> Names:
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

    def _of_binding(self, binding: Binding, depth: int) -> Names | None:
        if binding.annotation is not None:
            declared = self.annotation(binding.annotation, depth + 1)
            if declared:
                return declared
        if binding.kind == "deleted":
            return None
        if binding.kind in ("assign", "annotated", "with"):
            if binding.value is None or _is_none(binding.value):
                return None
            return self.types(binding.value, depth + 1)
        return UNKNOWN

    def _of_attribute(self, node: ast.Attribute, depth: int) -> Names:
        owner = self.owner_class(node)
        if owner is not None:
            bindings = self._attribute_bindings(owner, node.attr)
            return self.types_of_bindings(bindings, depth) if bindings else UNKNOWN
        names = self.names(node, depth + 1)
        if names and all(name in INSTANCES for name in names):
            return tuple(dict.fromkeys(INSTANCES[name] for name in names))
        return UNKNOWN

    def owner_class(self, node: ast.Attribute) -> ast.ClassDef | None:
        """The class whose instance ``node.value`` is when it is a method's ``self``."""
        if not isinstance(node.value, ast.Name):
            return None
        return self._scopes.instance_owner(node.value.id, self._scopes.scope_of(node.value))

    def attribute_definitions(self, node: ast.Attribute) -> list[Binding]:
        """Where a class gives the attribute of its ``self`` a value; empty when ``node`` is no such attribute."""
        owner = self.owner_class(node)
        return self._attribute_bindings(owner, node.attr) if owner is not None else []

    def _attribute_bindings(self, owner: ast.ClassDef, attribute: str) -> list[Binding]:
        bindings = list(self._scopes.attributes.get(owner, {}).get(attribute, ()))
        for statement in owner.body:
            if (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and statement.target.id == attribute
            ):
                bindings.append(
                    Binding("annotated", statement, statement.value, statement.annotation)
                )
            elif isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == attribute
                for target in statement.targets
            ):
                bindings.append(Binding("assign", statement, statement.value))
        return bindings

    def origin(self, node: ast.expr, depth: int = 0) -> ast.Call | None:
        """The one call in this module that made the object ``node`` stands for, if there is just one."""
        if isinstance(node, ast.Call):
            return node
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.origin(node.value, depth + 1)
        bindings: list[Binding] = []
        if isinstance(node, ast.Name):
            bindings = self._scopes.scope_of(node).lookup(node.id)
        elif isinstance(node, ast.Attribute):
            owner = self.owner_class(node)
            bindings = self._attribute_bindings(owner, node.attr) if owner is not None else []
        made = [
            binding
            for binding in bindings
            if binding.kind != "deleted" and not (binding.value and _is_none(binding.value))
        ]
        if len(made) != 1 or made[0].value is None or depth > _DEPTH:
            return None
        return self.origin(made[0].value, depth + 1)

    def annotation(self, node: ast.expr, depth: int = 0) -> Names:
        """The classes that an annotation admits, ``None`` left out; empty when it says nothing exact."""
        found = self._annotations.get(node)
        if found is None:
            self._annotations[node] = UNKNOWN
            found = self._declared(node, depth) if depth < _DEPTH else UNKNOWN
            self._annotations[node] = found
        return found

    def _declared(self, node: ast.expr, depth: int) -> Names:
        if isinstance(node, ast.Constant):
            return self._quoted(node, depth)
        if isinstance(node, (ast.Name, ast.Attribute)):
            names = self.names(node, depth + 1)
            if not names and isinstance(node, ast.Name):
                alias = self.alias(node)
                return self.annotation(alias, depth + 1) if alias is not None else UNKNOWN
            return UNKNOWN if any(_is_special_form(name) for name in names) else names
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._alternatives([node.left, node.right], depth)
        if isinstance(node, ast.Subscript):
            outer = self.names(node.value, depth + 1)
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if outer and all(name in _TRANSPARENT for name in outer):
                return self.annotation(inner[0], depth + 1) if inner else UNKNOWN
            if outer in (("typing.Union",), ("typing_extensions.Union",)):
                return self._alternatives(list(inner), depth)
            return UNKNOWN if any(_is_special_form(name) for name in outer) else outer
        return UNKNOWN

    def alias(self, node: ast.Name) -> ast.expr | None:
        """The type behind an alias of this module: ``SessionDep = Annotated[Session, Depends(make)]``."""
        bindings = self._scopes.scope_of(node).lookup(node.id)
        if len(bindings) != 1 or bindings[0].kind not in ("assign", "annotated"):
            return None
        value = bindings[0].value
        return value if isinstance(value, (ast.Subscript, ast.BinOp)) else None

    def _alternatives(self, nodes: list[ast.expr], depth: int) -> Names:
        found: list[str] = []
        for node in nodes:
            if _is_none(node):
                continue
            types = self.annotation(node, depth + 1)
            if not types:
                return UNKNOWN
            found.extend(types)
        return tuple(dict.fromkeys(found))

    def _quoted(self, node: ast.Constant, depth: int) -> Names:
        if not isinstance(node.value, str) or len(node.value) > 200:
            return UNKNOWN
        try:
            parsed = ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return UNKNOWN
        scope = self._scopes.scope_of(node)
        for part in ast.walk(parsed):
            self._scopes.entries[part] = scope
        return self.annotation(parsed, depth + 1)


def _is_grpc_stub(name: str) -> bool:
    """Whether a class is a client that the gRPC compiler generated."""
    module, _, last = name.rpartition(".")
    return last.endswith("Stub") and module.endswith("_pb2_grpc")


def _is_special_form(name: str) -> bool:
    """Whether an annotation's name is one of `typing`'s own, which no value has as its class."""
    return name.startswith(("typing.", "typing_extensions."))


def _dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


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
