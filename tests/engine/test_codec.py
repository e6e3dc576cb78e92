"""Records come back from their data, by their annotations alone."""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import field

from archcheck.analysis.calls.site import CallSite, Literal, Value
from archcheck.analysis.queries import AnyOf, FunctionDoes, IsSubclass
from archcheck.engine.analyse import ModuleResult
from archcheck.engine.codec import DAMAGE, Codec
from archcheck.engine.sources import Source
from archcheck.model import Location, Outcome, Place, Role, Severity, Verdict
from archcheck.record import Record
from archcheck.rule import Pending


class Colour(enum.Enum):
    RED = "red"


class Leaf(Record, frozen=True, tag=True):
    name: str
    tags: frozenset[str] = frozenset()
    literal: Literal = None


class Other(Record, frozen=True, tag=True):
    number: int = 0


class Tree(Record, frozen=True):
    colour: Colour
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, Fraction] = ("", Fraction(1, 3))
    either: Leaf | Other | None = None
    inner: Tree | None = None
    table: dict[str, Leaf] = field(default_factory=dict)
    on: bool = False


def there_and_back(kind: Any, value: Any) -> Any:
    codec: Codec[Any] = Codec(kind)
    return codec.decode(codec.encode(value))


LEAVES = st.builds(
    Leaf,
    st.text(),
    st.frozensets(st.text(), max_size=3),
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
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
        st.none() | LEAVES | st.builds(Other, st.integers(-(2**63), 2**64 - 1)),
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
    with pytest.raises(AttributeError):
        place.scope = "f"  # type: ignore[misc]


def test_equal_sets_are_the_same_data_in_whatever_order_they_were_made() -> None:
    names = [f"name{number}" for number in range(40)]
    data = Codec(Leaf).encode(Leaf("", frozenset(names)))
    assert data == Codec(Leaf).encode(Leaf("", frozenset(reversed(names))))


@pytest.mark.parametrize("literal", ["half a pair \ud800", 2**64])
def test_what_no_data_holds_is_refused_as_the_callers_expect(literal: Literal) -> None:
    with pytest.raises((ValueError, OverflowError)):
        Codec(Leaf).encode(Leaf("", literal=literal))


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x00", b"\x91", b"\x92\xa5Other\xa1x"])
def test_data_that_no_encoder_made_is_damage(data: bytes) -> None:
    with pytest.raises(DAMAGE):
        Codec(Other).decode(data)


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


def test_a_type_that_cannot_be_kept_is_refused_when_the_codec_is_made() -> None:
    kind: Any = frozenset[Leaf] | frozenset[Other]
    with pytest.raises(TypeError):
        Codec(kind)
