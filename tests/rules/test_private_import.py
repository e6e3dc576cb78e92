"""ARC0208: what is private, and to whom."""

from __future__ import annotations

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.rules.dependency_management.private_import import PrivateImport

IMPORTS = {
    "a private module": ("import werkzeug._reloader", [(1, BAD)]),
    "from a private module": ("from werkzeug._reloader import run", [(1, BAD)]),
    "a private name": ("from werkzeug.serving import _rewrite", [(1, BAD)]),
    "under another name": ("from werkzeug.serving import _rewrite as rewrite", [(1, BAD)]),
    "deep below": ("import a.b._c.d", [(1, BAD)]),
    "in a function": ("def f():\n    import a._b", [(2, BAD)]),
    "by name": ("import importlib\nimportlib.import_module('a._b')", [(1, OK), (2, BAD)]),
    "several names of one private module": ("from a._b import c, d", [(1, BAD)]),
    "twice is once": ("import a._b\nimport a._b", [(1, BAD)]),
    "of the standard library": ("from tempfile import _TemporaryFileWrapper", [(1, BAD)]),
    "documented": ("from os import _exit", [(1, OK)]),
    "unstable and documented": ("from opentelemetry.sdk._logs import LoggerProvider", [(1, OK)]),
    "a public name": ("from a.b import c", [(1, OK)]),
    "with two underscores": ("from a import __version__", [(1, OK)]),
    "one underscore alone": ("from gettext_for_all import _", [(1, OK)]),
    "a top-level module": ("from _pytest import nodes", [(1, OK)]),
    "for type checking": ("if False:\n    from a._b import C", []),
    "a failure expected": ("try:\n    from a._b import C\nexcept ImportError:\n    C = None", []),
    "relative": ("from ._service import serve", []),
    "of the same program": ("from app.other._service import serve", []),
}


@pytest.mark.parametrize(("code", "expected"), IMPORTS.values(), ids=IMPORTS)
def test_imports(code: str, expected: list[tuple[int, str]]) -> None:
    assert verdicts(PrivateImport, code + "\n") == expected


def test_another_top_level_package_of_the_same_project_is_free() -> None:
    files = {"src/tools_of_app/io.py": "def _read(): ...\n"}
    code = "from tools_of_app.io import _read\n"
    assert verdicts(PrivateImport, code, "src/app/service.py", files) == []


@pytest.mark.parametrize("path", ["tests/test_service.py", "scripts/fill.py"])
def test_other_roles_are_free(path: str) -> None:
    assert verdicts(PrivateImport, "import a._b\n", path) == []


def test_the_message_names_what_is_private_and_to_whom() -> None:
    (outcome,) = judged(PrivateImport, "from a.b._c.d import e\n")
    assert outcome.message == "`a.b._c` is private to `a.b`"


def test_the_rule_is_in_preview() -> None:
    assert PrivateImport.preview
