"""A command that was given before is known by its arguments, and does the same."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import fields

from archcheck.cli import repeating
from archcheck.cli.check import check
from archcheck.cli.checking import CheckArguments
from archcheck.cli.main import run
from archcheck.cli.repeating import remember, remembered

Output = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (tmp_path / "store.py").write_text("def load(path):\n    return open(path).read()\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_arguments_have_the_names_and_defaults_of_the_command() -> None:
    parameters = inspect.signature(check, eval_str=True).parameters.items()
    declared = {
        name: () if "list[" in str(parameter.annotation) else parameter.default
        for name, parameter in parameters
        if name != "context"
    }
    assert {field.name: field.default for field in fields(CheckArguments)} == declared


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["store.py"],
        ["check", "--format", "json", "--select", "ARC10", "--fail-under", "99.5", "--top", "1"],
        ["check", "--exit-zero", "--statistics", "-v", "--no-preview", "."],
    ],
)
def test_the_second_time_says_the_same_without_reading_arguments(
    arguments: list[str], project: Path, capsys: Output
) -> None:
    arguments = [*arguments, "--no-statistics"] if arguments else arguments
    first = run(arguments), capsys.readouterr().out
    assert remembered(arguments) is not None
    second = run(arguments), capsys.readouterr().out
    if arguments:
        assert second == first
    else:  # seconds are shown
        assert second[0] == first[0]


def test_known_arguments_load_no_typer(project: Path) -> None:
    program = (
        "import sys\nfrom archcheck.cli.main import run\n"
        "run(['check', '.'])\nprint('typer' in sys.modules, 'pydantic' in sys.modules)"
    )
    last = [
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True
        ).stdout.splitlines()[-1]
        for _ in range(2)
    ]
    assert last == ["True True", "False False"]


def test_what_the_arguments_mean_is_judged_anew(project: Path, capsys: Output) -> None:
    config = project / "own.toml"
    config.write_text("")
    assert run(["check", "--config", "own.toml"]) == 1
    config.unlink()
    assert run(["check", "--config", "own.toml"]) == 2
    assert "own.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["check", "--no-such-option"], ["check", "--top", "0"], ["check", "nowhere"]]
)
def test_what_was_refused_is_refused_again(arguments: list[str], project: Path) -> None:
    assert [run(arguments), run(arguments)] == [2, 2]
    assert remembered(arguments) is None


@pytest.mark.parametrize("arguments", [["check", "caf\udce9.py"], ["check", "--top", str(10**30)]])
def test_what_no_data_holds_is_read_anew(arguments: list[str], project: Path) -> None:
    (project / "caf\udce9.py").touch()
    assert [run([*arguments, "--exit-zero"]) for _ in range(2)] == [0, 0]
    assert remembered([*arguments, "--exit-zero"]) is None


def test_an_option_longer_than_the_name_of_a_file_is_no_path(project: Path) -> None:
    assert run(["--select=" + ",".join(["ARC10"] * 100), "--exit-zero"]) == 0


def test_without_a_cache_nothing_is_noted(project: Path, own_state: Path) -> None:
    run(["check", "--no-cache"])
    assert not (own_state / "archcheck" / "commands").exists()


def test_other_readers_of_arguments_know_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(["check"], CheckArguments(top=3))
    assert remembered(["check"]) == CheckArguments(top=3)
    monkeypatch.setattr(repeating, "version", lambda _: "0.0.1")
    assert remembered(["check"]) is None


def test_damage_is_as_good_as_nothing(project: Path, own_state: Path) -> None:
    remember(["check"], CheckArguments())
    (pack,) = (own_state / "archcheck" / "commands").glob("*.pack")
    pack.write_bytes(pack.read_bytes()[:-1])
    assert remembered(["check"]) is None


def test_only_so_many_are_kept(project: Path) -> None:
    for number in range(repeating._KEPT + 2):
        remember(["check", str(number)], CheckArguments())
    assert remembered(["check", "1"]) is None
    assert remembered(["check", "2"]) is not None
