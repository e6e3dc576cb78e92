"""ARC0703: which log events hide their values in a text, where structured logging is configured."""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.observability.interpolated_log_event import InterpolatedLogEvent
from archcheck.testing import outcomes

STRUCTLOG = "import structlog\n\nstructlog.configure()\n"
JSON = "from pythonjsonlogger.jsonlogger import JsonFormatter\n\nformatter = JsonFormatter()\n"
OWN_JSON = (
    "import json\nimport logging\n\n\nclass Machine(logging.Formatter):\n    def format(self, record):\n"
    "        return json.dumps({'message': record.getMessage()})\n"
)
LOGURU = "import sys\n\nfrom loguru import logger\n\nlogger.add(sys.stdout, serialize=True)\n"
DICTIONARY = "LOGGING = {'formatters': {'json': {'()': 'pythonjsonlogger.json.JsonFormatter'}}}\n"
HEAD = (
    "import logging, structlog\nfrom loguru import logger as loguru_logger\n\n"
    "logger = logging.getLogger(__name__)\nevents = structlog.get_logger()\nLIMIT = 3\n\n\n"
    "def act(self, user, level):\n"
)


def judged(call: str, configuration: str, **files: str) -> list[str]:
    """What the rule says of each log call of a function whose body is ``call``."""
    others = {f"src/app/{name}.py": text for name, text in files.items()}
    others["src/app/settings.py"] = configuration
    found = outcomes(InterpolatedLogEvent, Example("A case.", f"{HEAD}    {call}\n", files=others))
    return [
        outcome.verdict.value
        for outcome in found
        if outcome.place.location.path.endswith("service.py")
    ]


@pytest.mark.parametrize("configuration", [JSON, OWN_JSON, DICTIONARY])
@pytest.mark.parametrize(
    "event",
    [
        "f'user {user}'",
        "'user ' + user",
        "'user %s' % user",
        "'user {}'.format(user)",
        "'a' 'b' f'{user}'",
    ],
)
def test_values_are_baked_into_the_text(event: str, configuration: str) -> None:
    assert judged(f"logger.info({event})", configuration) == ["violates"]
    assert judged(f"logger.log(level, {event})", configuration) == ["violates"]
    assert judged(f"logging.info({event})", configuration) == ["violates"]


@pytest.mark.parametrize(
    "arguments",
    [
        "'user registered'",
        "'user %s', user",
        "'user', extra={'user': user}",
        "f'limit {LIMIT}'",
        "f'plain'",
        "'plain ' + 'text'",
    ],
)
def test_the_text_is_constant(arguments: str) -> None:
    assert judged(f"logger.info({arguments})", JSON) == ["complies"]


@pytest.mark.parametrize(
    "call",
    [
        "logger.info(user)",
        "logger.info(str(user))",
        "logger.info(*user)",
        "logger.info()",
        "user.info(f'user {user}')",
        "self.logger.info(f'user {user}')",
    ],
)
def test_nobody_can_know(call: str) -> None:
    assert judged(call, JSON) == []


@pytest.mark.parametrize(
    ("call", "configuration", "verdicts"),
    [
        ("events.info(f'user {user}')", STRUCTLOG, ["violates"]),
        ("events.bind(user=user).info(f'user {user}')", STRUCTLOG, ["violates"]),
        ("events.info('user', user=user)", STRUCTLOG, ["complies"]),
        ("logger.info(f'user {user}')", STRUCTLOG, []),
        ("events.info(f'user {user}')", JSON, []),
        ("loguru_logger.info(f'user {user}')", LOGURU, ["violates"]),
        ("loguru_logger.info('user {}', user)", LOGURU, ["complies"]),
        ("loguru_logger.info(f'user {user}')", LOGURU.replace("True", "False"), []),
        ("logger.info(f'user {user}')", "", []),
        ("events.info(f'user {user}')", "import structlog\n", []),
    ],
)
def test_only_the_loggers_that_the_configuration_covers(
    call: str, configuration: str, verdicts: list[str]
) -> None:
    assert judged(call, configuration) == verdicts


def test_a_logger_of_another_module() -> None:
    body = "from app.logs import log, get_logger; log.info(f'user {user}'); get_logger().info(f'user {user}')"
    logs = (
        "import logging\n\nlog = logging.getLogger('app')\n\n\ndef get_logger():\n"
        "    return logging.getLogger('made')\n"
    )
    assert judged(body, JSON, logs=logs) == ["violates", "violates"]


def test_a_logger_that_a_base_class_of_another_module_sets() -> None:
    base = "import logging\n\n\nclass Service:\n    def __init__(self):\n        self.log = logging.getLogger('app')\n"
    code = (
        "from app.base import Service\n\n\nclass Orders(Service):\n    def place(self, sku):\n"
        "        self.log.info(f'placed {sku}')\n"
    )
    files = {"src/app/base.py": base, "src/app/settings.py": JSON}
    found = outcomes(InterpolatedLogEvent, Example("A case.", code, files=files))
    assert [outcome.place.location.line for outcome in found] == [6]


NAMED = (
    "import logging\n\nfrom pythonjsonlogger.jsonlogger import JsonFormatter\n\nROOT = 'app.audit'\nOTHERS = ('asgi', 'mcp')\n\n\n"
    "def attach(logger, handler):\n    logger.addHandler(handler)\n\n\n"
    "def set_up():\n    handler = logging.StreamHandler()\n    handler.setFormatter(JsonFormatter())\n"
    "    attach(logging.getLogger(ROOT), handler)\n"
    "    for name in OTHERS:\n        attach(logging.getLogger(name), handler)\n"
)


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("'app.audit'", ["violates"]),
        ("'app.audit.orders'", ["violates"]),
        ("'mcp'", ["violates"]),
        ("'app.auditing'", []),
        ("__name__", []),
        ("", []),
        ("unknown", []),
    ],
)
def test_a_formatter_of_named_loggers_covers_them_and_those_below(
    name: str, verdicts: list[str]
) -> None:
    made = f"named = logging.getLogger({name}); named.info(f'user {{user}}')"
    assert judged(made, NAMED) == verdicts


def test_the_root_logger_is_below_no_other() -> None:
    assert judged("logging.info(f'user {user}')", NAMED) == []


def test_a_logger_of_another_module_is_known_by_its_name() -> None:
    loggers = "import logging\n\naudit_log = logging.getLogger('app.audit')\nother_log = logging.getLogger(__name__)\n"
    call = "from app.loggers import audit_log, other_log; audit_log.info(f'{user}'); other_log.info(f'{user}')"
    assert judged(call, NAMED, loggers=loggers) == ["violates"]


@pytest.mark.parametrize(
    "receiver",
    ["logging.getLogger()", "logging.getLogger(None)", "logging.getLogger(unknown())", "self.log"],
)
def test_a_handler_of_the_root_or_of_an_unknown_logger_covers_all(receiver: str) -> None:
    configuration = f"{NAMED}    {receiver}.addHandler(handler)\n"
    assert judged("logger.info(f'user {user}')", configuration) == ["violates"]


def test_a_formatter_in_another_file_covers_all_again() -> None:
    assert judged("logger.info(f'user {user}')", NAMED, others=JSON) == ["violates"]
