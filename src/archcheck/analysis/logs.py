"""Which calls write to a log? Shared by the facts and by every rule that asks."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import Module
from archcheck.analysis.values import dotted

LEVELS = {
    "debug": "debug",
    "info": "info",
    "success": "info",
    "notice": "info",
    "msg": "info",
    "trace": "debug",
    "warning": "warning",
    "warn": "warning",
    "error": "error",
    "exception": "exception",
    "critical": "critical",
    "fatal": "critical",
    "failure": "error",
    "log": "log",
    "adebug": "debug",
    "ainfo": "info",
    "awarning": "warning",
    "aerror": "error",
    "aexception": "exception",
    "acritical": "critical",
}
LOGGER_TYPES = frozenset(
    {
        "logging.Logger",
        "logging.LoggerAdapter",
        "loguru.Logger",
        "structlog.BoundLogger",
        "structlog.stdlib.BoundLogger",
        "structlog.typing.FilteringBoundLogger",
        "twisted.logger.Logger",
        "logbook.Logger",
        "eliot.Logger",
        "picologging.Logger",
    }
)
_MODULES = ("logging", "absl.logging", "twisted.python.log", "eliot", "loguru.logger", "logfire")
_LOGGER_NAME = re.compile(r"(?:^|_)(?:log|logs|logger|logging|LOG|LOGGER)(?:$|_)|[a-z](?:Log|Logger)$")


def log_level(call: ast.Call, module: Module) -> str:
    """The level at which ``call`` writes to a log, or ``""`` when it is no log call.

    The receiver counts as a logger when its class or module is known as one, or when its name says so:
    a logger imported from another module has no visible class, and nothing else is called ``logger``.
    """
    func = call.func
    if isinstance(func, ast.Name):
        name = module.resolve(func)
        owner, _, method = name.rpartition(".")
        return LEVELS.get(method, "") if owner in _MODULES else ""
    if not isinstance(func, ast.Attribute) or func.attr not in LEVELS:
        return ""
    level = LEVELS[func.attr]
    if any(name in LOGGER_TYPES for name in module.types(func.value)):
        return level
    if any(name in _MODULES for name in module.names(func.value)):
        return level
    receiver = dotted(func.value)
    tail = receiver.removesuffix("()").rpartition(".")[2]
    if _LOGGER_NAME.search(tail) or tail in ("getLogger", "get_logger", "bind", "opt"):
        return level
    # logger.bind(...).info(...) and friends: the root of the chain is the logger.
    root = receiver.partition(".")[0]
    return level if "()" in receiver and _LOGGER_NAME.search(root) else ""
