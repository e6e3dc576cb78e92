"""ARC0503: of which class is what is raised?"""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.error_handling.generic_exception_raised import GenericExceptionRaised
from archcheck.testing import outcomes


def judged(code: str, path: str = "src/app/service.py") -> list[str]:
    """What the rule says of each raise of ``code``, in order."""
    found = outcomes(GenericExceptionRaised, Example("A case.", code, path=path))
    return ["advice" if outcome.advice else outcome.verdict.value for outcome in found]


@pytest.mark.parametrize(
    "code",
    [
        "raise Exception('x')",
        "raise Exception",
        "raise BaseException('x')",
        "raise Exception('x') from None",
        "import builtins\nraise builtins.Exception('x')",
        "Problem = Exception\nraise Problem('x')",
        "def f(kind):\n    if kind:\n        raise Exception(kind)",
    ],
)
def test_generic_raises_violate(code: str) -> None:
    assert judged(code) == ["violates"]


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError('x')",
        "raise NotImplementedError",
        "from app.errors import OutOfStock\nraise OutOfStock('x')",
        "import app.errors as errors\nraise errors.OutOfStock",
        "class Exception(ValueError): ...\nraise Exception('x')",
        "from app.errors import Exception\nraise Exception('x')",
        "raise OSError",
    ],
)
def test_other_classes_comply(code: str) -> None:
    assert judged(code) == ["complies"]


@pytest.mark.parametrize(
    "code",
    [
        "def f(error):\n    raise error",
        "try:\n    work()\nexcept OSError as error:\n    raise error",
        "try:\n    work()\nexcept OSError:\n    raise",
        "raise make_error('x')",
        "raise self.error_class('x')",
    ],
)
def test_an_unknown_class_is_no_opportunity(code: str) -> None:
    assert judged(code) == []


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [("_", "advice"), ("[]", "violates"), ("other", "advice"), ("_ if x", "violates")],
)
def test_the_last_case_of_a_match_is_advice(pattern: str, verdict: str) -> None:
    code = f"def f(x):\n    match x:\n        case 1:\n            return 2\n        case {pattern}:\n            raise Exception(x)\n"
    assert judged(code) == [verdict]


def test_a_function_in_the_last_case_is_judged_by_itself() -> None:
    code = "match 1:\n    case _:\n        def f():\n            raise Exception\n"
    assert judged(code) == ["violates"]


@pytest.mark.parametrize("path", ["tests/test_service.py", "scripts/load.py", "docs/conf.py"])
def test_other_files_are_left_alone(path: str) -> None:
    assert judged("raise Exception('x')\n", path) == []


def test_the_message_names_the_class() -> None:
    (found,) = outcomes(GenericExceptionRaised, Example("A case.", "raise BaseException('x')\n"))
    assert found.message.startswith("`raise BaseException`")


@pytest.mark.parametrize(("raised", "verdicts"), [("Refused", ["complies"]), ("REFUSAL", [])])
def test_what_a_variable_of_another_module_holds_is_unknown(
    raised: str, verdicts: list[str]
) -> None:
    files = {
        "src/app/__init__.py": "",
        "src/app/errors.py": "class Refused(Exception): ...\n\n\nREFUSAL = choose(Refused)\n",
    }
    code = f"from app.errors import REFUSAL, Refused\n\nraise {raised}('x')\n"
    found = outcomes(GenericExceptionRaised, Example("A case.", code, files=files))
    assert [outcome.verdict.value for outcome in found] == verdicts


def test_what_a_caller_chooses_is_unknown() -> None:
    code = "def f(error: type[Exception] = Exception):\n    raise error('x')"
    assert judged(code) == []


def test_an_attribute_of_an_object_may_hold_any_class() -> None:
    code = (
        "class Limit:\n    def __init__(self, error: type[Exception] = TimeoutError) -> None:\n"
        "        self._error = error\n\n    def stop(self):\n        raise self._error('late')\n"
    )
    assert judged(code) == []


def test_an_attribute_of_a_module_is_the_class() -> None:
    assert judged("import builtins\nraise builtins.Exception('x')") == ["violates"]


@pytest.mark.parametrize(
    ("raised", "caught", "number"),
    [
        ("Exception", "Exception", 0),
        ("Exception", "OSError", 1),
        ("Exception('x')", "Exception", 1),
    ],
)
def test_raised_for_the_handler_below_alone(raised: str, caught: str, number: int) -> None:
    code = f"def frame():\n    try:\n        raise {raised}\n    except {caught}:\n        return found()\n"
    assert len(outcomes(GenericExceptionRaised, Example("A case.", code))) == number
