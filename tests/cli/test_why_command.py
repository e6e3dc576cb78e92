"""``archcheck why``."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_projects import write_files

from archcheck.cli.main import run

Output = pytest.CaptureFixture[str]
CONFIGURATION = """\
[project]
name = "shop"

[tool.archcheck.layers]
containers = ["shop"]
order = [
    "api",
    "services",
    "data",
]
closed = ["services"]

[tool.archcheck.layers.packages]
data = [
    "models",
    "*_store",
]
"""
FILES = {
    "pyproject.toml": CONFIGURATION,
    "shop/__init__.py": "",
    "shop/main.py": "import shop.api.orders",
    "shop/api/orders.py": "import shop.helpers\nimport shop.services.buy\n",
    "shop/services/buy.py": "def buy():\n    import shop.models.order\n",
    "shop/services/container.py": "",
    "shop/models/order.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.api.orders\n",
    "shop/sql_store/rows.py": "",
    "shop/helpers.py": "import shop.models.order\n",
    "scripts/load.py": "import shop.api.orders\n",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def said(capsys: Output, *arguments: str) -> str:
    assert run(["why", *arguments]) == 0
    return capsys.readouterr().out


ASSIGNMENTS = {
    "shop.api.orders": ("layer  api, in `shop`", "pyproject.toml:7: `tool.archcheck.layers.order`"),
    "shop.models.order": (
        "layer  data, in `shop`",
        "pyproject.toml:15: `tool.archcheck.layers.packages.data`",
    ),
    "shop.sql_store.rows": (
        "`shop.sql_store` matches `*_store` of layer `data`",
        "pyproject.toml:16:",
    ),
    "shop.main": ("layer  none", "a composition root"),
    "shop.services.container": ("layer  none", "stands in layer `services`"),
    "shop.helpers": ("layer  none", "no layer of `shop` has its package"),
    "scripts.load": ("layer  none", "its role is script"),
    "shop.models": ("none: a package without `__init__.py`",),
}


@pytest.mark.parametrize("module", ASSIGNMENTS)
def test_every_assignment_has_its_reason(shop: Path, capsys: Output, module: str) -> None:
    shown = said(capsys, module)
    assert shown.startswith(f"{module}\n")
    for expected in ASSIGNMENTS[module]:
        assert expected in shown


def test_a_path_is_as_good_as_a_name(shop: Path, capsys: Output) -> None:
    assert said(capsys, "./shop/api/orders.py") == said(capsys, "shop.api.orders")


def test_a_named_preset_is_the_line_that_decides(shop: Path, capsys: Output) -> None:
    (shop / "pyproject.toml").write_text(
        '[tool.archcheck.layers]\ncontainers = ["shop"]\npreset = "webapp"\n', encoding="utf-8"
    )
    shown = said(capsys, "shop.models.order")
    assert "`models` is a name of layer `data` in the preset `webapp`" in shown
    assert "pyproject.toml:3: `tool.archcheck.layers.preset`" in shown


def test_a_detected_layer_comes_with_its_evidence(shop: Path, capsys: Output) -> None:
    (shop / "pyproject.toml").unlink()
    (shop / "archcheck.toml").write_text("", encoding="utf-8")
    (shop / "shop/helpers.py").write_text("", encoding="utf-8")
    (shop / "shop/api/more.py").write_text(
        "import shop.services.buy\nimport shop.models.order\n", encoding="utf-8"
    )
    shown = said(capsys, "shop.models.order")
    assert "layer  data, in `shop`" in shown
    assert "detected with medium confidence: `shop`: `api`, `models`, `services` stand" in shown


def test_nothing_declared_and_nothing_detected_is_said(shop: Path, capsys: Output) -> None:
    assert "no layers are declared, and none were detected" in said(
        capsys, "shop.helpers", "--isolated"
    )


def test_the_chains_from_one_module_to_another(shop: Path, capsys: Output) -> None:
    shown = said(capsys, "shop.api", "shop.models.order")
    assert (
        "`shop.api` imports `shop.models.order`: 2 chains, the shortest first\n"
        "\n"
        "  shop/api/orders.py:1 `shop.api.orders` imports `shop.helpers`\n"
        "  shop/helpers.py:1 `shop.helpers` imports `shop.models.order`\n"
        "  forbidden: api to data skips the closed layer services\n"
        "\n"
        "  shop/api/orders.py:2 `shop.api.orders` imports `shop.services.buy`\n"
        "  shop/services/buy.py:2 `shop.services.buy` imports `shop.models.order` (deferred)\n"
    ) in shown


def test_a_chain_of_types_only_is_said_to_be_one(shop: Path, capsys: Output) -> None:
    shown = said(capsys, "shop.models.order", "shop.api.orders")
    assert "for typing only: one chain" in shown
    assert "imports `shop.api.orders` (typing)" in shown


def test_no_chain_is_an_answer_too(shop: Path, capsys: Output) -> None:
    shown = said(capsys, "shop.sql_store.rows", "shop.api.orders")
    assert (
        "does not import `shop.api.orders`, directly or indirectly, nor the other way round"
        in shown
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shop.modles.order"], "did you mean `shop.models.order`?"),
        (["models.order"], "did you mean `shop.models.order`?"),
        (["shop.api", "zzz"], "`zzz` is no module of the project"),
        (["shop.api", "shop.api.orders"], "lie within one another"),
        (["\x1b[31m"], "is no module of the project"),
    ],
)
def test_what_cannot_be_answered_is_an_error_with_a_hint(
    shop: Path, capsys: Output, arguments: list[str], message: str
) -> None:
    assert run(["why", *arguments]) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "hint: " in shown
    assert "\x1b[31m" not in shown
