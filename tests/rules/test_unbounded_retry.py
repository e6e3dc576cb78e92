"""ARC0302: which retries never end or never pause."""

from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.rule import Example
from archcheck.rules.graceful_degradation.unbounded_retry import UnboundedRetry
from archcheck.testing import outcomes


def verdicts(code: str) -> list[str]:
    """What the rule says of each retry of ``code``, in order; the words of a violation."""
    found = outcomes(UnboundedRetry, Example("A case.", dedent(code)))
    return [outcome.message or outcome.verdict.value for outcome in found]


def endless(call: str) -> list[str]:
    return [f"`{call}` retries without end"]


def restless(call: str) -> list[str]:
    return [f"`{call}` retries without a pause"]


def neither(call: str) -> list[str]:
    return [f"`{call}` retries without end and without a pause"]


TENACITY = [
    ("@tenacity.retry\ndef f(): ...", endless("retry")),
    ("@tenacity.retry\nasync def f(): ...", endless("retry")),
    ("from tenacity import retry as again\n@again\ndef f(): ...", endless("again")),
    ("@tenacity.retry()\ndef f(): ...", neither("tenacity.retry")),
    ("@tenacity.retry(wait=w)\ndef f(): ...", endless("tenacity.retry")),
    ("@tenacity.retry(stop=s)\ndef f(): ...", restless("tenacity.retry")),
    ("@tenacity.retry(stop=s, wait=w)\ndef f(): ...", ["complies"]),
    ("@tenacity.retry(stop=tenacity.stop_never, wait=w)\ndef f(): ...", endless("tenacity.retry")),
    ("tenacity.Retrying(sleep, s, w)", ["complies"]),
    ("async def f():\n    async for _ in tenacity.AsyncRetrying(wait=w): ...", endless("tenacity.AsyncRetrying")),
    ("@tenacity.retry(**policy)\ndef f(): ...", []),
    ("@tenacity.retry(stop=s, **policy)\ndef f(): ...", []),
    ("@tenacity.retry(*policy)\ndef f(): ...", []),
    ("@tenacity.retry(stop=s, retry=tenacity.retry_if_exception_type(DeadlockDetected))\ndef f(): ...", ["complies"]),
    (
        "@tenacity.retry(stop=s, retry=tenacity.retry_if_exception_type((StaleDataError, errors.LockError)))\n"
        "def f(): ...",
        ["complies"],
    ),
    (
        "@tenacity.retry(stop=s, retry=tenacity.retry_if_exception_type((StaleDataError, OSError)))\n"
        "def f(): ...",
        restless("tenacity.retry"),
    ),
    (
        "@tenacity.retry(stop=s, retry=tenacity.retry_if_exception_type((ValidationError, json.JSONDecodeError)))\n"
        "def f(): ...",
        ["complies"],
    ),
    ("def retry(f): ...\n@retry\ndef f(): ...", []),
    ("def g(tenacity):\n    @tenacity.retry\n    def f(): ...", []),
    ("from app.policies import retry\n@retry\ndef f(): ...", []),
]  # fmt: skip

OTHERS = [
    ("@backoff.on_exception(backoff.expo, OSError)\ndef f(): ...", endless("backoff.on_exception")),
    ("@backoff.on_exception(backoff.expo, OSError, max_tries=5)\ndef f(): ...", ["complies"]),
    ("@backoff.on_exception(backoff.expo, OSError, max_time=5)\ndef f(): ...", ["complies"]),
    (
        "@backoff.on_predicate(backoff.fibo, max_tries=None)\ndef f(): ...",
        endless("backoff.on_predicate"),
    ),
    ("@backoff.on_exception(backoff.expo, OSError, **policy)\ndef f(): ...", []),
    ("@retrying.retry\ndef f(): ...", endless("retry")),
    ("@retrying.retry(wait_fixed=2000)\ndef f(): ...", endless("retrying.retry")),
    ("@retrying.retry(stop_max_delay=9000)\ndef f(): ...", ["complies"]),
    ("import stamina\n@stamina.retry(on=OSError)\ndef f(): ...", []),
    ("import urllib3\nurllib3.Retry(total=3)", []),
]

CELERY = [
    ("@app.task(max_retries=None)\ndef f(): ...", endless("app.task")),
    (
        "from celery import shared_task\n@shared_task(max_retries=None)\ndef f(): ...",
        endless("shared_task"),
    ),
    ("@app.task(autoretry_for=(OSError,))\ndef f(): ...", ["complies"]),
    ("@app.task(max_retries=5)\ndef f(): ...", ["complies"]),
    ("@app.task\ndef f(): ...", []),
    ("@app.task(bind=True)\ndef f(): ...", []),
    (
        "@app.task(bind=True, max_retries=None)\ndef f(self):\n    self.retry(max_retries=3)",
        ["complies"],
    ),
    ("def f(self):\n    raise self.retry(max_retries=None)", endless("self.retry")),
]

LOOPS = [
    ("while True:\n    try:\n        return get(url)\n    except OSError:\n        pass", neither("get")),
    ("while 1:\n    try:\n        x = get(url)\n        break\n    except OSError:\n        log(x)", neither("get")),
    ("while True:\n    try:\n        x = get(url)\n    except OSError:\n        continue\n    return x", neither("get")),
    ("while True:\n    try:\n        x = get(url)\n    except OSError: ...\n    else:\n        break", neither("get")),
    ("while True:\n    try:\n        return get(url)\n    except OSError:\n        time.sleep(1)", ["complies"]),
    ("while True:\n    try:\n        return get(url)\n    except OSError:\n        self._back_off()", ["complies"]),
    ("while True:\n    try:\n        return get(url)\n    except OSError:\n        n += 1", ["complies"]),
    (
        "while True:\n    try:\n        return get(url)\n    except OSError:\n        if late():\n            raise",
        ["complies"],
    ),
    ("for n in range(3):\n    try:\n        return get(url)\n    except OSError:\n        pass", ["complies"]),
    ("for host in hosts:\n    try:\n        return get(host)\n    except OSError:\n        pass", []),
    ("while True:\n    try:\n        return get(url)\n    except OSError:\n        n = n - 1", ["complies"]),
    (
        "while True:\n    try:\n        if get(url).busy:\n            continue\n    except OSError:\n        pass\n    return",
        ["complies"],
    ),
    ("while True:\n    try:\n        get(url)\n    except OSError:\n        pass", []),
    ("while True:\n    try:\n        return consumer.poll()\n    except OSError:\n        pass", []),
    ("while running:\n    try:\n        return get(url)\n    except OSError:\n        pass", []),
    ("while True:\n    try:\n        return get(url)\n    finally:\n        done()", []),
    ("while True:\n    url = input()\n    try:\n        return get(url)\n    except OSError:\n        pass", []),
    ("while True:\n    return get(url)", []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words"), [*TENACITY, *OTHERS, *CELERY])
def test_policies(code: str, words: list[str]) -> None:
    assert verdicts(f"import backoff, retrying, tenacity\n{code}") == words


@pytest.mark.parametrize(("code", "words"), LOOPS)
def test_loops(code: str, words: list[str]) -> None:
    body = code.replace("\n", "\n    ")
    assert verdicts(f"from requests import get\ndef f():\n    {body}") == words
