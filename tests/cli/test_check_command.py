"""``archcheck check``: what is judged, shown and returned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import FAILURE, clean_report, report

from archcheck.cli.main import run
from archcheck.config.settings import Settings
from archcheck.engine.memory import Execution
from archcheck.model import Kind
from archcheck.report import Report

Output = pytest.CaptureFixture[str]


class Judge:
    """Stands in for the engine: remembers what it was asked and answers with a hand-made report."""

    def __init__(self) -> None:
        self.answer: Report = report()
        self.root = Path()
        self.settings = Settings()
        self.member_settings: Callable[[str], Settings | None] = lambda _: None
        self.execution = Execution()

    def __call__(
        self,
        root: Path,
        settings: Settings,
        *,
        member_settings: Callable[[str], Settings | None],
        execution: Execution,
    ) -> Report:
        self.root, self.settings, self.member_settings = root, settings, member_settings
        self.execution = execution
        return self.answer


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    judge = Judge()
    monkeypatch.setattr("archcheck.api.check", judge)
    return judge


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, as the working folder, with nothing in the environment that counts."""
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "src" / "shop").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Exit codes


@pytest.mark.parametrize(
    ("exit_code", "arguments", "expected"),
    [(0, [], 0), (1, [], 1), (2, [], 2), (1, ["--exit-zero"], 0), (2, ["--exit-zero"], 2)],
)
def test_the_gate_decides_and_exit_zero_softens_one_but_never_two(
    judge: Judge, exit_code: int, arguments: list[str], expected: int
) -> None:
    judge.answer = report(exit_code=exit_code)
    assert run(arguments) == expected


def test_an_incomplete_report_is_still_printed(judge: Judge, capsys: Output) -> None:
    judge.answer = report(failures=(FAILURE,), exit_code=2)
    assert run([]) == 2
    assert "src/shop/broken.py:3" in capsys.readouterr().out


# Settings


def test_options_reach_the_engine(judge: Judge) -> None:
    options = """
        --edition 2026.1 --select ARC10,ARC09 --extend-select ARC1104 --ignore ARC1001
        --exclude old/** --preview --fail-under 90.5 --fail-under-strict 70
        --fail-under-principle security=100 --fail-under-principle testing=50
        --fail-on warning --ci
        """
    run(options.split())
    assert judge.settings.model_dump(exclude_defaults=True) == {
        "select": ("ARC10", "ARC09"),
        "extend_select": ("ARC1104",),
        "ignore": ("ARC1001",),
        "exclude": ("old/**",),
        "preview": True,
        "fail_under": 90.5,
        "fail_under_strict": 70,
        "fail_under_principle": {"security": 100, "testing": 50},
        "fail_on": "warning",
        "ci": True,
    }


def test_without_options_the_defaults_hold(judge: Judge) -> None:
    run([])
    assert judge.settings == Settings()


def test_the_environment_and_the_file_count(
    judge: Judge, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "archcheck.toml").write_text("fail-under = 1\nfail-on = 'info'\n")
    monkeypatch.setenv("ARCHCHECK_FAIL_UNDER", "2")
    monkeypatch.setenv("CI", "true")
    run([])
    assert judge.settings.fail_under == 2
    assert judge.settings.fail_on == "info"
    assert judge.settings.ci


def test_strict_lifts_what_leaves_things_out(judge: Judge, root: Path, capsys: Output) -> None:
    (root / "archcheck.toml").write_text(
        "select = ['ARC10']\nexclude = ['a']\nfail-under = 7\n[per-file-ignores]\na = ['ARC10']\n"
    )
    run(["--strict"])
    assert judge.settings.model_dump(exclude_defaults=True) == {"fail_under": 7}
    assert "suppressed: bounded by the caller's deadline" in capsys.readouterr().out


def test_members_have_their_own_settings_unless_a_file_is_named(judge: Judge, root: Path) -> None:
    (root / "api").mkdir()
    (root / "api/archcheck.toml").write_text("kinds = ['service']\nexclude = ['old']\n")
    (root / "named.toml").write_text("fail-under = 3\n")
    run([])
    own = judge.member_settings("api")
    assert own is not None
    assert own.kinds == frozenset({Kind.SERVICE})
    assert judge.member_settings("src") is None
    run(["--strict"])
    own = judge.member_settings("api")
    assert own is not None
    assert own.exclude == ()
    run(["--config", "named.toml"])
    assert judge.settings.fail_under == 3
    assert judge.member_settings("api") is None
    run(["--isolated"])
    assert judge.member_settings("api") is None


# What is shown


def test_all_is_judged_and_the_paths_are_shown(judge: Judge, root: Path, capsys: Output) -> None:
    (root / "src/shop/client.py").touch()
    run(["src/shop/client.py", "--format", "concise"])
    assert judge.root == root
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 4
    assert all(line.startswith("src/shop/client.py:") for line in shown)


def test_an_issue_is_shown_where_its_trace_leads(judge: Judge, root: Path, capsys: Output) -> None:
    (root / "src/shop/price.py").touch()
    run(["src/shop/price.py", "--format", "concise"])
    assert capsys.readouterr().out.startswith("src/shop/cart.py:3:1: ARC0102")


def test_a_path_is_no_prefix_of_a_name(judge: Judge, root: Path, capsys: Output) -> None:
    (root / "src/sho").mkdir()
    run(["src/sho", "--format", "concise"])
    assert capsys.readouterr().out == ""


def test_from_a_folder_inside_everything_is_shown(
    judge: Judge, root: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "src")
    run(["--format", "concise"])
    assert judge.root == root
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_two_projects_in_one_run_are_refused(root: Path, capsys: Output) -> None:
    (root / "other").mkdir()
    (root / "other/pyproject.toml").touch()
    assert run(["src", "other"]) == 2
    assert "several projects" in capsys.readouterr().err


def test_top_shows_the_issues_that_gain_most(judge: Judge, capsys: Output) -> None:
    run(["--top", "2", "--format", "json"])
    parsed = json.loads(capsys.readouterr().out)
    best = sorted((issue.gain for issue in report().issues), reverse=True)[:2]
    assert [issue["code"] for issue in parsed["issues"]] == ["ARC0901", "ARC0901"]
    assert sorted((issue["gain"] for issue in parsed["issues"]), reverse=True) == [
        int(gain * 10_000) / 10_000 for gain in best
    ]


def test_verbose_shows_code_and_never_a_secret(judge: Judge, root: Path, capsys: Output) -> None:
    code = 'API_KEY = "hunter2-hunter2"\n'
    (root / "src/shop/settings.py").write_text("\n\n" + code)
    (root / "src/shop/client.py").write_text("\n" * 6 + "    return requests.get(URL)\n")
    run(["--verbose"])
    shown = capsys.readouterr().out
    assert "7 |     return requests.get(URL)" in shown
    assert "hunter2" not in shown


def test_code_is_not_read_through_a_link_out_of_the_project(
    judge: Judge, root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: Output
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "client.py"
    outside.write_text("private\n" * 20)
    (root / "src/shop/client.py").symlink_to(outside)
    run(["--verbose"])
    assert "private" not in capsys.readouterr().out


# Reports


def test_several_reports_in_one_run(judge: Judge, root: Path, capsys: Output) -> None:
    assert run(["--format", "text", "--format", "json=r.json", "--format", "concise=r.txt"]) == 1
    shown = capsys.readouterr()
    assert "Principles" in shown.out
    assert shown.err == "json report written to r.json\nconcise report written to r.txt\n"
    assert json.loads((root / "r.json").read_text())["score"] == 95.0
    assert (root / "r.txt").read_text().count("\n") == 6


def test_without_text_the_verdict_goes_to_stderr(judge: Judge, capsys: Output) -> None:
    assert run(["--format", "json"]) == 1
    shown = capsys.readouterr()
    json.loads(shown.out)
    assert shown.err.startswith("score 95.0, grade B, gate failed\n  fail-on: 5 new issues")
    run(["--format", "json", "--quiet"])
    assert capsys.readouterr().err == ""


def test_statistics_can_be_left_out(judge: Judge, capsys: Output) -> None:
    run(["--no-statistics"])
    assert "1,234 lines" not in capsys.readouterr().out
    run(["--no-statistics", "--format", "json"])
    assert "statistics" not in json.loads(capsys.readouterr().out)


def test_a_report_replaces_the_old_one_in_one_go(judge: Judge, root: Path) -> None:
    (root / "r.json").write_text("old")
    before = {path.name for path in root.iterdir()}
    run(["--format", "json=r.json"])
    assert {path.name for path in root.iterdir()} == before
    assert (root / "r.json").read_text().startswith("{")


def test_a_report_that_cannot_be_written_leaves_nothing_behind(
    judge: Judge, root: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "r.json").write_text("old")
    before = {path.name for path in root.iterdir()}

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    assert run(["--format", "json=r.json"]) == 2
    assert "error: `r.json` cannot be written: No space left on device" in capsys.readouterr().err
    assert {path.name for path in root.iterdir()} == before
    assert (root / "r.json").read_text() == "old"


def test_a_link_in_the_place_of_a_report_is_refused(
    judge: Judge, root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: Output
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "precious.txt"
    outside.write_text("precious")
    (root / "r.json").symlink_to(outside)
    assert run(["--format", "json=r.json"]) == 2
    assert "is a symbolic link" in capsys.readouterr().err
    assert outside.read_text() == "precious"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs devices")
def test_a_device_is_written_to_and_not_replaced(judge: Judge) -> None:
    assert run(["--format", "json=/dev/null"]) == 1
    assert not Path("/dev/null").is_file()


def test_quiet_shows_issues_and_verdict(judge: Judge, capsys: Output) -> None:
    run(["--quiet"])
    shown = capsys.readouterr().out
    assert "Principles" not in shown
    assert "Gate   failed" in shown


def test_a_clean_project_passes(judge: Judge, capsys: Output) -> None:
    judge.answer = clean_report()
    assert run([]) == 0
    assert capsys.readouterr().out.endswith("Gate   passed\n")


# The files


def test_show_files_lists_what_would_be_judged_and_why_the_rest_is_not(
    root: Path, capsys: Output
) -> None:
    (root / "src/shop/__init__.py").touch()
    (root / "src/shop/old.py").touch()
    (root / "src/_vendor").mkdir()
    (root / "src/_vendor/copy.py").touch()
    assert run(["--show-files", "--exclude", "old.py"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["src/shop/__init__.py", "src/shop/old.py"]
    assert "excluded, counts for the strict score only: src/shop/old.py" in shown.err
    assert "vendored or generated, never judged: src/_vendor/copy.py" in shown.err


def test_show_files_follows_the_paths(root: Path, capsys: Output) -> None:
    (root / "src/shop/a.py").touch()
    (root / "b.py").touch()
    assert run(["--show-files", "src"]) == 0
    assert capsys.readouterr().out == "src/shop/a.py\n"
