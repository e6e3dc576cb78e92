"""What does a text with markers write down? Its values, but for those that it cuts off or calls a file."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from string import Formatter

_MARKER = re.compile(
    r"%(?:\((?P<name>[^)]{1,80})\))?[-#0 +]{0,5}\d{0,5}(?P<cut>\.\d{1,5})?[a-zA-Z%]"
)
#: What stands right before a value says that it is where something is kept, not the thing.
_PLACE = re.compile(r"(?:(?<!pro)file(?:name)?|path|folder|directory)s?\W{0,3}$", re.IGNORECASE)


def says_place(text: str) -> bool:
    """Whether what follows ``text`` is the place of a file: ``"cookies from file "``."""
    return bool(_PLACE.search(text[-40:]))


def marked_names(form: ast.expr) -> tuple[str, ...]:
    """The keys that ``form % mapping`` takes out of the mapping; none where the markers have no names."""
    if not (isinstance(form, ast.Constant) and isinstance(form.value, str)):
        return ()
    return tuple(marker["name"] for marker in _MARKER.finditer(form.value) if marker["name"])


def written_whole(form: ast.expr, values: Sequence[ast.expr]) -> list[ast.expr]:
    """Those of ``values`` that ``form % values`` writes down whole, and not as the place of a file.

    All of them where nobody can tell which marker is whose.
    """
    if not (isinstance(form, ast.Constant) and isinstance(form.value, str)):
        return list(values)
    markers = [each for each in _MARKER.finditer(form.value) if each.group() != "%%"]
    if len(markers) != len(values):
        return list(values)
    return [
        value
        for marker, value in zip(markers, values, strict=True)
        if not marker["cut"] and not says_place(form.value[: marker.start()])
    ]


def formatted_whole(text: str, call: ast.Call) -> list[ast.expr]:
    """Those of the arguments of ``text.format(...)`` that are written down, and not as the place of a file.

    What unpacks (``*values``, ``**mapping``) is left out: only some of it may be asked for.
    """
    named: dict[str, ast.expr] = {str(place): each for place, each in enumerate(call.args)}
    named |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    found: list[ast.expr] = []
    automatic = 0
    try:
        for before, field, _form, _conversion in Formatter().parse(text):
            if field is None:
                continue
            if not field:
                field = str(automatic)
                automatic += 1
            value = named.get(re.split(r"[.\[]", field, maxsplit=1)[0])
            if value is not None and not isinstance(value, ast.Starred) and not says_place(before):
                found.append(value)
    except ValueError:  # no text to be formatted
        return list(named.values())
    return found


def formatted_names(text: str, call: ast.Call) -> tuple[str, ...]:
    """The keys that ``text.format(**mapping)`` takes out of the mapping."""
    if all(keyword.arg for keyword in call.keywords):
        return ()
    given = {keyword.arg for keyword in call.keywords}
    try:
        return tuple(
            field
            for _before, field, _form, _conversion in Formatter().parse(text)
            if field and field not in given
        )
    except ValueError:  # no text to be formatted
        return ()
