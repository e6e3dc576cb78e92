"""Takes secrets out of call sites before they are kept.

A call that only the whole program can resolve is kept with its arguments, and so goes into the cache. No rule asks
for the text of a password, so a literal that may be one is kept as a value of which nothing is known.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from archcheck.analysis.calls.site import CallSite, Value
from archcheck.analysis.topics.security.credentials import (
    is_secret_name,
    looks_generated,
    token_kind,
)

_USER_INFO = re.compile(r"://[^/\s:@]{0,100}:[^/\s@]{1,200}@")


def conceal(site: CallSite) -> CallSite:
    """``site`` without literals that may be secrets: by their name, their shape or their place in a URL."""
    arguments = tuple(_concealed("", value) for value in site.arguments)
    keywords = tuple((name, _concealed(name, value)) for name, value in site.keywords)
    receiver = _concealed("", site.receiver)
    if (arguments, keywords, receiver) == (site.arguments, site.keywords, site.receiver):
        return site
    return replace(site, arguments=arguments, keywords=keywords, receiver=receiver)


def _concealed(name: str, value: Value) -> Value:
    if isinstance(value.literal, (str, bytes)):
        return replace(value, is_literal=False, literal=None) if _is_secret(name, value) else value
    if not value.items and not value.pairs:
        return value
    return replace(
        value,
        items=tuple(_concealed(name, item) for item in value.items),
        pairs=tuple((key, _concealed(key, item)) for key, item in value.pairs),
    )


def _is_secret(name: str, value: Value) -> bool:
    literal = value.literal
    text = literal.decode("latin-1") if isinstance(literal, bytes) else str(literal)
    return bool(
        text
        and (
            is_secret_name(name)
            or token_kind(text)
            or _USER_INFO.search(text)
            or looks_generated(text, name or "argument")
        )
    )
