"""How is something tried again? The policies of libraries, and loops around an outbound call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import short
from archcheck.analysis.topics.remote.outbound import wait_of

TENACITY_DECORATOR = frozenset({"tenacity.retry"})
#: Positional arguments of all of them: sleep, stop, wait, retry.
TENACITY = TENACITY_DECORATOR | {
    "tenacity.Retrying",
    "tenacity.AsyncRetrying",
    "tenacity.asyncio.AsyncRetrying",
}
#: Decorator -> keyword-only arguments of which each ends the retries; without any they are endless.
BACKOFF = dict.fromkeys(("backoff.on_exception", "backoff.on_predicate"), ("max_tries", "max_time"))
RETRYING = dict.fromkeys(
    ("retrying.retry", "retrying.Retrying"),
    ("stop", "stop_func", "stop_max_attempt_number", "stop_max_delay"),
)

_PAUSE = re.compile(r"sleep|wait|backoff|back_off|delay|pause|throttle", re.IGNORECASE)
_ASKS = re.compile(r"(?:^|_)(?:ask|confirm|getpass|input|prompt)(?:_|$)", re.IGNORECASE)
_COUNTS = frozenset({"range", "itertools.count"})
_EXITS = (ast.Return, ast.Raise, ast.Break)


class RetryLoop(Struct, frozen=True):
    """A loop that repeats an outbound call until it succeeds.

    Attributes:
        call: the callee as written.
        bounded: it counts, pauses or can give up.
    """

    call: str
    bounded: bool


def retry_loop(node: ast.While | ast.For, module: Module) -> RetryLoop | None:
    """``node`` as a retry; None when it is another loop, or nobody can know.

    A retry has a ``try`` around the call, leaves the loop after a success, and goes round again after a failure.
    A loop over other things than numbers tries each of them once, and one that asks a person goes at their pace.
    """
    if not _goes_round_alone(node, module):
        return None
    for statement in node.body:
        if not isinstance(statement, ast.Try):
            continue
        call = _outbound_call(statement, module)
        after = node.body[node.body.index(statement) + 1 :]
        succeeds = any(_leaves(part) for part in (*statement.body, *statement.orelse, *after))
        repeats = [handler for handler in statement.handlers if not _may_leave(handler, after)]
        if call is not None and succeeds and statement.handlers:
            bounded = isinstance(node, ast.For) or not repeats or _counts_or_pauses(node)
            return RetryLoop(short(call.func), bounded)
    return None


def _goes_round_alone(node: ast.While | ast.For, module: Module) -> bool:
    if isinstance(node, ast.For):
        return isinstance(node.iter, ast.Call) and module.resolve(node.iter.func) in _COUNTS
    endless = isinstance(node.test, ast.Constant) and node.test.value in (True, 1)
    return endless and not any(_ASKS.search(name) for name in _called_names(node))


def _called_names(loop: ast.AST) -> Iterator[str]:
    """The last segment of each callee in a loop."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Call):
            func = node.func
            yield func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _outbound_call(statement: ast.Try, module: Module) -> ast.Call | None:
    for part in statement.body:
        for node in ast.walk(part):
            if isinstance(node, ast.Call):
                names = module.names(node.func)
                if names and all(wait_of(name) is not None for name in names):
                    return node
    return None


def _leaves(statement: ast.stmt) -> bool:
    """Whether a statement ends the loop, at once or under a condition."""
    if isinstance(statement, (ast.Return, ast.Break)):
        return True
    if isinstance(statement, (ast.If, ast.With, ast.AsyncWith)):
        branches = [*statement.body, *getattr(statement, "orelse", ())]
        return any(_leaves(branch) for branch in branches)
    return False


def _may_leave(handler: ast.ExceptHandler, after: list[ast.stmt]) -> bool:
    """Whether a failure can end the loop: in the handler, or in what it falls through to."""
    nodes = [node for part in handler.body for node in ast.walk(part)]
    if any(isinstance(node, _EXITS) for node in nodes):
        return True
    goes_round = any(isinstance(node, ast.Continue) for node in nodes)
    return not goes_round and any(isinstance(part, _EXITS) for part in after)


def _counts_or_pauses(loop: ast.While | ast.For) -> bool:
    if any(_counts(node) for node in ast.walk(loop)):
        return True
    return any(_PAUSE.search(name) or name == "next" for name in _called_names(loop))


def _counts(node: ast.AST) -> bool:
    """Whether a statement moves a number on: ``left -= 1`` or ``left = left - 1``."""
    if isinstance(node, ast.AugAssign):
        return True
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.BinOp)
        and ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
    )
