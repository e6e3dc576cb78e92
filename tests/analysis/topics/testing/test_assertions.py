"""What makes a test fail, and what only looks like it."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest
from modules import module_of

from archcheck.analysis.module import Module
from archcheck.analysis.topics.testing.assertions import (
    asserting_functions,
    asserts_by_name,
    discarded_comparisons,
    fails_by_other_means,
)
from archcheck.model import Role


def parsed_test(body: str, head: str = "def test_total(self, order):") -> Module:
    """A module with one test of this body."""
    source = f"{head}\n{indent(dedent(body).strip(), '    ')}\n"
    return module_of(source, path="tests/test_orders.py", role=Role.TEST)


NAMES = {
    "assertEqual": True,
    "assert_that": True,
    "_assert_order": True,
    "doAssertOrder": True,
    "check_order": True,
    "checkOrder": True,
    "verify": True,
    "expect": True,
    "expectation": True,
    "validate_schema": True,
    "ensure_paid": True,
    "should_be": True,
    "compare": True,
    "order_matches": True,
    "match_snapshot": True,
    "raises": True,
    "warns": True,
    "fail": True,
    "failUnless": True,
    "failureResultOf": True,
    "successResultOf": True,
    "raise_for_status": True,
    "checkout": False,
    "load_checkpoint": False,
    "checksum": False,
    "get": False,
    "dispatch": False,
    "insert": False,
    "latest": False,
    "": False,
}


@pytest.mark.parametrize(("name", "asserts"), NAMES.items())
def test_names_that_assert(name: str, asserts: bool) -> None:
    assert asserts_by_name(name) is asserts


ASSERTING = {
    "statement": "assert order",
    "unittest": "self.assertEqual(order, 1)",
    "mock": "order.assert_called_once()",
    "context": "with pytest.raises(ValueError):\n    order.pay()",
    "raise": "if not order:\n    raise AssertionError('no order')",
    "raise without a call": "raise AssertionError",
    "in a nested function": "def inner():\n    assert order\nrun(inner)",
}


@pytest.mark.parametrize("body", ASSERTING.values(), ids=ASSERTING)
def test_function_that_asserts(body: str) -> None:
    module = parsed_test(body)
    assert module.nodes(ast.FunctionDef)[0] in asserting_functions(module)


@pytest.mark.parametrize("body", ["order.pay()", "raise ValueError(order)", "order == 1"])
def test_function_that_does_not(body: str) -> None:
    assert not asserting_functions(parsed_test(body))


OTHER_MEANS = {
    "raise": ("if not order:\n    raise ValueError", "def test_total(order):"),
    "status": ("client.get('/', status=403)", "def test_total(client):"),
    "checked process": ("subprocess.run(['x'], check=True)", "def test_total():"),
    "expected value": ("client.get('/', expect_code=403)", "def test_total(client):"),
    "callback": ("order.addCallback(self.check_order)", "def test_total(self, order):"),
    "fixture that compares": ("snapshot(order)", "def test_total(order, snapshot):"),
    "fixture that measures": ("benchmark(order)", "def test_total(benchmark, order):"),
    "fixture named so": ("assert_paid(order)", "def test_total(assert_paid, order):"),
}


@pytest.mark.parametrize(("body", "head"), OTHER_MEANS.values(), ids=OTHER_MEANS)
def test_text_that_says_what_fails_it(body: str, head: str) -> None:
    assert fails_by_other_means(parsed_test(body, head).nodes(ast.FunctionDef)[0])


@pytest.mark.parametrize("body", ["order.pay()", "client.get('/', headers={})", "x = order.total"])
def test_text_that_does_not(body: str) -> None:
    assert not fails_by_other_means(parsed_test(body).nodes(ast.FunctionDef)[0])


def test_a_test_is_not_asserting_because_of_its_own_name() -> None:
    module = parsed_test("order.pay()", "def test_check_order(order):")
    assert not fails_by_other_means(module.nodes(ast.FunctionDef)[0])


DISCARDED = {
    "equality": "order.total == 30",
    "identity": "order.total is None",
    "membership": "30 in order",
    "chain": "1 < order.total < 30",
    "negated": "not order.total == 30",
    "several": "order.total == 30 and order.paid is True",
    "call": "order.mock.call_count == 1",
    "in a with of another kind": "with open(order) as file:\n    file.read() == 'x'",
    "in a loop": "for each in order:\n    each == 1",
    "in a finally": "try:\n    order.pay()\nfinally:\n    order.total == 30",
    "in a handler": "try:\n    order.pay()\nexcept ValueError:\n    order.total == 30",
}


@pytest.mark.parametrize("body", DISCARDED.values(), ids=DISCARDED)
def test_discarded_comparison(body: str) -> None:
    module = parsed_test(body)
    found = discarded_comparisons(module)
    assert list(found) == [module.nodes(ast.FunctionDef)[0]]
    (comparisons,) = found.values()
    assert len(comparisons) == 1


def test_awaited_comparison() -> None:
    module = parsed_test("await order.total() == 30", "async def test_total(order):")
    assert list(discarded_comparisons(module)) == module.nodes(ast.AsyncFunctionDef)


def test_comparison_belongs_to_every_function_around_it() -> None:
    module = parsed_test("def inner():\n    order.total == 30\nrun(inner)")
    assert set(discarded_comparisons(module)) == set(module.nodes(ast.FunctionDef))


KEPT = {
    "asserted": "assert order.total == 30",
    "assigned": "same = order.total == 30",
    "returned": "return order.total == 30",
    "an argument": "check(order.total == 30)",
    "a condition": "if order.total == 30:\n    order.pay()",
    "short circuit of a call": "order.total == 30 and order.pay()",
    "under pytest.raises": "with pytest.raises(TypeError):\n    order < 30",
    "under assertRaises": "with self.assertRaises(TypeError):\n    order < 30",
    "under a warning": "with pytest.warns(Warning):\n    order == 30",
    "under a parametrized expectation": "with expectation:\n    order < 30",
    "under does_not_raise": "with does_not_raise():\n    order < 30",
    "under suppress": "with suppress(TypeError):\n    order < 30",
    "in a try": "try:\n    order < 30\nexcept TypeError:\n    pass",
}


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_comparison_that_is_used_or_is_what_is_tested(body: str) -> None:
    assert discarded_comparisons(parsed_test(body)) == {}


def test_comparison_outside_every_function_is_nobody_s() -> None:
    assert discarded_comparisons(module_of("x == 1")) == {}
