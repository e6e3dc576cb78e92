"""The report for people."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from builders import (
    FAILURE,
    ISSUES,
    SECRET,
    SOURCES,
    clean_report,
    empty_report,
    member_report,
    report,
)
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from archcheck.model import Kind, Location, Principle
from archcheck.report import Tally
from archcheck.reporters import RenderOptions
from archcheck.reporters.text import render

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def lines_of(path: str) -> tuple[str, ...]:
    return SOURCES.get(path, ())


def test_what_a_person_sees_first(snapshot: SnapshotAssertion) -> None:
    assert render(report(), RenderOptions()) == snapshot


def test_verbose_adds_code_traces_and_silenced_issues(snapshot: SnapshotAssertion) -> None:
    assert render(report(), RenderOptions(verbose=True, lines=lines_of)) == snapshot


def test_quiet_leaves_issues_and_verdict(snapshot: SnapshotAssertion) -> None:
    assert render(report(), RenderOptions(quiet=True)) == snapshot


def test_a_project_without_a_violation(snapshot: SnapshotAssertion) -> None:
    assert render(clean_report(), RenderOptions(statistics=False)) == snapshot


def test_nothing_to_judge(snapshot: SnapshotAssertion) -> None:
    assert render(empty_report(), RenderOptions()) == snapshot


def test_incomplete_customised_and_of_several_members(snapshot: SnapshotAssertion) -> None:
    members = (
        member_report(
            "services/api", frozenset({Kind.SERVICE}), {"ARC0301": Tally("ARC0301", 9, 3)}
        ),
        member_report("libs/money", frozenset({Kind.LIBRARY}), {}),
    )
    weighted = report(
        members=members,
        failures=(FAILURE,),
        exit_code=2,
        weights={Principle.SECURITY: Fraction(3)},
    )
    assert render(weighted, RenderOptions()) == snapshot


def test_the_order_is_issues_principles_fix_first_score_gate() -> None:
    text = render(report(), RenderOptions())
    marks = ["ARC0102 import", "notice", "shop: ", "Principles", "Fix first", "Score  ", "Gate   "]
    positions = [text.index(mark) for mark in marks]
    assert positions == sorted(positions)


@pytest.mark.parametrize("verbose", [False, True])
def test_everything_but_issues_and_code_fits_the_width(verbose: bool) -> None:
    text = render(
        report(failures=(FAILURE,)), RenderOptions(width=80, verbose=verbose, lines=lines_of)
    )
    issue_line = re.compile(r"\S+:\d+:\d+ [A-Z]{3}\d{4} ")
    wide = [line for line in text.splitlines() if len(line) > 80 and not issue_line.match(line)]
    assert wide == []


def test_colour_changes_nothing_but_colour() -> None:
    plain = render(report(), RenderOptions())
    coloured = render(report(), RenderOptions(colour=True))
    assert "\x1b" not in plain
    assert coloured != plain
    assert ANSI.sub("", coloured) == plain


def test_ascii_where_the_medium_knows_no_more() -> None:
    assert render(report(), RenderOptions(unicode=False)).isascii()


def test_only_the_issues_asked_for_are_shown_and_the_rest_is_mentioned() -> None:
    text = render(report(), RenderOptions(issues=report().issues[:1]))
    assert "src/shop/cart.py:3:1" in text
    assert "src/shop/client.py:4:35" not in text
    assert "6 of all not shown" in text


def test_a_secret_never_stands_in_a_code_frame() -> None:
    """Neither for the rule that found it nor for another issue on the same line."""
    text = render(report(), RenderOptions(verbose=True, lines=lines_of))
    assert SECRET not in text
    assert text.count("a secret stands here") == 3
    assert "STOCK_URL" in text


def test_a_secret_stays_hidden_when_its_own_issue_is_not_shown() -> None:
    """A filter by path or gain must not uncover what another issue would hide."""
    timeout = next(each for each in report().issues if each.location == ISSUES[1].location)
    text = render(report(), RenderOptions(issues=(timeout,), verbose=True, lines=lines_of))
    assert "src/shop/client.py:4:35" in text
    assert SECRET not in text


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\r", "\u202e", "\udcff", "\x9b31m"])
def test_names_and_code_cannot_steer_a_terminal(hostile: str) -> None:
    path = f"src/{hostile}.py"
    issue = replace(
        ISSUES[1],
        location=Location(path, 1, 1, 1, 5),
        message=f"message {hostile}",
        reason=hostile,
    )
    text = render(
        replace(report(issues=(issue,)), project=replace(report().project, name=hostile)),
        RenderOptions(verbose=True, lines=lambda _: (f"code {hostile}",)),
    )
    assert hostile not in text


def test_a_tiny_gain_is_no_zero() -> None:
    tallies = {"ARC0301": Tally("ARC0301", 100_000, 1)}
    assert "+<0.1  ARC0301" in render(report(tallies=tallies), RenderOptions())


def test_only_a_full_score_fills_the_bar() -> None:
    nearly = report(tallies={"ARC0301": Tally("ARC0301", 100_000, 1)})
    row = next(
        line
        for line in render(nearly, RenderOptions()).splitlines()
        if line.startswith(" 3  Graceful")
    )
    assert "░  99.9  99,999 of 100,000" in row


def test_an_issue_of_a_whole_file_points_to_its_first_line() -> None:
    issue = replace(ISSUES[0], location=Location("pyproject.toml"))
    assert "pyproject.toml:1:1 ARC0102" in render(report(issues=(issue,)), RenderOptions())


def test_many_issues_come_with_the_way_to_fewer() -> None:
    many = tuple(replace(ISSUES[1], fingerprint=str(number)) for number in range(51))
    hint = "`--top 10` shows only those that gain most"
    assert hint in render(report(issues=many), RenderOptions())
    assert hint not in render(report(issues=many), RenderOptions(issues=many[:10]))
