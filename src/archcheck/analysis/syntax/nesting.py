"""How deep are the control structures of a function nested, and which of them make it so deep?

Counted are `if`, loops, `with`, `try` and `match`, as a reader counts them: an ``elif`` stands beside its ``if``, a
handler beside its ``try``, and a tree of elements that nested ``with`` statements of one object build is one level.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted

_CONTROL: tuple[type[ast.stmt], ...] = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Match, ast.Try,
    getattr(ast, "TryStar", ast.Try),  # from Python 3.11 on
)  # fmt: skip
_INSTANCES = frozenset({"self", "cls"})
_Chain = tuple[ast.stmt, ...]


def deepest_chain(function: AnyFunction, module: Module) -> _Chain:
    """The control statements around the most deeply nested place of a function, outermost first.

    Of several places of the same depth it is the first. Nested functions and classes are their own.
    """
    deepest: _Chain = ()
    pending: list[tuple[ast.stmt, _Chain]] = [(item, ()) for item in reversed(function.body)]
    while pending:
        statement, around = pending.pop()
        if not isinstance(statement, _CONTROL):
            continue
        chain = around if _continues(statement, around, module) else (*around, statement)
        if len(chain) > len(deepest):
            deepest = chain
        inner = [(item, chain) for block in _blocks(statement) for item in block]
        if _has_elif(statement):
            inner[-1] = (inner[-1][0], around)
        pending.extend(reversed(inner))
    return deepest


def wrapping_if(function: AnyFunction) -> ast.If | None:
    """The ``if`` without an alternative that everything but the docstring of a function stands in."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    only = body[0] if len(body) == 1 else None
    return only if isinstance(only, ast.If) and not only.orelse else None


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a control statement in source order."""
    yield getattr(statement, "body", [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body
    yield getattr(statement, "orelse", [])
    yield getattr(statement, "finalbody", [])


def _has_elif(statement: ast.stmt) -> bool:
    """Whether an ``elif`` follows: the tree tells it from an ``if`` under ``else`` by its column only."""
    orelse = statement.orelse if isinstance(statement, ast.If) else []
    return (
        len(orelse) == 1
        and isinstance(orelse[0], ast.If)
        and orelse[0].col_offset == statement.col_offset
    )


def _continues(statement: ast.stmt, around: _Chain, module: Module) -> bool:
    """Whether a ``with`` adds an element to what the ``with`` directly around it builds: ``with tag.ul():``."""
    builder = _builder(statement, module)
    return bool(builder and around) and builder == _builder(around[-1], module)


def _builder(statement: ast.stmt, module: Module) -> str:
    """The object or module that makes all that a ``with`` enters; ``""`` without one."""
    if not isinstance(statement, (ast.With, ast.AsyncWith)):
        return ""
    owners: set[str] = set()
    for item in statement.items:
        call = item.context_expr
        func = call.func if isinstance(call, ast.Call) else call
        written = dotted(func)
        owner = (module.resolve(func) or written).rpartition(".")[0]
        # Of an instance's own methods one and the same builds a tree: ``with self.line("if ..."):``.
        own = isinstance(call, ast.Call) and written.partition(".")[0] in _INSTANCES
        owners.add(written if own and written.count(".") == 1 else owner)
    owner = owners.pop() if len(owners) == 1 else ""
    return "" if owner in _INSTANCES else owner
