"""ARC0802: tests that cannot fail."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from judging import ADVICE, BAD, OK, judged, verdicts

from archcheck.rules.testing import test_without_assertion

RULE = test_without_assertion.TestWithoutAssertion  # under its own name pytest would collect it
PATH = "tests/test_orders.py"


def verdict_of(source: str, files: dict[str, str] | None = None) -> list[str]:
    return [verdict for _, verdict in verdicts(RULE, source, PATH, files)]


def body(text: str) -> str:
    return f"def test_total(order, client):\n{indent(dedent(text).strip(), '    ')}\n"


def test_forgotten_assert_is_at_the_comparison_and_the_others_in_its_trace() -> None:
    source = body("assert order\norder.total == 30\nclient.get('/')\norder.paid is True")
    (outcome,) = judged(RULE, source, PATH)
    assert outcome.place.location.line == 3
    assert outcome.place.scope == "test_total"
    assert [(step.path, step.line) for step in outcome.trace] == [(PATH, 5)]


def test_one_outcome_for_each_test_in_source_order() -> None:
    source = """
        def test_a(order):
            assert order
        class TestOrder:
            def test_b(self, order):
                order == 1
            async def test_c(self, order):
                await order.total() == 1
            def helper(self, order):
                order == 1
        def test_d(): ...
    """
    assert verdicts(RULE, source, PATH) == [(2, OK), (6, BAD), (8, BAD), (11, BAD)]


@pytest.mark.parametrize("text", ["pass", "...", "'''Not yet.'''", "'''Not yet.'''\npass"])
def test_empty_test(text: str) -> None:
    (outcome,) = judged(RULE, body(text).replace("order, client", ""), PATH)
    assert outcome.message == "`test_total` is empty: it passes whatever the code does"
    assert not outcome.advice


def test_empty_test_of_fixtures_is_advice() -> None:
    (outcome,) = judged(RULE, body("pass"), PATH)
    assert outcome.message == "`test_total` is empty: it fails only when a fixture does"
    assert outcome.advice


def test_empty_method_that_switches_off_an_inherited_test() -> None:
    base = (
        "import unittest\nclass CacheTests:\n    def test_ping(self):\n        assert self.cache\n"
    )
    source = """
        import unittest
        from tests.base import CacheTests
        class MemoryTest(CacheTests, unittest.TestCase):
            def test_ping(self):
                pass
            def test_size(self):
                pass
    """
    assert verdicts(RULE, source, PATH, {"tests/base.py": base}) == [(7, BAD)]


def test_empty_function_that_the_module_uses_is_a_helper() -> None:
    assert verdict_of("def test_hook():\n    pass\nregister('hook', test_hook)") == []


SKIPPED = {
    "mark": "import pytest\n@pytest.mark.skip(reason='x')\ndef test_a(order):\n    {}",
    "condition": "import pytest\n@pytest.mark.skipif(True, reason='x')\ndef test_a(order):\n    {}",
    "expected failure": "import pytest\n@pytest.mark.xfail\ndef test_a(order):\n    {}",
    "unittest": "import unittest\n@unittest.skip('x')\ndef test_a(order):\n    {}",
    "expected failure of unittest": (
        "import unittest\nclass TestA(unittest.TestCase):\n    @unittest.expectedFailure\n"
        "    def test_a(self, order):\n        {}"
    ),
    "class": "import unittest\n@unittest.skip('x')\nclass TestA:\n    def test_a(self, order):\n        {}",
    "module": "import pytest\npytestmark = pytest.mark.skip\ndef test_a(order):\n    {}",
    "list of the module": "import pytest\npytestmark = [pytest.mark.skip]\ndef test_a(order):\n    {}",
    "call": "import pytest\ndef test_a(order):\n    pytest.skip('x')\n    {}",
    "method": "class TestA:\n    def test_a(self, order):\n        self.skipTest('x')\n        {}",
}


@pytest.mark.parametrize("source", SKIPPED.values(), ids=SKIPPED)
def test_skipped_test_is_not_flagged(source: str) -> None:
    assert verdict_of(source.format("order == 1")) == []
    assert verdict_of(source.format("pass")) == []
    assert verdict_of(source.format("assert order")) == [OK]


def test_other_marks_do_not_help() -> None:
    source = "import pytest\n@pytest.mark.slow\ndef test_a(order):\n    order == 1"
    assert verdict_of(source) == [BAD]


BARE_ON_PURPOSE = [
    "def test_printing_does_not_raise(order):\n    order.print()",
    "def test_no_error_without_rows(order):\n    order.print()",
    "def test_close_is_noop(order):\n    order.close()",
    "def test_close_is_idempotent(order):\n    order.close()",
    "def test_unknown_fields_are_ignored(order):\n    order.parse()",
    "def test_accepts_bytes(order):\n    order.parse()",
    "def test_valid_order(order):\n    order.parse()",
    "def test_smoke(order):\n    order.parse()",
    "def test_parse_ok(order):\n    order.parse()",
    "def test_parse(order):\n    '''It should never fail.'''\n    order.parse()",
    "def test_old_paths():\n    from app.old import Order",
]


@pytest.mark.parametrize("source", BARE_ON_PURPOSE)
def test_smoke_test_that_says_so(source: str) -> None:
    assert verdict_of(source) == [OK]


@pytest.mark.parametrize(
    "source",
    [
        "def test_parse(order):\n    order.parse()",
        "def test_broken_order(order):\n    order.parse()",
        "def test_notes(order):\n    order.parse()",
    ],
)
def test_smoke_test_is_advice(source: str) -> None:
    (outcome,) = judged(RULE, source, PATH)
    assert outcome.advice
    assert outcome.place.location.line == 1


HELPERS = {
    "tests/helpers.py": """
        import pytest
        def same(a, b):
            assert a == b
        def indirectly(a):
            same(a, 1)
        def quiet(a):
            return a
        @pytest.fixture
        def watched(app):
            yield app
            assert not app.errors
        def traced(function):
            def run():
                assert function()
            return run
        class Base:
            def run_it(self):
                assert self.order
            def tearDown(self):
                assert not self.order
    """
}
ASSERTING_FOR_THE_TEST = {
    "helper": "from tests.helpers import same\ndef test_a(order):\n    same(order, 1)",
    "helper of a helper": "from tests.helpers import indirectly as i\ndef test_a(order):\n    i(order)",
    "helper of the file": "def test_a(order):\n    same(order)\ndef same(a):\n    assert a",
    "fixture": "def test_a(watched):\n    watched.run()",
    "decorator": "from tests.helpers import traced\n@traced\ndef test_a():\n    return_nothing()",
    "method of the base class": (
        "from tests.helpers import Base\nclass TestA(Base):\n    def test_a(self):\n        self.run_it()"
    ),
    "method of an unknown receiver": "def test_a(order):\n    order.run_it()",
    "frame of the class": (
        "from tests.helpers import Base\nclass TestA(Base):\n    def test_a(self):\n        self.order.pay()"
    ),
}


@pytest.mark.parametrize("source", ASSERTING_FOR_THE_TEST.values(), ids=ASSERTING_FOR_THE_TEST)
def test_something_of_the_project_asserts(source: str) -> None:
    assert verdict_of(source, HELPERS) == [OK]


def test_helper_that_asserts_nothing_does_not_help() -> None:
    source = "from tests.helpers import quiet\ndef test_a(order):\n    quiet(order)"
    assert verdict_of(source, HELPERS) == [ADVICE]


def test_checks_of_the_product_do_not_help() -> None:
    product = {"src/app/orders.py": "def place(order):\n    assert order\n"}
    source = "from app.orders import place\ndef test_a(order):\n    place(order)"
    assert verdict_of(source, product) == [ADVICE]


def test_what_returns_a_value_is_a_helper() -> None:
    assert verdict_of("def test_provider(user):\n    return f'/{user}.png'") == []


@pytest.mark.parametrize(
    "path",
    ["src/app/service.py", "tests/conftest.py", "tests/fixtures/a.py", "docs/guide/test_total.py"],
)
def test_only_tests_are_judged(path: str) -> None:
    assert verdicts(RULE, "def test_total(order):\n    order == 1", path) == []


@pytest.mark.parametrize(("second", "verdicts"), [("1 == order", []), ("2 == order", [BAD])])
def test_operators_that_are_tried_both_ways_round(second: str, verdicts: list[str]) -> None:
    source = f"def test_a(order):\n    order == 1\n    {second}\n    assert order"
    assert verdict_of(source) == (verdicts or [OK])
