"""Runs `expressions` in a process of its own, because libcst does not survive every text.

Its native parser overflows the stack on some thousand open brackets, which kills the process, and takes exponential
time on nested patterns of a ``case``. Neither can be caught. A checked repository is untrusted, so the worst that it
may cost is one unreadable file: the process is ended, and the next file that needs one gets a new one.

The two talk in lines of JSON: a text there, a `Rewriting` or an error back.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import IO, Any, ClassVar, cast

from archcheck.analysis.syntax.downlevel.rewriting import Rewriting

SECONDS, SECONDS_PER_MB = 10.0, 20.0
"""The time limit for one file; its start takes a third of a second, a megabyte about four."""

_PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from archcheck.analysis.syntax.downlevel.libcst_process import serve
serve()
"""


class LibcstSyntaxError(Exception):
    """libcst does not know the syntax either.

    Args:
        line: where it stopped.
    """

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class LibcstCrashError(Exception):
    """libcst did not come back from the text."""


def find_newer_expressions(text: str) -> Rewriting:
    """Find the expressions that the running Python does not know.

    Args:
        text: source text with ``\\n`` as its only line end.

    Raises:
        LibcstSyntaxError: libcst does not know it either.
        LibcstCrashError: it crashed or took too long.
    """
    try:
        answer = _Process.current().ask(text)
    except OSError as error:
        raise LibcstCrashError(f"no process for libcst: {error}") from error
    if "line" in answer:
        raise LibcstSyntaxError(answer["line"])
    return Rewriting.from_json(answer["rewriting"])


class _Process:
    """A libcst process and the pipes to it."""

    _current: ClassVar[_Process | None] = None

    def __init__(self) -> None:
        self._owner = os.getpid()
        # Isolated, so that neither the current folder (it may be the target's) nor the environment adds modules.
        path = [entry for entry in sys.path if entry]
        command = [sys.executable, "-I", "-c", _PROGRAM, json.dumps(path)]
        self._popen = subprocess.Popen(  # noqa: S603 (our own interpreter and program; the text goes through a pipe)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._input = cast("IO[bytes]", self._popen.stdin)
        self._output = cast("IO[bytes]", self._popen.stdout)
        atexit.register(self._close)

    @classmethod
    def current(cls) -> _Process:
        """Return the process that belongs to this one, started if need be."""
        if cls._current is None or cls._current._owner != os.getpid():
            cls._current = cls()
        return cls._current

    def ask(self, text: str) -> dict[str, Any]:
        """Send a text and return the answer."""
        timer = threading.Timer(SECONDS + SECONDS_PER_MB * len(text) / 1e6, self._popen.kill)
        timer.start()
        try:
            self._input.write(json.dumps(text).encode() + b"\n")
            self._input.flush()
            line = self._output.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self._close()
            raise LibcstCrashError("libcst gave up")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _close(self) -> None:
        if self._owner != os.getpid():
            return  # a forked copy of what belongs to the parent
        type(self)._current = None
        atexit.unregister(self._close)
        self._popen.kill()
        self._popen.wait()
        self._output.close()
        with contextlib.suppress(BrokenPipeError):
            self._input.close()


def serve() -> None:
    """Answer texts from standard input until it closes; what the process runs.

    It works in a thread, because only a thread's stack can be chosen, and the same on every system.
    """
    sys.setrecursionlimit(5_000)
    threading.stack_size(64 * 1024 * 1024)
    thread = threading.Thread(target=_serve)
    thread.start()
    thread.join()


def _serve() -> None:
    from libcst import ParserSyntaxError

    from archcheck.analysis.syntax.downlevel import expressions

    for line in sys.stdin.buffer:
        try:
            answer: dict[str, Any] = {
                "rewriting": expressions.find_newer_expressions(json.loads(line)).to_json()
            }
        except ParserSyntaxError as error:
            answer = {"line": error.editor_line}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
