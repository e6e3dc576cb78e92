"""ARC1205."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import takewhile

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.queries import MemberIs
from archcheck.analysis.topics.requests.routes import routes
from archcheck.analysis.topics.values.strings import variants
from archcheck.model import Kind, Place, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_DIRECTIVE = ".. deprecated::"
_SENTENCE = re.compile(r"[\[(*]*(?:Deprecated|DEPRECATED)\b")
#: The paragraph speaks of a part of the interface, which warns (or not) where that part is used.
_ABOUT_A_PART = re.compile(
    r"\b(?:parameters?|arguments?|params?|args?|kwargs?|keywords?|options?|fields?|attributes?|values?|settings?|columns?)\b",
    re.IGNORECASE,
)
_WARNS = re.compile(r"warn|deprecat", re.IGNORECASE)
#: The modules of debtcollector, whose decorators warn.
_COLLECTORS = re.compile(r"(?:^|\.)(?:moves|removals|renames|updating)\.\w+$")
_DEPRECATION = re.compile(r"deprecat|RemovedIn", re.IGNORECASE)
_WARN = "warnings.warn"
_UNCALLED = frozenset({"overload", "abstractmethod", "abstractproperty"})
#: Decorators under which a function is still called by those who see it.
_TRANSPARENT = frozenset(
    {"property", "cached_property", "classmethod", "staticmethod", "setter", "wraps", "contextmanager",
     "asynccontextmanager", "override"}
)  # fmt: skip


class DeprecationWithoutWarning(ModuleRule):
    """A deprecation never reaches the callers it is meant for.

    Callers do not read the changelog: their test run must tell them, while there is still time. A
    docstring alone warns nobody; a warning without a category is a `UserWarning`, which end users
    see and filters for deprecations miss; and without ``stacklevel`` it points into the library, so
    that nobody finds the call to change and Python's default filter hides it.

    Places are functions and classes whose docstring declares them deprecated, and calls of
    `warnings.warn` that speak of a deprecation. In a project that is no library it is advice.

    Not flagged: deprecated parameters, fields and options, private names, route handlers, abstract
    methods and overloads, classes without methods, what its own module still calls (a hook that
    subclasses override), and what a decorator or a call named after warning or deprecation
    announces. A missing ``stacklevel`` counts only in what others call by name.
    """

    code = "ARC1205"
    severity = Severity.WARNING
    noun = "deprecations warn their callers"
    message = "`{name}` is documented as deprecated but never warns"
    advice = "decorate it with `warnings.deprecated` (or typing_extensions'), or call `warnings.warn(..., DeprecationWarning, stacklevel=2)`"
    waived_by = ("B028",)
    seed = "001 principle 12 Evolutionary design"
    good = (
        Example(
            "The caller is told.",
            "import warnings\n\n\n"
            "def total(order):\n"
            '    """Deprecated: use `Order.total`."""\n'
            '    warnings.warn("total() is deprecated, use Order.total", DeprecationWarning, stacklevel=2)\n'
            "    return order.total\n",
            kinds=frozenset({Kind.LIBRARY}),
        ),
        Example(
            "A decorator tells.",
            "from typing_extensions import deprecated\n\n\n"
            '@deprecated("use Order.total")\n'
            "def total(order):\n"
            '    """Sum of an order.\n\n    .. deprecated:: 2.1\n    """\n'
            "    return order.total\n",
            kinds=frozenset({Kind.LIBRARY}),
        ),
        Example(
            "Only a parameter is deprecated.",
            "def total(order, tax=None):\n"
            '    """Sum of an order.\n\n    .. deprecated:: 2.1\n       The *tax* parameter does nothing.\n    """\n'
            "    return order.total\n",
            kinds=frozenset({Kind.LIBRARY}),
        ),
    )
    bad = (
        Example(
            "Only the docstring knows.",
            "def total(order):  # [deprecation-without-warning]\n"
            '    """Deprecated: use `Order.total`."""\n'
            "    return order.total\n",
            kinds=frozenset({Kind.LIBRARY}),
        ),
        Example(
            "Neither category nor caller.",
            "import warnings\n\n\n"
            "def total(order):\n"
            '    warnings.warn("total() is deprecated")  # [deprecation-without-warning]\n'
            "    return order.total\n\n\n"
            "def tax(order):\n"
            '    warnings.warn("tax() is deprecated", DeprecationWarning)  # [deprecation-without-warning]\n'
            "    return order.tax\n",
            kinds=frozenset({Kind.LIBRARY}),
        ),
    )

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        """A function whose docstring declares it deprecated."""
        yield from self._function(node, module)

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Judgement]:
        """The same, asynchronous."""
        yield from self._function(node, module)

    def visit_ClassDef(self, node: ast.ClassDef, module: Module) -> Iterator[Judgement]:
        """A class whose docstring declares it deprecated."""
        has_methods = any(
            isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) for item in node.body
        )
        bases = {dotted(base).rpartition(".")[2].removesuffix("[]") for base in node.bases}
        is_abstract = "Protocol" in bases or any(_is_warning_name(base) for base in bases)
        if has_methods and not is_abstract and _declares_deprecated(node):
            yield from self._documented(node, module)

    @narrowed(imports=("warnings",), named=("warn",))
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """A warning about a deprecation."""
        if not node.args or module.resolve(node.func) != _WARN:
            return
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if None in named or not _is_deprecation(node, named, module):
            return
        place = module.place(node)
        if len(node.args) < 2 and "category" not in named and not _is_warning(node.args[0]):
            message = "`warnings.warn` names no category: the deprecation is a `UserWarning`"
            yield self._missing(place, message, "")
        elif len(node.args) > 2 or named.keys() & {"stacklevel", "skip_file_prefixes"}:
            yield self.complies(place)
        elif _has_callers(node, module):
            message = "`warnings.warn` has no `stacklevel`: it points here instead of to the caller"
            yield self._missing(place, message, "")

    def _function(self, node: AnyFunction, module: Module) -> Iterator[Judgement]:
        if _declares_deprecated(node):
            decorators = {_name(decorator) for decorator in node.decorator_list}
            if decorators.isdisjoint(_UNCALLED) and not _is_stub(node) and not routes(node, module):
                yield from self._documented(node, module)

    def _documented(self, node: AnyFunction | ast.ClassDef, module: Module) -> Iterator[Judgement]:
        if _is_private(node.name) or _WARNS.search(node.name):
            return
        place = module.place(node)
        if _warns(node):
            yield self.complies(place)
        elif not _is_called(node, module):
            yield self._missing(place, self.message, node.name)

    def _missing(self, place: Place, message: str, name: str) -> Pending:
        path = place.location.path
        return Pending(
            MemberIs(Kind.LIBRARY, path),
            then=self.violates(place, message=message, name=name),
            otherwise=self.violates(place, message=message, advice=True, name=name),
        )


def _declares_deprecated(node: AnyFunction | ast.ClassDef) -> bool:
    """Whether a paragraph at the docstring's own indentation says that the whole thing is deprecated."""
    if "deprecated" not in (ast.get_docstring(node, clean=False) or "").lower():
        return False
    for paragraph in re.split(r"\n\s*\n", ast.get_docstring(node) or ""):
        lines = paragraph.splitlines()
        directives = [number for number, line in enumerate(lines) if line.startswith(_DIRECTIVE)]
        if directives:
            return not _ABOUT_A_PART.search(" ".join(lines[directives[0] :]))
        if _SENTENCE.match(paragraph):
            return not _ABOUT_A_PART.search(paragraph)
    return False


def _is_called(node: AnyFunction | ast.ClassDef, module: Module) -> bool:
    """Whether its own module calls it, a hook for subclasses, or keeps it in a table: that would warn its own project."""
    return any(
        _name(call) == node.name and node not in module.ancestors(call)
        for call in module.nodes(ast.Call)
    ) or any(
        isinstance(part, ast.Name) and part.id == node.name
        for table in _tables(module)
        for part in (*table.keys, *table.values)
    )


def _tables(module: Module) -> Iterator[ast.Dict]:
    """The dictionaries that module-level names hold."""
    for statement in module.tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(
            statement.value, ast.Dict
        ):
            yield statement.value


def _warns(node: AnyFunction | ast.ClassDef) -> bool:
    """Whether a call in it or a decorator is named after warning or deprecation, or speaks of one."""
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        names = [dotted(part.func), *(keyword.arg or "" for keyword in part.keywords)]
        if any(_WARNS.search(name) for name in names) or any(map(_speaks_of_it, part.args)):
            return True
    return any(
        _WARNS.search(_name(decorator)) or _COLLECTORS.search(_path(decorator))
        for decorator in node.decorator_list
    )


def _speaks_of_it(argument: ast.expr) -> bool:
    """Whether a text says that something is deprecated: ``report("f is deprecated")``."""
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and "deprecat" in part.value.lower()
        for part in ast.walk(argument)
    )


def _is_deprecation(node: ast.Call, named: dict[str | None, ast.expr], module: Module) -> bool:
    category = node.args[1] if len(node.args) > 1 else named.get("category")
    if category is not None and _DEPRECATION.search(dotted(category)):
        return True
    message = node.args[0]
    if isinstance(message, ast.Call) and _is_warning(message):
        return bool(_DEPRECATION.search(dotted(message.func)))
    return any(
        isinstance(piece, str) and _DEPRECATION.search(piece)
        for pieces in variants(message, module)
        for piece in pieces
    )


def _is_warning(node: ast.expr) -> bool:
    """Whether the message is an instance of a warning, which brings its category along."""
    return isinstance(node, ast.Call) and _is_warning_name(dotted(node.func))


def _is_warning_name(name: str) -> bool:
    return name.endswith("Warning")


def _has_callers(node: ast.Call, module: Module) -> bool:
    """Whether the warning has a caller to point at.

    It has none in a private function, in one that a decorator registers elsewhere, and under a
    condition on the object's state: then a framework calls, and not who has to change something.
    """
    function = module.function_of(node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    if _is_private(function.name) or any(
        _name(decorator) not in _TRANSPARENT for decorator in function.decorator_list
    ):
        return False
    given = _given(function, module)
    return all(
        not isinstance(condition, ast.If) or _names_one_of(condition.test, given)
        for condition in takewhile(
            lambda ancestor: ancestor is not function, module.ancestors(node)
        )
    )


def _given(function: AnyFunction, module: Module) -> set[str]:
    """The names of what a caller hands in, and of what the function makes of it."""
    arguments = (part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg))
    given = set(arguments) - {"self", "cls"}
    for part in module.own_nodes(function):
        if isinstance(part, ast.Assign) and _names_one_of(part.value, given):
            given.update(each.id for each in part.targets if isinstance(each, ast.Name))
    return given


def _names_one_of(node: ast.expr, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _is_stub(node: AnyFunction) -> bool:
    """Whether the body does nothing: a protocol's or an abstract class's method."""
    return all(
        isinstance(statement, (ast.Pass, ast.Raise))
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in node.body
    )


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _path(decorator: ast.expr) -> str:
    return dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _name(decorator: ast.expr) -> str:
    return _path(decorator).rpartition(".")[2]
