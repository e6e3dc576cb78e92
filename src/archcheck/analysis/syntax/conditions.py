"""Which conditions surely hold, or surely do not, where a node runs?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcheck.analysis.syntax.scopes import FUNCTIONS

if TYPE_CHECKING:
    from archcheck.analysis.module import Module

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_BLOCKS = ("body", "orelse", "finalbody")


def settled_conditions(node: ast.AST, module: Module) -> Iterator[tuple[ast.expr, bool]]:
    """The conditions around ``node`` and those that left before it, in its function, with their outcome.

    Those that ``and``, ``or`` and ``not`` put together are given one by one, as far as the outcome of each is known.
    What they ask about may have changed since: that is for the caller to see.
    """
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, FUNCTIONS):
            yield from _left_before(child, ancestor)
            return
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)) and child is not ancestor.test:
            # A loop ends by ``break`` as well, so that nothing is known after it or in its ``else``.
            if _is_part(child, ancestor.body):
                yield from _parts(ancestor.test, outcome=True)
            elif not isinstance(ancestor, ast.While):
                yield from _parts(ancestor.test, outcome=False)
        elif isinstance(ancestor, ast.BoolOp):
            for earlier in ancestor.values[: ancestor.values.index(child)]:  # type: ignore[arg-type]
                yield from _parts(earlier, outcome=isinstance(ancestor.op, ast.And))
        yield from _left_before(child, ancestor)
        child = ancestor


def _is_part(child: ast.AST, body: list[ast.stmt] | ast.expr) -> bool:
    return child in body if isinstance(body, list) else child is body


def _left_before(child: ast.AST, parent: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """What the statements before ``child`` in its block have settled."""
    for name in _BLOCKS:
        block = getattr(parent, name, None)
        if not isinstance(block, list) or child not in block:
            continue
        for earlier in block[: block.index(child)]:
            if isinstance(earlier, ast.Assert):
                yield from _parts(earlier.test, outcome=True)
            elif isinstance(earlier, ast.If):
                if isinstance(earlier.body[-1], _LEAVES):
                    yield from _parts(earlier.test, outcome=False)
                if earlier.orelse and isinstance(earlier.orelse[-1], _LEAVES):
                    yield from _parts(earlier.test, outcome=True)


def _parts(test: ast.expr, *, outcome: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The conditions of which ``test`` is made whose outcome follows from its own."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand, outcome=not outcome)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is outcome:
            for value in test.values:
                yield from _parts(value, outcome=outcome)
    else:
        yield test, outcome
