"""ARC1206: what is a level, and what stands beside another."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.evolution.excessive_nesting import ExcessiveNesting
from archcheck.testing import outcomes


def nested(*headers: str, inner: str = "work()") -> str:
    """A function whose headers are nested into one another, around ``inner``."""
    lines = [f"{'    ' * (depth + 1)}{header}" for depth, header in enumerate(headers)]
    body = indent(dedent(inner), "    " * (len(headers) + 1))
    return "\n".join(["def f(a, b):", *lines, body]) + "\n"


FIVE = ["if a:", "for x in a:", "while b:", "with a:", "if b:"]


def test_five_levels_are_allowed() -> None:
    assert verdicts(ExcessiveNesting, nested(*FIVE)) == [(1, OK)]


@pytest.mark.parametrize(
    "header",
    ["if x:", "for y in x:", "while x:", "with x:", "with open(x) as y, open(a):"],
)
def test_the_sixth_is_too_many(header: str) -> None:
    assert verdicts(ExcessiveNesting, nested(*FIVE, header)) == [(1, BAD)]


@pytest.mark.parametrize(
    "inner",
    [
        "try:\n    work()\nexcept ValueError:\n    pass\n",
        "try:\n    pass\nfinally:\n    work()\n",
        "match x:\n    case 1:\n        work()\n",
        "if x:\n    work()\nelif b:\n    work()\n",
    ],
)
def test_statements_of_several_blocks_are_one_level(inner: str) -> None:
    assert verdicts(ExcessiveNesting, nested(*FIVE[:4], inner=inner)) == [(1, OK)]
    assert verdicts(ExcessiveNesting, nested(*FIVE, inner=inner)) == [(1, BAD)]


def test_an_elif_stands_beside_its_if_and_an_if_under_else_below_it() -> None:
    elifs = "if x == 1:\n    a()\nelif x == 2:\n    b()\nelif x == 3:\n    if b:\n        a()\n"
    assert verdicts(ExcessiveNesting, nested(*FIVE[:3], inner=elifs)) == [(1, OK)]
    under_else = "if x == 1:\n    a()\nelse:\n    if x == 2:\n        if b:\n            a()\n"
    assert verdicts(ExcessiveNesting, nested(*FIVE[:3], inner=under_else)) == [(1, BAD)]


def test_async_statements_count() -> None:
    source = nested("async with a:", "async for x in b:", *FIVE[:4]).replace("def", "async def", 1)
    assert verdicts(ExcessiveNesting, source) == [(1, BAD)]


def test_a_nested_function_is_its_own() -> None:
    inner = "def g(c):\n    if c:\n        work()\n"
    assert verdicts(ExcessiveNesting, nested(*FIVE, inner=inner)) == [(1, OK), (7, OK)]


@pytest.mark.parametrize(
    ("imports", "first", "second"),
    [
        ("", "tag.div()", "tag.ul()"),
        ("", "self.page.div()", "self.page.ul()"),
        ("", "self.line('if a:')", "self.line('if b:')"),
        ("import gradio as gr\n", "gr.Row()", "gr.Column()"),
        ("from textual.containers import Grid, Center as Middle\n", "Grid()", "Middle()"),
    ],
)
def test_a_tree_of_elements_is_one_level(imports: str, first: str, second: str) -> None:
    source = nested(*FIVE[:4], f"with {first}:", f"with {second}:")
    assert [verdict for _, verdict in verdicts(ExcessiveNesting, imports + source)] == [OK]


@pytest.mark.parametrize(("first", "second"), [("a.lock()", "b.lock()"), ("self.f()", "self.g()")])
def test_contexts_of_different_objects_are_levels(first: str, second: str) -> None:
    source = nested(*FIVE[:4], f"with {first}:", f"with {second}:")
    assert verdicts(ExcessiveNesting, source) == [(1, BAD)]


def test_the_message_says_how_deep_and_the_trace_where() -> None:
    (outcome,) = judged(ExcessiveNesting, nested(*FIVE, "if x:"))
    assert (
        outcome.message == "`f` nests control structures 6 deep, more than 5;"
        " its outermost `if` wraps the whole body"
    )
    assert [(step.line, step.text) for step in outcome.trace] == [
        (2, "`if`"),
        (3, "`for`"),
        (4, "`while`"),
        (5, "`with`"),
        (6, "`if`"),
        (7, "`if`"),
    ]


@pytest.mark.parametrize("follows", ["    return a\n", "    else:\n        return b\n"])
def test_an_if_with_something_after_it_wraps_no_body(follows: str) -> None:
    (outcome,) = judged(ExcessiveNesting, nested(*FIVE, "if x:") + follows)
    assert outcome.message == "`f` nests control structures 6 deep, more than 5"


def test_the_limit_is_an_option() -> None:
    example = Example("case", nested("if a:", "if b:"))
    options = ExcessiveNesting.Options(max_depth=1)
    (outcome,) = outcomes(ExcessiveNesting, example, options=options)
    assert outcome.verdict is Verdict.VIOLATES
    assert "2 deep, more than 1" in outcome.message


@pytest.mark.parametrize(
    "body", ["return a + b", "...", '"""What it does."""', "raise KeyError(a)"]
)
def test_a_function_of_one_simple_statement_is_no_opportunity(body: str) -> None:
    assert verdicts(ExcessiveNesting, f"def f(a, b):\n    {body}\n") == []
