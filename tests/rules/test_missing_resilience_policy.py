"""ARC0303: which calls count, and what is evidence of retries and of isolation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Kind, Verdict
from archcheck.rule import Example
from archcheck.rules.graceful_degradation.missing_resilience_policy import MissingResiliencePolicy
from archcheck.testing import outcomes

RETRY, ISOLATION = "none is tried again", "nothing keeps the program going"
CALLS = (
    "import requests\n\n\ndef call(url):\n    requests.get(url)\n    requests.put(url)\n"
    "    requests.delete(url)\n"
)
SERVICE = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})


def missing(
    code: str = CALLS,
    *,
    path: str = "src/shop/stock.py",
    kinds: frozenset[Kind] = SERVICE,
    files: Mapping[str, str] | None = None,
) -> set[str] | None:
    """What the rule misses; None where it says nothing."""
    manifest = '[project]\nname = "shop"\nversion = "1"\n'
    example = Example(
        "", code, path=path, kinds=kinds, files={"pyproject.toml": manifest, **(files or {})}
    )
    found = outcomes(MissingResiliencePolicy, example)
    if not found:
        return None
    violations = [each for each in found if each.verdict is Verdict.VIOLATES]
    assert len({each.group for each in violations}) <= 1
    return {word for word in (RETRY, ISOLATION) for each in violations if word in each.message}


def test_a_service_without_any_policy_lacks_both_in_one_finding() -> None:
    assert missing() == {RETRY, ISOLATION}


@pytest.mark.parametrize(
    "code",
    [
        CALLS.replace("    requests.delete(url)\n", ""),
        CALLS.replace("requests", "boto3"),
        "import openai\n" * 3 + "client = openai.OpenAI()\n" * 3,
        CALLS.replace("import requests", "from shop import requests"),
        CALLS.replace("import requests", "import redis as requests"),
    ],
)
def test_too_few_calls_to_other_services_are_no_opportunity(code: str) -> None:
    assert missing(code) is None


@pytest.mark.parametrize("kinds", [frozenset({Kind.LIBRARY}), frozenset({Kind.CLI})])
def test_only_services_and_workers_are_asked(kinds: frozenset[Kind]) -> None:
    assert missing(kinds=kinds) is None


def test_what_a_command_or_script_calls_does_not_count() -> None:
    assert missing(path="shop/management/commands/sync.py") is None
    assert missing(path="scripts/sync.py") is None


@pytest.mark.parametrize(
    "sign",
    [
        "import tenacity",
        "from stamina import retry",
        "session.mount('https://', HTTPAdapter(max_retries=3))",
        "def with_retries(function): ...",
        "for attempt in range(3): ...",
        "transport = HTTPTransport(retries=2)",
        "class RetryPolicy: ...",
    ],
)
def test_signs_of_retries(sign: str) -> None:
    assert missing(f"{CALLS}{sign}\n") == {ISOLATION}


@pytest.mark.parametrize(
    "sign",
    ["# no retry here", "delay = headers['Retry-After']", "retry_after = 3", "login_attempts = 3"],
)
def test_what_only_sounds_like_retries(sign: str) -> None:
    assert missing(f"{CALLS}{sign}\n") == {RETRY, ISOLATION}


def test_retries_of_a_job_count_wherever_the_job_is() -> None:
    job = "from celery import shared_task\n\n\n@shared_task(autoretry_for=(OSError,))\ndef pull(): ...\n"
    assert missing(files={"src/shop/jobs.py": job}) == {ISOLATION}


def test_retries_of_something_else_leave_it_open() -> None:
    other = "def connect():\n    for attempt in range(3): ...\n"
    assert missing(files={"src/shop/database.py": other}) == {ISOLATION}


FALLBACKS = [
    "import pybreaker",
    "class StockCircuitBreaker: ...",
    "import logging\ndef level():\n    try:\n        return stock()\n"
    "    except requests.RequestException:\n        logging.warning('no stock')\n        return 0",
    "import logging\ndef level():\n    try:\n        return requests.get(URL)\n"
    "    except Exception:\n        logging.exception('no stock')\n        return 0",
    "import asyncio\nlimit = asyncio.Semaphore(5)",
    "import asyncio\nasync def level():\n    async with asyncio.timeout(3): ...",
]
NO_FALLBACKS = [
    "def level():\n    try:\n        return stock()\n    except requests.RequestException as e:\n"
    "        raise StockError from e",
    "def level():\n    try:\n        return stock()\n    except requests.RequestException:\n        return 0",
    "import logging\ndef level():\n    try:\n        return stock()\n    except Exception:\n"
    "        logging.exception('no stock')\n        return 0",
    "import logging\ndef level():\n    try:\n        return requests.get(URL)\n    except KeyError:\n"
    "        logging.exception('no stock')\n        return 0",
]


@pytest.mark.parametrize("sign", FALLBACKS)
def test_signs_of_isolation(sign: str) -> None:
    assert missing(f"{CALLS}{sign}\n") == {RETRY}


@pytest.mark.parametrize("sign", NO_FALLBACKS)
def test_what_is_no_isolation(sign: str) -> None:
    assert missing(f"{CALLS}{sign}\n") == {RETRY, ISOLATION}


@pytest.mark.parametrize("annotation", ["linkerd.io/inject: enabled", "sidecar.istio.io/x: y"])
def test_a_service_mesh_is_evidence_of_both(annotation: str) -> None:
    deployment = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    {annotation}\n"
    )
    assert missing(files={"k8s/shop.yaml": deployment}) == set()
    assert missing(files={"k8s/shop.yaml": deployment.replace(annotation, "a: b")}) == {
        RETRY,
        ISOLATION,
    }


def test_the_busiest_modules_stand_in_the_trace() -> None:
    one = "import httpx\nhttpx.get(URL)\n"
    (first, _) = outcomes(
        MissingResiliencePolicy,
        Example("", CALLS, path="src/shop/stock.py", files={"src/shop/rates.py": one}),
    )
    assert [(step.path, step.line, step.text) for step in first.trace] == [
        ("src/shop/stock.py", 5, "calls to other services: 3"),
        ("src/shop/rates.py", 2, "calls to other services: 1"),
    ]
