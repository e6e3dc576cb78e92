"""What a Python program of the repository runs, such as a driver that a CI job calls; it is read as syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from archcheck.analysis.manifests.model import Command
from archcheck.analysis.manifests.repository import Repository
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.parse import Parsed, parse


def read_program(repository: Repository, path: str) -> Iterator[Command]:
    """Yield what the program may run: lists of words, texts handed to a function, and runners that are called.

    Raises:
        UnreadableManifestError: it cannot be opened.
    """
    parsed = parse(repository.text(path).encode(), path)
    for node in ast.walk(parsed.tree) if isinstance(parsed, Parsed) else ():
        words: list[str] = []
        if isinstance(node, (ast.List, ast.Tuple)):
            words = _words(node.elts)
        elif isinstance(node, ast.Call):
            runner, _, function = dotted(node.func).rpartition(".")
            words = [f"python -m {runner}"] if function == "main" and runner else _text(node.args)
        if words and isinstance(node, (ast.List, ast.Tuple, ast.Call)):
            yield Command(node.lineno, " ".join(words), path)


def _words(items: Sequence[ast.expr]) -> list[str]:
    """The words of a command; one that begins with something computed (``sys.executable``) begins with Python."""
    words = [word for item in items for word in _text([item])]
    return ["python", *words] if words and not _text(items[:1]) else words


def _text(items: Sequence[ast.expr]) -> list[str]:
    first = items[0] if items else None
    return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
