"""Unpack an archive that nobody has vouched for.

Only plain files come out, with the folders they need. Links and devices are left out, modes and owners are not
kept, and nothing is written outside the target folder, whatever the names in the archive say.
"""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

_CHUNK_BYTES = 1 << 20
_SYMBOLIC_LINK = 0o120000
_FILE_TYPE_MASK = 0o170000
# What the standard library raises for an archive that is damaged or names one path twice.
_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    gzip.BadGzipFile,
    EOFError,
    FileExistsError,
    NotADirectoryError,
    NotImplementedError,
)


class UnsafeArchiveError(Exception):
    """The archive names a path outside the target, is damaged, or breaks a bound."""


@dataclass(frozen=True)
class Bounds:
    """How much an archive may hold before it is refused.

    Attributes:
        files: number of plain files.
        size: unpacked bytes of all of them.
    """

    files: int = 150_000
    size: int = 3 << 30


@dataclass(frozen=True)
class _Entry:
    """A plain file of an archive: its name as written there, and how to read it."""

    name: str
    open: Callable[[], IO[bytes] | None]


def unpack(archive: Path, target: Path, *, bounds: Bounds | None = None) -> None:
    """Unpack ``archive`` (``.tar.gz``, ``.zip`` or ``.whl``) so that ``target`` becomes its root.

    A source archive wraps everything in one folder, which is left away; a wheel does not. The target appears
    whole or not at all.

    Raises:
        UnsafeArchiveError: the archive is damaged or not to be trusted.
        FileExistsError: ``target`` is there already.
    """
    if target.exists():
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as scratch:
        root = Path(scratch, "root")
        root.mkdir()
        try:
            _extract(archive, root, bounds or Bounds())
        except _DAMAGE as error:
            raise UnsafeArchiveError(f"{archive.name}: {error}") from error
        if archive.suffix != ".whl":
            root = _only_folder(root, archive.name)
        root.rename(target)


def _extract(archive: Path, root: Path, bounds: Bounds) -> None:
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as opened_zip:
            _write(_zip_entries(opened_zip), root, bounds)
    else:
        with tarfile.open(archive, "r:gz") as opened_tar:
            _write(_tar_entries(opened_tar), root, bounds)


def _tar_entries(archive: tarfile.TarFile) -> Iterator[_Entry]:
    for member in archive:
        if member.isreg():
            yield _Entry(member.name, partial(archive.extractfile, member))


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[_Entry]:
    for info in archive.infolist():
        unix_mode = info.external_attr >> 16
        if not info.is_dir() and unix_mode & _FILE_TYPE_MASK != _SYMBOLIC_LINK:
            yield _Entry(info.filename, partial(archive.open, info))


def _write(entries: Iterator[_Entry], root: Path, bounds: Bounds) -> None:
    remaining = bounds.size
    for count, entry in enumerate(entries, start=1):
        if count > bounds.files:
            raise UnsafeArchiveError(f"more than {bounds.files} files")
        path = root.joinpath(*_safe_parts(entry.name))
        path.parent.mkdir(parents=True, exist_ok=True)
        source = entry.open()
        if source is None:
            raise UnsafeArchiveError(f"{entry.name!r} is no plain file")
        with source, path.open("xb") as sink:
            # What is read counts: the size that an archive states of itself may be a lie.
            while chunk := source.read(_CHUNK_BYTES):
                remaining -= len(chunk)
                if remaining < 0:
                    raise UnsafeArchiveError(f"more than {bounds.size} bytes")
                sink.write(chunk)


def _safe_parts(name: str) -> tuple[str, ...]:
    """Return the parts of an archive's path.

    Raises:
        UnsafeArchiveError: the path is absolute, climbs, or means something else on another system.
    """
    path = PurePosixPath(name)
    climbs = path.is_absolute() or ".." in path.parts or not path.parts
    if climbs or any(character in name for character in "\\:\0"):
        raise UnsafeArchiveError(f"unsafe path {name!r}")
    return path.parts


def _only_folder(root: Path, name: str) -> Path:
    children = list(root.iterdir())
    if len(children) != 1 or not children[0].is_dir():
        raise UnsafeArchiveError(f"{name} does not hold exactly one folder")
    return children[0]
