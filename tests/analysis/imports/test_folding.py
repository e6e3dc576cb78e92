"""Which modules are drawn as one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from archcheck.analysis.imports.folding import fold

SHOP = [
    "shop",
    "shop.api",
    "shop.api.orders",
    "shop.api.stock",
    "shop.main",
    "shop.store",
    "shop.store.sql",
    "shop.store.sql.tables",
    "shop.store.sql.rows",
]


def nodes(*modules: str, **options: Any) -> list[str]:
    return sorted(set(fold(modules or SHOP, **options).nodes.values()))


def test_without_a_limit_every_module_is_itself() -> None:
    assert nodes() == sorted(SHOP)


def test_packages_of_modules_only_are_one_node() -> None:
    assert nodes(leaves=False) == ["shop", "shop.api", "shop.main", "shop.store", "shop.store.sql"]


def test_the_depth_folds_what_is_deeper() -> None:
    assert nodes(depth=1) == ["shop", "shop.api", "shop.main", "shop.store"]
    assert nodes(depth=0) == ["shop"]


def test_the_biggest_package_that_fits_is_opened_first() -> None:
    few = [f"app.few.m{number}" for number in range(3)]
    many = [f"app.many.m{number}" for number in range(8)]
    assert nodes(*few, *many, limit=10) == ["app.few", *many]


def test_namespace_packages_are_no_node_of_their_own() -> None:
    assert nodes("spread.one.a", "spread.two.b") == ["spread.one.a", "spread.two.b"]


def test_several_top_level_packages_stand_side_by_side() -> None:
    assert nodes("one.a", "two.b", limit=2) == ["one.a", "two.b"]
    assert nodes("one.a", "one.b", "two.b", limit=2, depth=0) == ["one", "two"]


def test_the_focus_is_opened_though_it_is_deep() -> None:
    found = nodes(depth=0, focus="shop.store.sql")
    assert "shop.store.sql.tables" in found
    assert "shop.api" in found


def test_of_a_package_too_big_the_busiest_children_are_shown() -> None:
    modules = [f"app.m{number:02}" for number in range(50)]
    found = fold(modules, limit=5, links={"app.m07": 9, "app.m33": 5, "app.m40": 1})
    assert set(found.nodes.values()) == {"app.m07", "app.m33", "app.m40", "app.(others)"}
    assert found.nodes["app.m01"] == "app.(others)"


def test_of_too_many_top_level_modules_the_busiest_are_shown() -> None:
    modules = [f"m{number:02}" for number in range(50)]
    found = fold(modules, limit=3, links={"m07": 9, "m33": 5})
    assert set(found.nodes.values()) == {"m07", "m33", "(others)"}


@given(
    st.sets(
        st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4).map(".".join),
        min_size=1,
        max_size=40,
    ),
    st.integers(min_value=5, max_value=30),
    st.booleans(),
)
def test_there_are_never_more_nodes_than_wanted(
    modules: set[str], limit: int, leaves: bool
) -> None:
    found = fold(modules, limit=limit, leaves=leaves)
    assert found.nodes.keys() == modules
    assert len(set(found.nodes.values())) <= limit
    for module, node in found.nodes.items():
        assert module == node or module.startswith(node.removesuffix("(others)"))
