"""Where the cache is, who may choose it, and how it is dropped."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from archcheck.cli import caching
from archcheck.cli.main import run

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project as the working folder, and a state folder of its own for the secret."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\n')
    (root / "app.py").write_text("import os\nprint(os.environ['HOME'])\n")
    for name in ("CI", "ARCHCHECK_CACHE_DIR", "ARCHCHECK_CACHE", "ARCHCHECK_JOBS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(root)
    return root


def statistics(output: Output, arguments: Sequence[str] = ()) -> dict[str, Any]:
    run(["--format", "json", "--exit-zero", *arguments])
    found: dict[str, Any] = json.loads(output.readouterr().out)["statistics"]
    return found


def test_the_second_run_remembers(root: Path, capsys: Output) -> None:
    assert statistics(capsys)["cache_hits"] == 0
    assert statistics(capsys)["cache_hits"] == 1
    assert (root / ".archcheck_cache").is_dir()


def test_a_path_does_not_steer_the_terminal(root: Path, capsys: Output) -> None:
    (root / "\x1b[31m").mkdir()
    (root / "\x1b[31m" / "app.py").write_text("import requests\nrequests.get(URL)\n")
    assert run(["--format", "concise"]) == 1
    shown = capsys.readouterr()
    assert "first \\x1b[31m/app.py" in shown.err
    assert "\x1b" not in shown.out + shown.err


def test_a_wrong_option_is_refused_although_the_report_is_remembered(capsys: Output) -> None:
    statistics(capsys)
    assert run(["--jobs", "-1"]) == 2
    assert "'--jobs' / '-j'" in capsys.readouterr().err


def test_what_rules_take_is_measured_anew(capsys: Output) -> None:
    assert "rule_seconds" not in statistics(capsys)
    measured = statistics(capsys, ["--statistics"])
    assert measured["cache_hits"] == 0
    assert measured["rule_seconds"]["ARC0601"] >= 0


def test_the_secret_is_made_once_and_for_its_user_only(tmp_path: Path, capsys: Output) -> None:
    statistics(capsys)
    secret = tmp_path / "state" / "archcheck" / "cache-secret"
    before = secret.read_bytes()
    statistics(capsys, ["--no-cache"])
    statistics(capsys)
    assert secret.read_bytes() == before
    assert len(before) == 32
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert sorted(path.name for path in secret.parent.iterdir()) == ["cache-secret", "commands"]


def test_a_cache_that_another_user_sealed_is_a_miss(tmp_path: Path, capsys: Output) -> None:
    statistics(capsys)
    (tmp_path / "state" / "archcheck" / "cache-secret").write_bytes(b"x" * 32)
    assert statistics(capsys)["cache_hits"] == 0


def test_no_cache_neither_reads_nor_writes(root: Path, capsys: Output) -> None:
    statistics(capsys, ["--no-cache"])
    assert not (root / ".archcheck_cache").exists()
    statistics(capsys)
    assert statistics(capsys, ["--no-cache"])["cache_hits"] == 0


def test_option_before_variable_before_file(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    (root / "archcheck.toml").write_text('cache-dir = "build/cache"\n')
    statistics(capsys)
    assert (root / "build" / "cache" / "CACHEDIR.TAG").is_file()
    monkeypatch.setenv("ARCHCHECK_CACHE_DIR", str(tmp_path / "by-variable"))
    statistics(capsys)
    assert (tmp_path / "by-variable" / "CACHEDIR.TAG").is_file()
    statistics(capsys, ["--cache-dir", str(tmp_path / "by-option")])
    assert (tmp_path / "by-option" / "CACHEDIR.TAG").is_file()


def test_targets_that_share_a_folder_keep_apart(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text('[project]\nname = "other"\nversion = "1"\n')
    shared = ["--cache-dir", str(tmp_path / "shared")]
    statistics(capsys, shared)
    monkeypatch.chdir(other)
    statistics(capsys, shared)
    monkeypatch.chdir(root)
    assert statistics(capsys, shared)["cache_hits"] == 1


@pytest.mark.parametrize("folder", ["/elsewhere", "../elsewhere", "a/../../b", "C:\\x", "."])
def test_a_file_cannot_choose_a_folder_outside(root: Path, folder: str, capsys: Output) -> None:
    (root / "archcheck.toml").write_text(f"cache-dir = '{folder}'\n")
    assert run([]) == 2
    assert "cache-dir" in capsys.readouterr().err


@pytest.mark.parametrize("link", [".archcheck_cache", "build"])
def test_a_link_is_not_followed(root: Path, tmp_path: Path, link: str, capsys: Output) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / link).symlink_to(outside)
    if link == "build":
        (root / "archcheck.toml").write_text('cache-dir = "build/cache"\n')
    run(["--exit-zero"])
    assert "cache not used" in capsys.readouterr().err
    assert list(outside.iterdir()) == []


def test_without_a_place_for_the_secret_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    run(["--exit-zero"])
    told = capsys.readouterr()
    assert "cache not used: its secret cannot be kept" in told.err
    assert "Score" in told.out


def test_a_damaged_secret_is_told(tmp_path: Path, capsys: Output) -> None:
    statistics(capsys)
    (tmp_path / "state" / "archcheck" / "cache-secret").write_bytes(b"short")
    run(["--exit-zero"])
    assert "is damaged" in capsys.readouterr().err


def test_clean_drops_the_cache_and_nothing_else(root: Path, capsys: Output) -> None:
    statistics(capsys)
    (root / ".archcheck_cache" / "mine.txt").write_text("")
    assert run(["clean"]) == 0
    assert "cache dropped" in capsys.readouterr().err
    assert [path.name for path in (root / ".archcheck_cache").iterdir()] == ["mine.txt"]


def test_clean_without_a_cache_says_so(capsys: Output) -> None:
    assert run(["clean"]) == 0
    assert "there is no cache" in capsys.readouterr().err


def test_clean_leaves_a_folder_alone_that_is_no_cache(root: Path, capsys: Output) -> None:
    (root / ".archcheck_cache").mkdir()
    (root / ".archcheck_cache" / "modules.pack").write_text("whose?")
    assert run(["clean"]) == 2
    assert "has no `CACHEDIR.TAG`" in capsys.readouterr().err
    assert (root / ".archcheck_cache" / "modules.pack").exists()


def test_two_first_runs_at_once_agree_on_one_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"f" * 32)
    caching._make(path)
    assert path.read_bytes() == b"f" * 32
    assert [each.name for each in tmp_path.glob("secret*")] == ["secret"]


CHANGES: dict[str, tuple[list[str], dict[str, str], str]] = {
    "an option": (["--select", "ARC0601"], {}, ""),
    "strict": (["--strict"], {}, ""),
    "a variable": ([], {"ARCHCHECK_FAIL_UNDER": "1"}, ""),
    "CI": ([], {"CI": "1"}, ""),
    "the configuration": ([], {}, 'kinds = ["cli"]\n'),
    "a file that is named": (["--config", "other.toml"], {}, ""),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_short_way_finds_what_the_long_way_finds(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, what: str
) -> None:
    arguments, variables, configuration = CHANGES[what]
    (root / "other.toml").write_text("fail-under = 3\n")

    def shown(*more: str) -> str:
        run(["--format", "json", "--no-statistics", *arguments, *more])
        return capsys.readouterr().out

    run([])
    capsys.readouterr()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if configuration:
        (root / "archcheck.toml").write_text(configuration)
    expected = shown("--no-cache")
    assert [shown(), shown()] == [expected, expected]
    (root / "other.toml").write_text('fail-under = 4\nkinds = ["library"]\n')
    expected = shown("--no-cache")
    assert [shown(), shown()] == [expected, expected]
    (root / "app.py").write_text("import os\n")
    expected = shown("--no-cache")
    assert [shown(), shown()] == [expected, expected]


def test_a_configuration_that_git_ignores_is_seen(root: Path, capsys: Output) -> None:
    (root / ".gitignore").write_text("archcheck.toml\n")
    assert statistics(capsys)["cache_hits"] == 0
    (root / "archcheck.toml").write_text('kinds = ["cli"]\n')
    run(["--format", "json", "--no-statistics"])
    short = capsys.readouterr().out
    run(["--format", "json", "--no-statistics", "--no-cache"])
    assert short == capsys.readouterr().out


def test_a_member_configuration_is_seen(root: Path, capsys: Output) -> None:
    (root / "part").mkdir()
    (root / "part" / "pyproject.toml").write_text('[project]\nname = "part"\nversion = "1"\n')
    (root / "part" / "more.py").write_text("import os\nprint(os.environ['HOME'])\n")
    statistics(capsys)
    (root / "part" / "archcheck.toml").write_text('kinds = ["service"]\nexclude = ["more.py"]\n')
    run(["--format", "json", "--no-statistics"])
    short = capsys.readouterr().out
    run(["--format", "json", "--no-statistics", "--no-cache"])
    assert short == capsys.readouterr().out
