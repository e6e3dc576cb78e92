"""ARC0505: which exceptions stand beside the hierarchy of their project?"""

from __future__ import annotations

from typing import Any

import pytest

from archcheck.model import Kind, Outcome
from archcheck.rule import Example
from archcheck.rules.error_handling.exception_outside_hierarchy import ExceptionOutsideHierarchy
from archcheck.testing import outcomes

FAMILY = "class ShopError(Exception): ...\nclass A(ShopError): ...\nclass B(ShopError): ...\nclass C(A): ...\n"


def judged(
    code: str,
    errors: str = FAMILY,
    path: str = "src/shop/orders.py",
    kinds: frozenset[Kind] = frozenset({Kind.SERVICE}),
    **files: str,
) -> list[Outcome]:
    """What the rule says of the exceptions of ``code``, beside a module ``shop.errors``."""
    others = {f"src/shop/{name.replace('__', '/')}.py": text for name, text in files.items()}
    package = "from shop.errors import *\n"
    others |= {"src/shop/__init__.py": package, "src/shop/errors.py": errors}
    example = Example("A case.", code, path=path, files=others, kinds=kinds)
    return [
        each
        for each in outcomes(ExceptionOutsideHierarchy, example)
        if each.place.location.path == path
    ]


def verdicts(code: str, **keywords: Any) -> list[str]:
    return [each.verdict.value for each in judged(code, **keywords)]


@pytest.mark.parametrize(
    "code",
    [
        "class Late(Exception): ...\n",
        "Top = Exception\nclass Late(Top): ...\n",
        "import builtins\nclass Late(builtins.Exception): ...\n",
    ],
)
def test_a_class_beside_the_hierarchy_violates(code: str) -> None:
    (found,) = judged(code)
    assert found.verdict.value == "violates"
    assert "`Late`" in found.message and "`ShopError`" in found.message and "3 exc" in found.message


def test_what_passes_broad_handlers_on_purpose_is_no_opportunity() -> None:
    assert verdicts("class DiscardMessage(BaseException): ...\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "from shop.errors import ShopError\nclass Late(ShopError): ...\n",
        "import shop.errors as e\nclass Late(e.A): ...\n",
        "from shop import ShopError\nclass Late(ShopError): ...\n",
        "class Late(ValueError): ...\n",
        "import requests\nclass Late(requests.RequestException): ...\n",
        "class Late(Exception): ...\nclass Later(Late): ...\n",
    ],
)
def test_a_class_of_some_family_complies(code: str) -> None:
    found = verdicts(code)
    assert set(found) == {"complies"}


@pytest.mark.parametrize(
    "code",
    [
        "class _Late(Exception): ...\n",
        "def f():\n    class Late(Exception): ...\n",
        "class StopRun(Exception): ...\n",
        "class Skip(Exception): ...\n",
        "from elsewhere import Base\nclass Late(Base): ...\n",
        "class Late: ...\n",
    ],
)
def test_private_local_and_unknown_classes_and_signals_are_no_opportunity(code: str) -> None:
    assert verdicts(code) == []


def test_a_word_that_begins_like_a_signal_is_none() -> None:
    assert verdicts("class StoppageError(Exception): ...\n") == ["violates"]


def test_few_exceptions_need_no_hierarchy() -> None:
    assert (
        verdicts("class Late(Exception): ...\n", errors="class ShopError(Exception): ...\n") == []
    )


def test_without_any_base_there_is_one_finding() -> None:
    errors = "".join(f"class {name}(Exception): ...\n" for name in "ABCD")
    (found,) = judged("class Late(Exception): ...\n", errors=errors)
    assert found.message == "5 exceptions of the project have no base class in common"
    assert found.group == "ARC0505:"


def test_families_of_equal_size_leave_it_open() -> None:
    errors = (
        "class A(Exception): ...\nclass A1(A): ...\nclass A2(A): ...\n"
        "class B(Exception): ...\nclass B1(B): ...\nclass B2(B): ...\n"
    )
    assert verdicts("class Late(Exception): ...\n", errors=errors) == []


def test_a_base_of_one_part_is_not_meant_for_the_others() -> None:
    family = {"errors": "", "mail__errors": FAMILY, "mail__queue": "import shop.mail.errors\n"}
    stray = "class Late(Exception): ...\n"
    path = "src/shop/stock/rates.py"
    assert verdicts(stray, path=path, **family) == []
    assert verdicts(stray, path="src/shop/mail/rates.py", **family) == ["violates"]
    used = "from shop.mail.errors import A\n"
    assert verdicts(stray, path=path, **family, stock__orders=used) == ["violates"]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("from shop.errors import A\nclass TimeoutError(A): ...\n", "violates"),
        ("import builtins\nclass TimeoutError(builtins.TimeoutError): ...\n", "complies"),
    ],
)
def test_the_name_of_a_builtin(code: str, verdict: str) -> None:
    assert verdicts(code) == [verdict]


def test_a_library_may_give_a_builtin_name_in_its_namespace_of_exceptions() -> None:
    code = "from shop.errors import A\nclass TimeoutError(A): ...\n"
    path = "src/shop/exceptions.py"
    assert [
        [each.verdict.value for each in judged(code, path=path, kinds=frozenset({kind}))]
        for kind in (Kind.LIBRARY, Kind.SERVICE)
    ] == [["complies"], ["violates"]]


def test_tests_and_migrations_are_left_alone() -> None:
    assert verdicts("class Late(Exception): ...\n", path="tests/test_orders.py") == []


def test_the_message_names_the_base_that_is_there() -> None:
    (outcome,) = judged("class Late(Exception): ...\n")
    assert "`Late` derives from `Exception`, beside" in outcome.message
