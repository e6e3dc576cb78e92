"""ARC0803: which modules no test can reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.model import Verdict
from archcheck.rules.testing.untested_module import UntestedModule
from archcheck.testing import outcomes, project_example

BASE = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "src/shop/__init__.py": "",
    "src/shop/orders.py": "def total(prices):\n    return sum(prices)\n",
    "src/shop/payments.py": "def charge(card):\n    return card\n",
}
TEST = "from shop.orders import total\n\n\ndef test_total():\n    assert total([1]) == 1\n"


def unreached(files: dict[str, str], test: str = TEST) -> list[str]:
    """The modules that violate in a project with these files besides two modules."""
    example = project_example("A case.", {**BASE, "tests/test_shop.py": test, **files})
    return [
        each.place.subject
        for each in outcomes(UntestedModule, example)
        if each.verdict is Verdict.VIOLATES
    ]


def test_a_module_that_nothing_imports() -> None:
    assert unreached({}) == ["shop.payments"]


@pytest.mark.parametrize(
    "orders",
    [
        "from shop.payments import charge\n",
        "from . import payments\n",
        "def pay():\n    from shop.payments import charge\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.payments import charge\n",
        "try:\n    from shop import payments\nexcept ImportError:\n    payments = None\n",
        "import importlib\n\npayments = importlib.import_module('shop.payments')\n",
        "LAZY = {'charge': 'shop.payments.charge'}\n",
    ],
)
def test_it_is_reached_through_another(orders: str) -> None:
    orders = f"{orders}\n\ndef total(prices):\n    return sum(prices)\n"
    assert unreached({"src/shop/orders.py": orders}) == []


@pytest.mark.parametrize(
    "line",
    [
        "patched = mock.patch('shop.payments.charge')",
        "config = 'shop.payments:charge'",
        "pytest_plugins = ['shop.payments']",
        "program = '''\nimport sys\nfrom shop.payments import charge\n'''",
    ],
)
def test_a_test_names_it_in_a_text(line: str) -> None:
    assert unreached({}, test=f"from unittest import mock\n\n{line}\n{TEST}") == []


@pytest.mark.parametrize("line", ["text = 'shop.payments are late'", "text = 'payments.charge'"])
def test_prose_names_no_module(line: str) -> None:
    assert unreached({}, test=f"{line}\n{TEST}") == ["shop.payments"]


def test_the_package_around_a_module_is_imported_with_it() -> None:
    assert unreached({"src/shop/__init__.py": "from shop.payments import charge\n"}) == []


def test_it_is_imported_from_a_folder_on_the_path() -> None:
    assert (
        unreached(
            {"src/shop/orders.py": f"from payments import charge\n\n{BASE['src/shop/orders.py']}"}
        )
        == []
    )


def test_a_test_inside_the_package_imports_it_from_a_folder_on_the_path() -> None:
    inner = "src/shop/plugins/stats_plugin"
    files = {
        f"{inner}/__init__.py": "",
        f"{inner}/graph.py": "def draw():\n    return 1\n",
        f"{inner}/page.py": "def show():\n    return 1\n",
        f"{inner}/tests/test_graph.py": "from stats_plugin import graph\n\n\ndef test_it():\n    assert graph.draw()\n",
    }
    assert unreached(files) == ["shop.payments", "shop.plugins.stats_plugin.page"]


def test_a_fixture_reaches_it() -> None:
    conftest = "import pytest\n\nfrom shop import payments\n\n\n@pytest.fixture\ndef card():\n    return payments\n"
    assert unreached({"tests/conftest.py": conftest}) == []


def test_a_command_that_tests_start_reaches_it() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.payments:charge"\n'
    }
    start = (
        f"import subprocess\n\n{TEST}\n\ndef test_shop():\n    assert subprocess.run(['shop'])\n"
    )
    assert unreached(files) == ["shop.payments"]
    assert unreached(files, test=start) == []


def test_its_doctests_reach_it_when_they_are_run() -> None:
    files = {
        "src/shop/payments.py": 'def charge(card):\n    """\n    >>> charge(1)\n    1\n    """\n    return card\n'
    }
    assert unreached(files) == ["shop.payments"]
    assert unreached({**files, "pytest.ini": "[pytest]\naddopts = --doctest-modules\n"}) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("src/shop/names.py", "LIMIT = 3\n"),
        ("src/shop/__main__.py", "def main(): ...\n"),
        ("src/shop/wsgi.py", "def application(): ...\n"),
        ("src/shop/settings.py", "class Settings: ...\n"),
        ("src/shop/sub/__init__.py", "def act(): ...\n"),
        ("src/shop/migrations/one.py", "def upgrade(): ...\n"),
        ("src/other/__init__.py", ""),
        ("src/other/things.py", "def act(): ...\n"),
        ("scripts/load.py", "def act(): ...\n"),
    ],
)
def test_modules_that_are_not_asked_for(path: str, code: str) -> None:
    assert unreached({path: code}) == ["shop.payments"]


def test_plugins_are_loaded_by_name() -> None:
    loader = (
        "import importlib\nimport pkgutil\n\n\ndef load():\n    for each in pkgutil.iter_modules(__path__):\n"
        "        importlib.import_module(f'{__name__}.{each.name}')\n"
    )
    files = {
        "src/shop/plugins/__init__.py": loader,
        "src/shop/plugins/mugs.py": "def act(): ...\n",
        "src/shop/orders.py": "from shop import plugins\n\n\ndef total(prices):\n    return sum(prices)\n",
    }
    assert unreached(files) == ["shop.payments"]


def test_an_entry_point_is_loaded_by_another_program() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'
        '[project.entry-points."desk.plugins"]\nshop = "shop.payments:charge"\n'
    }
    assert unreached(files) == []


def test_what_an_entry_point_imports_is_loaded_with_it() -> None:
    files = {
        "setup.cfg": "[metadata]\nname = shop\n[entry_points]\ndesk.plugins =\n    mugs = shop.mugs:sell\n",
        "src/shop/mugs.py": "from shop.payments import charge\n\n\ndef sell(card):\n    charge(card)\n",
    }
    assert unreached(files) == []


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["Django>=5"]\n'},
        {"src/shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n"},
        {"PKG-INFO": "Metadata-Version: 2.1\nName: shop\n"},
        {"tests/test_shop.py": "import requests\n\n\ndef test_shop():\n    assert requests.get('http://shop')\n"},
    ],
)  # fmt: skip
def test_projects_of_which_nobody_can_know(files: dict[str, str]) -> None:
    assert unreached(files) == []


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("tests/test_payments.py", []),
        ("src/shop/checkout.py", []),
        ("tests/data/test_payments.py", ["ARC0803"]),
        ("scripts/release.py", ["ARC0803"]),
    ],
)
def test_what_cannot_be_parsed_may_lead_anywhere(
    broken: str, found: list[str], tmp_path: Path
) -> None:
    files = {
        **BASE,
        "tests/test_shop.py": TEST,
        broken: "from shop.payments import charge\ndef (\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    report = check(tmp_path, Settings(preview=True))
    assert [each.rule for each in report.issues if each.rule == UntestedModule.code] == found
