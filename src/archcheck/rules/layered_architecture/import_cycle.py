"""ARC0102: modules import one another in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archcheck.analysis.imports.digraph import cheapest_cuts, circle_through
from archcheck.analysis.imports.graph import Edge
from archcheck.model import Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

_SHOWN_STEPS = 6


class ImportCycle(ProjectRule):
    """Modules import one another in a circle while they load.

    None of them can be understood, tested or replaced without the others, and the program starts only as long as
    they are imported in an order that nobody wrote down: one more import, and a name is missing from a module that
    is half loaded. All modules of a circle are one finding, told at the import that is cheapest to cut: the one over
    which the fewest names pass. Where circles are tangled the trace lists the imports to cut, each of them needed.

    Not flagged: imports inside functions, for type checking, under `try` or a platform check, or under
    `if __name__ == "__main__"`, which run later or not at all; a package's `__init__` that re-exports its own
    submodules; tests, scripts and generated code.
    """

    code = "ARC0102"
    severity = Severity.WARNING
    noun = "modules are in no import cycle"
    message = "import cycle {cycle}{tangle}; {cut}: `{importer}` → `{imported}` ({names})"
    advice = "move what both need into a module below them, or invert the import with a Protocol"
    waived_by = ("R0401",)
    seed = "001, principle 1: dependencies create coupling; unidirectional dependencies create testable systems"
    good = (
        Example(
            "Both import what they share; neither imports the other.",
            "from shop.pricing import price_of\nfrom shop.lines import Line\n",
            path="src/shop/orders.py",
            files={
                "src/shop/pricing.py": "from shop.lines import Line\n\n\ndef price_of(line: Line): ...\n",
                "src/shop/lines.py": "class Line: ...\n",
            },
        ),
        Example(
            "A type that is needed for annotations only closes no circle.",
            "from shop.pricing import price_of\n\n\nclass Order: ...\n",
            path="src/shop/orders.py",
            files={
                "src/shop/pricing.py": "from __future__ import annotations\n\n"
                "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
                "    from shop.orders import Order\n\n\ndef price_of(order: Order): ...\n",
            },
        ),
        Example(
            "A package re-exports what its modules define.",
            "from shop.orders import Order\n\nVERSION = '1.0'\n",
            path="src/shop/__init__.py",
            files={"src/shop/orders.py": "from shop import VERSION\n\n\nclass Order: ...\n"},
        ),
    )
    bad = (
        Example(
            "Two modules know one another.",
            "from shop.pricing import Basket, price_of  # [import-cycle]\n\n\nLIMIT = 100\n",
            path="src/shop/orders.py",
            files={
                "src/shop/pricing.py": "from shop.orders import LIMIT  # [import-cycle]\n\n\n"
                "class Basket: ...\n\n\ndef price_of(basket): ...\n",
            },
        ),
        Example(
            "The circle is closed by a third module.",
            "from shop import customers  # [import-cycle]\n",
            path="src/shop/orders.py",
            files={
                "src/shop/customers.py": "from shop import mail  # [import-cycle]\n",
                "src/shop/mail.py": "import os\n\nfrom shop import orders  # [import-cycle]\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        lines: dict[str, int] = {}
        for edge in project.graph.import_time_edges:
            lines[edge.importer] = min(edge.line, lines.get(edge.importer, edge.line))
        cyclic: set[str] = set()
        for group in project.graph.cycles:
            cyclic.update(group)
            yield from self._group(project, group)
        for module in sorted(lines.keys() - cyclic):
            yield self.complies(file_place(project.modules[module].path, lines[module]))

    def _group(self, project: Project, group: Sequence[str]) -> Iterator[Outcome]:
        """One outcome a module; the one at the cheapest edge carries the circle as its trace."""
        edges = {
            (edge.importer, edge.imported): edge
            for edge in project.graph.import_time_edges
            if {edge.importer, edge.imported} <= set(group)
        }
        cuts = [
            edges[arrow]
            for arrow in cheapest_cuts({arrow: edge.names for arrow, edge in edges.items()})
        ]
        cheapest = cuts[0]
        cycle = [
            edges[arrow] for arrow in circle_through((cheapest.importer, cheapest.imported), edges)
        ]
        lines = {cheapest.importer: cheapest.line}
        for edge in edges.values():
            lines.setdefault(edge.importer, edge.line)
        for module in group:
            yield self.violates(
                file_place(project.modules[module].path, lines[module], "import cycle"),
                group=f"import cycle of {', '.join(group)}",
                trace=_trace(project, cycle, cuts) if module == cheapest.importer else (),
                cycle=_shown(cycle),
                tangle=_tangle(len(group) - len(cycle)),
                cut="cheapest edge to cut"
                if len(cuts) == 1
                else f"{len(cuts)} edges to cut, the cheapest",
                importer=cheapest.importer,
                names=_counted(cheapest.names, "name"),
                imported=cheapest.imported,
            )


def _trace(project: Project, cycle: Sequence[Edge], cuts: Sequence[Edge]) -> list[TraceStep]:
    """The circle step by step; after it the edges to cut, when one is not enough."""
    steps = [(edge, f"`{edge.importer}` imports `{edge.imported}`") for edge in cycle]
    if len(cuts) > 1:
        steps += [
            (
                edge,
                f"to cut, {number} of {len(cuts)}: `{edge.importer}` → `{edge.imported}` "
                f"({_counted(edge.names, 'name')})",
            )
            for number, edge in enumerate(cuts, start=1)
        ]
    return [TraceStep(project.modules[edge.importer].path, edge.line, text) for edge, text in steps]


def _shown(cycle: Sequence[Edge]) -> str:
    """The circle's modules with arrows, the middle of a long one left out."""
    modules = [f"`{edge.importer}`" for edge in cycle]
    if len(modules) > _SHOWN_STEPS:
        modules[_SHOWN_STEPS // 2 : -1] = ["…"]
    return " → ".join([*modules, modules[0]])


def _tangle(others: int) -> str:
    """What the message says of the group's modules that are not on the circle."""
    return f", tangled with {_counted(others, 'more module')}" if others else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
