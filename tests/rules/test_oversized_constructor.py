"""ARC1207: which parameters are collaborators, and which classes are asked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from judging import BAD, OK, verdicts

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.evolution.oversized_constructor import OversizedConstructor
from archcheck.testing import outcomes

PATH = "src/shop/services/orders.py"
PORTS = {
    "src/shop/__init__.py": "",
    "src/shop/ports.py": (
        "from abc import ABC\nfrom typing import Protocol\n"
        "class Clock(Protocol): ...\nclass Tax(ABC): ...\nclass VatTax(Tax): ...\nclass Price: ...\n"
    ),
}


def service(*types: str, name: str = "Orders", bases: str = "", method: str = "__init__") -> str:
    parameters = ", ".join(f"p{number}: {each}" for number, each in enumerate(types))
    return (
        "from typing import Annotated, Any, ClassVar, Optional\nfrom dataclasses import dataclass\n"
        "import attrs, pydantic\nfrom shop.ports import Clock, Price, Tax, VatTax\nfrom shop import ports\n"
        f"class {name}{bases}:\n    def {method}(self, {parameters}): ...\n"
    )


def words(source: str, path: str = PATH, files: Mapping[str, str] | None = None) -> str:
    found = verdicts(OversizedConstructor, source, path, {**PORTS, **(files or {})})
    return " ".join(word for _, word in found)


SEVEN = [f"ports.{name}Repository" for name in "ABCDEFG"]


@pytest.mark.parametrize(
    "eighth",
    [
        "ports.MailSender",
        "ports.IPaymentGateway",
        "ports.OrderUnitOfWork",
        "Optional[ports.EventBus]",
        "ports.EventBus | None",
        "Annotated[ports.Cache, 1]",
        "'ports.StockClient'",
        "ports.Repository[Price]",
        "Clock",
        "Tax",
        "VatTax",
    ],
)
def test_a_collaborator(eighth: str) -> None:
    assert words(service(*SEVEN)) == OK
    assert words(service(*SEVEN, eighth)) == BAD


@pytest.mark.parametrize("eighth", ["int", "Price", "Any", "ports.Unknown", "list[Clock]"])
def test_no_collaborator(eighth: str) -> None:
    assert words(service(*SEVEN, eighth)) == OK


def test_interfaces_alone() -> None:
    assert words(service(*["Clock"] * 8)) == BAD
    assert words(service(*["Clock"] * 7, "Price")) == OK
    assert words(service("Clock")) == OK


@pytest.mark.parametrize("types", [["int"], ["Price", "str"], ["Any"], []])
def test_without_a_collaborator_nothing_is_asked(types: list[str]) -> None:
    assert words(service(*types)) == ""


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/shop/use_cases/place.py", "Place"),
        ("src/shop/application/place.py", "Place"),
        ("src/shop/command_handlers.py", "Place"),
        ("src/shop/place.py", "PlaceHandler"),
        ("src/shop/place.py", "OrderServiceImpl"),
    ],
)
def test_classes_that_do_work(path: str, name: str) -> None:
    assert words(service(*SEVEN, "Clock", name=name), path) == BAD


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/shop/place.py", "Place"),
        (PATH, "OrderFacade"),
        (PATH, "ServiceContainer"),
        (PATH, "Services"),
        (PATH, "RequestContext"),
    ],
)
def test_classes_that_hold_others_or_do_something_else(path: str, name: str) -> None:
    assert words(service(*SEVEN, "Clock", name=name), path) == ""


def fields(decorator: str, last: str) -> str:
    body = "".join(f"    f{number}: {each}\n" for number, each in enumerate([*SEVEN, last]))
    head = "from typing import ClassVar\nfrom dataclasses import dataclass\nimport attrs\nfrom shop import ports\n"
    return f"{head}{decorator}\nclass Orders:\n{body}"


@pytest.mark.parametrize("decorator", ["@dataclass", "@dataclass(frozen=True)", "@attrs.define"])
def test_fields_of_records(decorator: str) -> None:
    assert words(fields(decorator, "ports.EventBus")) == BAD
    assert words(fields(decorator, "ClassVar[ports.EventBus]")) == OK


def test_fields_of_a_plain_class_are_no_parameters() -> None:
    assert words(fields("", "ports.EventBus")) == ""


def test_a_model_of_pydantic_holds_values() -> None:
    models = {"src/shop/model.py": "import pydantic\nclass Model(pydantic.BaseModel): ...\n"}
    source = f"from shop.model import Model\n{service(*SEVEN, 'Clock', bases='(Model)')}"
    assert words(source, files=models) == ""
    assert words(service(*SEVEN, "Clock", bases="(other.Base)")) == BAD


def test_the_limit_is_an_option() -> None:
    options = OversizedConstructor.Options(max_collaborators=6)
    example = Example("case", service(*SEVEN), path=PATH, files=PORTS)
    (outcome,) = outcomes(OversizedConstructor, example, options=options)
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.message == "`Orders` needs more than 6 collaborators"
