"""ARC0502: which handlers stop what must end the program."""

from __future__ import annotations

from textwrap import indent

import pytest

from archcheck.rule import Example
from archcheck.rules.error_handling.bare_except import BareExcept
from archcheck.testing import outcomes

OK, BAD = "complies", "violates"
HEAD = (
    "import logging, os, sys, traceback\nfrom twisted.python.failure import Failure\n\n"
    "logger = logging.getLogger(__name__)\n\n\n"
)


def judged(code: str) -> list[str]:
    """What the rule says of each handler of ``code``, in order."""
    return [
        outcome.verdict.value for outcome in outcomes(BareExcept, Example("A case.", HEAD + code))
    ]


def handler(body: str, catches: str) -> str:
    return f"def act(self):\n    try:\n        work()\n    except {catches}:\n{indent(body, ' ' * 8)}\n"


@pytest.mark.parametrize(
    "catches", ["", "BaseException", "BaseException as e", "(OSError, BaseException)"]
)
@pytest.mark.parametrize("body", ["pass", "return None", "logger.error('x')", "self.failed = True"])
def test_stopping_everything_violates(catches: str, body: str) -> None:
    assert judged(handler(body, catches)) == ["violates"]


@pytest.mark.parametrize(
    ("body", "catches", "advice"),
    [
        ("logger.exception('x')", "BaseException", True),
        ("logger.error('x', exc_info=e)", "BaseException as e", True),
        ("logger.error('x', exc_info=False)", "BaseException", False),
        ("logger.exception('x')", "", False),
    ],
)
def test_a_last_barrier_that_logs_the_traceback_is_advice(
    body: str, catches: str, advice: bool
) -> None:
    example = Example("A case.", HEAD + handler(body, catches))
    assert [outcome.advice for outcome in outcomes(BareExcept, example)] == [advice]


def test_a_log_of_the_exception_stops_it_all_the_same() -> None:
    assert judged(handler("logger.error('x: %s', e)", "BaseException as e")) == ["violates"]


@pytest.mark.parametrize(
    ("body", "catches"),
    [
        ("raise", ""),
        ("self.rollback()\nraise", "BaseException"),
        ("if self.strict:\n    raise\nself.rollback()", ""),
        ("raise RuntimeError from e", "BaseException as e"),
        ("os._exit(1)", ""),
        ("sys.exit(1)", ""),
        ("self.error = e", "BaseException as e"),
        ("future.set_exception(e)", "BaseException as e"),
        ("self.info = sys.exc_info()", ""),
        ("self.text = traceback.format_exc()", ""),
        ("deferred.errback(Failure())", ""),
    ],
)
def test_what_goes_on_complies(body: str, catches: str) -> None:
    assert judged(handler(body, catches)) == ["complies"]


@pytest.mark.parametrize(
    "catches", ["Exception", "ValueError", "(OSError, KeyError)", "KeyboardInterrupt"]
)
def test_other_handlers_comply(catches: str) -> None:
    assert judged(handler("pass", catches)) == ["complies"]


def test_what_stands_in_for_a_missing_package_is_that_packages_class() -> None:
    code = "try:\n    from shop import NotFound\nexcept ImportError:\n    NotFound = BaseException\n\n\n"
    assert judged(code + handler("pass", "(NotFound, KeyError)")) == ["complies", "complies"]


def test_a_handler_of_something_unknown_is_no_opportunity() -> None:
    assert judged(handler("pass", "self.errors")) == []


@pytest.mark.parametrize(
    ("earlier", "verdict"),
    [
        ("except (KeyboardInterrupt, SystemExit):\n        raise", "complies"),
        ("except KeyboardInterrupt:\n        sys.exit(1)", "complies"),
        ("except KeyboardInterrupt:\n        pass", "violates"),
        ("except (KeyboardInterrupt, SystemExit):\n        pass", "complies"),
        (
            "except KeyboardInterrupt:\n        pass\n    except SystemExit:\n        pass",
            "complies",
        ),
        ("except ValueError:\n        raise", "violates"),
    ],
)
def test_an_earlier_handler_may_let_interrupts_through(earlier: str, verdict: str) -> None:
    code = f"def act():\n    try:\n        work()\n    {earlier}\n    except:\n        pass\n"
    assert judged(code)[-1] == verdict


def test_a_raise_after_the_try_comes_too_late() -> None:
    code = "def act(loaders):\n    for load in loaders:\n        try:\n            return load()\n        except:\n            continue\n    raise LookupError\n"
    assert judged(code) == ["violates"]
    code = "def act():\n    try:\n        work()\n    except BaseException:\n        try:\n            undo()\n        except BaseException:\n            pass\n        raise\n"
    assert judged(code) == ["complies", "complies"]


@pytest.mark.parametrize(
    "decorator",
    ["@ffi.def_extern()", "@ffi.callback('int(int)')", "@ctypes.CFUNCTYPE(ctypes.c_int)"],
)
def test_a_callback_of_c_is_no_opportunity(decorator: str) -> None:
    code = f"import ctypes\nfrom lib import ffi\n\n{decorator}\n" + handler("return -1", "")
    assert judged(code) == []


def test_a_class_of_the_project_that_bears_the_name() -> None:
    assert judged("class BaseException(ValueError): ...\n" + handler("pass", "BaseException")) == [
        "complies"
    ]


TRANSIENT = {
    "src/app/__init__.py": "",
    "src/app/errors.py": "TRANSIENT = (OSError, TimeoutError)\n\n\nclass Refused(Exception): ...\n",
}


@pytest.mark.parametrize(("catches", "verdicts"), [("Refused", ["complies"]), ("TRANSIENT", [])])
def test_what_a_variable_of_another_module_catches_is_unknown(
    catches: str, verdicts: list[str]
) -> None:
    code = "from app.errors import TRANSIENT, Refused\n\n\n" + handler("pass", catches)
    found = outcomes(BareExcept, Example("A case.", code, files=TRANSIENT))
    assert [outcome.verdict.value for outcome in found] == verdicts


@pytest.mark.parametrize(
    ("body", "advice"),
    [("logger.exception('x')", True), ("logger.error('x')", False), ("pass", False)],
)
def test_a_demonstration_may_stop_everything_where_it_shows_what(body: str, advice: bool) -> None:
    code = "if __name__ == '__main__':\n" + indent(handler(body, ""), "    ")
    (outcome,) = outcomes(BareExcept, Example("A case.", HEAD + code))
    assert (outcome.verdict.value, outcome.advice) == ("violates", advice)


@pytest.mark.parametrize(
    ("kind", "body", "verdicts"),
    [
        ("asyncio.Task[object]", "task.result()", []),
        ("asyncio.Task[object]", "store(task.result())", ["violates"]),
        ("concurrent.futures.Future[object]", "task.result()", ["violates"]),
    ],
)
def test_the_result_of_a_task_that_is_done(kind: str, body: str, verdicts: list[str]) -> None:
    code = (
        "import asyncio\nimport concurrent.futures\n\n\n"
        f"def close(task: {kind}) -> None:\n    try:\n        {body}\n"
        "    except BaseException:\n        pass\n"
    )
    assert judged(code) == verdicts


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        ("sys.exit(1)", "complies"),
        ("raise SystemExit(1)", "complies"),
        ("print('failed')", "violates"),
        ("if debug:\n        return\n    sys.exit(1)", "violates"),
    ],
)
def test_a_function_of_the_module_may_end_the_process(end: str, verdict: str) -> None:
    assert judged(f"def fail():\n    {end}\n\n\n" + handler("fail()", "")) == [verdict]


def test_no_exception_leaves_a_finalizer() -> None:
    code = "    def {}(self):\n        try:\n            self.close()\n        except:\n            pass\n"
    assert judged("class Channel:\n" + code.format("__del__")) == []
    assert judged("class Channel:\n" + code.format("stop")) == ["violates"]


@pytest.mark.parametrize(
    ("tried", "advice"),
    [
        ("self.size = other.size", True),
        ("x = int(text)", True),
        ("names.append(text.lower())", True),
        ("x = math.exp(y)", True),
        ("x = orders.get(y)", False),
        ("x = self.formatter.format(y)", False),
        ("x = 1 / sqrt(y)", False),
        ("for each in rows: pass", False),
        ("import orders", False),
        ("with lock: pass", False),
    ],
)
def test_what_is_over_at_once_is_advice(tried: str, advice: bool) -> None:
    code = f"import math\ndef act(self):\n    try:\n        {tried}\n    except:\n        x = 0\n"
    (outcome,) = outcomes(BareExcept, Example("A case.", HEAD + code))
    assert (outcome.verdict.value, outcome.advice) == ("violates", advice)


def test_what_is_over_at_once_may_be_repeated_for_ever() -> None:
    code = "def act(x):\n    while True:\n        try:\n            x += 1\n        except:\n            pass\n"
    (outcome,) = outcomes(BareExcept, Example("A case.", HEAD + code))
    assert not outcome.advice


@pytest.mark.parametrize(("body", "verdict"), [("assert 0, 'no'", OK), ("assert x", BAD)])
def test_an_assertion_of_nothing_raises(body: str, verdict: str) -> None:
    assert judged(handler(body, "")) == [verdict]


@pytest.mark.parametrize(
    ("helper", "name", "verdict"),
    [
        ("    raise error(message)", "annotate_exception", OK),
        ("    print(message)", "annotate_exception", BAD),
        ("    raise error(message)", "look_elsewhere", BAD),
    ],
)
def test_a_helper_elsewhere_may_raise_in_place_of_the_handler(
    helper: str, name: str, verdict: str
) -> None:
    code = f"from app.errors import {name}\n\n\n" + handler(f"{name}('x')", "")
    files = {"src/app/__init__.py": "", "src/app/errors.py": f"def {name}(message):\n{helper}\n"}
    (outcome,) = outcomes(BareExcept, Example("A case.", code, files=files))
    assert outcome.verdict.value == verdict
