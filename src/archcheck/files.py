"""Files of a target, read within bounds: a pipe or device in the place of a file would have no end."""

from __future__ import annotations

import errno
import os
import stat

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_at_most(path: str | os.PathLike[str], limit: int) -> tuple[bytes, int]:
    """The beginning of a file.

    Args:
        path: of the file; a link is followed.
        limit: how many bytes to read at most.

    Returns:
        its first bytes, and how many it has in all.

    Raises:
        OSError: it cannot be opened or read, or is no regular file.
    """
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "no regular file", os.fspath(path))
        data = file.read(limit)
        return data, max(found.st_size, len(data))
