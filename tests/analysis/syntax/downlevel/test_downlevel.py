"""Files that are newer than the running Python are read, with their own lines and columns."""

from __future__ import annotations

import ast
import sys
import textwrap
import time
from collections.abc import Iterator

import pytest

from archcheck.analysis.syntax.downlevel import (
    GaveUpError,
    UnreadableError,
    downlevel,
    libcst_process,
)
from archcheck.analysis.syntax.parse import parse
from archcheck.model import Failure

needs_newer_libcst = pytest.mark.skipif(
    not hasattr(pytest.importorskip("libcst"), "StarredDictComp"),
    reason="this libcst does not know it",
)


def nodes(tree: ast.AST, kind: type[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes of a kind."""
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def segments(source: str, tree: ast.AST, kind: type[ast.AST]) -> list[str | None]:
    """Return the source of each node of a kind, as its position says."""
    return [ast.get_source_segment(source, node) for node in nodes(tree, kind)]


@pytest.mark.parametrize(
    ("source", "older"),
    [
        ("try: x\nexcept A, B: y\n", "try: x\nexcept (A, B): y\n"),
        ("try: x\nexcept A, b.C[0, 1], f(x): y\n", "try: x\nexcept (A, b.C[0, 1], f(x)): y\n"),
        ("try: x\nexcept (A), (B):  # c, d\n  y\n", "try: x\nexcept (A, B):\n  y\n"),
        ("try: x\nexcept A, \\\n  B: y\n", "try: x\nexcept (A, B): y\n"),
        ("lazy import a.b as c\n", "import a.b as c\n"),
        ("if x: lazy from . import a\n", "if x: from . import a\n"),
        ("x = t'{a}'\ntry: x\nexcept A, B: y\n", "x = string.templatelib.Template(string.templatelib.Interpolation(a, 'a', None, ''))\ntry: x\nexcept (A, B): y\n"),
    ],
)  # fmt: skip
def test_statements_that_every_tested_python_refuses(source: str, older: str) -> None:
    assert ast.dump(downlevel(source)) == ast.dump(ast.parse(older))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them itself")
@pytest.mark.parametrize(
    ("source", "older"),
    [
        ("def f[T: (int, str) = int, *Ts = *X, **P](x: T) -> T: y\n", "def f(x: T) -> T: y\n"),
        ("async def f[\n  T,  # [\n  U,\n](x): y\n", "async def f(x): y\n"),
        ("@d\nclass A[T](B[T]): y\n", "@d\nclass A(B[T]): y\n"),
        ("class A[T]: y\n", "class A: y\n"),
        ("type X = int | str\n", "X: 'TypeAlias' = int | str\n"),
        ("type X[T: A = B] = (\n  list[T]\n)\n", "X: 'TypeAlias' = list[T]\n"),
        ("if a: type X = int; type Y = X\n", "if a: X: 'TypeAlias' = int; Y: 'TypeAlias' = X\n"),
        (
            "type type = int\ntype = type\ntype(x)\n",
            "type: 'TypeAlias' = int\ntype = type\ntype(x)\n",
        ),
    ],
)
def test_type_parameters_go(source: str, older: str) -> None:
    # The annotation that marks an alias must be the same string in both.
    assert ast.unparse(downlevel(source)) == ast.unparse(ast.parse(older))


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="this Python reads them itself")
@pytest.mark.parametrize(
    ("source", "older"),
    [
        ("try: x\nexcept* A, B: y\n", "try: x\nexcept (A, B): y\n"),
        ("try: x\nexcept*(A): y\n", "try: x\nexcept (A): y\n"),
        ("x[*a]\nx[*a, b,]\nx[*a, *b] = c\n", "x[(*a,)]\nx[(*a, b)]\nx[(*a, *b)] = c\n"),
        ("def f(*args: *Ts): y\n", "def f(*args: Ts): y\n"),
    ],
)
def test_stars_that_python_3_10_refuses(source: str, older: str) -> None:
    assert ast.dump(downlevel(source)) == ast.dump(ast.parse(older))


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 12), reason="only 3.12 knows parameters and no defaults"
)
def test_only_the_defaults_of_type_parameters_go_where_parameters_are_known() -> None:
    source = "class A[T: f(a=1) = int, *Ts = *X, U]: y\ntype X[T = int] = T\n"
    assert ast.unparse(downlevel(source)) == "class A[T: f(a=1), *Ts, U]:\n    y\ntype X[T] = T"


@needs_newer_libcst
@pytest.mark.parametrize(
    ("source", "older"),
    [
        ("[*(a) for a in b]\n", "[a for a in b]\n"),
        ("{*a for a in b}\n", "{a for a in b}\n"),
        ("f(*a for a in b)\n", "f(a for a in b)\n"),
        ("{** (a) for a in b}\n", "{None: a for a in b}\n"),
    ],
)
def test_unpacking_comprehensions_lose_their_stars(source: str, older: str) -> None:
    assert ast.dump(downlevel(source)) == ast.dump(ast.parse(older))


NEWER_STRINGS = [
    ("x = f'{a['k']!r:>{w}} b {{c}}'", "x = f'{a[\"k\"]!r:>{w}} b {{c}}'"),
    (r"x = f'{'\n'.join(a)}\t{b}'", "n = '\\n'\nx = f'{n.join(a)}\\t{b}'"),
    ("x = f'{a + # why\n b}'", "x = f'{a + b}'"),
    ("x = f'{f'{f'{a}'}'}'", "x = f\"\"\"{f'''{f'{a}'}'''}\"\"\""),
    ("x = f'{a['k']=}'", "x = f\"a['k']={a['k']!r}\""),
    ("x = rf'\\d{a['k']}'", "x = f'\\\\d{a[\"k\"]}'"),
    ("x = 'p' f'{a['k']}' 'q' f'{b}'", "x = f'p{a[\"k\"]}q{b}'"),
    ("x = f'{a['k'], *b}'", "x = f'{(a[\"k\"], *b)}'"),
]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them itself")
@pytest.mark.parametrize(("source", "older"), NEWER_STRINGS)
def test_f_strings_keep_their_expressions(source: str, older: str) -> None:
    found, expected = downlevel(source), ast.parse(older)
    shapes = [
        [
            type(node).__name__
            for node in ast.walk(tree.body[-1])
            if not isinstance(node, ast.Constant)
        ]
        for tree in (found, expected)
    ]
    if "join" not in source:  # there the older one needs a name for the literal
        assert shapes[0] == shapes[1]
    assert [node.id for node in nodes(found, ast.Name) if isinstance(node, ast.Name)] == [
        node.id
        for node in nodes(expected, ast.Name)
        if isinstance(node, ast.Name) and node.id != "n"
    ]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it itself")
def test_the_literal_text_of_an_f_string_is_decoded() -> None:
    tree = downlevel("x = f'a\\t{{{b['k']}é\\N{BULLET}'\n")
    [string] = nodes(tree, ast.JoinedStr)
    assert isinstance(string, ast.JoinedStr)
    assert [part.value for part in string.values if isinstance(part, ast.Constant)] == [
        "a\t{",
        "é•",
    ]


def test_a_template_is_no_string() -> None:
    source = "cursor.execute(t'select {a!r:>{w}} {b = }')\n"
    [call] = [
        node
        for node in nodes(downlevel(source), ast.Call)
        if len(segments(source, node, ast.Call)) > 1
    ][:1]
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.args[0]) == (
        "string.templatelib.Template('select ', string.templatelib.Interpolation(a, 'a', 'r', f'>{w}'), ' ', "
        "'b = ', string.templatelib.Interpolation(b, 'b', 'r', ''))"
    )


NEWER_MODULE = textwrap.dedent(
    '''\
    """Every line is where it was."""
    import os

    def first(é, x):
        try:
            return x[é], run("é", x)
        except KeyError, IndexError:
            pass
        except (OSError), (
            ValueError,
        )[0]:
            return t"""
            {x}
            """ + name(t"a{x["k"]}", last)


    class Last(first):
        after = 1
    '''
)


def test_lines_and_columns_are_those_of_the_file() -> None:
    tree = downlevel(NEWER_MODULE)
    statements = {
        (type(node).__name__, node.lineno) for node in ast.walk(tree) if isinstance(node, ast.stmt)
    }
    assert statements == {
        ("Expr", 1), ("Import", 2), ("FunctionDef", 4), ("Try", 5), ("Return", 6), ("Pass", 8),
        ("Return", 12), ("ClassDef", 17), ("Assign", 18),
    }  # fmt: skip
    assert {
        "é",
        "x",
        "run",
        "KeyError",
        "IndexError",
        "OSError",
        "ValueError",
        "name",
        "last",
        "first",
    } <= {segment for segment in segments(NEWER_MODULE, tree, ast.Name) if segment}
    assert "KeyError, IndexError" in segments(NEWER_MODULE, tree, ast.Tuple)
    assert {'x["k"]', "x[é]"} <= set(segments(NEWER_MODULE, tree, ast.Subscript))
    assert {'name(t"a{x["k"]}", last)', 't"""\n        {x}\n        """', 't"a{x["k"]}"'} <= set(
        segments(NEWER_MODULE, tree, ast.Call)
    )


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import a\nprint 'x'\n", 2),
        ("def f():\n    print >>out, x,\n    print x\n", 3),
        ("exec 'x'\n", 1),
        ("raise ValueError, 'x'\n", 1),
        ("import sys\nif x: raise ValueError, 'x'\n", 2),
        ("x = 1\nraise found[0], found[1], found[2]\n", 2),
        ("x = 1\ny = crc('') & 0xffffffffL\n", 2),
        ("def f(x, most=1L << 53):\n    pass\n", 1),
        ("x = 1\nif x <> 2:\n    pass\n", 2),
        ("x = 0777\n", 1),
        ("x = ur'x'\n", 1),
        ("try:\n    x\nexcept IOError, e:\n    print(e)\n", 3),
    ],
)
def test_python_2_is_called_so(source: str, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        downlevel(source)
    assert (caught.value.line, caught.value.message) == (line, "is written for Python 2")


@pytest.mark.parametrize(
    "known", ["from zlib import error as e", "e = OSError", "from x import *", "def e(): x"]
)
def test_two_exceptions_are_no_python_2_when_the_second_is_known(known: str) -> None:
    assert downlevel(f"{known}\ntry:\n    x\nexcept IOError, e:\n    y\n").body


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("try: x\nexcept A, B: y\nx = = 1\n", 3),
        ("x = = '10L'  # 10L <> 1\n", 1),
        ("x = t'{a}'\ny = 1\ndef f(:\n", 3),
        ("x = t'{a}'\n  y = 1\n", 2),
    ],
)
def test_the_error_is_the_one_that_no_rewriting_mends(source: str, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        downlevel(source)
    assert caught.value.line == line
    assert caught.value.message.startswith("cannot be parsed: ")


class TestHostileTexts:
    """libcst dies of some texts; archcheck must not, and must be able to read the next one."""

    def test_a_text_that_kills_libcst(self) -> None:
        source = "x = t'{a}'\n" + "y = " + "[" * 150 + "]" * 150 + "\n" + "not " * 100_000 + "x\n"
        with pytest.raises(GaveUpError, match="cannot be parsed") as caught:
            downlevel(source)
        assert "newer Python" in caught.value.hint
        assert downlevel("x = t'{a}'\n").body

    def test_a_text_that_libcst_never_finishes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libcst_process, "SECONDS", 3.0)
        source = "x = t'{a}'\nmatch x:\n  case " + "{1:" * 20 + "x" + "}" * 20 + ": pass\n"
        with pytest.raises(UnreadableError, match="cannot be parsed"):
            downlevel(source)
        assert downlevel("x = t'{a}'\n").body

    def test_no_interpreter_to_run_libcst_with(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libcst_process._Process, "_current", None)
        monkeypatch.setattr(sys, "executable", "")
        with pytest.raises(UnreadableError, match="cannot be parsed"):
            downlevel("x = t'{a}'\n")

    def test_a_name_like_a_placeholder_is_left_alone(self) -> None:
        tree = downlevel("_interpolated_0(x)\ny = t'{a}'\n")
        assert ast.unparse(tree).startswith("_interpolated_0(x)\n")

    @pytest.mark.parametrize("repeated", ["except ", "def f[", "type x ", "lazy ", "class A[a"])
    @pytest.mark.parametrize("line", [2_500, 25_000])
    def test_many_tokens_take_linear_time(self, repeated: str, line: int) -> None:
        start = time.perf_counter()
        assert isinstance(parse(((repeated * line)[:line] + "\n").encode() * 20, "a.py"), Failure)
        assert time.perf_counter() - start < 10
