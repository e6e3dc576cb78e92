"""What the formats share: safe names and the words for an edge."""

from __future__ import annotations

import re

from archcheck.diagrams import Edge

#: Control characters, marks that turn the direction of text, lone surrogates, and what XML does not allow.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def printable(text: str) -> str:
    """Return ``text`` on one line, with everything replaced that no format can hold."""
    return _UNSAFE.sub("\ufffd", text)


def shortened(text: str, length: int) -> str:
    """Return ``text`` with its middle left out, so that it is at most ``length`` characters long."""
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}…{text[-end:]}"


def count(number: int, noun: str) -> str:
    """Return ``1 module``, ``1,234 modules``."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def told(edge: Edge) -> str:
    """Return what there is to say of an edge: ``12 imports, 3 illegal``."""
    said = count(edge.imports, "import")
    if edge.illegal:
        said += f", {edge.illegal:,} illegal"
    return f"{said}, closing a circle" if edge.closing else said
