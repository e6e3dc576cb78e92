"""Cold or warm, one process or several: the report is the same, and every change is seen."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import shutil
import sys
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import archcheck
from archcheck import __version__
from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.engine import beside, parallel, resolve, surroundings
from archcheck.engine.analyse import Analyser, ModuleResult
from archcheck.engine.memory import Execution
from archcheck.engine.sources import Source
from archcheck.engine.store import Store
from archcheck.report import Report
from archcheck.reporters import RenderOptions
from archcheck.reporters.json import render

FIXTURES = Path(__file__).parent.parent / "fixtures"
TODAY = dt.date(2026, 11, 21)
CALL = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A project whose files are old enough for their stamps to be trusted."""
    root = tmp_path / "target"
    shutil.copytree(FIXTURES / "legacy_service", root)
    (root / "src" / "huge.py").write_text(f"N = {hex(10**5000)}\nimport os\n")
    for path in root.rglob("*"):
        os.utime(path, (10**9, 10**9))
    return root


def store(target: Path) -> Store:
    return Store(target / ".archcheck_cache", b"secret")


def run(target: Path, settings: Settings | None = None, jobs: int = 1, **changes: Any) -> Report:
    execution = Execution(jobs, store(target))
    report = check(target, settings, today=TODAY, execution=execution, **changes)
    assert execution.trouble == []
    return report


def text(report: Report) -> str:
    options = RenderOptions(report.issues, 80, False, True, True, False, False, None)
    return render(report, options)


def cold(target: Path, settings: Settings | None = None) -> Report:
    return check(target, settings, today=TODAY)


def test_every_mode_gives_the_same_bytes(target: Path) -> None:
    expected = text(cold(target))
    assert text(check(target, today=TODAY, execution=Execution(jobs=3))) == expected
    modes = [run(target, jobs=jobs) for jobs in (3, 1)]
    (target / ".archcheck_cache" / "reports.pack").unlink()
    modes += [run(target), run(target), run(target, jobs=2)]
    assert [text(mode) for mode in modes] == [expected] * 5
    files = modes[0].statistics.files
    assert [mode.statistics.cache_hits for mode in modes[:2]] == [0, files]
    assert 0 < modes[2].statistics.cache_hits <= files
    assert [mode.statistics.cache_hits for mode in modes[3:]] == [files, files]
    assert modes[0].statistics.processes == 3


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_project_rules_beside_the_rest_give_the_same(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = text(cold(target))
    answers: list[Any] = []
    received = beside._received

    def noted(*given: Any) -> Any:
        answers.append(received(*given))
        return answers[-1]

    monkeypatch.setattr(beside, "_received", noted)
    monkeypatch.setattr(beside, "WORTH_FILES", 0)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert text(run(target, jobs=2)) == expected
    assert [bool(answer) for answer in answers] == [True] * (sys.platform == "linux")
    # What the rules read there counts as read: a file that only they look at is seen to change.
    append("notes.txt", "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8\n")(target)
    assert text(run(target, jobs=2)) == text(cold(target)) != expected


@pytest.mark.skipif(sys.platform != "linux", reason="there is no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_project_rules_are_judged_here_where_their_process_dies(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = text(cold(target))
    here, judge_project = os.getpid(), resolve.judge_project

    def deadly(*args: Any) -> Any:
        if os.getpid() != here:
            os._exit(9)
        return judge_project(*args)

    monkeypatch.setattr(beside, "WORTH_FILES", 0)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr("archcheck.engine.beside.judge_project", deadly)
    assert text(check(target, today=TODAY, execution=Execution(jobs=2))) == expected


def test_several_processes_started_afresh_give_the_same(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert text(check(target, today=TODAY, execution=Execution(jobs=2))) == text(cold(target))


def append(path: str, added: str) -> Callable[[Path], None]:
    def change(target: Path) -> None:
        file = target / path
        file.write_text((file.read_text() if file.exists() else "") + added)

    return change


def swap(target: Path) -> None:
    """A change that keeps the size and the time of modification."""
    file = next(path for path in sorted(target.rglob("*.py")) if "import" in path.read_text())
    found = file.stat()
    file.write_text(file.read_text().replace("import", "imp0rt", 1))
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


def rename(target: Path) -> None:
    file = next(
        path for path in sorted((target / "src").rglob("*.py")) if path.name != "__init__.py"
    )
    (file.parent / "tests").mkdir(exist_ok=True)
    file.rename(file.parent / "tests" / file.name)


CHANGES = {
    "a changed file": append("src/extra.py", CALL),
    "a file with another size": append("src/huge.py", CALL),
    "a change that keeps size and time": swap,
    "another role": rename,
    "a manifest": append("pyproject.toml", "\n[tool.unrelated]\nx = 1\n"),
    "a dependency": append("requirements.txt", "requests\n"),
    "a text file": append("notes.txt", "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8\n"),
    "an ignore file": append(".gitignore", "src/\n"),
    "a contract": append(".importlinter", "[importlinter]\nroot_package = app\n"),
    "a workflow": append(".github/workflows/ci.yml", "on: push\njobs: {}\n"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_of_the_target_is_seen(target: Path, what: str) -> None:
    run(target)
    CHANGES[what](target)
    assert text(run(target)) == text(cold(target))
    assert text(run(target)) == text(cold(target))


@pytest.mark.parametrize(
    "settings",
    [
        {"select": ["ARC0301"]},
        {"ignore": ["ARC0301"]},
        {"exclude": ["src/**"]},
        {"kinds": ["library"]},
        {"rules": {"call-without-timeout": {"severity": "info"}}},
        {"rules": {"print-instead-of-logging": {"severity": "error"}}},
        {"fail-under": 1},
        {"per-file-ignores": {"src/**": ["ARC0301"]}},
        {"layers": {"order": ["high", "low"], "containers": ["app"]}},
    ],
)
def test_every_setting_is_seen(target: Path, settings: dict[str, object]) -> None:
    run(target)
    other = Settings.model_validate(settings)
    assert text(run(target, other)) == text(cold(target, other))
    assert run(target).statistics.cache_hits == run(target).statistics.files


def test_a_change_of_our_own_code_is_seen(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(target)
    monkeypatch.setattr(surroundings, "_code", lambda: f"{__version__} with a mended rule")
    assert run(target).statistics.cache_hits == 0


def test_our_own_code_is_its_files_and_not_the_byte_code_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "archcheck" / "rules" / "rule.py"
    rule.parent.mkdir(parents=True)
    rule.write_text("x = 1\n")
    monkeypatch.setattr(archcheck, "__file__", str(tmp_path / "archcheck" / "__init__.py"))
    code = surroundings._code.__wrapped__
    before = code()
    (rule.parent / "__pycache__").mkdir()
    (rule.parent / "__pycache__" / "rule.cpython-311.pyc").write_bytes(b"made of it")
    assert code() == before
    rule.write_text("x = 2\n")
    assert code() != before


def test_another_name_of_the_same_contents_is_another_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(CALL)
    report = run(tmp_path)
    assert text(run(tmp_path)) == text(report) == text(cold(tmp_path))
    assert {issue.location.path for issue in report.issues} >= {"one/a.py", "two/a.py"}


def test_a_suppression_with_an_end_is_asked_every_day(tmp_path: Path) -> None:
    comment = "  # archcheck: ignore[ARC0301] soon until=2026-11-21"
    (tmp_path / "a.py").write_text(CALL.rstrip() + comment + "\n")
    execution = Execution(store=store(tmp_path))
    days = (TODAY, TODAY, TODAY + dt.timedelta(days=1))
    reports = [check(tmp_path, today=day, execution=execution) for day in days]
    kinds = [[notice.kind for notice in report.notices] for report in reports]
    assert ["expired-suppression" in kind for kind in kinds] == [False, False, True]
    assert reports[1].statistics.cache_hits == 1


def test_without_an_end_a_report_holds_tomorrow(target: Path) -> None:
    run(target)
    execution = Execution(store=store(target))
    tomorrow = check(target, today=TODAY + dt.timedelta(days=1), execution=execution)
    assert tomorrow.statistics.cache_hits == tomorrow.statistics.files


def test_damage_is_a_miss(target: Path) -> None:
    expected = text(run(target))
    generator = random.Random(3)
    for path in (target / ".archcheck_cache").glob("*.pack"):
        whole = path.read_bytes()
        for _ in range(4):
            damaged = bytearray(whole)
            damaged[generator.randrange(len(whole))] ^= 0xFF
            path.write_bytes(damaged)
            assert text(run(target)) == expected


def test_entries_of_the_wrong_shape_are_a_miss(target: Path) -> None:
    expected = text(run(target))
    for name in ("modules", "reports"):
        entries = store(target).load(name)
        for wrong in (
            b"",
            b"[]",
            b"{}",
            b"[1,2,3]",
            b'["x",null]',
            b"[" * 100_000,
            b"\xff",
            b"null",
        ):
            store(target).save(name, dict.fromkeys(entries, wrong))
            assert text(run(target)) == expected


def test_a_planted_cache_is_a_miss(target: Path) -> None:
    (target / "src" / "late.py").write_text(CALL)
    expected = text(cold(target))
    attacker = Execution(store=replace(store(target), secret=b"guessed"))
    forged = check(target, Settings(select=("ARC0101",)), today=TODAY, execution=attacker)
    assert text(forged) != expected
    assert text(run(target)) == expected


def test_a_place_that_cannot_be_written_to_is_told_once(target: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    execution = Execution(store=Store(tmp_path / "file" / "cache"))
    assert text(check(target, today=TODAY, execution=execution)) == text(cold(target))
    assert len(execution.trouble) == 1


def test_the_cache_is_no_part_of_the_target(target: Path) -> None:
    expected = text(cold(target))
    run(target)
    (target / ".archcheck_cache" / "planted.py").write_text(CALL)
    assert text(cold(target)) == expected


def test_the_cache_grows_with_the_target_and_not_with_its_history(tmp_path: Path) -> None:
    sizes = []
    for number in range(12):
        (tmp_path / "a.py").write_text(f"{CALL}\nNUMBER = {number}\n")
        run(tmp_path)
        sizes.append(sum(path.stat().st_size for path in store(tmp_path).folder.glob("*.pack")))
    assert sizes[-1] <= 1.2 * sizes[3]


def test_runs_side_by_side_agree(target: Path) -> None:
    expected = text(cold(target))
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: run(target), range(6)))
    assert {text(report) for report in reports} == {expected}


def test_what_cannot_be_parsed_is_remembered_and_what_cannot_be_read_is_tried_again(
    tmp_path: Path,
) -> None:
    for name, data in {
        "a.py": b"def broken(:\n",
        "b.py": b"# coding: klingon\n",
        "c.py": b"",
    }.items():
        (tmp_path / name).write_bytes(data)
    run(tmp_path)
    (tmp_path / "c.py").write_text("x = 1\n")
    report = run(tmp_path)
    assert [failure.path for failure in report.failures] == ["a.py", "b.py"]
    assert report.statistics.cache_hits == 1


def test_a_secret_never_enters_the_cache(tmp_path: Path) -> None:
    secret = "hG7kQ2pX9vB4nM6z"
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("")
    (tmp_path / "app" / "http.py").write_text("import requests\n\nsession = requests.Session()\n")
    (tmp_path / "app" / "a.py").write_text(
        "from app.http import session\n\n"
        f'API_KEY = "{secret}"\n'
        f'session.get("https://x.example", auth=("me", "{secret}"), api_key="{secret}")\n'
        f'session.post("https://me:{secret}@x.example", headers={{"token": "{secret}"}})\n'
    )
    run(tmp_path)
    entries = list(store(tmp_path).load("modules").values())
    assert any(b"session.post" in zlib.decompress(entry) for entry in entries)
    for data in (*map(zlib.decompress, entries), *store(tmp_path).load("reports").values()):
        assert secret.encode() not in data


@pytest.mark.skipif(sys.platform != "linux", reason="patches what a fork inherits")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_process_that_dies_takes_only_its_file_along(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyse = Analyser.analyse

    def deadly(self: Analyser, source: Source) -> ModuleResult:
        if source.path == "src/huge.py":
            os._exit(9)
        return analyse(self, source)

    monkeypatch.setattr(Analyser, "analyse", deadly)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    report = check(target, today=TODAY, execution=Execution(jobs=2))
    assert [failure.path for failure in report.failures] == ["src/huge.py"]
    assert report.failures[0].message == "ended the process that read it"
    others = {issue.location.path for issue in report.issues}
    assert len(others) > 5


def test_an_interrupt_leaves_no_process_behind(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(parallel, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check(target, today=TODAY, execution=Execution(jobs=2))
    deadline = time.monotonic() + 20
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("jobs", "sizes", "expected"),
    [(0, [100] * 9, 1), (4, [100] * 9, 4), (4, [100] * 2, 2), (1, [10**9] * 9, 1), (3, [], 1)],
)
def test_processes_are_used_where_they_pay(jobs: int, sizes: list[int], expected: int) -> None:
    assert parallel.processes_for(sizes, jobs) == expected
