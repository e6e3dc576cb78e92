"""Is a span, metric or event only being recorded here, or a line logged? What fails then has no better place to be told."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.topics.errors.cleanup import is_empty
from archcheck.analysis.topics.telemetry.logs import log_level

#: Methods of spans and metrics whose names say enough.
_RECORDS = frozenset(
    {"add_event", "inc", "observe", "record_exception", "set_attribute", "set_attributes", "set_status", "set_tag"}
)  # fmt: skip
#: Functions that write something down: a line in a log, a number in a tracker. ``log_in`` is none of them.
_LOGS = re.compile(
    r"_?log_(?!in$|out$|off$|on$)\w+"
    r"|_?record_(?:count\w*|duration|error|exception|failure|gauge|histogram|latency|metrics?|success|timing|usage)"
)
#: Those of spans, which other objects have too: the receiver's name tells.
_OF_SPANS = frozenset({"end", "update"})
_SPAN = re.compile(r"(?:^|_)span$")
#: Those of instruments, which other objects have too: with ``attributes`` they are meant.
_MEASURES = frozenset({"add", "record"})
_BLOCKS = (ast.For, ast.If, ast.With)
#: They prepare what is recorded.
_PREPARES = (ast.AnnAssign, ast.Assign, ast.Import, ast.ImportFrom)
#: They show something to whoever sits at the terminal.
_PRINTS = frozenset(
    {"click.launch", "print", "sys.stderr.flush", "sys.stderr.write", "sys.stdout.flush", "sys.stdout.write",
     "webbrowser.open", "webbrowser.open_new", "webbrowser.open_new_tab"}
)  # fmt: skip
#: Functions that such a line may need.
_HARMLESS = frozenset({"getattr", "len", "str"})


def only_records(body: list[ast.stmt], module: Module) -> bool:
    """Whether statements record something with a span or metric, and prepare it, or log or print what they know, and do nothing else."""
    done = [each for each in _statements(body) if not isinstance(each, _PREPARES)]
    records = [each for each in done if _records(each)]
    if records:
        return all(each in records or is_empty(each) for each in done)
    return _only_tells(body, module)


def only_marks(body: list[ast.stmt]) -> bool:
    """Whether all that is tried is to mark an object of somebody else, which may forbid it: ``error._reported = True``."""
    match [each for each in body if not is_empty(each)]:
        case [ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))], value=ast.Constant())]:
            return name not in ("self", "cls")
        case [ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), *_]))]:
            return name not in ("self", "cls")
    return False


def _only_tells(body: list[ast.stmt], module: Module) -> bool:
    """Whether calls that log or print are the only ones: another may be the work of which they tell."""
    calls = [part for each in body for part in ast.walk(each) if isinstance(part, ast.Call)]
    tells = [
        call for call in calls if log_level(call, module) or module.resolve(call.func) in _PRINTS
    ]
    return bool(tells) and all(
        call in tells or simple_name(call.func) in _HARMLESS for call in calls
    )


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """The simple statements of a block and of the blocks in it."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, _BLOCKS):
            found += _statements([*statement.body, *getattr(statement, "orelse", [])])
        else:
            found.append(statement)
    return found


def _records(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name in _RECORDS or _LOGS.fullmatch(name):
        return True
    if name in _OF_SPANS:
        return _SPAN.search(simple_name(call.func.value)) is not None
    return name in _MEASURES and any(item.arg == "attributes" for item in call.keywords)
