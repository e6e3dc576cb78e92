"""The modules and layers that a project declares in ``tach.toml``, as an order of ours.

Taken over are ``layers`` with the modules in each, or, without layers, the order that ``depends_on`` implies. Ours
is the coarser of the two: what a single module may depend on within its layer is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli
from msgspec import Struct

from archcheck.files import read_at_most

FILE = "tach.toml"
_MAX_BYTES = 1_000_000
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_PATTERN = re.compile(r"[\w*]+(?:\.[\w*]+)*")


class TachLayers(Struct, frozen=True):
    """Layers taken over.

    Attributes:
        order: highest first, the independent ones of a level joined by ``|``.
        packages: of each layer, as whole module names.
        closed: layers that may not be skipped.
        left_out: modules that are in no layer.
    """

    order: tuple[str, ...]
    packages: Mapping[str, tuple[str, ...]]
    closed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def read_tach(root: Path) -> TachLayers | None:
    """The layers of ``tach.toml`` in a folder; None without the file, or where it declares none that can be kept."""
    path = root / FILE
    try:
        if path.is_symlink():
            return None
        data, size = read_at_most(path, _MAX_BYTES)
        if size > _MAX_BYTES:
            return None
        document = tomli.loads(data.decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    modules = list(_modules(document))
    names = [name for name, _ in _layers(document)]
    if names:
        return _of_layers(document, modules)
    return _of_dependencies(modules)


def _tables(value: object) -> Iterator[dict[str, Any]]:
    return (
        (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
    )


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _modules(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each module with a usable path, and what is said of it."""
    for table in _tables(document.get("modules")):
        for path in [*_texts([table.get("path")]), *_texts(table.get("paths"))]:
            if _PATTERN.fullmatch(path):
                yield path, table


def _layers(document: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each layer's name as written, and whether it is closed."""
    listed = document.get("layers")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, str):
            yield item, False
        elif isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item["name"], item.get("closed") is True


def _of_layers(
    document: Mapping[str, Any], modules: Sequence[tuple[str, dict[str, Any]]]
) -> TachLayers | None:
    packages: dict[str, tuple[str, ...]] = {}
    seated: set[str] = set()
    for name, _ in _layers(document):
        paths = [
            path for path, table in modules if table.get("layer") == name and path not in seated
        ]
        if paths:
            packages[_identifier(name)] = tuple(dict.fromkeys(paths))
            seated.update(paths)
    return (
        TachLayers(
            order=tuple(packages),
            packages=packages,
            closed=tuple(
                _identifier(name)
                for name, closed in _layers(document)
                if closed and _identifier(name) in packages
            ),
            left_out=tuple(sorted({path for path, _ in modules} - seated)),
        )
        if packages
        else None
    )


def _of_dependencies(modules: Sequence[tuple[str, dict[str, Any]]]) -> TachLayers | None:
    """The order in which modules depend on one another; None when they do so in a circle."""
    known = {
        path for path, table in modules if _DOTTED.fullmatch(path) and not table.get("utility")
    }
    wanted: dict[str, set[str]] = {path: set() for path in known}
    for path, table in modules:
        if path in known:
            listed = table.get("depends_on")
            paths = [
                *_texts(listed),
                *(item.get("path", "") for item in _tables(listed)),
            ]
            wanted[path] |= known.intersection(paths) - {path}
    if not any(wanted.values()):
        return None
    levels: list[list[str]] = []
    placed: set[str] = set()
    while len(placed) < len(known):
        free = sorted(path for path in known - placed if wanted[path] <= placed)
        if not free:
            return None
        levels.insert(0, free)
        placed.update(free)
    return TachLayers(
        order=tuple(" | ".join(level) for level in levels),
        packages={},
        left_out=tuple(sorted({path for path, _ in modules} - known)),
    )


def _identifier(name: str) -> str:
    """A name that ours may bear: ``ui layer`` becomes ``ui_layer``."""
    text = re.sub(r"\W+", "_", name).strip("_") or "layer"
    return f"layer_{text}" if text[0].isdigit() else text
