"""Poetry 1 and 2: groups, extras, sources and version constraints."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import brief, manifests

from archcheck.analysis.manifests.poetry import poetry_specifier

POETRY = """\
[tool.poetry]
name = "shop"
version = "3.0"

[tool.poetry.dependencies]
python = "^3.10"
Django = "^5.1"
psycopg = {version = "~3.2.1", extras = ["binary"], optional = true}
mysqlclient = {version = "*", optional = true}
sentry-sdk = {version = ">=2", optional = true}
billing = {path = "../billing", develop = true}
events = {git = "https://git.example.org/events.git", rev = "0a1b2c"}
drafts = {git = "https://git.example.org/drafts.git", branch = "main"}
moved = {git = "https://git.example.org/moved.git"}
wheel = {url = "https://files.example.org/wheel-1.0.whl"}
numpy = [
    {version = "<2", python = "<3.12"},
    {version = ">=2", markers = "python_version >= '3.12'"},
]

[tool.poetry.extras]
postgres = ["psycopg"]
all = ["psycopg", "sentry-sdk"]

[tool.poetry.dev-dependencies]
black = "*"

[tool.poetry.group.main.dependencies]
httpx = "0.28.1"

[tool.poetry.group.test.dependencies]
pytest = ">=8,<9"

[tool.poetry.scripts]
shop = "shop.cli:main"

[tool.poetry.plugins."shop.backends"]
redis = "shop.redis:Backend"
"""


def test_reads_every_table(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"pyproject.toml": POETRY})
    assert (found.name, found.version, found.requires_python) == ("shop", "3.0", ">=3.10,<4")
    assert brief(found) == [
        "django >=5.1,<6", "billing", "events", "drafts", "moved", "wheel", "numpy <2", "numpy >=2", "httpx ==0.28.1",
    ]  # fmt: skip
    assert brief(found, "postgres") == ["psycopg >=3.2.1,<3.3"]
    assert brief(found, "all") == ["psycopg >=3.2.1,<3.3", "sentry-sdk >=2"]
    assert brief(found, "optional") == ["mysqlclient"]
    assert brief(found, "dev") == ["black"]
    assert brief(found, "test") == ["pytest >=8,<9"]
    assert found.scripts == ("shop",)
    assert found.entry_point_groups == ("shop.backends",)


def test_sources_lines_and_markers(tmp_path: Path) -> None:
    found = {
        item.name: item for item in manifests(tmp_path, {"pyproject.toml": POETRY}).requirements
    }
    assert found["billing"].local
    assert found["events"].url == "git+https://git.example.org/events.git@0a1b2c"
    assert found["drafts"].url == "git+https://git.example.org/drafts.git@main"
    assert found["moved"].url == "git+https://git.example.org/moved.git"
    assert found["wheel"].url == "https://files.example.org/wheel-1.0.whl"
    assert found["psycopg"].extras == ("binary",)
    assert found["numpy"].marker == "python_version >= '3.12'"
    assert (found["django"].line, found["moved"].line, found["pytest"].line) == (7, 14, 32)


def test_poetry_2_repeats_a_requirement_to_say_where_it_comes_from(tmp_path: Path) -> None:
    text = """\
[project]
name = "shop"
dependencies = ["models>=2", "httpx>=0.28"]

[tool.poetry.dependencies]
models = {path = "../models"}
"""
    found = manifests(tmp_path, {"pyproject.toml": text})
    assert brief(found) == ["models >=2", "httpx >=0.28"]
    assert [item.local for item in found.requirements] == [True, False]


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0", ">=0,<1"),
        ("^2.0b1", ">=2.0b1,<3"),
        ("~1", ">=1,<2"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~=1.4.2", "~=1.4.2"),
        ("1.2.3", "==1.2.3"),
        ("==1.2", "==1.2"),
        ("1.2.*", "==1.2.*"),
        ("*", ""),
        ("", ""),
        (">= 1.2 , < 2", ">=1.2,<2"),
        (">=1.2 <2 !=1.5", ">=1.2,<2,!=1.5"),
        ("^1.2 || ^3.0", ">=1.2,<4"),
        ("<1 | >=2", "?"),
        ("latest", "?"),
        ("^x", "?"),
    ],
)
def test_constraints_in_pep_440(constraint: str, specifier: str) -> None:
    assert poetry_specifier(constraint) == specifier
