"""ARC1104: whose instances does a cache keep alive?"""

from __future__ import annotations

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.rule import Example
from archcheck.rules.performance.cached_instance_method import CachedInstanceMethod
from archcheck.testing import outcomes

METHOD = "    @lru_cache\n    def f(self, x): return self.rows[x]"
LEAKS = {
    "lru_cache": f"from functools import lru_cache\nclass A:\n{METHOD}",
    "with a size": (
        "import functools\nclass A:\n    @functools.lru_cache(maxsize=10)\n    def f(self): return self.x"
    ),
    "cache": "from functools import cache as memo\nclass A:\n    @memo\n    def f(self): return self.x",
    "class of a known plain base": f"from functools import lru_cache\nclass A(object):\n{METHOD}",
    "abstract class": (
        f"import abc\nfrom functools import lru_cache\nclass A(metaclass=abc.ABCMeta):\n{METHOD}"
    ),
    "dataclass compared by identity": (
        "from dataclasses import dataclass\nfrom functools import lru_cache\n"
        f"@dataclass(eq=False)\nclass A:\n{METHOD}"
    ),
    "instance in a function": f"from functools import lru_cache\nclass A:\n{METHOD}\ndef g():\n    a = A()",
}


@pytest.mark.parametrize("source", LEAKS.values(), ids=LEAKS)
def test_instances_are_kept_alive(source: str) -> None:
    line = next(n for n, text in enumerate(source.splitlines(), 1) if text.startswith("    @"))
    assert verdicts(CachedInstanceMethod, source) == [(line, BAD)]


def test_coroutine_is_stored() -> None:
    source = "from functools import lru_cache\n@lru_cache\nasync def f(x): ...\n"
    (outcome,) = judged(CachedInstanceMethod, source)
    assert outcome.place.location.line == 2
    assert outcome.message == (
        "the cache of `f` stores a coroutine, which can be awaited once only"
    )


HARMLESS = {
    "function": "\n\n\n@lru_cache\ndef f(x): ...",
    "static method": "\n\nclass A:\n    @staticmethod\n    @lru_cache\n    def f(x): ...",
    "class method": "\n\nclass A:\n    @classmethod\n    @lru_cache\n    def f(cls, x): ...",
    "function in a method": (
        "\nclass A:\n    def g(self):\n        @lru_cache\n        def f(x): ...\n        return f"
    ),
    "enumeration": f"import enum\n\nclass A(enum.Enum):\n{METHOD}",
    "named tuple": f"from typing import NamedTuple\n\nclass A(NamedTuple):\n{METHOD}",
    "frozen dataclass": (
        f"from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n{METHOD}"
    ),
    "frozen class of attrs": f"import attrs\n@attrs.frozen\nclass A:\n{METHOD}",
    "own equality": f"\nclass A:\n    def __eq__(self, other): ...\n{METHOD}",
    "instance at module level": f"\n\nclass A:\n{METHOD}\na = A()",
    "instance registered at module level": f"\n\nclass A:\n{METHOD}\nregister(A())",
    "instance made on demand for the module": (
        f"\n\nclass A:\n{METHOD}\na: A | None = None\ndef get():\n    global a\n    a = A()"
    ),
    "instance of a subclass": f"\n\nclass A:\n{METHOD}\nclass B(A): ...\nb = B()",
}


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_no_instance_is_kept_alive(source: str) -> None:
    found = verdicts(CachedInstanceMethod, f"from functools import lru_cache\n{source}")
    assert [verdict for _, verdict in found] == [OK]


def test_instance_that_another_module_holds() -> None:
    source = f"from functools import lru_cache\nclass A:\n{METHOD}"
    holder = {"src/app/state.py": "from app.service import A\na = A()\n"}
    assert verdicts(CachedInstanceMethod, source, files=holder) == [(3, OK)]
    user = {"src/app/state.py": "from app.service import A\ndef handle():\n    a = A()\n"}
    assert verdicts(CachedInstanceMethod, source, files=user) == [(3, BAD)]


OWN = {
    "functools": "from functools import cached_property",
    "Django": "from django.utils.functional import cached_property",
    "Werkzeug": "from werkzeug.utils import cached_property",
}


@pytest.mark.parametrize("head", OWN.values(), ids=OWN)
def test_cached_property_keeps_the_value_in_the_instance(head: str) -> None:
    source = f"{head}\nclass A:\n    @cached_property\n    def f(self): ..."
    assert verdicts(CachedInstanceMethod, source) == [(3, OK)]


NO_OPPORTUNITY = {
    "unknown base": f"from functools import lru_cache\nfrom other import B\nclass A(B):\n{METHOD}",
    "metaclass": f"from functools import lru_cache\nclass A(metaclass=Singleton):\n{METHOD}",
    "own constructor": (
        f"from functools import lru_cache\nclass A:\n    def __new__(cls): ...\n{METHOD}"
    ),
    "null object": (
        "from functools import lru_cache\nclass A:\n    def g(self): ...\n"
        "    @lru_cache\n    def f(self, x): return self.g()"
    ),
    "another cache": f"from app.tools import lru_cache\nclass A:\n{METHOD}",
    "another decorator": "class A:\n    @property\n    def f(self): ...",
}


@pytest.mark.parametrize("source", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_nobody_can_know(source: str) -> None:
    assert verdicts(CachedInstanceMethod, source) == []


def test_a_cached_method_that_gives_its_own_class_keeps_its_instances_alive() -> None:
    source = (
        "import functools\nclass Query:\n    def __init__(self, rows):\n        self.rows = rows\n"
        "    @functools.cache\n    def limited(self, limit: int) -> 'Query':\n        return Query(self.rows[:limit])\n"
    )
    assert verdicts(CachedInstanceMethod, source) == [(5, BAD)]


@pytest.mark.parametrize(
    ("size", "advice"), [("2", True), ("maxsize=8", True), ("maxsize=128", False), ("None", False)]
)
def test_a_cache_of_few_results_is_advice(size: str, advice: bool) -> None:
    source = f"from functools import lru_cache\nclass A:\n    @lru_cache({size})\n    def f(self): return self.x\n"
    (found,) = outcomes(CachedInstanceMethod, Example("A case.", source))
    assert found.advice is advice
