"""Comments that silence findings: ours, and those that neighbouring tools own.

A file is tokenized only when its text can hold such a comment at all: tokenizing everything would cost more
than parsing it.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from archcheck.model import Suppression

_CANDIDATE = re.compile(r"#[^\n]{0,200}?(?:archcheck:|noqa|nosec|pylint:)", re.IGNORECASE)
_OURS = re.compile(
    r"#\s*archcheck:\s*(?P<scope>ignore-file|ignore)\s*\[(?P<codes>[^\]]{1,300})\]\s*(?P<rest>[^#]*)"
)
_UNTIL = re.compile(r"\buntil=(\d{4}-\d{2}-\d{2})\b")
_NOQA = re.compile(r"#\s*noqa(?!\w)(?::\s*(?P<codes>[A-Za-z]+\d+(?:[\s,]+[A-Za-z]+\d+)*))?", re.IGNORECASE)
_NOSEC = re.compile(r"#\s*nosec(?!\w)(?::?\s*(?P<codes>B\d+(?:[\s,]+B\d+)*))?", re.IGNORECASE)
_PYLINT = re.compile(r"#\s*pylint:\s*disable\s*=\s*(?P<codes>[\w\-]+(?:\s*,\s*[\w\-]+)*)")

#: Pylint's message names -> its codes, for those that some rule honours.
_PYLINT_CODES = {
    "broad-exception-caught": "W0718",
    "broad-except": "W0718",
    "w0703": "W0718",
    "bare-except": "W0702",
    "broad-exception-raised": "W0719",
    "missing-timeout": "W3101",
    "consider-using-with": "R1732",
    "method-cache-max-size-none": "W1518",
    "lru-cache-decorating-method": "W1516",
    "contextmanager-generator-missing-cleanup": "W0135",
    "cyclic-import": "R0401",
    "invalid-envvar-default": "W1508",
    "deprecated-module": "W4901",
    "deprecated-method": "W4902",
    "deprecated-class": "W4904",
    "eval-used": "W0123",
}


def suppressions(text: str, path: str) -> tuple[Suppression, ...]:
    """Every suppression comment of a file, in order; nothing is raised for text that does not tokenize."""
    if not _CANDIDATE.search(text):
        return ()
    found: list[Suppression] = []
    for line, comment in _comments(text):
        found.extend(_parse(comment, path, line))
    return tuple(found)


def _comments(text: str) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError, ValueError):
        # Syntax newer than this Python: what was read up to here stands.
        return


def _parse(comment: str, path: str, line: int) -> Iterator[Suppression]:
    for ours in _OURS.finditer(comment):
        rest = ours["rest"].strip()
        until = _UNTIL.search(rest)
        yield Suppression(
            path=path,
            line=line,
            codes=_split(ours["codes"]),
            reason=_UNTIL.sub("", rest).strip(" -–:"),
            until=until.group(1) if until else "",
            whole_file=ours["scope"] == "ignore-file",
        )
    for peer, pattern in (("noqa", _NOQA), ("nosec", _NOSEC)):
        found = pattern.search(comment)
        if found:
            codes = _split(found["codes"] or "")
            yield Suppression(path=path, line=line, codes=codes, peer=peer)
    pylint = _PYLINT.search(comment)
    if pylint:
        codes = tuple(_PYLINT_CODES.get(code.lower(), code) for code in _split(pylint["codes"]))
        yield Suppression(path=path, line=line, codes=codes, peer="pylint")


def _split(codes: str) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[\s,]+", codes.strip()) if code)
