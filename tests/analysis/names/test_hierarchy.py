"""What kind is a class? Bases may stand in other modules, in the standard library or in a framework."""

from __future__ import annotations

import pytest
from modules import facts_of

from archcheck.analysis.names.hierarchy import BASES, ROOTS, ClassKind, Hierarchy
from archcheck.analysis.names.linker import Linker

SOURCES = {
    "shop/__init__.py": "from shop.base import Base as Root",
    "shop/base.py": """
        import abc, dataclasses, enum
        import sqlalchemy.orm as orm
        from pydantic import BaseModel as Model
        from elsewhere import Plugin, wrapped
        Alias = Model
        Row = orm.declarative_base()
        class Base(Model): ...
        class ShopError(Exception): ...
        class Mixin: ...
        @dataclasses.dataclass(frozen=True)
        class Point: ...
        class Foreign(Plugin): ...
        @wrapped
        class Wrapped: ...
        class Loop(Mixin, "Loop"): ...
    """,
    "shop/orders.py": """
        import collections, enum, typing
        from django.db.models import TextChoices
        from typing_extensions import Protocol, TypedDict
        import shop.base as b
        from shop import Root
        class Order(Root, b.Mixin): ...
        class Line(b.Alias): ...
        class OutOfStock(b.ShopError, LookupError): ...
        class OrderRow(b.Row): ...
        class Store(Protocol): ...
        class MemoryStore(Store): ...
        class Payload(TypedDict): ...
        class Pair(typing.NamedTuple): ...
        class Triple(collections.namedtuple("Triple", "a b c")): ...
        class State(str, enum.Enum): ...
        class Size(TextChoices): ...
        class Place(b.Point): ...
        class Plugged(b.Foreign, b.Base): ...
    """,
}


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    return Hierarchy(Linker(facts_of(SOURCES)))


@pytest.mark.parametrize(
    ("name", "kind", "known"),
    [
        ("shop.orders.Order", ClassKind.PYDANTIC_MODEL, True),
        ("shop.orders.Line", ClassKind.PYDANTIC_MODEL, True),
        ("shop.base.Alias", ClassKind.PYDANTIC_MODEL, True),
        ("pydantic_settings.BaseSettings", ClassKind.PYDANTIC_MODEL, True),
        ("shop.orders.OutOfStock", ClassKind.PYDANTIC_MODEL, False),
        ("shop.orders.OutOfStock", ClassKind.EXCEPTION, True),
        ("shop.orders.Order", ClassKind.EXCEPTION, False),
        ("KeyError", ClassKind.EXCEPTION, True),
        ("requests.exceptions.Timeout", ClassKind.EXCEPTION, True),
        ("shop.orders.OrderRow", ClassKind.ORM_MODEL, True),
        ("shop.orders.Order", ClassKind.ORM_MODEL, False),
        ("sqlmodel.SQLModel", ClassKind.ORM_MODEL, True),
        ("shop.orders.Store", ClassKind.PROTOCOL, True),
        ("shop.orders.MemoryStore", ClassKind.PROTOCOL, True),
        ("shop.orders.Pair", ClassKind.PROTOCOL, False),
        ("shop.orders.Payload", ClassKind.TYPED_DICT, True),
        ("shop.orders.Pair", ClassKind.TYPED_DICT, False),
        ("shop.orders.Pair", ClassKind.NAMED_TUPLE, True),
        ("shop.orders.Triple", ClassKind.NAMED_TUPLE, True),
        ("shop.orders.State", ClassKind.ENUM, True),
        ("shop.orders.Size", ClassKind.ENUM, True),
        ("shop.orders.Order", ClassKind.ENUM, False),
        ("shop.base.Point", ClassKind.DATACLASS, True),
        ("shop.orders.Place", ClassKind.DATACLASS, True),
        ("shop.base.Mixin", ClassKind.DATACLASS, False),
        ("shop.base.Wrapped", ClassKind.DATACLASS, False),
        ("abc.ABC", ClassKind.ABSTRACT, True),
        ("shop.base.Mixin", ClassKind.ABSTRACT, False),
        # Unknown, unless another base gives the answer.
        ("shop.base.Foreign", ClassKind.EXCEPTION, None),
        ("shop.orders.Plugged", ClassKind.EXCEPTION, None),
        ("shop.orders.Plugged", ClassKind.PYDANTIC_MODEL, True),
        ("shop.base.Loop", ClassKind.ENUM, None),
        ("elsewhere.Class", ClassKind.ENUM, None),
        ("shop.nowhere.Class", ClassKind.ENUM, None),
    ],
)
def test_is_a(hierarchy: Hierarchy, name: str, kind: ClassKind, known: bool | None) -> None:
    assert hierarchy.is_a(name, kind) is known


def test_every_kind_has_roots_or_decorators() -> None:
    assert set(ROOTS) == set(ClassKind)
    assert {kind for kind, roots in ROOTS.items() if not roots} == {ClassKind.DATACLASS}


def test_known_classes_end_at_object() -> None:
    for name in BASES:
        pending, seen = [name], set()
        while pending:
            current = pending.pop()
            assert current in BASES, f"{name} derives from {current}, whose bases are not told"
            if current not in seen:
                seen.add(current)
                pending.extend(BASES[current])
        assert "object" in seen


def test_of_a_chain_that_is_too_long_to_follow_nothing_is_said() -> None:
    links = "".join(f"class C{n + 1}(C{n}): ...\n" for n in range(1500))
    long = Hierarchy(Linker(facts_of({"shop.py": f"class C0(Exception): ...\n{links}"})))
    assert long.is_a("shop.C10", ClassKind.EXCEPTION) is True
    assert long.is_a("shop.C1500", ClassKind.EXCEPTION) is None
