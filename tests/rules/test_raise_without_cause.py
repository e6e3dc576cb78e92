"""ARC0504: which raises in a handler name their cause, hold it, or need none?"""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.error_handling.raise_without_cause import RaiseWithoutCause
from archcheck.testing import outcomes

FILES = {
    "src/app/__init__.py": "",
    "src/app/errors.py": "from werkzeug.exceptions import HTTPException\n\n\nclass AppError(Exception): ...\n\n\n"
    "class Refused(HTTPException): ...\n\n\nERROR = choose()\n",
}


def judged(handler: str, caught: str = "OSError as error") -> list[str]:
    """What the rule says of the raises of a handler, in order."""
    body = "".join(f"        {line}\n" for line in handler.splitlines())
    code = (
        "import http\nimport sys\nimport traceback\nimport click\nfrom app import errors\n"
        "from app.errors import AppError, Refused\n\n\n"
        f"def f(x):\n    try:\n        work(x)\n    except {caught}:\n{body}"
    )
    found = outcomes(RaiseWithoutCause, Example("A case.", code, files=FILES))
    return [outcome.verdict.value for outcome in found]


@pytest.mark.parametrize(
    "handler",
    [
        "raise AppError('x')",
        "raise AppError",
        "raise errors.AppError('x')",
        "raise ValueError('x')",
        "if x:\n    raise AppError(x)",
        "log(error)\nraise AppError('x')",
        "for each in x:\n    raise AppError(each)",
        "raise KeyError(x)",
    ],
)
def test_a_cause_that_is_not_named_violates(handler: str) -> None:
    assert judged(handler) == ["violates"]


@pytest.mark.parametrize(
    "handler",
    [
        "raise AppError('x') from error",
        "raise AppError('x') from None",
        "raise AppError(error)",
        "raise AppError(f'x: {error}')",
        "raise AppError('x: %s' % error.args[0])",
        "raise AppError('x', cause=error)",
        "text = str(error)\nraise AppError(text)",
        "text = 'x'\ntext = f'{text}: {error}'\nraise AppError(text)",
        "raise AppError(sys.exc_info()[1])",
        "raise AppError(traceback.format_exc())",
    ],
)
def test_a_cause_that_is_named_or_held_complies(handler: str) -> None:
    assert judged(handler) == ["complies"]


@pytest.mark.parametrize(
    "handler",
    [
        "raise",
        "raise error",
        "raise x",
        "raise Refused('x')",
        "from fastmcp.exceptions import ToolError\nraise ToolError('x')",
        "raise errors.ERROR('x')",
        "raise make_error(x)",
        "raise x.failure('x')",
        "raise click.ClickException('x')",
        "raise SystemExit(1)",
        "raise StopIteration",
        "raise AppError(404, 'x')",
        "raise AppError('x', status_code=502)",
        "raise AppError(http.HTTPStatus.NOT_FOUND, 'x')",
        "def later():\n    raise AppError('x')\nreturn later",
    ],
)
def test_boundaries_signals_and_the_unknown_are_no_opportunity(handler: str) -> None:
    assert judged(handler) == []


def test_a_missing_package_is_no_cause_worth_naming() -> None:
    assert judged("raise AppError('install x')", "ImportError") == []
    assert judged("raise AppError('install x')", "(ImportError, OSError)") == ["violates"]


def test_a_protocol_asks_for_its_exception() -> None:
    code = (
        "class Record:\n    def {name}(self, name):\n        try:\n            return self.values[name]\n"
        "        except KeyError:\n            raise AttributeError(name)\n"
    )
    special = outcomes(RaiseWithoutCause, Example("A case.", code.format(name="__getattr__")))
    plain = outcomes(RaiseWithoutCause, Example("A case.", code.format(name="value")))
    assert special == []
    assert [outcome.verdict.value for outcome in plain] == ["violates"]


def test_an_exception_that_was_caught_further_out_is_no_cause() -> None:
    handler = (
        "try:\n    work(x)\nexcept ValueError:\n    raise AppError(error)\nraise AppError(error)"
    )
    assert judged(handler) == ["violates", "complies"]


def test_the_raises_of_a_module_are_one_finding() -> None:
    code = "try:\n    work()\nexcept OSError:\n    raise ValueError('a')\nexcept KeyError:\n    raise ValueError('b')\n"
    found = outcomes(RaiseWithoutCause, Example("A case.", code))
    assert {outcome.group for outcome in found} == {"src/app/service.py"}
    assert [outcome.place.location.line for outcome in found] == [4, 6]


@pytest.mark.parametrize("caught", ["KeyboardInterrupt", "ImportError"])
def test_an_exception_that_tells_no_more_than_its_class_needs_no_cause(caught: str) -> None:
    assert judged("raise AppError('x')", caught) == []


@pytest.mark.parametrize("caught", ["StopIteration", "StopAsyncIteration"])
def test_the_end_of_an_iterator_is_no_cause(caught: str) -> None:
    assert judged("raise AppError('closed')", caught) == []


@pytest.mark.parametrize(("text", "verdicts"), [("'unreachable'", []), ("'no rate'", ["violates"])])
def test_a_line_that_is_never_reached(text: str, verdicts: list[str]) -> None:
    assert judged(f"refuse()\nraise AssertionError({text})") == verdicts


@pytest.mark.parametrize(("outer", "verdicts"), [("AppError", []), ("OSError", ["violates"])])
def test_what_the_same_function_catches_at_once_is_a_way_to_get_there(
    outer: str, verdicts: list[str]
) -> None:
    code = (
        "from app.errors import AppError\n\n\ndef f(x):\n    try:\n        try:\n            work(x)\n"
        f"        except ValueError:\n            raise AppError(x)\n    except {outer}:\n        fall_back(x)\n"
    )
    found = outcomes(RaiseWithoutCause, Example("A case.", code, files=FILES))
    assert [outcome.verdict.value for outcome in found] == verdicts


def test_a_broad_handler_of_an_import_tells_that_the_package_is_missing() -> None:
    code = "def plot():\n    try:\n        import {}\n    except Exception:\n        raise ValueError('x')\n"
    found = outcomes(RaiseWithoutCause, Example("A case.", code.format("matplotlib.pyplot")))
    assert found == []
    used = code.format("matplotlib.pyplot as plt\n        plt.show()")
    assert len(outcomes(RaiseWithoutCause, Example("A case.", used))) == 1
