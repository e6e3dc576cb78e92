"""From the bytes of a file to its syntax tree; what cannot be read becomes a `Failure`, never an exception.

`ast` reads only the grammar of the Python that runs it. A file that it refuses is handed to
`archcheck.analysis.syntax.downlevel`, which is imported for such a file only: the usual file pays for nothing but
`ast.parse`. A file that looks newer goes there at once, for a refusal costs as much as reading it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import warnings

from msgspec import Struct

from archcheck.model import Failure

MAX_BYTES = 8 * 1024 * 1024
"""Larger files are data or generated, and their trees take gigabytes."""

UNREADABLE = "unreadable-file"
"""The kind of a `Failure` that another run, or another setting of the machine, may be spared."""
SYNTAX_ERROR = "syntax-error"
"""The kind of a `Failure` that lies in the text alone."""

_EXCEPT_SEVERAL = r"except[ \t]+[A-Za-z_][\w.]*[ \t]*,"
_TYPE_PARAMETERS = (r"def [A-Za-z_]\w*\[", r"class [A-Za-z_]\w*\[", r"\ntype [A-Za-z_]")
#: Where most files are newer than the running Python, if they are; each begins with letters that are fast to find.
_LOOKS_NEWER = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        *((_EXCEPT_SEVERAL,) if sys.version_info < (3, 14) else ()),
        *(_TYPE_PARAMETERS if sys.version_info < (3, 12) else ()),
    )
)


class Parsed(Struct, frozen=True):
    """A file that could be read.

    Attributes:
        tree: its syntax tree; line and column numbers are those of ``text``.
        text: its text with ``\\n`` as the only line end, so ``text.split("\\n")`` has the tree's lines.
        downlevelled: it is newer than the running Python and was rewritten to older constructs to be read.
    """

    tree: ast.Module
    text: str
    downlevelled: bool = False


class SourceEncodingError(ValueError):
    """The bytes are not text in the encoding that the file declares.

    Args:
        message: what is wrong.
        line: where it is, 0 when it is about the whole file.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def decode(data: bytes) -> str:
    """Return the text of a source file, as its byte order mark or PEP 263 comment says (UTF-8 without one).

    Line ends become ``\\n``.

    Raises:
        SourceEncodingError: an unknown or contradictory encoding, or bytes that do not fit it.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise SourceEncodingError(str(error.msg), 1) from error
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceEncodingError(
            f"byte {data[error.start]:#04x} is not {encoding}", line
        ) from error
    except (LookupError, UnicodeError) as error:
        raise SourceEncodingError(f"`{encoding}` is no encoding of text", 1) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def parse(data: bytes, path: str, size: int = 0) -> Parsed | Failure:
    """Read a file.

    Args:
        data: its bytes; of a file larger than `MAX_BYTES` the beginning will do.
        path: its path, for the failure.
        size: of the whole file in bytes, where ``data`` may be its beginning only.
    """
    size = max(size, len(data))
    if size > MAX_BYTES:
        shown = f"{size / 1024 / 1024:.1f} MB"
        return _failure(
            path, 0, f"is too large to read: {shown}", "exclude it if it is generated or data"
        )
    try:
        text = decode(data)
    except SourceEncodingError as error:
        return _failure(
            path,
            error.line,
            f"cannot be decoded: {error}",
            "save it as UTF-8, or declare its encoding in its first line",
        )
    with warnings.catch_warnings():
        # The target's own syntax warnings are not ours to show, and a user's filter must not make them errors.
        warnings.simplefilter("ignore")
        try:
            newer = _newer(text) if any(each.search(text) for each in _LOOKS_NEWER) else None
            return newer or Parsed(ast.parse(text), text)
        except (RecursionError, MemoryError):
            return _too_deep(path)
        except (SyntaxError, ValueError) as error:
            return _downlevelled(text, path, error)


def _newer(text: str) -> Parsed | None:
    """A file with newer headers; None where it has none after all, or needs a closer look."""
    from archcheck.analysis.syntax.downlevel import with_newer_headers

    tree = with_newer_headers(text)
    return Parsed(tree, text, downlevelled=True) if tree is not None else None


def _downlevelled(text: str, path: str, error: SyntaxError | ValueError) -> Parsed | Failure:
    from archcheck.analysis.syntax.downlevel import GaveUpError, UnreadableError, downlevel

    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return _failure(path, line, "holds a NUL byte: it is no source file", "exclude it")
    if not isinstance(error, SyntaxError):
        return _failure(path, 0, f"cannot be parsed: {error}", "exclude it")
    try:
        return Parsed(downlevel(text), text, downlevelled=True)
    except UnreadableError as unreadable:
        kind = UNREADABLE if isinstance(unreadable, GaveUpError) else SYNTAX_ERROR
        return Failure(kind, path, unreadable.line, unreadable.message, unreadable.hint)
    except (RecursionError, MemoryError):
        return _too_deep(path)


def _too_deep(path: str) -> Failure:
    return _failure(path, 0, "is nested too deeply to be parsed", "exclude it if it is generated")


def _failure(path: str, line: int, message: str, hint: str) -> Failure:
    return Failure(UNREADABLE, path, line, message, hint)
