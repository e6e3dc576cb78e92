"""What questions share that follow a value from definition to definition: they must come to an end."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from archcheck.analysis.syntax.bindings import Binding

if TYPE_CHECKING:
    from archcheck.analysis.module import Module

_Answer = TypeVar("_Answer")


class Tracing:
    """One question about where a value comes from, to be answered by a subclass in recursive steps.

    Source is written by others, so the question is given up beyond a depth and a number of steps, and a definition
    that it is following already is not followed again.

    Args:
        module: the file of the value.
        depth: how many steps may be under way at a time.
        steps: how many there may be in all.
    """

    def __init__(self, module: Module, *, depth: int = 40, steps: int = 1000) -> None:
        self._module = module
        self._depth_left = depth
        self._steps_left = steps
        self._open: list[Binding] = []

    def _within(
        self, step: Callable[[ast.expr], _Answer], node: ast.expr, given_up: _Answer
    ) -> _Answer:
        """What ``step`` says of ``node``, or ``given_up`` beyond the bounds."""
        self._steps_left -= 1
        if self._depth_left < 0 or self._steps_left < 0:
            return given_up
        self._depth_left -= 1
        try:
            return step(node)
        finally:
            self._depth_left += 1

    def _once(
        self, step: Callable[[Binding], _Answer], binding: Binding, again: _Answer
    ) -> _Answer:
        """What ``step`` says of a definition, or ``again`` when it comes round to one that is being followed."""
        if binding in self._open:
            return again
        self._open.append(binding)
        try:
            return step(binding)
        finally:
            self._open.pop()
