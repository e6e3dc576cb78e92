"""Targets that are broken, odd or hostile: a clear word about each, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.report import Report

GOOD = "import asyncio\n\n\nasync def go(job):\n    task = asyncio.create_task(job())\n    await task\n"


CALL = b"import requests\n\n\ndef load(url):\n    return requests.get(url)\n"


def run(root: Path, files: dict[str, bytes]) -> Report:
    for path, data in {"app/__init__.py": b"", "app/good.py": GOOD.encode(), **files}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return check(root, Settings.model_validate({"kinds": ["service"]}))


UNREADABLE = {
    "syntax error": b"def f(:\n    pass\n",
    "null bytes": b"x = 1\0\n",
    "unknown codec": b"# -*- coding: no-such-codec -*-\nx = 1\n",
    "wrong codec": b"# -*- coding: ascii -*-\nx = '\xc3\xa9'\n",
    "no UTF-8": b"x = '\xff\xfe\xfa'\n",
    "Python 2": b"print 'hello'\n",
    "deep nesting": b"x = " + b"(" * 3000 + b")" * 3000 + b"\n",
    "deep unary": b"x = " + b"-" * 100_000 + b"1\n",
    "bad indentation": b"if x:\n        a\n    b\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_named_with_a_next_step(case: str, tmp_path: Path) -> None:
    report = run(tmp_path, {"app/bad.py": UNREADABLE[case]})
    assert report.gate.exit_code == 2
    (failure,) = report.failures
    assert failure.path == "app/bad.py"
    assert failure.message
    assert failure.hint
    assert str(tmp_path) not in failure.message + failure.hint
    # The rest of the report is there all the same.
    assert report.tallies["ARC1003"].opportunities == 1


READABLE = {
    "a byte order mark": b"\xef\xbb\xbfx = 1\n",
    "Latin-1": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "carriage returns": b"x = 1\r\ny = 2\rz = 3\n",
    "a form feed": b"x = 1\n\x0c\ny = 2\n",
    "no final line end": b"x = 1",
    "nothing": b"",
    "a long line": b"x = '" + b"a" * 1_000_000 + b"'\n",
    "many names": b"".join(b"x%d = %d\n" % (n, n) for n in range(20_000)),
    "a long chain": b"x = " + b".".join([b"a"] * 500) + b"\n",
    "a circle of names": b"a = b\nb = c\nc = a\na.get()\nself = self.x\n",
    "warnings": b"x = '\\d'\nassert (1, 2)\nif x is 'a': pass\n",
}


@pytest.mark.parametrize("case", READABLE)
def test_an_odd_file_is_read(case: str, tmp_path: Path) -> None:
    report = run(tmp_path, {"app/odd.py": READABLE[case]})
    assert not report.failures
    assert report.tallies["ARC1003"].opportunities == 1


def test_a_huge_file_is_refused_by_name(tmp_path: Path) -> None:
    report = run(tmp_path, {"app/huge.py": b"x = 1\n" * 3_000_000})
    assert [failure.path for failure in report.failures] == ["app/huge.py"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "app/self.py").symlink_to(tmp_path / "app/self.py")
    report = run(tmp_path, {})
    assert not report.failures
    assert [notice.path for notice in report.notices if notice.kind == "symlink"] == ["app/self.py"]


def test_a_name_that_is_no_text_is_survived(tmp_path: Path) -> None:
    run(tmp_path, {})
    # A `Path` takes no bytes.
    with open(os.path.join(os.fsencode(tmp_path), b"app/\xff.py"), "wb") as file:  # noqa: PTH118, PTH123
        file.write(b"x = 1\n")
    report = check(tmp_path, Settings.model_validate({"kinds": ["service"]}))
    assert report.tallies["ARC1003"].opportunities == 1


def test_a_package_whose_name_is_no_text_is_judged(tmp_path: Path) -> None:
    run(tmp_path, {"inner/deep/__init__.py": b""})
    package = os.path.join(os.fsencode(tmp_path), b"inner/\xe9t\xe9")  # noqa: PTH118
    os.makedirs(package)  # noqa: PTH103
    for name, data in {b"__init__.py": b"", b"call.py": CALL}.items():
        with open(os.path.join(package, name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(data)
    report = check(tmp_path, Settings.model_validate({"kinds": ["service"]}))
    assert "inner/\udce9t\udce9/call.py" in {issue.location.path for issue in report.issues}


def test_a_file_is_not_read_beyond_the_bound(tmp_path: Path) -> None:
    run(tmp_path, {"app/endless.py": b"", "pkg/.gitignore": b"", "requirements.txt": b""})
    for path in ("app/endless.py", "pkg/.gitignore", "requirements.txt"):
        os.truncate(tmp_path / path, 1 << 40)
    report = check(tmp_path, Settings.model_validate({"kinds": ["service"]}))
    assert {failure.path for failure in report.failures} == {"app/endless.py", "requirements.txt"}
    (endless,) = [item for item in report.failures if item.path == "app/endless.py"]
    assert endless.message == "is too large to read: 1048576.0 MB"


BROKEN_MANIFESTS = {
    "pyproject.toml": b"[project\nname = 1\n",
    "poetry.lock": b"[[package]\n",
    "requirements.txt": b"\xff\xfe\x00\x00",
    ".github/workflows/ci.yml": b"jobs: [\n",
}


@pytest.mark.parametrize("path", BROKEN_MANIFESTS)
def test_a_broken_manifest_is_named(path: str, tmp_path: Path) -> None:
    report = run(tmp_path, {path: BROKEN_MANIFESTS[path]})
    assert path in {failure.path for failure in report.failures}
    assert report.gate.exit_code == 2


NUMBER = b"9" * 5000
ODD_MANIFESTS = {
    "a number of thousands of digits": ("pyproject.toml", b"version = " + NUMBER),
    "such a requirement": ("requirements.txt", b"django>=" + NUMBER),
    "such a version of Python": (
        "pyproject.toml",
        b"[project]\nname = 'a'\nrequires-python = '>=" + NUMBER + b"'\n",
    ),
    "such a bound of Poetry": (
        "pyproject.toml",
        b"[tool.poetry.dependencies]\ndjango = '^" + NUMBER + b"'\n",
    ),
    "a marker in parentheses": ("requirements.txt", b"django; " + b"(" * 10_000),
    "a list where a word is meant": ("pyproject.toml", b"[tool.pyright]\ntypeCheckingMode = []\n"),
    "a hundred thousand broken lines": ("setup.cfg", b"[a]\n" + b" = \n" * 100_000),
}


@pytest.mark.parametrize("case", ODD_MANIFESTS)
def test_an_odd_manifest_ends_no_run(case: str, tmp_path: Path) -> None:
    path, data = ODD_MANIFESTS[case]
    report = run(tmp_path, {path: data, "app/uses.py": b"import django\n"})
    assert {failure.path for failure in report.failures} <= {path}
    assert report.tallies["ARC1003"].opportunities == 1


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    rows = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 30)]
    report = run(tmp_path, {".github/workflows/ci.yml": b"\n".join(rows) + b"\n"})
    assert [failure.path for failure in report.failures] == [".github/workflows/ci.yml"]


#: Texts that patterns went through once for each of their letters: this test would take hours.
REPETITIVE = {
    ".github/workflows/ci.yml": b"jobs: {lint: {steps: [{run: pre-commit run}]}}\n",
    ".pre-commit-config.yaml": b"\n" * 900_000,
    "logging.conf": b"a." * 450_000,
    "app/routes.py": b"import fastapi\n\napp = fastapi.FastAPI()\n\n\n@app.get('/"
    + b"{" * 450_000
    + b"')\ndef index():\n    return {}\n",
    "app/query.py": b"def go(c, x):\n    c.execute('select " + b"%s" * 200_000 + b"' % (x,))\n",
    "app/hashes.py": b"x = '" + b"#" * 900_000 + b"'  # noqa\n",
    "app/silent.py": b"x = 1  # noqa: S101\n" * 20_000,
}


def test_a_repetitive_text_is_read_once(tmp_path: Path) -> None:
    report = run(tmp_path, REPETITIVE)
    assert not report.failures
    assert report.tallies["ARC1003"].opportunities == 1


def test_the_target_is_never_imported(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    code = f"open({str(mark)!r}, 'w').close()\n".encode()
    run(tmp_path, {"setup.py": code, "app/evil.py": code, "conftest.py": code})
    assert not mark.exists()
