from __future__ import annotations

from pathlib import Path

import pytest

from archcheck.analysis.manifests import read_manifests


def uses(root: Path, files: dict[str, str]) -> list[tuple[str, int, str, bool]]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = read_manifests(root, "", files).setting_uses
    return [(use.path, use.line, use.name, use.outdated) for use in found]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"pyproject.toml": '[tool.ruff]\nline-length = 99\nselect = ["E"]\nignore = ["E1"]\n'},
            [("pyproject.toml", 3, "[tool.ruff] select", True)],
        ),
        (
            {"ruff.toml": "[per-file-ignores]\n'tests/*' = ['S']\n"},
            [("ruff.toml", 0, "per-file-ignores", True)],
        ),
        (
            {"pyproject.toml": "[tool.ruff.flake8-quotes]\ninline-quotes = 'single'\n"},
            [("pyproject.toml", 0, "[tool.ruff] flake8-quotes", True)],
        ),
        (
            {"pyproject.toml": "[tool.ruff]\npreview = true\n[tool.ruff.lint]\nselect = ['E']\n"},
            [("pyproject.toml", 0, "lint", False)],
        ),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 99\n"}, []),
        (
            {
                "pyproject.toml": "[tool.ruff]\nselect = ['E']\n",
                ".pre-commit-config.yaml": "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n"
                "    rev: v0.1.9\n    hooks: []\n",
            },
            [],
        ),
        ({"ruff.toml": "select = [\n"}, []),
    ],
)
def test_settings_of_ruff(
    tmp_path: Path, files: dict[str, str], expected: list[tuple[str, int, str, bool]]
) -> None:
    assert uses(tmp_path, files) == expected


WORKFLOW = "jobs:\n  test:\n    steps:\n      - run: python setup.py -q test\n"


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({".github/workflows/ci.yml": WORKFLOW}, [(".github/workflows/ci.yml", 4)]),
        (
            {
                "tox.ini": "[testenv]\ncommands =\n    # python setup.py test\n    {envpython} setup.py test\n"
            },
            [("tox.ini", 4)],
        ),
        (
            {
                "Makefile": "test:\n\tpython3 setup.py test\n",
                ".github/workflows/ci.yml": "jobs:\n  test:\n    steps:\n      - run: make test\n",
            },
            [("Makefile", 2)],
        ),
        ({"Makefile": "test:\n\tpython setup.py test-all\n\tpython setup.py sdist\n"}, []),
        (
            {
                ".github/workflows/ci.yml": WORKFLOW,
                "setup.py": "setup(cmdclass={'test': PyTest})\n",
            },
            [],
        ),
        (
            {".github/workflows/ci.yml": WORKFLOW, "setup.cfg": "[aliases]\ntest = pytest\n"},
            [],
        ),
    ],
)
def test_the_test_command_of_setuptools(
    tmp_path: Path, files: dict[str, str], lines: list[tuple[str, int]]
) -> None:
    assert uses(tmp_path, files) == [(*place, "setup.py test", True) for place in lines]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("compose.yml", "name: shop\nversion: '3.9'\nservices:\n  db: {}\n", [2]),
        ("docker-compose.yaml", "services:\n  db: {}\n", []),
        ("compose.yml", "version: '1'\n", []),
        ("compose.yml", "version: [\n", []),
        ("tests/compose.yml", "version: '3'\nservices: {}\n", []),
    ],
)
def test_the_version_of_a_compose_file(
    tmp_path: Path, path: str, text: str, expected: list[int]
) -> None:
    assert uses(tmp_path, {path: text}) == [(path, line, "version", True) for line in expected]
