"""The files of a repository, read within bounds: what is broken becomes a failure with its line, never an exception."""

from __future__ import annotations

import codecs
import configparser
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import tomli

from archcheck.analysis.manifests.yaml_text import Node, YamlTextError, load_yaml
from archcheck.files import read_at_most
from archcheck.model import Failure

MAX_BYTES = 2_000_000
"""No manifest, CI configuration or script is larger."""

MAX_INI_LINES = 10_000
"""The standard library's parser copies its list of errors for each broken line."""

_TOML_LINE = re.compile(r"at line (\d+)")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableManifestError(Exception):
    """A manifest that cannot be read.

    Args:
        path: its path.
        line: where it is broken, 0 when that is not known.
        message: what is wrong, to be read after the file's name.
        hint: the next step.
    """

    def __init__(self, path: str, line: int, message: str, hint: str = "mend the syntax") -> None:
        super().__init__(message)
        self.failure = Failure("broken-manifest", path, line, message, hint)


class Repository:
    """The files of a repository that may be read.

    Args:
        root: its folder.
        files: every file that is not ignored, posix and relative; nothing else is ever opened.
        opened: receives the path of every file that is opened.
    """

    def __init__(self, root: Path, files: Collection[str], opened: set[str] | None = None) -> None:
        self._opened = opened if opened is not None else set()
        self._root = root
        self._files = frozenset(files)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._sorted = sorted(self._files)
        for path in self._sorted:
            folder, _, name = path.rpartition("/")
            self._names[folder].append(name)
        self._yaml: dict[str, list[Node]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def folder(self, folder: str) -> list[str]:
        """Paths of the files that lie directly in a folder (``""`` for the root), sorted."""
        return [join(folder, name) for name in self._names.get(folder, ())]

    def below(self, folder: str) -> list[str]:
        """Paths of all files below a folder (``""`` for the root), sorted."""
        if not folder:
            return list(self._sorted)
        # "0" is the character behind "/".
        first, last = (bisect_left(self._sorted, f"{folder}{end}") for end in "/0")
        return self._sorted[first:last]

    def text(self, path: str, limit: int = MAX_BYTES) -> str:
        """The text of a file: UTF-8, or UTF-16 with a byte order mark.

        Raises:
            UnreadableManifestError: it is no file of the repository, no text, cannot be opened or is larger than
                ``limit`` bytes.
        """
        data = self._bytes(path, limit)
        encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise UnreadableManifestError(
                path, line, "is no UTF-8 text", "save it as UTF-8"
            ) from error
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise UnreadableManifestError(
                path, line, "holds a NUL byte: it is no text", "save it as UTF-8"
            )
        return text

    def script(self, path: str) -> str:
        """The text of a script or build file, in whatever encoding: its commands are ASCII; ``""`` if unreadable."""
        try:
            return self._bytes(path, MAX_BYTES).decode(errors="replace")
        except UnreadableManifestError:
            return ""

    def _bytes(self, path: str, limit: int) -> bytes:
        if path not in self._files:
            raise UnreadableManifestError(path, 0, "is missing", "add it, or drop what names it")
        self._opened.add(path)
        try:
            data, size = read_at_most(self._root / path, limit)
        except OSError as error:
            raise UnreadableManifestError(
                path, 0, f"cannot be read: {error.strerror}", "check its permissions"
            ) from error
        if size > limit:
            raise UnreadableManifestError(
                path, 0, f"is larger than {limit / 1_000_000:.0f} MB", "exclude it or split it"
            )
        return data

    def toml(self, path: str, limit: int = MAX_BYTES) -> tuple[dict[str, Any], str]:
        """A TOML document and its text.

        Raises:
            UnreadableManifestError: as for `text`, or it is no TOML.
        """
        text = self.text(path, limit)
        try:
            return tomli.loads(text), text
        except ValueError as error:  # also a number of thousands of digits
            found = _TOML_LINE.search(str(error))
            line = int(found[1]) if found else 0
            raise UnreadableManifestError(path, line, f"is no valid TOML: {error}") from error
        except RecursionError as error:
            raise UnreadableManifestError(path, 0, "is nested too deeply") from error

    def ini(self, path: str) -> tuple[dict[str, dict[str, str]], str]:
        """The sections of an INI file, without interpolation, and its text.

        Raises:
            UnreadableManifestError: as for `text`, or it is no INI file.
        """
        text = self.text(path)
        if text.count("\n") > MAX_INI_LINES:
            message = f"has more than {MAX_INI_LINES:,} lines"
            raise UnreadableManifestError(path, 0, message, "exclude it or split it")
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text)
        except configparser.Error as error:
            errors = getattr(error, "errors", None)
            line = errors[0][0] if errors else getattr(error, "lineno", 0)
            raise UnreadableManifestError(path, line, "is no valid INI file") from error
        return {name: dict(parser[name]) for name in parser.sections()}, text

    def yaml(self, path: str) -> list[Node]:
        """The documents of a YAML file.

        Raises:
            UnreadableManifestError: as for `text`, or it is no YAML, or expands beyond reason.
        """
        if path not in self._yaml:
            try:
                self._yaml[path] = load_yaml(self.text(path))
            except YamlTextError as error:
                message = f"is no usable YAML: {error}"
                raise UnreadableManifestError(path, error.line, message) from error
        return self._yaml[path]


def join(folder: str, name: str) -> str:
    """The path of a name in a folder, ``""`` being the root."""
    return f"{folder}/{name}" if folder else name


def relative(path: str, reference: str) -> str:
    """The path that a file means by a relative reference; ``""`` when that lies outside the repository."""
    folder = path.rpartition("/")[0]
    parts = folder.split("/") if folder else []
    for part in reference.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def line_of(text: str, needle: str, start: int = 0) -> int:
    """The line on which ``needle`` first stands at or after offset ``start``; 0 when nowhere."""
    found = text.find(needle, start) if needle else -1
    return text.count("\n", 0, found) + 1 if found >= 0 else 0
