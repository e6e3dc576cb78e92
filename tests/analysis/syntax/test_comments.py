"""Suppression comments: our own form and those of the peers."""

from __future__ import annotations

import ast
import time

import pytest

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.comments import suppressions
from archcheck.model import Role, Suppression


def _one(text: str) -> Suppression:
    (found,) = suppressions(text, "app.py")
    return found


def test_ours_has_codes_and_a_reason() -> None:
    found = _one("x = 1\ny = get()  # archcheck: ignore[ARC0301] the peer is local\n")
    assert found == Suppression("app.py", 2, ("ARC0301",), "the peer is local")


@pytest.mark.parametrize(
    ("comment", "codes", "reason"),
    [
        ("# archcheck: ignore[ARC0301, ARC0501]", ("ARC0301", "ARC0501"), ""),
        ("#archcheck:ignore[ARC03 swallowed-exception]", ("ARC03", "swallowed-exception"), ""),
        ("# archcheck: ignore[ARC0301]: probe", ("ARC0301",), "probe"),
        ("# archcheck: ignore[ARC0301] - probe, see #123", ("ARC0301",), "probe, see #123"),
        ("# archcheck: ignore[ARC0301] probe  # noqa: S113", ("ARC0301",), "probe"),
        ("# type: ignore[misc]  # archcheck: ignore[ARC0301] probe", ("ARC0301",), "probe"),
        ("# archcheck: ignore ARC0301 probe", (), "ARC0301 probe"),
        ("# archcheck: ignore[]", (), ""),
    ],
)
def test_ours_in_its_spellings(comment: str, codes: tuple[str, ...], reason: str) -> None:
    found = suppressions(f"get()  {comment}\n", "app.py")[0]
    assert (found.codes, found.reason, found.peer) == (codes, reason, "")


@pytest.mark.parametrize(
    ("rest", "until", "reason"),
    [
        ("until=2027-01-31 old client", "2027-01-31", "old client"),
        ("old client until=2027-01-31", "2027-01-31", "old client"),
        ("old until=2027-01-31 client", "2027-01-31", "old client"),
        ("old client until=next-year", "next-year", "old client"),  # no date: expired at once
        ("until the client is replaced", "", "until the client is replaced"),
    ],
)
def test_ours_may_end(rest: str, until: str, reason: str) -> None:
    found = _one(f"get()  # archcheck: ignore[ARC0301] {rest}\n")
    assert (found.until, found.reason) == (until, reason)


def test_ours_for_a_whole_file() -> None:
    found = _one("# archcheck: ignore-file[ARC0701] this module draws on the terminal\n")
    assert (found.whole_file, found.codes) == (True, ("ARC0701",))
    assert found.reason == "this module draws on the terminal"


def test_two_of_ours_in_one_comment() -> None:
    text = "get()  # archcheck: ignore[ARC0301] local # archcheck: ignore[ARC0501] probed\n"
    assert [(item.codes, item.reason) for item in suppressions(text, "app.py")] == [
        (("ARC0301",), "local"),
        (("ARC0501",), "probed"),
    ]


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# noqa", ()),
        ("# NOQA", ()),
        ("#noqa:BLE001", ("BLE001",)),
        ("# noqa: BLE001,S110", ("BLE001", "S110")),
        ("# noqa: BLE001 S110", ("BLE001", "S110")),
        ("# noqa: ble001", ("BLE001",)),
        ("# noqa : BLE001", ("BLE001",)),
        ("# noqa: BLE001 - a plug-in must not end the run", ("BLE001",)),
        ("# noqa: ARC0501", ("ARC0501",)),
        ("# type: ignore  # noqa: S110", ("S110",)),
    ],
)
def test_noqa(comment: str, codes: tuple[str, ...]) -> None:
    assert _one(f"x = 1  {comment}\n") == Suppression("app.py", 1, codes, peer="noqa")


def test_noqa_for_a_whole_file_needs_codes() -> None:
    found = _one("# ruff: noqa: S608, T201\n")
    assert found == Suppression("app.py", 1, ("S608", "T201"), whole_file=True, peer="noqa")
    assert suppressions("# flake8: noqa\n", "app.py") == ()


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# nosec", ()),
        ("# nosec B110", ("B110",)),
        ("# nosec: B110, B112", ("B110", "B112")),
        ("# nosec B602 - the command is fixed", ("B602",)),
        ("#nosec: the caller opted out", ()),
    ],
)
def test_nosec(comment: str, codes: tuple[str, ...]) -> None:
    assert _one(f"x = 1  {comment}\n") == Suppression("app.py", 1, codes, peer="nosec")


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# pylint: disable=broad-except", ("W0718",)),
        ("# pylint: disable=broad-exception-caught", ("W0718",)),
        ("# pylint: disable=W0703", ("W0718",)),
        ("# pylint:disable=w0702,bare-except", ("W0702", "W0702")),
        ("# pylint: disable=too-many-locals, missing-timeout", ("too-many-locals", "W3101")),
        ("# noqa: E501  pylint: disable=broad-except", ()),
    ],
)
def test_pylint_on_a_line(comment: str, codes: tuple[str, ...]) -> None:
    found = [
        item for item in suppressions(f"x = 1  {comment}\n", "app.py") if item.peer == "pylint"
    ]
    expected = [Suppression("app.py", 1, codes, peer="pylint")] if codes else []
    assert found == expected


def test_pylint_for_the_next_line_and_for_the_file() -> None:
    text = (
        "# pylint: disable=broad-except\n"
        "try:\n"
        "    run()\n"
        "# pylint: disable-next=bare-except\n"
        "except:\n"
        "    pass\n"
    )
    assert suppressions(text, "app.py") == (
        Suppression("app.py", 1, ("W0718",), whole_file=True, peer="pylint"),
        Suppression("app.py", 5, ("W0702",), peer="pylint"),
    )


@pytest.mark.parametrize(
    ("text", "line", "last_line"),
    [
        ("def f():\n    # pylint: disable=bare-except\n    g()\n\n    h()\nx = 1\n", 2, 5),
        ("def f():  # pylint: disable=bare-except\n    g()\n# why\n    h()\nx = 1\n", 1, 4),
        ("def f(\n    a,\n):  # pylint: disable=bare-except\n    g()\n", 3, 4),
        ("if a:\n    if b:\n        # pylint: disable=bare-except\n        g()\n    h()\n", 3, 4),
        (
            "def f():\n    # pylint: disable=bare-except\n    g()\n"
            "    # pylint: enable=bare-except\n    h()\n",
            2,
            3,
        ),
        ("def f():\n    g()  # pylint: disable=bare-except\n    h()\n", 2, 0),
        ("def f():\n    g()\n    # pylint: disable=bare-except\n", 3, 0),
        ("def f():\r\n    # pylint: disable=bare-except\r\n    g()\r\n", 2, 3),
    ],
)
def test_pylint_for_the_rest_of_a_block(text: str, line: int, last_line: int) -> None:
    expected = Suppression("app.py", line, ("W0702",), peer="pylint", last_line=last_line)
    assert suppressions(text, "app.py") == (expected,)


def test_text_that_is_no_comment_says_nothing() -> None:
    text = 'HELP = "# noqa"\n"""\n# archcheck: ignore[ARC0501] quoted\n"""\n# a nosecret matter\n'
    assert suppressions(text, "app.py") == ()


def test_what_does_not_tokenize_keeps_what_stood_before() -> None:
    found = suppressions("x = 1  # noqa: S110\n'''open\n", "app.py")
    assert [(item.line, item.codes) for item in found] == [(1, ("S110",))]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_lines_are_counted_as_the_parser_counts_them(newline: str) -> None:
    found = _one(newline.join(["x = 1", "y = 2", "z = 3  # noqa: S110", ""]))
    assert found.line == 3


@pytest.mark.parametrize(
    "comment",
    ["#" * 100_000, "#" + " " * 100_000, "# archcheck: ignore[" * 5_000, "# noqa: A1 " * 10_000],
)
def test_hostile_comments_cost_no_more_than_their_length(comment: str) -> None:
    started = time.perf_counter()
    suppressions(f"{comment}\n# noqa\n", "app.py")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "x = '# noqa'  # noqa: S1\n",
        "x = 'é', '# noqa'  # nosec\n",
        "f'{a}# noqa'\nf'{a:>{b}}'  # pylint: disable=W0702\n",
        "'''\n# noqa\n'''  # noqa: S2\n",
        "x = ('a'  # noqa: S3\n  '# noqa')\n",
        "'''a''' '# nosec'; y = 1  # kept: x # noqa\n",
        "x = 1  # noqa: S4\n\n\ny = b'#noqa'\n# archcheck: ignore[bare-except] why\n",
        "x = '\\\n# noqa'  # noqa: S5\n",
    ],
)
def test_the_tree_and_the_tokens_tell_the_same_comments(text: str) -> None:
    module = Module(
        path="app.py", name="app", role=Role.RUNTIME, text=text, tree=ast.parse(text), wanted=()
    )
    assert suppressions(text, "app.py", module) == suppressions(text, "app.py")
