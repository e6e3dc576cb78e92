"""Fetch a pinned file from the package index, without running any of its code.

Asking pip to download a source archive runs the archive's build to learn its metadata. So pip downloads wheels
only; for source archives its own index reader and session are used, which obey the same configuration (index,
proxy, certificates) and stop at the file.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corpus.releases import Release
from corpus.scratch import stamp_path
from corpus.unpacking import unpack

_CHUNK_BYTES = 1 << 20
_MAX_ARCHIVE_BYTES = 1 << 30


class FetchError(Exception):
    """A release could not be had as pinned."""


def provide(release: Release, scratch: Path) -> Path:
    """Return the root of the unpacked release in ``scratch``, fetching it if it is not there.

    Raises:
        FetchError: the index does not have the file or has another one under its name, or the folder in
            ``scratch`` is somebody else's.
        UnsafeArchiveError: the archive is not to be trusted.
    """
    root = scratch / release.name
    # Stands outside the project's folder: what lies there comes from the archive.
    stamp = stamp_path(scratch, release.name)
    unpacked = stamp.read_text(encoding="utf-8") if stamp.is_file() else None
    if root.exists() and unpacked == release.sha256:
        return root
    if root.exists():
        if unpacked is None:
            raise FetchError(f"{root} was not unpacked by this program; move it away")
        shutil.rmtree(root)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, release.archive)
        if release.is_wheel:
            _download_wheel(release, archive)
        else:
            _download_source(release, archive)
        unpack(archive, root)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(release.sha256, encoding="utf-8")
    return root


def _download_wheel(release: Release, archive: Path) -> None:
    requirements = archive.parent / "requirements.txt"
    pinned = f"{release.name}=={release.version} --hash=sha256:{release.sha256}\n"
    requirements.write_text(pinned, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    command += ["--no-deps", "--ignore-requires-python", "--require-hashes"]
    command += ["--dest", str(archive.parent), "--requirement", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not archive.is_file():
        raise FetchError(f"{release.archive}: {done.stderr.strip()}")


def _download_source(release: Release, archive: Path) -> None:
    # Here and not above: an environment without pip can still check what is already unpacked.
    from pip._internal.commands import create_command

    logging.getLogger("pip").setLevel(logging.ERROR)
    command: Any = create_command("download")
    options, _ = command.parse_args([release.name])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options, session, ignore_requires_python=True)
        address = _address_of(release, finder.find_all_candidates(release.name))
        # Without this header the session may undo the archive's own compression, which changes the digest.
        with session.get(address, headers={"Accept-Encoding": "identity"}, stream=True) as answer:
            if answer.status_code != 200:
                raise FetchError(f"{release.archive}: the index answers {answer.status_code}")
            keep_verified(answer.iter_content(_CHUNK_BYTES), archive, release.sha256)


def _address_of(release: Release, candidates: Iterable[Any]) -> str:
    for candidate in candidates:
        if candidate.link.filename == release.archive:
            return str(candidate.link.url_without_fragment)
    raise FetchError(f"{release.archive} is not on the index")


def keep_verified(chunks: Iterable[bytes], archive: Path, sha256: str) -> None:
    """Write the chunks to ``archive``.

    Raises:
        FetchError: they are too many, or their digest is not ``sha256``.
    """
    digest, size = hashlib.sha256(), 0
    with archive.open("wb") as sink:
        for chunk in chunks:
            size += len(chunk)
            if size > _MAX_ARCHIVE_BYTES:
                raise FetchError(f"{archive.name} is larger than {_MAX_ARCHIVE_BYTES} bytes")
            digest.update(chunk)
            sink.write(chunk)
    if digest.hexdigest() != sha256:
        raise FetchError(f"{archive.name}: sha256 is {digest.hexdigest()}, pinned is {sha256}")
