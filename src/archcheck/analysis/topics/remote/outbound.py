"""Which calls reach another machine, and how is their waiting bounded? Kept as data.

Positions and defaults were read from the signatures of the standard library (Python 3.10 to 3.13) and of requests
2.34, urllib3 2.8, httpx 0.28, aiohttp 3.14, ldap3 2.9, paramiko 5.1, psycopg2 2.9, elasticsearch 9.5, pymongo 4.20,
botocore 1.44, openai 3.52, anthropic 2.11, stripe 16.1, docker 7.2, slack_sdk 3.47, asyncpg 0.32, websockets 17.4,
pika 1.4 and aiosmtplib 5.1. PyMySQL and psycopg 3 have a default that cannot be switched off: nobody can get it
wrong, so they are not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct


class Wait(Struct, frozen=True):
    """How long one kind of call may wait.

    Attributes:
        parameters: names of the arguments that bound it; each of them bounds it alone.
        position: where the first of them stands among the positional arguments (from 0); None for keyword only.
        bounded: the library bounds the wait by itself when none of them is given.
        endless: constants that switch the bound off.
        socket_default: without a bound of its own it takes that of `socket.setdefaulttimeout`.
        carrier: name and position of an argument that may hold the bound in itself: a DSN, a pool, a socket.
        from_receiver: a bound given to the constructor of its receiver is its own.
    """

    parameters: tuple[str, ...] = ("timeout",)
    position: int | None = None
    bounded: bool = False
    endless: tuple[int | None, ...] = (None,)
    socket_default: bool = False
    carrier: tuple[str, int | None] | None = None
    from_receiver: bool = False


_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")


def _each(owner: str, names: Iterable[str], wait: Wait) -> dict[str, Wait]:
    return {f"{owner}.{name}": wait for name in names}


_KEYWORD = Wait()
_BOUNDED = Wait(bounded=True)
_ON_CLIENT = Wait(bounded=True, from_receiver=True)
_AIOHTTP = Wait(bounded=True, endless=(None, 0), from_receiver=True)

_STANDARD_LIBRARY: Mapping[str, Wait] = {
    "ftplib.FTP": Wait(position=4, socket_default=True),
    "ftplib.FTP_TLS": Wait(position=7, socket_default=True),
    "http.client.HTTPConnection": Wait(position=2, socket_default=True),
    "http.client.HTTPSConnection": Wait(position=4, socket_default=True),
    "imaplib.IMAP4": Wait(position=2, socket_default=True),
    "imaplib.IMAP4_SSL": Wait(position=5, socket_default=True),
    "poplib.POP3": Wait(position=2, socket_default=True),
    "poplib.POP3_SSL": Wait(position=4, socket_default=True),
    "smtplib.LMTP": Wait(position=4, socket_default=True),
    "smtplib.SMTP": Wait(position=3, socket_default=True),
    "smtplib.SMTP_SSL": Wait(position=5, socket_default=True),
    "socket.create_connection": Wait(position=1, socket_default=True),
    "urllib.request.OpenerDirector.open": Wait(position=2, socket_default=True),
    "urllib.request.urlopen": Wait(position=2, socket_default=True),
}

_ENDLESS: Mapping[str, Wait] = {
    **_each("requests", _VERBS, _KEYWORD),
    **_each("requests.Session", (*_VERBS, "send"), _KEYWORD),
    "requests.Session.request": Wait(position=8),
    **_each(
        "urllib3.PoolManager",
        ("request", "urlopen"),
        Wait(socket_default=True, from_receiver=True),
    ),
    "ldap3.Server": Wait(("connect_timeout",), 7),
    "paramiko.SSHClient.connect": Wait(position=6, socket_default=True, carrier=("sock", 10)),
    "psycopg2.connect": Wait(("connect_timeout",), carrier=("dsn", 0)),
}

_BOUNDED_BY_DEFAULT: Mapping[str, Wait] = {
    **_each("httpx", (*_VERBS, "stream", "Client", "AsyncClient"), _BOUNDED),
    **_each("httpx.Client", (*_VERBS, "stream"), _ON_CLIENT),
    **_each("httpx.AsyncClient", (*_VERBS, "stream"), _ON_CLIENT),
    "urllib3.request": _BOUNDED,
    # For a session ``None`` means the default of five minutes, for a request no bound.
    "aiohttp.ClientSession": Wait(bounded=True, endless=()),
    "aiohttp.request": Wait(bounded=True, endless=(None, 0)),
    **_each("aiohttp.ClientSession", _VERBS, _AIOHTTP),
    **_each("openai", ("OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI"), _BOUNDED),
    **_each("anthropic", ("Anthropic", "AsyncAnthropic"), _BOUNDED),
    **_each("stripe", ("HTTPXClient", "RequestsClient"), Wait(position=0, bounded=True)),
    **_each("docker", ("from_env", "DockerClient"), _BOUNDED),
    "docker.APIClient": Wait(position=2, bounded=True),
    "slack_sdk.WebClient": Wait(position=2, bounded=True),
    "slack_sdk.web.async_client.AsyncWebClient": Wait(position=2, bounded=True),
    "slack_sdk.webhook.WebhookClient": Wait(position=1, bounded=True),
    **_each("asyncpg", ("connect", "create_pool"), _BOUNDED),
    **_each("aiosmtplib", ("SMTP", "send"), _BOUNDED),
    **_each(
        "elasticsearch",
        ("Elasticsearch", "AsyncElasticsearch"),
        Wait(("request_timeout", "timeout"), bounded=True),
    ),
    **_each(
        "pymongo",
        ("MongoClient", "AsyncMongoClient"),
        Wait(("connectTimeoutMS",), bounded=True, endless=(None, 0)),
    ),
    **_each(
        "boto3",
        ("client", "resource", "Session.client", "Session.resource"),
        Wait(("config",), bounded=True),
    ),
    "pika.ConnectionParameters": Wait(("socket_timeout",), 10, bounded=True),
    **_each(
        "websockets", ("connect", "sync.client.connect"), Wait(("open_timeout",), bounded=True)
    ),
}

#: A method of a generated gRPC stub takes the request, then the bound.
GRPC_STUB = "grpc.Stub"
_GRPC = Wait(position=1)

#: Bounded from redis-py 8.0.0 on, and endless before.
REDIS: Mapping[str, Wait] = {
    **_each(
        "redis",
        ("Redis", "StrictRedis"),
        Wait(("socket_timeout",), 4, carrier=("connection_pool", None)),
    ),
    **_each("redis", ("from_url", "Redis.from_url", "ConnectionPool"), Wait(("socket_timeout",))),
    "redis.ConnectionPool.from_url": Wait(("socket_timeout",)),
    "redis.asyncio.Redis": Wait(("socket_timeout",), carrier=("connection_pool", None)),
    **_each(
        "redis.asyncio", ("from_url", "Redis.from_url", "ConnectionPool"), Wait(("socket_timeout",))
    ),
    "redis.asyncio.ConnectionPool.from_url": Wait(("socket_timeout",)),
}

OUTBOUND: Mapping[str, Wait] = {
    **_STANDARD_LIBRARY,
    **_ENDLESS,
    **_BOUNDED_BY_DEFAULT,
    **REDIS,
}


class TimeoutObject(Struct, frozen=True):
    """A class whose instances stand for a bound.

    Attributes:
        parameters: arguments of which each bounds the wait.
        endless: constants that switch a bound off.
        bounded: the library bounds the wait when none of them is given.
    """

    parameters: tuple[str, ...]
    endless: tuple[int | None, ...] = (None,)
    bounded: bool = True


TIMEOUT_OBJECTS: Mapping[str, TimeoutObject] = {
    "aiohttp.ClientTimeout": TimeoutObject(
        ("total", "connect", "sock_read", "sock_connect"), endless=(None, 0), bounded=False
    ),
    "botocore.config.Config": TimeoutObject(("connect_timeout", "read_timeout")),
    "httpx.Timeout": TimeoutObject(("timeout", "connect", "read", "write", "pool")),
}


def wait_of(target: str) -> Wait | None:
    """How the call of ``target`` may wait; None when it is no known outbound call."""
    return _GRPC if target.startswith(f"{GRPC_STUB}.") else OUTBOUND.get(target)


#: Context managers, and functions that take an awaitable, that end what runs inside after some time.
DEADLINES = frozenset(
    {
        "anyio.fail_after",
        "anyio.move_on_after",
        "async_timeout.timeout",
        "async_timeout.timeout_at",
        "asyncio.timeout",
        "asyncio.timeout_at",
        "asyncio.timeouts.timeout",
        "asyncio.wait_for",
        "eventlet.Timeout",
        "eventlet.timeout.Timeout",
        "gevent.Timeout",
        "gevent.timeout.Timeout",
        "trio.fail_after",
        "trio.move_on_after",
    }
)
