"""Which module depends on which, how, and in what circles?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from modules import facts_of
from msgspec.structs import replace

from archcheck.analysis.imports.graph import KINDS, NOT_TYPING, Edge, ImportGraph

Pairs = list[tuple[str, str]]


def graph_of(sources: Mapping[str, str]) -> ImportGraph:
    return ImportGraph(facts_of(sources))


def pairs(graph: ImportGraph) -> Pairs:
    return [(edge.importer, edge.imported) for edge in graph.edges]


ONE_IMPORT = {
    "at module level": ("import shop.b", "runtime"),
    "in a class body": ("class A:\n    from shop import b", "runtime"),
    "in a function": ("def f():\n    import shop.b", "deferred"),
    "in a method": ("class A:\n    def f(self):\n        import shop.b", "deferred"),
    "for type checking": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.b",
        "typing",
    ),
    "for type checking, under another name": (
        "import typing as t\nif t.TYPE_CHECKING:\n    from shop import b",
        "typing",
    ),
    "in the other branch of a typing guard": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import shop.b",
        "runtime",
    ),
    "where a missing module is expected": (
        "try:\n    import shop.b\nexcept ImportError:\n    pass",
        "guarded",
    ),
    "by platform": ("import sys\nif sys.platform == 'win32':\n    import shop.b", "guarded"),
    "as a script": ("if __name__ == '__main__':\n    import shop.b", "main-guard"),
    "by a literal name": ("import importlib\nimportlib.import_module('shop.b')", "dynamic"),
}


@pytest.mark.parametrize(("source", "kind"), ONE_IMPORT.values(), ids=ONE_IMPORT)
def test_an_edge_has_the_kind_of_its_import(source: str, kind: str) -> None:
    (edge,) = graph_of({"shop/a.py": source, "shop/b.py": ""}).edges
    assert (edge.importer, edge.imported, edge.kind) == ("shop.a", "shop.b", kind)
    assert edge.kind in KINDS


def test_an_edge_counts_its_names_and_starts_at_the_first_line() -> None:
    graph = graph_of(
        {"shop/a.py": "import os\nfrom shop.b import x, y\nimport shop.b\n", "shop/b.py": ""}
    )
    assert graph.edges == (Edge("shop.a", "shop.b", "runtime", 2, 3),)


def test_the_most_binding_edge_of_a_pair_speaks_for_it() -> None:
    graph = graph_of(
        {
            "shop/a.py": "def f():\n    from shop import b\n\n\nfrom shop import b\n",
            "shop/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.a\n",
        }
    )
    assert len(graph.edges) == 3
    (edge,) = graph.binding().values()
    assert (edge.kind, edge.line) == ("runtime", 5)
    assert set(graph.binding(KINDS)) == {("shop.a", "shop.b"), ("shop.b", "shop.a")}
    assert "typing" not in NOT_TYPING


TARGETS = {
    "a submodule taken from its package": ("from shop import b", "shop.b"),
    "a name of the package itself": ("from shop import VERSION", "shop"),
    "a name of a module": ("from shop.b import anything", "shop.b"),
    "everything of a module": ("from shop.b import *", "shop.b"),
    "a relative import": ("from . import b", "shop.b"),
    "a relative import of a name": ("from .b import anything", "shop.b"),
    "a re-exported name": ("from shop import Beta", "shop.b"),
    "a name that is re-exported twice": ("from shop import deep", "shop.sub.c"),
    "a re-exported module": ("from shop import bee", "shop.b"),
    "a name of the namespace package": ("from spread.part import x", "spread.part"),
    "a module of the namespace package": ("from spread import part", "spread.part"),
}


@pytest.mark.parametrize(("source", "target"), TARGETS.values(), ids=TARGETS)
def test_an_import_reaches_the_module_that_defines_the_name(source: str, target: str) -> None:
    graph = graph_of(
        {
            "shop/__init__.py": "import shop.b\nimport shop.b as bee\nfrom .b import Beta\n"
            "from .sub import deep\nVERSION = 1\n",
            "shop/a.py": source,
            "shop/b.py": "class Beta: ...\n",
            "shop/sub/__init__.py": "from shop.sub.c import deep\n",
            "shop/sub/c.py": "def deep(): ...\n",
            "spread/part.py": "",
        }
    )
    assert [edge.imported for edge in graph.edges if edge.importer == "shop.a"] == [target]


def test_re_exports_that_name_one_another_end() -> None:
    graph = graph_of(
        {
            "shop/__init__.py": "from shop.sub import x\n",
            "shop/sub/__init__.py": "from shop.sub.deeper import x\n",
            "shop/sub/deeper/__init__.py": "from shop import x\n",
            "shop/a.py": "from shop import x\n",
        }
    )
    assert ("shop.a", "shop.sub.deeper") in pairs(graph)


def test_imports_of_other_parties_and_of_oneself_are_no_edges() -> None:
    graph = graph_of(
        {
            "shop/__init__.py": "import os\nimport requests\nfrom shop import VERSION\n",
            "shop/a.py": "import shop.nothing\nfrom shopping import x\n",
        }
    )
    assert pairs(graph) == []


def test_packages_above_an_imported_module_are_no_edges() -> None:
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/sub/__init__.py": "",
            "shop/sub/b.py": "",
            "a.py": "import shop.sub.b",
        }
    )
    assert pairs(graph) == [("a", "shop.sub.b")]


# --- cycles


def test_modules_that_import_one_another_are_a_cycle() -> None:
    graph = graph_of(
        {
            "shop/a.py": "from shop import b",
            "shop/b.py": "from shop import c",
            "shop/c.py": "from shop import a",
            "shop/d.py": "from shop import a",
            "shop/x.py": "from shop import y",
            "shop/y.py": "from shop import x",
        }
    )
    assert graph.cycles == (("shop.a", "shop.b", "shop.c"), ("shop.x", "shop.y"))


NO_CYCLES = {
    "a deferred import": "def f():\n    import shop.a",
    "a type-only import": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.a",
    "a guarded import": "try:\n    import shop.a\nexcept ImportError:\n    pass",
    "an import of a script": "if __name__ == '__main__':\n    import shop.a",
    "a name of the package": "from shop import VERSION",
}


@pytest.mark.parametrize("source", NO_CYCLES.values(), ids=NO_CYCLES)
def test_no_circle_is_closed_by(source: str) -> None:
    graph = graph_of(
        {
            "shop/__init__.py": "from shop.a import A\nVERSION = 1\n",
            "shop/a.py": "from shop.b import B\n",
            "shop/b.py": source,
        }
    )
    assert graph.cycles == ()


def test_a_circle_through_a_re_export_is_one() -> None:
    graph = graph_of(
        {
            "shop/__init__.py": "from shop.a import A\n",
            "shop/a.py": "from shop.b import B\n",
            "shop/b.py": "from shop import A\n",
        }
    )
    assert graph.cycles == (("shop.a", "shop.b"),)


def test_two_circles_with_a_common_module_are_one_group() -> None:
    graph = graph_of(
        {
            "a.py": "import b",
            "b.py": "import a\nimport c",
            "c.py": "import b",
        }
    )
    assert graph.cycles == (("a", "b", "c"),)


def test_a_long_chain_needs_no_deep_stack() -> None:
    count = 3000
    sources = {f"m{number}.py": f"import m{(number + 1) % count}" for number in range(count)}
    (group,) = graph_of(sources).cycles
    assert len(group) == count


def test_the_graph_in_grimp_has_every_module_and_the_edges_of_the_kinds_asked_for() -> None:
    graph = graph_of(
        {
            "shop/a.py": "import shop.b\n\n\ndef f():\n    import shop.c\n",
            "shop/b.py": "if False:\n    import shop.c\n",
            "shop/c.py": "",
        }
    )
    found = graph.in_grimp()
    assert found.modules == {"shop.a", "shop.b", "shop.c"}
    assert found.find_shortest_chain("shop.b", "shop.c") is None
    assert found.count_imports() == 2
    (detail,) = found.get_import_details(importer="shop.a", imported="shop.c")
    assert detail["line_number"] == 5
    assert graph.in_grimp({"typing"}).direct_import_exists(importer="shop.b", imported="shop.c")


def test_a_module_in_a_package_that_is_a_source_root_has_two_names() -> None:
    sources = {
        "shop/__init__.py": "",
        "shop/core/settings.py": "",
        "shop/orders.py": "import shop.core.settings\n",
        "shop/bills.py": "from core import settings\n",
    }
    facts = {
        name.removeprefix("shop."): replace(module, name=name.removeprefix("shop."))
        for name, module in facts_of(sources).items()
    }
    graph = ImportGraph({**facts, "shop": replace(facts["shop"], is_package=True)})
    assert pairs(graph) == [("bills", "core.settings"), ("orders", "core.settings")]
