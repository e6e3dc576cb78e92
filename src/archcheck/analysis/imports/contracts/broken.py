"""What does not hold, from what import-linter's contracts hand on for their own reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from archcheck.analysis.imports.contracts.model import BrokenRule, Chain, Link

if TYPE_CHECKING:
    import grimp


def broken_rules(
    contract_type: str, metadata: Mapping[str, Any], graph: grimp.ImportGraph
) -> tuple[BrokenRule, ...]:
    """The parts of a broken contract that do not hold, sorted.

    Args:
        contract_type: one of import-linter's own.
        metadata: of the contract's check.
        graph: that was checked, whole.
    """
    return tuple(sorted(getattr(_Reader(graph), contract_type)(metadata)))


class _Reader:
    """Reads the metadata of each contract type in the method of that name."""

    def __init__(self, graph: grimp.ImportGraph) -> None:
        self._graph = graph

    def layers(self, metadata: Mapping[str, Any]) -> Iterator[BrokenRule]:
        for dependency in metadata["invalid_dependencies"]:
            chains = map(self._route, dependency["routes"])
            yield _must_not_import(dependency["importer"], dependency["imported"], chains)
        for module in metadata["undeclared_modules"]:
            yield BrokenRule(f"`{module}` must be one of the layers, which are exhaustive")

    def independence(self, metadata: Mapping[str, Any]) -> Iterator[BrokenRule]:
        for pair in metadata["invalid_chains"]:
            chains = map(self._route, pair["chains"])
            yield _must_not_import(pair["downstream_module"], pair["upstream_module"], chains)

    def forbidden(self, metadata: Mapping[str, Any]) -> Iterator[BrokenRule]:
        for pair in metadata["invalid_chains"]:
            chains = (Chain(self._links(links)) for links in pair["chains"])
            yield _must_not_import(pair["downstream_module"], pair["upstream_module"], chains)

    def protected(self, metadata: Mapping[str, Any]) -> Iterator[BrokenRule]:
        for package in metadata["illegal_imports"]:
            yield BrokenRule(
                f"`{package.top_level_module}` is protected from other importers",
                tuple(sorted(Chain((link,)) for link in self._links(package.illegal_links))),
            )

    def acyclic_siblings(self, metadata: Mapping[str, Any]) -> Iterator[BrokenRule]:
        for package, breakers in metadata["cycle_breakers_by_package"].items():
            yield BrokenRule(
                f"the children of `{package}` must not import one another in a circle",
                tuple(sorted(Chain((self._link(*breaker),)) for breaker in breakers)),
            )

    def _route(self, data: Mapping[str, Any]) -> Chain:
        others = self._links((*data["extra_firsts"], *data["extra_lasts"]))
        return Chain(self._links(data["chain"]), tuple(sorted(others)))

    def _links(self, data: Iterable[Mapping[str, Any]]) -> tuple[Link, ...]:
        return tuple(self._link(link["importer"], link["imported"]) for link in data)

    def _link(self, importer: str, imported: str) -> Link:
        details = self._graph.get_import_details(importer=importer, imported=imported)
        lines = {line for detail in details if (line := detail["line_number"]) is not None}
        return Link(importer, imported, tuple(sorted(lines)))


def _must_not_import(importer: str, imported: str, chains: Iterable[Chain]) -> BrokenRule:
    return BrokenRule(f"`{importer}` must not import `{imported}`", tuple(sorted(chains)))
