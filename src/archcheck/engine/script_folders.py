"""Folders that are on `sys.path` all the same, although an `__init__.py` makes them, or one around them, a package.

Such is a Django project whose `manage.py` stands beside its apps, in a folder with an `__init__.py`: its modules import
one another as `core.models`, and not as `project.core.models`. Such is `src` with an `__init__.py` that nobody imports.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from archcheck.engine.heads import head

#: Files that people, servers and containers run.
_PROGRAMS = frozenset(
    {"manage.py", "main.py", "app.py", "run.py", "server.py", "cli.py", "wsgi.py", "asgi.py"}
)
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)\.(\w+)", re.MULTILINE)
_DJANGO_SETTINGS = re.compile(r"""DJANGO_SETTINGS_MODULE["'],[ \t]*["'](\w+)\.(\w+)""")
_MAX_BYTES = 200_000
_SRC = "src"
_FROM_SRC = re.compile(rb"^[ \t]*(?:from|import)[ \t]+src\b", re.MULTILINE)


def script_folders(root: Path, python: Sequence[str]) -> Iterator[str]:
    """Folders of packages from which a program imports what stands beside it by its top-level name.

    An import of `core.settings` in `shop/manage.py` can only mean `shop/core/settings.py`, where there is no other
    `core`: so `shop` must be on the path.

    Args:
        root: the repository's folder.
        python: paths of its Python files.
    """
    files = frozenset(python)
    folders = {folder for path in python for folder in _ancestors(path)}
    tops = {folder for folder in folders if not _is_inside_package(folder, files)}
    elsewhere = {folder.rpartition("/")[2] for folder in tops if folder}
    if f"{_SRC}/__init__.py" in files and _is_layout(root, python):
        yield _SRC
    for path in python:
        folder, _, name = path.rpartition("/")
        if name not in _PROGRAMS or f"{folder}/__init__.py" not in files:
            continue
        for package, module in _imported(root / path):
            inner = f"{folder}/{package}"
            beside = f"{inner}/{module}.py" in files or f"{inner}/{module}" in folders
            if beside and package not in elsewhere:
                yield folder
                break


def _is_layout(root: Path, python: Sequence[str]) -> bool:
    """Whether `src` merely holds packages, which are imported by their own names."""
    inside = [path for path in python if path.startswith(f"{_SRC}/")]
    packages = {path.split("/")[1] for path in inside if path.count("/") > 1}
    texts = [head(root / path, _MAX_BYTES) for path in inside]
    own = re.compile(
        rb"^[ \t]*(?:from|import)[ \t]+(?:%s)\b"
        % b"|".join(map(re.escape, map(str.encode, sorted(packages)))),
        re.MULTILINE,
    )
    return bool(packages) and not any(map(_FROM_SRC.search, texts)) and any(map(own.search, texts))


def _imported(path: Path) -> list[tuple[str, str]]:
    """Package and module of each dotted name that a program imports, its Django settings included."""
    text = head(path, _MAX_BYTES).decode("utf-8", errors="replace")
    return [*_IMPORT.findall(text), *_DJANGO_SETTINGS.findall(text)]


def _ancestors(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _is_inside_package(folder: str, files: Collection[str]) -> bool:
    """Whether a folder around this one is a package."""
    return any(f"{around}/__init__.py" in files for around in _ancestors(folder) if around)
