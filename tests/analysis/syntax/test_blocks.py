"""Neighbours of a statement."""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.blocks import enclosing_handler, last_statement, next_statement


def _statement(module: Module, text: str) -> ast.stmt:
    (found,) = (
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.stmt) and ast.unparse(node) == text
    )
    return found


@pytest.mark.parametrize(
    ("code", "following", "last"),
    [
        ("probe()\na()\nb()", "a()", "b()"),
        ("a()\nprobe()", None, "probe()"),
        ("if x:\n    a()\nelse:\n    probe()\n    b()\nc()", "b()", "b()"),
        ("try:\n    a()\nfinally:\n    probe()\n    b()", "b()", "b()"),
        ("try:\n    a()\nexcept E:\n    probe()\nb()", None, "probe()"),
        ("def f():\n    probe()\n    return 1\nb()", "return 1", "return 1"),
    ],
)
def test_neighbours(code: str, following: str | None, last: str) -> None:
    module = module_of(code)
    probe = _statement(module, "probe()")
    found = next_statement(probe, module)
    assert (ast.unparse(found) if found else None) == following
    end = last_statement(probe, module)
    assert end is not None
    assert ast.unparse(end) == last


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("try:\n    a()\nexcept A:\n    probe()", "A"),
        ("try:\n    probe()\nexcept A:\n    a()", None),
        ("try:\n    a()\nexcept A:\n    try:\n        b()\n    except B:\n        probe()", "B"),
        ("try:\n    a()\nexcept A:\n    try:\n        probe()\n    except B:\n        b()", "A"),
        ("try:\n    a()\nexcept A:\n    def f():\n        probe()", None),
        ("probe()", None),
    ],
)
def test_the_handler_around(code: str, caught: str | None) -> None:
    module = module_of(code)
    handler = enclosing_handler(_statement(module, "probe()"), module)
    found = ast.unparse(handler.type) if handler is not None and handler.type else None
    assert found == caught
