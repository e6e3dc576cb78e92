"""Which classes does an annotation admit?

Covered: names, strings, `Optional`, unions, `Annotated`, `Final`, `ClassVar`, `Self`, ``type[X]``, aliases of this
module, and what a generator or context manager hands out.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from archcheck.analysis.names.definitions import Definitions, is_none
from archcheck.analysis.syntax.scopes import Scopes

if TYPE_CHECKING:
    from archcheck.analysis.names.symbols import Symbols

Names = tuple[str, ...]
UNKNOWN: Names = ()
#: How many definitions deep an expression is followed: far beyond what people write. What stands at the limit is
#: remembered as unknown, so within reach of real code the answer would depend on the order of the questions.
MAX_DEPTH = 60
_MAX_QUOTED = 200


def _typing(*names: str) -> frozenset[str]:
    return frozenset(f"{home}.{name}" for home in ("typing", "typing_extensions") for name in names)


_TRANSPARENT = _typing("Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired")
_UNION = _typing("Union")
_SELF = _typing("Self")
_ANY = _typing("Any")
_TYPE = _typing("Type") | {"type"}
#: Their first argument is what a ``with`` over the function's result, or each step of it, gives.
_HANDED_OUT = _typing(
    "Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator",
    "ContextManager", "AsyncContextManager",
) | {
    f"collections.abc.{name}"
    for name in (
        "Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator",
    )
} | {"contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager"}  # fmt: skip


class DeclaredTypes:
    """The annotations of one module.

    Args:
        symbols: resolves its names.
        scopes: its scopes and bindings.
        definitions: its classes.
    """

    def __init__(self, symbols: Symbols, scopes: Scopes, definitions: Definitions) -> None:
        self._symbols = symbols
        self._scopes = scopes
        self._definitions = definitions
        self._known: dict[ast.expr, Names] = {}

    def of(self, node: ast.expr, depth: int = 0) -> Names:
        """The classes that an annotation admits, ``None`` left out; empty when it says nothing exact."""
        found = self._known.get(node)
        if found is None:
            self._known[node] = UNKNOWN
            found = self._declared(node, depth) if depth < MAX_DEPTH else UNKNOWN
            self._known[node] = found
        return found

    def handed_out(self, node: ast.expr) -> Names:
        """The classes of what an annotated generator yields or context manager gives."""
        node = self._unquoted(node) or node
        if isinstance(node, ast.Subscript):
            outer = self._symbols.names(node.value)
            if outer and _HANDED_OUT.issuperset(outer):
                return self.of(_arguments(node)[0])
        return UNKNOWN

    def class_named(self, node: ast.expr) -> Names:
        """The classes that ``type[X]`` speaks of."""
        node = self._unquoted(node) or node
        if isinstance(node, ast.Subscript):
            outer = self._symbols.names(node.value)
            if outer and _TYPE.issuperset(outer):
                return self.of(node.slice)
        return UNKNOWN

    def is_self(self, node: ast.expr) -> bool:
        """Whether an annotation is ``Self``: the class of the instance whose method it is on."""
        names = self._symbols.names(self._unquoted(node) or node)
        return bool(names) and _SELF.issuperset(names)

    def is_any(self, node: ast.expr) -> bool:
        """Whether an annotation is ``Any``, which says nothing of a value."""
        names = self._symbols.names(self._unquoted(node) or node)
        return bool(names) and _ANY.issuperset(names)

    def alias(self, node: ast.Name) -> ast.expr | None:
        """The type behind an alias of this module: ``SessionDep = Annotated[Session, Depends(make)]``."""
        bindings = self._scopes.scope_of(node).lookup(node.id)
        if len(bindings) != 1 or bindings[0].kind not in ("assign", "annotated"):
            return None
        value = bindings[0].value
        return value if isinstance(value, (ast.Subscript, ast.BinOp)) else None

    def _declared(self, node: ast.expr, depth: int) -> Names:
        if isinstance(node, ast.Constant):
            quoted = self._unquoted(node)
            return self.of(quoted, depth + 1) if quoted is not None else UNKNOWN
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._named(node, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._alternatives([node.left, node.right], depth)
        if isinstance(node, ast.Subscript):
            outer = self._symbols.names_for_types(node.value, depth + 1)
            inner = _arguments(node)
            if outer and _TRANSPARENT.issuperset(outer):
                return self.of(inner[0], depth + 1)
            if outer and _UNION.issuperset(outer):
                return self._alternatives(inner, depth)
            return UNKNOWN if any(_is_special_form(name) for name in outer) else outer
        return UNKNOWN

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> Names:
        names = self._symbols.names_for_types(node, depth + 1)
        if not names and isinstance(node, ast.Name):
            alias = self.alias(node)
            return self.of(alias, depth + 1) if alias is not None else UNKNOWN
        if names and _SELF.issuperset(names):
            owner = self._definitions.class_around(node)
            return (self._definitions.name(owner),) if owner is not None else UNKNOWN
        return UNKNOWN if any(_is_special_form(name) for name in names) else names

    def _alternatives(self, nodes: list[ast.expr], depth: int) -> Names:
        found: list[str] = []
        for node in nodes:
            if is_none(node):
                continue
            types = self.of(node, depth + 1)
            if not types:
                return UNKNOWN
            found.extend(types)
        return tuple(dict.fromkeys(found))

    def _unquoted(self, node: ast.expr) -> ast.expr | None:
        """The expression inside a string annotation, evaluated in the string's scope."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return None
        if len(node.value) > _MAX_QUOTED:
            return None
        try:
            parsed = ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return None
        scope = self._scopes.scope_of(node)
        for part in ast.walk(parsed):
            self._scopes.entries[part] = scope
        return parsed


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    return list(elements) or [node.slice]


def _is_special_form(name: str) -> bool:
    """Whether an annotation's name is one of `typing`'s own, which no value has as its class."""
    return name.startswith(("typing.", "typing_extensions."))
