"""Measure how long the graph of a large project takes, and ten contracts on it.

Usage: python benchmarks/contracts.py PATH

The contracts are made from the project's own packages: layers, independence, forbidden, protected and acyclic
siblings, two of each. The files are analysed before the clock starts.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from archcheck.analysis.imports.contracts import ImportReader
from archcheck.analysis.imports.contracts.checking import check_contract_file
from archcheck.analysis.imports.contracts.model import Contract, ContractFile
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.names.module_names import ancestry
from archcheck.engine.analyse import Analyser
from archcheck.engine.discover import discover


@dataclass(frozen=True)
class ContractTimes:
    """Seconds, and on how much.

    Attributes:
        modules: of the graph.
        imports: between them.
        graph: to find the edges from the facts and enter them in grimp.
        contracts: to build the graph of the contracts and check them.
        kept: contracts that hold.
        broken: contracts that do not.
    """

    modules: int
    imports: int
    graph: float
    contracts: float
    kept: int
    broken: int


def measure(root: Path) -> ContractTimes:
    """Time the graph of the repository at ``root``, and ten contracts on its largest package."""
    target = discover(root)
    analyser = Analyser(root, [], target.packages)
    results = [analyser.analyse(source) for source in target.sources]
    facts = {result.source.path: result.facts for result in results if result.facts is not None}
    started = time.perf_counter()
    graph = ImportGraph({each.name: each for each in facts.values() if each.name}).in_grimp()
    graph_seconds = time.perf_counter() - started

    contracts = ten_contracts(sorted(graph.modules))
    started = time.perf_counter()
    found = check_contract_file(
        contracts, "", target.files, target.source_roots, ImportReader(root, facts)
    )
    contract_seconds = time.perf_counter() - started
    broken = sum(bool(verdict.broken) for verdict in found.verdicts)
    return ContractTimes(
        modules=len(graph.modules),
        imports=graph.count_imports(),
        graph=graph_seconds,
        contracts=contract_seconds,
        kept=len(found.verdicts) - broken,
        broken=broken,
    )


def describe(times: ContractTimes) -> str:
    """The times in one line."""
    return (
        f"{times.modules:,} modules, {times.imports:,} imports: graph {times.graph:.1f} s, "
        f"ten contracts {times.contracts:.1f} s ({times.kept} kept, {times.broken} broken)"
    )


def ten_contracts(modules: Sequence[str]) -> ContractFile:
    """Two contracts of each type: one on the largest top-level package, one on the largest package in it."""
    sizes = Counter(package for module in modules for package in ancestry(module))
    root = max((name for name in sizes if "." not in name), key=lambda name: (sizes[name], name))
    inner = max(children(root, sizes), key=lambda name: (sizes[name], name))
    options: list[dict[str, object]] = []
    for package in (root, inner):
        first, *rest = children(package, sizes)[:8]
        options += [
            {"type": "layers", "layers": [first, *rest]},
            {"type": "independence", "modules": [first, *rest]},
            {"type": "forbidden", "source_modules": [first], "forbidden_modules": rest},
            {"type": "protected", "protected_modules": [first], "allowed_importers": rest},
            {"type": "acyclic_siblings", "ancestors": [package], "depth": "0"},
        ]
    return ContractFile(
        path="contracts",
        line=1,
        root_packages=(root,),
        external=True,
        without_type_checking=False,
        custom_types=frozenset(),
        session={"root_packages": [root], "include_external_packages": "True"},
        contracts=tuple(
            Contract(f"contract {number}", str(each["type"]), 1, each)
            for number, each in enumerate(options, start=1)
        ),
    )


def children(package: str, names: Iterable[str]) -> list[str]:
    """What stands directly in a package, sorted."""
    return sorted(name for name in names if name.rpartition(".")[0] == package)


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path, help="an unpacked project")
    print(describe(measure(parser.parse_args().path.resolve())))


if __name__ == "__main__":
    main()
