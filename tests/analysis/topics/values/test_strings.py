"""Of which pieces is a string made? ``probe(<expression>)`` is asked; ``{name}`` stands for an open expression."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import short
from archcheck.analysis.topics.values.strings import variants
from archcheck.model import Role


def pieces(source: str) -> list[str]:
    text = dedent(source)
    module = Module(
        path="app.py", name="app", role=Role.RUNTIME, text=text, tree=ast.parse(text), wanted=()
    )
    (node,) = (
        call.args[0]
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "probe"
    )
    return [
        "".join(piece if isinstance(piece, str) else f"{{{short(piece)}}}" for piece in variant)
        for variant in variants(node, module)
    ]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' 'b'", "ab"),
        ("f'a {x} b'", "a {x} b"),
        ("f'{x!r:>10} {n:d} {n:.2f} {x:%Y}'", "{x} 0 0 {x}"),
        ("'a ' + x + ' b'", "a {x} b"),
        ("'a %s %d%%' % (x, n)", "a {x} 0%"),
        ("'%(k)s-%(k)s' % {'k': x}", "{x}-{x}"),
        ("'%s' % x", "{x}"),
        ("'a {} {{}} {k} {0!r} {n:d}'.format(x, k=y, n=n)", "a {x} {} {y} {x} 0"),
        ("'?' * 3", "?"),
        ("', '.join(['a', x])", "a, {x}"),
        ("', '.join(f'{c} = ?' for c in columns)", "{c} = ?"),
        ("', '.join(['?'] * n)", "?"),
        ("', '.join('?' * n)", "?"),
        ("'  a '.strip() + dedent('b')", "  a b"),
        ("(given := f'a {x}')", "a {x}"),
    ],
)
def test_one_expression(expression: str, expected: str) -> None:
    assert pieces(f"from textwrap import dedent\nprobe({expression})") == [expected]


@pytest.mark.parametrize(
    "expression", ["x", "f(x)", "1", "x % y", "x.format(y)", "x.strip()", "','.join(x)", "b'a'"]
)
def test_what_is_no_visible_string_stands_for_itself(expression: str) -> None:
    assert len(pieces(f"probe({expression})")) == 1
    assert pieces(f"probe({expression})")[0].startswith("{")


def test_hidden_arguments_stay_open() -> None:
    assert pieces("probe('a {}'.format(*rest))") == ["a {...}"]
    assert pieces("probe('a {} {}'.format(x))") == ["a {x} {format()}"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("s = 'a'\nprobe(s)", ["a"]),
        ("s = 'a'\ns += x\ns += 'b'\nprobe(s)", ["a{x}b"]),
        ("s = 'a'\ns = s + x\nprobe(s)", ["a{x}"]),
        ("if q:\n    s = 'a'\nelse:\n    s = 'b'\nprobe(s)", ["a", "b"]),
        ("s = 'a' if q else 'b'\nprobe(s)", ["a", "b"]),
        ("s = q or 'b'\nprobe(s)", ["{q}", "b"]),
        ("s = 'a'\ns = 'b'\nprobe(s)", ["b"]),
        ("s = 'a'\nprobe(s)\ns = 'b'", ["a"]),
        ("if q:\n    s = 'a'\n    probe(s)\nelse:\n    s = 'b'", ["a"]),
        ("s = 'a'\nif q:\n    s += 'b'\nelse:\n    probe(s)", ["a"]),
        ("s = 'a'\nif q:\n    s = 'b'\nprobe(s)", ["a", "b"]),
        (
            "parts = ['a']\nparts.append(x)\nparts.extend(['c'])\nprobe('-'.join(parts))",
            ["a-{x}-c"],
        ),
        ("parts = ['a']\nparts.extend(more)\nprobe('-'.join(parts))", ["{join()}"]),
        ("s = 'a'\ns %= x\nprobe(s)", ["{s}"]),
        ("s, t = 'a', 'b'\nprobe(s)", ["{s}"]),
        ("s = 'a'\nfor n in x:\n    s = s + 'b'\nprobe(s)", ["a", "ab"]),
        ("for s in 'ab':\n    probe(s)", ["{s}"]),
    ],
)
def test_local_names_are_followed(body: str, expected: list[str]) -> None:
    source = "def f(q, x, more):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    assert pieces(source) == expected


def test_parameters_and_imports_stay_open() -> None:
    assert pieces("def f(s):\n    probe('a' + s)") == ["a{s}"]
    assert pieces("from other import S\nprobe('a' + S)") == ["a{S}"]


def test_a_closure_sees_all_definitions() -> None:
    source = """\
        def f(q):
            s = "a"
            def run():
                probe(s)
            if q:
                s += "b"
    """
    assert pieces(source) == ["ab"]


def test_the_number_of_variants_is_bounded() -> None:
    branches = " + ".join(f"('a' if q{n} else 'b')" for n in range(30))
    assert len(pieces(f"probe({branches})")) <= 16


def test_a_long_sum_is_read_from_its_start() -> None:
    (found,) = pieces("probe('a' + " + " + ".join(["x", "'b'"] * 200) + ")")
    assert found.startswith("a{x}b{x}b")


@pytest.mark.parametrize(
    "source",
    [
        "\n".join(["s0 = 'a'", *(f"s{n + 1} = s{n} + s{n}" for n in range(60)), "probe(s60)"]),
        "\n".join(["s = 'a'", *(f"if q{n}:\n    s = s + s + 'b'" for n in range(60)), "probe(s)"]),
        f"probe('{{{'a' * 50_000}' + '%({'b' * 50_000}' % x)",
        f"probe('{'%(' * 20_000}' % x)",
    ],
)
def test_what_grows_without_end_is_given_up(source: str) -> None:
    assert len(pieces(source)) <= 16
