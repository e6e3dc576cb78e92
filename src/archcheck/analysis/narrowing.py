"""What a handler of a rule needs to find in a file before it can speak.

Most rules speak of a few libraries or names, and most files have none of them. A handler that says so is not even
asked there: looking a name up once a file costs less than a question to each rule at each node. It is a promise of
the rule's and no part of its judgement, so a rule is right without it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from archcheck.analysis.module import Module

_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_ATTRIBUTE = "narrowing"
#: Where a node says its name; a call is found by its callee.
_NAME_FIELDS: dict[type[ast.AST], str] = {
    ast.Attribute: "attr",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.FunctionDef: "name",
    ast.Name: "id",
    ast.keyword: "arg",
}


class Narrowing(Struct, frozen=True):
    """Where a handler may have something to say; an empty part asks for nothing.

    Attributes:
        imports: top-level names; the file imports one of them.
        words: parts of the file's text; it holds one of them.
        named: last segments of names; the node has one of them. For a call that is its callee's, as written or as
            resolved.
        strings: parts of literal strings; a constant's value holds one of them.
    """

    imports: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()

    def select(self, kind: type[ast.AST], module: Module) -> Sequence[ast.AST]:
        """The nodes of a class that the handler must see, in source order."""
        if self.imports and self.imports.isdisjoint(module.imported_roots):
            return ()
        if self.words and not any(word in module.text for word in self.words):
            return ()
        if self.strings:
            return module.constants_with(self.strings)
        if not self.named:
            return module.nodes(kind)
        if kind is ast.Call:
            return module.calls.named(self.named)
        field, named = _NAME_FIELDS[kind], self.named
        return [node for node in module.nodes(kind) if getattr(node, field) in named]


def narrowed(
    *,
    imports: Iterable[str] = (),
    words: Iterable[str] = (),
    named: Iterable[str] = (),
    strings: Iterable[str] = (),
) -> Callable[[_Handler], _Handler]:
    """Declare what a ``visit_<Node>`` handler needs to find, see `Narrowing`; all of the parts that are given.

    >>> @narrowed(imports=("warnings",), named=("warn",))
    ... def visit_Call(self, node, module): ...
    """
    found = Narrowing(frozenset(imports), tuple(words), frozenset(named), tuple(strings))

    def mark(handler: _Handler) -> _Handler:
        setattr(handler, _ATTRIBUTE, found)
        return handler

    return mark


def narrowing_of(handler: Callable[..., Any], kind: type[ast.AST]) -> Narrowing | None:
    """What a handler of nodes of a class declared; None when it wants to see them all.

    Raises:
        TypeError: the declaration does not fit the class of node.
    """
    found: Narrowing | None = getattr(handler, _ATTRIBUTE, None)
    if found is None:
        return None
    if found.named and kind is not ast.Call and kind not in _NAME_FIELDS:
        raise TypeError(f"a {kind.__name__} has no name to be narrowed by")
    if found.strings and kind is not ast.Constant:
        raise TypeError(f"a {kind.__name__} is no string to be narrowed by")
    return found
