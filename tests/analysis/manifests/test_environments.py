"""``Pipfile`` and conda environments."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import brief, manifests

from archcheck.analysis.manifests.environments import conda_specifier

PIPFILE = """\
[[source]]
url = "https://index.example.org/simple"

[packages]
Flask = "*"
requests = {version = ">=2.31", extras = ["socks"], markers = "os_name == 'posix'"}
events = {git = "https://git.example.org/events.git", ref = "v1"}
models = {path = "./models", editable = true}
wheel = {file = "https://files.example.org/wheel.whl"}
odd = "latest"

[dev-packages]
pytest = "==8.3.4"

[requires]
python_version = "3.12"
"""


def test_pipfile(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"Pipfile": PIPFILE})
    assert brief(found) == ["flask", "requests >=2.31", "events", "models", "wheel", "odd ?"]
    assert brief(found, "dev") == ["pytest ==8.3.4"]
    by_name = {item.name: item for item in found.requirements}
    assert (by_name["flask"].line, by_name["pytest"].line) == (5, 13)
    assert by_name["events"].url == "git+https://git.example.org/events.git@v1"
    assert by_name["wheel"].url == "https://files.example.org/wheel.whl"
    assert by_name["models"].local
    assert by_name["requests"].extras == ("socks",)


ENVIRONMENT = """\
name: shop
channels: [conda-forge]
dependencies:
  - python=3.12
  - conda-forge::numpy=1.26.4
  - pandas>=2,<3
  - scipy
  - pip
  - pip:
      - fastapi==0.115.6
      - -r other.txt
"""


def test_environment(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"environment.yml": ENVIRONMENT})
    assert [(item.name, item.specifier, item.line) for item in found.runtime_requirements()] == [
        ("numpy", "==1.26.4.*", 5),
        ("pandas", "<3,>=2", 6),
        ("scipy", "", 7),
        ("fastapi", "==0.115.6", 10),
    ]
    assert found.locks == ()


def test_an_environment_that_fixes_everything_is_a_lock(tmp_path: Path) -> None:
    text = "dependencies:\n  - python=3.12\n  - numpy=1.26.4=py312_0\n  - pip:\n    - fastapi==0.115.6\n"
    [lock] = manifests(tmp_path, {"environment.yml": text}).locks
    assert (lock.path, lock.kind) == ("environment.yml", "environment")
    assert lock.versions == {"numpy": "1.26.4", "fastapi": "0.115.6"}


@pytest.mark.parametrize(
    "text", ["", "x\n", "- a\n", "dependencies: numpy\n", "dependencies:\n  - [a]\n  - pip: x\n"]
)
def test_an_environment_of_another_shape_is_passed_over(text: str, tmp_path: Path) -> None:
    found = manifests(tmp_path, {"environment.yml": text})
    assert found.requirements == ()
    assert found.failures == ()


def test_broken_files_are_named(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"environment.yml": "a: [\n", "Pipfile": "[a\n"})
    assert {(failure.path, failure.line) for failure in found.failures} == {
        ("environment.yml", 2),
        ("Pipfile", 1),
    }


@pytest.mark.parametrize(
    ("version", "specifier"),
    [
        ("", ""), ("*", ""), ("=1.2", "==1.2.*"), ("=1.2.*", "==1.2.*"), ("==1.2", "==1.2"), ("1.2", "==1.2"),
        ("1.2.*", "==1.2.*"), (">=1.2, <2", "<2,>=1.2"), ("=1.2=h0_1", "==1.2"), ("1.2=h0_1", "==1.2"), ("1|2", "?"),
    ],
)  # fmt: skip
def test_conda_versions_in_pep_440(version: str, specifier: str) -> None:
    assert conda_specifier(version) == specifier
