"""What becomes of a caught exception? Shared by the rules about broad ``except`` handlers."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

from msgspec import Struct

from archcheck.analysis.calls.functions import called_names
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.library import BUILTINS
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.syntax.blocks import next_statement
from archcheck.analysis.syntax.fallbacks import may_return
from archcheck.analysis.topics.errors.caught import CAPTURES
from archcheck.analysis.topics.errors.cleanup import is_empty
from archcheck.analysis.topics.telemetry.logs import log_level

BROAD = frozenset(
    {"*", "Exception", "BaseException", "builtins.Exception", "builtins.BaseException"}
)
BROADEST = frozenset({"*", "BaseException", "builtins.BaseException"})

_EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "exit", "quit"})
_EXITING_METHODS = frozenset({"abort", "exit", "_exit"})
#: Functions and modules whose purpose is to tell of a failure.
_REPORTING_ROOTS = frozenset(
    {"sentry_sdk", "rollbar", "bugsnag", "newrelic", "traceback", "warnings", "faulthandler"}
)
_REPORTING_CALLS = frozenset(
    {"print", "pprint.pprint", "click.echo", "click.secho", "typer.echo", "syslog.syslog", "sys.excepthook"}
)  # fmt: skip
_REPORTING_METHODS = frozenset(
    {"capture_exception", "capture_message", "captureException", "record_exception", "set_exception", "set_status",
     "notice_error", "print_exception", "excepthook", "inc", "incr", "increment"}
)  # fmt: skip
_REPORTING_RECEIVER = re.compile(r"(?:^|\.)(?:messages|_*console|stderr|stdout)$")
#: A name or text that says that something went wrong: the failure is on record.
_FAILURE_WORD = re.compile(
    r"error|fail|exception|warn|crash|unavailable|unreachable|invalid|broken|corrupt", re.IGNORECASE
)
#: Words of a text that says that something did not work.
_REGRET = re.compile(rf"\b(?:no|not|unable|cannot)\b|n't\b|{_FAILURE_WORD.pattern}", re.IGNORECASE)
#: Levels that somebody reads.
_TELLING = frozenset({"critical", "error", "exception", "info", "log", "warning"})
_MAX_TEXT = 200
_MAX_IMPORT_GUARD = 3

_DATA_METHODS = frozenset(
    name for kind in (str, bytes, list, dict, set, tuple) for name in dir(kind) if name[0] != "_"
)

#: What a program's own function is called: what it returns is the status of the process.
_MAIN = re.compile(r"(?:^|_)main(?:_|$)")


class Handling(Struct, frozen=True):
    """What a handler does with the exception it caught.

    Attributes:
        reraises: it raises, the same exception or another.
        raises_after: the statement after the ``try`` does, in its place.
        exits: it ends the process, the request or the test.
        passes_on: the exception, or a text made of it, goes somewhere else than into a log.
        hands_over: the exception itself does, traceback and all.
        logs: it writes to a log, at any level, or the statement after the ``try`` does in its place.
        reports: it tells an error tracker, a metric, a stream or the state of the program.
        silent: it does nothing at all.
        helpers: other callees that may log or raise, as `called_names` gives them.
    """

    reraises: bool = False
    raises_after: bool = False
    exits: bool = False
    passes_on: bool = False
    hands_over: bool = False
    logs: bool = False
    reports: bool = False
    silent: bool = False
    helpers: tuple[str, ...] = ()

    @property
    def escalates(self) -> bool:
        """Whether somebody else still gets to handle the failure."""
        return self.reraises or self.raises_after or self.exits or self.passes_on


def is_broad(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether a handler catches everything: bare, ``Exception``, ``BaseException`` or a tuple with one of them."""
    return not BROAD.isdisjoint(module.caught(handler))


def caught_text(handler: ast.ExceptHandler, module: Module) -> str:
    """How a broad handler reads in a message: ``except Exception``, or ``except`` alone."""
    broad = [name for name in module.caught(handler) if name in BROAD]
    return " ".join(["except", *(name.rpartition(".")[2] for name in broad[:1] if name != "*")])


def handling(
    handler: ast.ExceptHandler, module: Module, handled_by: Iterable[str] = ()
) -> Handling:
    """What ``handler`` does with the exception.

    Args:
        handler: of a ``try`` in ``module``.
        module: the file.
        handled_by: names of further functions that handle an exception, qualified or as written.
    """
    nodes = list(module.own_nodes(handler))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    log_calls = [call for call in calls if log_level(call, module)]
    others = [call for call in calls if call not in log_calls]
    known = frozenset(handled_by)
    nested_types = {
        id(part)
        for node in nodes
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        for part in ast.walk(node.type)
    }
    uses = _uses(handler, module, log_calls)
    return Handling(
        reraises=any(_raises(node) or _raises_at_end(node) for node in nodes),
        raises_after=_raises_after(handler, module),
        exits=any(_exits(call, module) for call in others),
        passes_on=bool(uses) or any(_is_one_of(call, known, module) for call in others),
        hands_over=any(_is_handed_over(use, module) for use in uses),
        logs=bool(log_calls) or _tells_after(handler, module),
        reports=any(_reports(call, module) for call in others)
        or any(_says_failure(node, handler) for node in nodes if id(node) not in nested_types),
        silent=all(is_empty(statement) for statement in handler.body),
        helpers=tuple(dict.fromkeys(name for call in others for name in _helpers(call, module))),
    )


def _raises(node: ast.AST) -> bool:
    """Whether a statement raises, be it as ``assert False``."""
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and not node.test.value
    return isinstance(node, ast.Raise)


def _raises_at_end(node: ast.AST) -> bool:
    """Whether a ``with`` raises what was caught when it ends: ``with save_and_reraise_exception():`` of oslo.utils."""
    return isinstance(node, ast.With) and any(
        isinstance(item.context_expr, ast.Call)
        and simple_name(item.context_expr.func) == "save_and_reraise_exception"
        and all(keyword.arg != "reraise" for keyword in item.context_expr.keywords)
        for item in node.items
    )


def _raises_after(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the statement after the ``try`` raises: what the handler let fall is told there.

    Where the ``try`` ends a loop over candidates, it is the statement after the loop. ``if not size: raise ...``
    tells it too, where the ``try`` was to set ``size``; and where it returns what it found, calls may stand before
    the ``raise``.
    """
    attempt = module.parent(handler)
    following = _statement_after(attempt, module)
    if attempt is not None and may_return(attempt):
        while isinstance(following, ast.Expr):
            following = next_statement(following, module)
    if isinstance(following, ast.If) and isinstance(following.body[-1], ast.Raise):
        body = getattr(module.parent(handler), "body", ())
        return not _names(following.test, ast.Load).isdisjoint(
            name for statement in body for name in _names(statement, ast.Store)
        )
    return isinstance(following, ast.Raise)


def _names(node: ast.AST, context: type[ast.expr_context]) -> frozenset[str]:
    return frozenset(
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, context)
    )


def _statement_after(node: ast.AST | None, module: Module) -> ast.stmt | None:
    """The statement that follows ``node``, or the loop or ``if`` that it ends."""
    following = next_statement(node, module) if node is not None else None
    while node is not None and following is None:
        node = module.parent(node)
        if not isinstance(node, (ast.For, ast.AsyncFor, ast.If)):
            return None
        following = next_statement(node, module)
    return following


def _tells_after(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the statement after the ``try`` tells that nothing was found: where it was, the ``try`` has returned."""
    attempt = module.parent(handler)
    following = _statement_after(attempt, module)
    call = following.value if isinstance(following, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and (log_level(call, module) in _TELLING or _regrets(call, module))
        and any(
            isinstance(part, ast.Return)
            for statement in getattr(attempt, "body", ())
            for part in ast.walk(statement)
        )
    )


def _regrets(call: ast.Call, module: Module) -> bool:
    """Whether a call shows a text that says no: ``print("could not open the browser")``."""
    return _reports(call, module) and any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and _REGRET.search(part.value) is not None
        for argument in call.args
        for part in ast.walk(argument)
    )


def ends_with_status(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether a program ends with its failure: ``return 1`` in a ``main``, or ``sys.exit(status)`` after the ``try``."""
    last = handler.body[-1]
    if isinstance(last, ast.Return) and isinstance(last.value, ast.Constant):
        status = last.value.value
        name = getattr(module.function_of(handler), "name", "")
        return type(status) is int and status != 0 and _MAIN.search(name) is not None
    attempt = module.parent(handler)
    following = next_statement(attempt, module) if attempt is not None else None
    call = following.value if isinstance(following, ast.Expr) else None
    if not isinstance(call, ast.Call) or module.resolve(call.func) not in _EXITS:
        return False
    return any(not isinstance(each, ast.Constant) or each.value != 0 for each in call.args)


def _exits(call: ast.Call, module: Module) -> bool:
    return _ends_process(call, module) or any(
        _always_ends(function, module) for function in _called(call, module)
    )


def _ends_process(call: ast.Call, module: Module) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in _EXITING_METHODS:
        return True
    name = module.resolve(call.func)
    return name in _EXITS or name.rpartition(".")[2] == "abort"


def _called(call: ast.Call, module: Module) -> Iterator[AnyFunction]:
    """The functions of the module itself that a call by a plain name may mean."""
    if isinstance(call.func, ast.Name):
        for binding in module.scopes.scope_of(call.func).lookup(call.func.id):
            if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield binding.node


def _always_ends(function: AnyFunction, module: Module) -> bool:
    """Whether a function that nothing leaves early ends the process, or raises: ``def fail(): ...; sys.exit(1)``."""
    last = function.body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    ends = isinstance(last, ast.Raise) or (
        isinstance(call, ast.Call) and _ends_process(call, module)
    )
    return ends and not any(isinstance(node, ast.Return) for node in module.own_nodes(function))


def _uses(handler: ast.ExceptHandler, module: Module, log_calls: list[ast.Call]) -> list[ast.expr]:
    """Where the exception is taken hold of, by its name or as the one in flight, outside log calls."""
    logged = {id(node) for call in log_calls for node in ast.walk(call)}
    found: list[ast.expr] = []
    for statement in handler.body:
        for node in ast.walk(statement):
            if id(node) in logged:
                continue
            if isinstance(node, ast.Name):
                if node.id == handler.name and isinstance(node.ctx, ast.Load):
                    found.append(node)
            elif isinstance(node, ast.Call) and module.resolve(node.func) in CAPTURES:
                found.append(node)
    return found


def _is_handed_over(use: ast.expr, module: Module) -> bool:
    """Whether an exception is stored, returned or given to another function than ``str`` and the like."""
    parent = module.parent(use)
    if isinstance(parent, ast.keyword):
        parent = module.parent(parent)
    if isinstance(parent, ast.Call):
        return parent.func is not use and module.resolve(parent.func) not in BUILTINS
    return isinstance(
        parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.Yield, ast.Tuple, ast.List, ast.Dict)
    )


def _is_one_of(call: ast.Call, known: frozenset[str], module: Module) -> bool:
    if not known:
        return False
    written = dotted(call.func)
    names = {written, written.rpartition(".")[2], *module.names(call.func)}
    return not known.isdisjoint(names)


def _reports(call: ast.Call, module: Module) -> bool:
    func = call.func
    for name in module.names(func):
        if name in _REPORTING_CALLS or name.partition(".")[0] in _REPORTING_ROOTS:
            return True
    if not isinstance(func, ast.Attribute):
        return False
    return func.attr in _REPORTING_METHODS or bool(_REPORTING_RECEIVER.search(dotted(func.value)))


def _says_failure(node: ast.AST, handler: ast.ExceptHandler) -> bool:
    """Whether a name or a short text of the handler tells of the failure: ``self.failed = True``."""
    text = ""
    if isinstance(node, ast.Name):
        text = node.id if node.id != handler.name else ""
    elif isinstance(node, ast.Attribute):
        text = node.attr
    elif isinstance(node, ast.keyword):
        text = node.arg or ""
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value if len(node.value) <= _MAX_TEXT else ""
    return bool(_FAILURE_WORD.search(text))


def _helpers(call: ast.Call, module: Module) -> Iterator[str]:
    """The callees of which only the whole program can tell whether they log or raise."""
    for name in called_names(module, call):
        root, _, rest = name.partition(".")
        tail = name.rpartition(".")[2]
        if not root and rest in _DATA_METHODS:
            continue
        if root in sys.stdlib_module_names or root in BUILTINS or tail[:1].isupper():
            continue  # known not to log, or a class: building an object tells nobody
        yield name


def guards_import(body: list[ast.stmt], module: Module) -> bool:
    """Whether the body of a ``try`` asks for an optional package: its handler then stands for a missing one.

    It only imports, or imports another package first and asks it one or two things, such as its version.
    """
    imports = [statement for statement in body if _imports(statement, module)]
    if not imports:
        return False
    if imports[0] is body[0] and len(body) <= _MAX_IMPORT_GUARD and _is_foreign(body[0], module):
        return True
    return all(
        statement in imports
        or isinstance(statement, ast.Pass)
        or (
            isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return))
            and not any(isinstance(node, ast.Call) for node in ast.walk(statement))
        )
        for statement in body
    )


def _is_foreign(statement: ast.stmt, module: Module) -> bool:
    """Whether an import statement reads another top-level package than the module's own."""
    own = module.name.partition(".")[0]
    if isinstance(statement, ast.Import):
        return all(alias.name.partition(".")[0] != own for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return module.scopes.absolute(statement).partition(".")[0] not in ("", own)
    return False


def _imports(statement: ast.stmt, module: Module) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return True
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Call) and module.resolve(value.func) == "getattr":
        value = value.args[0] if value.args else None  # getattr(import_module("orjson"), "dumps")
    return isinstance(value, ast.Call) and module.resolve(value.func) in (
        "__import__",
        "importlib.import_module",
    )
