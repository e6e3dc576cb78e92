"""Which functions are tests: the ways of pytest, unittest, Django and trial, and what only looks like one."""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.topics.testing.runners import defines_tests, is_skipped, is_test_function
from archcheck.model import Role


def collected(source: str, path: str = "tests/test_orders.py") -> list[str]:
    module = module_of(source, path=path, name="", role=Role.TEST)
    return [each.name for each in module.functions if is_test_function(module, each)]


TESTS = {
    "function": "def test_total(): ...",
    "coroutine": "async def test_total(): ...",
    "under a condition": "import sys\nif sys.version_info > (3, 11):\n    def test_total(): ...",
    "parametrized": "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_total(n): ...",
    "property based": "from hypothesis import given\n@given(...)\ndef test_total(n): ...",
    "patched": "from unittest.mock import patch\n@patch('a.b')\ndef test_total(b): ...",
    "class of pytest": "class TestOrder:\n    def test_total(self): ...",
    "coroutine of a class": "class TestOrder:\n    async def test_total(self): ...",
    "nested class": "class TestOrder:\n    class TestPaid:\n        def test_total(self): ...",
    "unittest": "import unittest\nclass Order(unittest.TestCase):\n    def test_total(self): ...",
    "unittest's other spelling": "from unittest import TestCase\nclass Order(TestCase):\n    def testTotal(self): ...",
    "Django": "from django.test import TestCase\nclass OrderTests(TestCase):\n    def test_total(self): ...",
    "base of the project": "from tests.base import Base\nclass Order(Base):\n    def test_total(self): ...",
    "abbreviation": "class HTTPTests:\n    def test_total(self): ...",
    "lower case": "class test_order:\n    def test_total(self): ...",
    "mixin": "class OrderTestsMixin:\n    def test_total(self): ...",
    "case with a constructor": (
        "from unittest import TestCase\nclass OrderTest(TestCase):\n"
        "    def __init__(self): ...\n    def test_total(self): ..."
    ),
}


@pytest.mark.parametrize("source", TESTS.values(), ids=TESTS)
def test_collected(source: str) -> None:
    assert collected(source) in (["test_total"], ["testTotal"])


NOT_TESTS = {
    "helper": "def make_order(): ...",
    "fixture": "import pytest\n@pytest.fixture\ndef test_user(): ...",
    "fixture with arguments": "import pytest\n@pytest.fixture(scope='module')\ndef test_user(): ...",
    "fixture by another name": "from pytest import fixture as f\n@f\ndef test_user(): ...",
    "fixture of a plugin": "import pytest_asyncio\n@pytest_asyncio.fixture\nasync def test_user(): ...",
    "context manager": "from contextlib import contextmanager\n@contextmanager\ndef test_server(): ...",
    "property": "class TestOrder:\n    @property\n    def test_user(self): ...",
    "class of a test case": (
        "from unittest import TestCase\nclass OverrideTest(TestCase):\n    class Parent(TestCase):\n"
        "        def test_total(self): ..."
    ),
    "nested function": "def helper():\n    def test_total(): ...",
    "nested under a condition": "def helper():\n    if True:\n        def test_total(): ...",
    "class in a function": "def helper():\n    class TestOrder:\n        def test_total(self): ...",
    "class that is tested": "class TestedOrder:\n    def test_total(self): ...",
    "plain class": "class Order:\n    def test_total(self): ...",
    "double": "class FakeConnection(Connection):\n    def test_connection(self): ...",
    "class with a constructor": "class TestClient:\n    def __init__(self): ...\n    def test_total(self): ...",
    "class that opts out": "class TestOrder:\n    __test__ = False\n    def test_total(self): ...",
}


@pytest.mark.parametrize("source", NOT_TESTS.values(), ids=NOT_TESTS)
def test_not_collected(source: str) -> None:
    assert collected(source) == []


PATHS = [
    # path, a function counts, a method of a class named after tests counts
    ("tests/test_orders.py", True, True),
    ("tests/orders_test.py", True, True),
    ("app/tests.py", True, True),
    ("app/orders_tests.py", True, True),
    ("tests/base.py", False, True),
    ("tests/conftest.py", False, True),
    ("testing/client.py", False, True),
    ("tests/fixtures/shop/tests/test_orders.py", False, False),
    ("tests/testdata/test_orders.py", False, False),
    ("bench/test_orders.py", False, False),
    ("tests/benchmarks/test_orders.py", False, False),
]


@pytest.mark.parametrize(("path", "function", "method"), PATHS)
def test_the_file_decides_too(path: str, function: bool, method: bool) -> None:
    assert bool(collected("def test_total(): ...", path)) is function
    assert bool(collected("class TestOrder:\n    def test_total(self): ...", path)) is method


def test_class_with_bases_needs_a_telling_name_outside_test_files() -> None:
    source = "class Benchmark(Base):\n    def test(self): ..."
    assert collected(source, "tests/benchmark.py") == []
    assert collected(source, "tests/test_benchmark.py") == ["test"]


@pytest.mark.parametrize(
    ("source", "defines"),
    [
        ("def test_total(): ...", True),
        ("class A:\n    async def test_total(self): ...", True),
        ("def total(): ...", False),
        ("import click\n@click.command()\ndef test_connection(): ...", False),
        ("import typer\napp = typer.Typer()\n@app.command('x')\ndef test_it(): ...", False),
    ],
)
def test_command_called_test_is_no_test(source: str, defines: bool) -> None:
    assert defines_tests(module_of(source)) is defines


SKIPPED = {
    "mark": "import pytest\n@pytest.mark.skip\ndef test_total(): ...",
    "condition": "import unittest\n@unittest.skipIf(True, 'x')\ndef test_total(): ...",
    "class": "import unittest\n@unittest.skip('x')\nclass TestOrder:\n    def test_total(self): ...",
    "mark of the class": "class TestOrder:\n    pytestmark = mark.skip\n    def test_total(self): ...",
    "mark of the module": "pytestmark = [mark.slow, mark.xfail]\ndef test_total(): ...",
    "call": "def test_total():\n    'Later.'\n    pytest.skip('x')",
}


@pytest.mark.parametrize("source", SKIPPED.values(), ids=SKIPPED)
def test_skipped(source: str) -> None:
    module = module_of(source)
    assert is_skipped(module.nodes(ast.FunctionDef)[0], module)


@pytest.mark.parametrize(
    "source",
    [
        "pytestmark = mark.slow\n@mark.asyncio\ndef test_total(): ...",
        "skip = True\ndef test_total():\n    run()",
        "def test_total():\n    run()\n    run()\n    pytest.skip('x')",
    ],
)
def test_not_skipped(source: str) -> None:
    module = module_of(source)
    assert not is_skipped(module.nodes(ast.FunctionDef)[0], module)
