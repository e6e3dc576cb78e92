"""What a result depends on besides the target: our own code, the rules and their options, libraries, Python."""

from __future__ import annotations

import hashlib
import inspect
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import archcheck
from archcheck.installed import version

if TYPE_CHECKING:  # a run that only recalls a report loads no rule
    from archcheck.rule import Rule

_LIBRARIES = (
    "grimp",
    "import-linter",
    "libcst",
    "msgspec",
    "packaging",
    "pathspec",
    "python-dotenv",
    "PyYAML",
    "tomli",
)


_OWN_FILES = (".py", ".txt")
"""Our code and the tables that it reads."""


def combined(*parts: str) -> str:
    """One short digest of several texts."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode(errors="surrogatepass")
        hashed.update(len(data).to_bytes(8, "big"))
        hashed.update(data)
    return hashed.hexdigest()


def canonical(value: object) -> str:
    """A text that is the same for equal values in every process: the order of a set is not."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{canonical(k)}:{canonical(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (set, frozenset)):
        return "(" + ",".join(sorted(map(canonical, value))) + ")"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical, value)) + "]"
    return repr(value)


def surroundings(rules: Iterable[Rule]) -> str:
    """A digest of everything that the results of these rules depend on besides the target."""
    parts = [
        _code(),
        _libraries(),
        platform.python_implementation(),
        *map(str, sys.version_info[:2]),
    ]
    for rule in sorted(rules, key=lambda each: each.code):
        parts += [rule.code, canonical(rule.options.model_dump())]
        if not type(rule).__module__.startswith("archcheck."):
            parts.append(_plugin(type(rule)))
    return combined(*parts)


@cache
def _code() -> str:
    """By content and not by version alone: who works on a rule must see what it says now."""
    # With plain strings: this is done in every run, and paths would take longer than reading.
    root = os.path.dirname(archcheck.__file__)  # noqa: PTH120
    hashed = hashlib.blake2b(archcheck.__version__.encode(), digest_size=16)
    own = sorted(
        f"{folder}{os.sep}{name}"
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(_OWN_FILES)
    )
    # Of files alone: Python adds folders of byte code as it loads more of us.
    for path in own:
        hashed.update(path[len(root) :].replace(os.sep, "/").encode())
        with open(path, "rb") as file:  # noqa: PTH123
            hashed.update(file.read())
    return hashed.hexdigest()


@cache
def _libraries() -> str:
    return "; ".join(f"{name} {version(name)}" for name in _LIBRARIES)


def _plugin(rule: type[Rule]) -> str:
    """The name, distribution version and code of a rule that is not ours."""
    name = f"{rule.__module__}.{rule.__qualname__}"
    try:
        return f"{name} {combined(inspect.getsource(inspect.getmodule(rule) or rule))}"
    except (OSError, TypeError):
        return name
