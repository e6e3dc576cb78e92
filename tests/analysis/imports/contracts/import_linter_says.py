"""Run import-linter itself in folders, and write what it says as JSON.

Usage: python import_linter_says.py REPORT FOLDER...

Runs in a process of its own: import-linter finds packages by the import system, which here sees each folder, its `src`
and the folders of `members` in turn.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grimp import ImportGraph
from importlinter.application import use_cases
from importlinter.configuration import configure

Saying = dict[str, Any]


def saying(folder: Path) -> Saying:
    """The graph, and what is said of each contract; or the error that ends the run."""
    os.chdir(folder)
    members = sorted(path for path in folder.glob("members/*") if path.is_dir())
    before, known = list(sys.path), set(sys.modules)
    sys.path[:0] = [str(path) for path in (folder, folder / "src", *members)]
    importlib.invalidate_caches()
    try:
        options = use_cases.read_user_options()
        if not options.contracts_options:
            raise ValueError("no contracts")  # as its command line says from 2.16 on
        use_cases._register_contract_types(options)
        report = use_cases.create_report(options, cache_dir=None)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        sys.path[:] = before
        for name in set(sys.modules) - known:
            if not name.startswith(("importlinter", "grimp", "rich")):
                del sys.modules[name]
    graph = report.graph
    return {
        "invalid": {name: e.errors for name, e in report.invalid_contract_options.items()},
        "modules": sorted(graph.modules),
        "squashed": sorted(name for name in graph.modules if graph.is_module_squashed(name)),
        "edges": sorted(
            [importer, imported, *lines(graph.get_import_details(importer=importer, imported=imported))]
            for importer in graph.modules
            for imported in graph.find_modules_directly_imported_by(importer)
        ),
        "contracts": {
            contract.name: {
                "kept": check.kept,
                "warnings": sorted(check.warnings),
                "chains": sorted(chains(check.metadata, graph)),
                "undeclared": sorted(check.metadata.get("undeclared_modules", ())),
            }
            for contract, check in report.get_contracts_and_checks()
        },
    }  # fmt: skip


def lines(details: Any) -> list[int]:
    return sorted({detail["line_number"] for detail in details})


def chains(metadata: Any, graph: ImportGraph) -> Iterator[list[Any]]:
    """Every chain as its links and the links that it may begin or end with instead."""
    for dependency in metadata.get("invalid_dependencies", ()):
        yield from map(detailed, dependency["routes"])
    for pair in metadata.get("invalid_chains", ()):
        for chain in pair["chains"]:
            yield detailed(chain) if isinstance(chain, dict) else [list(map(link, chain)), []]
    for package in metadata.get("illegal_imports", ()):
        yield from ([[link(each)], []] for each in package.illegal_links)
    for breakers in metadata.get("cycle_breakers_by_package", {}).values():
        for importer, imported in breakers:
            details = graph.get_import_details(importer=importer, imported=imported)
            yield [[[importer, imported, *lines(details)]], []]


def detailed(chain: Any) -> list[Any]:
    others = [*chain["extra_firsts"], *chain["extra_lasts"]]
    return [list(map(link, chain["chain"])), sorted(map(link, others))]


def link(data: Any) -> list[Any]:
    return [data["importer"], data["imported"], *sorted(set(data["line_numbers"]))]


if __name__ == "__main__":
    configure()
    target, *folders = map(Path, sys.argv[1:])
    target.write_text(json.dumps({str(folder): saying(folder) for folder in folders}))
