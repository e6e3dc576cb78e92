"""Lock files: which serve a member, and the versions they fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_repository import manifests

TOML_LOCK = """\
version = 1

[[package]]
name = "Flask"
version = "3.0.3"
source = { registry = "https://index.example.org" }

[[package]]
name = "numpy"
version = "1.26.4"

[[package]]
name = "numpy"
version = "2.1.0"

[[package]]
name = "shop"
source = { editable = "." }
"""


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock"])
def test_locks_in_toml(name: str, tmp_path: Path) -> None:
    found = manifests(tmp_path, {name: TOML_LOCK})
    [lock] = found.locks
    assert (lock.path, lock.kind) == (name, name)
    assert lock.versions == {"flask": "3.0.3", "numpy": "2.1.0"}


@pytest.mark.parametrize("name", ["pylock.toml", "pylock.dev.toml"])
def test_standard_locks(name: str, tmp_path: Path) -> None:
    [lock] = manifests(tmp_path, {name: TOML_LOCK.replace("[[package]]", "[[packages]]")}).locks
    assert lock.versions["flask"] == "3.0.3"


def test_other_locks(tmp_path: Path) -> None:
    pipfile = {
        "default": {"flask": {"version": "==3.0.3"}, "x": {"git": "y"}},
        "develop": {"pytest": {"version": "==8.3"}},
    }
    conda = "package:\n- name: numpy\n  version: 1.26.4\n  manager: conda\n- name: flask\n  version: '3.0.3'\n"
    found = manifests(
        tmp_path,
        {
            "Pipfile.lock": json.dumps(pipfile),
            "conda-lock.yml": conda,
            "requirements.lock": "flask==3.0.3\n-e file:.\nhttpx==0.28.1 ; python_version > '3'\n",
            "pixi.lock": "version: 6\n",
            "flake.lock": "{}",
        },
    )
    assert {lock.kind: dict(lock.versions) for lock in found.locks} == {
        "Pipfile.lock": {"flask": "3.0.3", "pytest": "8.3"},
        "conda-lock.yml": {"numpy": "1.26.4", "flask": "3.0.3"},
        "requirements.lock": {"flask": "3.0.3", "httpx": "0.28.1"},
        "pixi.lock": {},
        "flake.lock": {},
    }


@pytest.mark.parametrize(
    ("text", "is_lock"),
    [
        ("flask==3.0.3\nhttpx[http2]==0.28.1 \\\n    --hash=sha256:aa\n", True),
        (
            "-i https://index.example.org\nflask===3.0.3\nx @ git+https://git.example.org/x@"
            + "a" * 40
            + "\n",
            True,
        ),
        ("flask==3.0.*\n", False),
        ("flask==3.0.3\nhttpx>=0.28\n", False),
        ("\n".join(f"p{number}==1.0" for number in range(19)) + "\nhttpx\n", True),
        ("\n".join(f"p{number}==1.0" for number in range(18)) + "\nhttpx\n", False),
        ("# nothing\n", False),
    ],
)
def test_a_requirements_file_that_pins_its_lines_is_a_lock(
    text: str, is_lock: bool, tmp_path: Path
) -> None:
    found = manifests(tmp_path, {"requirements.txt": text})
    assert [lock.kind for lock in found.locks] == (["requirements"] if is_lock else [])


def test_pinned_requirements_of_development_are_no_lock(tmp_path: Path) -> None:
    assert manifests(tmp_path, {"requirements-dev.txt": "pytest==8.3.4\n"}).locks == ()


def test_a_nested_member_is_served_by_the_nearest_lock_above(tmp_path: Path) -> None:
    files = {
        "uv.lock": TOML_LOCK,
        "apps/api/pyproject.toml": "",
        "apps/web/pyproject.toml": "",
        "apps/web/pdm.lock": "",
    }
    assert [lock.path for lock in manifests(tmp_path, files, "apps/api").locks] == ["uv.lock"]
    assert [lock.path for lock in manifests(tmp_path, files, "apps/web").locks] == [
        "apps/web/pdm.lock"
    ]
    assert [lock.path for lock in manifests(tmp_path, files).locks] == ["uv.lock"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("uv.lock", "[[package]\n"), ("Pipfile.lock", "{,"), ("poetry.lock", "<<<<<<< HEAD\n")],
)
def test_a_broken_lock_is_named(name: str, content: str, tmp_path: Path) -> None:
    found = manifests(tmp_path, {name: content})
    assert [(failure.path, failure.line) for failure in found.failures] == [(name, 1)]
    assert found.locks == ()


@pytest.mark.parametrize(
    ("ignored", "names"),
    [
        ("poetry.lock\n", ("poetry.lock",)),
        ("/uv.lock\n# pdm.lock\n", ("uv.lock",)),
        ("*.lock\n", ()),
        ("Pipfile.lock\n!Pipfile.lock\n", ()),
    ],
)
def test_locks_that_are_ignored(ignored: str, names: tuple[str, ...], tmp_path: Path) -> None:
    assert manifests(tmp_path, {".gitignore": ignored}).gitignored_locks == names


def test_the_ignore_files_of_a_member_and_of_the_root_count(tmp_path: Path) -> None:
    files = {".gitignore": "uv.lock\n", "api/.gitignore": "pdm.lock\n", "api/pyproject.toml": ""}
    assert manifests(tmp_path, files, "api").gitignored_locks == ("pdm.lock", "uv.lock")
