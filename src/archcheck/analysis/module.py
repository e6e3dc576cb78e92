"""One parsed file as rules see it while its tree lives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from archcheck.analysis.calls.from_tree import call_site
from archcheck.analysis.calls.index import CallIndex
from archcheck.analysis.calls.site import CallSite, Value
from archcheck.analysis.names.choices import Choices
from archcheck.analysis.names.declared_types import Names
from archcheck.analysis.names.packages import NO_PACKAGES, Packages
from archcheck.analysis.names.paths import Paths
from archcheck.analysis.names.receivers import Receivers
from archcheck.analysis.names.symbols import Symbols
from archcheck.analysis.names.values import subject_of, value_of
from archcheck.analysis.syntax.children import body_apart
from archcheck.analysis.syntax.literals import Literals
from archcheck.analysis.syntax.main_guard import is_main_guard
from archcheck.analysis.syntax.scopes import COMPREHENSIONS, FUNCTIONS, Scopes
from archcheck.model import Location, Place, Role

_Node = TypeVar("_Node", bound=ast.AST)
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
#: ``except*`` has a node of its own from Python 3.11 on.
_TRIES: tuple[type[ast.AST], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))
#: f-strings, and the template strings of Python 3.14.
_INTERPOLATED: tuple[type[ast.expr], ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)
_STATEMENTS = (ast.stmt, ast.ExceptHandler)
_STAND_INS = frozenset(
    {"BaseException", "Exception", "builtins.BaseException", "builtins.Exception"}
)


class Module:
    """A file's tree with its names resolved.

    Attributes:
        path: posix path relative to the repository's root.
        name: qualified module name, ``""`` when it belongs to no source root.
        is_package: it is an ``__init__.py``.
        role: what the file is for.
        text: its source.
        tree: its syntax tree.
    """

    def __init__(
        self,
        *,
        path: str,
        name: str,
        role: Role,
        text: str,
        tree: ast.Module,
        wanted: Iterable[type[ast.AST]],
        packages: Packages = NO_PACKAGES,
    ) -> None:
        self.path = path
        self.name = name
        self.is_package = path.rpartition("/")[2] == "__init__.py"
        self.role = role
        self.text = text
        self.tree = tree
        package = name if self.is_package else name.rpartition(".")[0]
        self.scopes = Scopes(tree, {*wanted, *_ALWAYS}, package if name else None, packages.copies)
        self.symbols = Symbols(self.scopes, name, packages.own)
        self.receivers = Receivers(self.nodes(ast.Call), self.nodes(ast.Assign), self.symbols)

    # --- names

    def names(self, node: ast.expr) -> Names:
        """All qualified names that ``node`` may stand for; empty when unknown."""
        return self.symbols.names(node)

    def resolve(self, node: ast.expr) -> str:
        """The one qualified name of ``node``, or ``""`` when unknown or ambiguous."""
        names = self.symbols.names(node)
        return names[0] if len(names) == 1 else ""

    def types(self, node: ast.expr) -> Names:
        """The classes that the value of ``node`` may have; empty when unknown."""
        return self.symbols.types(node)

    def value(self, node: ast.expr) -> Value:
        """``node`` as plain data."""
        return value_of(node, self.symbols)

    def imports(self, *roots: str) -> bool:
        """Whether the module imports any of these top-level names, anywhere in the file."""
        return not self.imported_roots.isdisjoint(roots)

    @cached_property
    def imported_roots(self) -> frozenset[str]:
        """First segments of everything imported, relative imports resolved."""
        roots: set[str] = set()
        for node in self.nodes(ast.Import):
            roots.update(alias.name.partition(".")[0] for alias in node.names)
        for from_node in self.nodes(ast.ImportFrom):
            roots.add(self.scopes.absolute(from_node).partition(".")[0])
        return frozenset(roots - {""})

    @cached_property
    def paths(self) -> Paths:
        """What only the whole program can follow."""
        stars = any(map(self.symbols.is_first_party, self.scopes.stars))
        return Paths(self.symbols, self.scopes, self.name, stars=stars)

    # --- tree

    def nodes(self, kind: type[_Node]) -> list[_Node]:
        """All nodes of exactly this class in source order (classes that some rule handles)."""
        # What stands under a class are nodes of that class: no type says so.
        return self.scopes.nodes.get(kind, [])  # type: ignore[return-value]

    @cached_property
    def calls(self) -> CallIndex:
        """The calls by the names of what they call."""
        return CallIndex(self.nodes(ast.Call), self.symbols.names)

    @cached_property
    def calls_by_name(self) -> dict[str, list[ast.Call]]:
        """The calls by the last segment of what they call, as it is written."""
        found: dict[str, list[ast.Call]] = {}
        for call in self.nodes(ast.Call):
            func = call.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            found.setdefault(name, []).append(call)
        return found

    def constants_with(self, parts: Iterable[str]) -> list[ast.Constant]:
        """The literal strings and bytes that hold any of these parts, in source order."""
        return self._literals.holding(parts)

    @cached_property
    def _literals(self) -> Literals:
        return Literals(self.nodes(ast.Constant))

    @cached_property
    def calls_by_function(self) -> dict[ast.AST | None, list[ast.Call]]:
        """The calls in each function's own body, in source order; under None those outside of every function.

        What a lambda calls belongs to the function around it, and to nobody where there is none.
        """
        found: dict[ast.AST | None, list[ast.Call]] = {}
        for call in self.nodes(ast.Call):
            home = function = self.function_of(call)
            while isinstance(function, ast.Lambda):
                function = self.function_of(function)
            if function is not None or home is None:
                found.setdefault(function, []).append(call)
        return found

    @cached_property
    def handlers_by_function(self) -> dict[ast.AST, list[ast.ExceptHandler]]:
        """The exception handlers in each function's own body, in source order."""
        found: dict[ast.AST, list[ast.ExceptHandler]] = {}
        for handler in self.nodes(ast.ExceptHandler):
            function = self.function_of(handler)
            if function is not None:
                found.setdefault(function, []).append(handler)
        return found

    def strings(self) -> Iterator[ast.expr]:
        """Every string, bytes and f-string literal; the parts of an f-string too."""
        for node in self.nodes(ast.Constant):
            if isinstance(node.value, (str, bytes)):
                yield node
        for kind in _INTERPOLATED:
            yield from self.nodes(kind)

    @cached_property
    def functions(self) -> list[AnyFunction]:
        """Every ``def`` and ``async def`` in source order."""
        found: list[AnyFunction] = [*self.nodes(ast.FunctionDef), *self.nodes(ast.AsyncFunctionDef)]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around ``node``."""
        return self.scopes.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, innermost first."""
        parents = self.scopes.parents
        current = parents.get(node)
        while current is not None:
            yield current
            current = parents.get(current)

    def function_of(self, node: ast.AST) -> AnyFunction | ast.Lambda | None:
        """The innermost function or lambda that runs ``node``: not the one that it decorates."""
        scope = self.scopes.scope_of(node).enclosing_function()
        home = scope.node if scope is not None else None
        return home if isinstance(home, FUNCTIONS) else None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost class around ``node``, functions in between allowed."""
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                return ancestor
        return None

    def statement_of(self, node: ast.AST) -> ast.AST:
        """The innermost statement (or handler) that contains ``node``."""
        parents = self.scopes.parents
        current: ast.AST | None = node
        while current is not None:
            if isinstance(current, _STATEMENTS):
                return current
            current = parents.get(current)
        return node

    def own_nodes(self, function: ast.AST) -> Iterator[ast.AST]:
        """The nodes of a function's or handler's own body, without nested functions, lambdas and classes."""
        known = self.scopes.bodies.get(function)
        if known is not None:
            yield from known
            return
        stack: list[ast.AST] = list(reversed(getattr(function, "body", [])))
        while stack:
            node = stack.pop()
            yield node
            if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                stack.extend(reversed(list(ast.iter_child_nodes(node))))

    def place(self, node: ast.AST, subject: str = "") -> Place:
        """Where ``node`` stands."""
        line = getattr(node, "lineno", 0)
        statement = self.statement_of(node)
        column = getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None) or column
        body = body_apart(node)
        if body:
            # Of a compound statement the header is meant: what stands in its body is another place.
            end_line = max(line, body[0].lineno - 1)
            end_column = len(self.lines[end_line - 1].encode()) if end_line else column
        return Place(
            Location(
                self.path,
                line,
                self._column(line, column),
                end_line,
                self._column(end_line, end_column),
            ),
            scope=self.scopes.scope_of(node).qualname,
            subject=subject or subject_of(node),
            statement_line=getattr(statement, "lineno", line),
        )

    def _column(self, line: int, offset: int) -> int:
        """The 1-based character column of a UTF-8 byte offset."""
        if self.text.isascii() or not 0 < line <= len(self.lines):
            return offset + 1
        return len(self.lines[line - 1].encode()[:offset].decode(errors="replace")) + 1

    @cached_property
    def lines(self) -> list[str]:
        """The source's lines as the parser counts them."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    # --- surroundings

    def in_async(self, node: ast.AST) -> bool:
        """Whether ``node`` runs in the body of an ``async def``."""
        return isinstance(self.function_of(node), ast.AsyncFunctionDef)

    def in_loop(self, node: ast.AST) -> bool:
        """Whether a loop or comprehension of its own function runs ``node`` again and again."""
        child: ast.AST = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, (*FUNCTIONS, ast.ClassDef)):
                return False
            if isinstance(ancestor, (ast.For, ast.AsyncFor)):
                if child in ancestor.body:
                    return True
            elif isinstance(ancestor, ast.While):
                if child not in ancestor.orelse:
                    return True
            elif isinstance(ancestor, COMPREHENSIONS):
                if child is not ancestor.generators[0]:
                    return True
            elif isinstance(ancestor, ast.comprehension) and child is not ancestor.iter:
                return True
            child = ancestor
        return False

    def in_main_guard(self, node: ast.AST) -> bool:
        """Whether ``node`` stands under ``if __name__ == "__main__"``."""
        if not self._has_main_guard:
            return False
        child: ast.AST = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, ast.If) and is_main_guard(ancestor.test):
                return child in ancestor.body
            child = ancestor
        return False

    @cached_property
    def _has_main_guard(self) -> bool:
        return any(is_main_guard(node.test) for node in self.nodes(ast.If))

    def guarded(self, node: ast.AST, about: re.Pattern[str] | None = None) -> bool:
        """Whether a condition on a parameter, setting or environment value decides if ``node`` runs.

        Args:
            node: what may not run.
            about: found in the text of the conditions that count; without it all count.
        """
        child: ast.AST = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, (ast.If, ast.IfExp)):
                is_about = about is None or bool(about.search(ast.unparse(ancestor.test)))
                if is_about and child is not ancestor.test and self.operator_chosen(ancestor.test):
                    return True
            elif isinstance(ancestor, FUNCTIONS):
                return False
            child = ancestor
        return False

    def operator_chosen(self, test: ast.expr) -> bool:
        """Whether a condition asks a parameter, a setting or the environment."""
        return self._choices.of_operator(test)

    def reads_environment(self, node: ast.AST) -> bool:
        """Whether an environment variable is read anywhere in ``node``."""
        return self._choices.reads_environment(node)

    @cached_property
    def _choices(self) -> Choices:
        # Whatever the environment is called here, the module that has it was imported.
        return Choices(self.scopes, self.symbols, has_environment=self.imports("os", "posix"))

    def contexts(self, node: ast.AST) -> tuple[str, ...]:
        """Qualified names of the context managers around ``node`` in its function, inner first."""
        found: list[str] = []
        child: ast.AST = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, FUNCTIONS):
                break
            if isinstance(ancestor, (ast.With, ast.AsyncWith)):
                # The items before its own are entered when an item is evaluated.
                own = ancestor.items.index(child) if isinstance(child, ast.withitem) else None
                for item in reversed(ancestor.items[:own]):
                    expression = item.context_expr
                    if isinstance(expression, ast.Call):
                        expression = expression.func
                    found.extend(self.names(expression))
            child = ancestor
        return tuple(found)

    def handled(self, node: ast.AST) -> tuple[str, ...]:
        """Qualified names of the exceptions caught around ``node``; ``*`` for a bare ``except``."""
        found: list[str] = []
        child: ast.AST = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, FUNCTIONS):
                break
            if isinstance(ancestor, _TRIES) and child in getattr(ancestor, "body", ()):
                for handler in getattr(ancestor, "handlers", ()):
                    found.extend(self.caught(handler))
            child = ancestor
        return tuple(found)

    def caught(self, handler: ast.ExceptHandler) -> tuple[str, ...]:
        """Qualified names of what a handler catches: ``*`` when bare, ``?`` for each unknown.

        Where a name stands for a particular class or, when its package is missing, for every exception
        (``NotFound = BaseException``), it is the particular class.
        """
        if handler.type is None:
            return ("*",)
        nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        found: list[str] = []
        for node in nodes:
            names = self.names(node) or ("?",)
            found.extend([name for name in names if name not in _STAND_INS] or names)
        return tuple(found)

    # --- calls

    def call_site(self, node: ast.Call, target: str) -> CallSite:
        """``node`` as plain data, called ``target``."""
        return call_site(self, node, target)


_ALWAYS: tuple[type[ast.AST], ...] = (
    ast.Import, ast.ImportFrom, ast.Call, ast.Assign, ast.AnnAssign, ast.Assert, ast.Raise,
    ast.Subscript, ast.Compare, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Constant,
    ast.Yield, ast.YieldFrom, ast.ExceptHandler, ast.If, ast.With, ast.AsyncWith, *_INTERPOLATED,
)  # fmt: skip
