"""Records as bytes and back, by their annotations alone: a new field costs nothing here.

MessagePack and not pickle, because reading it can run nothing: what a cache holds is data. Which classes there are
and what they look like takes no part in the data, so its key must: that of the cache holds the code's digest.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path, PurePath
from sys import intern
from typing import Any, Generic, TypeVar

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, Encoder

from archcheck.record import Interned

DAMAGE = (MsgspecError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What decoding raises for data that no encoder of ours made."""

_T = TypeVar("_T")


class Codec(Generic[_T]):
    """Converts values of one type.

    Args:
        kind: a record whose fields are made of records, enums, unions of tagged records, tuples, frozen sets, mappings,
            fractions, paths, bytes and JSON's own types.

    Raises:
        TypeError: an annotation that none of these is.
    """

    def __init__(self, kind: type[_T]) -> None:
        # Sets are written in order, so that the same value is the same data in every process.
        self._encoder = Encoder(enc_hook=_encode, order="deterministic")
        self._decoder = Decoder(kind, dec_hook=_decode)

    def encode(self, value: _T) -> bytes:
        """``value`` as data.

        Raises:
            ValueError, OverflowError: what no data holds: half a surrogate pair, a number of more than 64 bits.
        """
        return self._encoder.encode(value)

    def decode(self, data: bytes) -> _T:
        """The value that was encoded.

        Raises:
            One of `DAMAGE`, where ``data`` was not made by `encode`.
        """
        return self._decoder.decode(data)


def _encode(value: Any) -> str:
    if isinstance(value, (Fraction, PurePath)):
        return str(value)
    raise TypeError(f"{type(value)} cannot be cached")


def _decode(kind: type, data: Any) -> Any:
    if kind is Interned:
        return intern(data)
    if kind in (Fraction, Path):
        return kind(data)
    raise TypeError(f"{kind} cannot be cached")
