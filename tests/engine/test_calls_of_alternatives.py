"""Calls that may be one of several, as only the whole program can tell: a rule speaks where all answer the same."""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.graceful_degradation.call_without_timeout import CallWithoutTimeout
from archcheck.testing import outcomes

WRONG, RIGHT = ["violates"], ["complies"]
CLIENT = "import requests\nif POOLED:\n    http = {}\nelse:\n    http = {}\n"
CALL = "from app.net import http\nhttp.request('GET', url)"
BOUND = "from app.net import http\nhttp.request('GET', url, timeout=3)"
CASES = {
    "both wait for ever": (
        CLIENT.format("requests", "requests.Session()"),
        CALL,
        WRONG,
    ),
    "both are bound": (CLIENT.format("requests", "requests.Session()"), BOUND, RIGHT),
    "one of them has a default": (
        "import httpx\n" + CLIENT.format("httpx", "requests.Session()"),
        CALL,
        RIGHT,
    ),
    "one of them is not watched": (
        "import ours\n" + CLIENT.format("ours.Http()", "requests.Session()"),
        CALL,
        [],
    ),
    "one of them is our own": (
        "class Fake:\n    def request(self, *a): ...\n"
        + CLIENT.format("Fake()", "requests.Session()"),
        CALL,
        [],
    ),
    "one of them is unknown": (CLIENT.format("make()", "requests.Session()"), CALL, []),
    "annotated, one of a library": (
        "import requests\nclass Session(requests.Session):\n    pass\n",
        "import requests\nfrom app.net import Session\ndef f(s: requests.Session | Session):\n    s.get(url)",
        WRONG,
    ),
    "annotated, one defined in the file itself": (
        "import requests\nclass Session(requests.Session):\n    pass\n",
        (
            "from app.net import Session\nclass Fake:\n    def get(self, url): ...\n"
            "def f(s: Session | Fake):\n    s.get(url)"
        ),
        [],
    ),
}


@pytest.mark.parametrize(("net", "code", "expected"), CASES.values(), ids=CASES)
def test_calls_of_alternatives(net: str, code: str, expected: list[str]) -> None:
    files = {"src/app/__init__.py": "", "src/app/net.py": net}
    found = outcomes(CallWithoutTimeout, Example("", code, path="src/app/use.py", files=files))
    assert [outcome.verdict.value for outcome in found] == expected
