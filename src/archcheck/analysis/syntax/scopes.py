"""The single walk over a tree: parents, scopes, bindings and the nodes that anybody asks for.

Python decides where a name lives before it runs a line, so bindings are collected for the whole file first and
asked afterwards. The walk happens once a file; rules are then fed from `Scopes.nodes`, without a second walk.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from archcheck.analysis.syntax.bindings import Binding, Scope
from archcheck.analysis.syntax.children import CHILD_FIELDS

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scopes:
    """The result of the walk over one module.

    Args:
        tree: the parsed module.
        wanted: the node classes to keep in `nodes`, in source order.
        package: qualified name of the package that relative imports start from, ``""`` at a source root,
            None for a file that has no module name.
        copies: qualified name of a module that is a library's copy -> import name of that library, which is
            what an import of the copy means.

    Attributes:
        parents: the node around each node.
        entries: the scope that each node is evaluated in.
        bodies: of each ``def``, the nodes of its body in source order, without nested functions, lambdas and
            classes, which stand there themselves.
        attributes: of each class, what its methods bind on their first parameter.
        stars: the modules that it imports ``*`` from.
    """

    def __init__(
        self,
        tree: ast.Module,
        wanted: Iterable[type[ast.AST]],
        package: str | None,
        copies: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.tree = tree
        self._copies = copies
        self.package = package
        self.parents: dict[ast.AST, ast.AST] = {}
        self.entries: dict[ast.AST, Scope] = {}
        self.nodes: dict[type[ast.AST], list[ast.AST]] = {kind: [] for kind in wanted}
        self.attributes: dict[ast.ClassDef, dict[str, list[Binding]]] = {}
        self.stars: list[str] = []
        self.bodies: dict[ast.AST, list[ast.AST]] = {}
        self._unowned: list[ast.AST] = []
        self._owners: dict[ast.AST, ast.ClassDef | None] = {}
        self.module_scope = Scope("module", tree, None)
        self._nonlocals: list[tuple[Scope, str]] = []
        self._walk()
        self._settle_nonlocals()

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which an expression at ``node`` is evaluated."""
        found = self.entries.get(node)
        if found is not None:
            return found
        entries, parents = self.entries, self.parents
        current: ast.AST | None = node
        while current is not None:
            scope = entries.get(current)
            if scope is not None:
                return scope
            current = parents.get(current)
        return self.module_scope

    def _walk(self) -> None:
        """Visit every node in source order.

        The stack holds nodes and, between them, what is to be the scope and the body from there on: a tuple.
        """
        parents, nodes, entries = self.parents, self.nodes, self.entries
        fields, special, divided = CHILD_FIELDS, _HANDLERS, _DIVIDED
        Name, Attribute, Load = ast.Name, ast.Attribute, ast.Load  # noqa: N806 - classes keep their names
        scope, body = self.module_scope, self._unowned
        stack: list[Any] = [self.tree]
        pop, push = stack.pop, stack.append
        while stack:
            node = pop()
            cls = node.__class__
            if cls is tuple:
                scope, body = node
                continue
            entries[node] = scope
            body.append(node)
            kept = nodes.get(cls)
            if kept is not None:
                kept.append(node)
            if cls is Name or cls is Attribute:
                # A load binds nothing; these are most of all nodes.
                if node.ctx.__class__ is not Load:
                    special[cls](self, node, scope)
            elif cls in special:
                inner = special[cls](self, node, scope)
                if inner is not scope:
                    push((scope, body))
                    self._enter(node, scope, inner, body, stack)
                    continue
            elif cls in divided and divided[cls](node):
                push((scope, body))
                self._enter(node, scope, scope, body, stack)
                continue
            for name in fields[cls]:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for item in reversed(value):
                        if item is not None:
                            parents[item] = node
                            push(item)
                elif value is not None:
                    parents[value] = node
                    push(value)

    def _enter(
        self, node: Any, scope: Scope, inner: Scope, body: list[ast.AST], stack: list[Any]
    ) -> None:
        """Put the children on the stack, the last first, of a node whose parts belong to two scopes.

        It opens a scope, or it is a part of such a node and in turn has a part that is evaluated outside.
        """
        outer = scope if inner is not scope else scope.parent or scope
        holder = self.parents.get(node)
        is_first = isinstance(holder, COMPREHENSIONS) and holder.generators[0] is node
        for name in CHILD_FIELDS[node.__class__]:
            outside = name in _OUTER_FIELDS or (is_first and name == "iter")
            if inner is not scope and inner.kind != "comprehension":
                body = self._unowned
                if name == "body" and inner.kind == "function":
                    body = self.bodies[node] = []
            self._push(node, getattr(node, name, None), outer if outside else inner, body, stack)

    def _push(
        self, node: ast.AST, value: Any, scope: Scope, body: list[ast.AST], stack: list[Any]
    ) -> None:
        children = value if isinstance(value, list) else [value]
        children = [child for child in children if child is not None]
        self.parents.update(dict.fromkeys(children, node))
        if children:
            stack.extend(reversed(children))
            stack.append((scope, body))

    # Each handler records what the node binds and returns the scope of its body.

    def _function(self, node: FunctionNode, scope: Scope) -> Scope:
        if isinstance(node, ast.Lambda):
            inner = Scope("lambda", node, scope, scope.qualname)
        else:
            scope.bind(node.name, Binding("function", node))
            inner = Scope("function", node, scope, _join(scope.qualname, node.name))
        arguments = node.args
        plain = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        starred = (arguments.vararg, arguments.kwarg)
        for argument in plain:
            inner.bind(argument.arg, Binding("parameter", argument, annotation=argument.annotation))
        for argument in filter(None, starred):
            inner.bind(argument.arg, Binding("other", argument))
        return inner

    def _class(self, node: ast.ClassDef, scope: Scope) -> Scope:
        scope.bind(node.name, Binding("class", node))
        self.attributes.setdefault(node, {})
        return Scope("class", node, scope, _join(scope.qualname, node.name))

    def _comprehension(self, node: Comprehension, scope: Scope) -> Scope:
        return Scope("comprehension", node, scope, scope.qualname)

    def _import(self, node: ast.Import, scope: Scope) -> Scope:
        for alias in node.names:
            if alias.asname:
                target = self._original(alias.name)
                scope.bind(alias.asname, Binding("import", node, target=target))
            else:
                root = alias.name.partition(".")[0]
                scope.bind(root, Binding("import", node, target=root))
        return scope

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> Scope:
        source = self.absolute(node)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(source)
            else:
                # A relative import that leaves the source root must not look like a library's name.
                prefix = source or ("" if self._at_root(node) else "." * node.level)
                target = self._original(f"{prefix}.{alias.name}" if prefix else alias.name)
                scope.bind(alias.asname or alias.name, Binding("import", node, target=target))
        return scope

    def _at_root(self, node: ast.ImportFrom) -> bool:
        """Whether a relative import without a module reads the source root itself."""
        return node.level == 1 and self.package == ""

    def absolute(self, node: ast.ImportFrom) -> str:
        """The absolute name of the module that a ``from`` import reads; ``""`` when it leaves the root."""
        if not node.level:
            return self._original(node.module or "")
        if self.package is None:
            return ""
        parts = self.package.split(".") if self.package else []
        if node.level - 1 > len(parts):
            return ""
        base = parts[: len(parts) - (node.level - 1)]
        return self._original(".".join([*base, *([node.module] if node.module else [])]))

    def _original(self, name: str) -> str:
        """The name without the way to a copy of the library: ``app.ext.six.moves`` means ``six.moves``."""
        for copy, library in self._copies.items():
            if name == copy or name.startswith(f"{copy}."):
                return library + name[len(copy) :]
        return name

    def _global(self, node: ast.Global, scope: Scope) -> Scope:
        scope.global_names.update(node.names)
        return scope

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> Scope:
        scope.outer_names.update(node.names)
        self._nonlocals.extend((scope, name) for name in node.names)
        return scope

    def _settle_nonlocals(self) -> None:
        """Move the bindings of ``nonlocal`` names to the enclosing function that owns the name.

        The owner may bind it further down, so this waits for the end of the walk.
        """
        for scope, name in self._nonlocals:
            bindings = scope.bindings.pop(name, [])
            owner = scope.parent
            while owner is not None and (
                owner.kind not in ("function", "lambda")
                or name in owner.outer_names
                or name not in owner.bindings
            ):
                owner = owner.parent
            if owner is not None:
                owner.bindings[name].extend(bindings)

    def _name(self, node: ast.Name, scope: Scope) -> Scope:
        parent = self.parents[node]
        home = scope
        if isinstance(parent, ast.NamedExpr):
            while home.kind == "comprehension" and home.parent is not None:
                home = home.parent
        home.bind(node.id, _binding_of(parent, node))
        return scope

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Scope:
        if not isinstance(node.value, ast.Name):
            return scope
        owner = self.instance_owner(node.value.id, scope)
        if owner is not None:
            binding = _binding_of(self.parents[node], node)
            self.attributes[owner].setdefault(node.attr, []).append(binding)
        return scope

    def instance_owner(self, name: str, scope: Scope) -> ast.ClassDef | None:
        """The class whose method has ``name`` as its first parameter (``self``, ``cls``), if any."""
        bindings = scope.lookup(name)
        if len(bindings) != 1 or bindings[0].kind != "parameter":
            return None
        argument = bindings[0].node
        if argument not in self._owners:
            self._owners[argument] = self._owner_by(argument)
        return self._owners[argument]

    def _owner_by(self, argument: ast.AST) -> ast.ClassDef | None:
        """The class of whose method this parameter is the first."""
        arguments = self.parents.get(argument)
        function = self.parents.get(arguments) if arguments is not None else None
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        owner = self.parents.get(function)
        ordered = (*function.args.posonlyargs, *function.args.args)
        if not isinstance(owner, ast.ClassDef) or not ordered or ordered[0] is not argument:
            return None
        if any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list):
            return None
        return owner

    def _handler(self, node: ast.ExceptHandler, scope: Scope) -> Scope:
        if node.name:
            scope.bind(node.name, Binding("other", node))
        return scope

    def _pattern(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scope: Scope) -> Scope:
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if name:
            scope.bind(name, Binding("other", node))
        return scope

    def _type_parameter(self, node: ast.AST, scope: Scope) -> Scope:
        scope.bind(getattr(node, "name"), Binding("other", node))  # noqa: B009 - newer than Python 3.10
        return scope


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _binding_of(parent: ast.AST, node: ast.expr) -> Binding:
    """What a store of ``node`` below ``parent`` says of the value."""
    if isinstance(parent, ast.Assign):
        return Binding("assign", parent, value=parent.value)
    if isinstance(parent, ast.NamedExpr):
        return Binding("assign", parent, value=parent.value)
    if isinstance(parent, ast.AnnAssign):
        return Binding("annotated", parent, value=parent.value, annotation=parent.annotation)
    if isinstance(parent, ast.withitem) and parent.optional_vars is node:
        return Binding("with", parent, value=parent.context_expr)
    if isinstance(parent, ast.AugAssign):
        return Binding("augmented", parent, value=parent.value)
    if isinstance(parent, ast.Delete):
        return Binding("deleted", parent)
    return Binding("other", parent)


#: Decorators, bases, defaults, annotations and the like are evaluated outside the body.
_OUTER_FIELDS = frozenset(
    {"annotation", "bases", "decorator_list", "defaults", "kw_defaults", "keywords", "returns"}
)
#: Parts of a node that opens a scope, and whether one of their own parts belongs to the scope around it.
_DIVIDED: dict[type[ast.AST], Callable[[Any], bool]] = {
    ast.arguments: lambda node: bool(node.defaults or node.kw_defaults),
    ast.arg: lambda node: node.annotation is not None,
    ast.comprehension: lambda _: True,
}
_HANDLERS: dict[type[ast.AST], Callable[[Scopes, Any, Scope], Scope]] = {
    ast.FunctionDef: Scopes._function,
    ast.AsyncFunctionDef: Scopes._function,
    ast.Lambda: Scopes._function,
    ast.ClassDef: Scopes._class,
    ast.ListComp: Scopes._comprehension,
    ast.SetComp: Scopes._comprehension,
    ast.DictComp: Scopes._comprehension,
    ast.GeneratorExp: Scopes._comprehension,
    ast.Import: Scopes._import,
    ast.ImportFrom: Scopes._import_from,
    ast.Global: Scopes._global,
    ast.Nonlocal: Scopes._nonlocal,
    ast.Name: Scopes._name,
    ast.Attribute: Scopes._attribute,
    ast.ExceptHandler: Scopes._handler,
    ast.MatchAs: Scopes._pattern,
    ast.MatchStar: Scopes._pattern,
    ast.MatchMapping: Scopes._pattern,
}
for _name in ("TypeVar", "ParamSpec", "TypeVarTuple"):  # nodes of Python 3.12 and later
    if hasattr(ast, _name):
        _HANDLERS[getattr(ast, _name)] = Scopes._type_parameter
