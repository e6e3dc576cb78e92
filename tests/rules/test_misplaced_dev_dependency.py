"""ARC0204: which development tools stand among the run-time requirements?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from judging import ADVICE, BAD, OK, verdicts

from archcheck.model import Kind, Verdict
from archcheck.rule import Example
from archcheck.rules.dependency_management.misplaced_dev_dependency import MisplacedDevDependency
from archcheck.testing import outcomes

HEAD = "[project]\nname = 'shop'\nversion = '1'\n"
SERVICE = {"src/shop/service.py": "import httpx\n"}


def said(
    requirements: str, files: Mapping[str, str] = SERVICE, path: str = "requirements.txt"
) -> list[tuple[int, str]]:
    return verdicts(MisplacedDevDependency, requirements, path=path, files=files)


@pytest.mark.parametrize(
    "tool",
    [
        "pytest>=8",
        "Pytest_Cov",
        "ruff",
        "black",
        "flake8-bugbear",
        "mypy",
        "tox",
        "pre-commit",
        "factory_boy",
        "types-requests",
    ],
)
def test_a_tool_is_reported(tool: str) -> None:
    assert said(f"httpx\n{tool}\n") == [(1, OK), (2, BAD)]


@pytest.mark.parametrize(
    "name", ["httpx", "typeguard", "pytesseract", "blackfire", "testcontainers"]
)
def test_other_requirements_comply(name: str) -> None:
    assert said(f"{name}\n") == [(1, OK)]


@pytest.mark.parametrize(
    "files",
    [
        {"src/shop/format.py": "import black\n"},
        {"src/shop/format.py": "def run():\n    import black\n"},
        {"scripts/seed.py": "import black\n"},
        {"src/shop/format.py": "import subprocess\nsubprocess.run(['black', '.'])\n"},
        {"src/shop/testing/__init__.py": "import black\n"},
    ],
)
def test_a_tool_that_the_program_uses_is_no_opportunity(files: dict[str, str]) -> None:
    assert said("black\n", files) == []


def test_tests_of_its_own_are_no_use() -> None:
    assert said("pytest\n", {**SERVICE, "tests/test_orders.py": "import pytest\n"}) == [(1, BAD)]


@pytest.mark.parametrize(
    "manifest",
    [
        "[project]\nname = 'pytest-shop'\ndependencies = ['pytest']\n",
        f"{HEAD}dependencies = ['flake8']\n\n[project.entry-points.'flake8.extension']\nSHO = 'shop:Check'\n",
        f"{HEAD}dependencies = ['pytest']\n\n[project.entry-points.pytest11]\nshop = 'shop.plugin'\n",
    ],
)
def test_a_plugin_needs_its_host(manifest: str) -> None:
    assert said(manifest, path="pyproject.toml") == []


def test_type_stubs_of_a_library_are_for_its_users() -> None:
    example = Example(
        "A library.",
        f"{HEAD}dependencies = ['types-requests']\n",
        path="pyproject.toml",
        files=SERVICE,
        kinds=frozenset({Kind.LIBRARY}),
    )
    assert outcomes(MisplacedDevDependency, example) == []


def test_groups_and_extras_are_the_right_place() -> None:
    manifest = (
        f"{HEAD}dependencies = ['httpx']\n\n[project.optional-dependencies]\ntest = ['pytest']\n\n"
        "[dependency-groups]\ndev = ['ruff']\n"
    )
    assert said(manifest, path="pyproject.toml") == [(4, OK)]


def test_a_requirements_file_beside_a_manifest_says_nothing_of_run_time() -> None:
    files = {**SERVICE, "pyproject.toml": f"{HEAD}dependencies = ['httpx']\n"}
    assert said("pytest\n", files) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pytest\n", [(1, BAD)]),
        ("from hypothesis import given\nimport hypothesis\n", [(1, BAD)]),
        ("from unittest.mock import Mock\n", [(1, ADVICE)]),
        ("from unittest import mock\n", [(1, ADVICE)]),
        ("import unittest\n", []),
        ("def check():\n    import pytest\n", []),
        ("try:\n    import pytest\nexcept ImportError:\n    pytest = None\n", []),
    ],
)
def test_the_program_imports_a_test_library(source: str, found: list[tuple[int, str]]) -> None:
    files = {"pyproject.toml": f"{HEAD}dependencies = ['httpx']\n"}
    assert verdicts(MisplacedDevDependency, source, files=files) == found


def test_what_is_required_and_imported_belongs_to_the_program() -> None:
    files = {"pyproject.toml": f"{HEAD}dependencies = [\n    'faker',\n]\n"}
    assert verdicts(MisplacedDevDependency, "import faker\n", files=files) == []


@pytest.mark.parametrize("path", ["src/app/testing/__init__.py", "src/app/pytest_shop.py"])
def test_helpers_for_the_tests_of_others_may_import_test_libraries(path: str) -> None:
    files = {"pyproject.toml": f"{HEAD}dependencies = ['httpx']\n", "src/app/__init__.py": ""}
    assert verdicts(MisplacedDevDependency, "import pytest\n", path=path, files=files) == []


def test_the_message_names_the_tool() -> None:
    found = outcomes(
        MisplacedDevDependency,
        Example("A tool.", "ruff\n", path="requirements.txt", files=SERVICE),
    )
    assert [(each.verdict, each.message) for each in found] == [
        (Verdict.VIOLATES, "`ruff` is a development tool among the run-time requirements")
    ]


def test_what_a_compiled_file_lists_for_the_sake_of_a_tool_is_no_choice() -> None:
    head = "# This file is autogenerated by pip-compile with Python 3.12\n"
    compiled = f"{head}flake8==7.1.0\n    # via -r base.in\npyflakes==3.2.0\n    # via flake8\n"
    files = {"src/shop/check.py": "import flake8\n"}
    assert said(compiled, files) == []


CONTROLS = {"src/shop/core/test/clock.py": "def freeze():\n    import time_machine\n"}


def test_a_package_for_tests_that_the_program_offers_is_a_part_of_it() -> None:
    files = {
        **CONTROLS,
        "src/shop/__init__.py": "",
        "src/shop/core/__init__.py": "",
        "src/shop/core/test/__init__.py": "from shop.core.test.clock import freeze\n",
        "src/shop/service.py": "import httpx\nfrom shop.core.test import freeze\n",
    }
    assert said("time-machine\n", files) == []


def test_a_package_for_tests_that_only_tests_need_is_aside() -> None:
    assert said("time-machine\n", {**CONTROLS, **SERVICE}) == [(1, BAD)]


def test_a_plugin_of_a_tool_that_the_program_runs() -> None:
    runs = "import subprocess\n\n\ndef review(path):\n    subprocess.run(['flake8', '--format=json', path], check=True)\n"
    assert said("flake8-json\n", {"src/shop/service.py": runs}) == []
    assert said("flake8-json\n", SERVICE) == [(1, BAD)]
