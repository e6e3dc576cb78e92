"""Tells Python 2 from broken Python 3, so that people hear the reason and not its first symptom."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from archcheck.analysis.syntax.downlevel.headers import statements

_LINE = re.compile(
    r"""\s* print \b (?! \s* [(=.,\[:] )  |  \s* exec \s+ ['"\w]  |  (?: [^#'"]* : )? \s* raise \s+ [\w.\[\]]+ \s* ,
    |  \s* except \b [^(),:]+ , \s* [a-z_]\w* \s* :  |  .* \b ur ['"]
    |  (?: [^#'"] | '[^']*' | "[^"]*" )* (?: (?<! [\w.] ) (?: 0x[0-9a-f]+ | [0-9]+ ) L \b | [\w)\]] \s* <> \s* [\w('"-] )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Lines that Python 2 reads and Python 3 does not; asked only of the line where the parser stopped."""

_MESSAGES = ("call to 'print'", "call to 'exec'", "leading zeros in decimal")

_LONGEST_LINE = 1_000

_HANDLER = re.compile(r"\s*except\b[^(),:]+,\s*([a-z_]\w*)\s*:")


def stops_at_python_2(text: str, error: SyntaxError) -> bool:
    """Whether the parser stopped at something of Python 2."""
    line = error.lineno or 0
    lines = text.split("\n")
    source = lines[line - 1][:_LONGEST_LINE] if 0 < line <= len(lines) else ""
    return bool(_LINE.match(source)) or any(said in error.msg for said in _MESSAGES)


def python_2_handler(text: str, tree: ast.Module) -> int:
    """Return the line of the first ``except A, e:`` that binds ``e`` the way of Python 2, or 0.

    Python 3.14 reads the same words as two exceptions. They are not, if the second is a plain lower-case name that the
    file defines nowhere.
    """
    lines = text.split("\n")
    suspects: dict[int, str] = {}
    for node in statements(tree):
        if isinstance(node, ast.ExceptHandler):
            found = _HANDLER.match(lines[node.lineno - 1][:_LONGEST_LINE])
            if found:
                suspects[node.lineno] = found[1]
    if not suspects:
        return 0
    known = {*_bound_names(tree), *dir(builtins)}
    if "*" in known:
        return 0
    return min((line for line, name in suspects.items() if name not in known), default=0)


def _bound_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
