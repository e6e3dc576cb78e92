"""Which files, declarations and commands show a practice."""

from __future__ import annotations

import pytest

from archcheck.analysis.manifests import Manifests
from archcheck.analysis.manifests.model import CiConfig, Command, Lock, Requirement
from archcheck.analysis.practices.declared import declared


def titles(manifests: Manifests, *files: str) -> list[str]:
    return [sign.title for sign in declared(manifests, frozenset(files))]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("SECURITY.md", "a security policy"),
        (".github/SECURITY.md", "a security policy"),
        ("CHANGES", "a changelog"),
        ("docs/changelog.md", "a changelog"),
        ("renovate.json", "updates of dependencies"),
        (".github/dependabot.yml", "updates of dependencies"),
        ("docs/adr/0001-layers.md", "records of decisions"),
        ("src/shop/py.typed", "types for its users"),
    ],
)
def test_files_by_name(path: str, title: str) -> None:
    assert titles(Manifests(), path) == [title]
    assert titles(Manifests(member="backend"), f"backend/{path}") == [title]
    assert titles(Manifests(member="backend"), path) == []


@pytest.mark.parametrize(
    "path", ["shop/security.md", "changelog.py", "docs/history/1999.md", "docs/adr.md"]
)
def test_other_files(path: str) -> None:
    assert titles(Manifests(), path) == []


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("uvx pip-audit --strict", ["audits of dependencies"]),
        ("bandit -r src && lint-imports", ["imports checked in CI", "security scans in CI"]),
        ("echo no-bandit-here", []),
        ("pytest tests/test_bandit.py", []),
    ],
)
def test_commands_of_ci(command: str, shown: list[str]) -> None:
    ci = (CiConfig(".gitlab-ci.yml", (Command(3, command),)),)
    signs = list(declared(Manifests(ci=ci), frozenset()))
    assert [sign.title for sign in signs] == shown
    assert all((sign.path, sign.line) == (".gitlab-ci.yml", 3) for sign in signs)


def test_what_manifests_declare() -> None:
    manifests = Manifests(
        requires_python=">=3.10",
        manifests=("pyproject.toml",),
        requirements=(
            Requirement("httpx", "httpx", path="pyproject.toml", line=4),
            Requirement("pytest", "pytest", group="dev", path="pyproject.toml", line=9),
        ),
        locks=(Lock("uv.lock", "uv"),),
        env_templates=(".env.example",),
    )
    found = {
        sign.title: (sign.name, sign.path, sign.line) for sign in declared(manifests, frozenset())
    }
    assert found == {
        "a lock file": ("uv.lock", "uv.lock", 0),
        "groups of dependencies": ("dev", "pyproject.toml", 9),
        "the supported Pythons": (">=3.10", "pyproject.toml", 0),
        "a template of the environment": (".env.example", ".env.example", 0),
    }
