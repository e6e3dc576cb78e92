"""Questions to the whole program: yes, no, and when nobody can know."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from modules import facts_of

from archcheck.analysis.answers import answer
from archcheck.analysis.manifests import Manifests
from archcheck.analysis.project import Project
from archcheck.analysis.queries import (
    AnyOf,
    Called,
    DeclaresResult,
    FunctionDoes,
    HeldByModule,
    Imported,
    IsSubclass,
    LacksDefinition,
    Overrides,
)
from archcheck.model import Member, Role


def project_of(sources: Mapping[str, str], roles: Mapping[str, Role] | None = None) -> Project:
    return Project(
        members=[Member("shop", "", frozenset())],
        files=frozenset(sources),
        facts=list(facts_of(sources, roles=roles).values()),
        manifests={"": Manifests()},
    )


BASES = frozenset({"enum.Enum"})
CLASSES = {
    "shop/base.py": "import enum\nclass Base(enum.Enum): ...\nclass Plain: ...",
    "shop/__init__.py": "from shop.base import Base as Root",
    "shop/kinds.py": (
        "import other\nfrom shop import Root\nfrom shop.base import Plain\n"
        "class Kind(Root): ...\nclass Thing(Plain): ...\nclass Foreign(other.Class): ..."
    ),
}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("enum.Enum", True),
        ("shop.base.Base", True),
        ("shop.kinds.Kind", True),
        ("shop.kinds.Thing", False),
        ("shop.kinds.Foreign", None),
        ("other.Class", None),
    ],
)
def test_is_subclass(name: str, known: bool | None) -> None:
    assert answer(IsSubclass(name, BASES), project_of(CLASSES)) is known


METHODS = {
    "shop/base.py": "class Root:\n    def f(self): ...\nclass Base(Root):\n    def g(self): ...",
    "shop/order.py": """
        import unittest
        from shop.base import Base
        class Order(Base, unittest.TestCase):
            def f(self): ...
            def g(self): ...
            def h(self): ...
        class Plain:
            def f(self): ...
        class Made(make_base()):
            def f(self): ...
    """,
}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("shop.order.Order.f", True),
        ("shop.order.Order.g", True),
        ("shop.order.Order.h", False),
        ("shop.order.Plain.f", False),
        ("shop.order.Made.f", None),
    ],
)
def test_overrides(name: str, known: bool | None) -> None:
    assert answer(Overrides(name), project_of(METHODS)) is known


RESULTS = {
    "shop/stores.py": """
        def made() -> int: ...
        def unsaid(): ...
        class Store:
            def load(self) -> str: ...
    """,
    "shop/__init__.py": "from shop.stores import made",
}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("shop.stores.made", True),
        ("shop.made", True),
        ("shop.stores.unsaid", False),
        ("shop.stores.Store", True),
        ("shop.stores.Store.load", True),
        ("other.made", None),
    ],
)
def test_a_function_declares_its_result(name: str, known: bool | None) -> None:
    assert answer(DeclaresResult(name), project_of(RESULTS)) is known


DEEDS = {
    "shop/log.py": """
        import logging
        logger = logging.getLogger(__name__)
        def tell():
            logger.info("x")
        def indirectly():
            tell()
        def quiet():
            pass
        def first():
            second()
        def second():
            first()
        class Base:
            def report(self):
                tell()
            def flush(self):
                tell()
        class Report(Base):
            def __init__(self):
                tell()
        class Daily(Report):
            pass
        class Mute:
            def flush(self):
                pass
        class Late(Mute, Base):
            pass
        class Loud(Base):
            def flush(self):
                super().flush()
        class Quiet(Mute):
            def flush(self):
                super().flush()
    """,
    "shop/api.py": "from shop.log import tell as say",
}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("shop.log.tell", True),
        ("shop.api.say", True),
        ("shop.log.indirectly", True),
        ("shop.log.quiet", False),
        ("shop.log.first", False),
        ("shop.log.Report.report", True),
        ("shop.log.Report", True),
        ("shop.log.Daily", True),
        ("shop.log.Late.flush", False),
        ("shop.log.Late.report", True),
        ("shop.log.Loud.flush", True),
        ("shop.log.Quiet.flush", False),
        (".report", True),
        (".flush", None),
        ("requests.get", None),
        (".send", None),
    ],
)
def test_function_does(name: str, known: bool | None) -> None:
    assert answer(FunctionDoes(name, "logs"), project_of(DEEDS)) is known


def test_function_does_is_followed_four_calls_deep() -> None:
    chain = "\n".join(f"def f{n}():\n    f{n + 1}()" for n in range(5))
    project = project_of({"shop/chain.py": f"{chain}\ndef f5():\n    raise ValueError"})
    assert answer(FunctionDoes("shop.chain.f1", "raises"), project) is True
    assert answer(FunctionDoes("shop.chain.f0", "raises"), project) is False


@pytest.mark.parametrize("foreign", [True, False, None])
def test_answer_for_a_foreign_function_is_the_rule_s_choice(foreign: bool | None) -> None:
    project = project_of(DEEDS)
    assert answer(FunctionDoes("requests.get", "logs", foreign=foreign), project) is foreign
    assert answer(FunctionDoes(".flush", "logs", foreign=foreign), project) is None
    assert answer(FunctionDoes("shop.log.quiet", "logs", foreign=foreign), project) is False


def test_only_test_code_asserts() -> None:
    sources = {
        "tests/helpers.py": "def same(a, b):\n    assert a == b",
        "shop/orders.py": "def place(order):\n    assert order",
    }
    project = project_of(sources, {"tests/helpers.py": Role.TEST})
    assert answer(FunctionDoes("tests.helpers.same", "asserts"), project) is True
    assert answer(FunctionDoes("shop.orders.place", "asserts"), project) is False


ERRORS = {
    "shop/errors.py": "class Refused(Exception): ...\nTRANSIENT = (OSError, TimeoutError)\ndef refused(): ...",
    "shop/api.py": """
        from shop.errors import Refused, TRANSIENT as RETRIED
        try:
            import redis
        except ImportError:
            redis = None
    """,
}


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("shop.errors.TRANSIENT", True),
        ("shop.api.RETRIED", True),
        ("shop.errors.nowhere", True),
        ("shop.errors.Refused", False),
        ("shop.errors.Refused.Subclass", False),
        ("shop.errors.refused", False),
        ("shop.errors", False),
        ("shop.api.Refused", False),
        ("shop.api.redis.RedisError", False),
        ("requests.Timeout", False),
        ("ValueError", False),
    ],
)
def test_lacks_definition(name: str, lacks: bool) -> None:
    assert answer(LacksDefinition(("ValueError", name)), project_of(ERRORS)) is lacks


HELD = {
    "shop/store.py": """
        class Base: ...
        class Store(Base): ...
        class Request: ...
        class Lazy: ...
        class Registered: ...
        class Default: ...
        class Tested: ...
    """,
    "shop/state.py": """
        from shop.store import Default, Lazy, Registered, Request, Store
        store = Store()
        registry.append(Registered())
        class Settings:
            default = Default()
        lazy: Lazy | None = None
        def handle():
            request = Request()
    """,
    "tests/test_store.py": "from shop.store import Tested\ntested = Tested()",
}


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("shop.store.Store", True),
        ("shop.store.Base", True),
        ("shop.store.Lazy", True),
        ("shop.store.Registered", True),
        ("shop.store.Default", True),
        ("shop.state.Store", True),
        ("shop.store.Request", False),
        ("shop.store.Tested", False),
    ],
)
def test_held_by_module(name: str, held: bool) -> None:
    project = project_of(HELD, {"tests/test_store.py": Role.TEST})
    assert answer(HeldByModule(name), project) is held


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (("shop.log.quiet", "shop.log.tell"), True),
        (("requests.get", "shop.log.tell"), True),
        (("requests.get", "shop.log.quiet"), None),
        (("shop.log.first", "shop.log.quiet"), False),
        ((), False),
    ],
)
def test_any_of(names: tuple[str, ...], known: bool | None) -> None:
    query = AnyOf(tuple(FunctionDoes(name, "logs") for name in names))
    assert answer(query, project_of(DEEDS)) is known


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (("shop.log.tell", "shop.log.tell", "shop.log.quiet"), True),
        (("shop.log.tell", "requests.get", "shop.log.quiet"), None),
        (("shop.log.tell", "shop.log.quiet", "shop.log.quiet"), False),
        (("shop.log.tell",), False),
    ],
)
def test_as_many_of(names: tuple[str, ...], known: bool | None) -> None:
    query = AnyOf(tuple(FunctionDoes(name, "logs") for name in names), number=2)
    assert answer(query, project_of(DEEDS)) is known


CALLERS = {
    "shop/start.py": "import socket as s\ns.setdefaulttimeout(5)",
    "shop/jobs.py": "from os import nice\ndef f():\n    def g():\n        nice(1)",
    "tests/test_shop.py": "import time\ntime.sleep(1)",
}


@pytest.mark.parametrize(
    ("name", "known"),
    [("socket.setdefaulttimeout", True), ("os.nice", True), ("time.sleep", False), ("f", False)],
)
def test_called(name: str, known: bool) -> None:
    project = project_of(CALLERS, {"tests/test_shop.py": Role.TEST})
    assert answer(Called(name, "shop/jobs.py"), project) is known


IMPORTS = {
    "shop/__init__.py": "",
    "shop/rates.py": "",
    "shop/prices.py": "def all():\n    from shop.rates import current",
    "shop/kinds.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.prices import all",
}


@pytest.mark.parametrize(
    ("name", "imported"),
    [("shop.rates", True), ("shop.prices", False), ("shop.kinds", False), ("other", False)],
)
def test_imported(name: str, imported: bool) -> None:
    assert answer(Imported(name), project_of(IMPORTS)) is imported
