"""The base of values that outlive their file: what a file's analysis gives, and what a report is made of.

They go from process to process and into the cache, hundreds of thousands of them in a large project, so they are
structs of `msgspec`: made, compared and decoded in C.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct


class Record(Struct, frozen=True, array_like=True, gc=False):
    """An immutable value of plain data, written as the list of its fields.

    None can be a part of itself, so the collector of cycles need not know of them.
    """


if TYPE_CHECKING:
    Interned = str
else:

    class _Strings(type):
        """Makes every string an instance, without a detour through Python: there are millions."""

        __instancecheck__ = str.__instancecheck__

    class Interned(metaclass=_Strings):
        """A string that comes again and again, such as a path or a name: kept once when it is read back."""
