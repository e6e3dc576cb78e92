"""ARC0102: circles of imports, where they are told and what they cost."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.import_cycle import ImportCycle
from archcheck.testing import check, expected, outcomes


def example(files: Mapping[str, str]) -> Example:
    (path, code), *others = files.items()
    return Example("A case.", code, path=path, files=dict(others))


def violations(files: Mapping[str, str]) -> list[Outcome]:
    return [
        outcome
        for outcome in outcomes(ImportCycle, example(files))
        if outcome.verdict is Verdict.VIOLATES
    ]


FOUND = {
    "relative imports": {
        "shop/__init__.py": "",
        "shop/a.py": "from . import b  # [import-cycle]\n",
        "shop/b.py": "from .a import x  # [import-cycle]\n",
    },
    "under another name": {
        "shop/a.py": "import shop.b as bee  # [import-cycle]\n",
        "shop/b.py": "import shop.a as ay  # [import-cycle]\n",
    },
    "in a namespace package": {
        "src/spread/one/a.py": "from spread.two import b  # [import-cycle]\n",
        "src/spread/two/b.py": "from spread.one import a  # [import-cycle]\n",
    },
    "through a name that the package re-exports": {
        "shop/__init__.py": "from shop.a import A\n",
        "shop/a.py": "from shop.b import B  # [import-cycle]\n",
        "shop/b.py": "from shop import A  # [import-cycle]\n",
    },
    "in a class body": {
        "a.py": "class A:\n    import b  # [import-cycle]\n",
        "b.py": "import a  # [import-cycle]\n",
    },
}


@pytest.mark.parametrize("files", FOUND.values(), ids=FOUND)
def test_a_circle_is_reported(files: dict[str, str]) -> None:
    case = example(files)
    assert check(ImportCycle, case) == expected(ImportCycle, case)


BACK = {
    "in a function": "def f():\n    import a\n",
    "in a method": "class B:\n    def f(self):\n        from a import x\n",
    "for type checking": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import a\n",
    "for type checking, under another name": "import typing as t\n\nif t.TYPE_CHECKING:\n    import a\n",
    "when it can be had": "try:\n    import a\nexcept ImportError:\n    a = None\n",
    "as a script": "if __name__ == '__main__':\n    import a\n",
    "by name": "import importlib\n\nimportlib.import_module('a')\n",
}


@pytest.mark.parametrize("code", BACK.values(), ids=BACK)
def test_no_circle_is_closed(code: str) -> None:
    files = {"a.py": "import b\n", "b.py": code}
    assert violations(files) == []


@pytest.mark.parametrize("folder", ["tests", "docs", "scripts", "app/migrations"])
def test_circles_of_other_roles_are_not_judged(folder: str) -> None:
    files = {
        f"{folder}/a.py": "import b\n",
        f"{folder}/b.py": "import a\n",
        "app/main.py": "import os\n",
    }
    assert outcomes(ImportCycle, example(files)) == []


def test_opportunities_are_modules_with_a_first_party_import() -> None:
    files = {
        "shop/a.py": "from shop import b\n",
        "shop/b.py": "import requests\n",
        "shop/c.py": "from shop import a, b\n",
        "shop/d.py": "def f():\n    from shop import a\n",
    }
    assert [outcome.place.location.path for outcome in outcomes(ImportCycle, example(files))] == [
        "shop/a.py",
        "shop/c.py",
    ]


def test_a_circle_is_one_issue_told_at_its_cheapest_edge() -> None:
    found = violations(
        {
            "a.py": "from b import one, two\n",
            "b.py": "import os\nfrom c import three\n",
            "c.py": "from a import four, five\n",
        }
    )
    assert len(found) == 3
    assert len({outcome.group for outcome in found}) == 1
    (lead,) = (outcome for outcome in found if outcome.trace)
    assert (lead.place.location.path, lead.place.location.line) == ("b.py", 2)
    assert [(step.path, step.line) for step in lead.trace] == [
        ("b.py", 2),
        ("c.py", 1),
        ("a.py", 1),
    ]
    assert lead.message == (
        "import cycle `b` → `c` → `a` → `b`; cheapest edge to cut: `b` → `c` (1 name)"
    )


def test_circles_that_share_no_module_are_separate_issues() -> None:
    found = violations(
        {"a.py": "import b\n", "b.py": "import a\n", "c.py": "import d\n", "d.py": "import c\n"}
    )
    assert len({outcome.group for outcome in found}) == 2


def test_modules_beside_the_shortest_circle_are_counted() -> None:
    found = violations(
        {
            "a.py": "from b import one\n",
            "b.py": "from a import one, two\nfrom c import x, y\n",
            "c.py": "from b import x, y\n",
        }
    )
    assert "`a` → `b` → `a`, tangled with 1 more module;" in found[0].message


def test_circles_that_share_no_import_are_cut_one_by_one() -> None:
    found = violations(
        {
            "a.py": "from b import one, two\n",
            "b.py": "from a import x\nfrom c import y, z\n",
            "c.py": "import os\n\nfrom b import one, two, three\n",
        }
    )
    (lead,) = (outcome for outcome in found if outcome.trace)
    assert lead.message == (
        "import cycle `b` → `a` → `b`, tangled with 1 more module; "
        "2 edges to cut, the cheapest: `b` → `a` (1 name)"
    )
    assert [(step.path, step.line, step.text) for step in lead.trace] == [
        ("b.py", 1, "`b` imports `a`"),
        ("a.py", 1, "`a` imports `b`"),
        ("b.py", 1, "to cut, 1 of 2: `b` → `a` (1 name)"),
        ("b.py", 2, "to cut, 2 of 2: `b` → `c` (2 names)"),
    ]


def test_an_import_that_closes_all_circles_is_cut_though_others_are_cheaper() -> None:
    found = violations(
        {
            "a.py": "from b import one, two, three\n",
            "b.py": "from a import x\nfrom c import y\n",
            "c.py": "from a import x\n",
        }
    )
    assert "cheapest edge to cut: `a` → `b` (3 names)" in found[0].message


def test_the_middle_of_a_long_circle_is_left_out() -> None:
    files = {f"m{number}.py": f"import m{(number + 1) % 9}\n" for number in range(9)}
    assert "`m0` → `m1` → `m2` → … → `m8` → `m0`" in violations(files)[0].message
