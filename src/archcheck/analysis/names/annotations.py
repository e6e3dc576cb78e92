"""What does an annotation let through? Read as syntax, for frameworks that validate by it."""

from __future__ import annotations

import ast

from msgspec import Struct

from archcheck.analysis.module import Module

_ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
_UNIONS = frozenset({"typing.Optional", "typing.Union", "typing_extensions.Optional"})
_MAPPINGS = frozenset(
    {
        "dict",
        "collections.OrderedDict",
        "collections.abc.Mapping",
        "collections.abc.MutableMapping",
        "typing.Dict",
        "typing.Mapping",
        "typing.MutableMapping",
    }
)
_SEQUENCES = frozenset(
    {
        "list",
        "collections.abc.Sequence",
        "typing.List",
        "typing.Sequence",
        "collections.abc.Iterable",
    }
)
_ANYTHING = frozenset({"object", "typing.Any", "typing_extensions.Any"})


class Declared(Struct, frozen=True):
    """An annotation without its wrapping.

    Attributes:
        types: the alternatives, ``None`` left out.
        markers: last segments of what `typing.Annotated` adds: ``Body``, ``Depends``, ``Field``.
    """

    types: tuple[ast.expr, ...]
    markers: frozenset[str] = frozenset()


def declared(node: ast.expr, module: Module) -> Declared:
    """``node`` without ``Annotated``, ``Optional``, ``None`` and aliases of this module."""
    types: list[ast.expr] = []
    markers: set[str] = set()
    # Aliases may be recursive (``JSON = dict[str, "JSON"]``), and each is looked into once.
    pending, seen = [node], set[ast.expr]()
    while pending:
        current = pending.pop()
        if current in seen or _is_none(current):
            continue
        seen.add(current)
        if isinstance(current, ast.BinOp) and isinstance(current.op, ast.BitOr):
            pending += [current.right, current.left]
            continue
        outer = set(module.names(current.value)) if isinstance(current, ast.Subscript) else set()
        alias = module.symbols.alias(current) if isinstance(current, ast.Name) else None
        if isinstance(current, ast.Subscript) and outer and outer <= _ANNOTATED:
            first, *rest = _arguments(current)
            markers.update(map(last_segment, rest))
            pending.append(first)
        elif isinstance(current, ast.Subscript) and outer and outer <= _UNIONS:
            pending += reversed(_arguments(current))
        elif alias is not None:
            pending.append(alias)
        else:
            types.append(current)
    return Declared(tuple(types), frozenset(markers))


def last_segment(node: ast.expr) -> str:
    """The last name of a marker such as ``Body(...)`` or ``params.Depends``; ``""`` for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def admits_anything(node: ast.expr, module: Module) -> bool:
    """Whether the type is `typing.Any` or `object`."""
    return bool(set(module.names(node)) & _ANYTHING)


def is_schemaless(node: ast.expr, module: Module) -> bool:
    """Whether a type says nothing of what a mapping or list holds.

    ``dict`` and ``list[dict[str, Any]]`` say nothing, ``dict[str, int]`` and ``list[Order]`` do.
    """
    pending, seen = [node], set[ast.expr]()
    while pending:
        kind = pending.pop()
        if kind in seen:
            continue
        seen.add(kind)
        container = kind.value if isinstance(kind, ast.Subscript) else kind
        names = set(module.names(container))
        if kind is not node and names & _ANYTHING:
            return True
        if not names or not names <= _MAPPINGS | _SEQUENCES:
            continue
        if not isinstance(kind, ast.Subscript):
            return True
        pending += declared(_arguments(kind)[-1], module).types
    return False


def classes(node: ast.expr, module: Module) -> list[str]:
    """Qualified names of the classes that a type holds, those inside lists and mappings included."""
    found: dict[str, None] = {}
    pending, seen = [node], set[ast.expr]()
    while pending:
        kind = pending.pop()
        if kind in seen:
            continue
        seen.add(kind)
        if isinstance(kind, ast.Subscript):
            for inner in reversed(_arguments(kind)):
                pending += declared(inner, module).types
        else:
            found.update(dict.fromkeys(module.names(kind)))
    return list(found)


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    return list(elements) or [node.slice]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
