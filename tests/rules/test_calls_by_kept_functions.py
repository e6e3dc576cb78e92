"""Functions of libraries that attributes and dicts keep, judged where they are called."""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.graceful_degradation.call_without_timeout import CallWithoutTimeout
from archcheck.testing import outcomes

HEAD = "import functools, httpx, requests\n"


def judged(source: str) -> list[str]:
    """What is said of the outbound calls of ``source``."""
    example = Example("case", HEAD + source)
    return [outcome.verdict.value for outcome in outcomes(CallWithoutTimeout, example)]


def in_class(body: str, call: str = "self.fetch(url)", init: str = "") -> str:
    """A class that calls what its attribute holds."""
    return (
        f"class Client:\n    {body}\n    def __init__(self, fetch=None):\n        {init or 'pass'}\n"
        f"    def load(self, url):\n        return {call}\n"
    )


STATIC = "fetch = staticmethod(requests.get)"
TABLE = "HANDLERS = {'get': requests.get, 'post': requests.post}\n"
KEPT = {
    "by the instance": in_class("", init="self.fetch = requests.get"),
    "by the class": in_class(STATIC),
    "by a base": f"{in_class(STATIC)}class Other(Client):\n    def other(self, url): ...\n",
    "by an imported name": "from requests import get\n" + in_class("", init="self.fetch = get"),
    "in a dict": f"{TABLE}def load(url):\n    return HANDLERS['get'](url)\n",
    "in a dict of a function": (
        "def load(url):\n    handlers = {'get': requests.get}\n    return handlers['get'](url)\n"
    ),
    "in a dict, by a variable": (
        f"{TABLE}def load(url):\n    fetch = HANDLERS['get']\n    return fetch(url)\n"
    ),
    "under some key": (
        "def load(url, verb):\n    return {'get': requests.get, 'put': requests.put}[verb](url)\n"
    ),
    "in a dict that is looked at": (
        f"{TABLE}def load(url):\n    if 'get' in HANDLERS:\n        return HANDLERS['get'](url)\n"
    ),
}
BOUND = {
    "by the call": in_class(STATIC, "self.fetch(url, timeout=5)"),
    "by a partial": in_class("", init="self.fetch = functools.partial(requests.get, timeout=5)"),
    "by a partial of the class": in_class(
        "fetch = staticmethod(functools.partial(requests.get, timeout=5))"
    ),
    "by one of two": (
        "def load(url, verb):\n    return {'get': requests.get, 'put': httpx.put}[verb](url)\n"
    ),
}
UNKNOWN = {
    "a parameter": in_class("", init="self.fetch = fetch"),
    "a parameter, or this": in_class("", init="self.fetch = fetch or requests.get"),
    "assigned anew": in_class("", init="self.fetch = requests.get\n        self.fetch = make()"),
    "overridden by a subclass": f"{in_class(STATIC)}class Other(Client):\n    fetch = make()\n",
    "overridden by a method": (
        f"{in_class(STATIC)}class Other(Client):\n    def fetch(self, url): ...\n"
    ),
    "overridden two steps on": (
        f"{in_class(STATIC)}class Other(Client): ...\nclass Third(Other):\n    fetch = make()\n"
    ),
    "another function called staticmethod": f"def staticmethod(f): ...\n{in_class(STATIC)}",
    "a dict that is filled": (
        f"{TABLE}HANDLERS['get'] = make()\ndef load(url):\n    return HANDLERS['get'](url)\n"
    ),
    "a dict that a function fills": (
        f"{TABLE}def fill(verb):\n    HANDLERS[verb] = make()\n"
        "def load(url):\n    return HANDLERS['get'](url)\n"
    ),
    "a dict that is handed on": (
        f"{TABLE}register(HANDLERS)\ndef load(url):\n    return HANDLERS['get'](url)\n"
    ),
    "a dict of another name": f"{TABLE}def load(url, HANDLERS):\n    return HANDLERS['get'](url)\n",
    "a key that nobody sees": f"{TABLE}def load(url, verb):\n    return HANDLERS[verb](url)\n",
    "a key that is not there": f"{TABLE}def load(url):\n    return HANDLERS['put'](url)\n",
    "one of them unknown": (
        "def load(url, verb):\n    return {'get': requests.get, 'put': make()}[verb](url)\n"
    ),
    "a variable that is something else besides": (
        f"{TABLE}def load(url, other):\n    fetch = HANDLERS['get']\n    fetch = other\n    return fetch(url)\n"
    ),
    "an item of a list": "def load(url):\n    return [requests.get][0](url)\n",
}


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_kept(source: str) -> None:
    assert judged(source) == ["violates"]


@pytest.mark.parametrize("source", BOUND.values(), ids=BOUND)
def test_bound(source: str) -> None:
    assert judged(source) == ["complies"]


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(source: str) -> None:
    assert judged(source) == []
