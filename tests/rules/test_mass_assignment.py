"""ARC0404: what pours a request into a record, and what names its fields."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.input_validation.mass_assignment import MassAssignment
from archcheck.testing import outcomes

HEAD = (
    "from django import forms\nfrom django.db import models\nfrom pydantic import BaseModel\n"
    "from rest_framework import serializers\nclass Order(models.Model): ...\nclass Body(BaseModel): ...\n"
)


def verdicts(code: str) -> list[Verdict]:
    found = outcomes(MassAssignment, Example("", HEAD + code))
    return [each.verdict for each in found if not each.advice]


def in_view(line: str) -> list[Verdict]:
    return verdicts(f"def view(request, order):\n    {line}\n")


POURED = [
    "Order(**request.data)",
    "Order(**dict(request.POST))",
    "Order(**request.POST.dict())",
    "Order.objects.filter(id=1).update(**request.data)",
    "order.__dict__.update(request.data)",
    "x = request.data; Order(**x)",
]
NAMED = ["Order(item=request.POST['item'])", "Order.objects.create(item=request.POST.get('item'))"]
NEITHER = [
    "Body(**request.data)",
    "Unknown(**request.data)",
    "render(**request.data)",
    "Order(item=1)",
    "Order(**order)",
    "order.items.update(request.data)",
]


@pytest.mark.parametrize("line", POURED)
def test_poured(line: str) -> None:
    assert in_view(line) == [Verdict.VIOLATES]


@pytest.mark.parametrize("line", NAMED)
def test_named(line: str) -> None:
    assert in_view(line) == [Verdict.COMPLIES]


@pytest.mark.parametrize("line", NEITHER)
def test_no_opportunity(line: str) -> None:
    assert in_view(line) == []


@pytest.mark.parametrize(
    ("base", "fields", "expected"),
    [
        ("serializers.ModelSerializer", "exclude = ['id']", [Verdict.VIOLATES]),
        ("serializers.ModelSerializer", "fields = ('item',)", [Verdict.COMPLIES]),
        ("serializers.Serializer", "fields = '__all__'", []),
        ("forms.ModelForm", "fields = '__all__'", []),
    ],
)
def test_meta(base: str, fields: str, expected: list[Verdict]) -> None:
    assert verdicts(f"class Orders({base}):\n    class Meta:\n        {fields}\n") == expected


def test_a_form_with_all_fields_is_advice() -> None:
    code = "class Orders(forms.ModelForm):\n    class Meta:\n        fields = '__all__'\n"
    (outcome,) = outcomes(MassAssignment, Example("", HEAD + code))
    assert outcome.advice


def test_a_serializer_that_tells_assigns_nothing() -> None:
    code = "class OrderList(serializers.ModelSerializer):\n    class Meta:\n        fields = '__all__'\n"
    assert verdicts(code) == []


def test_a_loop_may_skip_what_is_not_allowed() -> None:
    code = (
        "def view(request, order):\n    for name, value in request.data.items():\n"
        "        if name not in ALLOWED:\n            continue\n        setattr(order, name, value)\n"
    )
    assert verdicts(code) == [Verdict.COMPLIES]
