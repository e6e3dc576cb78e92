"""What is known about libraries without reading them: kept as data.

Sources: the libraries' own documentation and signatures. A name that is missing here is unknown, and no rule
speaks of it.
"""

from __future__ import annotations

import builtins

BUILTINS = frozenset(dir(builtins))

#: Private or long spellings -> the public name. The longest matching prefix wins.
CANONICAL = {
    "_pickle": "pickle",
    "aiohttp.client.ClientSession": "aiohttp.ClientSession",
    "asyncio.tasks": "asyncio",
    "asyncio.timeouts": "asyncio",
    "boto3.session.Session": "boto3.Session",
    "botocore.client.Config": "botocore.config.Config",
    "cPickle": "pickle",
    "celery.app.base.Celery": "celery.Celery",
    "fastapi.applications.FastAPI": "fastapi.FastAPI",
    "fastapi.exceptions.HTTPException": "fastapi.HTTPException",
    "fastapi.middleware.cors": "starlette.middleware.cors",
    "fastapi.param_functions": "fastapi",
    "fastapi.requests.Request": "starlette.requests.Request",
    "fastapi.Request": "starlette.requests.Request",
    "fastapi.WebSocket": "starlette.websockets.WebSocket",
    "fastapi.routing.APIRouter": "fastapi.APIRouter",
    "fastapi.testclient": "starlette.testclient",
    "flask.app.Flask": "flask.Flask",
    "flask.blueprints.Blueprint": "flask.Blueprint",
    "litestar.app.Litestar": "litestar.Litestar",
    "paramiko.client.SSHClient": "paramiko.SSHClient",
    "posix": "os",
    "pydantic.main.BaseModel": "pydantic.BaseModel",
    "redis.asyncio.client": "redis.asyncio",
    "redis.asyncio.connection": "redis.asyncio",
    "redis.client": "redis",
    "redis.connection": "redis",
    "requests.api": "requests",
    "requests.HTTPAdapter": "requests.adapters.HTTPAdapter",
    "requests.models.Response": "requests.Response",
    "requests.packages.urllib3": "urllib3",
    "requests.sessions.Session": "requests.Session",
    "requests.sessions.session": "requests.session",
    "six.moves.cPickle": "pickle",
    "slack_sdk.web.WebClient": "slack_sdk.WebClient",
    "slack_sdk.web.client.WebClient": "slack_sdk.WebClient",
    "slack_sdk.webhook.client": "slack_sdk.webhook",
    "sqlalchemy.engine.create_engine": "sqlalchemy.create_engine",
    "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.session.async_sessionmaker": "sqlalchemy.ext.asyncio.async_sessionmaker",
    "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
    "sqlalchemy.orm.session.sessionmaker": "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.orm.query.Query": "sqlalchemy.orm.Query",
    "sqlalchemy.orm.decl_api.DeclarativeBase": "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.engine.base": "sqlalchemy",
    "sqlalchemy.engine.Connection": "sqlalchemy.Connection",
    "sqlalchemy.engine.Engine": "sqlalchemy.Engine",
    "sqlalchemy.sql.expression.text": "sqlalchemy.text",
    "sqlalchemy.sql.text": "sqlalchemy.text",
    "starlette.applications.Starlette": "starlette.Starlette",
    "structlog.stdlib.get_logger": "structlog.get_logger",
    "structlog.getLogger": "structlog.get_logger",
    "tenacity.retry.retry": "tenacity.retry",
    "urllib3.poolmanager.PoolManager": "urllib3.PoolManager",
    "websockets.asyncio.client.connect": "websockets.connect",
    "websockets.client.connect": "websockets.connect",
    "yaml.loader": "yaml",
    "yaml.cyaml": "yaml",
}

_HTTP_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")
_RESPONSES = {
    "httpx": "httpx.Response",
    "httpx.AsyncClient": "httpx.Response",
    "httpx.Client": "httpx.Response",
    "aiohttp.ClientSession": "aiohttp.ClientResponse",
    "requests": "requests.Response",
    "requests.Session": "requests.Response",
}

#: Function -> the class whose instance it returns.
RETURNS = {
    **{f"{owner}.{verb}": kind for owner, kind in _RESPONSES.items() for verb in _HTTP_VERBS},
    **{
        f"{client}.stream": "httpx.Response"
        for client in ("httpx", "httpx.AsyncClient", "httpx.Client")
    },
    "aiohttp.request": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.ws_connect": "aiohttp.ClientWebSocketResponse",
    "anyio.create_task_group": "anyio.abc.TaskGroup",
    "argparse.ArgumentParser.parse_args": "argparse.Namespace",
    "asyncio.create_subprocess_exec": "asyncio.subprocess.Process",
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "asyncio.new_event_loop": "asyncio.AbstractEventLoop",
    "asyncpg.connect": "asyncpg.Connection",
    "asyncpg.create_pool": "asyncpg.Pool",
    "asyncpg.Pool.acquire": "asyncpg.Connection",
    "logging.Logger.getChild": "logging.Logger",
    "logging.getLogger": "logging.Logger",
    "boto3.client": "botocore.client.BaseClient",
    "boto3.Session.client": "botocore.client.BaseClient",
    "celery.utils.log.get_task_logger": "logging.Logger",
    "absl.logging.get_absl_logger": "logging.Logger",
    "loguru.Logger.bind": "loguru.Logger",
    "loguru.Logger.opt": "loguru.Logger",
    "multiprocessing.get_logger": "logging.Logger",
    "open": "io.TextIOWrapper",
    "os.environ.copy": "dict",
    "pymysql.connect": "pymysql.Connection",
    "pymysql.Connection.cursor": "pymysql.cursors.Cursor",
    **{
        f"{home}.{maker}": f"{home}.Redis"
        for home in ("redis", "redis.asyncio")
        for maker in ("from_url", "Redis.from_url", "StrictRedis", "StrictRedis.from_url")
    },
    "redis.Redis.pipeline": "redis.Pipeline",
    "redis.asyncio.Redis.pipeline": "redis.asyncio.Pipeline",
    "psycopg.AsyncConnection.connect": "psycopg.AsyncConnection",
    "psycopg.AsyncConnection.cursor": "psycopg.AsyncCursor",
    "psycopg.connect": "psycopg.Connection",
    "psycopg.Connection.connect": "psycopg.Connection",
    "psycopg.Connection.cursor": "psycopg.Cursor",
    "psycopg2.connect": "psycopg2.connection",
    "psycopg2.connection.cursor": "psycopg2.cursor",
    "requests.session": "requests.Session",
    "socket.create_connection": "socket.socket",
    "sqlalchemy.create_engine": "sqlalchemy.Engine",
    "sqlalchemy.Engine.begin": "sqlalchemy.Connection",
    "sqlalchemy.Engine.connect": "sqlalchemy.Connection",
    "sqlalchemy.ext.asyncio.create_async_engine": "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.AsyncEngine.begin": "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.ext.asyncio.AsyncEngine.connect": "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.ext.asyncio.async_scoped_session": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.async_sessionmaker.begin": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.AsyncSession.connection": "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlalchemy.orm.scoped_session": "sqlalchemy.orm.Session",
    "sqlalchemy.orm.Session.connection": "sqlalchemy.Connection",
    "sqlalchemy.orm.Session.query": "sqlalchemy.orm.Query",
    **{
        f"sqlalchemy.orm.Query.{step}": "sqlalchemy.orm.Query"
        for step in (
            "distinct",
            "enable_eagerloads",
            "execution_options",
            "filter",
            "filter_by",
            "group_by",
            "having",
            "join",
            "limit",
            "offset",
            "options",
            "order_by",
            "outerjoin",
            "params",
            "populate_existing",
            "select_from",
            "where",
            "with_entities",
            "with_for_update",
        )
    },
    **{
        f"{owner}.{method}": f"sqlalchemy.{result}"
        for owner in (
            "sqlalchemy.Connection",
            "sqlalchemy.ext.asyncio.AsyncConnection",
            "sqlalchemy.ext.asyncio.AsyncSession",
            "sqlalchemy.orm.Session",
            "sqlmodel.Session",
            "sqlmodel.ext.asyncio.session.AsyncSession",
        )
        for method, result in (("execute", "Result"), ("scalars", "ScalarResult"))
    },
    **{
        f"sqlalchemy.{owner}.{method}": f"sqlalchemy.{result}"
        for owner, method, result in (
            ("MappingResult", "unique", "MappingResult"),
            ("Result", "mappings", "MappingResult"),
            ("Result", "scalars", "ScalarResult"),
            ("Result", "unique", "Result"),
            ("ScalarResult", "unique", "ScalarResult"),
        )
    },
    "sqlmodel.Session.query": "sqlalchemy.orm.Query",
    "sqlalchemy.orm.sessionmaker.begin": "sqlalchemy.orm.Session",
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.Connection.cursor": "sqlite3.Cursor",
    "sqlite3.Connection.execute": "sqlite3.Cursor",
    "ssl.create_default_context": "ssl.SSLContext",
    "ssl._create_unverified_context": "ssl.SSLContext",
    "structlog.get_logger": "structlog.BoundLogger",
    "structlog.BoundLogger.bind": "structlog.BoundLogger",
    "structlog.BoundLogger.new": "structlog.BoundLogger",
    "tempfile.NamedTemporaryFile": "io.TextIOWrapper",
    "trio.open_nursery": "trio.Nursery",
    "urllib.request.build_opener": "urllib.request.OpenerDirector",
    "urllib.request.urlopen": "http.client.HTTPResponse",
    "grpc.insecure_channel": "grpc.Channel",
    "grpc.secure_channel": "grpc.Channel",
    "grpc.aio.insecure_channel": "grpc.Channel",
    "grpc.aio.secure_channel": "grpc.Channel",
    "concurrent.futures.ThreadPoolExecutor.submit": "concurrent.futures.Future",
    "concurrent.futures.ProcessPoolExecutor.submit": "concurrent.futures.Future",
}

#: Class -> the class of what its instances give when called.
CALLED_INSTANCES = {
    "sqlalchemy.ext.asyncio.async_sessionmaker": "sqlalchemy.ext.asyncio.AsyncSession",
    # A scoped session passes for the session that it stands for, and gives that one when called.
    "sqlalchemy.ext.asyncio.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.orm.Session": "sqlalchemy.orm.Session",
    "sqlalchemy.orm.sessionmaker": "sqlalchemy.orm.Session",
}

#: Class -> the class of what ``with`` binds, where it is not the same.
ENTERED = {
    "tempfile.SpooledTemporaryFile": "io.TextIOWrapper",
    "tempfile.TemporaryDirectory": "str",
}

#: Function -> the class that stands for those that it makes.
CLASS_FACTORIES = {
    "collections.namedtuple": "typing.NamedTuple",
    "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.orm.declarative_base": "sqlalchemy.orm.DeclarativeBase",
}

#: Module-level names of libraries that are instances -> their class.
INSTANCES = {
    "flask_sqlalchemy.SQLAlchemy.session": "sqlalchemy.orm.Session",
    "flask.current_app.logger": "logging.Logger",
    "flask.Flask.logger": "logging.Logger",
    "quart.Quart.logger": "logging.Logger",
    "loguru.logger": "loguru.Logger",
    "logging.root": "logging.Logger",
    "flask.request": "flask.Request",
    "quart.request": "quart.Request",
}

#: Lower-case classes, which the spelling rule for constructors would miss.
LOWER_CASE_CLASSES = frozenset(
    {
        "aiohttp.web.Application",
        "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sqlalchemy.orm.sessionmaker",
        "collections.defaultdict",
        "collections.deque",
        "bytearray",
        "bytes",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "decimal.Decimal",
        "dict",
        "frozenset",
        "list",
        "mmap.mmap",
        "set",
        "socket.socket",
        "str",
        "tuple",
        "float",
        "int",
        "bool",
        "object",
        "threading.local",
    }
)


def returned(callee: str) -> str:
    """The class of what a call of ``callee`` gives; ``""`` when unknown.

    >>> returned("requests.session")
    'requests.Session'
    """
    known = RETURNS.get(callee)
    if known is not None:
        return known
    # Classes are capitalised (PEP 8) and constants are not called; anything else is a function.
    last = callee.rpartition(".")[2].lstrip("_")
    return callee if callee in LOWER_CASE_CLASSES or last[:1].isupper() else ""


def canonical(name: str) -> str:
    """The public spelling of a qualified name.

    >>> canonical("requests.api.get")
    'requests.get'
    """
    if name.partition(".")[0] not in _CANONICAL_ROOTS:
        return name
    prefix = name
    while prefix:
        if prefix in CANONICAL:
            return CANONICAL[prefix] + name[len(prefix) :]
        prefix = prefix.rpartition(".")[0]
    return name


_CANONICAL_ROOTS = frozenset(name.partition(".")[0] for name in CANONICAL)
