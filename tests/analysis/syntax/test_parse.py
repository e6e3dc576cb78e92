"""From bytes to a tree: encodings, bounds, and what is said of files that cannot be read."""

from __future__ import annotations

import ast
import codecs
import subprocess
import sys
import warnings

import pytest

from archcheck.analysis.syntax import parse as parsing
from archcheck.analysis.syntax.parse import Parsed, SourceEncodingError, decode, parse
from archcheck.model import Failure


def failure(data: bytes, kind: str = "unreadable-file") -> Failure:
    """Parse what must fail."""
    result = parse(data, "pkg/module.py")
    assert isinstance(result, Failure)
    assert (result.kind, result.path) == (kind, "pkg/module.py")
    return result


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("x = 'é'\n".encode(), "x = 'é'\n"),
        (codecs.BOM_UTF8 + "x = 'é'\n".encode(), "x = 'é'\n"),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        ("#!/bin/sh\n# vim: set fileencoding=cp1251 :\n# я\n".encode("cp1251"), "#!/bin/sh\n# vim: set fileencoding=cp1251 :\n# я\n"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"", ""),
    ],
)  # fmt: skip
def test_decodes_as_the_file_declares(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"x = 1\n# \xe9\n", 2, "byte 0xe9 is not utf-8"),
        (b"# coding: klingon\n", 1, "unknown encoding: klingon"),
        (b"# coding: rot13\n", 1, "`rot13` is no encoding of text"),
        (b"# coding: undefined\nx\n", 1, "`undefined` is no encoding of text"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", 1, "encoding problem: utf-8"),
    ],
)
def test_names_the_encoding_at_fault(data: bytes, line: int, said: str) -> None:
    with pytest.raises(SourceEncodingError) as caught:
        decode(data)
    assert caught.value.line == line
    assert said in str(caught.value)
    found = failure(data)
    assert (found.line, found.message) == (line, f"cannot be decoded: {caught.value}")
    assert "UTF-8" in found.hint


def test_parses_with_the_lines_of_the_file() -> None:
    result = parse(b"x = 1\r\n\x0c\r\ny = 2\r\n", "a.py")
    assert isinstance(result, Parsed)
    assert not result.downlevelled
    assert [node.lineno for node in result.tree.body] == [1, 3]
    assert result.text.split("\n")[2] == "y = 2"


def test_warnings_of_the_target_are_neither_shown_nor_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(parse(b"x = '\\d'\nassert (1, 'x')\n", "a.py"), Parsed)


def test_a_usual_file_does_not_load_the_downleveller() -> None:
    program = (
        "import sys; from archcheck.analysis.syntax.parse import parse; parse(b'x = 1', 'a.py');"
        "sys.exit('archcheck.analysis.syntax.downlevel' in sys.modules)"
    )
    path = {"PYTHONPATH": ":".join(entry for entry in sys.path if entry)}
    subprocess.run([sys.executable, "-c", program], check=True, env=path)


@pytest.mark.parametrize(
    ("data", "kind", "line", "message", "hint"),
    [
        (b"x = 1\nx = = 2\n", "syntax-error", 2, "cannot be parsed: invalid syntax", "mend the syntax"),
        (b"if x:\n        y\n\tz\n", "syntax-error", 3, "inconsistent use of tabs", "mend the syntax"),
        (b"x = 1\ny = '\0'\n", "unreadable-file", 2, "NUL byte", "exclude it"),
        (b"-" * 200_000 + b"x", "unreadable-file", 0, "nested too deeply", "exclude it"),
        (b"(" * 5_000, "syntax-error", 1, "too many nested parentheses", "mend the syntax"),
        (b"import os\nprint 'x'\n", "syntax-error", 2, "is written for Python 2", "exclude it"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(
    data: bytes, kind: str, line: int, message: str, hint: str
) -> None:
    found = failure(data, kind)
    assert found.line == line
    assert message in found.message
    assert hint in found.hint


def test_refuses_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_BYTES", 1024 * 1024)
    found = failure(b"#" * (2 * 1024 * 1024))
    assert found.message == "is too large to read: 2.0 MB"


def test_the_tree_is_a_module() -> None:
    result = parse(b"", "empty.py")
    assert isinstance(result, Parsed)
    assert ast.dump(result.tree) == ast.dump(ast.Module([], []))
