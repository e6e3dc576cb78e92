"""What a declaration of layers says that nothing in the project answers to."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from archcheck.analysis.imports.external import unused_permissions
from archcheck.analysis.layers.assignment import Layers
from archcheck.config.layers import LayersSettings
from archcheck.model import Notice

_MANY = 8


def unmatched_layers(settings: LayersSettings, layers: Layers) -> Iterator[Notice]:
    """Layers, containers and packages of the declaration that hold no module: nothing may pass vacuously."""
    for name in layers.empty():
        yield Notice(
            "empty-layer",
            "",
            0,
            f"layer `{name}` holds no module",
            "mend its name or `containers`, or mark it optional as `(name)`",
        )
    for name in layers.empty_containers():
        close = get_close_matches(name, layers.names, n=1)
        yield Notice(
            "empty-container",
            "",
            0,
            f"container `{name}` holds no module",
            f"did you mean `{close[0]}`?" if close else "mend its name below `layers.containers`",
        )
    for layer, patterns in settings.packages.items():
        for pattern in layers.unused(layer, patterns):
            yield Notice(
                "empty-package",
                "",
                0,
                f"`{pattern}` of layer `{layer}` holds no module",
                f"mend its name below `layers.packages.{layer}`, or remove it",
            )


def stale_permissions(layers: Layers) -> Iterator[Notice]:
    """Entries of ``allow-external`` that no module of the layer makes use of."""
    for layer, entry in unused_permissions(layers.modules, layers):
        yield Notice(
            "unused-permission",
            "",
            0,
            f"no module of layer `{layer}` imports `{entry}`, which it is allowed to",
            f"remove it from `layers.allow-external.{layer}`",
        )


def uncovered_packages(layers: Layers) -> Iterator[Notice]:
    """The packages of the containers that no layer covers and whose imports nobody judges, in one notice."""
    names = [
        f"{container}.{name}" if container else name
        for container, uncovered in layers.uncovered()
        for name in uncovered
    ]
    if names:
        listed = ", ".join(f"`{name}`" for name in names[:_MANY])
        more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
        yield Notice(
            "uncovered-package",
            "",
            0,
            f"no layer covers {listed}{more}",
            "add them to a layer below `layers.packages`, or declare a layer for them",
        )
