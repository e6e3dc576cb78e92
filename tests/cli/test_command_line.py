"""The application as a whole: defaults, exit codes, streams, errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archcheck.cli.application import with_default_command
from archcheck.cli.exit_codes import INTERRUPTED
from archcheck.cli.main import run

COMMAND = (sys.executable, "-m", "archcheck")
COMMANDS = ("check", "explain", "rules", "config")

Output = pytest.CaptureFixture[str]


def environment(**variables: str) -> dict[str, str]:
    """The process's own without what would change the output."""
    noise = {"CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in noise and not name.startswith("ARCHCHECK_")
    }
    return {**kept, **variables}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one violation in each of two files."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    for package in ("cart", "price"):
        folder = tmp_path / "src" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "store.py").write_text("def load(path):\n    return open(path).read()\n")
    return tmp_path


# The default command


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["check"]),
        (["src"], ["check", "src"]),
        (["--select", "ARC01"], ["check", "--select", "ARC01"]),
        (["check", "src"], ["check", "src"]),
        (["rules"], ["rules"]),
        (["explain", "ARC0301"], ["explain", "ARC0301"]),
        (["--version"], ["--version"]),
        (["-h"], ["-h"]),
    ],
)
def test_check_is_the_default_and_a_command_wins_over_a_path(
    given: list[str], expected: list[str]
) -> None:
    assert with_default_command(given, COMMANDS) == expected


def test_every_command_is_known(capsys: Output) -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        assert f"archcheck {name}" in capsys.readouterr().out


# Startup

ALLOWED = {
    "archcheck",
    "typer",
    "click",
    "shellingham",
    "annotated_doc",
    "typing_extensions",
    "rich",
}
"""What the command line may cost before it knows the command: the parser of arguments and no more."""


def test_the_command_line_loads_little() -> None:
    script = (
        "import sys; before = set(sys.modules); import archcheck.cli.application\n"
        "print('\\n'.join(set(sys.modules) - before - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    packages = {
        name.partition(".")[0]
        for name in loaded
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert packages <= ALLOWED
    assert "rich.console" not in loaded  # older typers import the empty package
    own = {name for name in loaded if name.startswith("archcheck.")}
    assert all(
        name in ("archcheck.cli", "archcheck.errors") or name.startswith("archcheck.cli.")
        for name in own
    )


def test_a_text_report_without_colour_needs_no_rich(project: Path) -> None:
    script = (
        "import sys; from archcheck.cli.main import run\n"
        f"run([{str(project)!r}])\n"
        "sys.exit(sorted({'rich.console', 'libcst', 'archcheck.reporters.json'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr


# Exit codes and streams


def test_version(capsys: Output) -> None:
    from archcheck import __version__

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"archcheck {__version__}\n"


def test_as_a_module() -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("archcheck ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--formt", "json"], "No such option: --formt"),
        (["--fail-under", "high"], "Invalid value for '--fail-under'"),
        (["--top", "0"], "Invalid value for '--top'"),
        (["--format", "jsn"], "unknown format `jsn`; did you mean `json`?"),
        (["--format", "json="], "`json=` names no file"),
        (["--format", "json", "--format", "text"], "only one report can go to standard output"),
        (["--format", "json=a", "--format", "text=a"], "`a` is named twice"),
        (["--format", "json=nowhere/a.json"], "`nowhere` is no folder"),
        (["--quiet", "--verbose"], "--quiet and --verbose exclude each other"),
        (["--isolated", "--config", "x.toml"], "--config and --isolated exclude each other"),
        (["--fail-under-principle", "security"], "`security` is no NAME=N"),
        (["--fail-under-principle", "secrity=9"], "unknown principle; did you mean `security`?"),
        (["--select", "ARC9"], "`ARC9` is no rule, prefix or principle"),
        (["nowhere"], "`nowhere` does not exist"),
        (["explain", "unclosed-resorce"], "did you mean `unclosed-resource`?"),
        (["explain", "ARC1001", "."], "PATH is for `score`"),
        (["rules", "--format", "yaml"], "unknown format `yaml`"),
        (["config"], "Missing command"),
    ],
)
def test_a_misuse_is_named_with_the_next_step(
    arguments: list[str],
    message: str,
    project: Path,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(project)
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert message in shown.err
    assert "\n\nhint: " in shown.err


def test_all_configuration_problems_at_once(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "archcheck.toml").write_text("fail-undr = 1\nselct = []\n")
    monkeypatch.chdir(project)
    assert run([]) == 2
    assert capsys.readouterr().err == (
        "error: 2 problems in the configuration:\n"
        "  archcheck.toml: `fail-undr`: unknown key; did you mean `fail-under`?\n"
        "  archcheck.toml: `selct`: unknown key; did you mean `select`?\n"
        "\nhint: `archcheck config schema` describes every key\n"
    )


def test_a_defect_is_no_traceback(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("archcheck.api.check", crash)
    assert run([str(project)]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: internal error: KeyError: 'lost'\n\nhint: ")
    assert "Traceback" not in shown
    monkeypatch.setenv("ARCHCHECK_DEBUG", "1")
    assert run([str(project)]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_too_little_memory_is_no_defect(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhaust(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("archcheck.api.check", exhaust)
    assert run([str(project)]) == 2
    assert capsys.readouterr().err.startswith("error: out of memory\n\nhint: ")


def test_interrupted(project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archcheck.api.check", interrupt)
    assert run([str(project)]) == INTERRUPTED
    assert capsys.readouterr().err.strip() == "error: interrupted"


@pytest.fixture
def heed_interrupts() -> Iterator[None]:
    """Let new processes heed Ctrl-C, which a shell has its background jobs ignore, these tests too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.usefixtures("heed_interrupts")
def test_ctrl_c_in_a_real_process(project: Path) -> None:
    """The second report goes to a pipe that nobody reads, so that the process waits there."""
    os.mkfifo(project / "pipe")
    with subprocess.Popen(
        [*COMMAND, str(project), "--format", "text", "--format", f"json={project / 'pipe'}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert errors.strip() == "error: interrupted"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["rules"], ["--version"], ["."]])
def test_a_full_disk_is_an_error(arguments: list[str], project: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=project,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot write to standard output: No space left")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "--isolated", "--fail-under", "0", "."],
        cwd=project,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        check=False,
    )
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_changes_no_exit_code(closed: str, project: Path) -> None:
    for arguments, expected in (("--isolated --fail-under 0 .", 0), ("--no-such-option", 2)):
        command = f'"{sys.executable}" -m archcheck {arguments} {closed}'
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=project,
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == expected
        assert b"internal error" not in done.stderr + done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_a_pipe_in_the_place_of_the_configuration_is_not_waited_for(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    os.mkfifo(project / "pyproject.toml")
    done = subprocess.run(
        [*COMMAND, "check", str(project)], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 1


# Colour and width


def output(project: Path, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments, "."],
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(**variables),
        check=False,
    )
    return done.stdout


def test_colour_is_for_people_or_on_demand(project: Path) -> None:
    assert "\x1b[" not in output(project)
    assert "\x1b[" in output(project, FORCE_COLOR="1")
    assert "\x1b[" not in output(project, FORCE_COLOR="0")
    assert "\x1b[" not in output(project, FORCE_COLOR="1", NO_COLOR="1")


def test_columns_set_the_width(project: Path) -> None:
    def fix_first(text: str) -> list[str]:
        lines = text.splitlines()
        start = lines.index("Fix first") + 1
        return lines[start : lines.index("", start)]

    narrow = fix_first(output(project, COLUMNS="60"))
    wide = fix_first(output(project, COLUMNS="200"))
    assert max(map(len, narrow)) <= 60
    assert len(narrow) > len(wide)


def test_an_old_encoding_shows_ascii(project: Path) -> None:
    plain = output(project, PYTHONIOENCODING="ascii")
    assert plain.isascii()
    assert ".........." in plain
