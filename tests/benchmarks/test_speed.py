"""The parts of the speed benchmark: what is measured, and what becomes of the numbers. No tool is run on a release."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from corpus.releases import ReleaseListError
from timing.contenders import (
    CHANGED,
    COLD,
    FLOOR,
    LINTER_CACHED,
    UNCHANGED,
    changed_file,
    contenders,
)
from timing.measuring import MeasuringError, Sample, Series, measure
from timing.page import BEGIN, END, Result, demands, render, replace_tables
from timing.targets import Target, read_subjects, write_contract

MEGABYTE = 1024 * 1024
START_UP = {
    "archcheck --version": Series((Sample(0.2, 0),)),
    "import typer, pydantic": Series((Sample(0.2, 0),)),
}


def target(tmp_path: Path, name: str = "demo", files: int = 3) -> Target:
    paths = tuple(tmp_path / f"{name}{number}.py" for number in range(files))
    for number, path in enumerate(paths):
        path.write_text("x = 1\n" * (number + 1))
    return Target(name, "1.0", tmp_path, tmp_path, name, tmp_path, paths, 6, 1)


def series(cold: float, unchanged: float, peak: int = 100) -> Mapping[str, Series]:
    return {
        FLOOR: Series((Sample(1.0, MEGABYTE),)),
        COLD: Series((Sample(cold, peak * MEGABYTE), Sample(cold + 1, 0), Sample(cold - 1, 0))),
        UNCHANGED: Series((Sample(unchanged, MEGABYTE),)),
        CHANGED: Series((Sample(cold / 4, MEGABYTE),)),
        LINTER_CACHED: Series((Sample(0.5, MEGABYTE),)),
    }


def test_every_subject_is_pinned_by_digest() -> None:
    subjects = read_subjects()
    assert [subject.release.name for subject in subjects][-1] == "homeassistant"
    assert all(len(subject.release.sha256) == 64 for subject in subjects)


def test_a_subject_that_is_pinned_nowhere_is_refused(tmp_path: Path) -> None:
    listed = tmp_path / "speed.toml"
    listed.write_text('[[release]]\nname = "nope"\npackage = "nope"\npath = "."\n')
    with pytest.raises(ReleaseListError, match="pinned nowhere"):
        read_subjects(listed)


def test_a_command_is_measured_with_its_memory(tmp_path: Path) -> None:
    sample = measure([sys.executable, "-c", "x = b'x' * 50_000_000"], folder=tmp_path)
    assert sample.seconds > 0
    assert sample.peak > 50_000_000


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(MeasuringError, match="exit code 3: why"):
        measure(
            [sys.executable, "-c", "import sys; sys.stderr.write('why'); sys.exit(3)"],
            folder=tmp_path,
        )
    measure([sys.executable, "-c", "raise SystemExit(3)"], folder=tmp_path, accepted=(3,))


def floor(folder: Path, processes: int) -> subprocess.CompletedProcess[str]:
    """Run the floor over the files that ``files.txt`` in ``folder`` lists."""
    program = Path(sys.modules["timing.contenders"].__file__ or "").with_name("floor.py")
    command = [sys.executable, str(program), "files.txt", str(processes)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_floor_reads_parses_and_walks(processes: int, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    (tmp_path / "good_too.py").write_text("pass\n")
    (tmp_path / "bad.py").write_text("x = (\n")
    (tmp_path / "files.txt").write_text("good.py\nbad.py\ngood_too.py\n")
    done = floor(tmp_path, processes)
    # Module, Assign, Name, Store, Constant; Module, Pass; nothing of what does not parse.
    assert (done.returncode, done.stdout) == (0, "7\n")


@pytest.mark.parametrize("processes", [1, 2])
def test_a_floor_over_a_file_that_is_not_there_is_no_measurement(
    processes: int, tmp_path: Path
) -> None:
    (tmp_path / "files.txt").write_text("gone.py\n")
    done = floor(tmp_path, processes)
    assert done.returncode != 0
    assert "gone.py" in done.stderr


def test_the_changed_file_is_as_it_was_afterwards(tmp_path: Path) -> None:
    here = target(tmp_path)
    before = [path.read_bytes() for path in here.files]
    with changed_file(here) as path:
        assert path.read_bytes() != before[1]
    assert [path.read_bytes() for path in here.files] == before


def test_the_floor_is_the_first_contender() -> None:
    assert next(contenders()).name == FLOOR


def test_the_contract_asks_for_one_package(tmp_path: Path) -> None:
    write_contract(tmp_path / "contract.ini", "shop")
    assert "root_package = shop" in (tmp_path / "contract.ini").read_text()


def test_limits_are_held_against_the_two_largest(tmp_path: Path) -> None:
    results = [
        Result(target(tmp_path, "small", 1), series(9.0, 9.0)),
        Result(target(tmp_path, "middle", 2), series(4.0, 0.3, peak=600)),
        Result(target(tmp_path, "large", 3), series(2.0, 0.1)),
    ]
    found = {demand.text: demand.is_met for demand in demands(results, START_UP)}
    assert not any(text.startswith("small") for text in found)
    assert not found["middle: cold / floor"]
    assert found["large: cold / floor"]
    assert found["large: one file changed / cold"]
    assert not found["middle: memory of the largest process, MiB"]
    assert found["middle: unchanged / import-linter cached"]


def test_the_page_shows_the_median_with_its_range(tmp_path: Path) -> None:
    text = render([Result(target(tmp_path), series(2.0, 0.1))], START_UP, "shop 1.0: 7 modules", 3)
    assert "| archcheck, cold | 2.00 | 1.00–3.00 | 2.00 | 100 |" in text
    assert "| archcheck, unchanged | 0.10 | one run | 0.10 | 1 |" in text


def test_tables_replace_tables() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = replace_tables(page, "new\n")
    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert replace_tables(once, "new\n") == once
    with pytest.raises(ValueError, match="marks"):
        replace_tables("no marks", "new")
