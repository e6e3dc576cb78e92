"""ARC0108: a contract that the project keeps for import-linter does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from archcheck.analysis.imports.contracts import Chain, Link, Verdict
from archcheck.model import Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

_SHOWN_STEPS = 6
_LAYERS = """\
[tool.importlinter]
root_package = "shop"

[[tool.importlinter.contracts]]{marker}
name = "Layers of the shop"
type = "layers"
containers = ["shop"]
layers = ["api", "orders", "models"]
"""
_FORBIDDEN = """\
[tool.importlinter]
root_package = "shop"
include_external_packages = true

[[tool.importlinter.contracts]]{marker}
name = "Models know no database"
type = "forbidden"
source_modules = ["shop.models"]
forbidden_modules = ["sqlalchemy"]
broken_contract_guidance = "Declare a port in `shop.ports`."
"""
_MARKER = "  # [broken-import-contract]"


class BrokenImportContract(ProjectRule):
    """An import contract that the project declares for import-linter does not hold.

    A contract is a decision of the team, written down so that a machine can keep it. Each of `layers`, `forbidden`,
    `independence`, `protected` and `acyclic_siblings` is checked with import-linter's own class, on a graph with the
    same edges, but without importing the project. A broken contract is one finding with every chain in its trace.

    Not flagged: imports that the contract ignores; contracts of a custom type, which are code of the project and are
    named in a notice instead. Contracts are read where import-linter looks for them: in `setup.cfg`, `.importlinter`
    and `pyproject.toml`, in that order.
    """

    code = "ARC0108"
    severity = Severity.ERROR
    noun = "import contracts are kept"
    message = "contract `{contract}` is broken: {fact}{more}"
    advice = "cut an import of each chain, or move what is needed to where it may be imported from"
    seed = "001, principle 1: enforcement with import-linter"
    good = (
        Example(
            "The layers of the contract import downwards only.",
            _LAYERS.format(marker=""),
            path="pyproject.toml",
            files={
                "src/shop/__init__.py": "",
                "src/shop/api.py": "from shop.orders import place\n",
                "src/shop/orders.py": "from shop.models import Order\n\n\ndef place(order: Order): ...\n",
                "src/shop/models.py": "class Order: ...\n",
            },
        ),
        Example(
            "A contract may ignore an import for which there is a reason.",
            _LAYERS.format(marker="") + 'ignore_imports = ["shop.models -> shop.orders"]\n',
            path="pyproject.toml",
            files={
                "src/shop/__init__.py": "",
                "src/shop/api.py": "",
                "src/shop/orders.py": "def place(order): ...\n",
                "src/shop/models.py": "from shop.orders import place\n",
            },
        ),
    )
    bad = (
        Example(
            "A lower layer imports a higher one by way of a module that is in none.",
            _LAYERS.format(marker=_MARKER),
            path="pyproject.toml",
            files={
                "src/shop/__init__.py": "",
                "src/shop/api.py": "",
                "src/shop/orders.py": "def place(order): ...\n",
                "src/shop/helpers.py": "from shop.orders import place\n",
                "src/shop/models.py": "from shop.helpers import place\n",
            },
        ),
        Example(
            "A package of another party is forbidden to a part of the project.",
            _FORBIDDEN.format(marker=_MARKER),
            path="pyproject.toml",
            files={
                "src/shop/__init__.py": "",
                "src/shop/models.py": "from sqlalchemy.orm import Session\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for verdict in project.contracts.verdicts:
            place = file_place(verdict.path, verdict.line, f"contract {verdict.name}")
            if not verdict.broken:
                yield self.complies(place)
                continue
            chains = [chain for rule in verdict.broken for chain in rule.chains]
            others = max(len(chains), len(verdict.broken)) - 1
            yield self.violates(
                place,
                trace=_trace(verdict),
                contract=verdict.name,
                fact=_shown(chains[0]) if chains else verdict.broken[0].statement,
                more=f" and {others} more{_cheapest_cut(chains)}" if others else "",
            )


def _shown(chain: Chain) -> str:
    """The modules of a chain with arrows, the middle of a long one left out."""
    names = [f"`{chain.links[0].importer}`", *(f"`{link.imported}`" for link in chain.links)]
    if len(names) > _SHOWN_STEPS:
        names[_SHOWN_STEPS // 2 : -1] = ["…"]
    return " → ".join(names)


def _cheapest_cut(chains: Sequence[Chain]) -> str:
    """The one import without which the most chains fall, when that is more than one."""
    uses = Counter((link.importer, link.imported) for chain in chains for link in chain.links)
    if not uses:
        return ""
    (importer, imported), count = min(uses.items(), key=lambda item: (-item[1], item[0]))
    if count == 1:
        return ""
    return f"; `{importer}` → `{imported}` is in {count} of the {len(chains)} chains"


def _trace(verdict: Verdict) -> Iterator[TraceStep]:
    """The guidance of the contract's author, then what is broken, each with its chains import by import."""
    if verdict.guidance:
        yield TraceStep(verdict.path, verdict.line, f"guidance: {verdict.guidance}")
    for rule in verdict.broken:
        yield TraceStep(verdict.path, verdict.line, rule.statement)
        for chain in rule.chains:
            for link in chain.links:
                yield _step(link, verdict, "imports")
            for link in chain.alternatives:
                yield _step(link, verdict, "also imports")


def _step(link: Link, verdict: Verdict, verb: str) -> TraceStep:
    path = verdict.paths.get(link.importer, verdict.path)
    line = link.lines[0] if link.lines else 0
    return TraceStep(path, line, f"`{link.importer}` {verb} `{link.imported}`")
