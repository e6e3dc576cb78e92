"""ARC0301: which outbound calls can wait for ever."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.graceful_degradation.call_without_timeout import CallWithoutTimeout
from archcheck.testing import outcomes

RULE = CallWithoutTimeout
HEAD = (
    "import aiohttp, asyncio, boto3, functools, ftplib, http.client, httpx, ldap3, paramiko, psycopg2, redis\n"
    "import requests, smtplib, socket, urllib.request, urllib3\n"
    "from botocore.config import Config\n"
)


def verdicts(code: str, files: dict[str, str] | None = None) -> list[str]:
    """What the rule says of each outbound call of ``code``, in order."""
    found = outcomes(RULE, Example("A case.", HEAD + code, files=files or {}))
    return [outcome.verdict.value for outcome in found]


ENDLESS = [
    "requests.get(url)",
    "requests.request('GET', url, None)",
    "requests.post(url, timeout=None)",
    "requests.get(url, timeout=(None, None))",
    "requests.Session().get(url)",
    "requests.session().send(prepared)",
    "with requests.Session() as s:\n    s.get(url)",
    "fetch = requests.get\nfetch(url)",
    "class C:\n    def __init__(self):\n        self.fetch = requests.get\n    def load(self):\n        self.fetch(url)",
    "from requests.api import head as h\nh(url)",
    "s = requests.Session()\ns.mount('https://', requests.adapters.HTTPAdapter(max_retries=3))\ns.get(url)",
    "s = requests.Session()\ns.headers = {}\ns.get(url)",
    "def f(s: requests.Session):\n    s.get(url)",
    "urllib.request.urlopen(url)",
    "urllib.request.urlopen(url, data)",
    "urllib.request.urlopen(url, timeout=None)",
    "urllib.request.build_opener().open(url)",
    "http.client.HTTPSConnection(host, 443)",
    "socket.create_connection((host, 80))",
    "smtplib.SMTP(host)",
    "smtplib.SMTP()",
    "ftplib.FTP(host)",
    "ldap3.Server(host)",
    "paramiko.SSHClient().connect(host)",
    "urllib3.PoolManager().request('GET', url)",
    "pool = urllib3.PoolManager(4)\npool.request('GET', url)",
    "psycopg2.connect('dbname=shop')",
    "psycopg2.connect(dbname=name)",
    "httpx.get(url, timeout=None)",
    "httpx.Client(timeout=httpx.Timeout(None))",
    "httpx.AsyncClient(timeout=httpx.Timeout(timeout=None))",
    "httpx.Timeout(5)\nhttpx.post(url, timeout=httpx.Timeout(read=None, connect=None, write=None, pool=None))",
    "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))",
    "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0))",
    "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout())",
    "aiohttp.request('GET', url, timeout=0)",
    "urllib3.request('GET', url, timeout=None)",
    "boto3.client('s3', config=Config(read_timeout=None))",
    "def f(s: requests.Session):\n    with lock:\n        s.get(url)",
]

BOUNDED = [
    "requests.get(url, timeout=5)",
    "requests.get(url, timeout=(3, 10))",
    "requests.get(url, timeout=(3, None))",
    "requests.get(url, timeout=settings.timeout)",
    "requests.Session().request('GET', url, None, None, None, None, None, None, 5)",
    "urllib.request.urlopen(url, None, 5)",
    "urllib.request.build_opener().open(url, None, 5)",
    "http.client.HTTPConnection(host, 80, 5)",
    "socket.create_connection((host, 80), 5)",
    "smtplib.SMTP(host, 25, None, 5)",
    "ftplib.FTP(host, timeout=5)",
    "ldap3.Server(host, connect_timeout=5)",
    "paramiko.SSHClient().connect(host, timeout=5)",
    "urllib3.PoolManager(timeout=5).request('GET', url)",
    "psycopg2.connect(dsn, connect_timeout=5)",
    "httpx.get(url)",
    "httpx.Client()",
    "httpx.Client(timeout=0)",
    "httpx.stream('GET', url, timeout=httpx.Timeout(None, connect=5))",
    "httpx.stream('GET', url, timeout=httpx.Timeout(5, read=None))",
    "fetch = functools.partial(requests.get, timeout=5)\nfetch(url)",
    "aiohttp.ClientSession()",
    "aiohttp.ClientSession(timeout=None)",
    "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_read=5))",
    "urllib3.request('GET', url)",
    "boto3.client('s3')",
    "boto3.client('s3', config=Config(signature_version='v4'))",
    "boto3.client('s3', config=Config(read_timeout=None, connect_timeout=5))",
    "import openai\nopenai.OpenAI()",
    "from slack_sdk.web.client import WebClient\nWebClient(token)",
]

UNKNOWN = [
    "requests.get(url, **options)",
    "requests.Session().request(*arguments)",
    "urllib.request.urlopen(*arguments)",
    "s = make()\ns.get(url)",
    (
        "class C:\n    def __init__(self, fetch):\n        self.fetch = requests.get\n        self.fetch = fetch\n"
        "    def load(self):\n        self.fetch(url)"
    ),
    "def f(requests):\n    requests.get(url)",
    "requests = make()\nrequests.get(url)",
    "fetch = functools.partial(requests.get, **options)\nfetch(url)",
    "s = requests.Session()\ns.request = functools.partial(s.request, timeout=5)\ns.get(url)",
    "s = requests.Session()\ns.mount('https://', TimeoutHTTPAdapter(timeout=5))\ns.get(url)",
    (
        "def make() -> requests.Session:\n    s = requests.Session()\n    s.mount('http://', adapter)\n    return s\n"
        "make().get(url)"
    ),
    "class Bound(requests.Session):\n    def request(self, *a, **k): ...\nBound().get(url)",
    "ftplib.FTP()",
    "def f(url):\n    if url.startswith('data:'):\n        return urllib.request.urlopen(url).read()",
    "psycopg2.connect(dsn)",
    "psycopg2.connect('host=db connect_timeout=5')",
    "paramiko.SSHClient().connect(host, sock=proxy)",
    "def f(pool: urllib3.PoolManager):\n    pool.request('GET', url)",
    "urllib3.PoolManager(**options).request('GET', url)",
    "redis.Redis()",
    "redis.Redis(socket_timeout=None)",
    "client = urllib.parse\nclient.quote(url)",
]


@pytest.mark.parametrize("code", ENDLESS)
def test_can_wait_for_ever(code: str) -> None:
    assert verdicts(code)[-1] == "violates"
    assert verdicts(code).count("violates") == 1


@pytest.mark.parametrize("code", BOUNDED)
def test_is_bounded(code: str) -> None:
    assert verdicts(code) == ["complies"]


@pytest.mark.parametrize("code", UNKNOWN)
def test_is_no_opportunity(code: str) -> None:
    assert verdicts(code) == []


def test_an_unseen_part_of_a_timeout_object_is_no_violation() -> None:
    assert verdicts("httpx.Client(timeout=httpx.Timeout(None, **limits))") == ["complies"]


def test_a_client_without_a_bound_is_reported_once() -> None:
    code = "c = httpx.Client(timeout=None)\nc.get(url)\nc.post(url)\nc.get(url, timeout=5)"
    assert verdicts(code) == ["violates", "complies"]


def test_the_switched_off_default_has_its_own_words() -> None:
    (off,) = outcomes(RULE, Example("Off.", HEAD + "httpx.get(url, timeout=None)"))
    assert off.message == "`httpx.get` switches its timeout off: a stalled peer blocks it for ever"
    (absent,) = outcomes(RULE, Example("Absent.", HEAD + "requests.get(url)"))
    assert absent.message == "`requests.get` has no timeout: a stalled peer blocks it for ever"


# --- deadlines around the call


@pytest.mark.parametrize(
    "code",
    [
        "    async with asyncio.timeout(5):\n        await c.get(url, timeout=None)",
        "    await asyncio.wait_for(c.get(url, timeout=None), 5)",
        "    import anyio\n    with anyio.fail_after(5):\n        await c.get(url, timeout=None)",
        "    from async_timeout import timeout\n    async with timeout(5):\n        await c.get(url, timeout=None)",
    ],
)
def test_a_deadline_bounds_an_awaited_call(code: str) -> None:
    assert verdicts(f"async def f(c: httpx.AsyncClient):\n{code}") == ["complies"]


def test_a_deadline_does_not_interrupt_a_blocking_call() -> None:
    code = "async def f():\n    async with asyncio.timeout(5):\n        requests.get(url)"
    assert verdicts(code) == []


# --- facts of other files


SETS_DEFAULT = {
    "src/app/__init__.py": "",
    "src/app/main.py": "import socket\nsocket.setdefaulttimeout(5)\n",
}


def test_a_default_for_sockets_bounds_the_calls_that_heed_it() -> None:
    assert verdicts("urllib.request.urlopen(url)", SETS_DEFAULT) == ["complies"]
    assert verdicts("requests.get(url)", SETS_DEFAULT) == ["violates"]
    assert verdicts("urllib.request.urlopen(url, timeout=None)", SETS_DEFAULT) == ["violates"]


def test_a_default_set_in_a_function_counts() -> None:
    files = {
        "src/app/__init__.py": "",
        "src/app/main.py": "import socket\ndef f():\n    socket.setdefaulttimeout(5)\n",
    }
    assert verdicts("urllib.request.urlopen(url)", files) == ["complies"]


def test_a_default_set_in_a_test_does_not() -> None:
    files = {"tests/test_main.py": "import socket\nsocket.setdefaulttimeout(5)\n"}
    assert verdicts("urllib.request.urlopen(url)", files) == ["violates"]


@pytest.mark.parametrize(
    ("setup", "expected_verdicts"),
    [
        ("session = requests.Session()", ["violates"]),
        ("session = requests.Session()\nsession.mount('https://', Timeouts())", []),
        ("from app.sessions import session", []),
        ("session: requests.Session = make()", ["violates"]),
        ("session = make()", []),
    ],
)
def test_a_session_of_another_module(setup: str, expected_verdicts: list[str]) -> None:
    files = {"src/app/__init__.py": "", "src/app/http.py": f"import requests\n{setup}\n"}
    assert verdicts("from app.http import session\nsession.get(url)", files) == expected_verdicts
    assert verdicts("from app import http as h\nh.session.get(url)", files) == expected_verdicts


def lock(version: str) -> dict[str, str]:
    return {
        "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
        "uv.lock": f'version = 1\n\n[[package]]\nname = "redis"\nversion = "{version}"\n',
    }


@pytest.mark.parametrize(
    ("version", "code", "expected_verdicts"),
    [
        ("7.4.0", "redis.Redis(host)", ["violates"]),
        ("7.4.0", "redis.from_url(url)", ["violates"]),
        ("7.4.0", "redis.Redis.from_url(url, socket_timeout=5)", ["complies"]),
        ("7.4.0", "redis.Redis(host, 6379, 0, None, 5)", ["complies"]),
        ("7.4.0", "redis.Redis(connection_pool=pool)", []),
        ("7.4.0", "redis.Redis(socket_timeout=None)", []),
        ("7.4.0", "from redis.asyncio.client import Redis\nRedis()", ["violates"]),
        ("8.0.0", "redis.Redis(host)", ["complies"]),
        ("8.1.0", "redis.Redis(socket_timeout=None)", []),
    ],
)
def test_redis_by_its_locked_version(version: str, code: str, expected_verdicts: list[str]) -> None:
    assert verdicts(code, lock(version)) == expected_verdicts


# --- gRPC


STUB = (
    "import grpc\nfrom app.shop_pb2_grpc import ShopStub\nchannel = grpc.aio.insecure_channel(address{})\n"
    "stub = ShopStub(channel)\nasync def f():\n    {}\n"
)


@pytest.mark.parametrize(
    ("options", "call", "expected_verdicts"),
    [
        ("", "await stub.Buy(request)", ["violates"]),
        ("", "await stub.Buy(request, timeout=5)", ["complies"]),
        ("", "await stub.Buy(request, 5)", ["complies"]),
        ("", "return stub.Buy(request).price", ["violates"]),
        ("", "async for event in stub.Watch(request): ...", []),
        (", interceptors=[deadline]", "await stub.Buy(request)", []),
    ],
)
def test_a_grpc_call(options: str, call: str, expected_verdicts: list[str]) -> None:
    assert verdicts(STUB.format(options, call)) == expected_verdicts


def test_a_stub_on_a_channel_from_elsewhere_is_unknown() -> None:
    code = "from app.shop_pb2_grpc import ShopStub\nasync def f(channel):\n    await ShopStub(channel).Buy(request)"
    assert verdicts(code) == []


@pytest.mark.parametrize("role", ["tests/test_http.py", "scripts/load.py", "docs/example.py"])
def test_other_roles_are_left_alone(role: str) -> None:
    assert outcomes(RULE, Example("Elsewhere.", HEAD + "requests.get(url)", path=role)) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("httpx.Client().stream('GET', url, timeout=None)", True),
        ("requests.get(url, stream=True, timeout=None)", True),
        ("requests.get(url, stream=True)", False),
        ("requests.get(url, stream=False, timeout=None)", False),
    ],
)
def test_a_stream_that_was_told_to_wait_is_advice(code: str, advice: bool) -> None:
    found = outcomes(RULE, Example("A stream.", HEAD + code))
    assert [outcome.advice for outcome in found if outcome.verdict is Verdict.VIOLATES] == [advice]


def test_a_script_that_somebody_watches_is_advice() -> None:
    code = (
        "if __name__ == '__main__':\n    def renew():\n        urllib.request.urlopen(URL).read()\n"
    )
    (outcome,) = outcomes(RULE, Example("A case.", HEAD + code))
    assert (outcome.verdict, outcome.advice) == (Verdict.VIOLATES, True)
