"""What a member declares, put together from all of its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import brief, manifests, write

from archcheck.analysis.manifests import Manifests, Requirement, read_members


def test_an_empty_repository_declares_nothing(tmp_path: Path) -> None:
    assert manifests(tmp_path, {}) == Manifests()


def test_only_listed_files_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": "[project]\nname = 'a'\n",
            "requirements.txt": "flask\n",
            "Dockerfile": "",
        },
    )
    assert read_members(tmp_path, [""], {"requirements.txt"})[""] == Manifests(
        manifests=("requirements.txt",),
        requirements=(Requirement("flask", "flask", path="requirements.txt", line=1),),
    )


def test_a_listed_file_that_is_gone_is_named(tmp_path: Path) -> None:
    found = read_members(tmp_path, [""], {"pyproject.toml"})[""]
    assert [failure.message for failure in found.failures] == [
        "cannot be read: No such file or directory"
    ]


def test_members_are_read_apart(tmp_path: Path) -> None:
    files = write(
        tmp_path,
        {
            "pyproject.toml": "[project]\nname = 'root'\n[tool.uv.workspace]\nmembers = ['apps/*']\n",
            "apps/api/pyproject.toml": "[project]\nname = 'api'\ndependencies = ['httpx>=1', 'models']\n[tool.uv.sources]\nmodels = {workspace = true}\n",
            "apps/web/pyproject.toml": "[project]\nname = 'web'\n",
            "uv.lock": "[[package]]\nname = 'httpx'\nversion = '1.2'\n",
        },
    )
    found = read_members(tmp_path, ["", "apps/api", "apps/web"], files)
    assert [(member, item.name) for member, item in found.items()] == [
        ("", "root"),
        ("apps/api", "api"),
        ("apps/web", "web"),
    ]
    assert brief(found["apps/api"]) == ["httpx >=1", "models"]
    assert str(found["apps/api"].locked_version("httpx")) == "1.2"
    assert [item.local for item in found["apps/api"].requirements] == [False, True]


def test_the_manifests_of_an_application_may_stand_one_folder_down(tmp_path: Path) -> None:
    files = {
        "package.json": "{}",
        "backend/requirements.txt": "flask==3.0\n",
        "frontend/requirements.txt": "x\n",
    }
    found = manifests(tmp_path, files)
    assert found.manifests == ("backend/requirements.txt",)
    assert brief(found) == ["flask ==3.0"]
    assert [lock.path for lock in found.locks] == ["backend/requirements.txt"]


def test_the_root_comes_before_a_folder_below(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\nname = 'a'\n", "backend/requirements.txt": "flask\n"}
    assert brief(manifests(tmp_path, files)) == []


def test_several_manifests_add_up(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[build-system]\nrequires = []\n[tool.ruff]\n",
        "setup.cfg": "[metadata]\nname = a\n",
        "setup.py": "from setuptools import setup\nsetup(install_requires=['flask>=3'])\n",
        "requirements.txt": "flask==3.0.3\n-e .\n",
        "requirements/test.txt": "pytest\n",
    }
    found = manifests(tmp_path, files)
    assert found.name == "a"
    assert found.has_build_system
    assert brief(found)[:2] == ["flask >=3", "flask ==3.0.3"]
    assert brief(found, "test") == ["pytest"]
    assert found.manifests == (
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "requirements.txt",
        "requirements/test.txt",
    )


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ('{"domain": "lamp", "requirements": ["lampctl==1.2", "httpx"]}', ["lampctl", "httpx"]),
        ('{"domain": "lamp", "requirements": ["-", 3]}', []),
        ('{"name": "Shop", "requirements": ["offline"]}', []),  # of a web application
        ("[]", []),
        ("{", []),
        ("[" * 100_000, []),
    ],
)
def test_integrations_declare_beside_their_package(
    tmp_path: Path, text: str, required: list[str]
) -> None:
    files = {"pyproject.toml": "[project]\nname = 'home'\nversion = '1'\n"}
    found = manifests(tmp_path, {**files, "custom_components/lamp/manifest.json": text})
    assert [item.name for item in found.nested] == required
    assert not found.failures
