"""What a module imports, for contracts: from its facts, or from the file where facts do not serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from archcheck.analysis.facts import ImportFact, ModuleFacts
from archcheck.analysis.imports.statements import import_facts
from archcheck.analysis.module import Module
from archcheck.analysis.syntax.parse import MAX_BYTES, Parsed, parse
from archcheck.files import read_at_most
from archcheck.model import Role


class ImportReader:
    """Answers what a file imports under a module name.

    Contracts see files of which there are no facts, generated ones for instance, and may know a file by another name
    than the project's layout gives it, which changes what its relative imports mean.

    Args:
        root: the repository's folder; only files below it are read.
        facts: by path.
    """

    def __init__(self, root: Path, facts: Mapping[str, ModuleFacts]) -> None:
        self._root = root
        self._facts = facts

    def __call__(self, path: str, name: str) -> Iterable[ImportFact]:
        """What the file at ``path`` imports as the module ``name``; nothing when it cannot be read."""
        facts = self._facts.get(path)
        if facts is not None and facts.name == name:
            return facts.imports
        try:
            data, size = read_at_most(self._root / path, MAX_BYTES)
            parsed = parse(data, path, size)
            if not isinstance(parsed, Parsed):
                return ()
            module = Module(
                path=path,
                name=name,
                role=Role.RUNTIME,
                text=parsed.text,
                tree=parsed.tree,
                wanted=(),
            )
            return tuple(import_facts(module))
        except (OSError, RecursionError):
            return ()
