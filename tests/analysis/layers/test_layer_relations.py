"""Which ways between layers are legal: chains, closed layers, relations, globs, synonyms and several stacks?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from layer_plans import FOUR, layers_of, stack
from modules import facts_of
from msgspec.structs import replace

from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan, Layers, Relation
from archcheck.analysis.layers.chains import illegal_chains
from archcheck.model import Role

# --- chains


def chains(plan: LayerPlan, sources: Mapping[str, str], **roles: Role) -> list[list[str]]:
    facts = facts_of(sources, roles=roles)
    found = illegal_chains(ImportGraph(facts), Layers(plan, facts))
    return [[chain[0].importer, *(edge.imported for edge in chain)] for chain in found]


def test_a_chain_through_modules_outside_the_layers_is_found() -> None:
    assert chains(
        FOUR,
        {
            "shop/foundation/a.py": "import shop.helpers",
            "shop/helpers.py": "import shop.more",
            "shop/more.py": "import shop.application.b",
            "shop/application/b.py": "",
        },
    ) == [["shop.foundation.a", "shop.helpers", "shop.more", "shop.application.b"]]


def test_chains_with_the_same_way_between_are_one() -> None:
    assert chains(
        FOUR,
        {
            "shop/foundation/a.py": "import shop.helpers",
            "shop/foundation/b.py": "import shop.helpers",
            "shop/helpers.py": "import shop.application.c\nimport shop.application.d",
            "shop/application/c.py": "",
            "shop/application/d.py": "",
        },
    ) == [["shop.foundation.a", "shop.helpers", "shop.application.c"]]


def test_a_direct_import_is_no_chain_and_hides_none() -> None:
    assert chains(
        FOUR,
        {
            "shop/foundation/a.py": "import shop.application.b\nimport shop.helpers",
            "shop/helpers.py": "import shop.application.b",
            "shop/application/b.py": "",
        },
    ) == [["shop.foundation.a", "shop.helpers", "shop.application.b"]]


def test_each_direct_import_of_a_way_through_another_layer_speaks_for_itself() -> None:
    assert not chains(
        FOUR,
        {
            "shop/foundation/a.py": "import shop.infrastructure.b",
            "shop/infrastructure/b.py": "import shop.application.c",
            "shop/application/c.py": "",
        },
    )


def test_chains_between_siblings_are_found_both_ways() -> None:
    assert chains(
        stack("a | b"),
        {
            "shop/a.py": "import shop.helpers",
            "shop/b.py": "import shop.helpers",
            "shop/helpers.py": "import shop.a\nimport shop.b",
        },
    ) == [["shop.a", "shop.helpers", "shop.b"], ["shop.b", "shop.helpers", "shop.a"]]


LEGAL = {
    "downwards": {
        "shop/application/a.py": "import shop.helpers",
        "shop/helpers.py": "import shop.foundation.b",
        "shop/foundation/b.py": "",
    },
    "to a port": {
        "shop/infrastructure/a.py": "import shop.helpers",
        "shop/helpers.py": "import shop.application.ports",
        "shop/application/ports.py": "",
    },
    "through types only": {
        "shop/foundation/a.py": "import shop.helpers",
        "shop/helpers.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.application.b",
        "shop/application/b.py": "",
    },
    "through the package around the layers": {
        "shop/__init__.py": "import shop.application.b\nVERSION = 1",
        "shop/foundation/a.py": "from shop import VERSION",
        "shop/application/b.py": "",
    },
}


@pytest.mark.parametrize("sources", LEGAL.values(), ids=LEGAL)
def test_a_chain_is_legal(sources: dict[str, str]) -> None:
    assert chains(FOUR, {**sources, "shop/application/x.py": "", "shop/foundation/y.py": ""}) == []


def test_a_chain_through_a_test_is_none() -> None:
    assert not chains(
        FOUR,
        {
            "shop/foundation/a.py": "import shop.helpers",
            "shop/helpers.py": "import shop.application.b",
            "shop/application/b.py": "",
        },
        **{"shop/helpers.py": Role.TEST},
    )


def test_chains_stay_in_their_container() -> None:
    sources = {
        "shop/sales/core.py": "import shop.helpers",
        "shop/helpers.py": "import shop.stock.api",
        "shop/stock/api.py": "import shop.sales.api",
        "shop/sales/api.py": "",
        "shop/stock/core.py": "",
    }
    plan = stack("api", "core", containers=("shop.sales", "shop.stock"))
    assert chains(plan, sources) == [
        ["shop.sales.core", "shop.helpers", "shop.stock.api", "shop.sales.api"]
    ]


def test_a_container_that_does_not_exist_has_no_chains() -> None:
    assert chains(stack("a", "b", containers=("nothing",)), {"shop/a.py": ""}) == []


# --- closed layers, relations, globs, synonyms, several stacks


def preset(name: str, *containers: str) -> LayerPlan:
    return replace(PRESETS[name], containers=containers or ("shop",))


def test_a_closed_layer_may_not_be_skipped() -> None:
    plan = replace(stack("api", "services", "data"), closed=frozenset({"services"}))
    layers = layers_of(plan, "shop/api.py", "shop/services.py", "shop/data.py")
    assert layers.illegal("shop.api", "shop.data")
    assert layers.skipped("shop.api", "shop.data") == "services"
    assert not layers.illegal("shop.api", "shop.services")
    assert not layers.illegal("shop.services", "shop.data")
    assert layers.illegal("shop.data", "shop.api")
    assert layers.skipped("shop.data", "shop.api") == ""


def test_an_optional_closed_layer_that_is_empty_closes_nothing() -> None:
    plan = replace(stack("api", "(services)", "data"), closed=frozenset({"services"}))
    layers = layers_of(plan, "shop/api.py", "shop/data.py")
    assert not layers.illegal("shop.api", "shop.data")


def test_a_chain_past_a_closed_layer_is_found() -> None:
    sources = {
        "shop/api.py": "import shop.helpers",
        "shop/helpers.py": "import shop.data",
        "shop/services.py": "import shop.data",
        "shop/data.py": "",
    }
    plan = stack("api", "services", "data")
    assert chains(plan, sources) == []
    assert chains(replace(plan, closed=frozenset({"services"})), sources) == [
        ["shop.api", "shop.helpers", "shop.data"]
    ]


def test_a_glob_names_several_packages_and_gives_way_to_a_name() -> None:
    plan = LayerPlan(
        (
            (Layer("plugins", ("*_plugin", "ext.**")),),
            (Layer("core", ("core_plugin",)),),
        ),
        ("shop",),
    )
    layers = layers_of(
        plan,
        "shop/mail_plugin/a.py",
        "shop/core_plugin.py",
        "shop/ext/one/two.py",
        "shop/ext/__init__.py",
        "shop/deep/mail_plugin.py",
    )
    assert {name: seat.layer for name, seat in layers.seats.items()} == {
        "shop.mail_plugin.a": "plugins",
        "shop.core_plugin": "core",
        "shop.ext.one.two": "plugins",
    }
    assert layers.seats["shop.mail_plugin.a"].pattern == "*_plugin"


def test_containers_may_be_globs() -> None:
    plan = stack("api", "core", containers=("shop.*",))
    layers = layers_of(plan, "shop/sales/api.py", "shop/sales/core.py", "shop/stock/core.py")
    assert {seat.container for seat in layers.seats.values()} == {"shop.sales", "shop.stock"}
    assert layers.empty_containers() == []
    assert layers_of(stack("a", containers=("x.*", "y")), "shop/a.py").empty_containers() == [
        "x.*",
        "y",
    ]


def test_a_synonym_counts_only_in_its_surroundings() -> None:
    plan = preset("clean")
    assert layers_of(plan, "shop/services/x.py").seats == {}
    layers = layers_of(plan, "shop/services/x.py", "shop/domain/y.py")
    assert layers.layer("shop.services.x") == "application"
    sure = layers_of(plan, "shop/services/x.py", "shop/domain/y.py", "shop/use_cases/z.py")
    assert sure.layer("shop.services.x") == ""


def test_interfaces_of_protocols_are_no_presentation() -> None:
    protocol = "from typing import Protocol\nclass Store(Protocol): ...\n"
    for text, layer in (("", "presentation"), (protocol, "")):
        facts = facts_of({"shop/interfaces/a.py": text, "shop/domain/b.py": ""})
        assert Layers(preset("clean"), facts).layer("shop.interfaces.a") == layer


CLEAN_SAYS = {
    ("presentation", "application"): Relation.ALLOWED,
    ("infrastructure", "domain"): Relation.ALLOWED,
    ("application", "infrastructure"): Relation.FORBIDDEN,
    ("domain", "application"): Relation.FORBIDDEN,
    ("presentation", "infrastructure"): Relation.DISCOURAGED,
    ("infrastructure", "presentation"): Relation.DISCOURAGED,
}


@pytest.mark.parametrize("pair", CLEAN_SAYS, ids=" ".join)
def test_in_clean_dependencies_point_inwards(pair: tuple[str, str]) -> None:
    assert PRESETS["clean"].relation(*pair) is CLEAN_SAYS[pair]


WEBAPP_SAYS = {
    ("api", "data"): Relation.ALLOWED,
    ("services", "api"): Relation.FORBIDDEN,
    ("data", "services"): Relation.FORBIDDEN,
    ("schemas", "api"): Relation.FORBIDDEN,
    ("schemas", "services"): Relation.DISCOURAGED,
    ("schemas", "data"): Relation.FREE,
    ("core", "api"): Relation.FORBIDDEN,
    ("core", "data"): Relation.FREE,
    ("core", "services"): Relation.FREE,
    ("api", "core"): Relation.FREE,
}


@pytest.mark.parametrize("pair", WEBAPP_SAYS, ids=" ".join)
def test_a_webapp_constrains_the_flow_of_a_request_only(pair: tuple[str, str]) -> None:
    assert PRESETS["webapp"].relation(*pair) is WEBAPP_SAYS[pair]


HEXAGONAL_SAYS = {
    ("inbound", "application"): Relation.ALLOWED,
    ("outbound", "ports"): Relation.ALLOWED,
    ("domain", "ports"): Relation.FREE,
    ("domain", "application"): Relation.FORBIDDEN,
    ("application", "outbound"): Relation.FORBIDDEN,
    ("inbound", "outbound"): Relation.DISCOURAGED,
    ("adapters", "outbound"): Relation.FREE,
}


@pytest.mark.parametrize("pair", HEXAGONAL_SAYS, ids=" ".join)
def test_hexagonal_is_clean_with_ports_and_adapters(pair: tuple[str, str]) -> None:
    assert PRESETS["hexagonal"].relation(*pair) is HEXAGONAL_SAYS[pair]


def test_in_hexagonal_the_adapters_side_decides() -> None:
    layers = layers_of(
        preset("hexagonal"),
        "shop/adapters/inbound/rest.py",
        "shop/adapters/outbound/sql.py",
        "shop/adapters/mapping.py",
        "shop/ports/store.py",
        "shop/core/domain/order.py",
    )
    assert [seat.layer for _, seat in sorted(layers.seats.items())] == [
        "inbound",
        "adapters",
        "outbound",
        "domain",
        "ports",
    ]


def test_contexts_of_one_preset_are_held_against_one_another() -> None:
    layers = layers_of(
        preset("clean", "shop.sales", "shop.stock"),
        "shop/sales/domain/a.py",
        "shop/stock/domain/b.py",
        "shop/stock/infra/c.py",
    )
    assert layers.illegal("shop.sales.domain.a", "shop.stock.infra.c")
    assert layers.relation("shop.sales.domain.a", "shop.stock.domain.b") is None


def test_two_plans_do_not_meet() -> None:
    plans = [preset("clean", "shop.sales"), preset("webapp", "shop.stock")]
    paths = ("shop/sales/domain/a.py", "shop/stock/api/b.py", "shop/stock/services/c.py")
    layers = Layers(plans, facts_of(dict.fromkeys(paths, "")))
    assert layers.layer("shop.stock.api.b") == "api"
    assert layers.relation("shop.sales.domain.a", "shop.stock.api.b") is None


def test_what_no_layer_covers_is_told() -> None:
    layers = layers_of(
        stack("api", "core"),
        "shop/__init__.py",
        "shop/main.py",
        "shop/api.py",
        "shop/core/x.py",
        "shop/helpers/a.py",
        "shop/tests/test_a.py",
        "shop/version.py",
        roles={"shop/tests/test_a.py": Role.TEST},
    )
    assert layers.uncovered() == [("shop", ("helpers", "version"))]


def test_packages_that_hold_nothing_are_told() -> None:
    plan = LayerPlan(((Layer("core", ("core", "cor", "x_*")),),), ("shop",))
    assert layers_of(plan, "shop/core/a.py").unused("core", ("core", "cor", "x_*")) == [
        "cor",
        "x_*",
    ]
