"""ARC0502 bare-except."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.calls.functions import called_names
from archcheck.analysis.module import Module
from archcheck.analysis.queries import AnyOf, FunctionDoes, LacksDefinition
from archcheck.analysis.syntax.blocks import next_statement
from archcheck.analysis.topics.errors.handlers import BROADEST, caught_text, handling
from archcheck.analysis.topics.errors.polling import repeats_for_ever
from archcheck.analysis.topics.telemetry.logs import carries_traceback, log_level
from archcheck.model import Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_PASSES_ON = re.compile(r"abort|die|exception|exit|fail|fatal|raise", re.IGNORECASE)
_TASKS = frozenset({"asyncio.Future", "asyncio.Task"})
#: What may take long, apart from calls.
_MAY_WAIT = (
    ast.AsyncFor, ast.AsyncWith, ast.Await, ast.For, ast.Import, ast.ImportFrom, ast.While, ast.With, ast.Yield, ast.YieldFrom,
    ast.comprehension,
)  # fmt: skip
#: Built-in functions that are done at once with a value of usual size.
_AT_ONCE = frozenset(
    {"abs", "bool", "callable", "chr", "complex", "divmod", "float", "getattr", "hasattr", "id", "int", "isinstance",
     "issubclass", "len", "ord", "repr", "round", "setattr", "str", "type"}
)  # fmt: skip
#: So are these methods of texts and lists, whatever the object turns out to be.
_METHODS_AT_ONCE = frozenset(
    {"append", "decode", "endswith", "lower", "split", "startswith", "strip", "upper"}
)
_MATHEMATICS = ("cmath.", "math.")
_ENDS = frozenset({"KeyboardInterrupt", "SystemExit"})


class BareExcept(ModuleRule):
    """A handler catches even what must end the program.

    A bare `except:` or `except BaseException:` also stops `KeyboardInterrupt`, `SystemExit` and the cancellation of
    a task: the process cannot be stopped, a cancelled task runs on, a shutdown hangs.

    Not flagged: a handler that raises, ends the process, or passes the exception on to somebody else (it uses the
    bound name, `sys.exc_info()` or a `Failure`); one below a handler that already let `KeyboardInterrupt` or
    `SystemExit` through, or that is meant for both; a callback that C code calls, which must not raise; a `try` that
    only takes the `result()` of a task of asyncio, which is done by then; `__del__`, out of which Python lets nothing
    go. One that spells `BaseException` out and logs
    it with its traceback is the last barrier of a server or a scheduler more often than a slip: advice. So is a bare
    one that does that under `if __name__ == "__main__"`, where modules demonstrate themselves, and one around something
    that is over at once and waits for nothing: `int(text)`, `self.size = other.size`.
    """

    code = "ARC0502"
    severity = Severity.ERROR
    noun = "exception handlers let interrupts and cancellation through"
    message = "`{caught}` also stops `KeyboardInterrupt`, `SystemExit` and task cancellation"
    advice = "catch `Exception`, or raise again at the end"
    waived_by = (
        "E722",
        "B001",
        "BLE001",
        "S110",
        "S112",
        "W0702",
        "W0718",
        "WPS424",
        "B110",
        "B112",
    )
    seed = (
        "001, principle 5: consistent error patterns enable automated handling and proper logging"
    )
    good = (
        Example(
            "Cancellation and interrupts pass.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\nasync def poll(queue):\n    try:\n"
            "        await queue.get()\n    except Exception:\n        logger.exception('poll failed')\n",
        ),
        Example(
            "Raised again once the work is undone.",
            "def save(session, order):\n    try:\n        session.add(order)\n        session.commit()\n"
            "    except BaseException:\n        session.rollback()\n        raise\n",
        ),
        Example(
            "A thread hands the exception to its caller.",
            "def run(job, future):\n    try:\n        future.set_result(job())\n    except BaseException as error:\n"
            "        future.set_exception(error)\n",
        ),
    )
    bad = (
        Example(
            "Nothing stops this loop.",
            "def serve(queue):\n    while True:\n        try:\n            handle(queue.get())\n"
            "        except:  # [bare-except]\n            continue\n",
        ),
        Example(
            "Logged, and the cancellation is gone.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\nasync def archive(order):\n    try:\n"
            "        await store(order)\n    except BaseException as error:  # [bare-except]\n"
            "        logger.error('order not archived: %s', error)\n",
        ),
        Example(
            "Advice: the traceback is there, and a cancelled task still runs on.",
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\nasync def run(app, scope):\n    try:\n"
            "        await app(scope)\n    except BaseException:  # [bare-except]\n"
            "        logger.exception('application failed')\n",
        ),
    )

    def visit_ExceptHandler(self, node: ast.ExceptHandler, module: Module) -> Iterator[Judgement]:
        """Judge every handler; a narrow one complies."""
        caught = module.caught(node)
        place = module.place(node)
        if BROADEST.isdisjoint(caught):
            if "?" not in caught:
                yield Pending(LacksDefinition(caught), None, self.complies(place))
            return
        if _lets_go(node, module) or _let_through(node, module):
            yield self.complies(place)
        elif _takes_result(node, module) or _is_finalizer(module.function_of(node)):
            return
        elif not _called_from_c(node, module):
            is_meant = "*" not in caught or module.in_main_guard(node)
            last_barrier = is_meant and _logs_traceback(node, module)
            lesser = last_barrier or _takes_no_time(node, module)
            violation = self.violates(place, advice=lesser, caught=caught_text(node, module))
            raising = tuple(FunctionDoes(name, "raises") for name in _ends_with(node, module))
            yield Pending(AnyOf(raising), self.complies(place), violation) if raising else violation


def _ends_with(handler: ast.ExceptHandler, module: Module) -> Iterator[str]:
    """The function that a handler calls last, where its name says that it passes a failure on: ``annotate_exception()``."""
    last = handler.body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if isinstance(call, ast.Call) and not log_level(call, module):
        for name in called_names(module, call):
            if _PASSES_ON.search(name.rpartition(".")[2]):
                yield name


def _lets_go(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether a handler raises, ends the process or passes on what it caught.

    Another exception that is raised after the ``try`` comes too late; a bare ``raise`` there goes on with what an outer
    handler has caught.
    """
    done = handling(handler, module)
    attempt = module.parent(handler)
    following = next_statement(attempt, module) if attempt is not None else None
    goes_on = isinstance(following, ast.Raise) and following.exc is None
    return done.reraises or done.exits or done.passes_on or goes_on


def _logs_traceback(handler: ast.ExceptHandler, module: Module) -> bool:
    return any(
        log_level(node, module) and carries_traceback(node, module)
        for node in module.own_nodes(handler)
        if isinstance(node, ast.Call)
    )


def _let_through(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether earlier handlers of the same ``try`` raise what would end the program, or are meant for both of its ends."""
    met: set[str] = set()
    for earlier in getattr(module.parent(handler), "handlers", []):
        if earlier is handler:
            return False
        ending = {*_ENDS, *BROADEST} & set(module.caught(earlier))
        met |= ending
        if (ending and _lets_go(earlier, module)) or met >= _ENDS:
            return True
    return False


def _takes_result(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether all that is tried is to take what became of a task of asyncio: nothing waits there to be stopped."""
    body = getattr(module.parent(handler), "body", [])
    match body:
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=task, attr="result"), args=[]))]:
            return not _TASKS.isdisjoint(module.types(task))
    return False


def _takes_no_time(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether what is tried is over at once and is not repeated for ever: an interrupt hardly ever meets it."""
    attempt = module.parent(handler)
    if attempt is None or repeats_for_ever(attempt, module):
        return False
    return not any(
        isinstance(node, _MAY_WAIT)
        or (isinstance(node, ast.Call) and not _is_at_once(node, module))
        for statement in getattr(attempt, "body", ())
        for node in ast.walk(statement)
    )


def _is_at_once(call: ast.Call, module: Module) -> bool:
    name = module.resolve(call.func)
    return (
        name in _AT_ONCE
        or name.startswith(_MATHEMATICS)
        or (isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS_AT_ONCE)
    )


def _is_finalizer(function: ast.AST | None) -> bool:
    """Whether it is ``__del__``, out of which Python lets no exception go, an interrupt neither."""
    return isinstance(function, ast.FunctionDef) and function.name == "__del__"


def _called_from_c(node: ast.AST, module: Module) -> bool:
    function = module.function_of(node)
    for decorator in getattr(function, "decorator_list", []):
        expression = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = module.resolve(expression)
        tail = expression.attr if isinstance(expression, ast.Attribute) else name
        if tail in ("def_extern", "callback") or name.startswith("ctypes."):
            return True
    return False
