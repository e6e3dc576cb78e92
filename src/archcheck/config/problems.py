"""From pydantic's errors to sentences that name the key, what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from archcheck.config.names import nearest
from archcheck.config.sources import Key

_WANTED: Mapping[str, str] = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "set_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be a table",
    "mapping_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "missing": "is missing",
    "too_short": "must not be empty",
}
_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_CHOICES = frozenset({"enum", "literal_error"})


def describe(
    error: ValidationError,
    model: type[BaseModel],
    spell: Callable[[Key], str],
    *,
    also: Sequence[str] = (),
) -> Iterator[str]:
    """Yield one line a problem: where, what is wrong, the nearest valid key or value.

    Args:
        error: of validating ``model``.
        model: to know the valid keys.
        spell: returns place and key as the user wrote them.
        also: keys that are valid beside the model's.
    """
    for item in error.errors(include_url=False):
        key = _key(item["loc"])
        if item["type"] == "extra_forbidden":
            valid = (*_keys_at(model, key[:-1]), *also)
            yield f"{spell(key)}: unknown key{nearest(key[-1], valid)}"
        elif key:
            yield f"{spell(key)}: {_what(item)}"
        else:
            yield _what(item)


def _key(location: tuple[int | str, ...]) -> Key:
    """The key of an error, without pydantic's own marks: positions in lists and ``[key]``."""
    return tuple(part for part in location if isinstance(part, str) and part != "[key]")


def _what(item: Any) -> str:
    kind, context, value = item["type"], item.get("ctx", {}), item["input"]
    if kind in _CHOICES:
        expected = str(context["expected"]).replace(" or ", ", ").replace("'", "")
        choices = [choice.strip() for choice in expected.split(",")]
        listed = ", ".join(f"`{choice}`" for choice in choices)
        return f"`{value}` is none of {listed}{nearest(value, choices)}"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"`{value}` must be {words} {context[name]}"
    if kind == "value_error":
        return str(context["error"])
    if kind in _WANTED:
        given = "" if kind in ("missing", "too_short") else f", not `{_short(value)}`"
        return f"{_WANTED[kind]}{given}"
    message = str(item["msg"])
    return message[:1].lower() + message[1:]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _keys_at(model: type[BaseModel], key: Key) -> tuple[str, ...]:
    """The valid keys of the table at ``key``."""
    for part in key:
        field = next(
            (field for name, field in model.model_fields.items() if part in (name, field.alias)),
            None,
        )
        inner = _model_in(field.annotation) if field is not None else None
        if inner is not None:
            model = inner
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model inside an annotation such as ``Model | None`` or ``Mapping[str, Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
