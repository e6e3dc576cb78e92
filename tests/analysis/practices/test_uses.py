"""Which uses of libraries show a practice, and which do not."""

from __future__ import annotations

import pytest
from modules import module_of

from archcheck.analysis.practices.catalogue import PRACTICES
from archcheck.analysis.practices.uses import practices_used
from archcheck.model import Role


def used(source: str, role: Role = Role.RUNTIME) -> list[tuple[str, int]]:
    return [(mark.name, mark.line) for mark in practices_used(module_of(source, role=role))]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from tenacity import retry\n@retry\ndef f(): ...", "tenacity.retry"),
        ("import tenacity as t\nt.retry(stop=1)", "tenacity.retry"),
        ("import rest_framework.serializers\nrest_framework.serializers.Serializer()",
         "rest_framework.serializers.Serializer"),
        ("from pydantic import BaseModel as Base\nclass Order(Base): ...", "pydantic.BaseModel"),
        ("import asyncio\nasync def f():\n    await asyncio.sleep(1)\n    await asyncio.wait_for(g(), 1)", "asyncio.wait_for"),
        ("def f():\n    from hvac import Client\n    return Client()", "hvac.Client"),
    ],
)  # fmt: skip
def test_a_use_shows_the_practice(source: str, name: str) -> None:
    assert [found for found, _ in used(source)] == [name]


@pytest.mark.parametrize(
    "source",
    [
        "from tenacity import retry",
        "import asyncio\nasyncio.sleep(1)",
        "from pydantic import ConfigDict\nConfigDict()",
        "from tenacity import retry\ndef f(retry):\n    return retry()",
        "from .tenacity import retry\nretry()",
        "retry()",
    ],
)
def test_anything_else_shows_nothing(source: str) -> None:
    assert used(source) == []


def test_a_package_of_ones_own_is_no_library() -> None:
    module = module_of("from tenacity import retry\nretry()", packages=frozenset({"tenacity"}))
    assert practices_used(module) == ()


def test_the_first_use_of_each_practice_is_told() -> None:
    source = "import stamina, tenacity, hvac\nstamina.retry()\ntenacity.retry()\nhvac.Client()"
    assert used(source) == [("stamina.retry", 2), ("hvac.Client", 4)]


def test_tests_show_the_practices_of_testing_and_no_others() -> None:
    source = "import hypothesis, tenacity\nhypothesis.given()\ntenacity.retry()"
    assert used(source) == [("tenacity.retry", 3)]
    assert used(source, Role.TEST) == [("hypothesis.given", 2)]
    assert used(source, Role.DOCS) == []


def test_titles_are_told_apart_within_a_principle() -> None:
    """One title under two principles would read as one thing; a practice is one object for all its names."""
    by_title = {practice.title: practice for practice in PRACTICES.values()}
    assert set(by_title.values()) == set(PRACTICES.values())
