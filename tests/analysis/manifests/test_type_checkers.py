"""Which type checker refuses functions without types, where, and whether CI runs it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from made_repository import manifests

from archcheck.analysis.manifests.model import TypeChecker

CI = ".github/workflows/ci.yml"


def ci(*commands: str) -> dict[str, str]:
    steps = "".join(f"      - run: {command}\n" for command in commands)
    return {CI: f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.mypy]\nstrict = true\n"),
        ("pyproject.toml", "[tool.mypy]\ndisallow_untyped_defs = true\n"),
        ("pyproject.toml", '[tool.pyright]\ntypeCheckingMode = "strict"\n'),
        ("pyproject.toml", '[tool.basedpyright]\ntypeCheckingMode = "all"\n'),
        ("mypy.ini", "[mypy]\nstrict = True\n"),
        (".mypy.ini", "[mypy]\ndisallow_untyped_defs = yes\n"),
        ("setup.cfg", "[mypy]\nstrict = on\n"),
        ("pyrightconfig.json", '{\n  // strict\n  "typeCheckingMode": "strict"\n}\n'),
    ],
)
def test_strict_configurations(tmp_path: Path, path: str, text: str) -> None:
    assert manifests(tmp_path, {path: text}).type_checker == TypeChecker(path, in_ci=False)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.mypy]\nwarn_unused_ignores = true\n"),
        ("pyproject.toml", "[tool.mypy]\nstrict = true\ndisallow_untyped_defs = false\n"),
        ("pyproject.toml", "[tool.mypy\n"),
        ("pyproject.toml", "[tool]\nmypy = 3\n"),
        ("pyproject.toml", '[tool.pyright]\ntypeCheckingMode = "basic"\n'),
        ("mypy.ini", "[mypy-shop.*]\nstrict = True\n"),
        ("mypy.ini", "no section"),
        ("pyrightconfig.json", '{"typeCheckingMode": "standard"}\n'),
    ],
)
def test_lenient_configurations(tmp_path: Path, path: str, text: str) -> None:
    assert manifests(tmp_path, {path: text}).type_checker is None


@pytest.mark.parametrize(
    "command",
    ["mypy src", "uv run mypy", "python -m mypy src", "pre-commit run --all-files", "make types"],
)
def test_runs_in_ci(tmp_path: Path, command: str) -> None:
    files = {
        "mypy.ini": "[mypy]\nstrict = True\n",
        "Makefile": "types:\n\tmypy src\n",
        ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: mypy\n",
        **ci(command),
    }
    assert manifests(tmp_path, files).type_checker == TypeChecker("mypy.ini", in_ci=True)


@pytest.mark.parametrize("command", ["pip install mypy", "pytest", "pre-commit run ruff"])
def test_does_not_run_in_ci(tmp_path: Path, command: str) -> None:
    files = {"mypy.ini": "[mypy]\nstrict = True\n", **ci(command)}
    assert manifests(tmp_path, files).type_checker == TypeChecker("mypy.ini", in_ci=False)


def test_arguments_in_ci_may_make_it_strict(tmp_path: Path) -> None:
    assert manifests(tmp_path, ci("mypy --strict src")).type_checker == TypeChecker(CI, in_ci=True)
    assert manifests(tmp_path, ci("mypy src")).type_checker is None


PYPROJECT = """
[tool.mypy]
strict = true
files = ["src/shop", "tools/*.py", "./setup.py"]

[[tool.mypy.overrides]]
module = ["shop.old.*", "shop.odd"]
ignore_errors = true

[[tool.mypy.overrides]]
module = "shop.lax.*"
disallow_untyped_defs = false

[[tool.mypy.overrides]]
module = "boto3.*"
ignore_missing_imports = true
"""
INI = """
[mypy]
strict = True
files =
    src/shop,
    tools/*.py
    ./setup.py
[mypy-shop.old.*,shop.odd]
ignore_errors = True
[mypy-shop.lax.*]
disallow_untyped_defs = False
[mypy-boto3.*]
ignore_missing_imports = True
"""


@pytest.mark.parametrize("files", [{"pyproject.toml": PYPROJECT}, {"mypy.ini": INI}])
@pytest.mark.parametrize(
    ("path", "module", "covered"),
    [
        ("src/shop/a.py", "shop.a", True),
        ("src/shops/a.py", "shops.a", False),
        ("tools/a.py", "", True),
        ("setup.py", "setup", True),
        ("other/a.py", "a", False),
        ("src/shop/old/__init__.py", "shop.old", False),
        ("src/shop/old/a.py", "shop.old.a", False),
        ("src/shop/odd.py", "shop.odd", False),
        ("src/shop/lax/a.py", "shop.lax.a", False),
    ],
)
def test_what_it_covers(
    tmp_path: Path, files: Mapping[str, str], path: str, module: str, covered: bool
) -> None:
    checker = manifests(tmp_path, files).type_checker
    assert checker is not None
    assert checker.covers(path, module) is covered


def test_without_a_list_of_files_it_covers_all() -> None:
    assert TypeChecker("mypy.ini", in_ci=True).covers("src/shop/a.py", "shop.a")
