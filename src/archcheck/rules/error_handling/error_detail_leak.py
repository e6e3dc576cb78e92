"""ARC0506 error-detail-leak."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.queries import AnyOf, HandlesRoute, IsSubclass, Query
from archcheck.analysis.topics.errors.caught import Caught, uses_of_caught
from archcheck.analysis.topics.errors.handlers import is_broad
from archcheck.analysis.topics.requests.request_handlers import (
    VIEWS,
    error_parameter,
    is_handler,
    makes_answer,
    sent,
    view_of,
)
from archcheck.analysis.topics.telemetry.logs import log_level
from archcheck.model import Kind, Outcome, Severity, TraceStep
from archcheck.rule import Example, Judgement, ModuleRule, Pending

#: Attributes that hold a text of the exception's author, or the values that it was made with.
_TEXTS = frozenset({"args", "description", "detail", "message", "msg", "reason", "strerror"})
_MAKES_TEXT = frozenset(
    {"escape", "format", "format_exception", "format_exception_only", "format_tb", "join", "repr", "str"}
)  # fmt: skip
#: What a helper is called that makes a text fit for others.
_CLEANS = re.compile(
    r"saniti[sz]e|safe|redact|mask|scrub|censor|public|user_message|friendly", re.IGNORECASE
)
_TELLS_ONLY_KIND = frozenset(
    {"bool", "getattr", "hasattr", "hash", "id", "isinstance", "len", "type"}
)
_VALIDATES = re.compile(
    r"(?:_*[A-Z]\w*)|(?:\w*_)?(?:valid|parse|check|decode|loads?|from_(?:dict|json|name|str|text))[a-z]*(?:_\w*)?"
)
_NARROWS = frozenset({"isinstance", "hasattr", "issubclass"})
_DEVELOPMENT = re.compile(
    r"debug|development|testing|verbose|expose|(?:^|_)dev(?:_|$)", re.IGNORECASE
)


class ErrorDetailLeak(ModuleRule):
    """The text of an exception that nobody expected is sent to the client.

    A handler that catches everything also catches what the database, the file system and other services say:
    statements, paths, host names, sometimes credentials. The client can do nothing with it, an attacker can. The
    log is the place for it; the client gets a general message and an identifier to ask about.

    Judged are broad handlers in functions that answer requests, and functions that are registered for every
    exception. A function answers requests when a route leads to it, wherever that is registered; when its class is a
    view; or when it takes a request and makes an answer. Not flagged: handlers of the exceptions that are expected,
    whose text was written for the client; a `try` that only validates what the client sent; `type(error).__name__`
    and status codes; a branch that asks for the exception's class; anything under a setting for debugging, or one
    that says whether to expose errors; a text that a function makes safe. Where the exception goes to a helper,
    nobody can tell.
    """

    code = "ARC0506"
    severity = Severity.WARNING
    noun = "broad handlers of requests keep the exception's text to themselves"
    message = "whatever `{function}` did not expect is sent to the client, text and all"
    advice = "log the exception, and answer with a general message and an identifier"
    kinds = frozenset({Kind.SERVICE})
    seed = "001, principle 5: unexpected errors are logged with the traceback and answered with 'Internal server error'"
    good = (
        Example(
            "The log knows, the client does not.",
            "import logging\n\nfrom fastapi import APIRouter, HTTPException\n\n"
            "logger = logging.getLogger(__name__)\nrouter = APIRouter()\n\n\n"
            '@router.post("/orders")\ndef create(order: NewOrder):\n    try:\n        return orders.create(order)\n'
            '    except Exception:\n        logger.exception("order_failed")\n'
            '        raise HTTPException(500, detail="Internal server error")\n',
        ),
        Example(
            "What is expected has a text for the client.",
            "from flask import Blueprint, jsonify\n\nfrom app.errors import OutOfStock\n\n"
            'bp = Blueprint("orders", __name__)\n\n\n@bp.post("/orders")\ndef create():\n    try:\n'
            "        return jsonify(orders.create())\n    except OutOfStock as error:\n"
            "        return jsonify(error=str(error)), 409\n    except Exception:\n"
            '        return jsonify(error="internal error"), 500\n',
        ),
        Example(
            "Developers see it, on their own machine.",
            "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n@app.errorhandler(Exception)\n"
            'def failed(error):\n    detail = "internal error"\n    if app.debug:\n        detail = str(error)\n'
            "    return jsonify(error=detail), 500\n",
        ),
    )
    bad = (
        Example(
            "The database's own words reach the client.",
            "from fastapi import APIRouter, HTTPException\n\nrouter = APIRouter()\n\n\n"
            '@router.post("/orders")\ndef create(order: NewOrder):\n    try:\n        return orders.create(order)\n'
            "    except Exception as error:  # [error-detail-leak]\n"
            "        raise HTTPException(500, detail=str(error))\n",
        ),
        Example(
            "The route is registered elsewhere.",
            "from flask import jsonify\n\n\ndef orders():\n    try:\n        return jsonify(load())\n"
            "    except Exception as error:  # [error-detail-leak]\n        return jsonify(error=repr(error)), 500\n",
            path="src/app/views.py",
            files={
                "src/app/main.py": "from flask import Flask\n\nfrom app import views\n\napp = Flask(__name__)\n"
                'app.add_url_rule("/orders", view_func=views.orders)\n'
            },
        ),
        Example(
            "The traceback as an answer.",
            "import traceback\n\nfrom flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n"
            "@app.errorhandler(Exception)\ndef failed(error):  # [error-detail-leak]\n"
            "    return jsonify(error=traceback.format_exc()), 500\n",
        ),
    )

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        """Judge the broad handlers of a function."""
        yield from self._judged(node, module)

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Judgement]:
        """Judge the broad handlers of a coroutine function."""
        yield from self._judged(node, module)

    def _judged(self, function: AnyFunction, module: Module) -> Iterator[Judgement]:
        parameter = error_parameter(function, module)
        if parameter is not None:
            verdict = self._verdict(function, parameter, function, module)
            if verdict is not None:
                yield verdict
            return
        broad = [
            node
            for node in module.handlers_by_function.get(function, ())
            if is_broad(node, module) and not _only_validates(module.parent(node))
        ]
        if not broad:
            return
        answers = None if is_handler(function, module) else _answers_requests(function, module)
        for handler in broad:
            verdict = self._verdict(handler, handler, function, module)
            if verdict is not None:
                yield verdict if answers is None else Pending(answers, verdict, None)

    def _verdict(
        self, node: ast.AST, caught: Caught, function: AnyFunction, module: Module
    ) -> Outcome | None:
        """The verdict on one catch; None where the exception goes to somebody of whom nothing is known."""
        hidden = False
        for answer in sent(function, module):
            for use in uses_of_caught(answer, caught, module):
                fate = _fate(use, answer, module)
                if fate is True and not _is_narrowed(use, module):
                    trace = [TraceStep(module.path, answer.lineno, "is sent to the client")]
                    return self.violates(module.place(node), function=function.name, trace=trace)
                hidden = hidden or fate is None
        return None if hidden else self.complies(module.place(node))


def _answers_requests(function: AnyFunction, module: Module) -> Query:
    """Whether a route leads to a function, wherever it is registered, or a view calls it for an HTTP method."""
    registered = HandlesRoute(module.symbols.definition_name(function))
    view = view_of(function, module)
    return AnyOf((registered, IsSubclass(view, VIEWS))) if view else registered


def _fate(use: ast.expr, answer: ast.expr, module: Module) -> bool | None:
    """Whether the text of the exception, taken hold of by ``use``, gets into ``answer``; None when unknown."""
    is_text = isinstance(use, ast.Call)
    child: ast.AST = use
    for parent in module.ancestors(use):
        if isinstance(parent, ast.stmt) or child is answer:
            break
        if isinstance(parent, ast.Attribute) and not is_text:
            if parent.attr not in _TEXTS:
                return False if parent.attr.startswith("__") else None
            is_text = True
        elif isinstance(parent, (ast.FormattedValue, ast.BinOp)):
            is_text = True
        elif isinstance(parent, ast.Compare) or (
            isinstance(parent, (ast.IfExp, ast.Subscript)) and child in _deciding(parent)
        ):
            return False
        elif isinstance(parent, ast.Call) and parent.func is not child:
            name = simple_name(parent.func)
            if name in _TELLS_ONLY_KIND or _CLEANS.search(name) or log_level(parent, module):
                return False
            if not (is_text or name in _MAKES_TEXT or makes_answer(parent.func, module)):
                return None
            if not is_text and _is_own_helper(parent.func, module):
                return None
            is_text = True
        child = parent
    return True if is_text else None


def _is_own_helper(func: ast.expr, module: Module) -> bool:
    """Whether a call leads to a function of the project, ``answer_with_error_response(error)``, and to no class."""
    own = module.name.partition(".")[0]
    names = module.names(func)
    return simple_name(func).lstrip("_")[:1].islower() and all(
        name.partition(".")[0] in ("", own) for name in names
    )


def _only_validates(attempt: ast.AST | None) -> bool:
    """Whether all that a ``try`` does is to check what the client sent: the text then says what is wrong with it."""
    first, *others = getattr(attempt, "body", [None])
    return _validates(first) and all(map(_goes_with_validating, others))


def _goes_with_validating(statement: ast.stmt) -> bool:
    """A check more, a refusal, or an answer in which nothing is called that could fail."""
    if isinstance(statement, ast.Return):
        calls = [part for part in ast.walk(statement) if isinstance(part, ast.Call)]
        return len(calls) < 2 and not any(map(_is_work, calls))
    if isinstance(statement, ast.Try):
        return _only_validates(statement)
    return _refuses(statement) or (_validates(statement) and not _makes_object(statement))


def _is_work(call: ast.Call) -> bool:
    """Whether a call may be more than putting an answer together."""
    return not simple_name(call.func)[:1].isupper() and simple_name(call.func) != "jsonify"


def _makes_object(statement: ast.stmt) -> bool:
    call = getattr(statement, "value", None)
    return isinstance(call, ast.Call) and simple_name(call.func).lstrip("_")[:1].isupper()


def _validates(statement: ast.stmt | None) -> bool:
    if not isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)):
        return False
    value = statement.value
    if isinstance(value, ast.ListComp):
        value = value.elt
    call = value.value if isinstance(value, ast.Await) else value
    return isinstance(call, ast.Call) and _VALIDATES.fullmatch(simple_name(call.func)) is not None


def _refuses(statement: ast.stmt) -> bool:
    """``if not isinstance(parsed, dict): raise ValueError(...)``."""
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and all(isinstance(part, ast.Raise) for part in statement.body)
    )


def _deciding(node: ast.IfExp | ast.Subscript) -> tuple[ast.expr, ...]:
    """The parts whose value decides which other value is taken."""
    return (node.test,) if isinstance(node, ast.IfExp) else (node.slice,)


def _is_narrowed(use: ast.expr, module: Module) -> bool:
    """Whether a condition around ``use`` asks for the exception's class or for a debug setting."""
    return any(
        isinstance(ancestor, (ast.If, ast.IfExp))
        and _narrows(ancestor.test, getattr(use, "id", ""))
        for ancestor in module.ancestors(use)
    )


def _narrows(test: ast.expr, caught: str) -> bool:
    for part in ast.walk(test):
        if isinstance(part, ast.Call) and simple_name(part.func) in _NARROWS and part.args:
            # Of something else than the exception it may be asked as well: ``hasattr(module, "valves")``.
            if caught in (dotted(part.args[0]).partition(".")[0], ""):
                return True
            continue
        if isinstance(part, (ast.Name, ast.Attribute)) and _DEVELOPMENT.search(simple_name(part)):
            return True
        if isinstance(part, ast.Constant) and _DEVELOPMENT.search(str(part.value)):
            return True
    return False
