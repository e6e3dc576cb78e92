"""What a layer may import of other parties: told by ARC0101, and by ARC0103 where the layer is an inner one."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan
from archcheck.model import Verdict
from archcheck.rule import Example, Rule
from archcheck.rules.layered_architecture.framework_in_domain import FrameworkInDomain
from archcheck.rules.layered_architecture.layer_violation import LayerViolation
from archcheck.testing import outcomes

PLAN = LayerPlan(
    (
        (Layer("api", ("api",)),),
        (Layer("services", ("services",), forbid_external=("fastapi", "django.http", "socket")),),
        (Layer("data", ("data",), allow_external=("sqlalchemy", "google.cloud")),),
    ),
    ("shop",),
)


def said(
    code: str, *, layer: str = "services", plan: LayerPlan = PLAN, rule: type[Rule] = LayerViolation
) -> list[tuple[int, str]]:
    """Line and message of each opportunity, the message empty where it complies."""
    case = Example("A case.", code, path=f"src/shop/{layer}/orders.py", layers=plan)
    return [
        (
            outcome.place.location.line,
            outcome.message if outcome.verdict is Verdict.VIOLATES else "",
        )
        for outcome in outcomes(rule, case)
    ]


def test_a_forbidden_library_is_reported_once_and_others_comply() -> None:
    code = "import httpx\nimport fastapi\n\n\ndef f():\n    from fastapi import Depends\n"
    assert said(code) == [
        (1, ""),
        (
            2,
            "`shop.services.orders` (services) imports `fastapi`, which its layer does not allow",
        ),
    ]


def test_a_forbidden_part_forbids_that_part_only() -> None:
    assert said("from django.db import models\n") == [(1, "")]
    ((line, message),) = said("from django.db import models\nfrom django import http\n")
    assert line == 2
    assert "`django.http`" in message


def test_the_standard_library_counts_only_where_it_is_forbidden() -> None:
    assert said("import json\n") == []
    assert len(said("import socket\n")) == 1


def test_what_is_allowed_is_all_that_is_allowed() -> None:
    code = "import json\nfrom sqlalchemy.orm import Session\nfrom google.cloud import storage\nimport httpx\n"
    found = said(code, layer="data")
    assert [line for line, message in found if message] == [4]
    assert [line for line, message in found if not message] == [2, 3]


def test_types_and_own_modules_are_nobodys_business() -> None:
    code = (
        "from typing import TYPE_CHECKING\nimport shop.data\nif TYPE_CHECKING:\n    import httpx\n"
    )
    assert said(code, layer="data") == []


def test_a_layer_without_restrictions_has_no_opportunity() -> None:
    assert said("import fastapi\n", layer="api") == []


FOUR = replace(PRESETS["four-layer"], containers=("shop",))


def four(**changes: Any) -> LayerPlan:
    *upper, (foundation,) = FOUR.levels
    return replace(FOUR, levels=(*upper, (replace(foundation, **changes),)))


def test_an_inner_layer_is_the_other_rules_and_counted_once() -> None:
    plan = four(forbid_external=("attrs",))
    code = "import attrs\n"
    assert said(code, layer="foundation", plan=plan) == []
    ((line, message),) = said(code, layer="foundation", plan=plan, rule=FrameworkInDomain)
    assert (line, message) == (
        1,
        "`shop.foundation.orders` (foundation) imports `attrs`; its layer does not allow it",
    )


def test_a_permission_goes_before_the_list_of_frameworks() -> None:
    code = "import sqlalchemy\n"
    assert said(code, layer="foundation", plan=FOUR, rule=FrameworkInDomain)[0][1]
    plan = four(allow_external=("sqlalchemy",))
    assert said(code, layer="foundation", plan=plan, rule=FrameworkInDomain) == [(0, "")]


def test_a_permission_is_an_exception_to_strictness() -> None:
    plan = replace(four(allow_external=("attrs",)), strict=True)
    assert said("import attrs\n", layer="foundation", plan=plan, rule=FrameworkInDomain) == [
        (0, "")
    ]
    assert said("import numpy\n", layer="foundation", plan=plan, rule=FrameworkInDomain)[0][1]
