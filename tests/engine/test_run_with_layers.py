"""A run with declared layers, and one that finds them itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.report import LayerReport, Report

STACK = {
    "shop/__init__.py": "",
    "shop/domain/order.py": "import decimal\nimport attrs\n",
    "shop/application/buy.py": "import shop.domain.order\n",
    "shop/infrastructure/sql.py": "import shop.domain.order\nimport shop.application.buy\n",
    "shop/helpers.py": "",
}
UPWARDS = {**STACK, "shop/domain/order.py": "import shop.infrastructure.sql\n"}


def run(root: Path, files: dict[str, str], **values: object) -> Report:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return check(root, Settings.model_validate(values))


def notices(report: Report, kind: str) -> list[str]:
    return [notice.message for notice in report.notices if notice.kind == kind]


def condition(report: Report, name: str) -> bool:
    (found,) = (each for each in report.gate.conditions if each.name == name)
    return found.passed


ORDER: dict[str, list[str]] = {
    "order": ["infrastructure", "application", "domain"],
    "containers": ["shop"],
}


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        (
            {"order": ["web", "application", "domain"]},
            "empty-layer",
            "layer `web` holds no module",
        ),
        (
            {"containers": ["shop", "shopp"]},
            "empty-container",
            "container `shopp` holds no module",
        ),
        (
            {"packages": {"domain": ["domain", "domian"]}},
            "empty-package",
            "`domian` of layer `domain` holds no module",
        ),
    ],
)
def test_a_declaration_that_matched_nothing_is_never_a_pass(
    tmp_path: Path, changes: dict[str, object], kind: str, message: str
) -> None:
    report = run(tmp_path, STACK, layers={**ORDER, **changes})
    assert notices(report, kind) == [message]
    assert not condition(report, "unmatched")
    assert report.gate.exit_code == 2


def test_an_empty_package_of_a_preset_is_only_a_synonym(tmp_path: Path) -> None:
    report = run(tmp_path, STACK, layers={"preset": "clean", "containers": ["shop"]})
    assert condition(report, "unmatched")


def test_an_uncovered_package_is_told_and_costs_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, STACK, layers=ORDER)
    assert notices(report, "uncovered-package") == ["no layer covers `shop.helpers`"]
    assert condition(report, "unmatched")
    assert condition(report, "stale")


def test_a_permission_that_nobody_needs_is_stale(tmp_path: Path) -> None:
    layers = {**ORDER, "allow-external": {"domain": ["attrs", "pydantic"]}}
    for ci in (False, True):
        report = run(tmp_path, STACK, layers=layers, ci=ci)
        assert notices(report, "unused-permission") == [
            "no module of layer `domain` imports `pydantic`, which it is allowed to"
        ]
        assert condition(report, "stale") is not ci


def test_declared_layers_are_in_the_report(tmp_path: Path) -> None:
    report = run(tmp_path, STACK, layers=ORDER)
    assert report.layers[-1] == LayerReport("domain", ("shop.domain.order",), ("shop",))


def test_layers_are_detected_where_none_are_declared(tmp_path: Path) -> None:
    report = run(tmp_path, STACK)
    assert [(each.name, each.preset, each.confidence) for each in report.layers] == [
        ("presentation", "clean", "medium"),
        ("infrastructure", "clean", "medium"),
        ("application", "clean", "medium"),
        ("domain", "clean", "medium"),
    ]
    assert report.layers[0].evidence == (
        "`shop`: `application`, `domain`, `infrastructure` stand side by side and hold 3 of 4 modules; "
        "3 of 3 imports between them point downwards",
    )
    assert report.tallies["ARC0101"].opportunities == 3


def test_detected_layers_move_no_condition_of_the_gate(tmp_path: Path) -> None:
    report = run(tmp_path, STACK)
    assert not [each for each in report.gate.conditions if each.name == "first-party-imports"]
    assert notices(report, "uncovered-package") == []


def test_nothing_is_detected_beside_contracts_of_the_projects_own(tmp_path: Path) -> None:
    contract = (
        "[importlinter]\nroot_package = shop\n\n[importlinter:contract:one]\nname = One\n"
        "type = forbidden\nsource_modules = shop.domain\nforbidden_modules = shop.helpers\n"
    )
    packages = dict.fromkeys((f"shop/{name}/__init__.py" for name in ORDER["order"]), "")
    assert run(tmp_path, {**STACK, **packages, ".importlinter": contract}).layers == ()
