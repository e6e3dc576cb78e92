"""ARC0501 swallowed-exception."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pydantic import Field

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.queries import AnyOf, FunctionDoes
from archcheck.analysis.syntax.blocks import enclosing_handler
from archcheck.analysis.syntax.fallbacks import ends_in_deed
from archcheck.analysis.topics.errors.cleanup import awaits_cancelled, cleans_up, in_teardown
from archcheck.analysis.topics.errors.handlers import (
    BROAD,
    Handling,
    caught_text,
    guards_import,
    handling,
    is_broad,
)
from archcheck.analysis.topics.errors.polling import only_waits, repeats_for_ever, waits_for_answer
from archcheck.analysis.topics.errors.recording import only_marks, only_records
from archcheck.analysis.topics.errors.surroundings import only_sets_surroundings
from archcheck.analysis.topics.telemetry.logs import is_part_of_logging
from archcheck.model import Confidence, Outcome, Place, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, RuleOptions

_FALLBACK = (
    "`{caught}` hides every failure behind a fallback: it is neither logged, raised nor passed on"
)
_WITHOUT = "`{caught}` goes on without what failed: it is neither logged, raised nor passed on"


class SwallowedException(ModuleRule):
    """A broad handler drops every exception without a trace.

    Whatever goes wrong in the block, a typing error included, then looks like success: nobody is told, nothing is
    measured, and the cause is gone when the damage shows. A handler that logs at any level, reports, raises, exits or
    passes the exception on has handled it. One that does nothing violates where the block was there for what it does:
    it ends in a call, or keeps a value in an object or collection.

    Told as advice: a silent fallback value; a handler that does nothing where the block was to find something, so that
    what held before or comes next stands in for it; and `contextlib.suppress(Exception)`, by which somebody says that
    nothing of this matters.

    Not flagged: a `try` around an optional import, or that only closes, cancels or removes something, records it with
    a span, metric or log, marks an object of somebody else, shows it at the terminal, sets the terminal or the locale
    up, or waits for a while; a handler in a `finally`, in `__del__`, `__exit__`, `__repr__`, in a function that shuts
    something down, in a handler or filter of `logging`, or inside a handler that has told of the failure already; a
    loop that asks so many times or so long, with pauses, until something answers. A helper of the project that logs
    or raises counts as handling, and so does a name, metric or text that puts the failure on record (`self.failed =
    True`), or a `raise` right after the `try`; or a log line there, where the `try` returns what it found.
    """

    code = "ARC0501"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "broad exception handlers leave a trace of what they caught"
    message = "`{caught}` swallows every failure: it is neither logged, raised nor passed on"
    advice = "catch the exceptions you expect, or log with the traceback"
    waived_by = ("BLE001", "S110", "S112", "E722", "W0718", "W0702", "B110", "B112")
    seed = (
        "001, principle 5: consistent error patterns enable automated handling and proper logging"
    )
    good = (
        Example(
            "Degraded, and on record.",
            "import structlog\n\nlogger = structlog.get_logger()\n\n\ndef recommendations(client, user):\n"
            "    try:\n        return client.for_user(user)\n    except Exception:\n"
            '        logger.warning("recommendations_unavailable", exc_info=True)\n        return []\n',
        ),
        Example(
            "Only what is expected is dropped.",
            "def parse_port(text):\n    try:\n        return int(text)\n    except ValueError:\n        return None\n",
        ),
        Example(
            "Nothing is left to save when closing fails.",
            "def release(connection):\n    try:\n        connection.close()\n    except Exception:\n        pass\n",
        ),
        Example(
            "An optional package.",
            "try:\n    import orjson\nexcept Exception:\n    orjson = None\n",
        ),
    )
    bad = (
        Example(
            "Every failure looks like success.",
            "def notify(mailer, order):\n    try:\n        mailer.send(order.customer, order.summary())\n"
            "    except Exception:  # [swallowed-exception]\n        pass\n",
        ),
        Example(
            "`suppress` swallows alike, but says so; told as advice.",
            "import contextlib\n\n\ndef refresh(cache, key):\n"
            "    with contextlib.suppress(Exception):  # [swallowed-exception]\n        cache.put(key, compute(key))\n",
        ),
        Example(
            "A fallback value hides the failure; told as advice.",
            "def stock(client, sku):\n    try:\n        return client.stock(sku)\n"
            "    except Exception:  # [swallowed-exception]\n        return 0\n",
        ),
    )

    class Options(RuleOptions):
        """Options of ARC0501."""

        strict: bool = Field(
            default=False, description="Logging or reporting alone does not count as handling."
        )
        handled_by: tuple[str, ...] = Field(
            default=(),
            description="Further functions that handle an exception, by qualified or written name.",
        )

    options: Options

    def visit_ExceptHandler(self, node: ast.ExceptHandler, module: Module) -> Iterator[Judgement]:
        """Judge a broad handler."""
        body: list[ast.stmt] = getattr(module.parent(node), "body", [])
        if not is_broad(node, module) or _is_excused(node, body, module):
            return
        done = handling(node, module, self.options.handled_by)
        caught = caught_text(node, module)
        told = done.logs or done.escalates
        if done.silent and not told and not _was_there_for_deed(module.parent(node)):
            yield self.violates(module.place(node), message=_WITHOUT, advice=True, caught=caught)
        else:
            yield self._judge(module.place(node), caught, done)

    def visit_With(self, node: ast.With, module: Module) -> Iterator[Judgement]:
        """Judge `contextlib.suppress` with a broad exception."""
        for item in node.items:
            call = item.context_expr
            if (
                isinstance(call, ast.Call)
                and module.resolve(call.func) == "contextlib.suppress"
                and any(module.resolve(argument) in BROAD for argument in call.args)
                and not _is_excused(node, node.body, module)
            ):
                caught = f"suppress({', '.join(dotted(argument) for argument in call.args)})"
                yield self.violates(module.place(call), advice=True, caught=caught)

    def _judge(self, place: Place, caught: str, done: Handling) -> Judgement:
        if done.escalates:
            return self.complies(place)
        if done.logs or done.reports:
            if not self.options.strict:
                return self.complies(place)
            return self.violates(
                place, message="`{caught}` only logs what it caught", caught=caught
            )
        if done.silent:
            return self.violates(place, caught=caught)
        fallback = self._fallback(place, caught)
        if not done.helpers:
            return fallback
        deeds = ("raises",) if self.options.strict else ("logs", "raises")
        queries = tuple(FunctionDoes(name, deed) for name in done.helpers for deed in deeds)
        return Pending(AnyOf(queries), self.complies(place), fallback)

    def _fallback(self, place: Place, caught: str) -> Outcome:
        return self.violates(place, message=_FALLBACK, advice=True, caught=caught)


def _was_there_for_deed(attempt: ast.AST | None) -> bool:
    """Whether a ``try`` was there for what it does, and not to ask something, which its ``else`` answers."""
    if not isinstance(attempt, ast.Try) or not ends_in_deed(attempt.body):
        return False
    return not attempt.orelse or ends_in_deed(attempt.orelse)


def _is_excused(node: ast.AST, body: list[ast.stmt], module: Module) -> bool:
    """Whether silence is right: an optional package is missing, something is put away or recorded, or the failure is told."""
    attempt = module.parent(node) if isinstance(node, ast.ExceptHandler) else node
    puts_away = cleans_up(body) or awaits_cancelled(body, attempt, module)
    if guards_import(body, module) or puts_away or only_records(body, module) or only_waits(body):
        return True
    if only_marks(body) or only_sets_surroundings(body, module):
        return True
    if in_teardown(node, module) and not _is_endless(node, attempt, module):
        return True
    if is_part_of_logging(node, module) or waits_for_answer(attempt, module):
        return True
    outer = enclosing_handler(node, module)
    if outer is None:
        return False
    done = handling(outer, module)
    return done.logs or done.escalates


def _is_endless(node: ast.AST, attempt: ast.AST | None, module: Module) -> bool:
    """Whether the failure recurs: ``while True`` in ``clean_up_sessions`` is a job that goes on after each of them."""
    goes_on = isinstance(node, ast.ExceptHandler) and not any(
        isinstance(part, (ast.Break, ast.Return)) for part in node.body
    )
    return goes_on and attempt is not None and repeats_for_ever(attempt, module)
