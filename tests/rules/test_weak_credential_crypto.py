from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.rule import Example
from archcheck.rules.security.weak_credential_crypto import WeakCredentialCrypto
from archcheck.testing import outcomes


def verdicts(source: str) -> list[str]:
    example = Example("case", dedent(source))
    return [outcome.verdict.value for outcome in outcomes(WeakCredentialCrypto, example)]


@pytest.mark.parametrize(
    "source",
    [
        "import hashlib\nuser.password = hashlib.md5(password.encode()).hexdigest()",
        "from hashlib import sha1 as h\nright = h(form['password']).digest() == stored",
        "import hashlib\nadd(User(password=hashlib.new('sha256', user.passwd).hexdigest()))",
        "import hashlib\ndef hashPassword(pwd):\n    return hashlib.sha512(f'{salt}{pwd}'.encode())",
        "import hashlib, hmac\nok = compare_digest(hashlib.md5(password).digest(), stored)",
        "import hashlib\ndef check(password):\n"
        "    found = hashlib.md5(password).digest()\n    return found == stored",
        "import random, string\ntoken = ''.join(random.choice(string.ascii_letters) for _ in range(9))",
        "import random\notp = random.randint(0, 9)",
        "import random\nsession['csrf_token'] = random.getrandbits(128)",
        "import hashlib\nrow['pwhash'] = hashlib.md5(password.encode()).hexdigest()",
        "import hashlib\ncreate_user(name, password_hash=hashlib.md5(password.encode()).hexdigest())",
        "import hashlib\nclass PasswordHelper:\n    def hash(self, password):\n        return hashlib.md5(password).digest()",
        "import random, string\ncode_verifier = ''.join(random.choices(string.ascii_letters, k=64))",
        "import random, string\ndef f(saved):\n"
        "    token = ''.join(random.choices(string.digits, k=32))\n    return saved == token",
        "import hashlib\ndef f(password):\n    entry = {'password': hashlib.md5(password).digest()}\n    storage.update(obj=entry)",
        "import random\ndef _cookie_secret_default(self):\n    return ''.join(random.choices('abc', k=9))",
        "import random\nr = random.Random()\nsession_key = r.getrandbits(64)",
        "import random\ndef make_api_key():\n    text = ''.join(random.sample('abc123', 5))\n    return text",
    ],
)
def test_weak_crypto_is_found(source: str) -> None:
    assert verdicts(source) == ["violates"]


@pytest.mark.parametrize(
    "source",
    [
        "import bcrypt\nx = bcrypt.hashpw(password, bcrypt.gensalt())",
        "from passlib.context import CryptContext\nc = CryptContext()\nx = c.hash(password)",
        "from django.contrib.auth.hashers import make_password\nx = make_password(p)",
        "import hashlib\nx = hashlib.pbkdf2_hmac('sha256', password, salt, 600000)",
        "import secrets\nx = secrets.token_hex(16)",
        "import random\ntoken = random.SystemRandom().choice('abc')",
        "import uuid\nsession_id = uuid.uuid4().hex",
    ],
)
def test_strong_crypto_complies(source: str) -> None:
    assert verdicts(source) == ["complies"]


@pytest.mark.parametrize(
    "source",
    [
        "import hashlib\nx = hashlib.md5(password.encode(), usedforsecurity=False)",
        "import hashlib\nx = hashlib.sha1(password.encode()).hexdigest()[:5]",
        "import hashlib\nlogin(password=hashlib.md5(password.encode()).hexdigest())",
        "import hashlib\ndata['hash_password'] = hashlib.md5(password.encode()).hexdigest()",
        "import hashlib\nclass Client:\n    def hash(self, password):\n        return hashlib.md5(password).digest()",
        "import hashlib\ndef check_pwned(password):\n    return hashlib.sha1(password).hexdigest()",
        "import hashlib\netag = hashlib.md5(body).hexdigest()",
        "import hashlib\ncache_key = hashlib.md5(password).hexdigest()",
        "import hashlib, hmac\nx = hmac.new(hashlib.sha256(password).digest(), m)",
        "import hashlib\nclass Old(BasePasswordHasher):\n"
        "    def encode(self, password):\n        return hashlib.md5(password)",
        "import hashlib\ndef digest_auth(user, realm, password):\n    return hashlib.md5(password)",
        "import hashlib\npost(url, data={'pwd': hashlib.md5(password.encode()).hexdigest()})",
        "import hashlib\nx = hashlib.md5(self.password_hash.encode()) == y",
        "import hashlib\ndef check_password(password):\n"
        "    key = hashlib.sha256(password).digest()\n    return checked.get(key)",
        "import random\ndelay = random.random()",
        "import random\ntoken = random.choice(words)",
        "import random\ndef mask_tokens():\n    token = random.randint(0, vocab_size)\n    return token",
        "import random, string\nasync def confirm(ask):\n"
        "    token = ''.join(random.choices(string.digits, k=4))\n    return await ask(token) == token",
        "import random\ntoken = random.randint(TOKEN_BEGIN, TOKEN_END)",
        "import random\nsession_id = ''.join([random.choice('0123456789abcdef') for _ in range(0, 6)])",
        "import random, string\nsession_key = ''.join(random.choices(string.ascii_letters, k=8))",
        "import random\nstart_token = random.getrandbits(64)",
        "import uuid\nrequest_id = uuid.uuid4()",
        "def hashlib(): ...\nx = hashlib.md5(password)",
    ],
)
def test_other_uses_are_no_opportunity(source: str) -> None:
    assert verdicts(source) == []


@pytest.mark.parametrize(
    ("path", "found"), [("src/app/subsonic_client.py", []), ("src/app/users.py", ["violates"])]
)
def test_a_salt_that_a_protocol_sends_along_need_not_be_secret(path: str, found: list[str]) -> None:
    source = "import random\ndef f(password):\n    salt = random.getrandbits(32)\n    return send(digest(password, salt), salt)\n"
    judged = outcomes(WeakCredentialCrypto, Example("case", source, path=path))
    assert [outcome.verdict.value for outcome in judged] == found


@pytest.mark.parametrize(
    "source",
    [
        "import random\nsave(salt=str(random.random()))",
        "import random\nr = random.Random()\nnonce = r.getrandbits(64)",
    ],
)
def test_what_need_not_be_secret_is_advice(source: str) -> None:
    (found,) = outcomes(WeakCredentialCrypto, Example("case", source))
    assert found.advice
