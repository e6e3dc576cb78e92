"""Which version of a distribution is in use, as far as the manifests tell."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from made_repository import manifests
from packaging.version import Version

from archcheck.analysis.manifests import Lock, Manifests, Requirement


def requiring(specifier: str) -> Manifests:
    return Manifests(requirements=(Requirement("redis", "redis", specifier),))


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


def test_a_constraint_fixes_a_version() -> None:
    found = Manifests(constraints=(Requirement("redis", "redis", "==5.2"),))
    assert found.locked_version("redis") == Version("5.2")


def test_what_is_not_declared_has_no_version() -> None:
    assert requiring("==5").locked_version("httpx") is None
    assert Manifests(locks=(Lock("a", "b", {"x": "no version"}),)).locked_version("x") is None


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
