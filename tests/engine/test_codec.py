"""Values round-trip through JSON by their annotations alone."""

from __future__ import annotations

import enum
import json
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, field
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcheck.analysis.calls.site import CallSite, Value
from archcheck.analysis.queries import AnyOf, FunctionDoes, IsSubclass
from archcheck.engine.analyse import ModuleResult
from archcheck.engine.codec import Codec
from archcheck.engine.sources import Source
from archcheck.model import Location, Outcome, Place, Role, Severity, Verdict
from archcheck.report import Report
from archcheck.rule import Pending


class Colour(enum.Enum):
    RED = (1, "red")


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    tags: frozenset[str] = frozenset()
    literal: bool | int | float | str | bytes | None = None


@dataclass(frozen=True, slots=True)
class Other:
    number: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    colour: Colour
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, Fraction] = ("", Fraction(1, 3))
    either: Leaf | Other | None = None
    inner: Tree | None = None
    table: dict[str, Leaf] = field(default_factory=dict)
    on: bool = False


def there_and_back(kind: Any, value: Any) -> Any:
    codec: Codec[Any] = Codec(kind)
    return codec.decode(json.loads(json.dumps(codec.encode(value))))


LEAVES = st.builds(
    Leaf,
    st.text(),
    st.frozensets(st.text(), max_size=3),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
)
TREES = st.recursive(
    st.builds(Tree, st.just(Colour.RED), st.tuples(LEAVES), either=st.none() | LEAVES),
    lambda inner: st.builds(
        Tree,
        st.just(Colour.RED),
        st.lists(LEAVES, max_size=2).map(tuple),
        st.tuples(st.text(), st.fractions()),
        st.none() | LEAVES | st.builds(Other, st.integers()),
        inner,
        st.dictionaries(st.text(), LEAVES, max_size=2),
        st.booleans(),
    ),
    max_leaves=3,
)


@given(TREES)
def test_every_value_comes_back(tree: Tree) -> None:
    assert there_and_back(Tree, tree) == tree


def test_a_false_that_equals_a_zero_stays_what_it_is() -> None:
    for literal in (0, False, 0.0, 1, True, "", b"", None):
        assert type(there_and_back(Leaf, Leaf("x", literal=literal)).literal) is type(literal)


def test_what_comes_back_is_as_frozen_as_before() -> None:
    place = there_and_back(Place, Place(Location("a.py", 1, 2)))
    assert type(place) is Place
    with pytest.raises(FrozenInstanceError):
        place.scope = "f"  # type: ignore[misc]


def test_trailing_defaults_take_no_room() -> None:
    assert Codec(Tree).encode(Tree(Colour.RED)) == ["RED"]


def test_results_of_the_engine_come_back() -> None:
    place = Place(Location("a.py", 1, 2, 3, 4), "f", "subject", 1)
    site = CallSite(
        "a.b", "b", place, Role.RUNTIME, (Value("given", is_literal=True, literal=b"\xff"),)
    )
    verdict = Outcome("ARC0101", Verdict.VIOLATES, place, "wrong", severity=Severity.INFO)
    pending = Pending(
        AnyOf((IsSubclass("a.B", frozenset({"c", "d"})), FunctionDoes("f", "logs"))), verdict, None
    )
    result = ModuleResult(
        Source("a.py", "a", Role.RUNTIME, ""),
        None,
        (verdict, Pending(pending.query, pending, None)),
    )
    assert there_and_back(ModuleResult, result) == result
    assert there_and_back(CallSite, site) == site


def test_the_fingerprint_follows_fields_names_types_and_defaults() -> None:
    def made(annotation: str, default: object) -> str:
        namespace = {"__annotations__": {"x": annotation}, "x": default, "__module__": __name__}
        return Codec(dataclass(frozen=True)(type("Made", (), namespace))).fingerprint()

    assert made("int", 0) == made("int", 0)
    assert len({made("int", 0), made("int", 1), made("str", 0)}) == 3
    assert Codec(ModuleResult).fingerprint() != Codec(Report).fingerprint()


def test_a_type_that_cannot_be_kept_is_refused_when_the_codec_is_made() -> None:
    with pytest.raises(TypeError, match="cannot be cached"):
        Codec(frozenset[complex])


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    program = (
        "from archcheck.engine.codec import Codec\n"
        "from archcheck.engine.analyse import ModuleResult\n"
        "from archcheck.report import Report\n"
        "print(Codec(ModuleResult).fingerprint(), Codec(Report).fingerprint())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {f"{Codec(ModuleResult).fingerprint()} {Codec(Report).fingerprint()}\n"}
