"""What does an annotation let through? Read as syntax, for frameworks that validate by it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from archcheck.analysis.module import Module

#: Aliases may be recursive: ``JSON = dict[str, "JSON"]``.
_DEPTH = 6
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


@dataclass(frozen=True, slots=True)
class Declared:
    """An annotation without its wrapping.

    Attributes:
        types: the alternatives, ``None`` left out.
        markers: last segments of what `typing.Annotated` adds: ``Body``, ``Depends``, ``Field``.
    """

    types: tuple[ast.expr, ...]
    markers: frozenset[str] = frozenset()


def declared(node: ast.expr, module: Module, depth: int = 0) -> Declared:
    """``node`` without ``Annotated``, ``Optional``, ``None`` and aliases of this module."""
    if depth > _DEPTH or _is_none(node):
        return Declared(())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _joined([node.left, node.right], module, depth)
    if isinstance(node, ast.Subscript):
        outer = module.names(node.value)
        inner = _arguments(node)
        if outer and set(outer) <= _ANNOTATED and inner:
            first = declared(inner[0], module, depth + 1)
            return Declared(first.types, first.markers | {*map(last_segment, inner[1:])})
        if outer and set(outer) <= _UNIONS:
            return _joined(inner, module, depth)
    if isinstance(node, ast.Name):
        alias = module.symbols.alias(node)
        if alias is not None:
            return declared(alias, module, depth + 1)
    return Declared((node,))


def _joined(nodes: list[ast.expr], module: Module, depth: int) -> Declared:
    parts = [declared(node, module, depth + 1) for node in nodes]
    return Declared(
        tuple(kind for part in parts for kind in part.types),
        frozenset(marker for part in parts for marker in part.markers),
    )


def last_segment(node: ast.expr) -> str:
    """The last name of a marker such as ``Body(...)`` or ``params.Depends``; ``""`` for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def admits_anything(node: ast.expr, module: Module) -> bool:
    """Whether the type is `typing.Any` or `object`."""
    return bool(set(module.names(node)) & _ANYTHING)


def is_schemaless(node: ast.expr, module: Module, depth: int = 0) -> bool:
    """Whether a type says nothing of what a mapping or list holds.

    ``dict`` and ``list[dict[str, Any]]`` say nothing, ``dict[str, int]`` and ``list[Order]`` do.
    """
    if isinstance(node, ast.Subscript):
        outer = set(module.names(node.value))
        inner = _arguments(node)
        if outer and inner and outer <= _MAPPINGS | _SEQUENCES:
            held = declared(inner[-1], module).types if depth < _DEPTH else ()
            return any(
                admits_anything(kind, module) or is_schemaless(kind, module, depth + 1)
                for kind in held
            )
        return False
    names = set(module.names(node))
    return bool(names) and names <= _MAPPINGS | _SEQUENCES


def classes(node: ast.expr, module: Module, depth: int = 0) -> Iterator[str]:
    """Qualified names of the classes that a type holds, those inside lists and mappings included."""
    if isinstance(node, ast.Subscript):
        for inner in _arguments(node) if depth < _DEPTH else ():
            for kind in declared(inner, module).types:
                yield from classes(kind, module, depth + 1)
    else:
        yield from module.names(node)


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
