"""ARC1004."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule

_DECORATORS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_CLEANUP = frozenset(
    {"aclose", "cleanup", "close", "detach", "disconnect", "dispose", "kill", "pop", "release", "remove",
     "restore", "rmtree", "shutdown", "stop", "terminate", "unlink", "unregister"}
)  # fmt: skip
_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})


class UnprotectedCleanup(ModuleRule):
    """A context manager cleans up after its `yield` without `try`/`finally`.

    An exception in the `with` block is raised at the `yield`. Without `try`/`finally` the lines below never run,
    and the resource leaks exactly when something went wrong.

    Not flagged: code after the `yield` that releases nothing (a commit, a measured time); a `yield` inside
    `try`, or inside a `with` that holds the resource; lifespans of applications and fixtures of pytest, which
    run their end in any case or end with the process.
    """

    code = "ARC1004"
    severity = Severity.WARNING
    noun = "context managers clean up in any case"
    message = "`{function}` skips `{cleanup}` when the `with` block raises"
    advice = "put the `yield` into `try` and the cleanup into `finally`"
    waived_by = ("RUF075", "W0135")
    seed = "Seed 001, Resource lifecycle: context managers for cleanup"
    good = (
        Example(
            "The cleanup runs in any case.",
            "from contextlib import contextmanager\n\n\n@contextmanager\ndef leased(pool):\n"
            "    connection = pool.acquire()\n    try:\n        yield connection\n    finally:\n"
            "        pool.release(connection)\n",
        ),
        Example(
            "Only success is followed by a commit.",
            "from contextlib import contextmanager\n\n\n@contextmanager\ndef transaction(session):\n"
            "    yield session\n    session.commit()\n",
        ),
        Example(
            "An inner `with` holds the resource.",
            "from contextlib import contextmanager\n\n\n@contextmanager\ndef opened(path, registry):\n"
            "    with open(path) as file:\n        yield file\n    registry.remove(path)\n",
        ),
    )
    bad = (
        Example(
            "An exception skips the release.",
            "from contextlib import contextmanager\n\n\n@contextmanager\ndef leased(pool):\n"
            "    connection = pool.acquire()\n    yield connection  # [unprotected-cleanup]\n"
            "    pool.release(connection)\n",
        ),
        Example(
            "The same in an asynchronous one.",
            "import contextlib\n\n\n@contextlib.asynccontextmanager\nasync def connected(client):\n"
            "    await client.connect()\n    yield client  # [unprotected-cleanup]\n"
            "    await client.disconnect()\n",
        ),
    )

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Outcome]:
        yield from self._function(node, module)

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Outcome]:
        yield from self._function(node, module)

    def _function(self, node: AnyFunction, module: Module) -> Iterator[Outcome]:
        names = {
            name
            for decorator in node.decorator_list
            for name in module.names(
                decorator.func if isinstance(decorator, ast.Call) else decorator
            )
        }
        if not names & _DECORATORS or names & _FIXTURES or "lifespan" in node.name:
            return
        yields = [part for part in module.own_nodes(node) if isinstance(part, ast.Yield)]
        if not yields:
            return
        for part in yields:
            cleanup = self._skipped(part, node, module)
            if cleanup:
                yield self.violates(module.place(part), function=node.name, cleanup=cleanup)
                return
        yield self.complies(module.place(node))

    @staticmethod
    def _skipped(part: ast.Yield, function: AnyFunction, module: Module) -> str:
        """The cleanup call that an exception at this ``yield`` skips, or ``""``."""
        statement: ast.AST = module.statement_of(part)
        while True:
            parent = module.parent(statement)
            if isinstance(parent, (ast.Try, ast.With, ast.AsyncWith)):
                return ""
            body = _block_of(statement, parent)
            if body is not None:
                following = body[body.index(statement) + 1 :]
                if following and isinstance(following[0], ast.Return):
                    return ""
                for later in following:
                    found = _cleanup_call(later)
                    if found:
                        return found
            if parent is None or parent is function:
                return ""
            statement = parent


def _block_of(statement: ast.AST, parent: ast.AST | None) -> list[ast.AST] | None:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    return None


def _cleanup_call(statement: ast.AST) -> str:
    """The name of a cleanup call made by a simple statement after the ``yield``, or ``""``."""
    if isinstance(statement, ast.Expr):
        value = statement.value
        call = value.value if isinstance(value, ast.Await) else value
        if isinstance(call, ast.Call):
            func = call.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if name in _CLEANUP:
                return str(name)
    return ""
