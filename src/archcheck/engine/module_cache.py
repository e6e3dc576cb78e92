"""What earlier runs made of single files.

An entry's key is made of everything that its result depends on: the file's contents, path, module name and role,
the first-party packages, and the surroundings (rules with their options, code, libraries, Python). The contents
alone would be wrong: the same text means something else under another name.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import cache

from msgspec.structs import replace

from archcheck.analysis.names.packages import Packages
from archcheck.analysis.syntax.parse import SYNTAX_ERROR
from archcheck.engine.analyse import ModuleResult
from archcheck.engine.codec import DAMAGE, Codec
from archcheck.engine.sources import Source
from archcheck.engine.store import Store
from archcheck.engine.surroundings import combined, surroundings
from archcheck.rule import Rule

_FILE = "modules"
_COMPRESSION = 1
"""The fastest: names and paths come again and again, so even that leaves a sixth."""


@cache
def _codec() -> Codec[ModuleResult]:
    return Codec(ModuleResult)


def encode(result: ModuleResult) -> bytes | None:
    """The result of a file as data; None when it cannot be, which a number of thousands of digits cannot."""
    try:
        return zlib.compress(_codec().encode(result), _COMPRESSION)
    except (ValueError, OverflowError, RecursionError):
        return None


def decode(data: bytes, source: Source) -> ModuleResult | None:
    """The result that was encoded, as that of ``source``; None when it is damaged."""
    try:
        return replace(_codec().decode(zlib.decompress(data)), source=source)
    except (*DAMAGE, zlib.error):
        return None


def is_lasting(result: ModuleResult) -> bool:
    """Whether the same file gives the same result tomorrow: a crash or a file that could not be read may not."""
    if result.facts is None:
        return all(failure.kind == SYNTAX_ERROR for failure in result.failures)
    return not result.failures


class ModuleCache:
    """The entries of one target.

    Args:
        store: where they are kept.
        rules: every rule of the run, with its options.
        packages: the project's own names.
    """

    def __init__(self, store: Store, rules: Iterable[Rule], packages: Packages) -> None:
        self._store = store
        self._context = combined(
            surroundings(rules), *sorted(packages.own), repr(sorted(packages.copies.items()))
        )
        self._known = store.load(_FILE)
        self._used: dict[str, bytes] = {}

    def is_empty(self) -> bool:
        """Whether no earlier run left anything, so that nothing need be looked up."""
        return not self._known

    def key(self, source: Source, digest: str) -> str:
        """The key of a file with these contents."""
        return combined(self._context, source.path, source.module, source.role.value, digest)

    def get(self, source: Source, digest: str) -> ModuleResult | None:
        """The result of an earlier run."""
        key = self.key(source, digest)
        data = self._known.get(key)
        result = decode(data, source) if data is not None else None
        if data is not None and result is not None:
            self._used[key] = data
        return result

    def put(self, result: ModuleResult, data: bytes | None) -> None:
        """Remember a result of this run, unless another run might do better.

        Args:
            result: of one file.
            data: the same encoded, where that is done already.
        """
        if is_lasting(result):
            data = data or encode(result)
            if data is not None:
                self._used[self.key(result.source, result.digest)] = data

    def save(self) -> None:
        """Keep what this run used, and as much again of what it did not: the entries of another branch, say.

        Raises:
            StoreError: it cannot be written.
        """
        if self._used.keys() <= self._known.keys():
            return
        entries = dict(self._used)
        room = sum(map(len, entries.values()))
        for key, data in self._known.items():
            if key not in entries and len(data) <= room:
                room -= len(data)
                entries[key] = data
        self._store.save(_FILE, entries)
