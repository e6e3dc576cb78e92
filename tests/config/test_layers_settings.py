"""From the layers table to the plan."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from archcheck.analysis.layers import PRESETS, Layer
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
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**values)
    assert expected in str(caught.value)
