"""The process's own streams: data on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TextIO

from archcheck.errors import OutputError


def prepare_streams() -> None:
    """Make every text printable: what the encoding lacks is escaped instead of ending the run.

    A stream that is closed from the beginning has nobody who listens: what goes there is lost.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Write data to stdout. A reader that has gone away is no error.

    Raises:
        OutputError: the text could not be written, for want of space for one.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise OutputError(
            f"cannot write to standard output: {error.strerror}", "free some space or name a file"
        ) from error


def error(message: str, hint: str = "") -> None:
    """Say what went wrong and the next step, on stderr."""
    # Imported here, so that a run without an error does not pay for it.
    from archcheck.reporters._terminal import Painter, clean

    lines = [message, "", f"hint: {hint}"] if hint else [message]
    text = "\n".join(clean(line) for line in "\n".join(lines).split("\n"))
    label = Painter(wants_colour(sys.stderr))("error", "bold red")
    _say(f"{label}: {text}")


def note(text: str) -> None:
    """Say something in one line on stderr, without what a path may hold to steer the terminal."""
    from archcheck.reporters._terminal import clean

    _say(clean(text))


def _say(text: str) -> None:
    """Write to stderr; nobody listening is no error."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour what goes to ``stream``: ``NO_COLOR``, then ``FORCE_COLOR``, then whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def is_unicode(stream: TextIO) -> bool:
    """Whether ``stream`` can show more than ASCII."""
    try:
        "█░".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width() -> int:
    """Columns of the terminal: ``COLUMNS``, else its own, else 80."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def _silence_stdout() -> None:
    """Send what is still buffered nowhere, lest Python complain about it at exit."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
