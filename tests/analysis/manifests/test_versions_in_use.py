"""Which version of a distribution is in use, as far as the manifests tell."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from made_repository import manifests
from packaging.version import Version

from archcheck.analysis.manifests import Lock, Manifests, Requirement


def requiring(
    *specifiers: str, name: str = "redis", group: str = "", marker: str = ""
) -> Manifests:
    return Manifests(
        requirements=tuple(
            Requirement(name, name, text, group=group, marker=marker) for text in specifiers
        )
    )


def test_the_lock_comes_first() -> None:
    found = Manifests(
        requirements=(Requirement("redis", "redis", "==4.0"),),
        locks=(Lock("uv.lock", "uv.lock", {"redis": "5.2"}),),
    )
    assert found.locked_version("Redis") == Version("5.2")


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        ("==5.2", Version("5.2")),
        ("===5.2", Version("5.2")),
        ("==5.*", None),
        (">=5", None),
        ("", None),
        ("?", None),
    ],
)
def test_an_exact_requirement_fixes_a_version(specifier: str, version: Version | None) -> None:
    assert requiring(specifier).locked_version("redis") == version


def test_what_is_not_declared_has_no_version() -> None:
    assert requiring("==5").locked_version("httpx") is None
    assert Manifests(locks=(Lock("a", "b", {"x": "no version"}),)).locked_version("x") is None


@pytest.mark.parametrize(
    ("specifier", "verdict"),
    [
        (">=5", True), (">=6,<7", True), (">5", True), ("~=5.1", True), ("==5.2", True), ("==5.*", True), ("==6.*", True),
        ("<5", False), ("<=4.9", False), ("==4.6", False), ("~=4.6", False), ("==4.*", False), (">=4,<5", False),
        ("", None), (">=4", None), ("<6", None), ("<=5", None), ("!=4", None), ("~=4", None), ("?", None),
    ],
)  # fmt: skip
def test_at_least(specifier: str, verdict: bool | None) -> None:
    assert requiring(specifier).at_least("redis", "5") is verdict


def test_at_least_asks_run_time_and_constraints_only() -> None:
    assert requiring(">=5", group="dev").at_least("redis", "5") is None
    assert requiring(">=5", marker="os_name == 'nt'").at_least("redis", "5") is None
    assert (
        Manifests(constraints=(Requirement("redis", "redis", ">=5"),)).at_least("redis", "5")
        is True
    )
    assert Manifests().at_least("redis", "5") is None


@pytest.mark.parametrize(
    ("requires", "versions"),
    [
        ("", "3.9 3.10 3.12 3.13"),
        (">=3.10", "3.10 3.12 3.13"),
        (">=3.10.2,<3.13", "3.10 3.12"),
        ("~=3.10", "3.10 3.12 3.13"),
        ("==3.12.*", "3.12"),
        ("nonsense", "3.9 3.10 3.12 3.13"),
    ],
)
def test_supported_pythons(requires: str, versions: str) -> None:
    found = Manifests(requires_python=requires)
    asked = ("3.9", "3.10", "3.12", "3.13")
    assert " ".join(version for version in asked if found.supports_python(version)) == versions


def test_the_values_survive_pickling(tmp_path: Path) -> None:
    found = manifests(
        tmp_path,
        {
            "pyproject.toml": "[project]\nname = 'a'\ndependencies = ['redis>=5']\n",
            "uv.lock": "[[package]]\nname = 'redis'\nversion = '5.2'\n",
            ".github/workflows/ci.yml": "jobs: {a: {steps: [{run: pytest}]}}\n",
            "environment.yml": "dependencies: [numpy]\n",
        },
    )
    assert pickle.loads(pickle.dumps(found)) == found
    assert str(tmp_path) not in repr(found)
