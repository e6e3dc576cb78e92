"""ARC0703 interpolated-log-event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.project import Project
from archcheck.analysis.queries import LogsStructured
from archcheck.analysis.topics.telemetry.logger_names import ROOT, logger_name
from archcheck.analysis.topics.telemetry.logs import LEVELS, log_level
from archcheck.model import Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_CONFIGURE = (
    "import structlog\n\nstructlog.configure(processors=[structlog.processors.JSONRenderer()])\n"
)
_JSON = (
    "import logging\n\nfrom pythonjsonlogger.jsonlogger import JsonFormatter\n\n\ndef set_up():\n"
    "    handler = logging.StreamHandler()\n    handler.setFormatter(JsonFormatter())\n"
    "    logging.getLogger().addHandler(handler)\n"
)
#: Modules whose functions log for the standard library's root logger, and objects that are loggers.
_LOGGERS = {"logging": "logging.Logger", "loguru.logger": "loguru.Logger"}


class InterpolatedLogEvent(ModuleRule):
    """A structured log event has its values baked into its text.

    The project writes records that programs read, and this one hides its values in a sentence: each record has
    another event name, so that nobody can count them, and no field to search by.

    Judged are the log calls of projects that configure structured logging (structlog, JSON formatters, loguru's
    `serialize`), on the loggers that the configuration covers: where the file that has the formatter gives handlers
    to named loggers alone, those and the loggers below them. An event violates when it is an f-string or put
    together with `%`, `+` or `format`. Not flagged: texts put together from constants; `%s` with arguments of the
    standard library; events that are variables; projects without structured logging.
    """

    code = "ARC0703"
    severity = Severity.INFO
    noun = "log events keep their values apart"
    message = "`{call}` bakes values into the event's text: no field to search by"
    advice = "name the event with a constant, and pass the values as fields: `key=value`, or `extra={...}`"
    waived_by = ("G001", "G002", "G003", "G004", "W1201", "W1202", "W1203")
    seed = "001, principle 7: structured logging enables programmatic analysis"
    good = (
        Example(
            "An event with fields.",
            "import structlog\n\nlogger = structlog.get_logger()\n\n\ndef register(user):\n"
            '    logger.info("user_registered", user_id=user.id)\n',
            files={"src/app/logs.py": _CONFIGURE},
        ),
        Example(
            "The standard library's formatter writes JSON.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef register(user):\n"
            '    logger.info("user registered", extra={"user_id": user.id})\n    logger.debug("found %s", user.name)\n',
            files={"src/app/logs.py": _JSON},
        ),
        Example(
            "No structured logging is configured: a text is a text.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef register(user):\n"
            '    logger.info(f"user {user.id} registered")\n',
        ),
    )
    bad = (
        Example(
            "Every user has an event of their own.",
            "import structlog\n\nlogger = structlog.get_logger()\n\n\ndef register(user):\n"
            '    logger.info(f"user {user.id} registered")  # [interpolated-log-event]\n'
            '    logger.info("mail sent to %s" % user.mail)  # [interpolated-log-event]\n',
            files={"src/app/logs.py": _CONFIGURE},
        ),
        Example(
            "The JSON record has one long message and no field.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef register(user):\n"
            '    logger.info("user {} registered".format(user.id))  # [interpolated-log-event]\n',
            files={"src/app/logs.py": _JSON},
        ),
    )

    def gate(self, project: Project, member: str) -> bool:
        """Whether the member configures structured logging."""
        return any(
            project.structured_logging(item) for item in project.members if item.root == member
        )

    @narrowed(named=LEVELS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """Judge the event of a log call."""
        level = log_level(node, module)
        event = _event(node, level) if level else None
        interpolated = _is_interpolated(event) if event is not None else None
        if interpolated is None:
            return
        logger = _logger(node.func, module)
        if not logger:
            return
        verdict = (
            self.violates(module.place(node), group=module.path, call=dotted(node.func))
            if interpolated
            else self.complies(module.place(node))
        )
        yield Pending(LogsStructured(logger, module.path, _name(node.func, module)), verdict, None)


def _event(call: ast.Call, level: str) -> ast.expr | None:
    """The text of a log call; None when it is passed in a way of its own."""
    position = 1 if level == "log" else 0
    if len(call.args) > position:
        return call.args[position]
    return next((item.value for item in call.keywords if item.arg in ("event", "msg")), None)


def _is_interpolated(event: ast.expr) -> bool | None:
    """Whether values are baked into a text; None when nobody can see how the text is made."""
    if isinstance(event, ast.Constant):
        return False
    if isinstance(event, ast.JoinedStr):
        return any(
            isinstance(part, ast.FormattedValue) and not _is_constant(part.value)
            for part in event.values
        )
    if isinstance(event, ast.BinOp) and isinstance(event.op, (ast.Add, ast.Mod)):
        left = _is_interpolated(event.left)
        if isinstance(event.op, ast.Mod):
            return True if left is not None else None
        right = _is_interpolated(event.right)
        if left is None and right is None:
            return None
        return bool(left or right) or not (_is_constant(event.left) and _is_constant(event.right))
    if isinstance(event, ast.Call) and isinstance(event.func, ast.Attribute):
        formats = event.func.attr == "format" and isinstance(event.func.value, ast.Constant)
        return True if formats and (event.args or event.keywords) else None
    return None


def _is_constant(node: ast.expr) -> bool:
    """Whether a part of a text is the same in every record, by its kind or by its spelling."""
    if isinstance(node, ast.Name):
        return node.id.isupper() or node.id == "__name__"
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.BinOp) and _is_constant(node.left) and _is_constant(node.right)
    )


def _logger(func: ast.expr, module: Module) -> str:
    """The class of the logger that a call asks, or the path to it; ``""`` when nobody can know."""
    if isinstance(func, ast.Name):
        return _LOGGERS.get(module.resolve(func).rpartition(".")[0], "")
    if not isinstance(func, ast.Attribute):
        return ""
    types = module.types(func.value)
    if types:
        return types[0] if len(types) == 1 else ""
    name = module.resolve(func.value)
    return _LOGGERS.get(name, "") or module.paths.of(func.value)


def _name(func: ast.expr, module: Module) -> str | None:
    """The name of the standard library's logger that a call asks; None where this file does not tell."""
    if module.resolve(func).rpartition(".")[0] == "logging":
        return ROOT
    return logger_name(func.value, module) if isinstance(func, ast.Attribute) else None
