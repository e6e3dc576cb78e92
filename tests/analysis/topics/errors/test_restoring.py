"""What gives back the value that something had before."""

from __future__ import annotations

import ast

import pytest

from archcheck.analysis.topics.errors.restoring import restored

CASES = {
    "attribute": ("old = a.b\na.b = new", "a.b = old", "a.b"),
    "item by a call": ("old = get()\nset_it(1)", "set_it(old)", "set_it"),
    "what it replaced": ("old = signal(1, new)", "signal(1, old)", "signal"),
    "switch": ("freeze(True)", "freeze(False)", "freeze"),
    "awaited": ("await freeze(None)", "await freeze(True)", "freeze"),
    "texts": ("log('a')", "log('b')", ""),
    "numbers": ("count(1)", "count(2)", ""),
    "first call": ("old = get()", "report(old)", ""),
    "another value": ("a.b = new", "a.b = old", ""),
    "another place": ("old = a.b", "a.c = old", ""),
    "no statement of this kind": ("freeze(True)", "return", ""),
}


@pytest.mark.parametrize(("before", "later", "expected"), CASES.values(), ids=CASES)
def test_restored(before: str, later: str, expected: str) -> None:
    assert restored(ast.parse(later).body[0], ast.parse(before).body) == expected
