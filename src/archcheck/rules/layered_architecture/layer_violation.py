"""ARC0101: a module imports a module of a higher layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from archcheck.analysis.facts import DEFERRED, ModuleFacts
from archcheck.analysis.imports.external import external_imports
from archcheck.analysis.imports.graph import Edge
from archcheck.analysis.layers.assignment import PRESETS, Layers, Relation
from archcheck.analysis.layers.chains import Chain, illegal_chains
from archcheck.model import Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

_SHOWN_BETWEEN = 3
#: Stacks on which projects of the field differ so much that a departure is no error.
_MILD_PRESETS = frozenset({"webapp"})
_FOUR_LAYERS = replace(PRESETS["four-layer"], containers=("shop",))


class LayerViolation(ProjectRule):
    """A module imports a module of a higher layer than its own.

    Dependencies create coupling, and only those that point one way leave a layer that can be tested and replaced
    without the ones above it. One import upwards is enough to lose that: whoever touches the lower layer must then
    know the higher one. A chain of imports through modules outside the layers couples just as a direct import does,
    and so does an import inside a function, which hides it.

    Not flagged: imports for type checking only; the `ports` or `interfaces` of a layer, which lower layers
    implement; composition roots (`main`, `container`, `dependencies`, `di`), whose job is to know every layer; tests,
    migrations and scripts. Layers that were detected are held to direct imports only; without declared or detected
    ones the rule has nothing to say. Departures from the preset `webapp` are warnings.
    """

    code = "ARC0101"
    severity = Severity.ERROR
    noun = "dependencies between layers point downwards"
    message = "`{importer}` ({lower}) imports `{imported}` ({higher}), {relation}{hidden}"
    advice = "depend on a port in the lower layer and inject the implementation"
    seed = "001, principle 1: unidirectional dependencies create testable, replaceable systems"
    good = (
        Example(
            "Dependencies point downwards, from the application to the foundation.",
            "from shop.foundation.money import Money\n\n\ndef total(prices: list[Money]) -> Money:\n"
            "    return sum(prices, Money(0))\n",
            path="src/shop/application/orders.py",
            files={"src/shop/foundation/money.py": "class Money(int): ...\n"},
            layers=_FOUR_LAYERS,
        ),
        Example(
            "A type that is needed for annotations only makes no dependency at run time.",
            "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n"
            "if TYPE_CHECKING:\n    from shop.application.orders import Order\n\n\n"
            "def save(order: Order) -> None: ...\n",
            path="src/shop/infrastructure/store.py",
            files={"src/shop/application/orders.py": "class Order: ...\n"},
            layers=_FOUR_LAYERS,
        ),
        Example(
            "A lower layer implements the port of a higher one.",
            "from shop.application.ports import OrderStore\n\n\nclass SqlOrderStore(OrderStore): ...\n",
            path="src/shop/infrastructure/store.py",
            files={"src/shop/application/ports.py": "class OrderStore: ...\n"},
            layers=_FOUR_LAYERS,
        ),
    )
    bad = (
        Example(
            "The foundation knows the database.",
            "from shop.infrastructure.database import connect  # [layer-violation]\n\n\n"
            "def exists(sku: str) -> bool:\n    return connect().has(sku)\n",
            path="src/shop/foundation/validators.py",
            files={"src/shop/infrastructure/database.py": "def connect(): ...\n"},
            layers=_FOUR_LAYERS,
        ),
        Example(
            "An import inside a function hides the dependency and does not remove it.",
            "def forget(order_id: int) -> None:\n"
            "    from shop.application.orders import cancel  # [layer-violation]\n\n"
            "    cancel(order_id)\n",
            path="src/shop/infrastructure/store.py",
            files={"src/shop/application/orders.py": "def cancel(order_id): ...\n"},
            layers=_FOUR_LAYERS,
        ),
        Example(
            "The way round leads through a module that is in no layer.",
            "from shop.helpers import latest_order  # [layer-violation]\n",
            path="src/shop/foundation/reports.py",
            files={
                "src/shop/helpers.py": "from shop.application.orders import latest_order\n",
                "src/shop/application/orders.py": "def latest_order(): ...\n",
            },
            layers=_FOUR_LAYERS,
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        layers = project.layers
        if layers is None:
            return
        for (importer, imported), edge in sorted(project.graph.binding().items()):
            relation = layers.relation(importer, imported)
            if relation is not None and relation is not Relation.FREE:
                yield self._direct(project, layers, edge, relation)
        for chain in illegal_chains(project.graph, layers):
            yield self._indirect(project, layers, chain)
        for module in sorted(layers.seats):
            # What an inner layer may import is for framework-in-domain to say.
            if not layers.is_inner(module):
                yield from self._external(project.modules[module], layers)

    def _direct(self, project: Project, layers: Layers, edge: Edge, relation: Relation) -> Outcome:
        place = file_place(project.modules[edge.importer].path, edge.line, edge.imported)
        if relation is Relation.ALLOWED:
            return self.complies(place)
        return self.violates(
            place,
            advice=relation is Relation.DISCOURAGED,
            severity=_severity(layers, edge.importer),
            **self._values(layers, (edge,)),
        )

    def _external(self, module: ModuleFacts, layers: Layers) -> Iterator[Outcome]:
        """What a restricted layer takes from other parties."""
        for item in external_imports(module, layers):
            place = file_place(module.path, item.line, item.library)
            if item.forbidden:
                yield self.violates(
                    place,
                    message="`{importer}` ({layer}) imports `{library}`, which its layer does not allow",
                    importer=module.name,
                    layer=layers.layer(module.name),
                    library=item.library,
                )
            else:
                yield self.complies(place)

    def _indirect(self, project: Project, layers: Layers, chain: Chain) -> Outcome:
        last = chain[-1].imported
        return self.violates(
            file_place(project.modules[chain[0].importer].path, chain[0].line, last),
            message="`{importer}` ({lower}) reaches `{imported}` ({higher}), {relation}, "
            "through {through}{hidden}; cheapest import to cut: {cut}",
            trace=[
                TraceStep(
                    project.modules[edge.importer].path,
                    edge.line,
                    f"`{edge.importer}` imports `{edge.imported}`",
                )
                for edge in chain
            ],
            severity=_severity(layers, chain[0].importer),
            through=_listed([edge.imported for edge in chain[:-1]]),
            cut=_cheapest(chain),
            **self._values(layers, chain),
        )

    @staticmethod
    def _values(layers: Layers, chain: Chain) -> dict[str, Any]:
        """What the messages say of a chain's two ends."""
        importer, imported = chain[0].importer, chain[-1].imported
        skipped = layers.skipped(importer, imported)
        independent = layers.siblings(importer, imported)
        deferred = any(edge.kind == DEFERRED for edge in chain)
        return {
            "importer": importer,
            "lower": layers.layer(importer),
            "imported": imported,
            "higher": layers.layer(imported),
            "relation": f"past the closed layer `{skipped}`"
            if skipped
            else "an independent layer"
            if independent
            else "a higher layer",
            "hidden": " (inside a function: hidden, still a dependency)" if deferred else "",
        }


def _cheapest(chain: Chain) -> str:
    """The step over which the fewest names pass, of several the first."""
    edge = min(chain, key=lambda edge: edge.names)
    names = "1 name" if edge.names == 1 else f"{edge.names} names"
    return f"`{edge.importer}` → `{edge.imported}` ({names})"


def _severity(layers: Layers, module: str) -> Severity | None:
    """The case's own severity where the module's stack is one of the mild presets."""
    return Severity.WARNING if layers.seats[module].plan.preset in _MILD_PRESETS else None


def _listed(modules: Sequence[str]) -> str:
    """The modules between, the middle of many left out: the trace has them all."""
    names = [f"`{module}`" for module in modules]
    return ", ".join(names if len(names) <= _SHOWN_BETWEEN else [names[0], "…", names[-1]])
