"""ARC1105: which caches clients can fill."""

from __future__ import annotations

import pytest
from judging import BAD, OK, verdicts

from archcheck.rules.performance.unbounded_cache import UnboundedCache

ROUTE = (
    "from functools import cache, lru_cache\nfrom fastapi import APIRouter\nrouter = APIRouter()\n"
    "@router.get('/{code}')\ndef show(code: str):\n    return rate(code)\n"
)
BAD_CACHES = {
    "cache": "@cache\ndef rate(code): ...",
    "lru_cache without limit": "@lru_cache(maxsize=None)\ndef rate(code): ...",
    "by position": "@lru_cache(None)\ndef rate(code): ...",
    "as text, through a helper": "@cache\ndef load(code): ...\ndef rate(code):\n    return load(str(code))",
    "through a helper": "@cache\ndef load(code): ...\ndef rate(code):\n    return load(code.upper())",
}


@pytest.mark.parametrize("body", BAD_CACHES.values(), ids=BAD_CACHES)
def test_clients_fill_it(body: str) -> None:
    assert verdicts(UnboundedCache, ROUTE + body) == [(7, BAD)]


GOOD_CACHES = {
    "default limit": "@lru_cache\ndef rate(code): ...",
    "empty call": "@lru_cache()\ndef rate(code): ...",
    "limit": "@lru_cache(maxsize=64)\ndef rate(code): ...",
    "limit of the settings": "@lru_cache(maxsize=settings.rates)\ndef rate(code): ...",
    "few keys": "@cache\ndef rate(code: bool): ...",
    "no key": "@cache\ndef rates(): ...",
    "never called by a handler": "@cache\ndef other(code): ...",
    "looked up before": "@cache\ndef load(code): ...\ndef rate(code):\n    return load(find(code).id)",
    "another parameter": "@cache\ndef load(table): ...\ndef rate(code):\n    return load('rates')[code]",
}


@pytest.mark.parametrize("body", GOOD_CACHES.values(), ids=GOOD_CACHES)
def test_clients_cannot_fill_it(body: str) -> None:
    assert verdicts(UnboundedCache, ROUTE + body) == [(7, OK)]


def test_handler_of_another_module() -> None:
    cached = "from functools import cache\n@cache\ndef rate(code): ...\n"
    route = ROUTE.replace("from fastapi", "from app.rates import rate\nfrom fastapi")
    assert verdicts(UnboundedCache, cached, "src/app/rates.py", {"src/app/api.py": route}) == [
        (2, BAD)
    ]


def test_named_argument() -> None:
    source = ROUTE.replace("rate(code)", "rate(1, code=code)")
    assert verdicts(UnboundedCache, source + "@cache\ndef rate(n, code): ...") == [(7, BAD)]


def test_request_of_flask_and_of_django() -> None:
    flask = (
        "from functools import cache\nfrom flask import Blueprint, request\nbp = Blueprint('x', __name__)\n"
        "@cache\ndef rate(code): ...\n@bp.get('/')\ndef show():\n    return rate(request.args['code'])\n"
    )
    django = (
        "from functools import cache\nfrom django.http import HttpResponse\n\n"
        "@cache\ndef rate(code): ...\ndef show(request):\n    return HttpResponse(rate(request.GET['code']))\n"
    )
    for source in (flask, django):
        assert verdicts(UnboundedCache, source) == [(4, BAD)]


def test_cached_methods_are_left_to_their_own_rule() -> None:
    source = "from functools import cache\nclass A:\n    @cache\n    def rate(self, code): ...\n"
    assert verdicts(UnboundedCache, source) == []


LOOKUPS = {
    "not in": "    if code not in RATES:\n        RATES[code] = load(code)\n    return RATES[code]\n",
    "in": "    if code in RATES:\n        return RATES[code]\n    RATES[code] = load(code)\n",
    "get": "    found = RATES.get(code)\n    if not found:\n        RATES[code] = load(code)\n",
}
TABLE = "from fastapi import APIRouter\nrouter = APIRouter()\nRATES = {}\n"


@pytest.mark.parametrize("body", LOOKUPS.values(), ids=LOOKUPS)
def test_dictionary(body: str) -> None:
    source = TABLE + "@router.get('/{code}')\ndef show(code: str):\n" + body
    assert [verdict for _, verdict in verdicts(UnboundedCache, source)] == [BAD]


EMPTIED = {
    "cleared": "def reset():\n    RATES.clear()\n",
    "deleted": "def forget(code):\n    del RATES[code]\n",
    "popped": "def forget(code):\n    RATES.pop(code)\n",
    "counted": "def check():\n    return len(RATES) > 100\n",
}


@pytest.mark.parametrize("more", EMPTIED.values(), ids=EMPTIED)
def test_dictionary_that_is_emptied(more: str) -> None:
    body = LOOKUPS["not in"] + more
    source = TABLE + "@router.get('/{code}')\ndef show(code: str):\n" + body
    assert [verdict for _, verdict in verdicts(UnboundedCache, source)] == [OK]


NO_CACHE = {
    "constant key": "def f():\n    if 'eur' not in RATES:\n        RATES['eur'] = 1\n",
    "never looked up": "def f(code):\n    RATES[code] = 1\n",
    "looked up under another key": "def f(code):\n    if code in RATES:\n        RATES[code.upper()] = 1\n",
    "local": "def f(code):\n    RATES = {}\n    if code not in RATES:\n        RATES[code] = 1\n",
}


@pytest.mark.parametrize("body", NO_CACHE.values(), ids=NO_CACHE)
def test_dictionary_that_is_no_cache(body: str) -> None:
    assert verdicts(UnboundedCache, TABLE + body) == []
