"""ARC0702 exception-logged-without-traceback."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.calls.functions import called_names
from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.queries import AnyOf, FunctionDoes
from archcheck.analysis.syntax.blocks import enclosing_handler
from archcheck.analysis.topics.errors.cleanup import cleans_up, in_teardown, is_work
from archcheck.analysis.topics.errors.handlers import ends_with_status, handling, is_broad
from archcheck.analysis.topics.errors.recognition import is_recognised
from archcheck.analysis.topics.telemetry.logs import carries_traceback, log_level
from archcheck.model import Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_ERROR_LEVELS = frozenset({"error", "critical", "exception"})
#: Modules whose functions take the traceback of the exception in flight along.
_TRACEBACK_ROOTS = frozenset({"traceback", "sentry_sdk", "rollbar", "bugsnag", "faulthandler"})
_TRACEBACK_CALLS = frozenset(
    {"sys.exc_info", "twisted.python.failure.Failure", "rich.traceback.Traceback"}
)
_TRACEBACK_NAME = re.compile(r"traceback|stack_?trace", re.IGNORECASE)
_MASKING = re.compile(r"mask|redact|scrub|sanitiz", re.IGNORECASE)
#: With these a project's own function renders the exception, traceback and all.
_TRACEBACK_SWITCHES = frozenset(
    {"exc_info", "include_traceback", "print_traceback", "show_traceback", "traceback", "with_traceback"}
)  # fmt: skip


class ExceptionLoggedWithoutTraceback(ModuleRule):
    """An unexpected exception is logged as an error without its traceback.

    In a broad handler nobody knows which line failed, nor in which class of error: the message of the exception
    alone (`'id'`, `list index out of range`) cannot be traced to its place.

    Not flagged: handlers of particular exceptions, whose message is enough; one that raises, exits or hands the
    exception itself over, because the traceback goes on; one after which the program ends with a status, by
    `return 1` in a `main` or `sys.exit(status)` after the `try`; a further line beside one that carries the traceback, a
    formatted traceback or a report to an error tracker, a message that is masked on purpose, a line that is
    written only when the exception says what it is (`if "no such table" in str(error):`); shutting down, where the
    failure is no surprise, unless a `while True` shows that it is a job.
    """

    code = "ARC0702"
    severity = Severity.INFO
    noun = "errors logged in broad handlers carry the traceback"
    message = "`{call}` logs an unexpected exception without its traceback"
    advice = "use `.exception(...)`, or pass `exc_info=True`"
    waived_by = ("TRY400", "G201", "LOG007")
    seed = "001, principle 5: unexpected error, log with traceback; principle 7"
    good = (
        Example(
            "The traceback comes along.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef sync(job):\n    try:\n        job.run()\n"
            "    except Exception:\n        logger.exception('sync failed')\n",
        ),
        Example(
            "With structlog.",
            "import structlog\n\nlogger = structlog.get_logger()\n\n\ndef sync(job):\n    try:\n        job.run()\n"
            "    except Exception:\n        logger.error('sync_failed', exc_info=True)\n",
        ),
        Example(
            "The message of a particular exception is enough.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef read(path):\n    try:\n"
            "        return path.read_text()\n    except FileNotFoundError:\n"
            "        logger.error('%s is missing', path)\n        return ''\n",
        ),
        Example(
            "It is raised again, traceback and all.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef sync(job):\n    try:\n        job.run()\n"
            "    except Exception:\n        logger.error('sync of %s failed', job.name)\n        raise\n",
        ),
    )
    bad = (
        Example(
            "Which line was it?",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef sync(job):\n    try:\n        job.run()\n"
            "    except Exception as error:\n"
            "        logger.error('sync failed: %s', error)  # [exception-logged-without-traceback]\n",
        ),
        Example(
            "The same with structlog.",
            "import structlog\n\nlogger = structlog.get_logger()\n\n\nasync def archive(order):\n    try:\n"
            "        await store(order)\n    except Exception:\n"
            "        logger.critical('order_not_archived')  # [exception-logged-without-traceback]\n",
        ),
    )

    def visit_ExceptHandler(self, node: ast.ExceptHandler, module: Module) -> Iterator[Judgement]:
        """Judge the error-level log calls of a broad handler."""
        attempt = module.parent(node)
        if not is_broad(node, module) or attempt is None or cleans_up(getattr(attempt, "body", [])):
            return
        if in_teardown(node, module) and not is_work(attempt, module):
            return
        calls = list(_own_calls(node, module))
        levels = {call: log_level(call, module) for call in calls}
        carried = {carries_traceback(call, module) for call in calls if levels[call]}
        done = handling(node, module)
        told = (
            True in carried or done.reraises or done.raises_after or done.exits or done.hands_over
        )
        told = told or any(_takes_traceback(call, module) for call in calls)
        told = told or ends_with_status(node, module)
        if None in carried and not told:
            return
        errors = [call for call in calls if levels[call] in _ERROR_LEVELS]
        if told:
            yield from (self.complies(module.place(call)) for call in errors)
            return
        for call in errors:
            if not is_recognised(call, node, module):
                yield self._lost(call, errors, node, module)
                return  # one traceback tells for all lines of the handler

    def _lost(
        self, call: ast.Call, errors: list[ast.Call], handler: ast.ExceptHandler, module: Module
    ) -> Judgement:
        """The verdict on a handler that shows no traceback, unless a function of the project's own renders it."""
        place = module.place(call)
        wrong = self.violates(place, call=dotted(call.func))
        helpers = {
            name for error in errors for name in _given_the_exception(error, handler, module)
        }
        if not helpers:
            return wrong
        queries = tuple(
            FunctionDoes(name, "renders_tracebacks", foreign=False) for name in sorted(helpers)
        )
        return Pending(AnyOf(queries), self.complies(place), wrong, wrong)


def _own_calls(handler: ast.ExceptHandler, module: Module) -> Iterator[ast.Call]:
    """The calls in a handler's own body, without those of handlers nested in it."""
    for node in module.own_nodes(handler):
        if isinstance(node, ast.Call) and enclosing_handler(node, module) is handler:
            yield node


def _given_the_exception(
    call: ast.Call, handler: ast.ExceptHandler, module: Module
) -> Iterator[str]:
    """The functions within a log call that are given what was caught: ``log.error("%s", rendered(error))``."""
    for part in ast.walk(call):
        if isinstance(part, ast.Call) and part is not call:
            given = (*part.args, *(keyword.value for keyword in part.keywords))
            if any(isinstance(each, ast.Name) and each.id == handler.name for each in given):
                yield from (name for name in called_names(module, part) if "." in name)


def _takes_traceback(call: ast.Call, module: Module) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in (
        "captureException",
        "record_exception",
    ):
        return True
    if any(
        keyword.arg in _TRACEBACK_SWITCHES and getattr(keyword.value, "value", None) is True
        for keyword in call.keywords
    ):
        return True
    if any(_TRACEBACK_NAME.search(name) for name in _names_in(call)):
        return True  # one that was rendered before
    if _MASKING.search(simple_name(call.func)):
        return True  # a text made on purpose: the traceback would show what must not be seen
    name = module.resolve(call.func)
    return name in _TRACEBACK_CALLS or name.partition(".")[0] in _TRACEBACK_ROOTS


def _names_in(call: ast.Call) -> Iterator[str]:
    """The variables, attributes and keys that a call is given."""
    for argument in call.args:
        for part in ast.walk(argument):
            if isinstance(part, (ast.Name, ast.Attribute)):
                yield simple_name(part)
            elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
                yield str(part.slice.value)
