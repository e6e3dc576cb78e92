"""Is a span, metric or event only being recorded here? What fails then has no better place to be told."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.topics.errors.cleanup import is_empty

#: Methods of spans and metrics whose names say enough.
_RECORDS = frozenset(
    {"add_event", "inc", "observe", "record_exception", "set_attribute", "set_attributes", "set_status", "set_tag"}
)  # fmt: skip
#: Functions that write something down: a line in a log, a number in a tracker. ``log_in`` is none of them.
_LOGS = re.compile(r"_?log_(?!in$|out$|off$|on$)\w+")
#: Those of instruments, which other objects have too: with ``attributes`` they are meant.
_MEASURES = frozenset({"add", "record"})
_BLOCKS = (ast.For, ast.If, ast.With)
#: They prepare what is recorded.
_PREPARES = (ast.AnnAssign, ast.Assign, ast.Import, ast.ImportFrom)


def only_records(body: list[ast.stmt]) -> bool:
    """Whether statements record something with a span or metric, and prepare it, and do nothing else."""
    done = [*_statements(body)]
    return any(map(_records, done)) and all(
        _records(statement) or isinstance(statement, _PREPARES) or is_empty(statement)
        for statement in done
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
    return (name in _RECORDS or _LOGS.fullmatch(name) is not None) or (
        name in _MEASURES and any(item.arg == "attributes" for item in call.keywords)
    )
