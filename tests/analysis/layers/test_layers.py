"""Which module is in which layer, who may import whom, and which chains go round?"""

from __future__ import annotations

import pytest
from layer_plans import FOUR, layers_of, stack

from archcheck.model import Role


def test_a_module_is_in_the_layer_whose_package_holds_it() -> None:
    layers = layers_of(
        FOUR,
        "shop/application/api/routes.py",
        "shop/infra/__init__.py",
        "shop/foundation.py",
        "shop/tools/foundation.py",
        "other/foundation/x.py",
    )
    assert {module: seat.layer for module, seat in layers.seats.items()} == {
        "shop.application.api.routes": "application",
        "shop.infra": "infrastructure",
        "shop.foundation": "foundation",
    }
    assert layers.layer("shop.tools.foundation") == ""


def test_a_package_whose_name_starts_like_a_layer_is_not_in_it() -> None:
    layers = layers_of(stack("api", "data"), "shop/data_types.py", "shop/data/x.py", "shop/api.py")
    assert layers.layer("shop.data_types") == ""


def test_the_deepest_package_decides() -> None:
    plan = stack("core.api", "core")
    layers = layers_of(plan, "shop/core/x.py", "shop/core/api/y.py")
    assert layers.layer("shop.core.x") == "core"
    assert layers.layer("shop.core.api.y") == "core.api"


def test_without_containers_layers_are_top_level_packages() -> None:
    layers = layers_of(
        stack("web", "core", containers=("",)), "web/a.py", "core/b.py", "shop/web/c.py"
    )
    assert layers.layer("web.a") == "web"
    assert layers.layer("shop.web.c") == ""
    assert layers.illegal("core.b", "web.a")


def test_each_container_has_its_own_stack() -> None:
    plan = stack("api", "core", containers=("shop.sales", "shop.stock"))
    layers = layers_of(
        plan,
        "shop/sales/api.py",
        "shop/sales/core.py",
        "shop/stock/api.py",
        "shop/stock/core.py",
    )
    assert layers.illegal("shop.sales.core", "shop.sales.api")
    assert not layers.crosses("shop.sales.core", "shop.stock.api")


OUTSIDE = (
    "shop/main.py",
    "shop/__init__.py",
    "shop/application/main.py",
    "shop/application/app.py",
    "shop/application/container.py",
    "shop/infrastructure/di/providers.py",
    "shop/integration/wiring/deep/module.py",
    "shop/application/api/dependencies.py",
    "shop/application/dependencies/database.py",
    "shop/application/deps.py",
)


@pytest.mark.parametrize("path", OUTSIDE)
def test_composition_roots_are_in_no_layer(path: str) -> None:
    assert layers_of(FOUR, path).seats == {}


INSIDE = (
    "shop/app/__init__.py",
    "shop/application/maintenance.py",
    "shop/application/api/main.py",
    "shop/application/mainframe.py",
    "shop/application/providers/mail.py",
)


@pytest.mark.parametrize("path", INSIDE)
def test_a_name_that_only_looks_like_one_is_in_its_layer(path: str) -> None:
    (seat,) = layers_of(FOUR, path).seats.values()
    assert seat.layer == "application"


def test_a_layer_may_be_called_like_a_composition_root() -> None:
    plan = stack("__main__", "di", "core")
    layers = layers_of(plan, "shop/__main__.py", "shop/di/providers.py", "shop/core/x.py")
    assert [layers.layer(name) for name in ("shop.__main__", "shop.di.providers")] == [
        "__main__",
        "di",
    ]
    assert layers.empty() == []


@pytest.mark.parametrize("role", [Role.TEST, Role.MIGRATION, Role.SCRIPT, Role.DOCS])
def test_other_roles_are_in_no_layer(role: Role) -> None:
    path = "shop/foundation/x.py"
    assert layers_of(FOUR, path, roles={path: role}).seats == {}


def test_an_empty_layer_is_told_unless_it_is_optional() -> None:
    assert layers_of(stack("api", "(jobs)", "core"), "shop/api.py").empty() == ["core"]


def test_a_layer_of_tests_or_composition_roots_is_not_empty() -> None:
    layers = layers_of(
        stack("testing", "api", "core"),
        "shop/testing.py",
        "shop/api/main.py",
        "shop/core/x.py",
        roles={"shop/testing.py": Role.TEST},
    )
    assert set(layers.seats) == {"shop.core.x"}
    assert layers.empty() == []


def test_members_are_listed_highest_layer_first() -> None:
    layers = layers_of(stack("api", "core"), "shop/core/b.py", "shop/core/a.py", "shop/api.py")
    assert layers.members() == (("api", ("shop.api",)), ("core", ("shop.core.a", "shop.core.b")))


def test_imports_point_downwards() -> None:
    layers = layers_of(stack("a", "b", "c"), "shop/a.py", "shop/b.py", "shop/c.py")
    assert not layers.illegal("shop.a", "shop.b")
    assert not layers.illegal("shop.a", "shop.c")
    assert layers.illegal("shop.b", "shop.a")
    assert layers.illegal("shop.c", "shop.a")
    assert not layers.crosses("shop.a", "shop.a")


def test_siblings_are_independent() -> None:
    layers = layers_of(stack("top", "a | b"), "shop/top.py", "shop/a.py", "shop/b.py")
    assert layers.siblings("shop.a", "shop.b")
    assert layers.illegal("shop.a", "shop.b")
    assert layers.illegal("shop.b", "shop.a")
    assert not layers.siblings("shop.top", "shop.a")


def test_packages_of_one_layer_are_not_independent() -> None:
    layers = layers_of(FOUR, "shop/application/x.py", "shop/business/y.py")
    assert not layers.crosses("shop.application.x", "shop.business.y")


def test_a_port_may_be_imported_from_below() -> None:
    layers = layers_of(
        FOUR, "shop/application/ports/store.py", "shop/application/orders.py", "shop/infra/sql.py"
    )
    assert layers.is_port("shop.application.ports.store")
    assert not layers.illegal("shop.infra.sql", "shop.application.ports.store")
    assert layers.illegal("shop.infra.sql", "shop.application.orders")


def test_a_layer_called_interfaces_is_no_port() -> None:
    layers = layers_of(stack("interfaces", "domain"), "shop/interfaces/rest.py", "shop/domain/x.py")
    assert not layers.is_port("shop.interfaces.rest")
    assert layers.illegal("shop.domain.x", "shop.interfaces.rest")


def test_inner_layers_are_those_of_the_plan() -> None:
    layers = layers_of(FOUR, "shop/foundation/x.py", "shop/application/y.py")
    assert layers.is_inner("shop.foundation.x")
    assert not layers.is_inner("shop.application.y")
    assert not layers.is_inner("shop.unknown")
