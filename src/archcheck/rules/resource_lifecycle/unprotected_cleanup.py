"""ARC1004."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.queries import DependencyOfRoute
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.analysis.topics.errors.restoring import restored
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_DECORATORS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_CLEANUP = frozenset(
    {"aclose", "cancel", "cleanup", "close", "detach", "discard", "disconnect", "dispose", "kill", "pop", "release",
     "remove", "restore", "rmtree", "server_close", "shutdown", "stop", "terminate", "uninstall", "unlink", "unlock",
     "unregister", "unsubscribe"}
)  # fmt: skip
#: What a function that puts away one thing is called begins so: ``_close_transient_client``.
_PUTS_AWAY = re.compile(
    r"_*(?:cleanup|close|disconnect|release|restore|shutdown|stop|teardown|terminate|unlock|unregister|unsubscribe)(?:_|$)"
)
_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})
_INJECTORS = frozenset({"fastapi.Depends", "fastapi.Security"})
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class UnprotectedCleanup(ModuleRule):
    """A context manager cleans up after its `yield` without `try`/`finally`.

    An exception in the `with` block is raised at the `yield`. Without `try`/`finally` the lines below never run,
    and the resource leaks exactly when something went wrong. A dependency of FastAPI that yields is a context
    manager too, where its own module or a route of another one names it in `Depends`.

    Cleanup is what releases by its name, gives something the value back that it had before, undoes what was done before
    (`freeze(True)`, then `freeze(False)`; `add_handler`, then `remove_handler`; items that were put in or taken out), or
    deletes what was made.

    Not flagged: code after the `yield` that does none of this (a commit, a measured time); a `yield` inside
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
        Example(
            "A dependency of a route.",
            "from fastapi import APIRouter, Depends\n\nrouter = APIRouter()\n\n\ndef get_session():\n"
            "    session = Session()\n    yield session  # [unprotected-cleanup]\n    session.close()\n\n\n"
            "@router.get('/orders')\ndef orders(session=Depends(get_session)):\n    return session.orders()\n",
        ),
    )

    @narrowed(words=("yield",))
    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        yield from self._function(node, module)

    @narrowed(words=("yield",))
    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Judgement]:
        yield from self._function(node, module)

    def _function(self, node: AnyFunction, module: Module) -> Iterator[Judgement]:
        yields = [part for part in module.nodes(ast.Yield) if module.function_of(part) is node]
        if not yields:
            return
        is_context_manager = _is_context_manager(node, module)
        if (node.decorator_list and not is_context_manager) or _is_lifespan(node, module):
            return
        outcome = self._judged(node, yields, module)
        if is_context_manager:
            yield outcome
        else:
            yield Pending(DependencyOfRoute(module.symbols.definition_name(node)), outcome, None)

    def _judged(self, node: AnyFunction, yields: list[ast.Yield], module: Module) -> Outcome:
        for part in yields:
            cleanup = _skipped(part, node, module)
            if cleanup:
                return self.violates(module.place(part), function=node.name, cleanup=cleanup)
        return self.complies(module.place(node))


def _is_context_manager(node: AnyFunction, module: Module) -> bool:
    names = {
        name
        for decorator in node.decorator_list
        for name in module.names(decorator.func if isinstance(decorator, ast.Call) else decorator)
    }
    if names & _FIXTURES:
        return False
    return bool(names & _DECORATORS) or (not node.decorator_list and _is_dependency(node, module))


def _is_dependency(node: AnyFunction, module: Module) -> bool:
    """Whether the module has FastAPI inject what the function yields."""
    if not module.imports("fastapi"):
        return False
    name = module.symbols.definition_name(node)
    return any(
        call.args
        and isinstance(call.args[0], (ast.Name, ast.Attribute))
        and module.resolve(call.args[0]) == name
        and module.resolve(call.func) in _INJECTORS
        for call in module.nodes(ast.Call)
    )


def _is_lifespan(node: AnyFunction, module: Module) -> bool:
    return "lifespan" in node.name or any(
        keyword.arg == "lifespan"
        and isinstance(keyword.value, ast.Name)
        and keyword.value.id == node.name
        for call in module.nodes(ast.Call)
        for keyword in call.keywords
    )


def _skipped(part: ast.Yield, function: AnyFunction, module: Module) -> str:
    """The cleanup call, or what is put back, that an exception at this ``yield`` skips, or ``""``."""
    statement: ast.AST = module.statement_of(part)
    earlier = [
        each
        for each in module.own_nodes(function)
        if isinstance(each, ast.stmt) and each.lineno < part.lineno
    ]
    while statement is not function:
        parent = module.parent(statement)
        if parent is None or isinstance(parent, (ast.Try, ast.With, ast.AsyncWith)):
            return ""
        for later in _following(statement, parent):
            if isinstance(later, _LEAVES):
                return ""
            found = _cleanup_call(later) or restored(later, earlier)
            if found:
                return found
        statement = parent
    return ""


def _following(statement: ast.AST, parent: ast.AST) -> list[ast.AST]:
    """The statements after ``statement`` in its own block."""
    for name in ("body", "orelse"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block[block.index(statement) + 1 :]
    return []


def _cleanup_call(statement: ast.AST) -> str:
    """The name of a cleanup function that a statement after the ``yield`` calls, or ``""``."""
    pending = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Expr):
            value = node.value.value if isinstance(node.value, ast.Await) else node.value
            if isinstance(value, ast.Call):
                func = value.func
                name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
                if name in _CLEANUP or _PUTS_AWAY.match(name):
                    return str(name)
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return ""
