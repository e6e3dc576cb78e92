"""What a command loads before it does anything: start-up is part of every pre-commit run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"dotenv", "grimp", "importlinter", "libcst", "multiprocessing", "packaging", "pathspec", "pydantic", "tomli", "yaml"}  # fmt: skip
OWN = {"archcheck", "archcheck.cli", "archcheck.errors"}


def loaded_by(program: str) -> set[str]:
    code = f"import json, sys\n{program}\njson.dump(sorted(sys.modules), sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(json.loads(done.stderr))


def test_the_command_line_loads_its_own_commands_only() -> None:
    loaded = loaded_by("import archcheck.cli.application")
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    ours = {name for name in loaded if name.partition(".")[0] == "archcheck"}
    assert ours - OWN == {name for name in ours if name.startswith("archcheck.cli.")}


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_help_and_version_judge_nothing(argument: str) -> None:
    loaded = loaded_by(
        "from archcheck.cli.main import run\nimport io\nsys.stdout = io.StringIO()\n"
        f"assert run([{argument!r}]) == 0"
    )
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert "archcheck.rule" not in loaded


def test_the_library_loads_when_a_name_is_asked_for() -> None:
    assert "archcheck.api" not in loaded_by("import archcheck")
    assert "archcheck.api" in loaded_by("import archcheck\narchcheck.check")


def test_a_usual_check_needs_no_second_parser_and_no_other_process(tmp_path: Path) -> None:
    loaded = loaded_by(
        "import os, io\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "open('app.py', 'w').write('import os\\n')\n"
        "from archcheck.cli.main import run\nsys.stdout = io.StringIO()\nerr, sys.stderr = sys.stderr, io.StringIO()\n"
        "run(['check', '--isolated', '--no-cache', '.'])\nsys.stderr = err"
    )
    assert not {name.partition(".")[0] for name in loaded} & {"libcst", "importlinter"}


def test_an_unchanged_target_needs_no_rule_and_no_setting(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import os\n")
    once = (
        "import os, io\n"
        f"os.environ['XDG_STATE_HOME'] = {str(tmp_path / 'state')!r}\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "from archcheck.cli.main import run\n"
        "err, sys.stdout, sys.stderr = sys.stderr, io.StringIO(), io.StringIO()\n"
        "run(['check', '--isolated', '.'])\nsys.stderr = err"
    )
    assert "archcheck.rule" in loaded_by(once)
    loaded = loaded_by(once)
    heavy = {*HEAVY, "typer"} - {"pathspec"}
    assert not {name.partition(".")[0] for name in loaded} & heavy
    assert not {
        name for name in loaded if name.startswith(("archcheck.analysis", "archcheck.rule."))
    }
