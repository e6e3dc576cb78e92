"""What does an annotation let through?"""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.module import Module
from archcheck.analysis.names.annotations import classes, declared, is_schemaless

HEAD = (
    "from collections.abc import Mapping\nimport typing as t\nfrom typing import Annotated, Any, Dict, List, Optional, Union\n"
    "from app.models import Order\nPayload = Annotated[dict, Body()]\n"
)


def annotated(text: str) -> tuple[ast.expr, Module]:
    module = module_of(f"{HEAD}value: {text}\n")
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.AnnAssign)
    return statement.annotation, module


@pytest.mark.parametrize(
    "text",
    [
        "dict",
        "Dict",
        "list",
        "dict[str, Any]",
        "t.Dict[str, t.Any]",
        "Mapping[str, object]",
        "list[dict]",
        "List[Dict[str, Any]]",
        "dict[str, dict]",
        "dict[str, str | Any]",
        "Optional[dict]",
        "dict | None",
        "Annotated[dict, Body()]",
        "Payload",
        "Annotated[Optional[dict[str, Any]], Body()]",
        "Union[Order, dict]",
    ],
)
def test_admits_any_mapping_or_list(text: str) -> None:
    node, module = annotated(text)
    assert any(is_schemaless(kind, module) for kind in declared(node, module).types)


@pytest.mark.parametrize(
    "text",
    ["Order", "list[Order]", "dict[str, int]", "dict[str, Order]", "list[int]", "str", "Any", "None",
     "Optional[Order]", "Unknown", "tuple[int, str]", "'dict'"],
)  # fmt: skip
def test_says_what_it_holds(text: str) -> None:
    node, module = annotated(text)
    assert not any(is_schemaless(kind, module) for kind in declared(node, module).types)


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("Annotated[dict, Body()]", {"Body"}),
        ("Annotated[Order, params.Depends(make), 'doc']", {"Depends", ""}),
        ("Optional[Annotated[int, Query(ge=1)]]", {"Query"}),
        ("Payload", {"Body"}),
        ("Order", set()),
    ],
)
def test_markers(text: str, markers: set[str]) -> None:
    node, module = annotated(text)
    assert declared(node, module).markers == markers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Order", ["app.models.Order"]),
        ("list[Order]", ["app.models.Order"]),
        ("dict[str, list[Order | None]]", ["str", "app.models.Order"]),
        ("Unknown", []),
    ],
)
def test_classes(text: str, names: list[str]) -> None:
    node, module = annotated(text)
    assert classes(node, module) == names


def test_an_alias_of_itself_ends() -> None:
    module = module_of("A = list[B]\nB = list[A]\nvalue: A\n")
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.AnnAssign)
    kinds = declared(statement.annotation, module).types
    assert not any(is_schemaless(kind, module) for kind in kinds)
    assert [name for kind in kinds for name in classes(kind, module)] == []


def test_aliases_that_double_at_each_step_take_no_time() -> None:
    steps = "\n".join(
        f"A{number + 1} = Union[{', '.join([f'A{number}'] * 9)}]" for number in range(30)
    )
    module = module_of(f"from typing import Union\nA0 = list[int]\n{steps}\nvalue: A30\n")
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.AnnAssign)
    (kind,) = declared(statement.annotation, module).types
    assert ast.unparse(kind) == "list[int]"
    assert module.symbols.annotation(statement.annotation) == ()  # deeper than it looks
