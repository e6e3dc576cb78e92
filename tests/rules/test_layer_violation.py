"""ARC0101: which imports between layers are reported, where and with which words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan
from archcheck.model import Outcome, Severity, Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.layer_violation import LayerViolation
from archcheck.testing import check, expected, outcomes

FOUR = replace(PRESETS["four-layer"], containers=("shop",))
ORDERS = {"src/shop/application/orders.py": "Order = 1\nother = 2\n"}


def example(
    path: str, code: str, files: Mapping[str, str] = ORDERS, layers: LayerPlan | None = FOUR
) -> Example:
    return Example("A case.", code, path=f"src/shop/{path}", files=files, layers=layers)


def violation(case: Example) -> Outcome:
    (found,) = (
        outcome for outcome in outcomes(LayerViolation, case) if outcome.verdict is Verdict.VIOLATES
    )
    return found


UPWARDS = {
    "absolute": "from shop.application.orders import Order  # [layer-violation]\n",
    "of the module": "import shop.application.orders as orders  # [layer-violation]\n",
    "from the package": "from shop.application import orders  # [layer-violation]\n",
    "relative": "from ..application import orders  # [layer-violation]\n",
    "guarded": "try:\n    import shop.application.orders  # [layer-violation]\n"
    "except ImportError:\n    pass\n",
    "deferred": "def f():\n    import shop.application.orders  # [layer-violation]\n",
    "by name": "import importlib\n\n"
    "importlib.import_module('shop.application.orders')  # [layer-violation]\n",
    "twice is once": "import shop.application.orders  # [layer-violation]\n\n\n"
    "def f():\n    import shop.application.orders\n",
}


@pytest.mark.parametrize("code", UPWARDS.values(), ids=UPWARDS)
def test_an_import_upwards_is_reported(code: str) -> None:
    case = example("foundation/money.py", code)
    assert check(LayerViolation, case) == expected(LayerViolation, case)


NOT_REPORTED = {
    "in the layer itself": ("application/api.py", "from shop.application.orders import Order\n"),
    "by a composition root": ("main.py", "from shop.application.orders import Order\n"),
    "by a composition root in a layer": (
        "foundation/container.py",
        "from shop.application.orders import Order\n",
    ),
    "by a test": ("foundation/tests/test_money.py", "from shop.application.orders import Order\n"),
    "by a migration": (
        "foundation/migrations/one.py",
        "from shop.application.orders import Order\n",
    ),
    "by a module outside the layers": ("helpers.py", "from shop.application.orders import Order\n"),
    "of another party": ("foundation/money.py", "from application.orders import Order\n"),
}


@pytest.mark.parametrize(("path", "code"), NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_no_opportunity(path: str, code: str) -> None:
    assert outcomes(LayerViolation, example(path, code)) == []


def test_without_declared_layers_there_is_no_opportunity() -> None:
    case = example("foundation/money.py", "from shop.application import orders\n", layers=None)
    assert outcomes(LayerViolation, case) == []


def test_each_pair_of_modules_is_one_opportunity() -> None:
    case = example(
        "application/api.py",
        "from shop.infrastructure.store import a, b\nfrom shop.infrastructure import store\n"
        "from shop.foundation import money\n",
        {
            "src/shop/infrastructure/store.py": "a = b = 1\n",
            "src/shop/foundation/money.py": "from shop.infrastructure import store\n",
        },
    )
    verdicts = [outcome.verdict for outcome in outcomes(LayerViolation, case)]
    assert verdicts.count(Verdict.COMPLIES) == 2
    assert verdicts.count(Verdict.VIOLATES) == 1


def test_the_message_names_both_modules_and_their_layers() -> None:
    found = violation(example("foundation/money.py", "from shop.application import orders\n"))
    assert found.message == (
        "`shop.foundation.money` (foundation) imports `shop.application.orders` (application), a higher layer"
    )


def test_the_message_tells_that_an_import_is_hidden() -> None:
    code = "def f():\n    from shop.application import orders\n"
    message = violation(example("foundation/money.py", code)).message
    assert message.endswith("(inside a function: hidden, still a dependency)")


def test_independent_siblings_may_not_import_one_another() -> None:
    plan = LayerPlan(((Layer("sales", ("sales",)), Layer("stock", ("stock",))),), ("shop",))
    case = example(
        "sales/orders.py",
        "from shop.stock import shelf\n",
        {"src/shop/stock/shelf.py": ""},
        plan,
    )
    assert "an independent layer" in violation(case).message


def test_a_chain_is_reported_where_it_starts_with_all_its_steps() -> None:
    case = example(
        "foundation/money.py",
        "import os\n\nfrom shop.helpers import latest\n",
        {
            **ORDERS,
            "src/shop/helpers.py": "def latest():\n    from shop.application.orders import Order\n",
        },
    )
    found = violation(case)
    assert (found.place.location.path, found.place.location.line) == (
        "src/shop/foundation/money.py",
        3,
    )
    assert "reaches `shop.application.orders` (application)" in found.message
    assert [(step.path, step.line) for step in found.trace] == [
        ("src/shop/foundation/money.py", 3),
        ("src/shop/helpers.py", 2),
    ]


def test_the_fingerprint_does_not_depend_on_the_line() -> None:
    one = violation(example("foundation/money.py", "from shop.application import orders\n"))
    two = violation(
        example("foundation/money.py", "import os\nfrom shop.application import orders\n")
    )
    assert one.place.subject == two.place.subject != ""


def test_the_middle_of_a_long_chain_is_left_out_of_the_message() -> None:
    case = example(
        "foundation/money.py",
        "import shop.a\n",
        {
            **ORDERS,
            "src/shop/a.py": "import shop.b\n",
            "src/shop/b.py": "import shop.c\n",
            "src/shop/c.py": "import shop.d\n",
            "src/shop/d.py": "import shop.application.orders\n",
        },
    )
    found = violation(case)
    assert "through `shop.a`, …, `shop.d`; " in found.message
    assert len(found.trace) == 5


def test_the_cheapest_import_of_a_chain_is_named() -> None:
    case = example(
        "foundation/money.py",
        "from shop.helpers import latest, oldest\n",
        {
            **ORDERS,
            "src/shop/helpers.py": "from shop.more import latest\n",
            "src/shop/more.py": "from shop.application.orders import Order, other\n",
        },
    )
    assert violation(case).message.endswith(
        "; cheapest import to cut: `shop.helpers` → `shop.more` (1 name)"
    )


WEBAPP = replace(PRESETS["webapp"], containers=("shop",))


def test_a_departure_from_the_webapp_preset_is_a_warning() -> None:
    files = {"src/shop/api/routes.py": "", "src/shop/helpers.py": "import shop.api.routes\n"}
    for code in ("import shop.api.routes\n", "import shop.helpers\n"):
        found = violation(example("services/orders.py", code, files, WEBAPP))
        assert found.severity is Severity.WARNING


def test_a_discouraged_import_is_advice_and_a_free_one_no_opportunity() -> None:
    files = {"src/shop/services/a.py": "", "src/shop/models/b.py": ""}
    case = example("schemas/orders.py", "import shop.services.a\n", files, WEBAPP)
    assert violation(case).advice
    case = example("schemas/orders.py", "import shop.models.b\n", files, WEBAPP)
    assert outcomes(LayerViolation, case) == []


def test_a_skipped_closed_layer_is_named() -> None:
    closed = replace(FOUR, closed=frozenset({"infrastructure"}))
    files = {"src/shop/foundation/a.py": "", "src/shop/infra/b.py": ""}
    found = violation(example("application/orders.py", "import shop.foundation.a\n", files, closed))
    assert found.message == (
        "`shop.application.orders` (application) imports `shop.foundation.a` (foundation), "
        "past the closed layer `infrastructure`"
    )
