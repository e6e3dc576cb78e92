"""Reading within bounds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from archcheck.files import read_at_most


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abcdef")
    assert read_at_most(file, 4) == (b"abcd", 6)
    assert read_at_most(file, 6) == (b"abcdef", 6)
    assert read_at_most(str(file), 60) == (b"abcdef", 6)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_what_has_no_end_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for endless in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match=r"no regular file|directory"):
            read_at_most(endless, 10)
