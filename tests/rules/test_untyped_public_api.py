"""ARC1203: what is public, what lacks a type, and who may see to it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.rule import Example
from archcheck.rules.evolution.untyped_public_api import UntypedPublicApi
from archcheck.testing import check

WORKFLOW = ".github/workflows/ci.yml"


def words(source: str, files: Mapping[str, str] | None = None, path: str = "src/app/a.py") -> str:
    found = verdicts(UntypedPublicApi, source, path, files)
    return " ".join(verdict for _, verdict in found)


def ci(command: str) -> dict[str, str]:
    steps = f"    runs-on: ubuntu-24.04\n    steps:\n      - run: {command}\n"
    return {WORKFLOW: f"on: push\njobs:\n  check:\n{steps}"}


@pytest.mark.parametrize(
    ("function", "missing"),
    [
        ("def f(a, b: int) -> int: ...", "`a`"),
        ("def f(a: int): ...", "its result"),
        ("async def f(a): ...", "`a` and its result"),
        ("def f(a, b, c) -> int: ...", "`a`, `b` and `c`"),
        ("def f(a, b, c, d): ...", "`a`, `b` and 3 more"),
        ("def f(a: int, /, *, b) -> int: ...", "`b`"),
        ("class C:\n    def f(this, a) -> int: ...", "`a`"),
        ("class C:\n    @staticmethod\n    def f(a) -> int: ...", "`a`"),
        ("class C:\n    @classmethod\n    def f(cls): ...", "its result"),
        ("class C:\n    if DEBUG:\n        def f(self) -> int: ...\n        def g(self): ...", "its result"),
        ("class C:\n    def __init__(self, a): ...", "`a`"),
    ],
)  # fmt: skip
def test_what_is_missing(function: str, missing: str) -> None:
    messages = [each.message for each in judged(UntypedPublicApi, function) if each.message]
    assert [message.partition(" no type for ")[2] for message in messages] == [missing]


@pytest.mark.parametrize(
    "function",
    [
        "def f(a: int) -> int: ...",
        "def f(*args, **kwargs) -> int: ...",
        "class C:\n    def f(self, a: int) -> int: ...",
        "class C:\n    def __init__(self, a: int): ...",
    ],
)
def test_complying(function: str) -> None:
    assert words(function) == OK


@pytest.mark.parametrize(
    "function",
    [
        "def _f(a): ...",
        "class _C:\n    def f(self, a): ...",
        "class C:\n    def __init__(self): ...",
        "class C:\n    def __eq__(self, other): ...",
        "class C:\n    class _D:\n        def f(self, a): ...",
        "def f(a):\n    # type: (int) -> int\n    return a",
        "from typing import no_type_check\n@no_type_check\ndef f(a): ...",
        "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef f(a): ...",
        "import other\nclass C(other.View):\n    def f(self, a): ...",
        "from rest_framework.serializers import ModelSerializer as Base\n"
        "class C(Base):\n    def validate(self, a): ...",
        "from django.db import models\nclass C(models.Model):\n    def save(self, a): ...",
        "import ast\nclass C(ast.NodeVisitor):\n    def visit_Name(self, node): ...",
    ],
)
def test_no_opportunity(function: str) -> None:
    assert words(function) == ""


@pytest.mark.parametrize("path", ["src/app/_a.py", "src/app/_internal/a.py", "tests/a.py"])
def test_what_others_do_not_import_is_no_opportunity(path: str) -> None:
    assert words("def f(a): ...", path=path) == ""


@pytest.mark.parametrize("path", ["src/app/__init__.py", "src/app/__main__.py"])
def test_modules_with_special_names_are_public(path: str) -> None:
    assert words("def f(a): ...", path=path) == BAD


def test_a_function_in_a_function_is_its_own_business() -> None:
    assert words("def f() -> int:\n    def g(a): ...\n    return 1") == OK


def test_overloads_tell_the_types_of_their_implementation() -> None:
    overloads = (
        "@overload\ndef f(a: int) -> int: ...\n@typing.overload\ndef f(a: str) -> str: ...\n"
    )
    source = f"import typing\nfrom typing import overload\n{overloads}def f(a): ...\n"
    assert words(source) == f"{OK} {OK}"


@pytest.mark.parametrize(
    "base",
    ["Protocol", "abc.ABC", "Exception", "Own", "models.Model", "pydantic.BaseModel"],
)
def test_bases_that_dictate_no_method(base: str) -> None:
    head = "import abc, pydantic\nfrom typing import Protocol\nfrom django.db import models\n"
    assert words(f"{head}class Own: ...\nclass C({base}):\n    def f(self, a): ...\n") == BAD


def test_variadic_parameters_are_an_option() -> None:
    example = Example("case", "def f(*args, **kwargs) -> int: ...\n", path="src/app/a.py")
    assert check(UntypedPublicApi, example) == set()
    options = UntypedPublicApi.Options(variadic=True)
    assert check(UntypedPublicApi, example, options=options) == {("src/app/a.py", 1)}


STRICT = "[project]\nname = 'app'\nversion = '1'\n[tool.mypy]\nstrict = true\n"


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"pyproject.toml": STRICT, **ci("mypy src")}, OK),
        ({"pyproject.toml": STRICT}, BAD),
        ({"pyproject.toml": STRICT, **ci("pytest")}, BAD),
        ({"pyproject.toml": STRICT.replace("true", "false"), **ci("mypy src")}, BAD),
        ({"src/app/a.pyi": "def f(a: int) -> int: ...\n"}, OK),
        ({"src/app/b.pyi": "def f(a: int) -> int: ...\n"}, BAD),
    ],
)
def test_types_that_are_seen_to_elsewhere(files: Mapping[str, str], word: str) -> None:
    assert words("def f(a): ...\n", files) == word


def test_an_unpacked_archive_has_lost_its_ci() -> None:
    metadata = {"PKG-INFO": "Metadata-Version: 2.1\nName: app\nVersion: 1\n"}
    assert words("def f(a): ...\n", {"pyproject.toml": STRICT, **metadata}) == OK


def test_the_functions_of_a_module_are_one_issue() -> None:
    found = judged(UntypedPublicApi, "def f(a): ...\ndef g(b): ...\n", "src/app/a.py")
    assert {each.group for each in found} == {"src/app/a.py"}
