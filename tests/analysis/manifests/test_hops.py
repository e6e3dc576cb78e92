"""From a command to what the repository's own scripts, targets and tasks run."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import Files, repository

from archcheck.analysis.manifests import Command
from archcheck.analysis.manifests.hops import Hops, shell_commands

MAKEFILE = """\
PYTHON ?= python3
PYTEST := $(PYTHON) -m pytest \\
    -q

.PHONY: check
all: lint
check: lint \\
  unit-run ## everything
lint:
\truff check
unit-run: export X=1
unit-run:
\t@$(PYTEST) tests
\t-$(MAKE) docs
one two: ; echo $@
docs:
\tsphinx-build
%.o: %.c
\tcc
"""

JUSTFILE = """\
set shell := ["bash", "-c"]
version := "1"

default: fmt

# the tests
@check level="1" *args: fmt
    uv run pytest {{ args }}

fmt:
    ruff format
"""

TASKFILE = """\
version: "3"
tasks:
  default: ruff check
  check:
    deps: [lint, {task: types}]
    cmds:
      - pytest -q
      - cmd: echo done
      - task: docs
  lint: [ruff check]
  types:
    cmd: mypy
  docs:
    cmds: [sphinx-build]
"""

TOX = """\
[tox]
env_list = py, style
[testenv]
commands = pytest {posargs}
[testenv:style]
commands =
    ruff check
    - mypy
"""

NOX = """\
import nox

@nox.session(name="check-all")
def check(session):
    session.install("pytest")
    session.run("pytest", "-q", *session.posargs)

@nox.session
def style(session):
    session.run("ruff", "check")
"""

PYPROJECT = """\
[tool.pdm.scripts]
a = "pytest -q"
b = {cmd = ["ruff", "check"]}
c = {composite = ["a", "b"]}
[tool.poe.tasks]
d = [{cmd = "mypy"}, "a"]
e = {shell = "pytest"}
[tool.taskipy.tasks]
f = {cmd = "trial shop"}
[tool.hatch.envs.quality.scripts]
g = ["ruff check", "pytest"]
[tool.rye.scripts]
h = "pytest"
"""

FILES: Files = {
    "Makefile": MAKEFILE,
    "justfile": JUSTFILE,
    "Taskfile.yml": TASKFILE,
    "tox.ini": TOX,
    "noxfile.py": NOX,
    "pyproject.toml": PYPROJECT,
    "package.json": '{"scripts": {"check": "cd backend && make inner", "broken": 1}}',
    "scripts/ci.sh": "#!/bin/sh\nset -e\n# pytest\npip install . \\\n  -q\n./scripts/inner\n",
    "scripts/inner": "pytest\n",
    "scripts/tool.py": "pytest\n",
    "backend/Makefile": "inner:\n\tpytest backend\n",
    "loop.sh": "sh loop.sh\n",
}


def texts(line: str, tmp_path: Path, member: str = "") -> list[str]:
    found = Hops(repository(tmp_path, FILES), member).follow([Command(1, line)])
    return [command.text for command in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "make check",
            ["ruff check", "python3 -m pytest      -q tests", "make docs", "sphinx-build"],
        ),
        ("make", ["ruff check"]),
        ("make two", ["echo $@"]),
        ("make -C backend inner", ["pytest backend"]),
        ("cd backend && make -j2 inner X=1", ["pytest backend"]),
        ("make unknown", []),
        ("just check", ["uv run pytest {{ args }}", "ruff format"]),
        ("just", ["ruff format"]),
        ("task check", ["pytest -q", "echo done", "ruff check", "mypy", "sphinx-build"]),
        ("task", ["ruff check"]),
        ("tox -e style", ["ruff check", "mypy"]),
        ("nox -s check-all", ["pytest -q"]),
        ("uv run nox -s style", ["ruff check"]),
        ("pdm run c", ["a", "b", "pytest -q", "ruff check"]),
        ("pdm a", ["pytest -q"]),
        ("poe d", ["mypy", "a", "pytest -q"]),
        ("uv run poe e", ["pytest"]),
        ("task f", ["trial shop"]),
        ("hatch run quality:g", ["ruff check", "pytest"]),
        ("rye run h", ["pytest"]),
        ("npm run check", ["cd backend && make inner", "pytest backend"]),
        ("sh scripts/ci.sh", ["set -e", "pip install . -q", "./scripts/inner", "pytest"]),
        ("./scripts/ci.sh --fast", ["set -e", "pip install . -q", "./scripts/inner", "pytest"]),
        ("python scripts/tool.py", []),
        ("bash ../outside.sh", []),
        ("echo make check", []),
        ("sh loop.sh", ["sh loop.sh"]),
    ],
)
def test_follow(line: str, expected: list[str], tmp_path: Path) -> None:
    assert sorted(texts(line, tmp_path)) == sorted(expected)


def test_commands_know_where_they_stand(tmp_path: Path) -> None:
    hops = Hops(repository(tmp_path, FILES), "")
    found = {
        command.text: (command.path, command.line)
        for command in hops.follow([Command(7, "make docs")])
    }
    assert found == {"sphinx-build": ("Makefile", 17)}
    [inner] = [
        command
        for command in hops.follow([Command(7, "sh scripts/ci.sh")])
        if command.text == "pytest"
    ]
    assert (inner.path, inner.line) == ("scripts/inner", 1)


def test_the_files_of_the_member_come_before_those_of_the_root(tmp_path: Path) -> None:
    assert texts("make inner", tmp_path, "backend") == ["pytest backend"]
    assert texts("make docs", tmp_path, "backend") == ["sphinx-build"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tox.ini", "nothing\n"),
        ("noxfile.py", "def f(:\n"),
        ("Taskfile.yml", "a: [\n"),
        ("Taskfile.yml", "tasks: [a]\n"),
        ("pyproject.toml", "[\n"),
        ("package.json", "[1]"),
        ("Makefile", "::::\n\t\n$(x): $(y)\n= \n"),
    ],
)
def test_broken_files_lead_nowhere(path: str, content: str, tmp_path: Path) -> None:
    hops = Hops(repository(tmp_path, {path: content}), "")
    lines = ("make", "make a", "task a", "tox -e a", "nox -s a", "poe a", "npm run a")
    assert hops.follow([Command(1, line) for line in lines]) == []


def test_shell_commands_join_continuations() -> None:
    assert list(shell_commands("a\n\nb \\\n  c\n# d\ne", 10)) == [
        Command(10, "a"), Command(12, "b c"), Command(15, "e"),
    ]  # fmt: skip
