"""The files of the cache: entries of bytes by key, many in one file, sealed, replaced as a whole.

One file and not one an entry: eight thousand small files take longer to open than to judge. A run reads the
file at once and replaces it at once, so that runs side by side see the old one or the new one, never a mixture.

A cache inside the target is not to be trusted: whoever can change the repository could plant one that says that
all is well. So each file is sealed with a secret that lies outside, and a file without the right seal is a miss,
as is one that is damaged, too large, a link, or of another version of this format.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

MAX_BYTES = 512 * 1024 * 1024
"""No file of the cache is larger; a larger one is not written, and not read."""

TAG = "CACHEDIR.TAG"
SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"
"""Tells backups and other tools what the folder is; the standard fixes the text."""

_MAGIC = b"archcheck cache 1\n"
_SEAL_BYTES = 32
_SUFFIX, _TEMPORARY = ".pack", ".part"
_MAX_FILES = 64
_ABANDONED_SECONDS = 3600
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


class StoreError(Exception):
    """The cache cannot be used; the message says why, to be read after "the cache is not used"."""


class Store(Struct, frozen=True):
    """A cache folder.

    Attributes:
        folder: where it is; made on the first `save`.
        secret: seals the files; empty in a folder that only its user can write.
        prefix: begins the names of this target's files in a folder that several targets share.
    """

    folder: Path
    secret: bytes = b""
    prefix: str = ""

    def load(self, name: str) -> dict[str, bytes]:
        """The entries of a file in the order they were saved in; none where there is no file of ours."""
        try:
            self._refuse_link()
            data = _read(self._path(name))
        except (OSError, StoreError):
            return {}
        body = memoryview(data)[len(_MAGIC) + _SEAL_BYTES :]
        seal = data[len(_MAGIC) : len(_MAGIC) + _SEAL_BYTES]
        if not data.startswith(_MAGIC) or not hmac.compare_digest(seal, self._seal(name, [body])):
            return {}
        return dict(_unpack(body))

    def save(self, name: str, entries: Mapping[str, bytes]) -> None:
        """Replace a file.

        Raises:
            StoreError: the folder is not ours to write to, or the disk is full or read-only.
        """
        index = json.dumps([[key, len(value)] for key, value in entries.items()]).encode()
        body = (len(index).to_bytes(8, "big"), index, *entries.values())
        if sum(map(len, body)) > MAX_BYTES:
            raise StoreError(f"it would be larger than {MAX_BYTES // 1024 // 1024} MiB")
        try:
            self._prepare()
            self._replace(self._path(name), (_MAGIC, self._seal(name, body), *body))
            self._prune()
        except OSError as error:
            raise StoreError(f"`{self.folder}`: {error.strerror or error}") from error

    def clear(self) -> int:
        """Delete the files of the cache, and the folder if nothing else is in it.

        Returns:
            how many files with entries there were.

        Raises:
            StoreError: it is a link, no cache of ours, or cannot be deleted.
        """
        self._refuse_link()
        if not self.folder.is_dir():
            return 0
        if not self._is_tagged():
            raise StoreError(f"`{self.folder}` has no `{TAG}`: it is no cache")
        try:
            packs = [path for path in self.folder.iterdir() if path.suffix == _SUFFIX]
            parts = [path for path in self.folder.iterdir() if path.suffix == _TEMPORARY]
            for path in (*packs, *parts, self.folder / ".gitignore", self.folder / TAG):
                path.unlink(missing_ok=True)
            if not any(self.folder.iterdir()):
                self.folder.rmdir()
        except OSError as error:
            raise StoreError(f"`{self.folder}`: {error.strerror or error}") from error
        return len(packs)

    def _path(self, name: str) -> Path:
        return self.folder / f"{self.prefix}{name}{_SUFFIX}"

    def _seal(self, name: str, body: Iterable[bytes | memoryview]) -> bytes:
        # The name takes part, so that a file cannot pass for another.
        hashed = hashlib.blake2b(key=self.secret[:64], digest_size=_SEAL_BYTES)
        hashed.update(f"{name}\0".encode())
        for part in body:
            hashed.update(part)
        return hashed.digest()

    def _refuse_link(self) -> None:
        if self.folder.is_symlink():
            raise StoreError(f"`{self.folder}` is a symbolic link")

    def _is_tagged(self) -> bool:
        try:
            with (self.folder / TAG).open(encoding="utf-8") as file:
                return file.read(len(SIGNATURE)) == SIGNATURE
        except (OSError, UnicodeDecodeError):
            return False

    def _prepare(self) -> None:
        """Make the folder, and mark it as one that need be neither kept nor committed."""
        self._refuse_link()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._is_tagged():
            return
        others = any(path.suffix not in (_SUFFIX, _TEMPORARY) for path in self.folder.iterdir())
        # Asked again: a run beside this one may have put its tag there between the two looks.
        if others and not self._is_tagged():
            raise StoreError(f"`{self.folder}` holds other files and has no `{TAG}`")
        text = f"{SIGNATURE}\n# Cache of archcheck: `archcheck clean` deletes it.\n"
        # The tag first: whoever meets another file of ours finds the tag as well.
        self._replace(self.folder / TAG, (text.encode(),))
        self._replace(self.folder / ".gitignore", (b"*\n",))

    def _replace(self, path: Path, parts: tuple[bytes, ...]) -> None:
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_TEMPORARY}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
        try:
            with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
                file.writelines(parts)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

    def _prune(self) -> None:
        """Delete what killed runs left behind, and the oldest files of a folder that many targets share."""
        packs: list[tuple[float, Path]] = []
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                modified = path.lstat().st_mtime
                if path.suffix == _SUFFIX:
                    packs.append((modified, path))
                elif path.suffix == _TEMPORARY and modified < time.time() - _ABANDONED_SECONDS:
                    path.unlink()
        for _, path in sorted(packs, reverse=True)[_MAX_FILES:]:
            with contextlib.suppress(OSError):
                path.unlink()


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES + 1024:
            raise StoreError("no regular file, or too large")
        return file.read()


def _unpack(body: memoryview) -> Iterator[tuple[str, bytes]]:
    start = 8 + int.from_bytes(body[:8], "big")
    for key, length in json.loads(bytes(body[8:start])):
        yield key, bytes(body[start : start + length])
        start += length
