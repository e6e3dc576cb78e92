"""The single walk over a tree: parents, scopes, bindings and the nodes that anybody asks for.

Python decides where a name lives before it runs a line, so bindings are collected for the whole file first and
asked afterwards. The walk happens once a file; rules are then fed from `Scopes.nodes`, without a second walk.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that gives a name a value.

    Attributes:
        kind: ``import``, ``class``, ``function``, ``parameter``, ``assign``, ``annotated``, ``with``,
            ``augmented`` or ``other`` (loops, handlers, patterns, unpacking: nothing is known).
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


@dataclass(slots=True)
class Scope:
    """A namespace: a module, class, function, lambda or comprehension."""

    kind: str
    node: ast.AST
    parent: Scope | None
    qualname: str = ""
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer_names: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)

    def bind(self, name: str, binding: Binding) -> None:
        """Record that ``name`` is bound here (or where a ``global``/``nonlocal`` statement says)."""
        self.home(name).bindings.setdefault(name, []).append(binding)

    def home(self, name: str) -> Scope:
        """The scope in which an assignment to ``name`` lands."""
        scope = self
        if name in scope.global_names:
            while scope.parent is not None:
                scope = scope.parent
        elif name in scope.outer_names and scope.parent is not None:
            scope = scope.parent.enclosing_function() or scope
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
        if name in self.global_names:
            while scope is not None and scope.parent is not None:
                scope = scope.parent
        first = True
        while scope is not None:
            # A class body's names are visible to the body itself, not to the functions in it.
            if scope.kind != "class" or first:
                found = scope.bindings.get(name)
                if found:
                    return found
            first = first and scope.kind == "comprehension"
            scope = scope.parent
        return []


class Scopes:
    """The result of the walk over one module.

    Args:
        tree: the parsed module.
        wanted: the node classes to keep in `nodes`, in source order.
        import_target: maps (module, name, level) of a ``from`` import to the qualified name of ``name``.
    """

    def __init__(
        self,
        tree: ast.Module,
        wanted: Iterable[type[ast.AST]],
        package: str,
    ) -> None:
        self.tree = tree
        self.package = package
        self.parents: dict[ast.AST, ast.AST] = {}
        self.entries: dict[ast.AST, Scope] = {}
        self.nodes: dict[type[ast.AST], list[ast.AST]] = {kind: [] for kind in wanted}
        self.attributes: dict[ast.ClassDef, dict[str, list[Binding]]] = {}
        self.module_scope = Scope("module", tree, None)
        self._walk()

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which an expression at ``node`` is evaluated."""
        entries, parents = self.entries, self.parents
        current: ast.AST | None = node
        while current is not None:
            scope = entries.get(current)
            if scope is not None:
                return scope
            current = parents.get(current)
        return self.module_scope

    def _walk(self) -> None:
        parents, nodes, entries = self.parents, self.nodes, self.entries
        stack: list[tuple[ast.AST, Scope]] = [(self.tree, self.module_scope)]
        special = _HANDLERS
        while stack:
            node, scope = stack.pop()
            cls = node.__class__
            kept = nodes.get(cls)
            if kept is not None:
                kept.append(node)
            inner = scope
            handler = special.get(cls)
            if handler is not None:
                inner = handler(self, node, scope)
            children: list[tuple[ast.AST, Scope]] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    target = _child_scope(name, scope, inner)
                    for item in value:  # type: ignore[union-attr]
                        if isinstance(item, ast.AST):
                            parents[item] = node
                            children.append((item, target))
                elif isinstance(value, ast.AST) and value.__class__ not in _CONTEXTS:
                    parents[value] = node
                    children.append((value, _child_scope(name, scope, inner)))
            if inner is not scope:
                for child, child_scope in children:
                    entries[child] = child_scope
            children.reverse()
            stack.extend(children)

    # Each handler records what the node binds and returns the scope of its body.

    def _function(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, FUNCTIONS)
        if isinstance(node, ast.Lambda):
            inner = Scope("lambda", node, scope, scope.qualname)
        else:
            scope.bind(node.name, Binding("function", node))
            inner = Scope("function", node, scope, _join(scope.qualname, node.name))
            for statement in node.body:
                # A declaration at the top of the body must be known before the first store below it.
                if isinstance(statement, ast.Global):
                    inner.global_names.update(statement.names)
                elif isinstance(statement, ast.Nonlocal):
                    inner.outer_names.update(statement.names)
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            inner.bind(
                argument.arg, Binding("parameter", argument, annotation=argument.annotation)
            )
        for starred in (arguments.vararg, arguments.kwarg):
            if starred is not None:
                inner.bind(starred.arg, Binding("other", starred))
        # Defaults and annotations belong to the outer scope although they hang below `args`.
        for outer in (*arguments.defaults, *arguments.kw_defaults):
            if outer is not None:
                self.entries[outer] = scope
        for argument in ast.walk(arguments):
            if isinstance(argument, ast.arg) and argument.annotation is not None:
                self.entries[argument.annotation] = scope
        return inner

    def _class(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.ClassDef)
        scope.bind(node.name, Binding("class", node))
        self.attributes.setdefault(node, {})
        return Scope("class", node, scope, _join(scope.qualname, node.name))

    def _comprehension(self, node: ast.AST, scope: Scope) -> Scope:
        return Scope("comprehension", node, scope, scope.qualname)

    def _import(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.Import)
        for alias in node.names:
            if alias.asname:
                scope.bind(alias.asname, Binding("import", node, target=alias.name))
            else:
                root = alias.name.partition(".")[0]
                scope.bind(root, Binding("import", node, target=root))
        return scope

    def _import_from(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.ImportFrom)
        source = self.absolute(node)
        for alias in node.names:
            if alias.name != "*":
                target = f"{source}.{alias.name}" if source else alias.name
                scope.bind(alias.asname or alias.name, Binding("import", node, target=target))
        return scope

    def absolute(self, node: ast.ImportFrom) -> str:
        """The absolute name of the module that a ``from`` import reads; ``""`` when it leaves the root."""
        if not node.level:
            return node.module or ""
        parts = self.package.split(".") if self.package else []
        if node.level - 1 > len(parts):
            return ""
        base = parts[: len(parts) - (node.level - 1)]
        return ".".join([*base, *([node.module] if node.module else [])])

    def _global(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.Global)
        scope.global_names.update(node.names)
        return scope

    def _nonlocal(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.Nonlocal)
        scope.outer_names.update(node.names)
        return scope

    def _name(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.Name)
        if node.ctx.__class__ is ast.Load:
            return scope
        parent = self.parents[node]
        home = scope
        if isinstance(parent, ast.NamedExpr):
            while home.kind == "comprehension" and home.parent is not None:
                home = home.parent
        home.bind(node.id, _binding_of(parent, node))
        return scope

    def _attribute(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.Attribute)
        if node.ctx.__class__ is ast.Load or not isinstance(node.value, ast.Name):
            return scope
        function = scope.enclosing_function()
        if function is None or function.parent is None or function.parent.kind != "class":
            return scope
        method = function.node
        owner = function.parent.node
        if isinstance(method, ast.Lambda) or not isinstance(owner, ast.ClassDef):
            return scope
        assert isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef))
        first = next(iter((*method.args.posonlyargs, *method.args.args)), None)
        if first is not None and first.arg == node.value.id:
            binding = _binding_of(self.parents[node], node)
            self.attributes[owner].setdefault(node.attr, []).append(binding)
        return scope

    def _handler(self, node: ast.AST, scope: Scope) -> Scope:
        assert isinstance(node, ast.ExceptHandler)
        if node.name:
            scope.bind(node.name, Binding("other", node, annotation=None))
        return scope

    def _pattern(self, node: ast.AST, scope: Scope) -> Scope:
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if name:
            scope.bind(name, Binding("other", node))
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
    return Binding("other", parent)


def _child_scope(name: str, outer: Scope, inner: Scope) -> Scope:
    """Decorators, bases, return annotations and the like are evaluated outside the body."""
    return outer if name in _OUTER_FIELDS else inner


_OUTER_FIELDS = frozenset({"decorator_list", "bases", "keywords", "returns"})
_CONTEXTS = frozenset({ast.Load, ast.Store, ast.Del})
_HANDLERS = {
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
