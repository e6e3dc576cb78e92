"""ARC0103: what an inner layer may import."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from archcheck.analysis.layers.assignment import PRESETS, Layer, LayerPlan
from archcheck.model import Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.framework_in_domain import FrameworkInDomain
from archcheck.testing import outcomes

FOUR = replace(PRESETS["four-layer"], containers=("shop",))
STRICT = replace(FOUR, strict=True)


def example(
    code: str, *, path: str = "foundation/orders.py", layers: LayerPlan | None = FOUR
) -> Example:
    return Example("A case.", code, path=f"src/shop/{path}", layers=layers)


def the(case: Example) -> Outcome:
    (found,) = outcomes(FrameworkInDomain, case)
    return found


FORBIDDEN = {
    "from a submodule": ("from sqlalchemy.orm import Session", "sqlalchemy"),
    "under another name": ("import flask as f", "flask"),
    "standard IO": ("import subprocess", "subprocess"),
    "dotted": ("import urllib.request", "urllib.request"),
    "a submodule by from": ("from urllib import request", "urllib.request"),
    "a client by from": ("from http.client import HTTPSConnection", "http.client"),
    "a namespace package": ("from google.cloud import storage", "google.cloud"),
    "settings are read from the environment": (
        "from pydantic_settings import BaseSettings",
        "pydantic_settings",
    ),
}


@pytest.mark.parametrize(("code", "library"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_frameworks_are_reported(code: str, library: str) -> None:
    outcome = the(example(f"import os\n{code}\n"))
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.place.location.line == 2
    assert outcome.message == (
        f"`shop.foundation.orders` (foundation) imports `{library}`; "
        "this layer is free of frameworks and IO"
    )


ALLOWED = {
    "the standard library": "import json, logging, datetime\nfrom urllib.parse import quote\nfrom http import HTTPStatus",
    "modelling libraries": "import attrs, msgspec, pydantic, annotated_types, pendulum",
    "other third parties": "import numpy",
    "an unlike name": "import flask_like\nimport socketserver_of_mine",
    "types only": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sqlalchemy.orm import Session",
    "inside a function": "def f():\n    import requests",
    "under try": "try:\n    import redis\nexcept ImportError:\n    redis = None",
    "a first-party module of that name": "from shop import requests",
}


@pytest.mark.parametrize("code", ALLOWED.values(), ids=ALLOWED)
def test_what_is_allowed_complies(code: str) -> None:
    assert the(example(f"{code}\n")).verdict is Verdict.COMPLIES


def test_a_strict_layer_has_no_third_party() -> None:
    outcome = the(example("import json\nimport shop.other\nimport pydantic\n", layers=STRICT))
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.place.location.line == 3
    assert outcome.message.endswith(
        "imports `pydantic`; this layer is declared free of third parties"
    )


def test_a_strict_layer_may_import_any_standard_module() -> None:
    code = "from __future__ import annotations\nimport tomllib, distutils, os.path, asyncio\n"
    assert the(example(code, layers=STRICT)).verdict is Verdict.COMPLIES


def test_a_module_is_one_opportunity_that_lists_what_it_imports() -> None:
    outcome = the(example("import flask\nfrom flask import views\nimport redis\n"))
    assert [(step.line, step.text) for step in outcome.trace] == [
        (1, "imports `flask`"),
        (3, "imports `redis`"),
    ]


@pytest.mark.parametrize(
    "path", ["infrastructure/db.py", "helpers.py", "foundation/tests/test_x.py"]
)
def test_modules_elsewhere_are_no_opportunity(path: str) -> None:
    assert outcomes(FrameworkInDomain, example("import flask\n", path=path)) == []


def test_without_inner_layers_there_is_no_opportunity() -> None:
    plan = LayerPlan(((Layer("web", ("web",)),), (Layer("data", ("data",)),)), ("shop",))
    assert (
        outcomes(FrameworkInDomain, example("import flask\n", path="data/x.py", layers=plan)) == []
    )
    assert outcomes(FrameworkInDomain, example("import flask\n", layers=None)) == []
