"""Which first-party imports lead nowhere, and which of them may all the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from modules import facts_of

from archcheck.analysis.imports.unresolved import unresolved_imports
from archcheck.model import Role

PACKAGE = {"shop/__init__.py": "", "shop/there.py": ""}


def unresolved(
    sources: Mapping[str, str],
    *others: str,
    unpacked: bool = False,
    roles: Mapping[str, Role] | None = None,
) -> list[tuple[str, int, str]]:
    """Path, line and missing module of each notice."""
    facts = facts_of(sources, roles=roles)
    known = {name: module.path for name, module in facts.items()}
    found = unresolved_imports(facts.values(), known, {*sources, *others}, unpacked=unpacked)
    return [(each.path, each.line, each.message.split("`")[-2]) for each in found]


LEADS_NOWHERE = {
    "import": ("import os\nimport shop.gone", (2, "shop.gone")),
    "from import": ("from shop.gone import x", (1, "shop.gone")),
    "deep": ("from shop.gone.deep import x", (1, "shop.gone")),
    "relative": ("from .gone import x", (1, "shop.gone")),
    "in a function": ("def f():\n    from shop.gone import x", (2, "shop.gone")),
    "by a literal name": (
        "import importlib\nimportlib.import_module('shop.gone')",
        (2, "shop.gone"),
    ),
    "twice": ("import shop.gone\nimport shop.gone", (1, "shop.gone")),
}


@pytest.mark.parametrize(("source", "place"), LEADS_NOWHERE.values(), ids=LEADS_NOWHERE)
def test_an_import_that_leads_nowhere(source: str, place: tuple[int, str]) -> None:
    assert unresolved({**PACKAGE, "shop/a.py": source}) == [("shop/a.py", *place)]


MAY_LEAD_SOMEWHERE = {
    "a module": "import shop.there",
    "a name of a package": "from shop import anything",
    "a name inside a module": "import shop.there.name.deep",
    "another party": "import django.db.gone",
    "where a missing module is expected": "try:\n    import shop.gone\nexcept ImportError:\n    pass",
    "for type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.gone",
    "a version written by the build": "from shop._version import version",
    "generated messages": "from shop.wire_pb2 import Message",
}


@pytest.mark.parametrize("source", MAY_LEAD_SOMEWHERE.values(), ids=MAY_LEAD_SOMEWHERE)
def test_an_import_that_may_lead_somewhere(source: str) -> None:
    assert unresolved({**PACKAGE, "shop/a.py": source}) == []


@pytest.mark.parametrize(
    "file",
    [
        "shop/fast.pyx",
        "shop/fast.c",
        "shop/fast.cpython-311-x86_64-linux-gnu.so",
        "shop/fast/data.json",
    ],
)
def test_a_module_that_is_no_python_file(file: str) -> None:
    sources = {**PACKAGE, "shop/a.py": "import shop.fast"}
    assert unresolved(sources, file) == []
    assert len(unresolved(sources)) == 1


@pytest.mark.parametrize(
    "init",
    [
        "def __getattr__(name): ...",
        "from shop.there import *",
        "import six as gone",
        "import pkgutil\n__path__ = pkgutil.extend_path(__path__, __name__)",
    ],
)
def test_a_package_that_may_have_more_than_its_files(init: str) -> None:
    assert unresolved({**PACKAGE, "shop/__init__.py": init, "shop/a.py": "import shop.gone"}) == []


def test_a_namespace_may_have_portions_elsewhere() -> None:
    assert unresolved({"shop/a.py": "import shop.gone"}) == []


def test_an_archive_may_have_lost_its_tests() -> None:
    sources = {**PACKAGE, "shop/a.py": "import shop.tests.helpers"}
    assert unresolved(sources, unpacked=True) == []
    assert len(unresolved(sources)) == 1


def test_only_the_product_is_looked_at() -> None:
    sources = {**PACKAGE, "shop/a.py": "import shop.gone"}
    assert unresolved(sources, roles={"shop/a.py": Role.TEST}) == []
