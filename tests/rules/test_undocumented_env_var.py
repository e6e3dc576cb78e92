"""ARC0604: what counts as written down, and when it is a pattern."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.configuration.undocumented_env_var import UndocumentedEnvVar
from archcheck.testing import outcomes

THREE = (
    "import os\n\nA = os.environ['SHOP_A']\nB = os.environ['SHOP_B']\nC = os.environ['SHOP_C']\n"
)


def judged(code: str, files: Mapping[str, str]) -> list[tuple[int, Verdict]]:
    example = Example("A case.", code, path="src/shop/settings.py", files=files)
    return [
        (outcome.place.location.line, outcome.verdict)
        for outcome in outcomes(UndocumentedEnvVar, example)
    ]


def test_each_missing_variable_is_a_finding_beside_a_template() -> None:
    assert judged(THREE, {".env.example": "SHOP_B=\n"}) == [
        (3, Verdict.VIOLATES),
        (4, Verdict.COMPLIES),
        (5, Verdict.VIOLATES),
    ]


def test_without_a_template_all_are_one_finding() -> None:
    example = Example("A case.", THREE, path="src/shop/settings.py")
    found = outcomes(UndocumentedEnvVar, example)
    assert [outcome.verdict for outcome in found] == [Verdict.VIOLATES] * 3
    assert len({outcome.group for outcome in found}) == 1 and found[0].group


def test_without_a_template_fewer_than_three_unknown_are_no_pattern() -> None:
    assert {verdict for _, verdict in judged(THREE, {"README.md": "SHOP_A\n"})} == {
        Verdict.COMPLIES
    }


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['HOME']\n",
        "import os\nos.environ['_SHOP_X']\n",
        "import os\nos.environ['SHOP_X']\nos.environ['SHOP_X'] = 'y'\n",
    ],
)
def test_no_opportunity(code: str) -> None:
    assert judged(code, {".env.example": ""}) == []


def test_nested_field_is_documented_by_its_parts() -> None:
    code = "from pydantic_settings import BaseSettings\n\nclass S(BaseSettings):\n    shop: dict\n"
    assert judged(code, {".env.example": "SHOP__NAME=x\n"}) == [(4, Verdict.COMPLIES)]
