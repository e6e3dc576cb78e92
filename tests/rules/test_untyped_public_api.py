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
        ("def f(a, b: int) -> int: one(); two()", "`a`"),
        ("def f(a: int): one(); two()", "its result"),
        ("async def f(a): one(); two()", "`a` and its result"),
        ("def f(a, b, c) -> int: one(); two()", "`a`, `b` and `c`"),
        ("def f(a, b, c, d): one(); two()", "`a`, `b` and 3 more"),
        ("def f(a: int, /, *, b) -> int: one(); two()", "`b`"),
        ("class C:\n    def f(this, a) -> int: one(); two()", "`a`"),
        ("class C:\n    @staticmethod\n    def f(a) -> int: one(); two()", "`a`"),
        ("class C:\n    @classmethod\n    def f(cls): one(); two()", "its result"),
        ("class C:\n    if DEBUG:\n        def f(self) -> int: one(); two()\n        def g(self): one(); two()", "its result"),
        ("class C:\n    def __init__(self, a): one(); two()", "`a`"),
    ],
)  # fmt: skip
def test_what_is_missing(function: str, missing: str) -> None:
    messages = [each.message for each in judged(UntypedPublicApi, function) if each.message]
    assert [message.partition(" no type for ")[2] for message in messages] == [missing]


@pytest.mark.parametrize(
    "function",
    [
        "def f(a: int) -> int: one(); two()",
        "def f(*args, **kwargs) -> int: one(); two()",
        "class C:\n    def f(self, a: int) -> int: one(); two()",
        "class C:\n    def __init__(self, a: int): one(); two()",
    ],
)
def test_complying(function: str) -> None:
    assert words(function) == OK


@pytest.mark.parametrize(
    "function",
    [
        "def f(a):\n    return one(a)",
        "def f(a):\n    'What it does.'\n    return one(a)",
        "def f(a): ...",
        "def _f(a): one(); two()",
        "class _C:\n    def f(self, a): one(); two()",
        "class C:\n    def __init__(self): one(); two()",
        "class C:\n    def __eq__(self, other): one(); two()",
        "class C:\n    class _D:\n        def f(self, a): one(); two()",
        "def f(a):\n    # type: (int) -> int\n    return a",
        "from typing import no_type_check\n@no_type_check\ndef f(a): one(); two()",
        "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef f(a): one(); two()",
        "import other\nclass C(other.View):\n    def f(self, a): one(); two()",
        "from rest_framework.serializers import ModelSerializer as Base\n"
        "class C(Base):\n    def validate(self, a): one(); two()",
        "from django.db import models\nclass C(models.Model):\n    def save(self, a): one(); two()",
        "import ast\nclass C(ast.NodeVisitor):\n    def visit_Name(self, node): one(); two()",
    ],
)
def test_no_opportunity(function: str) -> None:
    assert words(function) == ""


@pytest.mark.parametrize("path", ["src/app/_a.py", "src/app/_internal/a.py", "tests/a.py"])
def test_what_others_do_not_import_is_no_opportunity(path: str) -> None:
    assert words("def f(a): one(); two()", path=path) == ""


@pytest.mark.parametrize("path", ["src/app/__init__.py", "src/app/__main__.py"])
def test_modules_with_special_names_are_public(path: str) -> None:
    assert words("def f(a): one(); two()", path=path) == BAD


def test_a_function_in_a_function_is_its_own_business() -> None:
    assert words("def f() -> int:\n    def g(a): one(); two()\n    return 1") == OK


def test_overloads_tell_the_types_of_their_implementation() -> None:
    overloads = "@overload\ndef f(a: int) -> int: one(); two()\n@typing.overload\ndef f(a: str) -> str: one(); two()\n"
    source = f"import typing\nfrom typing import overload\n{overloads}def f(a): one(); two()\n"
    assert words(source) == f"{OK} {OK}"


@pytest.mark.parametrize(
    "base",
    ["Protocol", "abc.ABC", "Exception", "Own", "models.Model", "pydantic.BaseModel"],
)
def test_bases_that_dictate_no_method(base: str) -> None:
    head = "import abc, pydantic\nfrom typing import Protocol\nfrom django.db import models\n"
    assert (
        words(f"{head}class Own: ...\nclass C({base}):\n    def f(self, a): one(); two()\n") == BAD
    )


def test_variadic_parameters_are_an_option() -> None:
    example = Example("case", "def f(*args, **kwargs) -> int: one(); two()\n", path="src/app/a.py")
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
        ({"src/app/a.pyi": "def f(a: int) -> int: one(); two()\n"}, OK),
        ({"src/app/b.pyi": "def f(a: int) -> int: one(); two()\n"}, BAD),
    ],
)
def test_types_that_are_seen_to_elsewhere(files: Mapping[str, str], word: str) -> None:
    assert words("def f(a): one(); two()\n", files) == word


def test_an_unpacked_archive_has_lost_its_ci() -> None:
    metadata = {"PKG-INFO": "Metadata-Version: 2.1\nName: app\nVersion: 1\n"}
    assert words("def f(a): one(); two()\n", {"pyproject.toml": STRICT, **metadata}) == OK


def test_the_functions_of_a_module_are_one_issue() -> None:
    found = judged(
        UntypedPublicApi, "def f(a): one(); two()\ndef g(b): one(); two()\n", "src/app/a.py"
    )
    assert {each.group for each in found} == {"src/app/a.py"}
