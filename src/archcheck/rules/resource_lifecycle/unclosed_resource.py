"""ARC1001."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.lifecycle.fate import LEFT_OPEN, PUT_AWAY, fate_of
from archcheck.analysis.topics.lifecycle.resources import (
    CONNECTIONS,
    FILES,
    HANDED_IN,
    HTTP_CLIENTS,
    SESSIONS,
    WORKER_POOLS,
)
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed

_WATCHED = FILES | CONNECTIONS | WORKER_POOLS | HTTP_CLIENTS | SESSIONS
_TAILS = frozenset(name.rpartition(".")[2] for name in _WATCHED)
#: These open a path, or wrap a file that somebody else opened and closes.
_WRAPPERS = frozenset(
    {"zipfile.ZipFile", "gzip.open", "bz2.open", "bz2.BZ2File", "lzma.open", "lzma.LZMAFile"}
)
_PATH_TYPES = frozenset({"str", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_PATH_MAKERS = ("os.path.", "pathlib.", "tempfile.mkdtemp", "tempfile.gettempdir", "str")


class UnclosedResource(ModuleRule):
    """A file, connection, pool or client is opened and never closed.

    It is closed when the garbage collector gets to it, which may be never: descriptors run out under load, and
    buffered writes are lost on a crash.

    Not flagged: resources entered with `with`, put on an `ExitStack` or closed by name in the function; those that
    leave the function (returned, yielded, stored, passed on, captured), because somebody else may close them;
    names at module level; archives and compressed files over something that need not be a path, and clients over
    a transport that was handed in; functions that loop for ever. An open `requests.Session` is advice.
    """

    code = "ARC1001"
    severity = Severity.WARNING
    noun = "acquired resources are closed"
    message = "what `{call}` opens is never closed"
    advice = "open it in a `with` statement"
    waived_by = ("SIM115", "R1732", "WPS515")
    seed = "Seed 001, Resource lifecycle: context managers for cleanup"
    good = (
        Example(
            "Closed in any case.",
            "def read(path):\n    with open(path, encoding='utf-8') as file:\n        return file.read()\n",
        ),
        Example(
            "The caller owns it.",
            "import socket\n\n\ndef connect(host):\n    connection = socket.create_connection((host, 80), timeout=5)\n"
            "    return connection\n\n\ndef peek(path):\n    file = open(path)\n    try:\n        return file.read(1)\n"
            "    finally:\n        file.close()\n",
        ),
    )
    bad = (
        Example(
            "Read and dropped.",
            "import json\n\n\ndef load(path):\n    return json.load(open(path))  # [unclosed-resource]\n\n\n"
            "def text(path):\n    return open(path).read()  # [unclosed-resource]\n",
        ),
        Example(
            "A local that nobody closes.",
            "import sqlite3\n\n\ndef count(path):\n    connection = sqlite3.connect(path)  # [unclosed-resource]\n"
            "    return connection.execute('SELECT count(*) FROM orders').fetchone()\n",
        ),
    )

    @narrowed(named=_TAILS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        func = node.func
        names = module.names(func)
        if not names or not all(name in _WATCHED for name in names):
            return
        if module.in_main_guard(node):
            return
        fate = fate_of(node, module)
        if fate in PUT_AWAY:
            yield self.complies(module.place(node))
        elif fate in LEFT_OPEN and not self._may_wrap(node, names, module):
            lesser = all(name in SESSIONS for name in names)
            yield self.violates(module.place(node), advice=lesser, call=dotted(func))

    @staticmethod
    def _may_wrap(node: ast.Call, names: tuple[str, ...], module: Module) -> bool:
        """Whether the resource may be a wrapper of an open file or transport, which has an owner of its own."""
        if any(keyword.arg in HANDED_IN for keyword in node.keywords):
            return True
        return any(name in _WRAPPERS for name in names) and not (
            node.args and _is_path(node.args[0], module)
        )


def _is_path(node: ast.expr, module: Module) -> bool:
    if any(name in _PATH_TYPES for name in module.types(node)):
        return True
    return isinstance(node, ast.Call) and module.resolve(node.func).startswith(_PATH_MAKERS)
