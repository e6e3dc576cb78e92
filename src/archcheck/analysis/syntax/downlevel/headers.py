"""Files that are too new for a few plain headers and nothing else: most of those that `ast` refuses.

``except A, B:``, and before Python 3.12 ``type X = Y``, ``def f[T](...)`` and ``class A[T](...)``, are found line by
line. The tree then tells whether each of these lines was such a statement indeed, and none the line of a string; so
no token is needed, which saves half of the time. Whatever is not as simple as that is left to `statements`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence

from archcheck.analysis.syntax.downlevel.edits import Edit, SourceEdits

_EXCEPT = r"""
    [ \t]*except[ \t]*\*?[ \t]+ (?P<types> (?:[A-Za-z_][\w.]*[ \t]*,[ \t]*)+ [A-Za-z_][\w.]* ) [ \t]*:[ \t]*(?:\#.*)?$
"""
#: At the left margin only: inside a block its end is that of the block too.
_ALIAS = r"(?P<keyword>type[ \t]+) (?P<name>[A-Za-z_]\w*) [ \t]*=(?!=)"
_DEFINITION = r"""
    [ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+[A-Za-z_]\w* (?P<parameters>\[[^\[\]()\#'"\n]*\]) [ \t]*[(:]
"""
_KNOWS_TYPE_PARAMETERS = sys.version_info >= (3, 12)
_HEADER = re.compile(
    f"^(?:{_EXCEPT})" if _KNOWS_TYPE_PARAMETERS else f"^(?:{_EXCEPT}|{_ALIAS}|{_DEFINITION})",
    re.MULTILINE | re.ASCII | re.VERBOSE,
)


def parse_newer_headers(text: str) -> ast.Module | None:
    """Return the tree of ``text`` with its own positions; None where more than headers is newer, or may be."""
    edits: list[Edit] = []
    headers: set[int] = set()
    line, counted = 1, 0
    for header in _HEADER.finditer(text):
        line += text.count("\n", counted, header.start())
        counted = header.start()
        headers.add(line)
        edits += _edits(header)
    if not edits:
        return None
    source = SourceEdits(text, edits)
    try:
        tree = ast.parse(source.apply())
    except (SyntaxError, ValueError):
        return None
    expected = set(headers)
    for node in statements(tree):
        if node.lineno in headers:
            parts = _moved(node)
            if node.lineno not in expected or parts is None:
                return None  # another statement on the line of a header, or one that is none
            expected.remove(node.lineno)
            for part in parts:
                source.restore_columns(part)
    return None if expected else tree


def statements(tree: ast.Module) -> Iterator[ast.stmt | ast.ExceptHandler]:
    """Every statement and handler of a tree, without a look at any expression."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            yield node
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                pending += inner


def _edits(header: re.Match[str]) -> Iterator[Edit]:
    if header["types"]:
        start, end = header.span("types")
        yield Edit(start, start, "(")
        yield Edit(end, end, ")")
    elif header["keyword"]:
        start, end = header.span("name")
        yield Edit(header.start("keyword"), start, "", joined=True)
        yield Edit(end, end, ': "TypeAlias"', joined=True)
    else:
        yield Edit(*header.span("parameters"), "", joined=True)


def _moved(node: ast.stmt | ast.ExceptHandler) -> Sequence[ast.AST] | None:
    """The nodes whose columns an edit of the node's first line changes; None for a node that no edit makes."""
    if isinstance(node, ast.ExceptHandler):
        return [node.type] if isinstance(node.type, ast.Tuple) else None
    if isinstance(node, ast.AnnAssign):
        return [node]
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *node.keywords]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.args] if node.returns is None else [node.args, node.returns]
    return None
