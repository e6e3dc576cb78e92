"""Frozen dataclasses as JSON values and back, by their annotations alone: a new field costs nothing here.

A dataclass becomes the list of its fields, trailing defaults left out; a member of a union of dataclasses says
first which one it is. JSON and not pickle, because reading it can run nothing: what a cache holds is data.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import sys
import types
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What decoding raises for data that no encoder of ours made."""

_T = TypeVar("_T")
_Convert = Callable[[Any], Any]
_PRIMITIVES = (str, int, float, bool, type(None))


@dataclasses.dataclass(slots=True)
class _Converters:
    """The two directions of one type; None where a value is its own JSON value."""

    encode: _Convert | None = None
    decode: _Convert | None = None


class Codec(Generic[_T]):
    """Converts values of one type.

    Args:
        kind: a dataclass whose fields are made of dataclasses, enums, unions, tuples, frozen sets, mappings,
            fractions, bytes and JSON's own types.

    Raises:
        TypeError: an annotation that none of these is.
    """

    def __init__(self, kind: type[_T]) -> None:
        self._kind = kind
        converters = _converters(cast("Any", kind))
        self._encode, self._decode = converters.encode, converters.decode

    def encode(self, value: _T) -> Any:
        """``value`` as what `json.dumps` takes."""
        return self._encode(value) if self._encode is not None else value

    def decode(self, data: Any) -> _T:
        """The value that was encoded.

        Raises:
            One of `DAMAGE`, where ``data`` was not made by `encode`.
        """
        result: _T = self._decode(data) if self._decode is not None else data
        return result

    def fingerprint(self) -> str:
        """Changes with the name, type or default of any field of any class that takes part."""
        seen: dict[str, str] = {}
        _describe(self._kind, seen)
        text = "\n".join(f"{name}: {seen[name]}" for name in sorted(seen))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _converters(kind: Any) -> _Converters:
    if kind is str:
        # Paths and names come again and again, in thousands of files: each is kept once.
        return _Converters(None, sys.intern)
    if kind in _PRIMITIVES or kind is Any:
        return _Converters()
    if kind is bytes:
        return _Converters(
            lambda value: value.decode("latin-1"), lambda data: data.encode("latin-1")
        )
    if kind is Fraction:
        return _Converters(str, Fraction)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _Converters(lambda value: value.name, dict(kind.__members__).__getitem__)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _Converters(*_deferred(kind))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _Converters()
    if origin in (Union, types.UnionType):
        return _of_union(arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _of_items(_converters(arguments[0]), tuple)
    if origin is tuple:
        return _of_record([_converters(argument) for argument in arguments])
    if origin is frozenset:
        item = _converters(arguments[0])
        encode, decode = item.encode or _same, item.decode
        return _Converters(
            lambda value: sorted(map(encode, value)),
            _of_items(_Converters(None, decode), frozenset).decode,
        )
    if origin is not None and issubclass(origin, Mapping):
        pair = _of_record([_converters(argument) for argument in arguments])
        encode, decode = pair.encode or list, pair.decode or tuple
        return _Converters(
            lambda value: [encode(item) for item in value.items()],
            lambda data: dict(map(decode, data)),
        )
    raise TypeError(f"{kind} cannot be cached")


def _same(value: Any) -> Any:
    return value


def _of_items(item: _Converters, build: Callable[[Any], Any]) -> _Converters:
    encode, decode = item.encode, item.decode
    return _Converters(
        list if encode is None else lambda value: [encode(each) for each in value],
        build if decode is None else lambda data: build(map(decode, data)),
    )


def _of_record(items: list[_Converters]) -> _Converters:
    encoders = [item.encode or _same for item in items]
    decoders = [item.decode or _same for item in items]
    return _Converters(
        lambda value: [encode(each) for encode, each in zip(encoders, value, strict=True)],
        lambda data: tuple(decode(each) for decode, each in zip(decoders, data, strict=True)),
    )


def _deferred(kind: type) -> tuple[_Convert, _Convert]:
    """Converters that look at the fields on first use, since a class may hold itself."""

    def encode(value: Any) -> Any:
        converters.encode, converters.decode = _of_dataclass(kind)
        return converters.encode(value)

    def decode(data: Any) -> Any:
        converters.encode, converters.decode = _of_dataclass(kind)
        return converters.decode(data)

    converters = _Converters(encode, decode)
    # Both are set above and for good: only the class of `converters` knows of none.
    return (lambda value: converters.encode(value), lambda data: converters.decode(data))  # type: ignore[misc]


def _of_dataclass(kind: Any) -> tuple[_Convert, _Convert]:
    hints = get_type_hints(kind)
    fields = [(each.name, _converters(hints[each.name]), _default(each)) for each in _fields(kind)]
    encoders = [
        (name, converters.encode, default) for name, converters, default in reversed(fields)
    ]
    decoders = [
        (index, converters.decode)
        for index, (_, converters, _) in enumerate(fields)
        if converters.decode is not None
    ]

    make = _maker(kind)

    def encode(value: Any) -> list[Any]:
        row: list[Any] = []
        for name, convert, default in encoders:
            item = getattr(value, name)
            if row or item is not default:
                if not row and item == default and item.__class__ is default.__class__:
                    continue
                row.append(convert(item) if convert is not None else item)
        row.reverse()
        return row

    def decode(data: Any) -> Any:
        length = len(data)
        for index, convert in decoders:
            if index >= length:
                break
            data[index] = convert(data[index])
        return make(*data)

    return encode, decode


def _maker(kind: Any) -> Callable[..., Any]:
    """What makes an instance of a dataclass as ``kind(*values)`` does, of a frozen one in a quarter of the time.

    A frozen dataclass sets field by field through `object.__setattr__`. A plain class with the same slots takes its
    values at once, and its instance then becomes one of ``kind``, which the same layout allows.
    """
    fields = _fields(kind)
    is_plain = (
        kind.__bases__ == (object,)
        and "__slots__" in vars(kind)
        and not hasattr(kind, "__post_init__")
        and len(fields) == len(dataclasses.fields(kind))
    )
    if not is_plain:
        return cast("Callable[..., Any]", kind)
    blank = dataclasses.make_dataclass(
        kind.__name__,
        [(each.name, Any, _declaration(each)) for each in fields],
        slots=True,
        eq=False,
        repr=False,
    )

    def make(*values: Any) -> Any:
        made = blank(*values)
        made.__class__ = kind
        return made

    return make


def _declaration(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return dataclasses.field(default_factory=field.default_factory)
    return dataclasses.field(default=field.default)


def _fields(kind: Any) -> list[dataclasses.Field[Any]]:
    return [each for each in dataclasses.fields(kind) if each.init]


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _of_union(arguments: tuple[Any, ...]) -> _Converters:
    members = [argument for argument in arguments if argument is not type(None)]
    if len(members) == 1:
        only = _converters(members[0])
        if only.encode is None:
            return only
        encode, decode = only.encode, only.decode or _same
        return _Converters(
            lambda value: None if value is None else encode(value),
            lambda data: None if data is None else decode(data),
        )
    if all(member in _PRIMITIVES or member is bytes for member in members):
        return _Converters(
            lambda value: [value.decode("latin-1")] if isinstance(value, bytes) else value,
            lambda data: data[0].encode("latin-1") if isinstance(data, list) else data,
        )
    if not all(dataclasses.is_dataclass(member) for member in members):
        raise TypeError(f"a union of {members} cannot be cached")
    names = sorted(member.__name__ for member in members)
    if len(set(names)) < len(names):
        raise TypeError(f"a union with two classes of one name cannot be cached: {names}")
    by_class = {member: _converters(member).encode or _same for member in members}
    by_name = {member.__name__: _converters(member).decode or _same for member in members}
    return _Converters(
        lambda value: (
            None if value is None else [type(value).__name__, by_class[type(value)](value)]
        ),
        lambda data: None if data is None else by_name[data[0]](data[1]),
    )


def _describe(kind: Any, seen: dict[str, str]) -> None:
    """Note what ``kind`` and everything it is made of looks like, by qualified name."""
    for argument in get_args(kind):
        _describe(argument, seen)
    if not isinstance(kind, type) or f"{kind.__module__}.{kind.__qualname__}" in seen:
        return
    name = f"{kind.__module__}.{kind.__qualname__}"
    if issubclass(kind, enum.Enum):
        seen[name] = repr(list(kind.__members__))
    elif dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        seen[name] = repr(
            [(each.name, str(hints[each.name]), _shown(each, hints)) for each in _fields(kind)]
        )
        for hint in hints.values():
            _describe(hint, seen)


def _shown(field: dataclasses.Field[Any], hints: Mapping[str, Any]) -> str:
    """A field's default as a text that is the same in every process."""
    default = _default(field)
    if default is dataclasses.MISSING:
        return ""
    encode = _converters(hints[field.name]).encode or _same
    return repr(encode(default))
