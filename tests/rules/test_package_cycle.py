"""ARC0106: circles of sibling packages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.package_cycle import PackageCycle
from archcheck.testing import outcomes


def judged(files: Mapping[str, str]) -> list[Outcome]:
    (path, code), *others = files.items()
    return outcomes(PackageCycle, Example("A case.", code, path=path, files=dict(others)))


def violations(files: Mapping[str, str]) -> list[Outcome]:
    return [outcome for outcome in judged(files) if outcome.verdict is Verdict.VIOLATES]


NONE = {
    "a package and its own": {
        "shop/a/__init__.py": "from shop.a.b import x\n",
        "shop/a/b/__init__.py": "from shop import a\n",
    },
    "modules beside packages": {
        "shop/a/one.py": "import shop.helpers\n",
        "shop/helpers.py": "import shop.a.one\n",
    },
    "for type checking": {
        "shop/a/one.py": "import shop.b.one\n",
        "shop/b/one.py": "if False:\n    import shop.a.one\n",
    },
    "as a script": {
        "shop/a/one.py": "import shop.b.one\n",
        "shop/b/one.py": "if __name__ == '__main__':\n    import shop.a.one\n",
    },
    "with tests": {
        "shop/a/one.py": "import shop.b.one\n",
        "shop/b/one.py": "",
        "shop/b/tests/test_one.py": "import shop.a.one\n",
    },
}


@pytest.mark.parametrize("files", NONE.values(), ids=NONE)
def test_no_circle(files: dict[str, str]) -> None:
    assert violations(files) == []


def test_a_circle_is_one_issue_told_at_the_link_of_the_fewest_imports() -> None:
    found = violations(
        {
            "shop/a/one.py": "import shop.b.one\nimport shop.b.two\n",
            "shop/b/one.py": "",
            "shop/b/two.py": "import os\n\n\ndef f():\n    from shop.c import one\n",
            "shop/c/one.py": "import shop.a.one\n",
            "shop/c/two.py": "import shop.a.one\n",
        }
    )
    assert len(found) == 3
    assert len({outcome.group for outcome in found}) == 1
    (lead,) = (outcome for outcome in found if outcome.trace)
    assert lead.message == (
        "package cycle `shop.b` → `shop.c` → `shop.a` → `shop.b`; "
        "cheapest link to cut: `shop.b` → `shop.c` (1 import)"
    )
    assert [(step.path, step.line) for step in lead.trace] == [
        ("shop/b/two.py", 5),
        ("shop/c/one.py", 1),
        ("shop/a/one.py", 1),
    ]


def test_tangled_circles_list_the_links_to_cut() -> None:
    found = violations(
        {
            "shop/a/one.py": "import shop.b.one\nimport shop.b.two\n",
            "shop/b/one.py": "import shop.a.one\nimport shop.c.one\n",
            "shop/b/two.py": "",
            "shop/c/one.py": "import shop.b.one\nimport shop.b.two\n",
        }
    )
    (lead,) = (outcome for outcome in found if outcome.trace)
    assert ", tangled with 1 more package; 2 links to cut, the cheapest: " in lead.message
    assert [step.text for step in lead.trace[2:]] == [
        "to cut, 1 of 2: `shop.b` → `shop.a` (1 import)",
        "to cut, 2 of 2: `shop.b` → `shop.c` (1 import)",
    ]


def test_packages_of_one_level_are_judged_at_every_level() -> None:
    found = violations(
        {
            "shop/a/x/one.py": "import shop.a.y.one\n",
            "shop/a/y/one.py": "import shop.a.x.two\n",
            "shop/a/x/two.py": "import shop.b.one\n",
            "shop/b/one.py": "",
        }
    )
    assert {outcome.group for outcome in found} == {"package cycle of shop.a.x, shop.a.y"}


def test_opportunities_are_packages_that_import_a_sibling() -> None:
    found = judged(
        {
            "shop/a/one.py": "import os\nimport shop.b.one\n",
            "shop/b/one.py": "import shop.helpers\n",
            "shop/helpers.py": "",
        }
    )
    assert [
        (outcome.place.location.path, outcome.place.location.line, outcome.verdict)
        for outcome in found
    ] == [("shop/a/one.py", 2, Verdict.COMPLIES)]


def test_top_level_packages_are_siblings() -> None:
    found = violations(
        {"src/sales/one.py": "import stock.one\n", "src/stock/one.py": "import sales.one\n"}
    )
    assert len(found) == 2


def test_the_rule_is_in_preview() -> None:
    assert PackageCycle.preview
