"""ARC0905."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, short
from archcheck.analysis.queries import Locked
from archcheck.analysis.topics.security import signed_tokens, tls
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_SILENCED = "urllib3.disable_warnings"
_TAILS = frozenset(
    name.rpartition(".")[2]
    for name in (
        *tls.TLS_CLIENTS,
        *tls.CONTEXTS,
        tls.UNVERIFIED_CONTEXT,
        tls.HOST_KEY_POLICY,
        *signed_tokens.TOKEN_READERS,
        _SILENCED,
    )
)
#: Words of a condition that is about verification, or about where the program runs. Whether TLS is used at all, or
#: an address is given, is another question.
_SWITCH = re.compile(
    r"verif|valid|secure|unsafe|trust|cert|check|ignor|skip|disabl|allow|accept|self_?sign|strict|debug|dev|test"
    r"|local|env|prod|stag|mode\b|policy|host_?key|\bca_|_ca\b",
    re.IGNORECASE,
)
#: Functions and objects that offer the choice by their name: whoever takes them has made it.
_OPT_IN = re.compile(
    r"insecure|un_?verified|non?_?verif|skip_?verif|without_?verif|disable_?(?:ssl|tls|cert|verif)|trust_?all"
    r"|ignore_?(?:ssl|tls|cert)",
    re.IGNORECASE,
)


class DisabledVerification(ModuleRule):
    """A certificate, a host key or a token's signature is not verified.

    Without verification encryption protects from nobody: whoever sits between reads and changes
    everything, and a token says whatever its bearer wrote into it. The switch is thrown once for a
    test system and stays.

    Places are calls of TLS clients, TLS contexts, SSH host key policies and readers of JSON Web
    Tokens.

    Not flagged: what a parameter, setting or environment value switches, or a condition that speaks of
    verification (``ssl_config is False``); functions and module-level objects whose name
    offers it (``insecure_session``); contexts of servers; a context that is switched on again in
    the same function, or checks no host name but trusts one given certificate only, or serves to
    fetch the peer's certificate (``getpeercert(binary_form=True)``), or goes into an adapter of requests,
    which sets it by ``verify``; unverified
    reading of a token that is verified in the same function. Reading a token that the program got
    from its issuer is advice, for it is the issuer's server that vouches for it; so is silencing
    the warnings about unverified requests.
    """

    code = "ARC0905"
    severity = Severity.ERROR
    noun = "TLS connections and tokens are verified"
    message = "`{what}` works without verification"
    advice = "remove the switch; give the client the authority's certificate, or the reader the key and `algorithms`"
    waived_by = ("S323", "S501", "S504", "S507", "B323", "B501", "B504", "B507")
    seed = "001 principle 9 Security by design: authentication"
    zero_tolerance = True
    good = (
        Example(
            "Verification is on unless told otherwise.",
            "import ssl\n\n"
            "import requests\n\n"
            'context = ssl.create_default_context(cafile="company-ca.pem")\n'
            'requests.get("https://stock.example.org", timeout=5)\n',
        ),
        Example(
            "The operator chooses.",
            "import httpx\n\n\n"
            "def client(settings) -> httpx.Client:\n"
            "    if settings.insecure:\n"
            "        return httpx.Client(verify=False)\n"
            "    return httpx.Client(verify=settings.ca_bundle)\n",
        ),
        Example(
            "The issuer is peeked at to find the key, then the token is verified.",
            "import jwt\n\n\n"
            "def claims(token, keys):\n"
            '    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]\n'
            '    return jwt.decode(token, keys[issuer], algorithms=["RS256"])\n',
        ),
    )
    bad = (
        Example(
            "A client without verification.",
            "import requests\n\n"
            'requests.get("https://stock.example.org", timeout=5, verify=False)  # [disabled-verification]\n',
        ),
        Example(
            "A context without verification.",
            "import ssl\n\n\n"
            "def context() -> ssl.SSLContext:\n"
            "    made = ssl.create_default_context()\n"
            "    made.check_hostname = False\n"
            "    made.verify_mode = ssl.CERT_NONE  # [disabled-verification]\n"
            "    return made\n",
        ),
        Example(
            "A bearer token is believed unread.",
            "import jwt\n"
            "from fastapi import Header\n\n\n"
            "def current_user(token: str = Header()):\n"
            '    claims = jwt.decode(token, options={"verify_signature": False})  # [disabled-verification]\n'
            '    return claims["sub"]\n',
        ),
    )

    @narrowed(named=_TAILS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """A client, a context, a host key policy, a token's reader."""
        func = node.func
        name = module.resolve(func)
        if name in signed_tokens.TOKEN_READERS:
            yield from self._token(node, name, module)
        elif name == _SILENCED:
            message = "`{what}` silences the warnings about unverified requests"
            yield self.violates(module.place(node), message=message, advice=True, what=short(func))
        else:
            verified = _is_verified(node, name, module)
            if verified is not None:
                yield from self._judged(node, short(func), module, verified=verified)

    @narrowed(words=("verify", "check_hostname", "_create_default_https_context"))
    def visit_Assign(self, node: ast.Assign, module: Module) -> Iterator[Outcome]:
        """``context.verify_mode = ...``, ``session.verify = ...``, the default context replaced."""
        for target in node.targets:
            if isinstance(target, ast.Attribute) and tls.switches_off(target, node.value, module):
                verified = tls.is_restored(target, module)
                yield from self._judged(node, dotted(target), module, verified=verified)

    def _judged(
        self, node: ast.AST, what: str, module: Module, *, verified: bool
    ) -> Iterator[Outcome]:
        if not verified and any(map(_OPT_IN.search, _names_around(node, module))):
            return
        place = module.place(node)
        if verified or module.guarded(node, _SWITCH) or tls.is_chosen(node, module):
            yield self.complies(place)
        else:
            yield self.violates(place, what=what)

    def _token(self, node: ast.Call, name: str, module: Module) -> Iterator[Judgement]:
        place, what = module.place(node), short(node.func)
        hidden = any(keyword.arg is None for keyword in node.keywords)
        if signed_tokens.accepts_unsigned(node):
            yield self.violates(
                place, message="`{what}` accepts tokens without a signature", what=what
            )
        elif signed_tokens.is_unverified(node):
            if not signed_tokens.is_verified_nearby(node, module):
                yield from self._unverified_token(node, what, module)
        elif signed_tokens.algorithms(node) is None and not hidden:
            message = "`{what}` accepts any algorithm that the token names"
            wrong, right = self.violates(place, message=message, what=what), self.complies(place)
            # PyJWT 2 refuses to read without algorithms.
            old = Locked("pyjwt", "<2", module.path)
            yield wrong if name in signed_tokens.ANY_ALGORITHM else Pending(old, wrong, right)
        elif not hidden:
            yield self.complies(place)

    def _unverified_token(self, node: ast.Call, what: str, module: Module) -> Iterator[Outcome]:
        if signed_tokens.is_believed(node, module):
            yield from self._judged(node, what, module, verified=False)
        else:
            message = "`{what}` reads a token without verifying its signature"
            yield self.violates(module.place(node), message=message, advice=True, what=what)


def _names_around(node: ast.AST, module: Module) -> list[str]:
    """Of the function around ``node``, else of the variable that it makes."""
    scope = module.scopes.scope_of(node).qualname
    statement = module.statement_of(node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [scope] if scope else [target.id for target in targets if isinstance(target, ast.Name)]


def _is_verified(node: ast.Call, name: str, module: Module) -> bool | None:
    """Whether the call of ``name`` leaves verification on; None when it is no opportunity."""
    if name in tls.TLS_CLIENTS:
        return tls.client_verifies(node, name, module)
    if name == tls.UNVERIFIED_CONTEXT:
        return False
    if name in tls.CONTEXTS:
        return tls.is_client_context(node, name, module) or None
    if name == tls.HOST_KEY_POLICY:
        trusting = tls.trusts_any_host(node, module)
        return None if trusting is None else not trusting
    return tls.session_verifies(node, module)
