"""Which calls of libraries block the thread that makes them?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.syntax.blocks import earlier_statements
from archcheck.analysis.syntax.scopes import FUNCTIONS

_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")


def _names(methods: Mapping[str, Iterable[str]]) -> frozenset[str]:
    return frozenset(f"{owner}.{name}" for owner, names in methods.items() for name in names)


_DATABASES = (
    "MySQLdb",
    "mysql.connector",
    "oracledb",
    "psycopg",
    "psycopg2",
    "pymssql",
    "pymysql",
    "pyodbc",
)
_WAITING = {
    "concurrent.futures.Future": ("exception", "result"),
    "http.client.HTTPConnection": ("connect", "getresponse", "request"),
    "http.client.HTTPSConnection": ("connect", "getresponse", "request"),
    "httpx": (*_VERBS, "stream"),
    "httpx.Client": (*_VERBS, "send", "stream"),
    "os": ("popen", "system"),
    "requests": _VERBS,
    "requests.Session": (*_VERBS, "send"),
    "smtplib.SMTP": ("connect", "login", "sendmail", "send_message", "starttls"),
    "smtplib.SMTP_SSL": ("connect", "login", "sendmail", "send_message"),
    "socket": ("create_connection", "getaddrinfo", "gethostbyaddr", "gethostbyname"),
    "subprocess": ("call", "check_call", "check_output", "getoutput", "getstatusoutput", "run"),
    "time": ("sleep",),
    "urllib.request": ("urlopen", "urlretrieve"),
    "urllib3": ("request",),
    "urllib3.PoolManager": ("request", "urlopen"),
    **dict.fromkeys(_DATABASES, ("connect",)),
}
_BRIEF = {
    "shutil": ("copy", "copy2", "copyfile", "copytree", "make_archive", "move", "rmtree"),
    "sqlite3": ("connect",),
    "subprocess": ("Popen",),
}
#: Calls that wait for another machine, another process or the clock.
BLOCKING = _names(_WAITING)
#: Calls that stay on this machine, and are short more often than not; and the question to whoever sits in front of
#: it, for who asks at a terminal seldom serves others meanwhile.
BRIEFLY_BLOCKING = _names(_BRIEF) | {"input"}
_BOTO_CLIENT = "botocore.client.BaseClient"
_BOTO_PACKAGES = ("boto3", "botocore")
_SMTP = ("smtplib.SMTP", "smtplib.SMTP_SSL")
_LAST_SEGMENTS = frozenset(
    name.rpartition(".")[2] for name in (*BLOCKING, *BRIEFLY_BLOCKING, *_SMTP)
)
#: The methods of a client of boto3 that ask nobody; all others are made from the service's description.
_BOTO_LOCAL = frozenset(
    {
        "can_paginate",
        "close",
        "generate_presigned_post",
        "generate_presigned_url",
        "get_paginator",
        "get_waiter",
    }
)
#: Calls of `BLOCKING` that need not wait: it depends on what they are given.
_BY_ARGUMENTS = frozenset(
    {
        "concurrent.futures.Future.exception",
        "concurrent.futures.Future.result",
        "socket.getaddrinfo",
        "time.sleep",
        "urllib.request.urlopen",
    }
)
#: Seconds; a shorter wait is no longer than what ordinary computing takes.
_PERCEPTIBLE = 0.01
#: Words of a condition on work that has ended.
_OVER = re.compile(r"(?:^|_)(?:done|finished|completed?|ready)$")
_DATA_URL = re.compile(r"(?:^|_)data_ur[il]", re.IGNORECASE)


def waiting_calls(module: Module) -> dict[ast.Call, str]:
    """The calls that surely wait, for something outside of the program or briefly, see `CallFact.waits`.

    One that is awaited does not block.
    """
    calls = (
        module.nodes(ast.Call)
        if module.imports(*_BOTO_PACKAGES)
        else module.calls.named(_LAST_SEGMENTS)
    )
    found: dict[ast.Call, str] = {}
    for call in calls:
        if _is_one_of(BLOCKING, call, module):
            found[call] = "outside"
        elif _is_one_of(BRIEFLY_BLOCKING, call, module):
            found[call] = "briefly"
    return found


def blocks_by_name(name: str) -> bool:
    """Whether a call of ``name`` blocks, whatever its arguments are."""
    owner, _, method = name.rpartition(".")
    return (name in BLOCKING and name not in _BY_ARGUMENTS) or (
        owner == _BOTO_CLIENT and method not in _BOTO_LOCAL
    )


def _is_one_of(known: frozenset[str], call: ast.Call, module: Module) -> bool:
    if isinstance(module.parent(call), ast.Await) or _waits_for_no_time(call):
        return False
    names = module.names(call.func)
    return bool(names) and all(
        (name in known and not _answers_itself(name, call, module))
        or (known is BLOCKING and _asks_another_machine(name, call))
        for name in names
    )


def _answers_itself(name: str, call: ast.Call, module: Module) -> bool:
    """Whether the arguments hold the answer: a ``data:`` URL, an address that is already numeric."""
    if name == "socket.getaddrinfo":
        return any(
            isinstance(part, (ast.Name, ast.Attribute)) and "NUMERIC" in simple_name(part)
            for argument in (*call.args, *call.keywords)
            for part in ast.walk(argument)
        )
    if name == "urllib.request.urlopen":
        function = module.function_of(call)
        spoken_of = [getattr(function, "name", ""), *(simple_name(each) for each in call.args[:1])]
        return any(_DATA_URL.search(word) for word in spoken_of)
    return name.startswith("concurrent.futures.Future.") and _is_over(call, module)


def _is_over(call: ast.Call, module: Module) -> bool:
    """Whether a condition around the call or a loop before it has found the work done."""
    node: ast.AST | None = module.statement_of(call)
    while isinstance(node, (ast.stmt, ast.ExceptHandler)) and not isinstance(node, FUNCTIONS):
        loops = (each for each in earlier_statements(node, module) if isinstance(each, ast.While))
        for asked in (*loops, *((node,) if isinstance(node, (ast.If, ast.While)) else ())):
            parts = (
                simple_name(part)
                for part in ast.walk(asked.test)
                if isinstance(part, (ast.Name, ast.Attribute))
            )
            if any(_OVER.search(part) for part in parts):
                return True
        node = module.parent(node)
    return False


def _asks_another_machine(name: str, call: ast.Call) -> bool:
    if name in _SMTP:  # connects only when it is told where to
        return bool(call.args) or any(keyword.arg == "host" for keyword in call.keywords)
    owner, _, method = name.rpartition(".")
    return owner == _BOTO_CLIENT and method not in _BOTO_LOCAL


def _waits_for_no_time(call: ast.Call) -> bool:
    """``time.sleep(0)``, ``time.sleep(0.001)``, ``future.result(timeout=0)``."""
    waits = [
        *call.args[:1],
        *(keyword.value for keyword in call.keywords if keyword.arg == "timeout"),
    ]
    return any(
        isinstance(wait, ast.Constant)
        and isinstance(wait.value, (int, float))
        and not isinstance(wait.value, bool)
        and 0 <= wait.value < _PERCEPTIBLE
        for wait in waits
    )
