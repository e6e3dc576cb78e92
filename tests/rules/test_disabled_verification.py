from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.security.disabled_verification import DisabledVerification
from archcheck.testing import outcomes


def judged(source: str) -> list[tuple[int, str]]:
    return [
        (
            outcome.place.location.line,
            "advice" if outcome.advice else outcome.verdict.value,
        )
        for outcome in outcomes(DisabledVerification, Example("case", dedent(source)))
    ]


def verdicts(source: str) -> list[str]:
    return [verdict for _, verdict in judged(source)]


@pytest.mark.parametrize(
    "source",
    [
        "import requests as r\nr.post(url, verify=False)",
        "from requests import Session\nwith Session() as s:\n    s.get(url, verify=False)",
        "import requests\nclass C:\n    def __init__(self):\n        self.s = requests.Session()\n\n"
        "    def f(self):\n        self.s.verify = False",
        "import httpx\nhttpx.AsyncClient(verify=False)",
        "import aiohttp\nasync def f(session: aiohttp.ClientSession):\n    await session.get(url, ssl=False)",
        "import aiohttp\naiohttp.TCPConnector(verify_ssl=False)",
        "import ssl, urllib3\nurllib3.PoolManager(cert_reqs=ssl.CERT_NONE)",
        "import urllib3\nurllib3.PoolManager(cert_reqs='CERT_NONE')",
        "from elasticsearch import Elasticsearch\nElasticsearch(hosts, verify_certs=False)",
        "import boto3\nboto3.client('s3', verify=False)",
        "from pymongo import MongoClient\nMongoClient(url, tlsAllowInvalidCertificates=True)",
        "import redis\nredis.Redis(ssl=True, ssl_cert_reqs=None)",
        "import asyncssh\nasyncssh.connect(host, known_hosts=None)",
        "import paramiko\nc = paramiko.SSHClient()\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
        "from paramiko.client import SSHClient, WarningPolicy\nc = SSHClient()\n"
        "c.set_missing_host_key_policy(WarningPolicy)",
        "import ssl\nssl._create_default_https_context = ssl._create_unverified_context",
        "import ssl\nfrom urllib.request import urlopen\ncontext = ssl._create_unverified_context()",
        "import ssl\ndef f(context):\n    context.verify_mode = ssl.CERT_NONE",
        "import ssl\ncontext = ssl.create_default_context()\ncontext.check_hostname = False",
        "import requests\nverify = False\nrequests.get(url, verify=verify)",
        "import requests\ndef f(address):\n    if address:\n        requests.get(address, verify=False)",
        "import ssl\ndef f(use_ssl):\n    if use_ssl:\n        context = ssl._create_unverified_context()",
        "import ssl\ndef f(sock):\n    c = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n"
        "    s = c.wrap_socket(sock, server_side=False, do_handshake_on_connect=False)\n    c.verify_mode = ssl.CERT_NONE",
        "import requests\nrequests.get(f'https://{host}/', verify=False)",
        "import aiohttp\ndef f(use_tls):\n    if use_tls:\n        return aiohttp.TCPConnector(ssl=False)",
        "import jwt\njwt.decode(token, key, algorithms=['none'])",
        "from jose import jwt\njwt.decode(token, key)",
    ],
)
def test_verification_is_off(source: str) -> None:
    found = judged(source)
    assert [verdict for _, verdict in found] == ["violates"]
    assert found[0][0] == source.count("\n") + 1


@pytest.mark.parametrize(
    "source",
    [
        "import requests\nrequests.get(url)",
        "import requests\nrequests.get(url, verify=True)",
        "import requests\nrequests.get(url, verify='ca.pem')",
        "import requests\ndef f(verify=False):\n    requests.get(url, verify=verify)",
        "import requests\nverify = False\nif secure:\n    verify = True\nrequests.get(url, verify=verify)",
        "import requests\nfrom app import settings\nrequests.get(url, verify=settings.verify)",
        "import requests\ndef f(insecure):\n    if insecure:\n        requests.get(url, verify=False)",
        "import os, requests\nif os.getenv('INSECURE'):\n    requests.get(url, verify=False)",
        "import redis\nredis.Redis(ssl_cert_reqs='required')",
        "import ssl\nssl.create_default_context()",
        "import ssl\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)",
        "import paramiko\nc = paramiko.SSHClient()\nc.set_missing_host_key_policy(paramiko.RejectPolicy())",
        "import jwt\njwt.decode(token, key, algorithms=['RS256'])",
        "import jwt\njwt.decode(token, key, ['RS256'])",
    ],
)
def test_verification_is_on_or_the_operator_decides(source: str) -> None:
    assert verdicts(source) == ["complies"]


def test_a_context_counts_once() -> None:
    source = """
        import ssl

        def verified():
            context = ssl.create_default_context()
            return context

        def chosen(verify):
            context = ssl.create_default_context()
            if not verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            return context

        def careless():
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
    """
    assert judged(source) == [(5, "complies"), (12, "complies"), (18, "violates")]


def test_a_context_that_is_switched_on_again_complies() -> None:
    source = """
        import ssl

        def context(mode):
            made = ssl.create_default_context()
            made.check_hostname = False
            made.verify_mode = ssl.CERT_NONE
            if mode == "full":
                made.verify_mode = ssl.CERT_REQUIRED
            return made
    """
    assert "violates" not in verdicts(source)


@pytest.mark.parametrize(
    "source",
    [
        "import requests\nrequests.get(url, **options)",
        "import redis\nredis.Redis()",
        "import ssl\nssl.create_default_context(ssl.Purpose.CLIENT_AUTH)",
        "import ssl\nssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)",
        "import ssl\ndef f(sock):\n    c = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n    c.verify_mode = ssl.CERT_NONE\n"
        "    sock = c.wrap_socket(sock, server_side=True)",
        "import requests\nrequests.get(f'http://{host}/', verify=False)",
        "import requests\nrequests.get('http://{}/'.format(host), verify=False)",
        "import requests\nrequests.get('http://%s/' % host, verify=False)",
        "import ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\nc.verify_mode = ssl.CERT_NONE",
        "import ssl\nc = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\nc.verify_mode = ssl.CERT_NONE",
        "import ssl\ndef f(ca):\n    c = load()\n    c.check_hostname = False\n    c.load_verify_locations(ca)",
        "import requests\ndef insecure_get(url):\n    return requests.get(url, verify=False)",
        "import requests\ndef non_verifying_session():\n    s = requests.Session()\n    s.verify = False",
        "class Hook:\n    def __init__(self):\n        self.verify = False\n        self.check_hostname = False",
        "def get(url, verify): ...\nget(url, verify=False)",
        "import httpx\nclass httpx:\n    pass\nhttpx.get(url, verify=False)",
        "import jwt\njwt.get_unverified_header(token)",
        "import jwt\njwt.decode(token, **options)",
        "def check(mode):\n    return mode == ssl.CERT_NONE",
    ],
)
def test_no_opportunity(source: str) -> None:
    assert verdicts(source) == []


REQUEST = "from fastapi import Depends, Header\nimport jwt\n"


def test_a_token_from_a_request_must_be_verified() -> None:
    source = "def user(token: str = Header()):\n    return jwt.decode(token, options={'verify_signature': False})"
    assert verdicts(REQUEST + source) == ["violates"]
    assert verdicts(
        REQUEST + source.replace("options={'verify_signature': False}", "verify=False")
    ) == ["violates"]
    assert verdicts(
        REQUEST + source.replace("{'verify_signature': False}", "dict(verify_signature=False)")
    ) == ["violates"]


def test_a_token_that_something_else_has_seen_is_advice() -> None:
    source = """
def user(token: str = Header()):
    profile = userinfo(token)
    return jwt.decode(token, options={'verify_signature': False})
"""
    assert verdicts(REQUEST + source) == ["advice"]


def test_a_token_that_the_program_got_is_advice() -> None:
    source = "def expiry(session):\n    return jwt.decode(session.token, options={'verify_signature': False})['exp']"
    assert verdicts(REQUEST + source) == ["advice"]


def test_a_peek_before_verification_is_no_opportunity_of_its_own() -> None:
    source = """
def user(token: str = Header()):
    issuer = jwt.decode(token, options={'verify_signature': False})['iss']
    return jwt.decode(token, KEYS[issuer], algorithms=['RS256'])
"""
    assert verdicts(REQUEST + source) == ["complies"]


@pytest.mark.parametrize(
    ("pin", "expected"), [("1.7.1", ["violates"]), ("2.10.0", ["complies"]), ("", [])]
)
def test_algorithms_are_needed_where_the_library_does_not_ask_for_them(
    pin: str, expected: list[str]
) -> None:
    files = {"requirements.txt": f"pyjwt=={pin}\n"} if pin else {}
    example = Example("case", "import jwt\njwt.decode(token, key)\n", files=files)
    assert [
        outcome.verdict.value for outcome in outcomes(DisabledVerification, example)
    ] == expected


def test_silenced_warnings_are_advice() -> None:
    assert verdicts("import urllib3\nurllib3.disable_warnings()") == ["advice"]


def test_messages_say_what() -> None:
    example = Example(
        "case", "import requests\nrequests.get('https://u:hush@example.org', verify=False)\n"
    )
    (outcome,) = outcomes(DisabledVerification, example)
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.message == "`requests.get` works without verification"
    assert "hush" not in repr(outcome)


OFF = "context.check_hostname = False\n{0}context.verify_mode = ssl.CERT_NONE\n"


@pytest.mark.parametrize(
    "source",
    [
        # prefaced by a question about verification itself, whatever answers it
        "def f():\n    context = ssl.create_default_context()\n    if SKIP_TLS_VERIFY:\n        " + OFF.format("        "),
        "def f():\n    context = made()\n    if current().api.tls_insecure_skip_verify:\n        " + OFF.format("        "),
        "def f():\n    context = ssl_options()\n    if context is False:\n        context = ssl.create_default_context()\n"
        "        " + OFF.format("        "),
        "def f():\n    shared = ssl_options()\n    if shared is not False:\n        return shared\n"
        "    context = ssl.create_default_context()\n    " + OFF.format("    "),
        "def f():\n    if VERIFY_SSL:\n        return None\n    requests.get(URL, verify=False)\n",
    ],
)  # fmt: skip
def test_a_condition_on_verification_is_a_choice(source: str) -> None:
    found = verdicts("import requests, ssl\n" + source)
    assert found
    assert "violates" not in found


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    context = ssl.create_default_context()\n    if USE_SSL:\n        " + OFF.format("        "),
        "def f():\n    context = ssl.create_default_context()\n    if READY is False:\n        return\n    " + OFF.format("    "),
        "def f():\n    if not URL:\n        return None\n    requests.get(URL, verify=False)\n",
        "def f():\n    if VERIFY_SSL:\n        log()\n    requests.get(URL, verify=False)\n",
        "def f():\n    insecure = requests.get(URL, verify=False)\n",
    ],
)  # fmt: skip
def test_another_condition_is_none(source: str) -> None:
    assert "violates" in verdicts("import requests, ssl\n" + source)


def test_an_object_may_offer_the_choice_by_its_name() -> None:
    source = "import httpx\n_transport = httpx.HTTPTransport()\n_insecure_transport = httpx.HTTPTransport(verify=False)\n"
    assert judged(source) == [(2, "complies")]


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ("read(context).getpeercert(binary_form=True)", False),
        ("read(context).getpeercert()", True),
        ("read(context)", True),
    ],
)
def test_who_takes_the_certificate_itself_need_not_verify_it(taken: str, found: bool) -> None:
    source = f"import ssl\ndef fetch(read):\n    context = ssl.create_default_context()\n    {OFF.format('    ')}\n    return {taken}\n"
    assert ("violates" in verdicts(source)) is found


@pytest.mark.parametrize(("base", "found"), [("HTTPAdapter", False), ("object", True)])
def test_requests_sets_the_context_of_its_adapter_itself(base: str, found: bool) -> None:
    source = (
        "import ssl\nfrom requests.adapters import HTTPAdapter\n"
        f"class Tls({base}):\n    def __init__(self, context):\n        self.context = context\n"
        f"def build():\n    context = ssl.create_default_context()\n    {OFF.format('    ')}\n    return Tls(context)\n"
    )
    assert ("violates" in verdicts(source)) is found


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("self.session.get(url, verify=False)", ["violates"]),
        ("make_session().post(url, verify=False)", []),
        ("self.session.get(url, verify=self.bundle)", ["complies"]),
        ("self.session.get(url)", []),
        ("self.session.commit(verify=False)", []),
        ("self.cache.get(key, verify=False)", []),
    ],
)
def test_a_session_whose_class_is_out_of_sight_is_told_by_what_it_is_called(
    call: str, found: list[str]
) -> None:
    source = f"from elsewhere import make_session\nclass Client:\n    def read(self, url):\n        return {call}\n"
    assert verdicts(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("if config.use_ssl:\n        return 1\n    else:\n        return TCPConnector(ssl=False)", "complies"),
        ("if not config.use_tls:\n        return TCPConnector(ssl=False)", "complies"),
        ("if config.use_ssl:\n        return TCPConnector(ssl=False)", "violates"),
        ("if config.proxy:\n        return 1\n    else:\n        return TCPConnector(ssl=False)", "violates"),
    ],
)  # fmt: skip
def test_where_there_is_no_tls_nothing_is_verified(source: str, found: str) -> None:
    head = "from aiohttp import TCPConnector\ndef f(config):\n    "
    assert verdicts(head + source) == [found]


@pytest.mark.parametrize(
    ("otherwise", "found"), [("CERT_REQUIRED", ["complies"]), ("CERT_NONE", ["violates"])]
)
def test_a_value_of_two_branches_is_off_where_both_are(otherwise: str, found: list[str]) -> None:
    source = (
        "import ssl\nimport urllib3\n\n\ndef pool(config):\n    if config.verify_ssl:\n"
        f"        reqs = ssl.{otherwise}\n    else:\n        reqs = ssl.CERT_NONE\n"
        "    return urllib3.PoolManager(cert_reqs=reqs)\n"
    )
    assert verdicts(source) == found


def test_a_setting_may_decide_about_the_name_of_the_host() -> None:
    source = (
        "import ssl\n\n\ndef context(settings):\n    made = ssl.create_default_context()\n"
        "    check_hostname = settings.get('ssl_check_hostname')\n"
        "    if check_hostname is not None and not check_hostname:\n"
        "        made.check_hostname = False\n    return made\n"
    )
    assert "violates" not in verdicts(source)
