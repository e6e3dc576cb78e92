"""How are passwords hashed and credentials drawn?

A fast hash of something that is called a password, and an ordinary random number in something that is called a token,
are told from the same functions at work elsewhere: a checksum, a cache key, a jitter, a word of a language model.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.analysis.topics.security.credentials import snake_case

_FAST_HASHES = frozenset(
    f"hashlib.{name}"
    for name in (
        "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512",
        "blake2b", "blake2s",
    )
)  # fmt: skip
_NEW_HASH = "hashlib.new"
_RANDOM_UUID = "uuid.uuid4"
_PASSWORD_HASHES = frozenset(
    {
        "argon2.PasswordHasher.hash",
        "bcrypt.hashpw",
        "bcrypt.kdf",
        "crypt.crypt",
        "django.contrib.auth.hashers.make_password",
        "flask_bcrypt.generate_password_hash",
        "flask_bcrypt.Bcrypt.generate_password_hash",
        "hashlib.pbkdf2_hmac",
        "hashlib.scrypt",
        "passlib.context.CryptContext.hash",
        "pwdlib.PasswordHash.hash",
        "werkzeug.security.generate_password_hash",
    }
)
_SLOW = re.compile(r"pbkdf2|scrypt|bcrypt|argon2|hmac|HKDF|make_password|generate_password_hash")
_PASSWORD = re.compile(r"passw(?:or)?d|(?:^|_)pwd?(?:_|$)|passphrase", re.IGNORECASE)
_COMPARE = "compare_digest"
_DIGEST = re.compile(r"hash|digest|salt", re.IGNORECASE)
#: Functions that make a stored password.
_MAKES_STORED = re.compile(
    r"(?:hash|encrypt|encode|digest|make|create|generate|set|store|save|change)(?:ed|es)?_(?:\w+_)?(?:passw|pwd)"
    r"|(?:passw(?:or)?d|pwd)_(?:hash|digest)"
)
_HASHES = re.compile(r"(?:make_|create_|generate_)?(?:hash|digest)|encode|encrypt")
#: What a stored hash is called: ``password_hash``, ``hashed_password``, ``pwhash``.
_STORED = re.compile(r"(?:passw\w*|pwd|pw)_?(?:hash|digest)|(?:hashed|encrypted)_(?:passw|pwd)")
_STORES = re.compile(r"(?:create|insert|save|store|update|upsert)(?:_\w+)?")
_HTTP_CLIENTS = ("aiohttp", "http", "httpx", "pycurl", "requests", "tornado", "urllib", "urllib3")
#: A password's digest that is no stored hash: what a protocol demands, or a fingerprint of another kind.
_PROTOCOL = re.compile(
    r"pwned|hibp|breach|leak|gravatar|e_?tag|cache|fingerprint|checksum|cram|ntlm|apop|digest_?auth|challenge"
    r"|realm|nonce|radius|subsonic|sasl|scram|wsse|mysql_native|legacy|compat|upgrade|migrat|htpasswd|_ha1|\bha1",
    re.IGNORECASE,
)

_RANDOM = frozenset(
    f"random.{owner}{name}"
    for owner in ("", "Random.")
    for name in (
        "choice", "choices", "getrandbits", "randbytes", "randint", "random", "randrange", "sample", "shuffle",
        "uniform",
    )
)  # fmt: skip
_SECRETS = frozenset(
    {
        "secrets.choice", "secrets.randbelow", "secrets.randbits", "secrets.token_bytes", "secrets.token_hex",
        "secrets.token_urlsafe", "random.SystemRandom.choice", "random.SystemRandom.choices",
        "random.SystemRandom.randint", "random.SystemRandom.sample",
    }
)  # fmt: skip
#: Everything that this is about: the last segments of functions, and the libraries that have them.
HASHES_AND_DRAWS = frozenset(
    name.rpartition(".")[2]
    for name in (*_FAST_HASHES, _NEW_HASH, *_PASSWORD_HASHES, *_RANDOM, *_SECRETS, _RANDOM_UUID)
)
CRYPTO_LIBRARIES = frozenset(
    {"argon2", "bcrypt", "crypt", "django", "flask_bcrypt", "hashlib", "passlib", "pwdlib", "random", "secrets", "uuid",
     "werkzeug"}
)  # fmt: skip
_CREDENTIAL = re.compile(
    r"(?:^|_)(?:token|otp|totp|secret|secret_key|password|passwd|passphrase|session_?(?:id|key)|salt|nonce"
    r"|api_?key|csrf|xsrf|verification_code|reset_code|activation_(?:code|key)|auth_code|invite_code|recovery_code"
    r"|access_key|one_time_code|state_token|code_verifier)s?$",
    re.IGNORECASE,
)
#: Of those, what need not be secret: each must be new, and who guesses one gains little.
PUBLIC = frozenset({"nonce", "salt"})
#: Tokens that say where something begins or goes on.
_POSITION = re.compile(r"^(?:start|end|next|from|cursor|page|ring)_")
_SESSION = re.compile(r"session_?(?:id|key)$")
#: Names of the two ends of a range.
_BOUND = re.compile(
    r"(?:^|_)(?:begin|end|start|stop|min|max|first|last)(?:imum)?(?:_|$)", re.IGNORECASE
)
#: How a function is called that makes one: ``generate_token``, ``make_salt``, ``new_api_key``.
_MAKER = re.compile(
    r"^_*(?:(?:generate|gen|make|create|new|get|random|rand|build)_)+", re.IGNORECASE
)
#: Characters that nobody minds typing once.
_TYPED = 8
#: How a method is called that gives an attribute its first value.
_DEFAULT = "_default"
#: Words around a token that is a piece of text, and of data that is made up.
_NO_CREDENTIAL = re.compile(
    r"mask|vocab|prompt|tokeniz|llm|embedding|sampl|noise|augment|mock|fake|dummy|example|benchmark|simulat|shuffle",
    re.IGNORECASE,
)


def is_password_hash(node: ast.Call, module: Module) -> bool | None:
    """Whether a call hashes a password slowly (True) or fast (False); None when it hashes something else."""
    name = module.resolve(node.func)
    if name in _PASSWORD_HASHES:
        return True
    if name == _NEW_HASH:
        hashed = node.args[1:2]
    elif name in _FAST_HASHES:
        hashed = node.args[:1]
    else:
        return None
    return False if hashed and _hashes_password(node, hashed[0], module) else None


def _hashes_password(node: ast.Call, hashed: ast.expr, module: Module) -> bool:
    if any(
        keyword.arg == "usedforsecurity" and not getattr(keyword.value, "value", True)
        for keyword in node.keywords
    ):
        return False
    words = [*_words(hashed)]
    if not any(_PASSWORD.search(word) and not _DIGEST.search(word) for word in words):
        return False
    scope = snake_case(module.scopes.scope_of(node).qualname.replace(".", "_"))
    surroundings = [*words, module.path.rpartition("/")[2], scope, *_target_words(node, module)]
    if any(_PROTOCOL.search(word) for word in surroundings):
        return False
    owner = module.class_of(node)
    if owner is not None and any("Hasher" in dotted(base) for base in owner.bases):
        return False  # one of the hashers that a framework verifies old passwords with
    return _is_kept(node, module) and not _is_strengthened(node, module)


def _is_kept(node: ast.Call, module: Module) -> bool:
    """Whether the digest is what the program itself stores or compares, and not what a remote service asks for."""
    function = module.function_of(node)
    name = snake_case(getattr(function, "name", ""))
    owner = module.class_of(node)
    if _MAKES_STORED.search(name):
        return True
    if owner is not None and _HASHES.fullmatch(name) and _PASSWORD.search(snake_case(owner.name)):
        return True  # `PasswordHelper.hash`
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.Compare):
            return _is_equality(ancestor)
        if isinstance(ancestor, ast.keyword) and _STORED.search(snake_case(ancestor.arg or "")):
            return True
        if isinstance(ancestor, ast.Dict):
            return _is_stored_record(ancestor, child, module)
        if isinstance(ancestor, ast.Call) and child is not ancestor.func:
            name = simple_name(ancestor.func)
            return name == _COMPARE or name[:1].isupper()
        if isinstance(ancestor, ast.Assign):
            return any(_takes_digest(target, function, module) for target in ancestor.targets)
        if isinstance(ancestor, ast.stmt):
            return False
        child = ancestor
    return False


def _is_stored_record(record: ast.Dict, value: ast.AST, module: Module) -> bool:
    """Whether ``value`` is the password of a dictionary that the function hands to a storage, and to no remote service."""
    key = next(
        (key for key, each in zip(record.keys, record.values, strict=True) if each is value), None
    )
    is_password = isinstance(key, ast.Constant) and _PASSWORD.search(snake_case(str(key.value)))
    bound = module.parent(record)
    function = module.function_of(record)
    if not is_password or not isinstance(bound, ast.Assign) or function is None:
        return False
    names = {each.id for each in bound.targets if isinstance(each, ast.Name)}
    return not module.imports(*_HTTP_CLIENTS) and any(
        isinstance(part, ast.Call)
        and _STORES.fullmatch(simple_name(part.func))
        and any(
            isinstance(each, ast.Name) and each.id in names
            for each in (*part.args, *(keyword.value for keyword in part.keywords))
        )
        for part in module.own_nodes(function)
    )


def _takes_digest(target: ast.expr, function: ast.AST | None, module: Module) -> bool:
    """Whether ``target = digest`` stores a password, or holds what the function then compares."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return bool(_STORED.search(snake_case(str(target.slice.value))))
    if isinstance(target, ast.Attribute):
        return bool(_PASSWORD.search(snake_case(target.attr)))
    if not isinstance(target, ast.Name) or function is None:
        return False
    return any(
        (isinstance(part, ast.Compare) and _is_equality(part))
        or (isinstance(part, ast.Call) and simple_name(part.func) == _COMPARE)
        for part in module.own_nodes(function)
        if any(isinstance(name, ast.Name) and name.id == target.id for name in ast.walk(part))
    )


def _is_equality(node: ast.Compare) -> bool:
    return isinstance(node.ops[0], (ast.Eq, ast.NotEq))


def _is_strengthened(node: ast.Call, module: Module) -> bool:
    """Whether the digest goes on into a slow hash, or is cut to a prefix, in the same function."""
    function = module.function_of(node)
    parts = module.own_nodes(function) if function is not None else ast.walk(module.tree)
    for part in parts:
        if isinstance(part, ast.Call) and _SLOW.search(dotted(part.func)):
            return True
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice):
            return True
    return False


def drawn_credential(node: ast.Call, module: Module) -> tuple[str, bool] | None:
    """What a call of a random generator draws, and whether it is a generator for secrets; None for anything else."""
    name = module.resolve(node.func)
    if name in _SECRETS:
        return "", True
    if name not in _RANDOM and name != _RANDOM_UUID:
        return None
    wanted = next((word for word in _purposes(node, module) if _CREDENTIAL.search(word)), "")
    if not wanted or any(
        _NO_CREDENTIAL.search(word)
        for word in (module.path, module.scopes.scope_of(node).qualname, *_words(*node.args))
    ):
        return None
    if name == _RANDOM_UUID:
        return wanted, True
    if wanted in PUBLIC and _PROTOCOL.search(module.path.rpartition("/")[2]):
        return None  # sent beside the digest that the protocol demands, for everybody to read
    if _is_typed_back(node, module) or _is_position(node, wanted):
        return None
    if _SESSION.search(wanted) and _size(node, module) <= _TYPED:
        return None  # it tells runs apart
    return (wanted, False) if _makes_text(node, name, module) else None


def _is_position(node: ast.Call, wanted: str) -> bool:
    """Whether it is a place in a range that has names, such as the ring of a partitioned database: ``randint(TOKEN_MIN, TOKEN_MAX)``."""
    words = [simple_name(argument) for argument in node.args]
    return bool(_POSITION.search(wanted)) or (
        len(words) == 2 and all(_BOUND.search(word) for word in words)
    )


def _size(node: ast.Call, module: Module) -> float:
    """How many characters are drawn: ``choices(..., k=6)``, ``[choice(...) for _ in range(6)]``; infinite when unknown."""
    sizes = [keyword.value for keyword in node.keywords if keyword.arg == "k"]
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.ListComp, ast.GeneratorExp)):
            source = ancestor.generators[0].iter
            if isinstance(source, ast.Call) and module.names(source.func) == ("range",):
                sizes += source.args[-1:]
        elif not isinstance(ancestor, ast.expr):
            break
    known = [
        size.value
        for size in sizes
        if isinstance(size, ast.Constant) and isinstance(size.value, int)
    ]
    return min(known, default=math.inf)


def _is_typed_back(node: ast.Call, module: Module) -> bool:
    """Whether it is a short text that somebody is shown and asked for at once: a local one, compared on the spot."""
    if _size(node, module) > _TYPED:
        return False
    statement, function = module.statement_of(node), module.function_of(node)
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and _takes_digest(target, function, module)
        for target in statement.targets
    )


def _purposes(node: ast.Call, module: Module) -> Iterator[str]:
    """What the result is called: a variable, attribute, key or keyword, or by the function that makes it."""
    yield from _target_words(node, module)
    function = module.function_of(node)
    if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        name = snake_case(function.name)
        is_default = name.endswith(_DEFAULT)
        if (is_default or _MAKER.match(name)) and _is_returned(node, module):
            yield _MAKER.sub("", name.removesuffix(_DEFAULT))


def _target_words(node: ast.AST, module: Module) -> Iterator[str]:
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, FUNCTIONS):
            return
        if isinstance(ancestor, ast.keyword) and ancestor.arg:
            yield snake_case(ancestor.arg)
        elif isinstance(ancestor, ast.Dict) and child in ancestor.values:
            key = ancestor.keys[ancestor.values.index(child)]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield snake_case(key.value)
        elif isinstance(ancestor, (ast.Assign, ast.AnnAssign)):
            targets = ancestor.targets if isinstance(ancestor, ast.Assign) else [ancestor.target]
            for target in targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    yield snake_case(str(target.slice.value))
                else:
                    yield snake_case(dotted(target).rpartition(".")[2])
        if isinstance(ancestor, ast.stmt):
            return
        child = ancestor


def _is_returned(node: ast.Call, module: Module) -> bool:
    """Whether the result, or the variable that takes it, is returned or yielded."""
    statement = module.statement_of(node)
    if isinstance(statement, ast.Return):
        return True
    names = {
        part.id
        for part in ast.walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    function = module.function_of(node)
    return function is not None and any(
        isinstance(part, ast.Return)
        and part.value is not None
        and any(isinstance(name, ast.Name) and name.id in names for name in ast.walk(part.value))
        for part in module.own_nodes(function)
    )


def _makes_text(node: ast.Call, name: str, module: Module) -> bool:
    """Whether the draw becomes a credential's text or number, and no choice between things of another kind."""
    if name.endswith(("getrandbits", "randbytes", "randint", "randrange", "random")):
        return True
    if any(
        "ascii" in word or word in ("digits", "hexdigits", "printable") for word in _words(node)
    ):
        return True
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return True
    return any(
        isinstance(ancestor, ast.Call)
        and isinstance(ancestor.func, ast.Attribute)
        and ancestor.func.attr == "join"
        for ancestor in module.ancestors(node)
        if isinstance(ancestor, ast.expr)
    )


def _words(*nodes: ast.AST) -> Iterator[str]:
    """Names, attributes and keys in expressions, in snake case."""
    for part in (part for node in nodes for part in ast.walk(node)):
        if isinstance(part, ast.Name):
            yield snake_case(part.id)
        elif isinstance(part, ast.Attribute):
            yield snake_case(part.attr)
        elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            yield snake_case(str(part.slice.value))
