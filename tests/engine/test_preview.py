"""Preview rules are shown on request and decide nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.report import Report


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, code in {
        "pyproject.toml": "[project]\nname = 'shop'\n",
        "shop/sales/orders.py": "import shop.stock.shelves\n",
        "shop/stock/shelves.py": "",
        "shop/stock/report.py": "import shop.sales.orders\n",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    return tmp_path


def judged(root: Path, **settings: object) -> Report:
    return check(
        root, Settings.model_validate({"kinds": ["library"], "fail-on": "info", **settings})
    )


def codes(report: Report) -> set[str]:
    return {issue.rule for issue in report.issues}


def test_they_are_silent_unless_asked_for(root: Path) -> None:
    assert "ARC0106" not in codes(judged(root))


def test_they_are_shown_on_request_and_neither_score_nor_fail(root: Path) -> None:
    without, shown = judged(root), judged(root, preview=True)
    assert "ARC0106" in codes(shown)
    assert shown.score == without.score
    assert shown.gate == without.gate
    assert shown.customised == without.customised


def test_they_run_on_request_only(root: Path) -> None:
    assert "ARC0106" not in judged(root).tallies
    assert judged(root, preview=True).tallies["ARC0106"].opportunities


@pytest.mark.parametrize("selector", ["ARC0208", "private-import"])
def test_nobody_calls_a_suppression_unused_that_names_a_rule_which_did_not_run(
    root: Path, selector: str
) -> None:
    comment = f"# archcheck: ignore[{selector}] -- a reason"
    (root / "shop/stock/shelves.py").write_text(f"x = 1  {comment}\n", encoding="utf-8")

    def unused(report: Report) -> list[str]:
        return [each.kind for each in report.notices if each.kind.startswith("unused")]

    ignores = {"per-file-ignores": {"shop/**": [selector]}}
    assert unused(judged(root, **ignores)) == []
    assert unused(judged(root, **ignores, preview=True)) == ["unused-ignore", "unused-suppression"]
