"""ARC0106: sibling packages depend on one another in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archcheck.analysis.facts import DEFERRED, GUARDED, RUNTIME
from archcheck.analysis.imports.digraph import Arrow, cheapest_cuts, circle_through, components
from archcheck.analysis.imports.graph import Edge
from archcheck.model import RUNTIME_ROLES, Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

_KINDS = frozenset({RUNTIME, GUARDED, DEFERRED})
_SHOWN_STEPS = 6

Links = Mapping[Arrow, Sequence[Edge]]
"""From one package to its sibling -> the imports that link them."""


class PackageCycle(ProjectRule):
    """Packages of one parent depend on one another in a circle.

    Packages are what a program is cut into. Those on a circle are one piece: none can be understood, tested, moved
    to a repository of its own or given to another team without the rest, even where no module of them imports
    itself in a circle. An import inside a function counts, for it is how such circles are made to run. All packages
    of a circle are one finding, told at the link that is cheapest to cut: the one made of the fewest imports.

    Not flagged: modules beside packages; a package and its own subpackages, or its parent's `__init__`; imports for
    type checking only or under `if __name__ == "__main__"`; tests, scripts and generated code.
    """

    code = "ARC0106"
    severity = Severity.INFO
    noun = "packages are in no circle with their siblings"
    message = "package cycle {cycle}{tangle}; {cut}: `{importer}` → `{imported}` ({imports})"
    advice = "move what both need into a package below them, or invert the imports with a Protocol"
    seed = "001, principle 1: dependencies create coupling; unidirectional dependencies create testable systems"
    preview = True
    good = (
        Example(
            "The packages stand above one another.",
            "from shop.stock.shelves import reserve\n",
            path="src/shop/sales/orders.py",
            files={
                "src/shop/sales/__init__.py": "",
                "src/shop/stock/__init__.py": "",
                "src/shop/stock/shelves.py": "def reserve(): ...\n",
            },
        ),
        Example(
            "A type that is needed for annotations only makes no circle.",
            "from shop.stock.shelves import reserve\n\n\nclass Order: ...\n",
            path="src/shop/sales/orders.py",
            files={
                "src/shop/stock/shelves.py": "from __future__ import annotations\n\n"
                "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
                "    from shop.sales.orders import Order\n\n\ndef reserve(order: Order): ...\n"
            },
        ),
    )
    bad = (
        Example(
            "No module imports itself in a circle, but the two packages do.",
            "from shop.stock.shelves import reserve  # [package-cycle]\n",
            path="src/shop/sales/orders.py",
            files={
                "src/shop/sales/prices.py": "PRICES = {}\n",
                "src/shop/stock/shelves.py": "def reserve(): ...\n",
                "src/shop/stock/report.py": "from shop.sales import prices  # [package-cycle]\n",
            },
        ),
        Example(
            "An import inside a function hides the circle.",
            "from shop.stock.shelves import reserve, release  # [package-cycle]\n"
            "from shop.stock import report\n",
            path="src/shop/sales/orders.py",
            files={
                "src/shop/stock/shelves.py": "def reserve():\n"
                "    from shop.sales.orders import cancel  # [package-cycle]\n",
                "src/shop/stock/report.py": "",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for links in _siblings(project):
            successors: dict[str, list[str]] = {}
            leaving: dict[str, list[Edge]] = {}
            for (importer, imported), edges in links.items():
                successors.setdefault(importer, []).append(imported)
                leaving.setdefault(importer, []).extend(edges)
            groups = components(successors)
            for group, inside in zip(groups, _inside(groups, links), strict=True):
                if inside:
                    yield from self._circle(project, group, inside)
                elif group[0] in successors:
                    first = _first(leaving[group[0]])
                    yield self.complies(
                        file_place(project.modules[first.importer].path, first.line, group[0])
                    )

    def _circle(self, project: Project, group: Sequence[str], links: Links) -> Iterator[Outcome]:
        """One outcome a package; the one at the cheapest link carries the circle as its trace."""
        cuts = cheapest_cuts({arrow: len(edges) for arrow, edges in links.items()})
        cycle = circle_through(cuts[0], links)
        importer, imported = cuts[0]
        for package in group:
            edge = _first(links[cuts[0]] if package == importer else _leaving(package, links))
            yield self.violates(
                file_place(project.modules[edge.importer].path, edge.line, "package cycle"),
                group=f"package cycle of {', '.join(group)}",
                trace=_trace(project, cycle, cuts, links) if package == importer else (),
                cycle=_shown(cycle),
                tangle=_tangle(len(group) - len(cycle)),
                cut="cheapest link to cut"
                if len(cuts) == 1
                else f"{len(cuts)} links to cut, the cheapest",
                importer=importer,
                imported=imported,
                imports=_counted(len(links[cuts[0]]), "import"),
            )


def _inside(groups: Sequence[Sequence[str]], links: Links) -> list[Links]:
    """For each group the links between its own packages."""
    home = {package: number for number, group in enumerate(groups) for package in group}
    found: list[dict[Arrow, Sequence[Edge]]] = [{} for _ in groups]
    for (importer, imported), edges in links.items():
        if home[importer] == home[imported]:
            found[home[importer]][importer, imported] = edges
    return list(found)


def _siblings(project: Project) -> list[Links]:
    """For each parent the links between the packages right below it."""
    packages = {
        name[:end] for name in project.modules for end, letter in enumerate(name) if letter == "."
    }
    found: dict[str, dict[Arrow, list[Edge]]] = {}
    running = {name for name, module in project.modules.items() if module.role in RUNTIME_ROLES}
    for edge in project.graph.binding(_KINDS).values():
        if edge.importer in running and edge.imported in running:
            parent, ours, theirs = _fork(edge.importer, edge.imported)
            if ours != theirs and ours in packages and theirs in packages:
                found.setdefault(parent, {}).setdefault((ours, theirs), []).append(edge)
    return [found[parent] for parent in sorted(found)]


def _fork(importer: str, imported: str) -> tuple[str, str, str]:
    """The innermost package around both modules, and what of it holds each; the same for a package and its own."""
    ours, theirs = importer.split("."), imported.split(".")
    shared = 0
    while shared < min(len(ours), len(theirs)) - 1 and ours[shared] == theirs[shared]:
        shared += 1
    return (
        ".".join(ours[:shared]),
        ".".join(ours[: shared + 1]),
        ".".join(theirs[: shared + 1]),
    )


def _leaving(package: str, links: Links) -> list[Edge]:
    return [edge for (importer, _), edges in links.items() if importer == package for edge in edges]


def _first(edges: Sequence[Edge]) -> Edge:
    return min(edges, key=lambda edge: (edge.importer, edge.line))


def _trace(
    project: Project, cycle: Sequence[Arrow], cuts: Sequence[Arrow], links: Links
) -> list[TraceStep]:
    """An import for each step of the circle; after it the links to cut, when one is not enough."""
    steps = [(_first(links[arrow]), "") for arrow in cycle]
    if len(cuts) > 1:
        steps += [
            (
                _first(links[arrow]),
                f"to cut, {number} of {len(cuts)}: `{arrow[0]}` → `{arrow[1]}` "
                f"({_counted(len(links[arrow]), 'import')})",
            )
            for number, arrow in enumerate(cuts, start=1)
        ]
    return [
        TraceStep(
            project.modules[edge.importer].path,
            edge.line,
            text or f"`{edge.importer}` imports `{edge.imported}`",
        )
        for edge, text in steps
    ]


def _shown(cycle: Sequence[Arrow]) -> str:
    """The circle's packages with arrows, the middle of a long one left out."""
    names = [f"`{importer}`" for importer, _ in cycle]
    if len(names) > _SHOWN_STEPS:
        names[_SHOWN_STEPS // 2 : -1] = ["…"]
    return " → ".join([*names, names[0]])


def _tangle(others: int) -> str:
    return f", tangled with {_counted(others, 'more package')}" if others else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
