"""Which calls check a certificate or host key, and what switches the check off?

Sources of the tables: the libraries' own documentation and signatures. All of them verify unless told otherwise.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.syntax.blocks import earlier_statements
from archcheck.analysis.syntax.scopes import FUNCTIONS

_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")


def _each(owner: str, names: Iterable[str], *parameters: str) -> dict[str, tuple[str, ...]]:
    return {f"{owner}.{name}": parameters for name in names}


#: Client -> the parameters that can switch its verification off.
TLS_CLIENTS: Mapping[str, tuple[str, ...]] = {
    **_each("requests", _VERBS, "verify"),
    **_each("requests.Session", (*_VERBS, "send"), "verify"),
    **_each("httpx", (*_VERBS, "stream", "create_ssl_context"), "verify"),
    **_each("httpx", ("Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport"), "verify"),
    **_each("aiohttp.ClientSession", (*_VERBS, "ws_connect"), "ssl", "verify_ssl"),
    **_each("aiohttp", ("request", "TCPConnector"), "ssl", "verify_ssl"),
    **_each("urllib3", ("PoolManager", "ProxyManager", "HTTPSConnectionPool"), "cert_reqs"),
    "urllib3.util.ssl_.create_urllib3_context": ("cert_reqs",),
    "urllib.request.urlopen": (),
    "http.client.HTTPSConnection": ("check_hostname",),
    "tornado.httpclient.HTTPRequest": ("validate_cert",),
    "tornado.httpclient.AsyncHTTPClient.fetch": ("validate_cert",),
    **_each("elasticsearch", ("Elasticsearch", "AsyncElasticsearch"), "verify_certs"),
    **_each("opensearchpy", ("OpenSearch", "AsyncOpenSearch"), "verify_certs"),
    **_each("boto3", ("client", "resource", "Session.client", "Session.resource"), "verify"),
    **_each(
        "pymongo", ("MongoClient", "AsyncMongoClient"), "tlsInsecure", "tlsAllowInvalidCertificates"
    ),
    "motor.motor_asyncio.AsyncIOMotorClient": ("tlsInsecure", "tlsAllowInvalidCertificates"),
    **_each("redis", ("Redis", "StrictRedis", "from_url", "Redis.from_url"), "ssl_cert_reqs"),
    **_each("redis.asyncio", ("Redis", "from_url", "Redis.from_url"), "ssl_cert_reqs"),
    "hvac.Client": ("verify",),
    "docker.tls.TLSConfig": ("verify",),
    "clickhouse_connect.get_client": ("verify",),
    "ldap3.Tls": ("validate",),
    "ssl.wrap_socket": ("cert_reqs",),
    "asyncssh.connect": ("known_hosts",),
}
#: Distributions whose clients use TLS only when asked to: without a parameter nobody can know.
_OPTIONAL_TLS = frozenset(
    {"clickhouse_connect", "docker", "ldap3", "motor", "pymongo", "redis", "ssl", "urllib3"}
)
_PARAMETERS = frozenset(parameter for names in TLS_CLIENTS.values() for parameter in names)
#: Attributes of contexts, sessions and configurations that do the same.
_ATTRIBUTES = frozenset({"check_hostname", "verify", "verify_mode", "verify_ssl"})
#: Parameter or attribute -> what switches it off: constants and qualified names.
_OFF: Mapping[str, tuple[object, ...]] = {
    **dict.fromkeys(_PARAMETERS | _ATTRIBUTES, (False,)),
    "tlsInsecure": (True,),
    "tlsAllowInvalidCertificates": (True,),
    "cert_reqs": ("ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE", "CERT_NONE", "NONE"),
    "ssl_cert_reqs": ("ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE", "CERT_NONE", "none", None),
    "validate": ("ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE"),
    "verify_mode": ("ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE"),
    "known_hosts": (None,),
}
UNVERIFIED_CONTEXT = "ssl._create_unverified_context"
CONTEXTS = frozenset({"ssl.create_default_context", "ssl.SSLContext"})
_SERVER = frozenset({"ssl.Purpose.CLIENT_AUTH", "ssl.PROTOCOL_TLS_SERVER"})
_VERIFYING_PROTOCOL = "ssl.PROTOCOL_TLS_CLIENT"
_TRUSTING_POLICIES = frozenset(
    f"paramiko.{module}{policy}"
    for module in ("", "client.")
    for policy in ("AutoAddPolicy", "WarningPolicy")
)
#: Words of a switch for verification, and of what holds ``False`` when it is off.
_SWITCH = re.compile(
    r"(?:^|[._])verify|check_?host|insecure|un_?trusted|self_?signed|allow_?invalid|(?:skip|ignore)_?(?:ssl|tls|cert)",
    re.IGNORECASE,
)
_SESSION = re.compile(r"session$|^sess$", re.IGNORECASE)
_TLS = re.compile(r"ssl|tls", re.IGNORECASE)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
HOST_KEY_POLICY = "paramiko.SSHClient.set_missing_host_key_policy"


def client_verifies(node: ast.Call, name: str, module: Module) -> bool | None:
    """Whether a call of the client ``name`` leaves verification on; None when nobody can know."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    found = [parameter for parameter in TLS_CLIENTS[name] if parameter in given]
    if any(_is_off(parameter, given[parameter], module) for parameter in found):
        return None if _is_plain(node) else False
    unknown = None in given or name.partition(".")[0] in _OPTIONAL_TLS
    return None if unknown and not found else True


def session_verifies(node: ast.Call, module: Module) -> bool | None:
    """Whether a request of a session whose class is out of sight is verified; None when it does not say.

    ``session.get(url, verify=False)``: the verbs, the parameter and what it is called together are those of requests.
    """
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr not in _VERBS:
        return None
    asked = [keyword.value for keyword in node.keywords if keyword.arg == "verify"]
    if not asked or not _SESSION.search(simple_name(func.value)) or module.types(func.value):
        return None
    return not _is_off("verify", asked[0], module)


def trusts_any_host(node: ast.Call, module: Module) -> bool | None:
    """Whether a host key policy accepts a host never seen before; None when nobody can know."""
    policy = node.args[0] if node.args else None
    names = module.names(policy.func if isinstance(policy, ast.Call) else policy) if policy else ()
    return _TRUSTING_POLICIES.issuperset(names) if names else None


def is_client_context(node: ast.Call, name: str, module: Module) -> bool:
    """Whether a TLS context is made for a client that verifies, and nobody alters it afterwards."""
    asked = {
        found
        for value in (*node.args, *(keyword.value for keyword in node.keywords))
        for found in module.names(value)
    }
    if asked & _SERVER or (name == "ssl.SSLContext" and _VERIFYING_PROTOCOL not in asked):
        return False
    return not any(
        module.symbols.origin(target.value) is node and _is_off(target.attr, value, module)
        for target, value in _stores(module)
    )


def switches_off(target: ast.Attribute, value: ast.expr, module: Module) -> bool:
    """Whether ``target = value`` switches verification off: of a context, a session or for all of the process."""
    if target.attr == "_create_default_https_context":
        return UNVERIFIED_CONTEXT in module.names(value)
    if target.attr not in _ATTRIBUTES or not _is_off(target.attr, value, module):
        return False
    if target.attr in ("verify", "verify_ssl"):
        owners = module.types(target.value)
        return any(
            owner == "requests.Session" or owner.endswith(".Configuration") for owner in owners
        )
    if module.symbols.owner_class(target) is not None or _is_server(target.value, module):
        return False
    if target.attr == "verify_mode":
        return not (_takes_certificate(target, module) or _adapts_requests(module))
    # ``verify_mode`` speaks for both; with one trusted certificate the name adds nothing.
    return not any(
        other.attr == "verify_mode" and _is_off("verify_mode", stored, module)
        for other, stored in _stores(module, beside=target)
    ) and "load_verify_locations" not in module.receivers.uses(target.value)


def _adapts_requests(module: Module) -> bool:
    """Whether contexts go into an adapter of requests: for each request that sets them by its own ``verify``."""
    return module.imports("requests") and any(
        simple_name(base) == "HTTPAdapter"
        for each in module.nodes(ast.ClassDef)
        for base in each.bases
    )


def _takes_certificate(node: ast.AST, module: Module) -> bool:
    """Whether the same function takes the peer's certificate itself, to show or to compare it."""
    function = module.function_of(node)
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "getpeercert"
        and bool(call.args or call.keywords)
        and module.function_of(call) is function
        for call in module.calls.named({"getpeercert"})
    )


def is_chosen(node: ast.AST, module: Module) -> bool:
    """Whether a condition on verification decides if ``node`` runs: one around it, or one that leaves before it.

    A condition on TLS itself does where there is none: in the ``else`` of ``if use_ssl:``.
    """
    statement: ast.AST = module.statement_of(node)
    while not isinstance(statement, (*FUNCTIONS, ast.Module)):
        if any(
            isinstance(earlier, ast.If)
            and isinstance(earlier.body[-1], _LEAVES)
            and _asks_for_verification(earlier.test, module)
            for earlier in earlier_statements(statement, module)
        ):
            return True
        parent = module.parent(statement)
        if isinstance(parent, ast.If) and (
            _asks_for_verification(parent.test, module)
            or _is_without_tls(statement, parent, module)
        ):
            return True
        if parent is None:
            return False
        statement = parent
    return False


def _is_without_tls(statement: ast.AST, condition: ast.If, module: Module) -> bool:
    test, without = condition.test, condition.orelse
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, without = test.operand, condition.body
    is_plain = isinstance(test, (ast.Name, ast.Attribute)) and _is_about_tls(test, module)
    return is_plain and statement in without


def _asks_for_verification(test: ast.expr, module: Module) -> bool:
    """``settings().skip_verify``, ``ssl_config is False``."""
    names = [part for part in ast.walk(test) if isinstance(part, (ast.Name, ast.Attribute))]
    if any(_SWITCH.search(dotted(name)) for name in names):
        return True
    return any(
        isinstance(part, ast.Compare)
        and any(isinstance(side, ast.Constant) and side.value is False for side in part.comparators)
        and _is_about_tls(part.left, module)
        for part in ast.walk(test)
    )


def _is_about_tls(node: ast.expr, module: Module) -> bool:
    """Whether the expression, or a value that its name has, is called after TLS."""
    values = [node]
    if isinstance(node, ast.Name):
        bindings = module.scopes.scope_of(node).lookup(node.id)
        values += [binding.value for binding in bindings if binding.value is not None]
    return any(_TLS.search(dotted(value)) for value in values)


def is_restored(target: ast.Attribute, module: Module) -> bool:
    """Whether the same function also sets the attribute to something else."""
    return any(
        other.attr == target.attr and not _is_off(other.attr, value, module)
        for other, value in _stores(module, beside=target)
    )


def _is_server(receiver: ast.expr, module: Module) -> bool:
    """Whether a context is made, or used in the same function, for the side of the server: it verifies no client."""
    made = module.symbols.origin(receiver)
    if made is not None and any(
        name in _SERVER for argument in made.args for name in module.names(argument)
    ):
        return True
    function = module.function_of(receiver)
    return any(
        module.function_of(call) is function
        and dotted(getattr(call.func, "value", call)) == dotted(receiver)
        and any(item.arg == "server_side" and _is_true(item.value) for item in call.keywords)
        for call in module.calls.named({"wrap_bio", "wrap_socket"})
    )


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _is_plain(node: ast.Call) -> bool:
    """Whether the address says that there is nothing to verify: ``requests.get(f"http://{host}/", verify=False)``."""
    address: ast.AST | None = node.args[0] if node.args else None
    while address is not None and not isinstance(address, ast.Constant):
        address = _beginning(address)
    return isinstance(address, ast.Constant) and str(address.value).startswith("http://")


def _beginning(text: ast.AST) -> ast.expr | None:
    """The first part of a text that is put together; None where it is not known."""
    match text:
        case ast.JoinedStr(values=[first, *_]):
            return first
        case ast.BinOp(left=first, op=ast.Add() | ast.Mod()):
            return first
        case ast.Call(func=ast.Attribute(value=first, attr="format")):
            return first
    return None


def _stores(
    module: Module, beside: ast.Attribute | None = None
) -> Iterator[tuple[ast.Attribute, ast.expr]]:
    """The attributes that are set; only those of the same receiver in the same function as ``beside``."""
    for assign in module.nodes(ast.Assign):
        for target in assign.targets:
            if not isinstance(target, ast.Attribute) or target.attr not in _ATTRIBUTES:
                continue
            if beside is None or (
                dotted(target.value) == dotted(beside.value)
                and module.function_of(target) is module.function_of(beside)
            ):
                yield target, assign.value


def _is_off(parameter: str, value: ast.expr, module: Module) -> bool:
    """Whether ``value`` can only be one of the constants that switch ``parameter`` off."""
    constants = _OFF[parameter]
    if isinstance(value, ast.Constant):
        # By identity, for ``0 == False``; strings are compared.
        return any(
            value.value is constant or (isinstance(constant, str) and value.value == constant)
            for constant in constants
        )
    names = module.names(value)
    if names:
        return all(name in constants for name in names)
    if not isinstance(value, ast.Name):
        return False
    bindings = reaching(value, module)
    return bool(bindings) and all(
        binding.kind in ("assign", "annotated")
        and isinstance(binding.value, ast.Constant)
        and _is_off(parameter, binding.value, module)
        for binding in bindings
    )
