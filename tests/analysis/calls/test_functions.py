"""What functions call, and what they do by themselves."""

from __future__ import annotations

import pytest
from modules import module_of

from archcheck.analysis.calls.functions import function_facts
from archcheck.analysis.facts import FunctionFact
from archcheck.model import Role


def functions(source: str, role: Role = Role.RUNTIME) -> dict[str, FunctionFact]:
    path = "tests/test_service.py" if role is Role.TEST else "src/app/service.py"
    return {fact.qualname: fact for fact in function_facts(module_of(source, path=path, role=role))}


def test_functions_have_their_qualified_names_in_source_order() -> None:
    source = """
        def f():
            def inner(): ...
        class A:
            def f(self): ...
            class B:
                async def g(self): ...
        if f:
            def h(): ...
    """
    found = functions(source)
    assert [(fact.qualname, fact.line) for fact in found.values()] == [
        ("f", 2),
        ("f.inner", 3),
        ("A.f", 5),
        ("A.B.g", 7),
        ("h", 9),
    ]
    assert [name for name, fact in found.items() if fact.is_async] == ["A.B.g"]


def test_calls_are_told_by_qualified_name() -> None:
    source = """
        import requests as r
        from .other import helper
        class A:
            def f(self, order):
                self.g()
                order.close()
                helper()
                local()
                r.get("x")
                r.get("y")
                print()
        def local(): ...
    """
    assert functions(source)["A.f"].calls == (
        "app.service.A.g",
        ".close",
        "app.other.helper",
        "app.service.local",
        "requests.get",
        "print",
    )


def test_lambda_belongs_to_the_function_around_it_and_a_nested_function_does_not() -> None:
    source = """
        import a
        def f():
            x = lambda: (lambda: a.first())
            def inner():
                a.second()
        lambda: a.third()
    """
    found = functions(source)
    assert found["f"].calls == ("a.first",)
    assert found["f.inner"].calls == ("a.second",)


def test_logs_and_raises_are_the_function_s_own() -> None:
    source = """
        import logging
        logger = logging.getLogger(__name__)
        def f():
            logger.info("x")
            def inner():
                raise ValueError
        def g():
            f()
    """
    found = functions(source)
    assert [(name, fact.logs, fact.raises) for name, fact in found.items()] == [
        ("f", True, False),
        ("f.inner", False, True),
        ("g", False, False),
    ]


ASSERTING = {
    "statement": "def f(x):\n    assert x",
    "unittest": "def f(self, x):\n    self.assertEqual(x, 1)",
    "mock": "def f(m):\n    m.assert_called_once()",
    "raise": "def f(x):\n    if x:\n        raise AssertionError('x')",
    "raise without a call": "def f(x):\n    raise AssertionError",
    "in a nested function": "def f(x):\n    def inner():\n        assert x\n    run(inner)",
}


@pytest.mark.parametrize("source", ASSERTING.values(), ids=ASSERTING)
def test_test_code_asserts(source: str) -> None:
    assert functions(source, Role.TEST)["f"].asserts
    assert not functions(source)["f"].asserts, "a product's own checks assert nothing about it"


def test_other_errors_assert_nothing() -> None:
    assert not functions("def f(x):\n    raise ValueError(x)", Role.TEST)["f"].asserts


def test_only_test_code_has_tests() -> None:
    source = "def test_total(): ...\ndef helper(): ..."
    assert [name for name, fact in functions(source, Role.TEST).items() if fact.is_test] == [
        "test_total"
    ]
    assert not any(fact.is_test for fact in functions(source).values())


def test_module_without_functions_has_no_facts() -> None:
    assert functions("print()") == {}
