"""A `Module` from a few lines of source, for the tests of the analysis."""

from __future__ import annotations

import ast
from textwrap import dedent

from archcheck.analysis.module import Module
from archcheck.model import Role


def module_of(
    source: str,
    *,
    path: str = "src/app/service.py",
    name: str = "app.service",
    role: Role = Role.RUNTIME,
) -> Module:
    """The module that ``source`` is, in the place that the arguments say."""
    text = dedent(source)
    return Module(path=path, name=name, role=role, text=text, tree=ast.parse(text), wanted=())
