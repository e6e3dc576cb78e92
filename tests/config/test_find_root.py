"""Where a repository begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcheck.config.root import find_root
from archcheck.errors import TargetError


@pytest.mark.parametrize("marker", ["pyproject.toml", "archcheck.toml", ".git"])
def test_the_nearest_folder_with_a_marker(tmp_path: Path, marker: str) -> None:
    inner = tmp_path / "src" / "shop"
    inner.mkdir(parents=True)
    (tmp_path / marker).touch()
    (inner / "cart.py").touch()
    assert find_root(inner) == tmp_path
    assert find_root(inner / "cart.py") == tmp_path


def test_a_nearer_marker_wins(tmp_path: Path) -> None:
    member = tmp_path / "api"
    member.mkdir()
    (tmp_path / ".git").mkdir()
    (member / "pyproject.toml").touch()
    assert find_root(member) == member


def test_a_folder_of_its_own_without_any(tmp_path: Path) -> None:
    folder = tmp_path / "loose"
    folder.mkdir()
    (folder / "a.py").touch()
    assert find_root(folder) == folder
    assert find_root(folder / "a.py") == folder


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="does not exist") as caught:
        find_root(tmp_path / "nope")
    assert caught.value.hint


def test_a_loop_of_links_is_an_error_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(TargetError):
        find_root(tmp_path / "a")
