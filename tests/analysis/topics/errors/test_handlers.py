"""What becomes of a caught exception: raised, exited, passed on, logged, reported, or nothing."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest
from modules import module_of

from archcheck.analysis.module import Module
from archcheck.analysis.topics.errors.handlers import (
    Handling,
    caught_text,
    guards_import,
    handling,
    is_broad,
)

HEAD = """
import logging, os, pprint, sys, time, traceback, warnings
import app.alerts, sentry_sdk
from flask import abort
from django.contrib import messages
from twisted.python.failure import Failure

logger = logging.getLogger(__name__)
"""


def _handler(body: str, catches: str = "Exception as error") -> tuple[ast.ExceptHandler, Module]:
    """The handler with ``body`` in a method of a class, and its module."""
    code = f"def act(self):\n    try:\n        work()\n    except {catches}:\n{indent(body, ' ' * 8)}\n"
    module = module_of(f"{HEAD}\nclass Job:\n{indent(code, '    ')}")
    handlers = [node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler)]
    return handlers[0], module


def _handling(body: str, handled_by: tuple[str, ...] = ()) -> Handling:
    return handling(*_handler(body), handled_by)


@pytest.mark.parametrize(
    ("catches", "broad", "text"),
    [
        ("Exception", True, "except Exception"),
        ("Exception as error", True, "except Exception"),
        ("BaseException", True, "except BaseException"),
        ("", True, "except"),
        ("(ValueError, Exception)", True, "except Exception"),
        ("ValueError", False, "except"),
        ("(ValueError, KeyError)", False, "except"),
        ("unknown.Exception", False, "except"),
    ],
)
def test_what_is_broad(catches: str, broad: bool, text: str) -> None:
    handler, module = _handler("pass", catches)
    assert (is_broad(handler, module), caught_text(handler, module)) == (broad, text)


def test_a_class_of_the_project_called_exception_is_not_broad() -> None:
    module = module_of(
        "class Exception(ValueError): ...\n\ntry:\n    work()\nexcept Exception:\n    pass\n"
    )
    (attempt,) = (node for node in module.tree.body if isinstance(node, ast.Try))
    assert not is_broad(attempt.handlers[0], module)


@pytest.mark.parametrize("body", ["pass", "...", "'expected'", "continue", "break", "pass\npass"])
def test_silence(body: str) -> None:
    assert _handling(body) == Handling(silent=True)


@pytest.mark.parametrize(
    ("body", "deed"),
    [
        ("raise", "reraises"),
        ("raise ValueError from error", "reraises"),
        ("if self.strict:\n    raise", "reraises"),
        ("sys.exit(1)", "exits"),
        ("os._exit(1)", "exits"),
        ("abort(500)", "exits"),
        ("self.context.abort(5)", "exits"),
        ("self.last = error", "passes_on"),
        ("return str(error)", "passes_on"),
        ("self.on_done(lambda: error)", "passes_on"),
        ("self.info = sys.exc_info()", "passes_on"),
        ("self.text = traceback.format_exc()", "passes_on"),
        ("self.deferred.errback(Failure())", "passes_on"),
        ("logger.debug('x')", "logs"),
        ("self.log.info('x')", "logs"),
        ("logger.error('x: %s', error)", "logs"),
        ("sentry_sdk.capture_exception()", "reports"),
        ("traceback.print_exc()", "reports"),
        ("warnings.warn('x')", "reports"),
        ("print('x')", "reports"),
        ("pprint.pprint('x')", "reports"),
        ("messages.info(self.request, 'x')", "reports"),
        ("self.console.log('x')", "reports"),
        ("console.rule('x')", "reports"),
        ("sys.stderr.write('x')", "reports"),
        ("self.span.record_exception()", "reports"),
        ("COUNTER.labels('a').inc()", "reports"),
        ("self.failed = True", "reports"),
        ("errors.append(self.name)", "reports"),
        ("return {'error': 'x'}", "reports"),
        ("return Result(failed=True)", "reports"),
        ("self.state = State.BROKEN", "reports"),
    ],
)
def test_deeds(body: str, deed: str) -> None:
    assert getattr(_handling(body), deed) is True


@pytest.mark.parametrize(
    "body",
    [
        "return None",
        "value = 0",
        "def later():\n    raise ValueError",
        "try:\n    retry()\nexcept ValueError:\n    pass",
        "try:\n    retry()\nexcept (KeyError, TypeError):\n    pass",
        "del error",
    ],
)
def test_what_tells_nobody(body: str) -> None:
    done = _handling(body)
    assert (done.escalates, done.logs, done.reports, done.silent) == (False, False, False, False)


def test_a_use_in_a_log_call_does_not_pass_the_exception_on() -> None:
    assert _handling("logger.error('x: %s', str(error))").escalates is False
    assert _handling("logger.error(traceback.format_exc())").escalates is False
    assert _handling("logger.error('x')\nself.last = error").escalates is True


@pytest.mark.parametrize(
    ("body", "handed"),
    [
        ("self.last = error", True),
        ("return error", True),
        ("self.future.set_exception(error)", True),
        ("self.notify(cause=error)", True),
        ("return Failed(error)", True),
        ("self.last = str(error)", False),
        ("self.last = f'{error}'", False),
        ("self.last = error.args", False),
        ("return isinstance(error, ValueError)", False),
        ("logger.error('x', error)", False),
    ],
)
def test_handing_over_takes_the_traceback_along(body: str, handed: bool) -> None:
    assert _handling(body).hands_over is handed


def test_a_raise_right_after_the_try_tells_of_the_failure() -> None:
    code = "def parse(text):\n    try:\n        return int(text)\n    except Exception:\n        pass\n"
    for rest, raised in (("    raise ValueError(text)\n", True), ("    return 0\n", False)):
        module = module_of(code + rest)
        (handler,) = (node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler))
        done = handling(handler, module)
        assert (done.raises_after, done.reraises) == (raised, False)


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("app.alerts.tell('x')", ("app.alerts.tell",)),
        ("self.tell('x')", ("app.service.Job.tell",)),
        ("self.peer.tell('x')", (".tell",)),
        ("rows.append('x')", ()),
        ("time.sleep(1)\nreturn dict(a=1)", ()),
        ("return Empty()", ()),
        ("logger.info('x')", ()),
        ("self.tell()\nself.tell()", ("app.service.Job.tell",)),
    ],
)
def test_helpers_are_what_the_whole_program_may_know(body: str, helpers: tuple[str, ...]) -> None:
    assert _handling(body).helpers == helpers


@pytest.mark.parametrize("name", ["app.alerts.tell", "alerts.tell", "tell"])
def test_handlers_that_the_project_names(name: str) -> None:
    body = "app.alerts.tell('x')" if name.startswith("app") else "alerts.tell('x')"
    assert _handling(body).escalates is False
    assert _handling(body, handled_by=(name,)).escalates is True
    assert _handling(body, handled_by=("other",)).escalates is False


@pytest.mark.parametrize(
    ("body", "guards"),
    [
        ("import orjson", True),
        ("import orjson\nFAST = True", True),
        ("from orjson import dumps\nimport ujson", True),
        ("orjson = importlib.import_module('orjson')", True),
        ("import orjson\nversion = parse(orjson.__version__)", True),
        ("import orjson\na()\nb()\nc()", False),
        ("from app.hints import hint\nhint()", False),
        ("from .hints import hint\nhint()", False),
        ("setup()\nimport orjson", False),
        ("work()", False),
        ("FAST = True", False),
    ],
)
def test_optional_imports(body: str, guards: bool) -> None:
    code = f"import importlib\n\ntry:\n{indent(body, '    ')}\nexcept Exception:\n    pass\n"
    module = module_of(code)
    (attempt,) = (node for node in module.tree.body if isinstance(node, ast.Try))
    assert guards_import(attempt.body, module) is guards


@pytest.mark.parametrize(
    ("after", "told"),
    [("raise ValueError(each)", True), ("return None", False)],
)
def test_what_no_candidate_could_do_is_told_after_the_loop(after: str, told: bool) -> None:
    module = module_of(
        "def f(x):\n    if x:\n        for each in x:\n            try:\n                return each()\n"
        f"            except Exception:\n                pass\n    {after}\n"
    )
    (handler,) = module.nodes(ast.ExceptHandler)
    assert handling(handler, module).raises_after is told
