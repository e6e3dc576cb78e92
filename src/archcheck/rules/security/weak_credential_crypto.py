"""ARC0908."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.security.credential_crypto import (
    CRYPTO_LIBRARIES,
    HASHES_AND_DRAWS,
    PUBLIC,
    drawn_credential,
    is_password_hash,
)
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed


class WeakCredentialCrypto(ModuleRule):
    """A password is hashed with a fast hash, or a credential is drawn from a predictable generator.

    A stolen table of MD5 or SHA-256 digests is guessed through at billions of passwords a second;
    password hashes such as Argon2 are slow and salted on purpose. The generator of `random` can be
    computed from what it has shown before, so that one token tells the next.

    Places are hashes of passwords and draws of tokens, one-time codes, session identifiers, salts,
    nonces and the like, told by what they are called; and all draws from `secrets`. A weak salt or
    nonce is advice: it must be new, and need not be secret.

    Not flagged: `usedforsecurity=False`; a digest that a protocol demands, that is cut to a prefix
    (the lookup of leaked passwords) or that goes on into a slow hash; hashers that a framework keeps
    for old passwords; keys of caches, tags and checksums; `random.SystemRandom`; tokens of texts
    and made-up data.
    """

    code = "ARC0908"
    preview = True
    severity = Severity.ERROR
    noun = "password hashes are slow and credentials unpredictable"
    message = "`{call}` is a fast hash for a password"
    advice = "hash passwords with argon2 or bcrypt; draw credentials with `secrets`"
    waived_by = ("S303", "S311", "S324", "B303", "B311", "B324")
    seed = "004: passwords are hashed with bcrypt or argon2"
    good = (
        Example(
            "A password hash, and a generator for secrets.",
            "import secrets\n\n"
            "from argon2 import PasswordHasher\n\n"
            "hasher = PasswordHasher()\n\n\n"
            "def sign_up(name: str, password: str) -> dict[str, str]:\n"
            '    return {"hash": hasher.hash(password), "token": secrets.token_urlsafe(32)}\n',
        ),
        Example(
            "A digest and a random number for something else.",
            "import hashlib\n"
            "import random\n\n\n"
            "def cache_key(document: bytes) -> str:\n"
            "    return hashlib.sha256(document).hexdigest()\n\n\n"
            "def delay(attempt: int) -> float:\n"
            "    return 2**attempt + random.random()\n",
        ),
        Example(
            "Leaked passwords are looked up by the start of their digest.",
            "import hashlib\n\n\n"
            "def prefix(password: str) -> str:\n"
            "    return hashlib.sha1(password.encode()).hexdigest()[:5]\n",
        ),
    )
    bad = (
        Example(
            "A fast hash for a password.",
            "import hashlib\n\n\n"
            "def hash_password(password: str, salt: str) -> str:\n"
            "    return hashlib.sha256((salt + password).encode()).hexdigest()  # [weak-credential-crypto]\n",
        ),
        Example(
            "Predictable credentials.",
            "import random\n"
            "import string\n\n\n"
            "def generate_token() -> str:\n"
            '    return "".join(random.choices(string.ascii_letters, k=32))  # [weak-credential-crypto]\n\n\n'
            "def send_code(user) -> None:\n"
            "    user.otp = random.randint(100000, 999999)  # [weak-credential-crypto]\n",
        ),
    )

    @narrowed(imports=CRYPTO_LIBRARIES, named=HASHES_AND_DRAWS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """A hash or a draw."""
        is_slow = is_password_hash(node, module)
        drawn = drawn_credential(node, module) if is_slow is None else None
        place, call = module.place(node), dotted(node.func)
        if is_slow or (drawn is not None and drawn[1]):
            yield self.complies(place)
        elif is_slow is False:
            yield self.violates(place, call=call)
        elif drawn is not None:
            message = "`{call}` is predictable and makes a `{what}`"
            yield self.violates(
                place, message=message, advice=drawn[0] in PUBLIC, call=call, what=drawn[0]
            )
