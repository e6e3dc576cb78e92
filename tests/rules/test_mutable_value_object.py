"""ARC0105: which classes are values, and which of them may change."""

from __future__ import annotations

import pytest
from judging import BAD, OK, verdicts

from archcheck.analysis.layers.assignment import PRESETS
from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.mutable_value_object import MutableValueObject
from archcheck.testing import outcomes

EVENTS = "src/shop/domain/events.py"
HEADER = "from dataclasses import dataclass\nfrom pydantic import BaseModel, ConfigDict\n"
MUTABLE = HEADER + "@dataclass\nclass Placed:\n    id: int\n"


@pytest.mark.parametrize(
    "path",
    [
        "src/shop/domain/events.py",
        "src/shop/domain/event.py",
        "src/shop/domain/domain_events.py",
        "src/shop/domain/value_objects/money.py",
        "src/shop/application/commands.py",
        "src/shop/orders/application/command/place.py",
        "src/shop/application/queries.py",
    ],
)
def test_places_that_hold_values(path: str) -> None:
    assert verdicts(MutableValueObject, MUTABLE, path) == [(4, BAD)]


@pytest.mark.parametrize(
    "path",
    [
        "src/shop/domain/orders.py",
        "src/shop/events.py",
        "src/shop/cli/commands.py",
        "src/shop/infrastructure/queries.py",
        "src/shop/domain/event_store.py",
        "src/shop/domain/tests/events.py",
    ],
)
def test_other_places(path: str) -> None:
    assert verdicts(MutableValueObject, MUTABLE, path) == []


JUDGED = {
    "a frozen model": (
        "class A(BaseModel):\n    model_config = ConfigDict(frozen=True)\n",
        [(3, OK)],
    ),
    "a model": ("class A(BaseModel):\n    x: int\n", [(3, BAD)]),
    "a named tuple": (
        "from typing import NamedTuple\nclass A(NamedTuple):\n    x: int\n",
        [(4, OK)],
    ),
    "a plain class": ("class A:\n    pass\n", []),
    "an exception": ("class A(Exception):\n    pass\n", []),
    "that changes itself": (
        "@dataclass\nclass A:\n    x: int\n    def pay(self):\n        self.x = 1\n",
        [],
    ),
    "with computed settings": ("@dataclass(frozen=FROZEN)\nclass A:\n    x: int\n", []),
    "of an unknown base": (
        "from events import Event\n@dataclass\nclass A(Event):\n    x: int\n",
        [],
    ),
    "of a silent base": (
        "from abc import ABC\n@dataclass\nclass A(ABC):\n    x: int\n",
        [(5, BAD)],
    ),
    "the base is told, not its subclass": (
        "@dataclass\nclass A:\n    x: int\n@dataclass\nclass B(A):\n    y: int\n",
        [(4, BAD)],
    ),
    "a frozen model of one that is not": (
        "class A(BaseModel):\n    x: int\nclass B(A, frozen=True):\n    y: int\n",
        [(3, BAD), (5, OK)],
    ),
    "frozen by its base": (
        "class A(BaseModel, frozen=True):\n    x: int\nclass B(A):\n    y: int\n",
        [(3, OK), (5, OK)],
    ),
    "that derives from itself": ("class A(B): ...\nclass B(A): ...\n", []),
}


@pytest.mark.parametrize(("code", "expected"), JUDGED.values(), ids=JUDGED)
def test_classes(code: str, expected: list[tuple[int, str]]) -> None:
    assert verdicts(MutableValueObject, HEADER + code, EVENTS) == expected


NAMED = {
    "a value object": ("ValueObject", "src/shop/base.py", [(5, BAD)]),
    "a domain event": ("DomainEvent", "src/shop/base.py", [(5, BAD)]),
    "a command of the domain": ("Command", "src/shop/domain/base.py", [(5, BAD)]),
    "a command of the shell": ("Command", "src/shop/base.py", []),
}


@pytest.mark.parametrize(("base", "path", "expected"), NAMED.values(), ids=NAMED)
def test_a_first_party_base_may_say_it(
    base: str, path: str, expected: list[tuple[int, str]]
) -> None:
    module = path.removeprefix("src/").removesuffix(".py").replace("/", ".")
    code = f"from {module} import {base}\n{HEADER}@dataclass\nclass A({base}):\n    x: int\n"
    files = {path: f"class {base}: ...\n"}
    found = verdicts(MutableValueObject, code, "src/shop/orders.py", files)
    assert found == expected


def test_a_base_of_another_party_says_nothing() -> None:
    code = "from ddd import ValueObject\n" + HEADER + "@dataclass\nclass A(ValueObject): ...\n"
    assert verdicts(MutableValueObject, code, "src/shop/orders.py") == []


def test_a_declared_layer_counts_by_its_own_name() -> None:
    example = Example("A case.", MUTABLE, path="src/app/events.py", layers=PRESETS["four-layer"])
    (outcome,) = outcomes(MutableValueObject, example)
    assert outcome.verdict is Verdict.VIOLATES
