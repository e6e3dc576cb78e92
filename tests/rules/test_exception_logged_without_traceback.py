"""ARC0702: which error logs lose the place of the failure."""

from __future__ import annotations

from textwrap import indent

import pytest

from archcheck.rule import Example
from archcheck.rules.observability.exception_logged_without_traceback import (
    ExceptionLoggedWithoutTraceback,
)
from archcheck.testing import outcomes

HEAD = (
    "import logging, sentry_sdk, structlog, sys, traceback\nfrom loguru import logger as loguru_logger\n\n"
    "logger = logging.getLogger(__name__)\nevents = structlog.get_logger()\n\n\n"
)


def judged(code: str) -> list[str]:
    """What the rule says of each error log in a broad handler of ``code``, in order."""
    found = outcomes(ExceptionLoggedWithoutTraceback, Example("A case.", HEAD + code))
    return [outcome.verdict.value for outcome in found]


def handler(body: str, catches: str = "Exception as error", attempt: str = "work()") -> str:
    return f"def act(self):\n    try:\n        {attempt}\n    except {catches}:\n{indent(body, ' ' * 8)}\n"


@pytest.mark.parametrize(
    "body",
    [
        "logger.error('x')",
        "logger.error('x: %s', error)",
        "logger.critical(f'x: {error}')",
        "logger.error('x', exc_info=False)",
        "self.log.error('x')",
        "logging.error('x')",
        "events.error('x', error=str(error))",
        "loguru_logger.error('x')",
        "if self.loud:\n    logger.error('x')",
        "logger.error('x')\nreturn str(error)",
    ],
)
@pytest.mark.parametrize(
    "catches", ["Exception as error", "BaseException as error", "(OSError, Exception) as error"]
)
def test_an_error_without_its_traceback(body: str, catches: str) -> None:
    assert judged(handler(body, catches)) == ["violates"]


@pytest.mark.parametrize(
    "body",
    [
        "logger.exception('x')",
        "logger.error('x', exc_info=True)",
        "logger.error('x', exc_info=error)",
        "events.error('x', exc_info=sys.exc_info())",
        "loguru_logger.opt(exception=True).error('x')",
        "logger.error(traceback.format_exc())",
        "logger.error('x')\nraise",
        "logger.error('x')\nsys.exit(1)",
        "logger.error('x')\nraise RuntimeError from error",
        "logger.error('x')\nsentry_sdk.capture_exception(error)",
        "logger.error('x')\ntraceback.print_exc()",
        "logger.error('x')\nself.last = error",
        "logger.error('x')\nlogger.debug('why', exc_info=True)",
    ],
)
def test_the_traceback_is_there(body: str) -> None:
    assert judged(handler(body)) == ["complies"]


def test_a_further_line_beside_one_with_the_traceback() -> None:
    assert judged(handler("logger.exception('x')\nlogger.error('y')")) == ["complies", "complies"]


@pytest.mark.parametrize(
    "body", ["logger.warning('x')", "logger.info('x')", "pass", "self.error('x')"]
)
def test_lesser_levels_are_no_opportunity(body: str) -> None:
    assert judged(handler(body)) == []


def test_options_that_nobody_can_see_are_no_opportunity() -> None:
    assert judged(handler("logger.error('x', **options)")) == []


@pytest.mark.parametrize("catches", ["ValueError", "(OSError, KeyError) as error"])
def test_a_particular_exception_needs_no_traceback(catches: str) -> None:
    assert judged(handler("logger.error('x')", catches)) == []


def test_a_log_outside_a_handler_is_no_opportunity() -> None:
    assert judged("def act():\n    logger.error('x')\n") == []


@pytest.mark.parametrize(
    "code",
    [
        handler("logger.error('x')", attempt="self.connection.close()"),
        handler("logger.error('x')").replace("act", "shutdown"),
        "try:\n    work()\nfinally:\n    try:\n        flush()\n    except Exception:\n        logger.error('x')\n",
    ],
)
def test_shutting_down_is_no_opportunity(code: str) -> None:
    assert judged(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "def clean_up_sessions():\n    while True:\n        try:\n            work()\n"
        "        except Exception:\n            logger.error('x')\n",
        "try:\n    work()\nfinally:\n    try:\n        publish()\n    except Exception:\n        logger.error('x')\n",
    ],
)
def test_a_job_that_never_ends_and_a_report_at_the_end_are_no_shutdown(code: str) -> None:
    assert judged(code) == ["violates"]


def test_a_log_belongs_to_the_innermost_handler() -> None:
    narrow = "try:\n    retry()\nexcept ValueError:\n    logger.error('x')"
    assert judged(handler(narrow)) == []
    broad = "try:\n    retry()\nexcept Exception:\n    logger.error('x')"
    assert judged(handler(broad)) == ["violates"]


def test_a_function_in_the_handler_is_no_part_of_it() -> None:
    assert judged(handler("def later():\n    logger.error('x')\nself.later = later")) == []


def test_the_message_names_the_call() -> None:
    case = Example("A case.", HEAD + handler("self.log.error('x')"))
    (found,) = outcomes(ExceptionLoggedWithoutTraceback, case)
    assert found.message.startswith("`self.log.error` logs")


@pytest.mark.parametrize(("switch", "found"), [("True", "complies"), ("False", "violates")])
def test_a_function_of_the_project_may_render_the_traceback(switch: str, found: str) -> None:
    log = f"logger.error('failed: %s', rendered(error, traceback={switch}))"
    assert judged(handler(log)) == [found]


@pytest.mark.parametrize(
    ("manager", "found"),
    [
        ("excutils.save_and_reraise_exception()", "complies"),
        ("save_and_reraise_exception() as context", "complies"),
        ("save_and_reraise_exception(reraise=False)", "violates"),
        ("lock()", "violates"),
    ],
)
def test_a_context_may_raise_the_exception_again(manager: str, found: str) -> None:
    assert judged(handler(f"with {manager}:\n    logger.error('failed')")) == [found]


@pytest.mark.parametrize(("made", "found"), [("redact", "complies"), ("str", "violates")])
def test_a_message_that_is_masked_says_no_more_on_purpose(made: str, found: str) -> None:
    body = f"text = {made}(error)\nlogger.error('failed: %s', text)"
    assert judged(handler(body)) == [found]


@pytest.mark.parametrize(
    ("argument", "found"), [("snapshot['traceback']", "complies"), ("snapshot['text']", "violates")]
)
def test_a_traceback_may_have_been_rendered_before(argument: str, found: str) -> None:
    assert judged(handler(f"logger.error({argument})")) == [found]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("'no such table' in str(error)", []),
        ("isinstance(error, KeyError)", []),
        ("error.code == 404 or retried", []),
        ("'no such table' not in str(error)", ["violates"]),
        ("not isinstance(error, KeyError)", ["violates"]),
        ("str(error)", ["violates"]),
        ("self.loud == 1", ["violates"]),
    ],
)
def test_an_exception_that_is_recognised_needs_no_traceback(
    condition: str, found: list[str]
) -> None:
    assert judged(handler(f"if {condition}:\n    logger.error('run the upgrade')")) == found
    body = (
        f"text = str(error)\nif {condition.replace('str(error)', 'text')}:\n    logger.error('x')"
    )
    assert judged(handler(body)) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            "def main():\n    try:\n        run()\n    except Exception:\n{log}        return 1\n",
            "complies",
        ),
        (
            "def main():\n    try:\n        run()\n    except Exception:\n{log}        return 0\n",
            "violates",
        ),
        (
            "def main():\n    try:\n        run()\n    except Exception:\n{log}        return True\n",
            "violates",
        ),
        (
            "def load():\n    try:\n        run()\n    except Exception:\n{log}        return 1\n",
            "violates",
        ),
        (
            "def start():\n    code = 0\n    try:\n        run()\n    except Exception:\n{log}        code = 1\n"
            "    sys.exit(code)\n",
            "complies",
        ),
        (
            "def start():\n    try:\n        run()\n    except Exception:\n{log}    sys.exit(0)\n",
            "violates",
        ),
    ],
)
def test_a_program_that_ends_with_its_failure(code: str, found: str) -> None:
    assert judged(code.format(log="        logger.error('x')\n")) == [found]


def test_what_stands_in_the_else_was_not_recognised() -> None:
    body = "if 'a' in str(error):\n    logger.error('a')\nelse:\n    logger.error('b: %s', error)"
    assert judged(handler(body)) == ["violates"]


def test_one_traceback_tells_for_all_lines_of_a_handler() -> None:
    assert judged(handler("logger.error('x')\nlogger.error(error)")) == ["violates"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return ''.join(traceback.format_exception(error))", "complies"),
        (
            "return pretty(error)\n\n\ndef pretty(error):\n    return traceback.format_tb(error.__traceback__)",
            "complies",
        ),
        ("return f'{type(error)}: {error}'", "violates"),
    ],
)
def test_a_helper_may_render_the_traceback(body: str, found: str) -> None:
    helper = f"def rendered(error):\n    {body}\n\n\n"
    assert judged(helper + handler("logger.error(f'failed: {rendered(error)}')")) == [found]
    assert judged(helper + handler("logger.error('failed: %s', rendered(error=error))")) == [found]


def test_a_helper_that_is_not_given_the_exception_renders_another() -> None:
    helper = "def rendered(job):\n    return traceback.format_stack()\n\n\n"
    assert judged(helper + handler("logger.error(rendered(self), error)")) == ["violates"]


@pytest.mark.parametrize(
    ("item", "verdicts"), [("[1, error]", ["complies"]), ("[1, str(error)]", ["violates"])]
)
def test_an_exception_in_a_list_is_handed_over(item: str, verdicts: list[str]) -> None:
    assert judged(handler(f"logger.error('x')\nresults.put({item})")) == verdicts
