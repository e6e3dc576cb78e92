"""From the layers table to the plan."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from archcheck.analysis.layers.assignment import PRESETS, Layer
from archcheck.config.layers import LayersSettings


def settings(**values: object) -> LayersSettings:
    return LayersSettings.model_validate(values)


def test_an_order_from_the_highest_down() -> None:
    plan = settings(order=["api", "web | cli", "(domain)"], containers=["shop"]).plan()
    assert plan.levels == (
        (Layer("api", ("api",)),),
        (Layer("web", ("web",)), Layer("cli", ("cli",))),
        (Layer("domain", ("domain",), optional=True),),
    )
    assert plan.containers == ("shop",)
    assert plan.preset == ""
    assert plan.inner == {"domain"}
    assert not plan.strict


def test_a_preset() -> None:
    assert settings(preset="four-layer").plan() == PRESETS["four-layer"]


def test_packages_and_strictness_on_top_of_a_preset() -> None:
    plan = settings(preset="four-layer", packages={"foundation": ["core"]}, strict=True).plan()
    assert plan.levels[-1] == (Layer("foundation", ("core",)),)
    assert plan.levels[:-1] == PRESETS["four-layer"].levels[:-1]
    assert plan.strict
    assert plan.preset == "four-layer"


def test_every_key_reaches_the_plan() -> None:
    plan = settings(
        order=["api", "services", "data"],
        containers=["shop.*"],
        packages={"data": ["models", "*_store"]},
        closed=["services"],
        allow_external={"data": ["sqlalchemy"]},
        forbid_external={"services": ["fastapi", "django.http"]},
    ).plan()
    assert plan.containers == ("shop.*",)
    assert plan.closed == {"services"}
    assert plan.layer("data") == Layer(
        "data", ("models", "*_store"), allow_external=("sqlalchemy",)
    )
    assert plan.layer("services").forbid_external == ("fastapi", "django.http")
    assert plan.layer("services").allow_external is None


def test_a_package_given_to_one_layer_of_a_preset_leaves_the_others() -> None:
    plan = settings(preset="four-layer", packages={"foundation": ["infra"]}).plan()
    assert plan.layer("infrastructure").packages == ("infrastructure",)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_declared(name: str) -> None:
    plan = settings(preset=name, containers=["shop"]).plan()
    assert plan.preset == name
    packages = [package for layer in plan.layers() for package in layer.packages]
    assert len(packages) == len(set(packages))
    for a, b in plan.free | plan.discouraged:
        assert {a, b} <= set(plan.level_of)
    assert plan.inner <= set(plan.level_of)


def test_without_containers_the_stack_stands_at_the_top() -> None:
    assert settings(order=["a"]).plan().containers == ("",)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "needs either `preset` or `order`"),
        ({"preset": "four-layer", "order": ["a"]}, "needs either `preset` or `order`"),
        ({"order": ["a", "b | a"]}, "layer `a` is declared twice"),
        ({"order": ["a-b"]}, "`a-b` in `order` is no layer"),
        ({"order": ["a |"]}, "`` in `order` is no layer"),
        ({"order": ["(a"]}, "`(a` in `order` is no layer"),
        ({"order": ["core"], "packages": {"cor": ["x"]}}, "no layer `cor`; did you mean `core`?"),
        ({"preset": "onion"}, "unknown preset `onion`"),
        (
            {"order": ["core"], "closed": ["cor"]},
            "`closed` names no layer `cor`; did you mean `core`?",
        ),
        ({"order": ["a"], "allow_external": {"b": []}}, "`allow-external` names no layer `b`"),
        ({"order": ["a"], "forbid_external": {"b": []}}, "`forbid-external` names no layer `b`"),
        ({"order": ["a"], "forbid_external": {"a": ["x-y"]}}, "`x-y` names no package"),
        ({"order": ["a"], "containers": ["x/y"]}, "`x/y` names no package"),
        ({"order": ["a"], "packages": {"a": ["x y"]}}, "`x y` names no package"),
        (
            {"order": ["a", "b"], "packages": {"a": ["x"], "b": ["x"]}},
            "package `x` belongs to several layers",
        ),
        (
            {"order": ["a"], "allow_external": {"a": ["x"]}, "forbid_external": {"a": ["x"]}},
            "layer `a` both allows and forbids `x`",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**values)
    assert expected in str(caught.value)
