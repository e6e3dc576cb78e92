"""ARC1002: what a class opens for itself, and who closes it."""

from __future__ import annotations

import pytest
from judging import ADVICE, BAD, OK, judged, verdicts

from archcheck.rules.resource_lifecycle.client_without_close import ClientWithoutClose

HEAD = "import contextlib\nimport weakref\nimport httpx\nclass Rates:\n    def __init__(self):\n"
OPENED = "        self._client = httpx.Client()\n"
FOUND = (6, BAD)


def rates(*methods: str) -> str:
    return HEAD + OPENED + "".join(f"    {line}\n" for line in methods)


NEVER_CLOSED = {
    "never used": (),
    "used": ("def euro(self):", "    return self._client.get('/eur').json()"),
    "looked at": ("def euro(self):", "    if self._client is None:", "        raise ValueError"),
    "a part of it used": ("def login(self):", "    self._client.headers.update(token='x')"),
    "another object's client closed": ("def stop(self):", "    self.other.close()"),
}


@pytest.mark.parametrize("methods", NEVER_CLOSED.values(), ids=NEVER_CLOSED)
def test_never_closed(methods: tuple[str, ...]) -> None:
    assert verdicts(ClientWithoutClose, rates(*methods)) == [FOUND]


CLOSED = {
    "close": ("def close(self):", "    self._client.close()"),
    "any method": ("def stop(self):", "    if self._client:", "        self._client.close()"),
    "entered": ("def run(self):", "    with self._client:", "        pass"),
    "exit stack": ("def __enter__(self):", "    self.stack.enter_context(self._client)"),
    "finalizer": ("def start(self):", "    weakref.finalize(self, self._client.close)"),
    "closing": ("def run(self):", "    with contextlib.closing(self._client):", "        pass"),
}


@pytest.mark.parametrize("methods", CLOSED.values(), ids=CLOSED)
def test_closed_by_the_class(methods: tuple[str, ...]) -> None:
    assert verdicts(ClientWithoutClose, rates(*methods)) == [(6, OK)]


NOBODY_CAN_KNOW = {
    "returned": ("def client(self):", "    return self._client"),
    "passed on": ("def start(self):", "    register(self._client)"),
    "kept under another name": (
        "def start(self):",
        "    client = self._client",
        "    client.close()",
    ),
    "stored again": ("def start(self):", "    app.client = self._client"),
}


@pytest.mark.parametrize("methods", NOBODY_CAN_KNOW.values(), ids=NOBODY_CAN_KNOW)
def test_it_leaves_the_class(methods: tuple[str, ...]) -> None:
    assert verdicts(ClientWithoutClose, rates(*methods)) == []


OPENERS = {
    "awaited": "import asyncpg\nclass A:\n    async def f(self):\n        self.p = await asyncpg.create_pool(U)",
    "annotated": "import aiohttp as a\nclass A:\n    def f(self):\n        self.s: a.ClientSession = a.ClientSession()",
    "pool": "from concurrent.futures import ThreadPoolExecutor as P\nclass A:\n    def f(self):\n        self.p = P(4)",
    "file": "class A:\n    def f(self):\n\n        self.log = open('log', 'a')",
    "engine": "import sqlalchemy\nclass A:\n    def f(self):\n        self.e = sqlalchemy.create_engine(U)",
}


@pytest.mark.parametrize("source", OPENERS.values(), ids=OPENERS)
def test_openers(source: str) -> None:
    assert verdicts(ClientWithoutClose, source) == [(4, BAD)]


NOT_OWNED = {
    "handed in": "import httpx\nclass A:\n    def __init__(self, client: httpx.Client):\n        self.c = client",
    "handed in or not": (
        "import httpx\nclass A:\n    def __init__(self, c=None):\n        self.c = c or httpx.Client()"
    ),
    "over a transport": "import httpx\nclass A:\n    def f(self, t):\n        self.c = httpx.Client(transport=t)",
    "of the class": "import httpx\nclass A:\n    @classmethod\n    def f(cls):\n        cls.c = httpx.Client()",
    "two names": "import httpx\nclass A:\n    def f(self):\n        self.c = c = httpx.Client()",
    "of another object": "import httpx\ndef f(app):\n    app.c = httpx.Client()",
    "base of a library": (
        "import httpx\nfrom http.client import HTTPConnection\nclass A(HTTPConnection):\n    def f(self):\n"
        "        self.sock = httpx.Client()"
    ),
    "base that nobody sees": "import httpx\nclass A(make()):\n    def f(self):\n        self.c = httpx.Client()",
}


@pytest.mark.parametrize("source", NOT_OWNED.values(), ids=NOT_OWNED)
def test_not_owned(source: str) -> None:
    assert verdicts(ClientWithoutClose, source) == []


def test_session_of_requests_is_advice() -> None:
    source = (
        "import requests\nclass A:\n    def __init__(self):\n        self.s = requests.Session()"
    )
    assert verdicts(ClientWithoutClose, source) == [(4, ADVICE)]


def test_message() -> None:
    (outcome,) = judged(ClientWithoutClose, rates())
    assert outcome.message == "nothing closes `Rates._client`, which `httpx.Client` opens"


PROCESS_WIDE = {
    "module level": "rates = Rates()\n",
    "cached function": "from functools import cache\n@cache\ndef rates():\n    return Rates()\n",
    "cached and annotated": (
        "from functools import lru_cache\n@lru_cache(maxsize=1)\ndef rates() -> Rates:\n    return Rates()\n"
    ),
}


@pytest.mark.parametrize("rest", PROCESS_WIDE.values(), ids=PROCESS_WIDE)
def test_an_instance_for_the_whole_process(rest: str) -> None:
    assert verdicts(ClientWithoutClose, rates() + rest) == []


def test_an_instance_for_the_whole_process_in_another_module() -> None:
    files = {"src/app/container.py": "from app.service import Rates\nrates = Rates()\n"}
    assert verdicts(ClientWithoutClose, rates(), files=files) == []


def test_an_attribute_of_such_an_instance() -> None:
    files = {
        "src/app/container.py": (
            "from app.service import Rates\nclass Container:\n    def __init__(self):\n"
            "        self.rates = Rates()\ncontainer = Container()\n"
        )
    }
    assert verdicts(ClientWithoutClose, rates(), files=files) == []


def test_class_of_another_module_takes_the_client_over() -> None:
    other = (
        "class Cleanup:\n    def __init__(self, rates):\n        self._client = rates._client\n"
        "    def run(self):\n        self._client.close()\n"
    )
    files = {"src/app/cleanup.py": other}
    source = rates("def start(self):", "    self.cleanup = Cleanup(self)")
    assert verdicts(ClientWithoutClose, source, files=files) == []
    assert verdicts(ClientWithoutClose, rates(), files=files) == [FOUND]


def test_base_of_another_module_closes_it() -> None:
    source = HEAD.replace("class Rates", "from app.base import Base\nclass Rates(Base)") + OPENED
    base = "class Base:\n    def close(self):\n        self._client.close()\n"
    assert verdicts(ClientWithoutClose, source, files={"src/app/base.py": base}) == [(7, OK)]


def test_base_of_another_module_closes_something_else() -> None:
    source = HEAD.replace("class Rates", "from app.base import Base\nclass Rates(Base)") + OPENED
    base = "class Base:\n    def close(self):\n        self._file.close()\n"
    assert verdicts(ClientWithoutClose, source, files={"src/app/base.py": base}) == [(7, BAD)]


def test_stranger_closes_an_attribute_of_the_same_name() -> None:
    other = "class Prices:\n    def close(self):\n        self._client.close()\n"
    assert verdicts(ClientWithoutClose, rates(), files={"src/app/prices.py": other}) == [FOUND]


def test_whoever_holds_the_instance_may_close_it() -> None:
    other = "async def stop(app):\n    app.state.rates._client.close()\n"
    assert verdicts(ClientWithoutClose, rates(), files={"src/app/main.py": other}) == []


def test_test_code_closes_nothing() -> None:
    other = "def test_it(rates):\n    rates._client.close()\n"
    assert verdicts(ClientWithoutClose, rates(), files={"tests/test_rates.py": other}) == [FOUND]
