"""One line an issue."""

from __future__ import annotations

import re

from builders import clean_report, report
from syrupy.assertion import SnapshotAssertion

from archcheck.reporters import RenderOptions
from archcheck.reporters.concise import render


def test_a_line_for_each_open_issue(snapshot: SnapshotAssertion) -> None:
    assert render(report(), RenderOptions()) == snapshot


def test_every_line_is_what_editors_expect() -> None:
    for line in render(report(), RenderOptions()).splitlines():
        assert re.fullmatch(r"[^:]+:\d+:\d+: [A-Z]{3}\d{4} .+", line)


def test_nothing_for_a_project_without_an_issue() -> None:
    assert render(clean_report(), RenderOptions()) == ""
