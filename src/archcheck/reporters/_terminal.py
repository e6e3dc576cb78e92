"""What the formats for people share: safe text, places, colours, wrapping."""

from __future__ import annotations

import re
import textwrap

from archcheck.model import Location, Severity
from archcheck.report import Issue

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, marks that turn the direction of text, and lone surrogates."""

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def clean(text: str) -> str:
    """Return ``text`` with everything escaped that could steer a terminal: names and code are untrusted."""
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)


def place(location: Location) -> str:
    """Return ``path:line:column``, as editors and terminals understand it, for what has no line the first one."""
    if not location.path:
        return "."
    return f"{clean(location.path)}:{location.line or 1}:{location.column or 1}"


def text_of(issue: Issue) -> str:
    """Return the message of an issue, marked where it costs nothing or stands for several places."""
    marks = []
    if issue.advice:
        marks.append("advice")
    if issue.places > 1:
        marks.append(f"{issue.places} places")
    return clean(issue.message) + (f" ({', '.join(marks)})" if marks else "")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 place``, ``1,234 places``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Return ``text`` as lines of at most ``width`` columns; long words stay whole.

    Args:
        text: to wrap.
        width: columns.
        first: stands before the first line.
        rest: stands before the others; as many spaces as ``first`` is long when None.
    """
    return textwrap.wrap(
        clean(text),
        width=max(width, len(first) + 20),
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


class Painter:
    """Puts colour on text, or leaves it alone.

    Args:
        colour: whether the medium understands ANSI sequences.
    """

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, style: str) -> str:
        """Return ``text`` in a style such as ``bold red``."""
        if not self._colour or not text:
            return text
        # Only a terminal pays for the import.
        from rich.color import ColorSystem
        from rich.style import Style

        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    def severity(self, text: str, severity: Severity) -> str:
        """Return ``text`` in the colour of ``severity``."""
        return self(text, _COLOURS[severity])
