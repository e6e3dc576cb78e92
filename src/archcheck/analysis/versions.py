"""Which versions does a specifier leave possible?"""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import Version

#: How many minor versions of Python ahead of the one asked for are tried; more than will ever be supported at once.
_AHEAD = 20
_LONG_NUMBER = re.compile(r"\d{100}")


def admits_python(specifiers: str, version: str) -> bool | None:
    """Whether a project that requires these Pythons may run on ``version`` or a later one.

    None when it requires nothing in particular, or the specifiers cannot be read.

    >>> admits_python(">=3.10", "3.13"), admits_python(">=3.10,<3.13", "3.13"), admits_python("", "3.13")
    (True, False, None)
    """
    allowed = _parsed(specifiers)
    if allowed is None:
        return None
    major, minor = Version(version).release[:2]
    return any(
        allowed.contains(f"{major}.{ahead}.{patch}", prereleases=True)
        for ahead in range(minor, minor + _AHEAD)
        for patch in (0, 99)
    )


def at_least(specifiers: str, version: str) -> bool | None:
    """Whether everything that the specifiers leave possible is ``version`` or later.

    False when all of it is earlier, None when both are possible.

    >>> at_least(">=2.1,<3", "2"), at_least("<2", "2"), at_least(">=1.10", "2")
    (True, False, None)
    """
    allowed = _parsed(specifiers)
    if allowed is None:
        return None
    asked = Version(version)
    if any(_floor(item) >= asked for item in allowed):
        return True
    return False if any(_ends_before(item, asked) for item in allowed) else None


def is_no_version(text: str) -> bool:
    """Whether a text has a number that no version has: Python refuses to read one of thousands of digits."""
    return _LONG_NUMBER.search(text) is not None


def _parsed(specifiers: str) -> SpecifierSet | None:
    if is_no_version(specifiers):
        return None
    try:
        return SpecifierSet(specifiers) if specifiers else None
    except InvalidSpecifier:
        return None


def _version(item: Specifier) -> Version:
    return Version(item.version.removesuffix(".*"))


def _floor(item: Specifier) -> Version:
    """The lowest version that one specifier leaves possible."""
    return _version(item) if item.operator in (">=", ">", "==", "===", "~=") else Version("0")


def _ends_before(item: Specifier, version: Version) -> bool:
    """Whether one specifier leaves only earlier versions possible."""
    named = _version(item)
    if item.operator == "<":
        return named <= version
    if item.operator == "~=" or item.version.endswith(".*"):
        release = named.release if item.operator == "==" else named.release[:-1]
        following = (*release[:-1], release[-1] + 1)
        return Version(".".join(map(str, following))) <= version
    return item.operator in ("<=", "==", "===") and named < version
