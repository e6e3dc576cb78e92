"""What does a credential look like, by its name and by its value?

A name alone proves nothing: most strings bound to ``token`` or ``password`` are labels, keys or error codes. So
there are two proofs, and a rule needs one of them: the value has the shape of a known service's token, or the
name is a secret's *and* the value looks generated. Values never leave this module.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|secret|secret_key|api_?key|access_?key|private_?key|auth_?token"
    r"|access_?token|client_?secret|encryption_?key|signing_?key|credentials?|token)$"
)
#: Names that end like a secret's and are none: published (as are the tokens with which programs of users report to
#: an analytics service), of a lexer or page, or openly not real.
_HARMLESS_NAME = re.compile(
    r"(?:^|_)(?:public|publishable|site|anon|mock|fake|dummy|stub|example|sample|test|dev|local|demo|placeholder"
    r"|next|prev|page|pagination|continuation|continue|sync|since|from|start|end|cursor|bos|eos|pad|unk|sep|cls|mask"
    r"|csrf|xsrf|mixpanel|amplitude|posthog|analytics)(?:_|$)"
)
_PRETENCE = re.compile(r"(?:^|_)(?:mock|fake|stub|dummy|local|dev|test|tests|example)(?:_|$)")
_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_MIN_LENGTH, _MAX_LENGTH = 8, 300
#: Below this length one digit is the number of an identifier (``iChargePV1``).
_LONG = 16
_MIN_ENTROPY = 3.0
_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|change[-_]?(?:me|this|it)|replace|insert|your|dummy|redacted|masked|hidden|xxxx"
    r"|insecure|unsafe|secret|passw|token|default|qwerty|(?:^|[^a-z])(?:test|demo|fake|mock|dev|local|todo)(?:$|[^a-z])",
    re.IGNORECASE,
)
_FIRST_TRIES = frozenset({"admin", "root", "guest", "user", "1234", "12345", "123456", "letmein"})
#: Markup, templates, patterns, assignments and sentences; a generated value holds none of these.
_FOREIGN = re.compile(r"[\s<>{}()\[\]\\^\"'`,;|*]|%[(sd]|://|=[^=]|^\$|^arn:|^urn:")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
#: No word of a language is spelt so: four consonants in a row, none but consonants, ``q`` or ``x`` before another one.
_UNPRONOUNCEABLE = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{4}|^[^aeiouy]+$|q(?!u)|[jqxz][bcdfghjklmnpqrstvwxz]", re.IGNORECASE
)
#: What programs spell so nevertheless.
_ABBREVIATION = re.compile(
    r"https?|html|json|ldap|smtp|http|sql|xml|css|jwt|tls|ssl|ssh|tcp|rpc|pdf|png|svg|url|src|str|msg|cfg|ctx|num|tmp|dns"
    r"|ngth|rchst|ghts|tch|ckgr|rdsc|ndpr|xt|xp|xc",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"^[~.]{0,2}/|\.(?:pem|key|crt|json|ya?ml|toml|txt|env|cfg|ini|py)$", re.IGNORECASE
)
#: Header names, schemes, switches and words for nothing.
_LABEL = re.compile(
    r"x-[a-z-]+|authorization|bearer|basic|token|none|null|true|false|yes|no|on|off|auto|disabled|empty|anonymous"
    r"|[\W\d_]{0,4}",
    re.IGNORECASE,
)
#: Keys that their services print into web pages: PostHog, Stripe, Mapbox, Supabase.
_PUBLISHED = ("phc_", "pk_", "pk.", "sb_publishable_")
_HASH = re.compile(
    r"^(?:pbkdf2|bcrypt|argon2|scrypt|md5|sha\d)|^sha(?:1|256|384|512)[:$-]", re.IGNORECASE
)


class TokenShape(Struct, frozen=True):
    """The published format of one service's credentials.

    Attributes:
        kind: what it is, for messages.
        marker: a literal part of every such token, the cheap first question.
        pattern: the whole token.
    """

    kind: str
    marker: str
    pattern: re.Pattern[str]


def _shape(kind: str, marker: str, pattern: str) -> TokenShape:
    return TokenShape(
        kind, marker, re.compile(rf"(?<![A-Za-z0-9_-])(?:{pattern})(?![A-Za-z0-9_-])")
    )


TOKEN_SHAPES = (
    _shape("AWS access key", "AKIA", r"AKIA[A-Z2-7]{16}"),
    _shape("AWS temporary access key", "ASIA", r"ASIA[A-Z2-7]{16}"),
    *(_shape("GitHub token", f"gh{kind}_", rf"gh{kind}_[A-Za-z0-9]{{36,255}}") for kind in "pousr"),
    _shape("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _shape("GitLab token", "glpat-", r"glpat-[A-Za-z0-9_-]{20,64}"),
    _shape("Slack token", "xox", r"xox[abprs]-\d{8,14}-[A-Za-z0-9-]{20,200}"),
    _shape("Slack webhook", "hooks.slack.com/services/T", r"hooks\.slack\.com/services/T\w{8,12}/B\w{8,12}/\w{24}"),
    _shape("Stripe live key", "k_live_", r"[sr]k_live_[A-Za-z0-9]{16,247}"),
    _shape("Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}"),
    _shape("SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _shape("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _shape("package index token", "pypi-AgEIcHlwaS5vcmc", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,250}"),
    _shape("OpenAI key", "T3BlbkFJ", r"sk-[A-Za-z0-9_-]{20,74}T3BlbkFJ[A-Za-z0-9_-]{20,74}"),
    _shape("Anthropic key", "sk-ant-api03-", r"sk-ant-api03-[A-Za-z0-9_-]{93}AA"),
    _shape("Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{34}"),
    _shape("DigitalOcean token", "dop_v1_", r"dop_v1_[a-f0-9]{64}"),
    _shape("JSON Web Token", "eyJ", r"eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}"),
    TokenShape(
        "private key",
        "PRIVATE KEY-----",
        re.compile(r"-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY-----\s{0,4}[A-Za-z0-9+/=\s:,-]{64}"),
    ),
)  # fmt: skip
#: Payload of the token that every tutorial copies: ``{"sub": "1234567890"``.
_SAMPLE_PAYLOADS = ("eyJzdWIiOiIxMjM0NTY3ODkw", "IjoiMTIzNDU2Nzg5MC")


_REMEMBERED = 20_000
"""Names come again and again, and a file asks about every one."""


@lru_cache(_REMEMBERED)
def is_secret_name(name: str) -> bool:
    """Whether a variable, keyword or key of this name holds a secret.

    >>> is_secret_name("STRIPE_API_KEY"), is_secret_name("clientSecret"), is_secret_name("token_type")
    (True, True, False)
    """
    if len(name) > 80:
        return False
    words = snake_case(name)
    return bool(_SECRET_NAME.search(words)) and not _HARMLESS_NAME.search(words)


@lru_cache(_REMEMBERED)
def is_pretence(name: str) -> bool:
    """Whether a class or function of this (qualified) name is openly not for production.

    >>> is_pretence("FakeClient.login"), is_pretence("latest")
    (True, False)
    """
    return bool(_PRETENCE.search(snake_case(name)))


def token_kind(text: str) -> str:
    """Which service's credential ``text`` contains; ``""`` for none."""
    for shape in TOKEN_SHAPES:
        if shape.marker in text:
            found = shape.pattern.search(text)
            if found and not (_is_sample(found.group()) or _is_for_browsers(found.group())):
                return shape.kind
    return ""


def _is_for_browsers(token: str) -> bool:
    """Whether it is the web token that Supabase prints into pages: it says that its bearer is nobody."""
    payload = token.split(".")[1] if token.startswith("eyJ") and "." in token else ""
    try:
        said = b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_")
    except ValueError:
        return False
    return b'"role":"anon"' in said.replace(b" ", b"")


def looks_generated(value: str, name: str) -> bool:
    """Whether ``value``, bound to the secret's name ``name``, is a credential rather than a word for one.

    Words, identifiers, placeholders, paths, URLs, templates, digests, numbers and variations of the name are
    not; what is left must be long and random enough. A weak real password is missed on purpose.
    """
    if not (_MIN_LENGTH <= len(value) <= _MAX_LENGTH and value.isascii() and value.isprintable()):
        return False
    digits = sum(char.isdigit() for char in value)
    if digits < (1 if len(value) >= _LONG else 2) or not any(char.isalpha() for char in value):
        return False
    if _FOREIGN.search(value) or _FILE.search(value) or _HASH.search(value) or _is_sample(value):
        return False
    if value.startswith(_PUBLISHED) or _is_wordy(value) or _squeezed(name) in _squeezed(value):
        return False
    return entropy(value) >= _MIN_ENTROPY


def is_label(value: str, name: str) -> bool:
    """Whether ``value``, bound to the secret's name ``name``, only names, locates or describes a secret.

    >>> is_label("X-API-Key", "api_key"), is_label("/run/secrets/key", "key"), is_label("changeme", "password")
    (True, True, False)
    """
    return (
        bool(_LABEL.fullmatch(value))
        or bool(_FOREIGN.search(value) or _FILE.search(value))
        or _squeezed(value) == _squeezed(name)
    )


def is_placeholder(value: str) -> bool:
    """Whether ``value`` says that it is to be replaced, or is a word that anybody would try first.

    >>> is_placeholder("change-me"), is_placeholder("ollama")
    (True, False)
    """
    return bool(_PLACEHOLDER.search(value)) or value.lower() in _FIRST_TRIES


def entropy(text: str) -> float:
    """Shannon entropy in bits a character; 0.0 for the empty string.

    >>> entropy("aaaa"), entropy("abcd")
    (0.0, 2.0)
    """
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts) + 0.0


def snake_case(name: str) -> str:
    """A name in lower case with its words apart.

    >>> snake_case("clientSecret"), snake_case("X-API-Key")
    ('client_secret', 'x_api_key')
    """
    return re.sub(r"[-.]", "_", _CAMEL_HUMP.sub("_", name)).lower().strip("_")


def _is_sample(token: str) -> bool:
    """A placeholder, a published sample or a run along the alphabet or keyboard row."""
    if _PLACEHOLDER.search(token) or any(sample in token for sample in _SAMPLE_PAYLOADS):
        return True
    steps = [abs(ord(left) - ord(right)) for left, right in pairwise(token)]
    return 2 * sum(step <= 1 for step in steps) >= len(steps)


def _is_wordy(value: str) -> bool:
    """Whether it reads as an identifier, an error code or a version: words in ordinary case, short numbers."""
    pieces = _PIECE.findall(value)
    words = "".join(piece for piece in pieces if _is_word(piece))
    letters = sum(char.isalpha() for char in value)
    digits = sum(char.isdigit() for char in value)
    longest = max((len(piece) for piece in pieces if piece.isdigit()), default=0)
    return 10 * len(words) >= 7 * letters and 2 * digits <= letters and longest <= 4


def _is_word(piece: str) -> bool:
    """Whether three letters or more could be a word, or an abbreviation that programs use for one."""
    if len(piece) < 3 or not piece.isalpha():
        return False
    return not _UNPRONOUNCEABLE.search(_ABBREVIATION.sub("a", piece))


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())
