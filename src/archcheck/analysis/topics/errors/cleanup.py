"""Is something only being put away here? Silence about a failing ``close`` is right: nothing is left to save."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.blocks import earlier_statements
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.analysis.topics.errors.polling import repeats_for_ever

_CLEANUP_WORDS = frozenset(
    {"abort", "aclose", "cancel", "clean", "cleanup", "close", "closed", "detach", "disconnect", "dispose", "exit",
     "finish", "join", "kill", "killpg", "logout", "quit", "release", "remove", "rmdir", "rmtree", "rollback",
     "shutdown", "stop", "teardown", "terminate", "unlink", "unlock", "unregister", "unsubscribe"}
)  # fmt: skip
#: What is taken off a screen when it has served; a row of a database is not.
_SHOWN_WORDS = frozenset({"message", "messages", "msg", "notice", "reply"})
#: What a ``finally`` does besides to bring things to their end.
_ENDING_WORDS = _CLEANUP_WORDS | {
    "clear", "commit", "delete", "end", "flush", "pop", "reset", "restore", "save", "set", "uninstall", "wait", "write"
}  # fmt: skip
_TEARDOWN_METHODS = frozenset(
    {"__del__", "__exit__", "__aexit__", "__repr__", "__str__", "__format__"}
)
_TEARDOWN_WORDS = frozenset(
    {"aclose", "cleanup", "close", "destroy", "disconnect", "dispose", "exit", "finalize", "kill", "shutdown", "stop",
     "teardown", "terminate", "unload"}
)  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_LOOP = re.compile(r"(?:^|\.)get_(?:event|running)_loop$")
#: What is asked of a process or thread that was told to end.
_WAITS = frozenset({"communicate", "poll", "wait"})
_COMMAND = re.compile(r"\w+(?:\.\w+){0,4}")


def cleans_up(body: list[ast.stmt]) -> bool:
    """Whether statements only put something away, by their names: ``close``, ``unlink``, ``cancel``."""
    calls = [statement for statement in body if _is_cleanup(statement)]
    return bool(calls) and all(
        statement in calls
        or is_empty(statement)
        or _awaits_name(statement)
        or _forgets(statement)
        or _looks_up(statement)
        or _waits(statement)
        or (isinstance(statement, ast.Return) and statement.value is None)
        for statement in body
    )


def is_work(node: ast.AST, module: Module) -> bool:
    """Whether a ``try`` where things are put away does a job all the same: again and again, or without putting anything away.

    ``while True`` in ``clean_up_sessions`` is a job that runs as long as the process, and what a ``finally`` reports is
    no cleanup.
    """
    if repeats_for_ever(node, module):
        return True
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if child in getattr(ancestor, "finalbody", ()):
            return not any(
                isinstance(part, ast.Call)
                and not _ENDING_WORDS.isdisjoint(_words(dotted(part.func).rpartition(".")[2]))
                for statement in getattr(node, "body", ())
                for part in ast.walk(statement)
            )
        if isinstance(ancestor, FUNCTIONS):
            return False
        child = ancestor
    return False


def is_empty(statement: ast.stmt) -> bool:
    """Whether a statement does nothing: ``pass``, ``continue``, ``break`` or a constant such as ``...``."""
    return isinstance(statement, (ast.Pass, ast.Continue, ast.Break)) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _is_cleanup(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If):
        return not statement.orelse and cleans_up(statement.body)
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Try)):
        return cleans_up(statement.body)
    if isinstance(statement, ast.Delete):
        return True
    value: ast.AST | None = (
        statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    )
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, ast.Call):
        return False
    receiver, _, tail = dotted(value.func).rpartition(".")
    words = _words(tail)
    if not _CLEANUP_WORDS.isdisjoint(words):
        return True
    if "delete" in words and not _SHOWN_WORDS.isdisjoint({*words, *_words(receiver)}):
        return True
    # A wrapper such as asyncio.wait_for(connection.close(), 5) or loop.call_soon(task.cancel), a command such as
    # execute("ROLLBACK") or send("Page.stop").
    return any(
        not _CLEANUP_WORDS.isdisjoint(_words(_named(argument).rpartition(".")[2]))
        for argument in value.args
    )


def _waits(statement: ast.stmt) -> bool:
    """``await process.wait()`` after ``process.kill()``."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    value = value.value if isinstance(value, ast.Await) else value
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in _WAITS


def _named(argument: ast.expr) -> str:
    """What an argument calls, or the command that it spells."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value if _COMMAND.fullmatch(argument.value) else ""
    return dotted(argument).removesuffix("()")


def _looks_up(statement: ast.stmt) -> bool:
    """``loop = get_event_loop()``, ``context = getattr(session, "context", None)``: what is needed to put it away."""
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and all(
            dotted(part.func) == "getattr" or (_LOOP.search(dotted(part.func)) and not part.args)
            for part in ast.walk(statement.value)
            if isinstance(part, ast.Call)
        )
    )


def _awaits_name(statement: ast.stmt) -> bool:
    """``await task`` after ``task.cancel()``."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Await)
        and isinstance(statement.value.value, (ast.Name, ast.Attribute))
    )


def awaits_cancelled(body: list[ast.stmt], block: ast.AST | None, module: Module) -> bool:
    """Whether statements only await what the block before them has cancelled.

    Args:
        body: of ``block``, a ``try`` or ``with``.
        block: stands after ``task.cancel()``.
        module: the file.
    """
    if block is None or not body or not all(map(_awaits_name, body)):
        return False
    awaited = {
        dotted(part.value)
        for statement in body
        for part in ast.walk(statement)
        if isinstance(part, ast.Await)
    }
    loop = module.parent(block)
    if (
        isinstance(loop, ast.For)
        and awaited == {dotted(loop.target)}
        and _cancels_each(loop, module)
    ):
        return True
    cancelled = {
        dotted(each.value.func.value)
        for each in earlier_statements(block, module)
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Attribute)
        and each.value.func.attr == "cancel"
    }
    return awaited <= cancelled


def _cancels_each(loop: ast.For, module: Module) -> bool:
    """Whether an earlier statement cancels all that ``loop`` goes through: ``for task in tasks: task.cancel()``."""
    return any(
        isinstance(part, (ast.For, ast.comprehension))
        and dotted(part.iter) == dotted(loop.iter)
        and f"{dotted(part.target)}.cancel" in _called(statement)
        for statement in earlier_statements(loop, module)
        for part in ast.walk(statement)
    )


def _called(node: ast.AST) -> frozenset[str]:
    return frozenset(dotted(part.func) for part in ast.walk(node) if isinstance(part, ast.Call))


def _forgets(statement: ast.stmt) -> bool:
    """``self.connection = None``."""
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def in_teardown(node: ast.AST, module: Module) -> bool:
    """Whether ``node`` runs while something is put away: in a ``finally``, a ``close`` method or a ``__repr__``."""
    child = node
    for ancestor in module.ancestors(node):
        if child in getattr(ancestor, "finalbody", ()):
            return True
        if isinstance(ancestor, FUNCTIONS):
            name = getattr(ancestor, "name", "")
            return name in _TEARDOWN_METHODS or not _TEARDOWN_WORDS.isdisjoint(_words(name))
        child = ancestor
    return False


def _words(name: str) -> frozenset[str]:
    """The lower-case words of a snake-case or camel-case name.

    >>> sorted(_words("forceAbortClient"))
    ['abort', 'client', 'force']
    """
    return frozenset(word.lower() for word in _WORD.findall(name))
