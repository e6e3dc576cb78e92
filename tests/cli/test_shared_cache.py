"""What ``check`` remembers of a project serves ``graph``, ``why`` and ``init``, and what these find out serves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from made_projects import write_files

from archcheck.cli.main import run
from archcheck.engine import memory
from archcheck.engine.parallel import Analysed, Crew, analyse
from archcheck.engine.sources import Source

Output = pytest.CaptureFixture[str]
FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "",
    "shop/main.py": "from fastapi import FastAPI\nfrom shop.services import buy\napp = FastAPI()\n",
    "shop/services/__init__.py": "",
    "shop/services/buy.py": "import requests\ndef buy(url):\n    return requests.get(url)\n",
    "shop/services/sell.py": "",
}
COMMANDS = {
    "check": ["check", "--no-statistics", "--exit-zero"],
    "graph": ["graph", "--format", "json", "--level", "modules"],
    "why": ["why", "shop.main", "shop.services.buy"],
    "init": ["init"],
}
WAYS = [(first, second) for first in COMMANDS for second in COMMANDS if first != second]


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that had to be analysed, in the order in which that happened."""
    paths: list[str] = []

    def noted(
        crew: Crew, sources: Sequence[Source], sizes: Sequence[int], processes: int
    ) -> Iterator[Analysed]:
        paths.extend(source.path for source in sources)
        return analyse(crew, sources, sizes, processes)

    monkeypatch.setattr(memory, "analyse", noted)
    return paths


def output(command: str, capsys: Output, *options: str) -> str:
    assert run([*COMMANDS[command], *options]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("target")
@pytest.mark.parametrize(("first", "second"), WAYS)
def test_one_command_analyses_for_all(
    first: str, second: str, capsys: Output, analysed: list[str]
) -> None:
    output(first, capsys)
    assert analysed
    analysed.clear()
    remembered = output(second, capsys)
    assert analysed == []
    assert output(second, capsys, "--no-cache") == remembered
    assert analysed


@pytest.mark.parametrize("command", ["graph", "why"])
def test_only_what_changed_is_analysed(
    command: str, target: Path, capsys: Output, analysed: list[str]
) -> None:
    output(command, capsys)
    analysed.clear()
    (target / "shop/services/buy.py").write_text("import shop.services.sell\n", encoding="utf-8")
    after = output(command, capsys)
    assert analysed == ["shop/services/buy.py"]
    assert output(command, capsys, "--no-cache") == after


def test_rules_in_preview_that_a_member_asks_for_are_a_part_of_what_is_shared(
    target: Path, capsys: Output, analysed: list[str]
) -> None:
    member = target / "tools"
    member.mkdir()
    (member / "run.py").write_text("import os\n")
    (member / "pyproject.toml").write_text("[tool.archcheck]\npreview = true\n")
    output("check", capsys)
    analysed.clear()
    output("graph", capsys)
    assert analysed == []


@pytest.mark.parametrize("command", ["graph", "why", "init"])
def test_without_a_cache_nothing_is_written(command: str, target: Path, capsys: Output) -> None:
    before = sorted(target.rglob("*"))
    output(command, capsys, "--no-cache")
    assert sorted(target.rglob("*")) == before


@pytest.mark.parametrize("command", ["graph", "why", "init"])
def test_a_cache_that_cannot_be_used_is_told(command: str, target: Path, capsys: Output) -> None:
    (target / ".archcheck_cache").write_text("in the way")
    assert run(COMMANDS[command]) == 0
    assert "cache not used: " in capsys.readouterr().err
