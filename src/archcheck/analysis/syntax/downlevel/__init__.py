"""Reads files that are newer than the running Python.

A file that `ast` refuses is rewritten to older constructs of the same meaning on the same lines, and then parsed as
usual. So one report comes out of one repository, whatever Python runs archcheck.
"""

from __future__ import annotations

import ast

from archcheck.analysis.syntax.downlevel.headers import parse_newer_headers
from archcheck.analysis.syntax.downlevel.libcst_process import (
    LibcstCrashError,
    LibcstSyntaxError,
    find_newer_expressions,
)
from archcheck.analysis.syntax.downlevel.python2 import python_2_handler, stops_at_python_2
from archcheck.analysis.syntax.downlevel.rewriting import Rewriting

_MEND = "mend the syntax, or exclude the file"


class UnreadableError(Exception):
    """The file is no Python that can be read.

    Args:
        line: where, 0 when that is not known.
        message: what is wrong, to be read after the file's name.
        hint: the next step.
    """

    def __init__(self, line: int, message: str, hint: str = _MEND) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.hint = hint


class GaveUpError(UnreadableError):
    """What reads newer expressions gave up on it, which it might not another time."""


def with_newer_headers(text: str) -> ast.Module | None:
    """Parse a file in which nothing but headers is newer, see `headers`; None for any other, Python 2 included.

    Args:
        text: its text with ``\\n`` as the only line end.
    """
    tree = parse_newer_headers(text)
    return tree if tree is not None and not python_2_handler(text, tree) else None


def downlevel(text: str) -> ast.Module:
    """Parse a file that `ast` refuses.

    Args:
        text: its text with ``\\n`` as the only line end.

    Returns:
        A tree with the line and column numbers of ``text``, but without type parameters.

    Raises:
        UnreadableError: it is no Python, or Python 2.
    """
    tree = parse_newer_headers(text) or _with_older_statements(text)
    if isinstance(tree, SyntaxError):
        tree = _with_older_expressions(text, tree)
    line = python_2_handler(text, tree)
    if line:
        raise _python_2(line)
    return tree


def _with_older_statements(text: str) -> ast.Module | SyntaxError:
    try:
        return Rewriting().parse(text)
    except SyntaxError as error:
        return error


def _with_older_expressions(text: str, error: SyntaxError) -> ast.Module:
    """Parse what is still refused after its statements were rewritten, with ``error``."""
    if stops_at_python_2(text, error):
        raise _python_2(error.lineno or 0)
    if isinstance(error, IndentationError) or error.msg == "too many nested parentheses":
        raise _unreadable(error)  # no newer grammar mends these
    try:
        return find_newer_expressions(text).parse(text)
    except LibcstSyntaxError as refused:
        # libcst knows the grammar better, `ast` words errors better: the one that came further is right.
        if refused.line > (error.lineno or 0):
            raise UnreadableError(refused.line, "cannot be parsed: invalid syntax") from refused
        raise _unreadable(error) from error
    except LibcstCrashError as crash:
        hint = "run archcheck under a newer Python, mend the syntax, or exclude the file"
        found = _unreadable(error)
        raise GaveUpError(found.line, found.message, hint) from crash
    except SyntaxError as remaining:
        raise _unreadable(remaining) from remaining


def _python_2(line: int) -> UnreadableError:
    return UnreadableError(line, "is written for Python 2", "exclude it, or bring it to Python 3")


def _unreadable(error: SyntaxError) -> UnreadableError:
    return UnreadableError(error.lineno or 0, f"cannot be parsed: {error.msg}")
