"""Secrets are taken out of a call before it is kept."""

from __future__ import annotations

import pytest

from archcheck.analysis.calls.site import CallSite, Value
from archcheck.analysis.topics.security.concealment import conceal
from archcheck.model import Location, Place, Role

PLACE = Place(Location("a.py", 1))


def literal(value: str | bytes) -> Value:
    return Value("given", is_literal=True, literal=value)


def site(*arguments: Value, **keywords: Value) -> CallSite:
    return CallSite("a.b", "b", PLACE, Role.RUNTIME, arguments, tuple(keywords.items()))


@pytest.mark.parametrize(
    "call",
    [
        site(password=literal("letmein")),
        site(api_key=literal(b"letmein")),
        site(literal("https://me:letmein@x.example/")),
        site(literal("hG7kQ2pX9vB4nM6z")),
        site(auth=Value("given", items=(literal("me"), literal("hG7kQ2pX9vB4nM6z")))),
        site(headers=Value("given", pairs=(("client_secret", literal("letmein")),))),
        site(literal("AKIAIOSFODNN7ABCDEFG")),
    ],
)
def test_a_literal_that_may_be_a_secret_is_unknown(call: CallSite) -> None:
    concealed = conceal(call)
    assert concealed != call
    for secret in ("letmein", "hG7kQ2pX9vB4nM6z", "AKIAIOSFODNN7ABCDEFG"):
        assert secret not in repr(concealed)


def test_what_a_concealed_value_was_passed_as_stays() -> None:
    concealed = conceal(
        site(password=literal("letmein"), timeout=Value("given", is_literal=True, literal=5))
    )
    assert concealed.argument("password").given
    assert not concealed.argument("password").is_literal
    assert concealed.argument("timeout").literal == 5


@pytest.mark.parametrize(
    "call",
    [
        site(literal("https://x.example/a"), literal("sha256"), token_type=literal("bearer")),
        site(password=literal("")),
        site(verify=Value("given", is_literal=True, literal=False)),
    ],
)
def test_everything_else_is_kept(call: CallSite) -> None:
    assert conceal(call) is call
