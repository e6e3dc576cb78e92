"""Which functions would a test runner collect? By the rules of pytest, unittest, Django and trial."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.syntax.bindings import Scope
from archcheck.model import Role

#: pytest's default names, and the ones that projects on Django add to them.
_TEST_FILE = re.compile(r"^test_.*\.py$|_tests?\.py$|^tests?\.py$")
#: Folders whose files are read by tests, not run as tests, and those with measurements.
_NO_TESTS_FOLDER = re.compile(
    r"/tests?/(?:[^/]+/)*(?:fixtures|test[-_]?data|golden)/|/(?:bench|benches|benchmarks?)/"
)
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_TEST_WORDS = frozenset({"test", "tests", "testcase", "testing"})
_DOUBLE = re.compile(r"^_*(?:Fake|Mock|Stub|Dummy|Spy)")
_SKIPPING = re.compile(r"skip|xfail|expected_?failure|^todo$", re.IGNORECASE)
#: Decorators that make something else of a function called ``test...``.
_NO_TEST_DECORATORS = frozenset(
    {
        "asynccontextmanager",
        "cached_property",
        "contextmanager",
        "fixture",
        "nottest",
        "property",
        "yield_fixture",
    }
)


def is_test_file(path: str) -> bool:
    """Whether a file is called as test runners expect it."""
    return bool(_TEST_FILE.search(path.rpartition("/")[2]))


def defines_tests(module: Module) -> bool:
    """Whether a file that is called like a test module has what such a module has.

    A command called ``test-connection`` is a function called ``test_connection`` too.
    """
    named = [function for function in module.functions if function.name.startswith("test")]
    return bool(named) and not any("command" in _decorators(test, module) for test in named)


def is_test_function(module: Module, function: AnyFunction) -> bool:
    """Whether a test runner would collect ``function`` of a file that is known to be test code.

    Methods of shared base classes and mixins count: their subclasses run them.
    """
    if not function.name.startswith("test") or _NO_TESTS_FOLDER.search(f"/{module.path}"):
        return False
    if any(name in _NO_TEST_DECORATORS for name in _decorators(function, module)):
        return False
    in_test_file = is_test_file(module.path)
    if module.function_of(function) is not None:
        return False
    home = module.scopes.scope_of(function)
    if not isinstance(home.node, ast.ClassDef):
        return in_test_file
    around = module.class_of(home.node)
    if around is not None and around.bases:
        return (
            False  # unittest runs no class inside of another: it is what the outer tests are about
        )
    return _is_test_class(home.node, home, in_test_file=in_test_file)


def _decorators(function: AnyFunction, module: Module) -> set[str]:
    """Last segments of the decorators' names, as resolved and as written."""
    found: set[str] = set()
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        for name in (*module.names(target), dotted(target)):
            found.add(name.rpartition(".")[2])
    return found


def _is_test_class(node: ast.ClassDef, body: Scope, *, in_test_file: bool) -> bool:
    if _DOUBLE.match(node.name) or _opts_out(body):
        return False
    bases = [dotted(base).rpartition(".")[2] for base in node.bases]
    if any(_has_test_word(name) for name in (node.name, *bases)):
        # pytest passes over a plain class with a constructor.
        return bool(bases) or "__init__" not in body.bindings
    return in_test_file and bool(bases)


def _has_test_word(name: str) -> bool:
    return any(word.lower() in _TEST_WORDS for word in _WORD.findall(name))


def _opts_out(body: Scope) -> bool:
    """Whether the class body says ``__test__ = False``."""
    return any(
        isinstance(binding.value, ast.Constant) and binding.value.value is False
        for binding in body.bindings.get("__test__", ())
    )


def pytest_marks(module: Module) -> tuple[str, ...]:
    """The marks of pytest that a test file sets: ``integration`` for ``@pytest.mark.integration``."""
    if module.role is not Role.TEST or not module.imports("pytest"):
        return ()
    classes = module.nodes(ast.ClassDef)
    marks = [mark for owner in (*module.functions, *classes) for mark in owner.decorator_list]
    marks += _pytest_marks(module.tree)
    for each in classes:
        marks += _pytest_marks(each)
    found: dict[str, None] = {}
    for mark in marks:
        for part in mark.elts if isinstance(mark, (ast.List, ast.Tuple)) else [mark]:
            name = dotted(part.func if isinstance(part, ast.Call) else part)
            if name.startswith("pytest.mark."):
                found[name.removeprefix("pytest.mark.")] = None
    return tuple(found)


def is_skipped(test: AnyFunction, module: Module) -> bool:
    """Whether a test may not run, or may fail: by its own mark, its class's or module's, or a call at its head."""
    marks = [*test.decorator_list, *_statements(test.body[:2])]
    for ancestor in module.ancestors(test):
        if isinstance(ancestor, ast.ClassDef):
            marks.extend(ancestor.decorator_list)
        if isinstance(ancestor, (ast.ClassDef, ast.Module)):
            marks.extend(_pytest_marks(ancestor))
    return any(
        _SKIPPING.search(simple_name(part))
        for mark in marks
        for part in ast.walk(mark)
        if isinstance(part, (ast.Name, ast.Attribute))
    )


def _statements(body: list[ast.stmt]) -> list[ast.expr]:
    return [part.value for part in body if isinstance(part, ast.Expr)]


def _pytest_marks(owner: ast.ClassDef | ast.Module) -> list[ast.expr]:
    return [
        part.value
        for part in owner.body
        if isinstance(part, ast.Assign)
        and any(simple_name(target) == "pytestmark" for target in part.targets)
    ]
