"""Is a file as it was? By its stamp where that tells, else by its contents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archcheck.engine.inputs import Inputs, Stamp

LONG_AGO = 1_000_000_000
Record = dict[str, tuple[Stamp, str]]


def write(path: Path, text: str, *, at: int = LONG_AGO) -> None:
    path.write_text(text)
    os.utime(path, (at, at))


def recorded(root: Path, *paths: str) -> tuple[Record, int]:
    """What a run that ends now records, as if it had begun in a minute: all stamps are old by then."""
    inputs = Inputs(root)
    inputs.began_at += 60 * 10**9
    return {path: (stamp, digest) for path, stamp, digest in inputs.record(paths)}, inputs.began_at


def test_an_untouched_file_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "x = 1")
    inputs = Inputs(tmp_path, *recorded(tmp_path, "a.py"))
    assert inputs.is_unchanged("a.py")
    assert inputs.opened == 0


def test_a_touched_file_is_opened_and_its_contents_decide(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "x = 1")
    known = recorded(tmp_path, "a.py")
    write(tmp_path / "a.py", "x = 1", at=LONG_AGO + 5)
    inputs = Inputs(tmp_path, *known)
    assert inputs.is_unchanged("a.py")
    assert inputs.opened == 1
    write(tmp_path / "a.py", "x = 2", at=LONG_AGO + 6)
    assert not Inputs(tmp_path, *known).is_unchanged("a.py")


def test_a_change_that_keeps_size_and_modification_time_is_seen(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "x = 1")
    known = recorded(tmp_path, "a.py")
    write(tmp_path / "a.py", "x = 2")
    assert not Inputs(tmp_path, *known).is_unchanged("a.py")


def test_a_stamp_as_young_as_the_record_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    first = Inputs(tmp_path)
    first.began_at += 10**9
    known = {path: (stamp, digest) for path, stamp, digest in first.record(["a.py"])}
    inputs = Inputs(tmp_path, known, first.began_at)
    assert inputs.is_unchanged("a.py")
    assert inputs.opened == 1


def test_a_file_that_changed_during_the_run_counts_as_changed_ever_after(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    inputs.began_at -= 10**9
    (tmp_path / "a.py").write_text("x = 1")
    known = {path: (stamp, digest) for path, stamp, digest in inputs.record(["a.py"])}
    later = Inputs(tmp_path, known, inputs.began_at + 60 * 10**9)
    assert known["a.py"][1] == ""
    assert not later.is_unchanged("a.py")


@pytest.mark.parametrize("kind", ["missing", "link", "folder"])
def test_what_is_no_file_has_changed(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "a.py", "x = 1")
    write(tmp_path / "b.py", "x = 2")
    known = recorded(tmp_path, "a.py")
    (tmp_path / "a.py").unlink()
    if kind == "link":
        (tmp_path / "a.py").symlink_to(tmp_path / "b.py")
    elif kind == "folder":
        (tmp_path / "a.py").mkdir()
    assert not Inputs(tmp_path, *known).is_unchanged("a.py")


def test_a_file_nobody_recorded_has_changed(tmp_path: Path) -> None:
    write(tmp_path / "a.py", "x = 1")
    assert not Inputs(tmp_path).is_unchanged("a.py")
