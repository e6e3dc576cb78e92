"""A file of a project as the mutations see it: its text, its tree, and the names that its imports make.

Deliberately simple, and apart from archcheck's own analysis: what places are seeded must not depend on what
archcheck can see.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from archcheck.engine.discover import discover
from archcheck.model import Role
from seeding.seed import Edit, Seed

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
_Node = TypeVar("_Node", bound=ast.AST)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source:
    """One Python file that parses.

    Attributes:
        path: POSIX, relative to the project's root.
        module: its qualified name, ``""`` where it has none.
        role: what the file is for.
        text: its text, with ``\\n`` at the end of each line.
        project: what it belongs to.
    """

    def __init__(self, path: str, module: str, role: Role, text: str, project: Project) -> None:
        self.path = path
        self.module = module
        self.role = role
        self.text = text
        self.project = project
        self.tree = ast.parse(text)
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    @cached_property
    def _all(self) -> Sequence[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def _parents(self) -> Mapping[ast.AST, ast.AST]:
        return {child: node for node in self._all for child in ast.iter_child_nodes(node)}

    def nodes(self, kind: type[_Node]) -> Iterator[_Node]:
        """All nodes of a class."""
        return (node for node in self._all if isinstance(node, kind))

    @cached_property
    def calls(self) -> Sequence[ast.Call]:
        """All calls."""
        return list(self.nodes(ast.Call))

    @cached_property
    def functions(self) -> Sequence[AnyFunction]:
        """All functions and methods."""
        return [node for node in self._all if isinstance(node, _FUNCTIONS)]

    def parent(self, node: ast.AST) -> ast.AST:
        """What a node stands in."""
        return self._parents[node]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while (found := self._parents.get(node)) is not None:
            yield found
            node = found

    def function(self, node: ast.AST) -> AnyFunction | None:
        """The innermost function around a node."""
        return next((each for each in self.around(node) if isinstance(each, _FUNCTIONS)), None)

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose body holds a node directly."""
        found = self._parents.get(node)
        return found if isinstance(found, ast.ClassDef) else None

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """Local name -> what an import statement anywhere in the file binds to it, for absolute imports."""
        return _bound_by(self._all)

    @cached_property
    def libraries(self) -> frozenset[str]:
        """First segments of what is imported."""
        return frozenset(name.partition(".")[0] for name in self.imported.values())

    def name(self, node: ast.expr) -> str:
        """The qualified name of ``a.b.c`` where an import binds ``a``; the name as it stands where none does."""
        dotted = dotted_name(node)
        head, _, rest = dotted.partition(".")
        head = self.imported.get(head, head)
        return f"{head}.{rest}" if rest else head

    def offset(self, line: int, column: int) -> int:
        """The position in the text of a line (from 1) and a column in UTF-8 bytes."""
        start = self._starts[line - 1]
        text = self.text[start : self._starts[line] - 1]
        return start + (
            column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))
        )

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends in the text, without its decorators."""
        assert isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )

    def code(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Put another text in a node's place."""
        return Edit(*self.span(node), text)

    def remove_argument(self, call: ast.Call, argument: ast.expr | ast.keyword) -> Edit:
        """Take an argument out of a call, with the comma that goes with it."""
        arguments = sorted((*call.args, *call.keywords), key=self.span)
        place = arguments.index(argument)
        start, end = self.span(argument)
        if place + 1 < len(arguments):
            return Edit(start, self.span(arguments[place + 1])[0], "")
        if place:
            start = self.span(arguments[place - 1])[1]
        return Edit(start, end, "")

    def add_argument(self, call: ast.Call, text: str) -> Edit:
        """Put an argument behind the others of a call."""
        arguments = sorted((*call.args, *call.keywords), key=self.span)
        if arguments:
            end = self.span(arguments[-1])[1]
            return Edit(end, end, f", {text}")
        end = self.span(call)[1] - 1
        return Edit(end, end, text)

    def add_import(self, statement: str) -> Edit:
        """Put an import at the top, below the docstring and ``from __future__``."""
        line = 1
        for node in self.tree.body:
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            if not is_docstring and not is_future:
                break
            line = (node.end_lineno or node.lineno) + 1
        at = self._starts[min(line, len(self._starts)) - 1]
        at = min(at, len(self.text))
        return Edit(at, at, f"{statement}\n")

    def ensure_import(self, module: str) -> tuple[str, tuple[Edit, ...]]:
        """The name under which a module can be used, and the edits that make it so."""
        for local, bound in _bound_by(self.tree.body).items():
            if bound == module:
                return local, ()
        local = module.replace(".", "_")
        statement = f"import {module}" if local == module else f"import {module} as {local}"
        return local, (self.add_import(statement),)

    def runs_on_import(self, node: ast.AST) -> bool:
        """Whether an expression is evaluated while the module loads: outside functions, or as a default."""
        inner: ast.AST = node
        for outer in self.around(node):
            if isinstance(outer, ast.Lambda) or (
                isinstance(outer, _FUNCTIONS) and inner is not outer.args
            ):
                return False
            inner = outer
        return True

    def indentation(self, node: ast.stmt | ast.excepthandler) -> str:
        """The white space before a statement; ``""`` also where something else stands before it."""
        before = self.text[self._starts[node.lineno - 1] : self.span(node)[0]]
        return before if not before.strip() else ""

    def replace_body(self, body: Sequence[ast.stmt], text: str) -> Edit:
        """Put one statement in the place of a block."""
        return Edit(self.span(body[0])[0], self.span(body[-1])[1], text)

    def dedented(self, body: Sequence[ast.stmt], indentation: str) -> str | None:
        """A block as it looks at another indentation; None where a string or comment is in the way."""
        first = self._starts[body[0].lineno - 1]
        own = self.indentation(body[0])
        lines = self.text[first : self.span(body[-1])[1]].split("\n")
        if not own or any(line.strip() and not line.startswith(own) for line in lines):
            return None
        return "\n".join(indentation + line[len(own) :] if line.strip() else line for line in lines)

    def seed(self, anchor: ast.AST | None, *edits: Edit) -> Seed:
        """A seed whose finding is due within ``anchor``; anywhere in the file where that is None."""
        if anchor is None:
            return Seed(self.path, 1, "", edits, (0, len(self.text)))
        start, end = self.span(anchor)
        return Seed(
            self.path, self.text.count("\n", 0, start) + 1, self._scope(anchor), edits, (start, end)
        )

    def _scope(self, node: ast.AST) -> str:
        """The part of the file that no two seeds may share: a top-level function, a method, a statement."""
        for each in reversed([node, *self.around(node)]):
            if not isinstance(each, ast.Module | ast.ClassDef):
                return f"{type(each).__name__} {getattr(each, 'lineno', 0)}"
        return f"class {getattr(node, 'lineno', 0)}"


class Project:
    """The Python files of a project that parse and are neither generated nor vendored."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.root = root
        self.sources: list[Source] = []
        for source in discover(root).sources:
            try:
                text, _ = read_text(root / source.path)
                read = Source(source.path, source.module, source.role, text, self)
            except (OSError, SyntaxError, ValueError, RecursionError):
                continue
            self.sources.append(read)
        self.modules = {source.module: source for source in self.sources if source.module}

    def importers(self, module: str) -> Sequence[Source]:
        """The modules that import a module while they load, by a statement of their own top level."""
        return self._importers.get(module, ())

    @cached_property
    def _importers(self) -> Mapping[str, Sequence[Source]]:
        found: defaultdict[str, list[Source]] = defaultdict(list)
        for source in self.sources:
            for node in source.tree.body:
                names: set[str] = set()
                if isinstance(node, ast.Import):
                    names = {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
                for name in names & self.modules.keys():
                    found[name].append(source)
        return found

    @cached_property
    def bases(self) -> Mapping[str, frozenset[str]]:
        """Name of a class -> the last names of its bases, all classes of that name together."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for source in self.sources:
            for node in source.nodes(ast.ClassDef):
                found[node.name].update(dotted_name(base).rpartition(".")[2] for base in node.bases)
        return {name: frozenset(bases) for name, bases in found.items()}

    def derives(self, name: str, roots: Iterable[str]) -> bool:
        """Whether a class of the project descends, by names alone, from one of ``roots``."""
        seen: set[str] = set()
        pending = [name]
        wanted = frozenset(roots)
        while pending:
            current = pending.pop()
            for base in self.bases.get(current, ()):
                if base in wanted:
                    return True
                if base not in seen:
                    seen.add(base)
                    pending.append(base)
        return False

    @cached_property
    def lasting(self) -> frozenset[str]:
        """Names of classes, and of their ancestors, that some module makes an instance of while it loads."""
        found = {
            dotted_name(node.func).rpartition(".")[2]
            for source in self.sources
            for node in source.calls
            if source.runs_on_import(node)
        }
        pending = list(found)
        while pending:
            new = self.bases.get(pending.pop(), frozenset()) - found
            found |= new
            pending += new
        return frozenset(found)


def _bound_by(nodes: Iterable[ast.AST]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def dotted_name(node: ast.AST) -> str:
    """``a.b.c`` of a chain of attributes; a subscript or call in it stands as ``?``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}"
    return "?"


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """The keyword argument of a name."""
    return next((each for each in call.keywords if each.arg == name), None)


def is_open(call: ast.Call) -> bool:
    """Whether a call hands over ``*args`` or ``**kwargs``, of which nobody knows what they hold."""
    return any(each.arg is None for each in call.keywords) or any(
        isinstance(each, ast.Starred) for each in call.args
    )


def parameters(function: AnyFunction) -> list[ast.arg]:
    """All named parameters."""
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def first_statement(function: AnyFunction) -> ast.stmt:
    """The first statement below the docstring; the docstring where nothing follows it."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return function.body[1 if has_docstring and len(function.body) > 1 else 0]


def body_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes below these, nested functions left out."""
    for node in body:
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.Lambda)):
            yield from body_nodes(ast.iter_child_nodes(node))


def read_text(path: Path) -> tuple[str, str]:
    """The text of a Python file, with ``\\n`` at the end of each line, and its encoding.

    Raises:
        OSError, SyntaxError, ValueError: it cannot be read or decoded.
    """
    data = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding).read(), encoding
