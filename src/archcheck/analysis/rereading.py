"""A file once more, for a question that only the whole program raises: by then its tree is gone."""

from __future__ import annotations

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.module import Module
from archcheck.analysis.names.packages import Packages
from archcheck.analysis.syntax.parse import Parsed, parse


def reread(data: bytes, facts: ModuleFacts, packages: Packages) -> Module | None:
    """The module that facts were taken of; None where it cannot be parsed.

    Args:
        data: what is in the file.
        facts: of the file.
        packages: the project's own names.
    """
    parsed = parse(data, facts.path)
    if not isinstance(parsed, Parsed):
        return None
    return Module(
        path=facts.path,
        name=facts.name,
        role=facts.role,
        text=parsed.text,
        tree=parsed.tree,
        wanted=(),
        packages=packages,
    )
