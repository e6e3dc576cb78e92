"""Where the cache is, and the secret that seals it where a stranger could plant one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archcheck.engine.store import Store, StoreError

if TYPE_CHECKING:
    from archcheck.config.load import LoadedSettings
    from archcheck.engine.memory import Execution

# What reads settings and judges is imported by the functions below: to recall a report takes none of it.

_SECRET_BYTES = 32


def execution(root: Path, loaded: LoadedSettings) -> Execution:
    """Processes and cache of a run as the settings have them; a cache that cannot be used is none."""
    from archcheck.engine.memory import Execution

    found = Execution(jobs=loaded.settings.jobs)
    if loaded.settings.cache:
        try:
            found.store = configured_store(root, loaded)
        except StoreError as error:
            found.trouble.append(str(error))
    return found


def configured_store(root: Path, loaded: LoadedSettings) -> Store:
    """The cache that the settings name; raises as `store` does."""
    from archcheck.config.sources import OriginKind

    origin = loaded.origin(("cache-dir",)).kind
    by_user = origin not in (OriginKind.DEFAULT, OriginKind.FILE)
    return store(root, loaded.settings.cache_dir, by_user=by_user)


def store(root: Path, folder_name: str, *, by_user: bool) -> Store:
    """The cache of the repository at ``root``.

    A folder inside the repository is sealed with the user's secret. One outside, which only an option or a
    variable can name, is the user's own; there the repository's path tells its files from others.

    Args:
        root: the repository's folder.
        folder_name: where the cache is.
        by_user: an option or variable says so, hence it is relative to the working folder and not to ``root``.

    Raises:
        StoreError: the folder lies behind a link, or there is no place for the secret.
    """
    folder = _from_here(folder_name) if by_user else root / folder_name
    # Both sides as they are spelled: a link inside the repository must not pass for a folder outside.
    if not folder.is_relative_to(root):
        prefix = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
        return Store(folder, prefix=f"{prefix}-")
    if not folder.parent.resolve().is_relative_to(root.resolve()):
        raise StoreError(f"`{folder}` lies behind a symbolic link that leads out of the repository")
    return Store(folder, secret=_secret())


def user_store() -> Store:
    """Where archcheck keeps what belongs to the user and to no repository.

    Raises:
        StoreError: there is no place for it.
    """
    return Store(_state_folder() / "archcheck" / "commands")


def _from_here(name: str) -> Path:
    path = Path(name)
    with contextlib.suppress(RuntimeError):  # no home folder: a tilde stays a tilde
        path = path.expanduser()
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links


def _secret() -> bytes:
    """The user's secret, made on first use, in a file that nobody else can read.

    Raises:
        StoreError: it can be neither read nor made.
    """
    path = _state_folder() / "archcheck" / "cache-secret"
    try:
        found = _read(path)
        if not found:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)
            found = _read(path)
    except OSError as error:
        raise StoreError(f"its secret cannot be kept in `{path}`: {error.strerror}") from error
    if not found:
        raise StoreError(f"its secret in `{path}` is damaged: delete that file")
    return found


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b""
    return data if len(data) == _SECRET_BYTES else b""


def _make(path: Path) -> None:
    """Write a new secret unless another process was faster: a link to a whole file is there or is not."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
        with contextlib.suppress(FileExistsError):
            temporary.rename(path) if sys.platform == "win32" else os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _state_folder() -> Path:
    """Where programs of this system keep what belongs to one user and one machine.

    Raises:
        StoreError: the user has no home folder.
    """
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME"
    named = os.environ.get(variable, "")
    if Path(named).is_absolute():
        return Path(named)
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise StoreError("there is no home folder to keep its secret in") from error
