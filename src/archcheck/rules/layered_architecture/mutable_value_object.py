"""ARC0105: an event, a command or another value of the domain can be changed after it was made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archcheck.analysis.facts import ClassFact, ModuleFacts
from archcheck.analysis.topics.values.records import FROZEN, IMMUTABLE_BASES, MODEL_BASES, MUTABLE
from archcheck.model import Confidence, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_VALUES = re.compile(r"value_objects?|(domain_|integration_)?events?|commands?|quer(y|ies)")
_LAYERS = frozenset(
    {"application", "domain", "foundation", "seedwork", "shared_kernel", "use_cases", "usecases"}
)
_NAMED_BASES = frozenset({"DomainEvent", "IntegrationEvent", "ValueObject"})
#: These say it only in a domain or application layer: commands of a shell and queries of a database are called so too.
_LAYER_BASES = frozenset({"Command", "Event", "Query"})
#: They say nothing of the instances.
_SILENT_BASES = frozenset(
    {"abc.ABC", "object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"}
)
_KNOWN_BASES = MODEL_BASES | IMMUTABLE_BASES | _SILENT_BASES
_MAX_BASES = 20


class MutableValueObject(ProjectRule):
    """An event, a command or another value object of the domain can be changed after it was made.

    A value has no identity: two that hold the same are the same. Whoever can change one changes it for everybody
    that holds it, past the checks of its constructor, and it can be no key of a set or dictionary. An event that
    has happened and a command that was given are facts, and facts do not change.

    Judged are dataclasses, classes of attrs, models of pydantic and structs of msgspec: in modules called
    `value_objects`, `events`, `commands` or `queries` of a domain or application layer, and those that derive from
    a first-party `ValueObject` or `DomainEvent`. Not flagged: classes that give their own attributes new values
    later, which are meant to change; subclasses of a class that can change, which have no choice: the base is told;
    classes whose settings are computed or whose bases are unknown; the same names outside those layers.
    """

    code = "ARC0105"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "value objects cannot be changed"
    message = "value object `{name}` can be changed after it was made"
    advice = (
        "declare it with `@dataclass(frozen=True)`, `@attrs.frozen` or `ConfigDict(frozen=True)`"
    )
    seed = "002, key principle 6: value objects are immutable"
    good = (
        Example(
            "An event that has happened stays as it is.",
            "from dataclasses import dataclass\n\n\n@dataclass(frozen=True, slots=True)\n"
            "class OrderPlaced:\n    order_id: int\n",
            path="src/shop/domain/events.py",
        ),
        Example(
            "All events are frozen by the settings of their base.",
            "from shop.domain.event import DomainEvent\n\n\nclass OrderPlaced(DomainEvent):\n"
            "    order_id: int\n",
            path="src/shop/domain/orders.py",
            files={
                "src/shop/domain/event.py": "from pydantic import BaseModel, ConfigDict\n\n\n"
                "class DomainEvent(BaseModel):\n    model_config = ConfigDict(frozen=True)\n"
            },
        ),
        Example(
            "An entity has an identity and may change.",
            "from dataclasses import dataclass\n\n\n@dataclass\nclass Order:\n    id: int\n"
            "    paid: bool = False\n",
            path="src/shop/domain/orders.py",
            files={
                "src/shop/domain/value_objects.py": "from typing import NamedTuple\n\n\n"
                "class Price(NamedTuple):\n    cents: int\n"
            },
        ),
    )
    bad = (
        Example(
            "Every handler can rewrite what has happened.",
            "from dataclasses import dataclass\n\n\n@dataclass\n"
            "class OrderPlaced:  # [mutable-value-object]\n    order_id: int\n",
            path="src/shop/domain/events.py",
        ),
        Example(
            "A command can be altered on its way.",
            "from pydantic import BaseModel\n\n\nclass PlaceOrder(BaseModel):  # [mutable-value-object]\n"
            "    sku: str\n    quantity: int\n",
            path="src/shop/application/commands.py",
        ),
        Example(
            "It is a value object by name only.",
            "import attrs\n\nfrom shop.seedwork import ValueObject\n\n\n@attrs.define\n"
            "class Price(ValueObject):  # [mutable-value-object]\n    cents: int\n",
            path="src/shop/domain/money.py",
            files={"src/shop/seedwork.py": "class ValueObject: ...\n"},
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for name in sorted(project.modules):
            module = project.modules[name]
            if module.role not in self.roles:
                continue
            for fact in module.classes:
                qualified = f"{name}.{fact.qualname}"
                if not (_holds_values(project, module) or _is_named_value(project, fact)):
                    continue
                place = file_place(module.path, fact.line, fact.qualname)
                said = _mutability(project, qualified)
                if said == FROZEN:
                    yield self.complies(place)
                elif said == MUTABLE and not fact.changes_itself:
                    yield self.violates(place, name=fact.qualname)


def _holds_values(project: Project, module: ModuleFacts) -> bool:
    """Whether a module's name says that it holds values of a domain or application layer."""
    segments = module.name.split(".")
    return _is_inside(project, module.name) and any(map(_VALUES.fullmatch, segments))


def _is_inside(project: Project, module: str) -> bool:
    layer = project.layers.layer(module) if project.layers is not None else ""
    return layer in _LAYERS or not _LAYERS.isdisjoint(module.split("."))


def _is_named_value(project: Project, fact: ClassFact) -> bool:
    """Whether a class derives from a first-party one whose name says that it is a value."""
    pending, seen = list(fact.bases), set[str]()
    while pending and len(seen) < _MAX_BASES:
        base = project.lookup(pending.pop())
        if base in seen or base not in project.classes:
            continue
        seen.add(base)
        home, _, simple = base.rpartition(".")
        if simple in _NAMED_BASES or (simple in _LAYER_BASES and _is_inside(project, home)):
            return True
        pending.extend(project.classes[base].bases)
    return False


def _mutability(project: Project, name: str) -> str:
    """What the class says of its instances, itself or through its bases; ``""`` where it has no choice."""
    fact = project.classes[name]
    if fact.mutability == FROZEN or _has_choice(project, fact):
        return _said(project, name, set())
    return ""


def _has_choice(project: Project, fact: ClassFact) -> bool:
    """Whether no base can change and all are known: a frozen dataclass cannot derive from another."""
    for base in map(project.lookup, fact.bases):
        if base in project.classes:
            if _said(project, base, set()) == MUTABLE:
                return False
        elif base not in _KNOWN_BASES:
            return False
    return True


def _said(project: Project, name: str, seen: set[str]) -> str:
    """What the nearest that says anything says: the class, or a base."""
    if name in MODEL_BASES:
        return MUTABLE
    if name in IMMUTABLE_BASES:
        return FROZEN
    fact = project.classes.get(name)
    if fact is None or name in seen or len(seen) > _MAX_BASES:
        return ""
    if fact.mutability:
        return fact.mutability
    answers = (_said(project, project.lookup(base), seen | {name}) for base in fact.bases)
    return next(filter(None, answers), "")
