"""``archcheck graph``."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_projects import write_files

from archcheck.cli.main import run

Output = pytest.CaptureFixture[str]
FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\n[tool.archcheck.layers]\ncontainers = ['shop']\n"
    "order = ['api', 'models']\n",
    "shop/api/orders.py": "import shop.models.order\n",
    "shop/models/order.py": "import shop.api.orders\n",
    "shop/models/stock.py": "",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("shop")
def test_mermaid_of_the_layers_by_default(capsys: Output) -> None:
    assert run(["graph"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["flowchart TD", "    %% shop: layers"]
    assert '    n1 -->|"1 illegal"| n0' in lines


@pytest.mark.usefixtures("shop")
def test_data_of_the_modules(capsys: Output) -> None:
    assert run(["graph", "--format", "json", "--level", "modules"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [node["id"] for node in document["nodes"]] == [
        "shop.api.orders",
        "shop.models.order",
        "shop.models.stock",
    ]


def test_several_formats_in_one_run(shop: Path, capsys: Output) -> None:
    assert run(["graph", str(shop), "--format", "svg=a.svg", "--format", "dot=a.dot"]) == 0
    assert capsys.readouterr().out == ""
    ElementTree.parse(shop / "a.svg")
    assert (shop / "a.dot").read_text(encoding="utf-8").startswith("digraph archcheck {")


@pytest.mark.usefixtures("shop")
def test_what_is_excluded_is_not_drawn(capsys: Output) -> None:
    assert run(["graph", "--level", "modules", "--exclude", "shop/models/stock.py"]) == 0
    assert "stock" not in capsys.readouterr().out


WRONG = {
    "level": (["--level", "layer"], "unknown level `layer`"),
    "format": (["--format", "png"], "unknown format `png`"),
    "focus": (["--focus", "shop.nothing"], "`shop.nothing` is no module"),
    "layers": (["--isolated", "--level", "layers", "--exclude", "shop/api/"], "no layer"),
}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_usage_errors(arguments: list[str], message: str, capsys: Output) -> None:
    assert run(["graph", *arguments]) == 2
    assert message in capsys.readouterr().err
