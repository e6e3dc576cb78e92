"""Which layers are recognised where none are declared: the right ones or none."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modules import facts_of

from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.layers.assignment import Layers
from archcheck.analysis.layers.detection import HIGH, MEDIUM, detect_layers
from archcheck.analysis.layers.plan import LayerPlan
from archcheck.model import Role


def detected(
    sources: Mapping[str, str], roles: Mapping[str, Role] | None = None
) -> tuple[LayerPlan, ...]:
    return detect_layers(ImportGraph(facts_of(sources, roles=roles)))


def found(sources: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(plan.preset, plan.containers) for plan in detected(sources)]


def clean(container: str = "shop", **more: str) -> dict[str, str]:
    """A small clean architecture with three imports between its layers."""
    name = container.replace("/", ".")
    prefix = f"{container}/" if container else ""
    dotted = f"{name}." if name else ""
    return {
        f"{prefix}domain/order.py": "",
        f"{prefix}application/buy.py": f"import {dotted}domain.order\n",
        f"{prefix}infrastructure/sql.py": f"import {dotted}domain.order\nimport {dotted}application.buy\n",
        **more,
    }


def context(container: str, *, imports: str = "domain.order") -> dict[str, str]:
    """A bounded context that has a domain and its adapters only."""
    name = container.replace("/", ".")
    return {
        f"{container}/domain/order.py": "",
        f"{container}/adapters/sql.py": f"import {name}.{imports}\n",
    }


FOUR = {
    "shop/foundation/money.py": "",
    "shop/infra/sql.py": "import shop.foundation.money\n",
    "shop/integrations/mail.py": "import shop.foundation.money\nimport shop.infra.sql\n",
}
WEBAPP = {
    "shop/api/orders.py": "import shop.services.buy\nimport shop.schemas\n",
    "shop/services/buy.py": "import shop.models.order\n",
    "shop/models/order.py": "",
    "shop/schemas.py": "",
}
RECOGNISED = {
    "clean": (clean(), [("clean", ("shop",))]),
    "clean at the top": (clean(""), [("clean", ("",))]),
    "four-layer": (FOUR, [("four-layer", ("shop",))]),
    "webapp": (WEBAPP, [("webapp", ("shop",))]),
    "contexts": (
        {**clean("shop/sales"), **clean("shop/stock")},
        [("clean", ("shop.sales", "shop.stock"))],
    ),
    "contexts without a third layer": (
        {**context("shop/sales"), **context("shop/stock"), **context("shop/staff")},
        [("clean", ("shop.sales", "shop.staff", "shop.stock"))],
    ),
    "contexts at the top": (
        {**context("sales"), **context("stock"), **context("staff")},
        [("clean", ("sales", "staff", "stock"))],
    ),
    "contexts with and without a third layer": (
        {**clean("shop/sales"), **clean("shop/stock"), **context("shop/staff")},
        [("clean", ("shop.sales", "shop.staff", "shop.stock"))],
    ),
    "a context whose third layer takes no part": (
        {
            **context("shop/sales"),
            "shop/sales/application/buy.py": "",
            **context("shop/stock"),
            **context("shop/staff"),
        },
        [("clean", ("shop.sales", "shop.staff", "shop.stock"))],
    ),
    "one of each": (
        {**clean("sales"), **WEBAPP},
        [("clean", ("sales",)), ("webapp", ("shop",))],
    ),
    "a layer inside a layer is none": (
        clean(
            **{
                path.replace("shop/", "shop/application/", 1): text
                for path, text in clean().items()
            }
        ),
        [("clean", ("shop",))],
    ),
    "vertical slices of single modules": (
        {
            f"shop/{name}/{path}": text.format(name=name)
            for name in ("orders", "stock")
            for path, text in {
                "api.py": "import shop.{name}.service\n",
                "service.py": "import shop.{name}.repository\n",
                "repository.py": "",
            }.items()
        },
        [("webapp", ("shop.orders", "shop.stock"))],
    ),
}


@pytest.mark.parametrize("sources", [pair[0] for pair in RECOGNISED.values()], ids=RECOGNISED)
def test_what_is_recognised(sources: dict[str, str]) -> None:
    expected = next(pair[1] for pair in RECOGNISED.values() if pair[0] is sources)
    assert found(sources) == expected


NOT_RECOGNISED = {
    "names without imports": dict.fromkeys(clean(), ""),
    "imports that point the other way": {
        "shop/domain/order.py": "import shop.application.buy\nimport shop.infrastructure.sql\n",
        "shop/application/buy.py": "import shop.infrastructure.sql\n",
        "shop/infrastructure/sql.py": "",
    },
    "a client whose api is the bottom": {
        "shop/api.py": "",
        "shop/services.py": "import shop.api\n",
        "shop/models.py": "import shop.api\n",
        "shop/view.py": "import shop.services\nimport shop.models\n",
    },
    "a layer that takes no part": {
        **clean(),
        "shop/infrastructure/sql.py": "",
        "shop/application/more.py": "import shop.domain.order\n",
        "shop/application/most.py": "import shop.domain.order\n",
    },
    "too few imports": {**clean(), "shop/infrastructure/sql.py": "import shop.domain.order\n"},
    "layers that hold little of the code": {
        **clean(),
        **{f"shop/feature_{number}.py": "" for number in range(10)},
    },
    "one corner of a large project": {
        **clean("shop/corner"),
        **{f"shop/feature_{number}.py": "" for number in range(30)},
    },
    "domain that holds slices": {
        **clean(),
        "shop/domain/orders/controllers.py": "",
        "shop/domain/orders/models.py": "",
    },
    "too few contexts": {**context("shop/sales"), **context("shop/stock")},
    "contexts in different packages": {
        **context("shop/sales"),
        **context("shop/stock"),
        **context("office/staff"),
    },
    "contexts of which one knows better": {
        **context("shop/sales"),
        **context("shop/stock"),
        "shop/staff/adapters/sql.py": "",
        "shop/staff/domain/order.py": "import shop.staff.adapters.sql\n",
    },
    "contexts that agree too little": {
        f"shop/{name}/{path}": text
        for name in ("sales", "stock", "staff")
        for path, text in {
            "domain/order.py": "",
            "domain/late.py": f"import shop.{name}.adapters.late\n",
            "adapters/late.py": "",
            **{f"adapters/{at}.py": f"import shop.{name}.domain.order\n" for at in "abcd"},
        }.items()
    },
    "contexts that are mostly something else": {
        path: text
        for name in ("sales", "stock", "staff")
        for path, text in {
            **context(f"shop/{name}"),
            f"shop/{name}/one.py": "",
            f"shop/{name}/two.py": "",
        }.items()
    },
    "two layers of three": {
        "shop/domain/order.py": "",
        "shop/infrastructure/sql.py": "import shop.domain.order\n",
    },
}


@pytest.mark.parametrize("sources", NOT_RECOGNISED.values(), ids=NOT_RECOGNISED)
def test_what_is_doubtful_is_not_claimed(sources: dict[str, str]) -> None:
    assert found(sources) == []


def test_tests_and_scripts_say_nothing_of_layers() -> None:
    sources = clean()
    assert detected(sources, dict.fromkeys(sources, Role.TEST)) == ()


def test_a_few_departures_are_findings_and_not_doubts() -> None:
    sources = clean()
    sources["shop/infrastructure/web.py"] = "import shop.domain.order\n"
    sources["shop/domain/late.py"] = "import shop.infrastructure.sql\n"
    (plan,) = detected(sources)
    assert plan.confidence == MEDIUM
    assert "4 of 5 imports between them point downwards" in plan.evidence[0]
    layers = Layers(plan, facts_of(sources))
    assert layers.illegal("shop.domain.late", "shop.infrastructure.sql")


def test_high_confidence_needs_many_imports() -> None:
    sources = clean()
    for number in range(10):
        sources[f"shop/infrastructure/a{number}.py"] = "import shop.domain.order\n"
    (plan,) = detected(sources)
    assert plan.confidence == HIGH


def test_a_departure_of_one_context_is_a_finding_and_no_doubt() -> None:
    sources = {
        f"shop/{name}/{path}": text
        for name in ("sales", "stock", "staff")
        for path, text in {
            "domain/order.py": "",
            **{f"adapters/{at}.py": f"import shop.{name}.domain.order\n" for at in "abcd"},
        }.items()
    }
    sources["shop/stock/domain/late.py"] = "import shop.stock.adapters.a\n"
    plans = detected(sources)
    assert plans[0].containers == ("shop.sales", "shop.staff", "shop.stock")
    layers = Layers(plans, facts_of(sources))
    assert layers.illegal("shop.stock.domain.late", "shop.stock.adapters.a")


def test_a_context_without_a_third_layer_is_held_to_the_others() -> None:
    sources = {**context("sales"), **context("stock"), **context("staff")}
    sources["stock/domain/late.py"] = "import sales.adapters.sql\n"
    layers = Layers(detected(sources), facts_of(sources))
    assert layers.illegal("stock.domain.late", "sales.adapters.sql")
    assert not layers.illegal("stock.adapters.sql", "sales.domain.order")


def test_models_of_django_may_call_services() -> None:
    sources = {
        **WEBAPP,
        "shop/models/stock.py": "from django.db import models\nimport shop.services.buy\n",
    }
    (plan,) = detected(sources)
    assert ("data", "services") in plan.discouraged


def test_nothing_depends_on_the_name_of_the_container() -> None:
    names = ["a", "src", "application", "domain_x", "ünï"]
    plans = [detected(clean(name)) for name in names]
    assert [(each[0].preset, each[0].confidence) for each in plans] == [("clean", MEDIUM)] * 5


PARTS = st.sampled_from(
    ["domain", "application", "infrastructure", "api", "services", "models", "core", "a", "b"]
)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(
    st.dictionaries(PATHS, st.lists(PATHS, max_size=4), max_size=14),
)
def test_what_is_claimed_is_mostly_so_in_any_project(tree: dict[str, list[str]]) -> None:
    sources = {
        f"{path}/__init__.py": "".join(f"import {other.replace('/', '.')}\n" for other in imports)
        for path, imports in tree.items()
    }
    facts = facts_of(sources)
    graph = ImportGraph(facts)
    plans = detect_layers(graph)
    assert plans == detect_layers(graph)
    containers = [container for plan in plans for container in plan.containers]
    assert len(containers) == len(set(containers))
    layers = Layers(plans, facts)
    judged = [pair for pair in graph.binding() if layers.relation(*pair) is not None]
    wrong = [pair for pair in judged if layers.illegal(*pair)]
    assert not plans or len(judged) >= 3
    assert len(wrong) * 2 <= len(judged)
