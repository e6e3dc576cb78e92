"""Comments that silence findings: ours, and those that neighbouring tools own.

Tokenizing a file costs more than parsing it. So only lines that can hold such a comment are looked at, and the
syntax tree tells where the strings are in which a ``#`` begins no comment; only where a string of several lines
leaves that open, the file is tokenized. Of the peers' forms those are read that name a line, the rest of a block or,
with codes, a whole file; a blanket ``flake8: noqa`` for a file judged no place.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_left
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.model import Suppression

_CANDIDATE = re.compile(
    r"#[^\S\n]*(?:archcheck:|(?:(?:ruff|flake8):[^\S\n]*)?noqa|nosec|pylint:)", re.IGNORECASE
)
#: Where another directive of the same comment begins.
_NEXT = r"(?=#\s*(?:archcheck:|noqa|nosec|pylint:|type:|pragma:|fmt:|pyright:)|$)"
_OURS = re.compile(
    r"#\s*archcheck:\s*(?P<scope>ignore-file|ignore)\b\s*(?:\[(?P<codes>[^\]]{0,300})\])?(?P<rest>.*?)"
    + _NEXT,
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\buntil=(\S+)")
_NOQA = re.compile(
    r"#\s*(?P<file>(?:ruff|flake8):\s*)?noqa(?![\w-])"
    r"(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*))?",
    re.IGNORECASE,
)
_NOSEC = re.compile(r"#\s*nosec(?![\w-])(?P<rest>[^#]*)", re.IGNORECASE)
_BANDIT_CODE = re.compile(r"\bB[0-9]{3}\b")
_PYLINT = re.compile(
    r"#\s*pylint:\s*disable(?P<next>-next)?\s*=\s*(?P<codes>[\w\-]+(?:\s*,\s*[\w\-]+)*)"
)
_PYLINT_CODE = re.compile(r"^[CEFIRW][0-9]{4}$")
_PYLINT_ENABLES = re.compile(r"#\s*pylint:\s*enable\s*=")

#: Pylint's message names -> its codes, for those that some rule honours.
_PYLINT_CODES = {
    "broad-exception-caught": "W0718",
    "broad-except": "W0718",
    "w0703": "W0718",
    "bare-except": "W0702",
    "broad-exception-raised": "W0719",
    "missing-timeout": "W3101",
    "consider-using-with": "R1732",
    "too-many-nested-blocks": "R1702",
    "method-cache-max-size-none": "W1518",
    "lru-cache-decorating-method": "W1516",
    "contextmanager-generator-missing-cleanup": "W0135",
    "cyclic-import": "R0401",
    "invalid-envvar-default": "W1508",
    "deprecated-module": "W4901",
    "deprecated-method": "W4902",
    "deprecated-class": "W4904",
    "eval-used": "W0123",
    "pointless-statement": "W0104",
    "expression-not-assigned": "W0106",
}


def suppressions(text: str, path: str, module: Module | None = None) -> tuple[Suppression, ...]:
    """Every suppression comment of a file, in order; nothing is raised for text that does not tokenize.

    A comment of ours without codes silences nothing; it is returned, so that the report can call it unused.

    Args:
        text: the file's text.
        path: its path.
        module: its tree, where the tree's columns are those of the text; None to tokenize.
    """
    if not _CANDIDATE.search(text):
        return ()
    comments = _locate(text, module) if module is not None else None
    lines = _normalised(text).split("\n") if "pylint" in text else []
    found: list[Suppression] = []
    for line, column, comment in _tokenize(text) if comments is None else comments:
        found.extend(_ours(comment, path, line))
        found.extend(_peers(comment, path, line))
        found.extend(_pylint(comment, path, (line, column), lines))
    return tuple(found)


def _locate(text: str, module: Module) -> list[tuple[int, int, str]] | None:
    """Line, column and text of the comments that may silence, or None where only tokens can tell."""
    wanted = _candidate_lines(text)
    strings: dict[int, list[tuple[int, int]]] = {line: [] for line in wanted}
    for node in module.strings():
        first, last = node.lineno, node.end_lineno or node.lineno
        if first != last:
            following = bisect_left(wanted, first)
            if following < len(wanted) and wanted[following] <= last:
                return None
        if first in strings and not any(
            isinstance(ancestor, ast.JoinedStr) for ancestor in module.ancestors(node)
        ):
            strings[first].append((node.col_offset, node.end_col_offset or 0))
    found: list[tuple[int, int, str]] = []
    lines = text.split("\n")
    for number in wanted:
        line = lines[number - 1]
        column = _comment_column(line, strings[number])
        if column >= 0:
            found.append((number, column, line[column:]))
    return found


def _candidate_lines(text: str) -> list[int]:
    """The lines with something that looks like a suppression, each once, in order."""
    found: list[int] = []
    line, position = 1, 0
    for match in _CANDIDATE.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        if found[-1:] != [line]:
            found.append(line)
    return found


def _comment_column(line: str, strings: list[tuple[int, int]]) -> int:
    """Where the comment of a line begins, -1 when it has none.

    Args:
        line: its text.
        strings: the offsets in UTF-8 between which its strings stand.
    """
    data = line.encode()
    position = 0
    for start, end in [*sorted(strings), (len(data), len(data))]:
        found = data.find(b"#", position, start)
        if found >= 0:
            return len(data[:found].decode())
        position = max(position, end)
    return -1


def _tokenize(text: str) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of each comment, with lines counted as the parser counts them."""
    source = io.StringIO(_normalised(text))
    try:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.start[1], token.string
    except (tokenize.TokenError, SyntaxError, ValueError):
        # Syntax newer than this Python: what was read up to here stands.
        return


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _ours(comment: str, path: str, line: int) -> Iterator[Suppression]:
    for found in _OURS.finditer(comment):
        rest = found["rest"]
        until = _UNTIL.search(rest)
        reason = " ".join(_UNTIL.sub(" ", rest).split())
        yield Suppression(
            path=path,
            line=line,
            codes=_split(found["codes"] or ""),
            reason=reason.strip(" -–—:,;"),
            until=until[1] if until else "",
            whole_file=found["scope"].lower() == "ignore-file",
        )


def _peers(comment: str, path: str, line: int) -> Iterator[Suppression]:
    for noqa in _NOQA.finditer(comment):
        codes = tuple(code.upper() for code in _split(noqa["codes"] or ""))
        if codes or not noqa["file"]:
            yield Suppression(path, line, codes, whole_file=bool(noqa["file"]), peer="noqa")
    nosec = _NOSEC.search(comment)
    if nosec:
        yield Suppression(path, line, tuple(_BANDIT_CODE.findall(nosec["rest"])), peer="nosec")


def _pylint(
    comment: str, path: str, start: tuple[int, int], lines: list[str]
) -> Iterator[Suppression]:
    line, column = start
    for found in _PYLINT.finditer(comment):
        codes = tuple(_pylint_code(name) for name in _split(found["codes"]))
        if found["next"]:
            yield Suppression(path, line + 1, codes, peer="pylint")
        elif column == 0:  # a comment of its own at module level
            yield Suppression(path, line, codes, whole_file=True, peer="pylint")
        else:
            last = _end_of_block(line, column, lines)
            yield Suppression(path, line, codes, peer="pylint", last_line=last)


def _end_of_block(line: int, column: int, lines: list[str]) -> int:
    """The last line of the block in which a comment stands by itself, or that its line opens; 0 for no block.

    Indentation tells, as pylint's own reading of the tree would: a text of several lines that begins further to the
    left ends the block too early, which silences less.
    """
    before = lines[line - 1][:column].rstrip() if line <= len(lines) else "?"
    if before and not before.endswith(":"):
        return 0
    least = len(before) - len(before.lstrip()) + 1 if before else column
    last = 0
    for number, text in enumerate(lines[line:], line + 1):
        code = text.strip()
        indent = len(text) - len(text.lstrip())
        if not code or (code.startswith("#") and not _PYLINT_ENABLES.match(code)):
            continue
        if indent < least or code.startswith("#"):
            break
        last = number
    return last


def _pylint_code(name: str) -> str:
    known = _PYLINT_CODES.get(name.lower())
    if known:
        return known
    return name.upper() if _PYLINT_CODE.match(name.upper()) else name


def _split(codes: str) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[\s,]+", codes.strip()) if code)
