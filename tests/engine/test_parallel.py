"""Processes that cannot begin: the work is done here, and none is left behind."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from archcheck.api import check
from archcheck.engine.memory import Execution


def test_without_room_for_a_thread_the_files_are_analysed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.py").write_text("def load(path):\n    return open(path).read()\n")
    expected = [issue.location.path for issue in check(tmp_path).issues]
    assert expected

    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    report = check(tmp_path, execution=Execution(jobs=2))
    assert [issue.location.path for issue in report.issues] == expected
    assert not report.failures
    for process in multiprocessing.active_children():
        process.join(20)
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_run_that_is_terminated_leaves_no_process_behind(tmp_path: Path) -> None:
    """A process that is left would keep the pipes open, and the time would run out."""
    for name in "abc":
        (tmp_path / f"{name}.py").touch()
    program = (
        "import os, signal, sys\n"
        "from archcheck.cli.main import main\n"
        "from archcheck.engine import parallel\n"
        "parallel.wait = lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM)\n"
        f"sys.argv[1:] = ['--no-cache', '--jobs', '2', {str(tmp_path)!r}]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 143
    assert b"Traceback" not in done.stderr
