"""ARC0504 raise-without-cause."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.queries import AnyOf, IsSubclass, LacksDefinition
from archcheck.analysis.syntax.blocks import enclosing_handler
from archcheck.analysis.topics.errors.caught import holds_caught
from archcheck.analysis.topics.errors.http_exceptions import HTTP_EXCEPTIONS, is_http_exception
from archcheck.model import Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

#: Ends of a command or request, which a person sees as a message and without a traceback.
_ENDS = frozenset(
    {
        "argparse.ArgumentError",
        "argparse.ArgumentTypeError",
        "click.ClickException",
        "click.exceptions.ClickException",
        "click.exceptions.Exit",
        "fastmcp.exceptions.ToolError",
        "mcp.server.fastmcp.exceptions.ToolError",
        "django.core.management.CommandError",
        "django.core.management.base.CommandError",
        "tornado.web.Finish",
        "typer.Exit",
    }
)
_END_MODULES = ("click.", "typer.")
_END_NAME = re.compile(r"Abort|Exit|CommandError|UsageError")
#: Raised to end or to steer something, not to tell of a failure.
_SIGNALS = frozenset(
    {"GeneratorExit", "ImportError", "KeyboardInterrupt", "ModuleNotFoundError", "StopAsyncIteration",
     "StopIteration", "SystemExit"}
)  # fmt: skip
_UNREACHABLE = re.compile(r"unreachable|never (?:get|happen|reach)|not reach", re.IGNORECASE)
#: The protocols of Python ask for exactly these, whatever went wrong underneath.
_PROTOCOL = frozenset({"AttributeError", "IndexError", "KeyError", "LookupError", "TypeError"})
#: What a handler catches without losing a cause: a package is missing, the user stops the program, nothing is left.
_TOLD = frozenset(
    {
        "ImportError",
        "ModuleNotFoundError",
        "KeyboardInterrupt",
        "StopAsyncIteration",
        "StopIteration",
    }
)
_STATUS = frozenset({"code", "status", "status_code"})


class RaiseWithoutCause(ModuleRule):
    """An exception is replaced by another that does not say what caused it.

    Python then shows both with "During handling of the above exception, another exception occurred", which reads
    like a defect of the handler, and `__cause__`, from which error trackers group failures, is empty. `from error`
    says that one follows from the other; `from None` says that the first is of no interest. The raises of a module
    are one finding.

    Not flagged: an exception whose message or arguments hold the one that was caught; answers to a client
    (`HTTPException`, `Http404`, validation errors, whatever is given an HTTP status), messages of a command line,
    `SystemExit`, `StopIteration`, `ImportError`, and what tells of an optional package that is missing,
    that the user stopped the program or that an iterator had no more;
    `AttributeError`, `KeyError`, `IndexError` and the like where a special method must raise them; raising a
    variable, or what a function made, of which nobody sees whether it is new; what an outer `try` of the same function
    catches by its name.
    """

    code = "ARC0504"
    severity = Severity.INFO
    noun = "exceptions raised in handlers name their cause"
    message = "`{raised}` replaces the exception that was caught, without naming it as its cause"
    advice = "add `from error`, or `from None` where the first exception says nothing"
    waived_by = ("B904", "TRY200", "W0707")
    seed = "001, principle 5: error wrapping preserves the details of the original error"
    good = (
        Example(
            "The cause is named.",
            "class StockUnavailable(Exception):\n    pass\n\n\ndef stock(client, sku):\n    try:\n"
            "        return client.stock(sku)\n    except ConnectionError as error:\n"
            "        raise StockUnavailable(sku) from error\n",
        ),
        Example(
            "The author says that the cause is of no interest.",
            "class UnknownSku(Exception):\n    pass\n\n\ndef price(prices, sku):\n    try:\n"
            "        return prices[sku]\n    except KeyError:\n        raise UnknownSku(sku) from None\n",
        ),
        Example(
            "The message holds what was caught.",
            "class StockUnavailable(Exception):\n    pass\n\n\ndef stock(client, sku):\n    try:\n"
            "        return client.stock(sku)\n    except ConnectionError as error:\n"
            "        raise StockUnavailable(f'{sku}: {error}')\n",
        ),
        Example(
            "A client is answered; it sees no traceback.",
            "from fastapi import HTTPException\n\n\ndef order(orders, number):\n    try:\n"
            "        return orders[number]\n    except KeyError:\n        raise HTTPException(404)\n\n\n"
            "def total(lines):\n    try:\n        return sum(lines)\n    except TypeError as error:\n"
            "        raise ValueError('a line is no number') from error\n",
        ),
    )
    bad = (
        Example(
            "What happened to the connection is told as an accident of the handler.",
            "class StockUnavailable(Exception):\n    pass\n\n\ndef stock(client, sku):\n    try:\n"
            "        return client.stock(sku)\n    except ConnectionError:\n"
            "        raise StockUnavailable(sku)  # [raise-without-cause]\n",
        ),
        Example(
            "The exception has a name, and is not used.",
            "def port(text):\n    try:\n        return int(text)\n    except ValueError as error:\n"
            "        raise RuntimeError('the port is no number')  # [raise-without-cause]\n",
        ),
    )

    def visit_Raise(self, node: ast.Raise, module: Module) -> Iterator[Judgement]:
        """Judge the raise of a new exception in a handler."""
        handler = enclosing_handler(node, module)
        if handler is None or node.exc is None or _TOLD.issuperset(module.caught(handler)):
            return
        tried = getattr(module.parent(handler), "body", [])
        if all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in tried):
            return  # as `except ImportError` tells
        expression = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        names = module.names(expression)
        if not names or any(_is_excused(name, node, module) for name in names):
            return
        if not set(names).isdisjoint(module.handled(node)):
            return  # caught a few lines below: a way to get there
        if isinstance(node.exc, ast.Call) and _has_status(node.exc, module):
            return
        place = module.place(node)
        if node.cause is not None or holds_caught(node.exc, handler, module):
            verdict = self.complies(place)
        else:
            raised = names[0].rpartition(".")[2]
            verdict = self.violates(place, group=module.path, raised=raised)
        answers = AnyOf(tuple(IsSubclass(name, HTTP_EXCEPTIONS | _ENDS) for name in names))
        yield Pending(
            LacksDefinition(names), None, Pending(answers, None, verdict, unknown=verdict)
        )


def _is_excused(name: str, node: ast.Raise, module: Module) -> bool:
    """Whether a class is raised for another reason than to tell of a failure, or is no class."""
    last = name.rpartition(".")[2]
    if last[:1].islower() or last in _SIGNALS or is_http_exception(name):
        return True
    if name == "AssertionError" and _is_never_reached(node):
        return True
    if last in _PROTOCOL and _in_special_method(node, module):
        return True
    return name in _ENDS or name.startswith(_END_MODULES) or bool(_END_NAME.fullmatch(last))


def _is_never_reached(node: ast.Raise) -> bool:
    """``raise AssertionError("unreachable")``, which tells a type checker that what stands before it raises."""
    values = node.exc.args if isinstance(node.exc, ast.Call) else []
    return any(
        isinstance(value, ast.Constant) and _UNREACHABLE.search(str(value.value))
        for value in values
    )


def _has_status(call: ast.Call, module: Module) -> bool:
    """Whether an exception is made with an HTTP status: the framework answers a client with it."""
    values = [*call.args[:1], *(item.value for item in call.keywords if item.arg in _STATUS)]
    return any(
        (isinstance(value, ast.Constant) and value.value in range(400, 600))
        or module.resolve(value).startswith(("http.HTTPStatus.", "http.client."))
        for value in values
    )


def _in_special_method(node: ast.AST, module: Module) -> bool:
    name = getattr(module.function_of(node), "name", "")
    return name.startswith("__") and name.endswith("__")
