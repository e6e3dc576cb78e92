"""What is taken over from ``tach.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcheck.config.layers import LayersSettings
from archcheck.config.tach import TachLayers, read_tach

LAYERED = """
layers = ["ui", { name = "use cases", closed = true }, "core", "empty"]
source_roots = ["src"]

[[modules]]
path = "shop.web"
layer = "ui"

[[modules]]
paths = ["shop.orders", "shop.stock.*"]
layer = "use cases"

[[modules]]
path = "shop.money"
layer = "core"

[[modules]]
path = "shop.utils"
utility = true

[[modules]]
path = "<root>"
layer = "ui"
"""
DEPENDENT = """
[[modules]]
path = "shop.web"
depends_on = ["shop.orders", { path = "shop.stock" }, "shop.web", "unknown"]

[[modules]]
path = "shop.orders"
depends_on = ["shop.money"]

[[modules]]
path = "shop.stock"
depends_on = []

[[modules]]
path = "shop.money"

[[modules]]
path = "shop.utils"
utility = true
"""


def read(folder: Path, text: str) -> TachLayers | None:
    (folder / "tach.toml").write_text(text, encoding="utf-8")
    return read_tach(folder)


def test_layers_with_their_modules(tmp_path: Path) -> None:
    found = read(tmp_path, LAYERED)
    assert found == TachLayers(
        order=("ui", "use_cases", "core"),
        packages={
            "ui": ("shop.web",),
            "use_cases": ("shop.orders", "shop.stock.*"),
            "core": ("shop.money",),
        },
        closed=("use_cases",),
        left_out=("shop.utils",),
    )
    plan = LayersSettings(order=found.order, packages=found.packages, closed=found.closed).plan()
    assert plan.closed_between("ui", "core") == ("use_cases",)


def test_without_layers_the_dependencies_are_the_order(tmp_path: Path) -> None:
    found = read(tmp_path, DEPENDENT)
    assert found is not None
    assert found.order == ("shop.web", "shop.orders", "shop.money | shop.stock")
    assert found.left_out == ("shop.utils",)
    assert LayersSettings(order=found.order).plan().level_of["shop.web"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "modules = 3",
        "modules = [3]\nlayers = 4",
        "layers = ['a']",
        "[[modules]]\npath = 'a'",
        "[[modules]]\npath = 'a'\ndepends_on = ['b']\n[[modules]]\npath = 'b'\ndepends_on = ['a']",
        "this is no toml",
        "a = " + "[" * 5000,
    ],
)
def test_what_says_nothing_of_layers_is_passed_over(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    assert read(tmp_path, LAYERED) is not None
    (inner / "tach.toml").symlink_to(tmp_path / "tach.toml")
    assert read_tach(inner) is None
