"""Log calls: receivers by class, module and name; levels; tracebacks."""

from __future__ import annotations

import ast

import pytest

from archcheck.analysis.module import Module
from archcheck.analysis.topics.telemetry.logs import carries_traceback, log_level
from archcheck.model import Role


def _last_call(code: str) -> tuple[ast.Call, Module]:
    """The outermost call of the last statement, and its module."""
    tree = ast.parse(code)
    module = Module(
        path="app/m.py", name="app.m", role=Role.RUNTIME, text=code, tree=tree, wanted=()
    )
    statement = [node for node in ast.walk(tree) if isinstance(node, ast.Expr)][-1]
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    assert isinstance(value, ast.Call)
    return value, module


def _level(code: str) -> str:
    return log_level(*_last_call(code))


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("import logging\nlogging.info('x')", "info"),
        ("import logging as lg\nlg.warning('x')", "warning"),
        ("from logging import error\nerror('x')", "error"),
        ("from logging import error as complain\ncomplain('x')", "error"),
        ("import logging\naudit = logging.getLogger('audit')\naudit.critical('x')", "critical"),
        ("import logging\nlogging.getLogger(__name__).error('x')", "error"),
        ("import logging\nlogging.getLogger('a').getChild('b').debug('x')", "debug"),
        (
            "from celery.utils.log import get_task_logger as make\nout = make('x')\nout.info('x')",
            "info",
        ),
        ("import structlog\nevents = structlog.get_logger()\nevents.bind(a=1).info('x')", "info"),
        ("import structlog\nevents = structlog.get_logger()\nawait events.ainfo('x')", "info"),
        ("from loguru import logger as out\nout.success('x')", "info"),
        ("from loguru import logger as out\nout.opt(lazy=True).trace('x')", "debug"),
        ("from absl import logging as out\nout.fatal('x')", "critical"),
        ("from twisted.python import log\nlog.msg('x')", "info"),
        ("from twisted.python import log as out\nout.err()", "exception"),
        ("from twisted.logger import Logger\nout = Logger()\nout.failure('x')", "exception"),
        ("from app.log import logger\nlogger.exception('x')", "exception"),
        ("_LOGGER.log(10, 'x')", "log"),
        ("LOG.warn('x')", "warning"),
        ("Log.info('x')", "info"),
        ("self.log.info('x')", "info"),
        ("self._audit_logger.info('x')", "info"),
        ("self.auditLog.info('x')", "info"),
        ("current_app.logger.error('x')", "error"),
        ("logger_with_context.error('x')", "error"),
        ("get_run_logger().info('x')", "info"),
        ("self.get_logger().info('x')", "info"),
        ("def f(out: 'logging.Logger'):\n    out.info('x')\nimport logging", "info"),
    ],
)
def test_log_calls(code: str, level: str) -> None:
    assert _level(code) == level


@pytest.mark.parametrize(
    "code",
    [
        "import math\nmath.log(2)",
        "from math import log\nlog(2)",
        "import numpy as np\nnp.log(x)",
        "error('x')",
        "def error(text): return text\nerror('x')",
        "dialog.error('x')",
        "catalog.info('x')",
        "blog.notice('x')",
        "future.exception()",
        "self.log('loss', 1)",
        "messages.error(request, 'x')",
        "import warnings\nwarnings.warn('x')",
        "logger.setLevel(10)",
        "logger.handlers.clear()",
        "import logging\nlogging.getLogger('x')",
        "parser.error('x')",
        "(a or b).info('x')",
    ],
)
def test_calls_that_only_look_like_logging(code: str) -> None:
    assert _level(code) == ""


@pytest.mark.parametrize(
    ("code", "carried"),
    [
        ("logger.exception('x')", True),
        ("logger.error('x', exc_info=True)", True),
        ("logger.error('x', exc_info=error)", True),
        ("logger.error('x', exc_info=False)", False),
        ("logger.error('x', exc_info=None)", False),
        ("logger.error('x')", False),
        ("logger.error('x', extra=extra)", False),
        ("logger.error('x', **options)", None),
        ("from loguru import logger\nlogger.opt(exception=True).error('x')", True),
        ("from loguru import logger\nlogger.opt(exception=error).bind(a=1).error('x')", True),
        ("from loguru import logger\nlogger.opt(exception=None).error('x')", False),
        ("from loguru import logger\nlogger.opt(lazy=True).error('x')", False),
        ("from twisted.python import log\nlog.err()", True),
    ],
)
def test_which_log_calls_carry_the_traceback(code: str, carried: bool | None) -> None:
    assert carries_traceback(*_last_call(code)) is carried
