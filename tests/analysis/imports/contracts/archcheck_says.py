"""What archcheck says of contracts, in the words of `import_linter_says`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grimp

from archcheck.analysis.imports.contracts import Chain, Contracts, ImportReader, Link
from archcheck.analysis.imports.contracts.graph import build_graph
from archcheck.analysis.imports.contracts.packages import PythonFiles
from archcheck.analysis.imports.contracts.reading import candidates, read_contracts
from archcheck.analysis.manifests import Repository
from archcheck.engine.analyse import Analyser
from archcheck.engine.discover import discover
from archcheck.engine.resolve import build_project


def contracts_in(folder: Path) -> Contracts:
    """What came of the contracts of a repository."""
    target = discover(folder)
    analyser = Analyser(folder, [], target.packages)
    results = [analyser.analyse(source) for source in target.sources]
    return build_project(folder, target, results, kinds={}, plan=None).contracts


def graph_in(folder: Path) -> grimp.ImportGraph:
    """The graph on which the contracts of a repository are checked."""
    target = discover(folder)
    repository = Repository(folder, target.files)
    contracts = read_contracts(repository, candidates(repository, "")[0])
    assert contracts is not None
    python = PythonFiles(target.files)
    search = ["", *target.source_roots]
    return build_graph(
        [found for name in contracts.root_packages for found in python.find(name, search)],
        ImportReader(folder, {}),
        external=contracts.external,
        without_type_checking=contracts.without_type_checking,
    )


def edges(graph: grimp.ImportGraph) -> list[list[Any]]:
    """Every pair of importer and imported, with the lines."""
    found = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            details = graph.get_import_details(importer=importer, imported=imported)
            found.append([importer, imported, *sorted({each["line_number"] for each in details})])
    return sorted(found)


def saying(contracts: Contracts) -> dict[str, Any]:
    """What is said of each contract."""
    return {
        verdict.name: {
            "kept": not verdict.broken,
            "warnings": sorted(
                notice.message.partition(": ")[2]
                for notice in contracts.notices
                if notice.kind == "unmatched-ignored-import"
                and f"`{verdict.name}`" in notice.message
            ),
            "chains": sorted(chain(each) for rule in verdict.broken for each in rule.chains),
            "undeclared": sorted(
                rule.statement.split("`")[1] for rule in verdict.broken if not rule.chains
            ),
        }
        for verdict in contracts.verdicts
    }


def chain(each: Chain) -> list[Any]:
    return [list(map(link, each.links)), sorted(map(link, each.alternatives))]


def link(each: Link) -> list[Any]:
    return [each.importer, each.imported, *each.lines]
