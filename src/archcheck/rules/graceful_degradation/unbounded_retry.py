"""ARC0302."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.calls.site import CallSite, Value
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.topics.remote.retries import (
    BACKOFF,
    RETRYING,
    TENACITY,
    TENACITY_DECORATOR,
    retry_loop,
)
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed

_ENDLESS = "without end"
_RESTLESS = "without a pause"
#: Conflicts between transactions: the next try works at once, for the other transaction is done.
#: What tells an exception after which waiting is no help: a transaction met another one, an answer is malformed.
_NO_OVERLOAD = (
    "lock", "conflict", "serializ", "stale", "concurren", "integrity", "validation", "decodeerror", "parse", "parsing",
)  # fmt: skip
_CELERY_RETRY = frozenset({"max_retries", "autoretry_for", "retry_backoff"})
_LIBRARIES = ("tenacity", "backoff", "retrying")
_CELERY = frozenset({"retry", "shared_task", "task"})
_CALLED = _CELERY | {name.rpartition(".")[2] for name in (*TENACITY, *BACKOFF, *RETRYING)}


class UnboundedRetry(ModuleRule):
    """A retry never gives up, or tries again without a pause.

    A service that is down gets the full load of every caller at once and cannot recover, and the callers wait for
    it for ever. tenacity and backoff retry endlessly unless told when to stop, and tenacity does not wait between
    two tries.

    Not flagged: a policy passed through ``**kwargs``; stamina, dramatiq, Celery and urllib3, whose defaults are
    bounded; a missing pause where only conflicts of transactions and malformed answers are retried; loops that can
    leave their handler, count or sleep, and loops that do not end after a success, which poll or consume.
    """

    code = "ARC0302"
    severity = Severity.WARNING
    noun = "retries end and pause"
    message = "`{call}` retries {how}"
    advice = "give up after some tries or seconds, and wait longer after each: `stop=`, `wait=`, `max_tries=`"
    seed = "Seed 001, principle 3: stop trying after a threshold, resume on success"
    good = (
        Example(
            "Gives up after four tries and waits longer each time.",
            "from tenacity import retry, stop_after_attempt, wait_exponential_jitter\n\n\n"
            "@retry(stop=stop_after_attempt(4), wait=wait_exponential_jitter())\n"
            "def charge(order):\n    gateway.charge(order)\n",
        ),
        Example(
            "A conflict of transactions is over at once.",
            "from tenacity import retry, retry_if_exception_type, stop_after_attempt\n\n"
            "from app.errors import OptimisticLockError\n\n\n"
            "@retry(retry=retry_if_exception_type(OptimisticLockError), stop=stop_after_attempt(3))\n"
            "def reserve(seat):\n    seats.reserve(seat)\n",
        ),
        Example(
            "The loop has an end and a pause.",
            "import time\n\nimport httpx\n\n\ndef fetch(url):\n    for attempt in range(4):\n        try:\n"
            "            return httpx.get(url)\n        except httpx.TransportError:\n"
            "            time.sleep(2**attempt)\n    return None\n",
        ),
    )
    bad = (
        Example(
            "tenacity never stops by itself.",
            "import tenacity\n\n\n@tenacity.retry  # [unbounded-retry]\ndef charge(order):\n"
            "    gateway.charge(order)\n",
        ),
        Example(
            "Three tries within a millisecond.",
            "from tenacity import retry, stop_after_attempt\n\n\n"
            "@retry(stop=stop_after_attempt(3))  # [unbounded-retry]\ndef charge(order):\n"
            "    gateway.charge(order)\n",
        ),
        Example(
            "Hammers a service that is down.",
            "import httpx\n\n\ndef fetch(url):\n    while True:  # [unbounded-retry]\n        try:\n"
            "            return httpx.get(url)\n        except httpx.TransportError:\n            continue\n",
        ),
    )

    @narrowed(imports=_LIBRARIES)
    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Outcome]:
        yield from self._bare_decorators(node, module)

    @narrowed(imports=_LIBRARIES)
    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Outcome]:
        yield from self._bare_decorators(node, module)

    @narrowed(named=_CALLED)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        verdict = self._library(node, module) or self._celery(node, module)
        if verdict is not None:
            yield verdict

    def visit_While(self, node: ast.While, module: Module) -> Iterator[Outcome]:
        yield from self._loop(node, module)

    def visit_For(self, node: ast.For, module: Module) -> Iterator[Outcome]:
        yield from self._loop(node, module)

    def _bare_decorators(self, node: AnyFunction, module: Module) -> Iterator[Outcome]:
        for decorator in node.decorator_list:
            if isinstance(decorator, (ast.Name, ast.Attribute)):
                name = module.resolve(decorator)
                if name in TENACITY_DECORATOR or name in RETRYING:
                    call = decorator.id if isinstance(decorator, ast.Name) else decorator.attr
                    yield self.violates(module.place(decorator), call=call, how=_ENDLESS)

    def _library(self, node: ast.Call, module: Module) -> Outcome | None:
        """The verdict on a policy of tenacity, backoff or retrying."""
        if not module.imports(*_LIBRARIES):
            return None
        target = module.resolve(node.func)
        if target in TENACITY:
            return self._tenacity(module.call_site(node, target))
        if target in BACKOFF or target in RETRYING:
            site = module.call_site(node, target)
            ends = [site.argument(name) for name in BACKOFF.get(target) or RETRYING[target]]
            if any(end.given and not end.is_none for end in ends):
                return self.complies(site)
            if any(end.unknown for end in ends):
                return None
            return self.violates(site, how=_ENDLESS)
        return None

    def _tenacity(self, site: CallSite) -> Outcome | None:
        stop, wait = site.argument("stop", 1), site.argument("wait", 2)
        if stop.unknown or wait.unknown:
            return None
        faults = []
        if stop.absent or stop.names == ("tenacity.stop_never",):
            faults.append(_ENDLESS)
        if wait.absent and not _needs_no_pause(site.argument("retry", 3)):
            faults.append(_RESTLESS)
        return self.violates(site, how=" and ".join(faults)) if faults else self.complies(site)

    def _celery(self, node: ast.Call, module: Module) -> Outcome | None:
        """The verdict on a Celery task that says how it is retried; its default is three times."""
        tail = node.func.attr if isinstance(node.func, ast.Attribute) else module.resolve(node.func)
        if tail not in _CELERY and tail != "celery.shared_task":
            return None
        if _CELERY_RETRY.isdisjoint(keyword.arg for keyword in node.keywords):
            return None
        site = module.call_site(node, tail)
        if not site.argument("max_retries").is_none:
            return self.complies(site)
        return None if _limits_itself(module.parent(node)) else self.violates(site, how=_ENDLESS)

    def _loop(self, node: ast.While | ast.For, module: Module) -> Iterator[Outcome]:
        loop = retry_loop(node, module)
        if loop is None:
            return
        place = module.place(node, subject=f"retry {loop.call}")
        if loop.bounded:
            yield self.complies(place)
        else:
            yield self.violates(place, call=loop.call, how=f"{_ENDLESS} and {_RESTLESS}")


def _limits_itself(task: ast.AST | None) -> bool:
    """Whether the body of a Celery task says how often each of its retries may happen."""
    return isinstance(task, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "retry"
        and any(keyword.arg == "max_retries" for keyword in node.keywords)
        for node in ast.walk(task)
    )


def _needs_no_pause(condition: Value) -> bool:
    """Whether a tenacity condition lets only conflicts of transactions and malformed answers through."""
    errors = [error for item in condition.items for error in (item.items or (item,))]
    return bool(errors) and all(
        any(word in error.text.lower() for word in _NO_OVERLOAD) for error in errors
    )
