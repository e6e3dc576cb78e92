"""Seeds of principle 9: secrets, verification, debug mode, cross-origin requests, cryptography."""

from __future__ import annotations

import ast
import hashlib
import re
import string
from collections.abc import Iterator

from archcheck.model import Role
from seeding.mutations.configuration import is_environment_read
from seeding.seed import Edit, Seed, mutates
from seeding.source import Source, dotted_name, is_open, keyword

_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})
_SECRET = re.compile(
    r"(?:^|(?<!hashed)_)(?:password|passwd|secret|secret_key|api_key|apikey|access_token|auth_token|client_secret)$"
)
_SECRET_VARIABLE = re.compile(
    r"(?:SECRET|SECRET_KEY|PASSWORD|PASSWD|API_KEY|ACCESS_TOKEN|AUTH_TOKEN)$"
)
_PROSE = re.compile(r"doc|descr|help|text|message|example|sample|placeholder|template")
_HARMLESS = re.compile(
    r"mock|fake|stub|dummy|local|dev|test|example|demo|sample|enum|label|name|field|header",
    re.IGNORECASE,
)
_CODE = frozenset({Role.RUNTIME, Role.ENTRYPOINT, Role.CONFIG})


def _generated(seed: str) -> str:
    """A made-up credential: letters and digits, different for each place, the same each time."""
    alphabet = string.ascii_letters + string.digits
    digest = hashlib.sha512(seed.encode()).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:31]) + "7"


def _is_harmless(source: Source, node: ast.AST) -> bool:
    names = [getattr(each, "name", "") for each in source.around(node)]
    classes = [each for each in source.around(node) if isinstance(each, ast.ClassDef)]
    names += [dotted_name(base) for each in classes for base in each.bases]
    return bool(_HARMLESS.search(" ".join([source.path, *map(str, filter(None, names))])))


@mutates("ARC0901", "a secret's value is written out", roles=_CODE)
def written_out(source: Source) -> Iterator[Seed]:
    bound: list[tuple[ast.keyword | ast.Assign, str]] = [
        *((each, (each.arg or "").lower()) for call in source.calls for each in call.keywords),
        *((each, _target(each)) for each in source.nodes(ast.Assign)),
    ]
    for node, name in bound:
        if _SECRET.search(name) and _is_lookup(node.value) and not _is_harmless(source, node):
            text = f'"{_generated(f"{source.path}:{node.lineno}")}"'
            yield source.seed(node, source.replace(node.value, text))


def _target(node: ast.Assign) -> str:
    """The last name of the only target of an assignment; ``""`` where there are more."""
    return dotted_name(node.targets[0]).rpartition(".")[2].lower() if len(node.targets) == 1 else ""


def _is_lookup(node: ast.expr) -> bool:
    """Whether a value comes from elsewhere: an attribute, a subscript, a call or a name."""
    return isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Name)


@mutates("ARC0901", "a token of a known format", roles=_CODE)
def known_format(source: Source) -> Iterator[Seed]:
    for node in source.tree.body:
        if not isinstance(node, ast.Assign) or _is_harmless(source, node):
            continue
        if _PROSE.search(_target(node)):
            continue
        value = node.value
        if (
            isinstance(value, ast.Constant)
            and isinstance(value.value, str)
            and len(value.value) > 3
        ):
            # Put together here, so that no scanner takes this file for a leak.
            token = "gh" + "p_" + (_generated(f"{source.path}:{node.lineno}") + "aB3x9Q")[:36]
            yield source.seed(node, source.replace(value, f'"{token}"'))


@mutates("ARC0902", "a secret's variable gets a default", roles=_CODE)
def default_secret(source: Source) -> Iterator[Seed]:
    for node in [*source.nodes(ast.Subscript), *source.calls]:
        key = _variable(source, node)
        if key is None or not _SECRET_VARIABLE.search(key) or _HARMLESS.search(key):
            continue
        if not _is_harmless(source, node):
            os, edits = source.ensure_import("os")
            text = f'{os}.environ.get("{key}", "change-me-please")'
            yield source.seed(node, *edits, source.replace(node, text))


def _variable(source: Source, node: ast.expr) -> str | None:
    """The environment variable that is read here without a default."""
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript) and is_environment_read(source, node):
        key = node.slice
    elif isinstance(node, ast.Call) and is_environment_read(source, node) and len(node.args) == 1:
        key = node.args[0]
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


@mutates("ARC0902", "a secret field of a settings class gets a default", roles=_CODE)
def default_field(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.AnnAssign):
        owner = source.owner(node)
        if owner is None or not isinstance(node.target, ast.Name) or _is_harmless(source, node):
            continue
        bases = {dotted_name(base).rpartition(".")[2] for base in owner.bases}
        is_empty = node.value is None or (
            isinstance(node.value, ast.Constant) and node.value.value is None
        )
        if not {"BaseSettings"} & bases and not source.project.derives(
            owner.name, {"BaseSettings"}
        ):
            continue
        if is_empty and _SECRET.search(node.target.id.lower()):
            end = source.span(node.annotation)[1]
            yield source.seed(node, Edit(end, source.span(node)[1], ' = "change-me-please"'))


@mutates("ARC0905", "`verify=False` for a request")
def unverified_request(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        library, _, verb = source.name(call.func).rpartition(".")
        if library not in {"requests", "httpx"} or is_open(call) or _is_plain(call):
            continue
        if verb in _VERBS or verb in {"Client", "AsyncClient"}:
            verify = keyword(call, "verify")
            if verify is None:
                yield source.seed(call, source.add_argument(call, "verify=False"))
            elif isinstance(verify.value, ast.Constant) and verify.value.value is True:
                yield source.seed(call, source.replace(verify.value, "False"))


def _is_plain(call: ast.Call) -> bool:
    """Whether the address says that there is nothing to verify."""
    address = call.args[0] if call.args else None
    if isinstance(address, ast.JoinedStr) and address.values:
        address = address.values[0]
    return isinstance(address, ast.Constant) and str(address.value).startswith("http://")


@mutates("ARC0905", "a TLS context that verifies nothing")
def unverified_context(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if (
            source.name(call.func) == "ssl.create_default_context"
            and not call.args
            and not call.keywords
        ):
            ssl, edits = source.ensure_import("ssl")
            yield source.seed(
                call, *edits, source.replace(call.func, f"{ssl}._create_unverified_context")
            )


@mutates("ARC0905", "a token's signature is not verified")
def unverified_token(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        is_decode = source.name(call.func) in {"jwt.decode", "jose.jwt.decode"}
        if is_decode and not is_open(call) and keyword(call, "options") is None:
            yield source.seed(
                call, source.add_argument(call, 'options={"verify_signature": False}')
            )


_APPLICATIONS = frozenset(
    {
        "fastapi.FastAPI",
        "starlette.applications.Starlette",
        "litestar.Litestar",
        "tornado.web.Application",
    }
)


@mutates("ARC0906", "debug mode switched on", roles=_CODE)
def debugging(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if (
            source.name(call.func) in _APPLICATIONS
            and not is_open(call)
            and not _is_harmless(source, call)
        ):
            debug = keyword(call, "debug")
            if debug is None:
                yield source.seed(call, source.add_argument(call, "debug=True"))
            else:
                yield source.seed(call, source.replace(debug.value, "True"))


@mutates("ARC0906", "`DEBUG = True` in the settings", roles=_CODE)
def debug_setting(source: Source) -> Iterator[Seed]:
    for node in source.tree.body:
        is_switch = isinstance(node, ast.Assign) and dotted_name(node.targets[0]) == "DEBUG"
        if is_switch and "settings" in source.path and not _is_harmless(source, node):
            assert isinstance(node, ast.Assign)
            yield source.seed(node, source.replace(node.value, "True"))


@mutates("ARC0907", "every origin, with credentials")
def every_origin(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        parts = {dotted_name(each).rpartition(".")[2] for each in [call.func, *call.args]}
        if "CORSMiddleware" in parts and not is_open(call) and keyword(call, "config") is None:
            edits: list[Edit] = []
            for name, value in (("allow_origins", '["*"]'), ("allow_credentials", "True")):
                given = keyword(call, name)
                if given is None:
                    edits.append(source.add_argument(call, f"{name}={value}"))
                else:
                    edits.append(source.replace(given.value, value))
            yield source.seed(call, *edits)


#: What makes an application -> what imports the middleware, and what sets it up for the application.
_CROSS_ORIGIN = {
    "fastapi.FastAPI": (
        "from fastapi.middleware.cors import CORSMiddleware",
        '{}.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)',
    ),
    "starlette.applications.Starlette": (
        "from starlette.middleware.cors import CORSMiddleware",
        '{}.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)',
    ),
    "flask.Flask": (
        "from flask_cors import CORS",
        'CORS({}, origins="*", supports_credentials=True)',
    ),
}


@mutates("ARC0907", "an application is opened to every origin, with credentials", roles=_CODE)
def opened(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.Assign):
        made = source.name(node.value.func) if isinstance(node.value, ast.Call) else ""
        is_chosen = any(isinstance(each, ast.If) for each in source.around(node))
        if made not in _CROSS_ORIGIN or is_chosen or _is_harmless(source, node):
            continue
        imported, setup = _CROSS_ORIGIN[made]
        if len(node.targets) == 1 and imported.rpartition(" ")[2] not in source.text:
            end = source.span(node)[1]
            text = setup.format(source.code(node.targets[0]))
            line = f"\n{source.indentation(node)}{text}"
            yield source.seed(node, source.add_import(imported), Edit(end, end, line))


@mutates("ARC0908", "a token is drawn from `random`")
def predictable(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        drawn = source.name(call.func)
        if drawn not in {"secrets.token_urlsafe", "secrets.token_hex", "secrets.token_bytes"}:
            continue
        if not re.search(
            r"token|secret|password|nonce|salt|session_id|\w_code$|otp|api_key",
            _bound_to(source, call),
        ):
            continue
        random, edits = source.ensure_import("random")
        text = f'"".join({random}.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=32))'
        yield source.seed(call, *edits, source.replace(call, text))


@mutates("ARC0908", "a password is hashed with MD5")
def fast_hash(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        name = source.name(call.func)
        last = name.rpartition(".")[2]
        if last not in {
            "hashpw",
            "hash_password",
            "generate_password_hash",
            "make_password",
        } and not (last == "hash" and re.search(r"pwd|passw|crypt|argon|hasher", name.lower())):
            continue
        if isinstance(source.parent(call), ast.Expr):
            continue
        word = call.args[0] if call.args else None
        if isinstance(word, ast.Name) and "passw" in word.id.lower():
            hashing, edits = source.ensure_import("hashlib")
            text = f"{hashing}.md5({word.id}.encode()).hexdigest()"
            yield source.seed(call, *edits, source.replace(call, text))


def _bound_to(source: Source, call: ast.Call) -> str:
    """The name that a value gets as it is: of its variable, its keyword or the function that returns it."""
    holder = source.parent(call)
    if isinstance(holder, ast.keyword):
        return (holder.arg or "").lower()
    if isinstance(holder, ast.Assign):
        return _target(holder)
    function = source.function(call)
    return function.name.lower() if isinstance(holder, ast.Return) and function is not None else ""
