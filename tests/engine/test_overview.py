"""From a project to the picture of its imports."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan
from archcheck.diagrams import Diagram
from archcheck.engine.analyse import Analyser
from archcheck.engine.discover import discover
from archcheck.engine.overview import View, draw
from archcheck.engine.resolve import build_project
from archcheck.errors import UsageError

PLAN = LayerPlan(
    ((Layer("api", ("api",)), Layer("cli", ("cli",))), (Layer("models", ("models",)),)), ("shop",)
)
FILES = {
    "shop/__init__.py": "",
    "shop/main.py": "import shop.api.orders\nimport shop.models.order\n",
    "shop/api/orders.py": "import shop.models.order\nimport shop.models.stock\n",
    "shop/cli/run.py": "import shop.api.orders\n",
    "shop/models/order.py": "def f():\n    import shop.cli.run\n",
    "shop/models/stock.py": "if False:\n    import shop.api.orders\n",
    "shop/models/tests/test_stock.py": "import shop.api.orders\n",
}


def drawn(view: View, files: Mapping[str, str] = FILES, plan: LayerPlan | None = PLAN) -> Diagram:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in {"pyproject.toml": "[project]\nname = 'shop'\n", **files}.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        target = discover(root)
        analyser = Analyser(root, (), target.packages)
        results = [analyser.analyse(source) for source in target.sources]
        project = build_project(root, target, results, kinds={}, plan=plan)
    return draw(project, view)


def arrows(diagram: Diagram) -> dict[str, tuple[int, int]]:
    return {f"{edge.tail} > {edge.head}": (edge.imports, edge.illegal) for edge in diagram.edges}


def labels(diagram: Diagram) -> dict[str, str]:
    return {node.id: node.label for node in diagram.nodes}


def test_layers_with_the_number_of_their_imports() -> None:
    diagram = drawn(View("layers"))
    assert diagram.title == "shop: layers"
    assert arrows(diagram) == {
        "api > models": (2, 0),
        "cli > api": (1, 1),
        "models > cli": (1, 1),
    }
    assert [node.modules for node in diagram.nodes] == [1, 1, 2]
    assert "2 modules in no layer, left out" in diagram.notes


def test_layers_of_one_level_share_a_band() -> None:
    groups = {node.id: node.group for node in drawn(View("layers")).nodes}
    assert groups["api"] == groups["cli"] != groups["models"]


def test_stacks_of_layers_are_told_apart() -> None:
    plan = replace(PLAN, containers=("shop", "shop.returns"))
    diagram = drawn(View("layers"), {**FILES, "shop/returns/models/form.py": ""}, plan)
    assert {node.id for node in diagram.nodes} == {
        "shop: api",
        "shop: cli",
        "shop: models",
        "shop.returns: models",
    }


def test_without_layers_the_packages_are_drawn() -> None:
    diagram = drawn(View(), plan=None)
    assert diagram.title == "shop: packages"
    assert diagram.groups == ()
    with pytest.raises(UsageError, match="no layer is declared"):
        drawn(View("layers"), plan=None)


def test_packages_stand_in_the_band_of_their_layer() -> None:
    diagram = drawn(View("packages"))
    titles = {group.id: group.title for group in diagram.groups}
    bands = {node.label: titles.get(node.group, "") for node in diagram.nodes}
    assert bands == {"api": "api | cli", "cli": "api | cli", "main": "", "models": "models"}
    assert diagram.notes[0].startswith("2 of 6 modules are folded into 1 package")


def test_modules_are_called_by_what_stands_below_the_top() -> None:
    diagram = drawn(View("modules"))
    assert labels(diagram) == {
        "shop.api.orders": "api.orders",
        "shop.cli.run": "cli.run",
        "shop.main": "main",
        "shop.models.order": "models.order",
        "shop.models.stock": "models.stock",
    }
    assert arrows(diagram)["shop.models.order > shop.cli.run"] == (1, 1)


def test_an_illegal_import_closes_the_circle_that_it_is_on() -> None:
    closing = [edge for edge in drawn(View("modules")).edges if edge.closing]
    assert closing
    assert all(edge.illegal for edge in closing)


def test_imports_for_type_checking_and_tests_are_left_out() -> None:
    assert not any("stock >" in arrow for arrow in arrows(drawn(View("modules"))))


def test_an_init_that_imports_is_shown() -> None:
    files = {**FILES, "shop/__init__.py": "from shop.api.orders import x\n"}
    assert labels(drawn(View("modules"), files))["shop"] == "shop.__init__"


def test_the_focus_shows_what_it_imports_and_what_imports_it() -> None:
    diagram = drawn(View("modules", focus="shop.api"))
    assert diagram.title == "shop: modules around shop.api"
    assert set(arrows(diagram)) == {
        "shop.api.orders > shop.models.order",
        "shop.api.orders > shop.models.stock",
        "shop.cli.run > shop.api.orders",
        "shop.main > shop.api.orders",
    }


def test_an_unknown_focus_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="`shop\\.nothing` is no module"):
        drawn(View(focus="shop.nothing"))


def test_nothing_to_draw_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no module to draw"):
        drawn(View(), {"tests/test_one.py": ""}, None)


def test_the_depth_folds_packages_and_tells_what_cannot_be_seen() -> None:
    plan = replace(PRESETS["four-layer"], containers=("shop",))
    files = {
        "shop/foundation/a.py": "import shop.application.b\n",
        "shop/application/b.py": "",
        "other/c.py": "import shop.foundation.a\n",
    }
    diagram = drawn(View("modules", depth=0), files, plan)
    assert arrows(diagram) == {"other > shop": (1, 0)}
    assert "1 illegal import inside folded packages cannot be seen" in diagram.notes


DENSE = {
    f"shop/m{number:02}.py": "".join(
        f"import shop.m{other:02}\n" for other in range(number + 1, 12)
    )
    for number in range(12)
}


def test_arrows_that_follow_from_others_are_left_out_of_a_dense_picture() -> None:
    diagram = drawn(View("modules"), DENSE, None)
    assert len(diagram.edges) == 11
    assert diagram.notes == ("55 arrows that follow from others are left out",)


def test_data_are_complete() -> None:
    diagram = drawn(View("modules", complete=True), DENSE, None)
    assert len(diagram.edges) == 66
    assert diagram.notes == ()


def test_three_hundred_modules_are_folded_to_a_page() -> None:
    files = {
        f"shop/p{package}/m{number}.py": f"import shop.p{(package + 1) % 20}.m{number}\n"
        for package in range(20)
        for number in range(15)
    }
    diagram = drawn(View("modules"), files, None)
    assert len(diagram.nodes) <= 40
    assert diagram.notes[0].startswith("285 of 300 modules are folded into 19 packages")
