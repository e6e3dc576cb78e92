"""What is taken for a credential, and what only sounds like one?"""

from __future__ import annotations

import base64
import string
from random import Random

import pytest

from archcheck.analysis.topics.security.credentials import (
    TOKEN_SHAPES,
    entropy,
    is_secret_name,
    looks_generated,
    token_kind,
)

BODY = "x9Lq2RvT7mKc4ZwB8nYdF3hJ6pGs1QaW5eUi0oRtVbNkMzXc"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "apiKey",
        "APIKey",
        "X-Api-Key",
        "client_secret",
        "access_token",
        "credentials",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "token_type",
        "next_token",
        "nextToken",
        "page_token",
        "csrf_token",
        "eos_token",
        "password_hash",
        "tokens",
        "public_key",
        "publishable_key",
        "test_password",
        "keyboard",
        "monkey",
        "",
        "password" * 20,
    ],
)
def test_names_that_only_sound_so(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        ("AWS access key", "AKIA" + "Q7ZLM2XWB4RTN6VC"),
        ("GitHub token", "ghp_" + BODY[:36]),
        ("GitLab token", "glpat-" + BODY[:20]),
        ("Slack token", "xoxb-" + "8204617395-" + BODY[:24]),
        ("Stripe live key", "sk_live_" + BODY[:24]),
        ("Google API key", "AIza" + BODY[:35]),
        ("SendGrid key", "SG." + BODY[:22] + "." + BODY[:43]),
        ("JSON Web Token", "eyJ" + BODY + ".eyJ" + BODY + "." + BODY),
        ("private key", "-----BEGIN RSA PRIVATE " + "KEY-----\n" + BODY + "\n" + BODY),
    ],
)
def test_tokens_of_services(kind: str, token: str) -> None:
    assert token_kind(f"curl -H {token}") == kind


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIA" + "X" * 16,
        "ghp_" + "x" * 36,
        "ghp_" + string.ascii_lowercase + "0123456789",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + BODY,
        "-----BEGIN PRIVATE " + "KEY-----",
        "gh_" + BODY[:36],
        "https://hooks.slack.com/services/",
        "sk_test_" + BODY[:24],
    ],
)
def test_samples_and_fragments_are_no_tokens(text: str) -> None:
    assert token_kind(text) == ""


def test_every_shape_asks_for_its_marker_first() -> None:
    for shape in TOKEN_SHAPES:
        assert shape.marker in shape.pattern.pattern.replace("\\", "")


RANDOM = Random(9)
GENERATORS = {
    "32 hexadecimal digits": lambda: RANDOM.randbytes(16).hex(),
    "base64 of 30 bytes": lambda: base64.b64encode(RANDOM.randbytes(30)).decode(),
    "URL-safe base64 of 32 bytes": lambda: base64.urlsafe_b64encode(RANDOM.randbytes(32)).decode(),
    "24 letters and digits": lambda: "".join(
        RANDOM.choices(string.ascii_letters + string.digits, k=24)
    ),
    "24 lower-case letters and digits": lambda: "".join(
        RANDOM.choices(string.ascii_lowercase + string.digits, k=24)
    ),
}


@pytest.mark.parametrize("kind", GENERATORS)
def test_most_generated_values_are_recognised(kind: str) -> None:
    values = [GENERATORS[kind]() for _ in range(400)]
    assert sum(looks_generated(value, "api_key") for value in values) >= 365


@pytest.mark.parametrize(
    "value",
    [
        "", "short1", "a" * 400 + "1", "changeme123", "your-api-key-2024", "my_super_secret_42", "invalid_token_401",
        "OAuth2PasswordBearer", "oauth2/access_token", "error.auth.E1042", "kubernetes.io/service-account1",
        "correct-horse-battery-9", "iChargePV1", "2024-01-01T00:00:00Z", "48571936", "/run/secrets/db1",
        "https://id.example.org/x9Lq2RvT7mKc", "{x9Lq2RvT7mKc}", "%(x9Lq2RvT7mKc)s", "$x9Lq2RvT7mKc", "<x9Lq2RvT7mKc>",
        "x9Lq 2RvT 7mKc 4ZwB", "abcdefgh12345678", "1234567890abcdef", "aaaaaaaa11111111", "sha256:x9Lq2RvT7mKc4ZwB",
        "keys/x9Lq2RvT7mKc.pem", "grant_type=x9Lq2RvT7mKc", "phc_x9Lq2RvT7mKc4ZwB8nYd", "pk_live_x9Lq2RvT7mKc4ZwB",
        "user123@mail.org", "x9Lq2RvT7mKc\u00e9", "x9Lq2RvT7mKc*",
    ],
)  # fmt: skip
def test_words_for_a_credential_are_none(value: str) -> None:
    assert not looks_generated(value, "token")


def test_a_variation_of_its_own_name_is_no_credential() -> None:
    assert looks_generated("zq9x7-4kkvw-2pj0r", "api_key")
    assert not looks_generated("zq9x7-4apikey-2p0r", "api_key")


@pytest.mark.parametrize(("text", "bits"), [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0)])
def test_entropy(text: str, bits: float) -> None:
    assert entropy(text) == pytest.approx(bits)


@pytest.mark.parametrize(
    "text", ["A" * 50_000, "eyJ" * 20_000, "-----BEGIN PRIVATE KEY-----" + " " * 50_000]
)
def test_long_strings_are_answered_at_once(text: str) -> None:
    assert token_kind(text) == ""
    assert not looks_generated(text, "token")


@pytest.mark.parametrize(("role", "found"), [("anon", ""), ("service_role", "JSON Web Token")])
def test_the_token_that_a_service_prints_into_pages_is_none(role: str, found: str) -> None:
    said = f'{{"iss": "supabase", "ref": "qkzvbnwmpxrt", "role": "{role}"}}'.encode()
    payload = base64.urlsafe_b64encode(said).decode().rstrip("=")
    assert token_kind(f"eyJhbGciOiJIUzI1NiJ9.{payload}.{BODY}") == found
