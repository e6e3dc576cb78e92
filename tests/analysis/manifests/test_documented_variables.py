"""Templates of environment files, and what else tells of variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import manifests


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        (".env.example", True),
        (".env.sample", True),
        (".env.production.template", True),
        ("env.example", True),
        ("example.env", True),
        ("deploy/.env.dist", True),
        (".env-template", True),
        (".env", False),
        (".env.production", False),
        ("environment.py", False),
        ("env_example.md", False),
    ],
)
def test_template(tmp_path: Path, path: str, is_one: bool) -> None:
    assert manifests(tmp_path, {path: "X=1\n"}).env_templates == ((path,) if is_one else ())


def test_a_nested_member_falls_back_on_the_template_of_the_root(tmp_path: Path) -> None:
    files = {".env.example": "SHOP_X=1\n", "services/shop/pyproject.toml": ""}
    assert manifests(tmp_path, files, "services/shop").env_templates == (".env.example",)
    files["services/shop/.env.example"] = "SHOP_Y=1\n"
    found = manifests(tmp_path, files, "services/shop")
    assert found.env_templates == ("services/shop/.env.example",)
    assert found.documented_variables == {"SHOP_Y"}


def test_keys_are_read_as_an_environment_file(tmp_path: Path) -> None:
    text = "export lower=1\nSHOP_A='two\nlines'\n# SHOP_B=commented\n=broken\nSHOP_C\n"
    found = manifests(tmp_path, {".env.example": text}).documented_variables
    assert found >= {"LOWER", "SHOP_A", "SHOP_B", "SHOP_C"}


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("README.md", True),
        ("docs/configuration.md", True),
        ("docs/en/deployment/docker.rst", True),
        ("compose.yaml", True),
        ("Dockerfile", True),
        ("docs/history.md", False),
        ("src/app/notes.md", False),
    ],
)
def test_mention(tmp_path: Path, path: str, counts: bool) -> None:
    found = manifests(tmp_path, {path: "Set `SHOP_REGION` to north.\n"})
    assert ("SHOP_REGION" in found.documented_variables) is counts
