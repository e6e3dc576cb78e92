"""Which calls block the thread that makes them, themselves or through functions of the same module?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from archcheck.analysis.functions import called_names
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.values import short, simple_name
from archcheck.model import TraceStep

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
#: Calls that wait for another machine, another process, a person or the clock.
BLOCKING = _names(_WAITING) | {"input"}
#: Calls that stay on this machine, and are short more often than not.
BRIEFLY_BLOCKING = _names(_BRIEF)
_BOTO_CLIENT = "botocore.client.BaseClient"
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
_DATA_URL = re.compile(r"(?:^|_)data_ur[il]", re.IGNORECASE)
_TRANSPARENT = frozenset({"staticmethod", "classmethod", "functools.cache", "functools.lru_cache"})
_HOPS = 3


def blocks(call: ast.Call, module: Module) -> bool:
    """Whether ``call`` surely waits for something outside of the program; one that is awaited does not."""
    return _is_one_of(BLOCKING, call, module)


def blocks_briefly(call: ast.Call, module: Module) -> bool:
    """Whether ``call`` surely does work on this machine that is mostly short."""
    return _is_one_of(BRIEFLY_BLOCKING, call, module)


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
    return False


def _asks_another_machine(name: str, call: ast.Call) -> bool:
    if name in ("smtplib.SMTP", "smtplib.SMTP_SSL"):  # connects only when it is told where to
        return bool(call.args) or any(keyword.arg == "host" for keyword in call.keywords)
    owner, _, method = name.rpartition(".")
    return owner == _BOTO_CLIENT and method not in _BOTO_LOCAL


def _waits_for_no_time(call: ast.Call) -> bool:
    """``time.sleep(0)``, ``future.result(timeout=0)``."""
    waits = [
        *call.args[:1],
        *(keyword.value for keyword in call.keywords if keyword.arg == "timeout"),
    ]
    return any(
        isinstance(wait, ast.Constant) and wait.value == 0 and not isinstance(wait.value, bool)
        for wait in waits
    )


class BlockingCalls:
    """Follows the calls of one module to the call that blocks.

    Args:
        module: functions of other modules are not followed.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._functions = _unambiguous(module)
        self._inner: dict[tuple[AnyFunction, int], tuple[TraceStep, ...]] = {}

    def chain(self, call: ast.Call, hops: int = _HOPS) -> tuple[TraceStep, ...]:
        """The calls from ``call`` to the one that blocks; empty when it does not surely come to one.

        Args:
            call: where to begin.
            hops: how many functions to enter at most.
        """
        step = TraceStep(self._module.path, call.lineno, short(call.func))
        if blocks(call, self._module):
            return (step,)
        callee = self._callee(call) if hops else None
        inner = self._first_in(callee, hops - 1) if callee is not None else ()
        return (step, *inner) if inner else ()

    def _callee(self, call: ast.Call) -> ast.FunctionDef | None:
        """The function of this module that a call runs at once, in the thread of its caller."""
        names = called_names(self._module, call)
        function = self._functions.get(names[0]) if len(names) == 1 else None
        if not isinstance(function, ast.FunctionDef) or isinstance(
            self._module.parent(call), ast.Await
        ):
            return None
        for decorator in function.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._module.resolve(target) not in _TRANSPARENT:
                return None
        return function

    def _first_in(self, function: ast.FunctionDef, hops: int) -> tuple[TraceStep, ...]:
        known = self._inner.get((function, hops))
        if known is None:
            known = self._inner[function, hops] = self._search(function, hops)
        return known

    def _search(self, function: ast.FunctionDef, hops: int) -> tuple[TraceStep, ...]:
        own = list(self._module.own_nodes(function))
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own):
            return ()  # calling a generator function runs none of it
        for node in own:
            if isinstance(node, ast.Call) and _surely_runs(node, function, self._module):
                found = self.chain(node, hops)
                if found:
                    return found
        return ()


def _unambiguous(module: Module) -> Mapping[str, AnyFunction | None]:
    """The module's functions by qualified name; None where a name is defined more than once."""
    found: dict[str, AnyFunction | None] = {}
    for function in module.functions:
        name = module.symbols.definition_name(function)
        found[name] = None if name in found else function
    return found


def _surely_runs(node: ast.AST, function: ast.AST, module: Module) -> bool:
    """Whether no condition and no handler stands between a node and its function."""
    child = node
    for ancestor in module.ancestors(node):
        if ancestor is function:
            return True
        if isinstance(ancestor, (ast.If, ast.IfExp)) and child is not ancestor.test:
            return False
        if isinstance(ancestor, ast.BoolOp) and child is not ancestor.values[0]:
            return False
        if isinstance(ancestor, (ast.ExceptHandler, ast.Match)):
            return False
        if isinstance(ancestor, (ast.Try, ast.For, ast.While)) and child in ancestor.orelse:
            return False
        child = ancestor
    return False
