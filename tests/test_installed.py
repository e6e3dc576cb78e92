"""What metadata folders on the path tell, as importlib.metadata would."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from archcheck import installed


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    installed._installed.cache_clear()
    installed._entry_points.cache_clear()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder at the end of the path."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(tmp_path / "missing")])
    installed._installed.cache_clear()
    installed._entry_points.cache_clear()
    return tmp_path


@pytest.mark.parametrize("name", ["PyYAML", "import-linter", "python-dotenv", "typer"])
def test_versions_are_those_of_the_standard_library(name: str) -> None:
    assert installed.version(name) == metadata.version(name)


def test_what_is_not_installed_has_no_version() -> None:
    assert installed.version("archcheck-has-no-such-dependency") == "-"


@pytest.mark.parametrize(
    ("folder", "version"),
    [
        ("Other_Rules-1.2.dist-info", "1.2"),
        ("other.rules-1.2.post1-py3.11.egg-info", "1.2.post1"),
        ("other_rules.egg-info", ""),
    ],
)
def test_a_plugin_is_found_however_it_was_installed(folder: str, version: str, place: Path) -> None:
    assert not installed.provides("archcheck.rules")
    (place / folder).mkdir()
    text = "[console_scripts]\nx = y:z\n\n[archcheck.rules]\nmine = other.rules:Mine\n"
    (place / folder / "entry_points.txt").write_text(text)
    installed._installed.cache_clear()
    installed._entry_points.cache_clear()
    assert installed.provides("archcheck.rules")
    assert not installed.provides("archcheck.reporters")
    assert installed.version("other-rules") == version
    assert [entry.name for entry in metadata.entry_points(group="archcheck.rules")] == ["mine"]
