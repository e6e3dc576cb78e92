"""Layers that nobody declared, recognised by the names of packages that stand side by side and by their imports.

Names alone are no proof: ``api`` is the surface of one project and the client library of another. So a preset is
claimed only where the imports between its layers point its way as well, and where its layers hold a fair share of
the code. What is doubtful is not claimed at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.imports.graph import NOT_TYPING, ImportGraph
from archcheck.analysis.layers.assignment import Layers, is_composition_root
from archcheck.analysis.layers.plan import LayerPlan, Relation
from archcheck.analysis.layers.presets import PRESETS
from archcheck.analysis.names.module_names import ancestry, is_within
from archcheck.model import RUNTIME_ROLES

HIGH, MEDIUM = "high", "medium"

_SLICE_MARKS = frozenset({"controllers", "routes", "views", "endpoints", "routers"})
_DJANGO_MODELS = "django.db"


class _Shape(Struct, frozen=True):
    """What a stack must look like to be recognised.

    Attributes:
        needs: sets of layers of each of which one must be there, and take part in an import.
        share: of the imports between layers that must point the preset's way.
        context: the same for one of several bounded contexts side by side, whose repetition stands for the layers
            that it lacks; empty where fewer layers than ``needs`` are too few to tell.
    """

    needs: tuple[frozenset[str], ...]
    share: Fraction
    context: tuple[frozenset[str], ...] = ()

    def fits(self, layers: Collection[str]) -> bool:
        """Whether these layers are a whole stack."""
        return all(not need.isdisjoint(layers) for need in self.needs)

    def fits_context(self, layers: Collection[str]) -> bool:
        """Whether these layers are at least what each context has."""
        return bool(self.context) and all(not need.isdisjoint(layers) for need in self.context)


#: In the order in which they are tried.
_SHAPES: Mapping[str, _Shape] = {
    "clean": _Shape(
        (
            frozenset({"domain"}),
            frozenset({"infrastructure"}),
            frozenset({"application", "presentation"}),
        ),
        Fraction(3, 4),
        context=(frozenset({"domain"}), frozenset({"infrastructure"})),
    ),
    "four-layer": _Shape(
        (
            frozenset({"foundation"}),
            frozenset({"infrastructure", "integration"}),
            frozenset({"integration", "application"}),
        ),
        Fraction(3, 4),
    ),
    "webapp": _Shape(
        (frozenset({"api"}), frozenset({"services"}), frozenset({"schemas", "data"})),
        Fraction(17, 20),
    ),
}

#: Less of the modules in layers than this, and they are not what the code is organised by.
_LEAST_COVERAGE = Fraction(1, 4)
_HIGH_COVERAGE = Fraction(3, 5)
#: Less of the whole project, and a few packages merely happen to bear the names.
_LEAST_OF_PROJECT = Fraction(1, 10)
_HIGH_SHARE = Fraction(9, 10)
#: Imports between layers that a container needs to speak for itself, and all containers together for high confidence.
_FEW_IMPORTS, _MANY_IMPORTS = 3, 10
#: Fewer packages side by side with the same layers, and the repetition is no sign.
_FEW_CONTEXTS = 3


class _Count(Struct, frozen=True):
    """What is seen of one container.

    Attributes:
        inside: modules of the runtime roles below it.
        seated: of these, those in a layer.
        right: imports between its layers that point the preset's way.
        wrong: those that do not.
        linked: layers that take part in an import of the right direction.
    """

    inside: int = 0
    seated: int = 0
    right: int = 0
    wrong: int = 0
    linked: frozenset[str] = frozenset()

    def __add__(self, other: _Count) -> _Count:
        return _Count(
            self.inside + other.inside,
            self.seated + other.seated,
            self.right + other.right,
            self.wrong + other.wrong,
            self.linked | other.linked,
        )

    @property
    def imports(self) -> int:
        """Imports that say something of the direction."""
        return self.right + self.wrong

    @property
    def share(self) -> Fraction:
        """Of the imports, those that point the preset's way."""
        return Fraction(self.right, self.imports) if self.imports else Fraction(0)

    @property
    def coverage(self) -> Fraction:
        """Of the modules, those in a layer."""
        return Fraction(self.seated, self.inside) if self.inside else Fraction(0)


def detect_layers(graph: ImportGraph) -> tuple[LayerPlan, ...]:
    """The presets that the modules of ``graph`` follow, each with its containers, confidence and evidence.

    A container is taken by the first preset that fits, and no layer is sought inside a layer.
    """
    runtime = {
        name: module for name, module in graph.modules.items() if module.role in RUNTIME_ROLES
    }
    children = _children(runtime)
    plans: list[LayerPlan] = []
    taken: set[str] = set()
    for preset in _SHAPES:
        candidates = _candidates(preset, [name for name in children if name not in taken], children)
        plan = _recognised(preset, _outermost(candidates, children, preset), runtime, graph)
        if plan is not None:
            plans.append(plan)
            taken.update(_within_layers(plan, children), plan.containers)
    return tuple(plans)


# --- names


def _children(modules: Collection[str]) -> dict[str, set[str]]:
    """Package (``""`` for the top) -> the names directly below it that hold runtime code."""
    found: dict[str, set[str]] = {}
    for module in modules:
        for name in ancestry(module):
            package, _, last = name.rpartition(".")
            found.setdefault(package, set()).add(last)
    return found


def _present(preset: str, container: str, children: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Layer -> the children of a container that bear one of its names."""
    names = children[container]
    found: dict[str, set[str]] = {}
    for layer in PRESETS[preset].layers():
        packages = names.intersection(layer.packages) or {
            synonym.package
            for synonym in layer.synonyms
            if synonym.package in names and not synonym.beside.isdisjoint(names)
        }
        if packages:
            found[layer.name] = packages
    return found


def _candidates(
    preset: str, containers: Iterable[str], children: Mapping[str, set[str]]
) -> list[str]:
    """The containers whose names are those of a whole stack, or of one of several contexts; sorted."""
    shape = _SHAPES[preset]
    whole: set[str] = set()
    partial: set[str] = set()
    for container in containers:
        present = _present(preset, container, children)
        if not _is_sliced(present.get("domain", ()), container, children):
            if shape.fits(present):
                whole.add(container)
            elif shape.fits_context(present):
                partial.add(container)
    return sorted(whole | (partial & _repeated(whole | partial)))


def _repeated(containers: Collection[str]) -> set[str]:
    """Those that have enough others beside them to be bounded contexts of one package."""
    beside = Counter(_package(container) for container in containers if container)
    return {
        container
        for container in containers
        if container and beside[_package(container)] >= _FEW_CONTEXTS
    }


def _package(container: str) -> str:
    """The package around a container, ``""`` for the top."""
    return container.rpartition(".")[0]


def _is_sliced(domain: Collection[str], container: str, children: Mapping[str, set[str]]) -> bool:
    """Whether ``domain`` holds features with their own controllers or routes, and is a container itself."""
    prefix = f"{container}." if container else ""
    return any(
        not _SLICE_MARKS.isdisjoint(children.get(f"{prefix}{package}.{feature}", ()))
        for package in domain
        for feature in children.get(f"{prefix}{package}", ())
    )


def _outermost(
    candidates: Sequence[str], children: Mapping[str, set[str]], preset: str
) -> list[str]:
    """The candidates that lie in no layer of another one."""
    packages = [
        f"{container}.{package}" if container else package
        for container in candidates
        for names in _present(preset, container, children).values()
        for package in names
    ]
    return [
        container
        for container in candidates
        if not any(is_within(container, package) for package in packages)
    ]


def _within_layers(plan: LayerPlan, children: Mapping[str, set[str]]) -> Iterator[str]:
    """The packages that lie in a layer of a recognised plan."""
    layers = [
        f"{container}.{package}" if container else package
        for container in plan.containers
        for names in _present(plan.preset, container, children).values()
        for package in names
    ]
    return (name for name in children if any(is_within(name, layer) for layer in layers))


# --- shape


def _recognised(
    preset: str,
    containers: Sequence[str],
    modules: Mapping[str, ModuleFacts],
    graph: ImportGraph,
) -> LayerPlan | None:
    """The plan of a preset in those containers whose imports bear it out."""
    if not containers:
        return None
    plan = replace(PRESETS[preset], containers=tuple(containers))
    layers = Layers(plan, modules)
    if preset == "webapp" and _uses_django(layers, modules):
        # Methods of Django's models are where its projects call services from.
        plan = replace(plan, discouraged=plan.discouraged | {("data", "services")})
        layers = Layers(plan, modules)
    counts = _counts(layers, graph)
    shape = _SHAPES[preset]
    if _total(counts.values()).share < shape.share:
        return None  # in this project, these names mean something else
    sure = _borne_out(shape, counts)
    total = _total(sure.values())
    if total.imports < _FEW_IMPORTS or total.seated < _LEAST_OF_PROJECT * len(modules):
        return None
    is_high = (
        total.coverage >= _HIGH_COVERAGE
        and total.share >= _HIGH_SHARE
        and total.imports >= _MANY_IMPORTS
    )
    return replace(
        plan,
        containers=tuple(sure),
        confidence=HIGH if is_high else MEDIUM,
        evidence=tuple(_evidence(layers, container, count) for container, count in sure.items()),
    )


def _borne_out(shape: _Shape, counts: Mapping[str, _Count]) -> dict[str, _Count]:
    """The containers whose imports are those of a stack."""
    straight = {name: count for name, count in counts.items() if count.share >= shape.share}
    whole = {
        name
        for name, count in straight.items()
        if count.coverage >= _LEAST_COVERAGE and shape.fits(count.linked)
    }
    contexts = {
        name
        for name, count in straight.items()
        if count.coverage >= _HIGH_COVERAGE and shape.fits_context(count.linked)
    }
    repeated = _repeated(whole | contexts)
    together: dict[str, _Count] = {}
    for container in repeated:
        package = _package(container)
        together[package] = together.get(package, _Count()) + counts[container]
    sure = whole | {
        container
        for container in contexts & repeated
        if together[_package(container)].share >= _HIGH_SHARE
    }
    return {container: count for container, count in counts.items() if container in sure}


def _uses_django(layers: Layers, modules: Mapping[str, ModuleFacts]) -> bool:
    return any(
        is_within(fact.module, _DJANGO_MODELS)
        for name, seat in layers.seats.items()
        if seat.layer == "data"
        for fact in modules[name].imports
    )


def _counts(layers: Layers, graph: ImportGraph) -> dict[str, _Count]:
    """What is seen of each container of a plan."""
    (containers,) = layers.containers
    found = {container: _Count() for container in containers}
    # Innermost first: a module belongs to the nearest container around it.
    nearest = sorted(containers, key=len, reverse=True)
    for name in layers.modules:
        home = next((each for each in nearest if is_within(name, each)), None)
        if home is not None and name != home and not is_composition_root(_inside(name, home)):
            found[home] += _Count(inside=1, seated=int(name in layers.seats))
    for importer, imported in graph.binding(NOT_TYPING):
        relation = layers.relation(importer, imported)
        if relation in (Relation.ALLOWED, Relation.FORBIDDEN):
            a, b = layers.seats[importer], layers.seats[imported]
            if a.container == b.container:
                right = relation is Relation.ALLOWED
                found[a.container] += _Count(
                    right=int(right),
                    wrong=int(not right),
                    linked=frozenset({a.layer, b.layer} if right else ()),
                )
    return found


def _inside(name: str, container: str) -> str:
    return name[len(container) + 1 :] if container else name


def _total(counts: Collection[_Count]) -> _Count:
    return sum(counts, start=_Count())


def _evidence(layers: Layers, container: str, count: _Count) -> str:
    packages = sorted(
        {
            _inside(seat.package, container)
            for seat in layers.seats.values()
            if seat.container == container
        }
    )
    return (
        f"`{container or '.'}`: {', '.join(f'`{name}`' for name in packages)} stand side by side and hold "
        f"{count.seated} of {count.inside} modules; {count.right} of {count.imports} imports between them "
        f"point downwards"
    )
