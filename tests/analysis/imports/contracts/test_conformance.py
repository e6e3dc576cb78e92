"""Our verdicts on contracts are those of import-linter, which runs beside us in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import archcheck_says
import cases
import import_linter_says
import pytest
from graph_cases import GRAPH_CASES

CASES = {**cases.CASES, **GRAPH_CASES}
ITSELF = "archcheck itself"
Says = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each case."""
    found = {}
    for number, (name, files) in enumerate(CASES.items()):
        found[name] = tmp_path_factory.mktemp(f"case{number}")
        for path, text in files.items():
            file = found[name] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    found[ITSELF] = Path(__file__).resolve().parents[4]
    return found


@pytest.fixture(scope="module")
def import_linter(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Says:
    """What import-linter says of each case."""
    report = tmp_path_factory.mktemp("report") / "says.json"
    script = str(Path(import_linter_says.__file__))
    command = [sys.executable, script, str(report), *map(str, folders.values())]
    subprocess.run(command, check=True, capture_output=True)
    said = json.loads(report.read_text(encoding="utf-8"))
    return {name: said[str(folder)] for name, folder in folders.items()}


@pytest.mark.parametrize("name", [*CASES, ITSELF])
def test_verdicts_and_chains_are_those_of_import_linter(
    name: str, folders: dict[str, Path], import_linter: Says
) -> None:
    said = import_linter[name]
    contracts = archcheck_says.contracts_in(folders[name])
    if "error" in said or said["invalid"]:
        assert contracts.failures
        return
    assert not contracts.failures
    found = json.loads(json.dumps(archcheck_says.saying(contracts)))
    assert found == said["contracts"]


@pytest.mark.parametrize("name", [*CASES, ITSELF])
def test_the_graph_is_that_of_grimp_edge_by_edge(
    name: str, folders: dict[str, Path], import_linter: Says
) -> None:
    said = import_linter[name]
    if "modules" not in said:
        return
    graph = archcheck_says.graph_in(folders[name])
    assert sorted(graph.modules) == said["modules"]
    assert [each for each in said["modules"] if graph.is_module_squashed(each)] == said["squashed"]
    assert archcheck_says.edges(graph) == said["edges"]


def test_the_cases_are_kept_and_broken_by_turns(import_linter: Says) -> None:
    """Else the comparison above might compare nothing."""
    kept = [
        contract["kept"]
        for said in import_linter.values()
        for contract in said.get("contracts", {}).values()
    ]
    assert kept.count(True) > 15
    assert kept.count(False) > 20
    assert sum("error" in said or bool(said["invalid"]) for said in import_linter.values()) > 5
