"""ARC0802."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.calls.functions import called_names
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.queries import AnyOf, FunctionDoes, Overrides
from archcheck.analysis.topics.testing.assertions import (
    asserting_functions,
    discarded_comparisons,
    fails_by_other_means,
)
from archcheck.analysis.topics.testing.runners import is_skipped, is_test_function
from archcheck.model import Role, Severity, TraceStep
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_SMOKE = re.compile(
    r"(?:not|n't|n[eo]ver|no|without)[ _]\w*[ _]?(?:rais|throw|fail|crash|error|exception|warn)|no[ _]?op\b|noop"
    r"|idempoten|ignor|swallow|accept|valid|allow|smoke|import|(?:^|[_ ])ok(?:$|[_ ])",
    re.IGNORECASE,
)
_DOCUMENTATION = frozenset({"doc", "docs", "docs_src", "examples"})
_LIFECYCLE = ("setUp", "tearDown", "setup_method", "teardown_method", "asyncSetUp", "asyncTearDown")


class TestWithoutAssertion(ModuleRule):
    """A test that cannot fail, because it asserts nothing.

    A comparison whose result is thrown away is a forgotten `assert`, and an empty test passes whatever happens:
    both are green for ever and cover what they do not check. A test that only runs code (a smoke test), or only its
    fixtures, is advice.

    What asserts: `assert`, a `raise`, unittest's methods, mocks, calls whose name says so (`check`, `verify`,
    `expect`, `raises` and the like), helpers and fixtures of the project that do, and fixtures of well-known
    plugins (`snapshot`, `benchmark`).

    Not flagged: a comparison under `pytest.raises` or in a `try`, where it is what is tested; skipped tests and
    expected failures; an empty method that switches off an inherited test; smoke tests that say so in their name or
    docstring (does not raise, no error, is ignored, accepts, import) or do nothing but import; examples of tests in a
    folder of documentation. What returns a value and asserts nothing is a helper, and no opportunity.
    """

    code = "ARC0802"
    severity = Severity.WARNING
    noun = "tests assert something"
    message = "the result of the comparison is discarded: is an `assert` missing?"
    advice = "assert what the test is named after"
    roles = frozenset({Role.TEST})
    waived_by = ("B015", "W0104", "W0106")
    seed = "Seed 004, Testing Standards: Arrange, Act, Assert"
    good = (
        Example(
            "The outcome is asserted.",
            "def test_total(order):\n    assert order.total == 30\n",
            path="tests/test_orders.py",
        ),
        Example(
            "A helper of the project asserts.",
            "from tests.helpers import same_amount\n\n\ndef test_total(order):\n    same_amount(order.total, 30)\n",
            path="tests/test_orders.py",
            files={"tests/helpers.py": "def same_amount(left, right):\n    assert left == right\n"},
        ),
        Example(
            "The comparison itself must fail.",
            "import pytest\n\n\ndef test_orders_have_no_order(order):\n    with pytest.raises(TypeError):\n"
            "        order < order\n",
            path="tests/test_orders.py",
        ),
        Example(
            "A smoke test that says so.",
            "def test_printing_does_not_raise(order):\n    order.print()\n",
            path="tests/test_orders.py",
        ),
    )
    bad = (
        Example(
            "A forgotten `assert`.",
            "def test_total(order):\n    order.total == 30  # [test-without-assertion]\n",
            path="tests/test_orders.py",
        ),
        Example(
            "Nothing is tested.",
            "def test_total():  # [test-without-assertion]\n    pass\n",
            path="tests/test_orders.py",
        ),
        Example(
            "Code runs, and whatever it does is right (advice).",
            "from app.orders import place\n\n\ndef test_place():  # [test-without-assertion]\n    place('mug')\n",
            path="tests/test_orders.py",
            files={"src/app/orders.py": "def place(sku):\n    return sku\n"},
        ),
    )

    def visit_Module(self, node: ast.Module, module: Module) -> Iterator[Judgement]:
        if not _DOCUMENTATION.isdisjoint(module.path.split("/")[:-1]):
            return
        tests = [function for function in module.functions if is_test_function(module, function)]
        if not tests:
            return
        asserting = asserting_functions(module)
        comparisons = discarded_comparisons(module)
        for test in tests:
            yield from self._judge(test, comparisons.get(test, []), test in asserting, module)

    def _judge(
        self, test: AnyFunction, comparisons: list[ast.expr], asserts: bool, module: Module
    ) -> Iterator[Judgement]:
        complies = self.complies(module.place(test))
        if is_skipped(test, module):
            if asserts and not comparisons:
                yield complies
        elif comparisons:
            first, *others = comparisons
            trace = [TraceStep(module.path, each.lineno, "and discarded") for each in others]
            yield self.violates(module.place(first), trace=trace)
        elif asserts:
            yield complies
        elif not _statements(test):
            yield from self._empty(test, module)
        elif _is_meant_to_be_bare(test) or fails_by_other_means(test):
            yield complies
        elif not _returns_value(test, module):
            smoke = self.violates(
                module.place(test),
                message="`{test}` asserts nothing: it fails only when the code raises",
                advice=True,
                test=test.name,
            )
            yield Pending(AnyOf(_helpers(test, module)), complies, smoke)

    def _empty(self, test: AnyFunction, module: Module) -> Iterator[Judgement]:
        fixtures = [each.arg for each in test.args.args if each.arg not in ("self", "cls")]
        violation = self.violates(
            module.place(test),
            message="`{test}` is empty: it fails only when a fixture does"
            if fixtures
            else "`{test}` is empty: it passes whatever the code does",
            advice=bool(fixtures),
            test=test.name,
        )
        if isinstance(module.parent(test), ast.ClassDef):
            yield Pending(Overrides(module.symbols.definition_name(test)), None, violation)
        elif not _is_mentioned(test.name, module):
            yield violation


def _statements(test: AnyFunction) -> list[ast.stmt]:
    """The body without docstrings and ``pass``."""
    return [
        part
        for part in test.body
        if not isinstance(part, ast.Pass)
        and not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
    ]


def _is_mentioned(name: str, module: Module) -> bool:
    """Whether the module uses the function itself: then it is a helper with an unlucky name."""
    return any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
        for part in ast.walk(module.tree)
    )


def _is_meant_to_be_bare(test: AnyFunction) -> bool:
    if all(isinstance(part, (ast.Import, ast.ImportFrom)) for part in _statements(test)):
        return True
    return bool(_SMOKE.search(test.name) or _SMOKE.search(ast.get_docstring(test) or ""))


def _returns_value(test: AnyFunction, module: Module) -> bool:
    return any(
        isinstance(part, ast.Return) and part.value is not None for part in module.own_nodes(test)
    )


def _helpers(test: AnyFunction, module: Module) -> tuple[FunctionDoes, ...]:
    """What may assert for the test: what it calls, its decorators, its fixtures and its class's own frame."""
    names: list[str] = []
    for part in ast.walk(test):
        if isinstance(part, ast.Call):
            names.extend(called_names(module, part))
    for decorator in test.decorator_list:
        names.extend(module.names(decorator))
    arguments = (*test.args.posonlyargs, *test.args.args, *test.args.kwonlyargs)
    names.extend(
        f".{argument.arg}" for argument in arguments if argument.arg not in ("self", "cls")
    )
    owner = module.parent(test)
    if isinstance(owner, ast.ClassDef):
        name = module.symbols.definition_name(owner)
        names.extend(f"{name}.{part}" for part in _LIFECYCLE)
    return tuple(FunctionDoes(name, "asserts", foreign=False) for name in dict.fromkeys(names))
