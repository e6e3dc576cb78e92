"""Which calls write to a log, at which level, and with the traceback? Shared by the facts and the rules."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted

#: Method or function -> level: ``debug``, ``info``, ``warning``, ``error``, ``critical``, ``exception`` (an error
#: that brings its traceback) or ``log`` (the level is an argument).
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
    "err": "exception",
    "exception": "exception",
    "critical": "critical",
    "fatal": "critical",
    "failure": "exception",
    "log": "log",
    "adebug": "debug",
    "ainfo": "info",
    "awarning": "warning",
    "aerror": "error",
    "aexception": "exception",
    "acritical": "critical",
    "afatal": "critical",
    "alog": "log",
}
LOGGER_TYPES = frozenset(
    {
        "logging.Logger",
        "logging.LoggerAdapter",
        "loguru.Logger",
        "structlog.BoundLogger",
        "structlog.BoundLoggerBase",
        "structlog.stdlib.BoundLogger",
        "structlog.typing.BindableLogger",
        "structlog.typing.FilteringBoundLogger",
        "twisted.logger.Logger",
        "logbook.Logger",
        "eliot.Logger",
        "picologging.Logger",
    }
)
_MODULES = ("logging", "absl.logging", "twisted.python.log", "eliot", "loguru.logger", "logfire")
_LOGGER_NAME = re.compile(
    r"(?i:(?:^|_)(?:logs?|loggers?|logging|syslog)(?:$|_))|[a-z](?:Log|Logger)$"
)
#: What `logging` hands each record to.
_PARTS_OF_LOGGING = frozenset(
    {"logging.Filter", "logging.Formatter", "logging.Handler", "logging.StreamHandler", "logging.handlers.QueueHandler"}
)  # fmt: skip
#: What a logger is asked for on the way to the record: ``logger.bind(...).info(...)``.
_CHAIN = frozenset({"bind", "new", "opt", "patch", "contextualize", "getChild"})


def log_level(call: ast.Call, module: Module) -> str:
    """The level at which ``call`` writes to a log (a value of `LEVELS`), or ``""`` when it is no log call.

    The receiver counts as a logger when its class or module is known as one, or when its name says so:
    a logger imported from another module has no visible class, and nothing else is called ``logger``.
    """
    func = call.func
    if isinstance(func, ast.Name):
        owner, _, method = module.resolve(func).rpartition(".")
        return LEVELS.get(method, "") if owner in _MODULES or owner in LOGGER_TYPES else ""
    if not isinstance(func, ast.Attribute) or func.attr not in LEVELS:
        return ""
    return LEVELS[func.attr] if _is_logger(func.value, module) else ""


def _is_logger(receiver: ast.expr, module: Module) -> bool:
    if any(name in LOGGER_TYPES for name in module.types(receiver)):
        return True
    if any(name in _MODULES for name in module.names(receiver)):
        return True
    while isinstance(receiver, ast.Call):
        chained = receiver.func
        if isinstance(chained, ast.Attribute) and chained.attr in _CHAIN:
            receiver = chained.value
        else:
            receiver = chained
    return bool(_LOGGER_NAME.search(dotted(receiver).rpartition(".")[2]))


def carries_traceback(call: ast.Call, module: Module) -> bool | None:
    """Whether the log call ``call`` writes the traceback of the exception in flight; None when nobody can see it."""
    if log_level(call, module) == "exception":
        return True
    for keyword in call.keywords:
        if keyword.arg is None:
            return None
        if keyword.arg in ("exc_info", "exception"):
            return not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    return _opted_for_traceback(call)


def _opted_for_traceback(call: ast.Call) -> bool:
    """Whether a loguru chain says so: ``logger.opt(exception=True).error(...)``."""
    node: ast.expr = call.func
    while isinstance(node, (ast.Attribute, ast.Call)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "opt":
                return any(
                    keyword.arg == "exception"
                    and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
                    for keyword in node.keywords
                )
            node = node.func
        else:
            node = node.value
    return False


def is_part_of_logging(node: ast.AST, module: Module) -> bool:
    """Whether ``node`` stands in a class that `logging` calls for each record: a log call there would call it again."""
    owner = module.class_of(node)
    return owner is not None and any(
        name in _PARTS_OF_LOGGING for base in owner.bases for name in module.names(base)
    )
