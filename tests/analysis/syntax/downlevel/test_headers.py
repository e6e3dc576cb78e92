"""The short way for files that are too new for plain headers only gives the tree of the long way, or none."""

from __future__ import annotations

import ast
import sys

import pytest

from archcheck.analysis.syntax.downlevel.headers import parse_newer_headers, statements
from archcheck.analysis.syntax.downlevel.rewriting import Rewriting

needs_older = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="this Python reads them itself"
)
HANDLER = "try:\n    pass\nexcept A, b.C:  # both\n    pass\n"


def same(text: str) -> bool:
    short, long = parse_newer_headers(text), Rewriting().parse(text)
    return short is not None and ast.dump(short, include_attributes=True) == ast.dump(
        long, include_attributes=True
    )


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python reads them itself")
@pytest.mark.parametrize(
    "text",
    [
        HANDLER,
        "def f():\n    try: pass\n    except A , B , C :\n        x = 'é'\n    else:\n        pass\n",
        "try:\n    pass\nexcept (A, B):\n    pass\n" + HANDLER,
    ],
)
def test_handlers_without_brackets(text: str) -> None:
    assert same(text)


@needs_older
@pytest.mark.parametrize(
    "text",
    [
        "type X = int\n",
        "type  X=dict[str,\n  int]\nY = 1\n",
        "class A[T](B, metaclass=M):\n    x: T\n",
        "@d\nasync def f[T: int, *P](a: T = 1, *,\n    b: T) -> list[T]:\n    return a\n",
        f"type X = int\n{HANDLER}",
        "class A[T]:\n    def f[U](self):\n        pass\n    y = 1\n",
    ],
)
def test_aliases_and_type_parameters(text: str) -> None:
    assert same(text)


@needs_older
@pytest.mark.parametrize(
    "text",
    [
        '"""\nexcept A, B:\n"""\n',
        f'"""\ntype X = 1\n"""\n{HANDLER}',
        "type X = int; y = 2\n",
        "def f[T](a): return a\n",
        "if x:\n    type X = int\n",
        "x = 1\n",
        HANDLER + "print 'two'\n",
        "type X[T] = list[T]\n",
        "class A[T: B[int]](C): pass\n",
    ],
)
def test_what_is_not_so_plain_is_left_to_the_tokens(text: str) -> None:
    assert parse_newer_headers(text) is None or same(text)


def test_a_long_line_takes_no_long_time() -> None:
    assert parse_newer_headers("except " + "a, " * 200_000 + "\n") is None
    assert parse_newer_headers("class A[" + "x" * 500_000 + "\n") is None


def test_every_statement_is_visited() -> None:
    tree = ast.parse(
        "try:\n a\nexcept B:\n c\nelse:\n d\nfinally:\n e\nfor f in g:\n h\nelse:\n i\nmatch j:\n case k:\n  l\n"
    )
    expected = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.ExceptHandler))]
    assert set(statements(tree)) == set(expected)
