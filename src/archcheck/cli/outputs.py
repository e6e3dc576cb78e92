"""``--format FORMAT[=FILE]``: which reports go where, and writing them so that no half file is left behind."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from archcheck.config.names import nearest
from archcheck.errors import OutputError, UsageError


class Output(Struct, frozen=True):
    """One report.

    Attributes:
        format: name of the reporter.
        file: where to write it; None for stdout.
    """

    format: str
    file: Path | None = None


def parse_outputs(values: Sequence[str], formats: Sequence[str]) -> tuple[Output, ...]:
    """Read the values of ``--format``; ``text`` on stdout when there is none.

    Args:
        values: as given, ``FORMAT`` or ``FORMAT=FILE``.
        formats: those that exist.

    Raises:
        UsageError: an unknown format, a file that is named twice or lies in no folder, or two reports on stdout.
    """
    outputs = []
    for value in values or ("text",):
        name, separator, target = value.partition("=")
        if name not in formats:
            known = ", ".join(formats)
            raise UsageError(
                f"--format: unknown format `{name}`{nearest(name, formats)}", f"one of {known}"
            )
        if separator and not target:
            raise UsageError(f"--format: `{value}` names no file", f"`--format {name}=FILE`")
        outputs.append(Output(name, Path(target) if target else None))
    files = [output.file for output in outputs]
    if files.count(None) > 1:
        raise UsageError(
            "--format: only one report can go to standard output",
            f"give the others a file: `--format {outputs[-1].format}=FILE`",
        )
    for file in filter(None, files):
        if files.count(file) > 1:
            raise UsageError(f"--format: `{file}` is named twice", "give each report its own file")
        if not file.parent.is_dir():
            raise UsageError(f"--format: `{file.parent}` is no folder", "create it first")
    return tuple(outputs)


def write_file(path: Path, text: str) -> None:
    """Write a report in one go: the file is the old one or the new one, never a part.

    Devices and pipes are written to directly.

    Raises:
        OutputError: it cannot be written, or a link stands in its place.
    """
    data = text.encode("utf-8", errors="backslashreplace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        elif path.is_symlink():
            # The repository is not trusted: a link in it could lead anywhere.
            raise OutputError(f"`{path}` is a symbolic link", "name the file that it points to")
        else:
            _replace(path, data)
    except OSError as error:
        raise OutputError(
            f"`{path}` cannot be written: {error.strerror}",
            "check its folder, permissions and the space on its disk",
        ) from error


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
