"""Which addresses surely lead to no other machine?"""

from __future__ import annotations

import pytest
from call_sites import site

HEAD = "import urllib.request\nfrom urllib.parse import urlparse\nfrom urllib.request import Request, urlopen\n"


def is_local(code: str) -> bool:
    """Whether the address is local that the one call of `urlopen` opens."""
    return site(HEAD + code, "urlopen").local_address


@pytest.mark.parametrize(
    "code",
    [
        "urlopen('data:text/plain,a')",
        "urlopen(f'data:text/plain,{text}')",
        "urlopen('data:text/plain,' + text)",
        "urlopen('file:%s' % path)",
        "urlopen(path.as_uri())",
        "urlopen(Request('DATA:,a'))",
        "def f(text):\n    url = 'data:,' + text\n    return urlopen(url)",
        "def f(url):\n    if url.startswith('data:'):\n        return urlopen(url)",
        "def f(url):\n    if url and url.strip().lower().startswith(('data:', 'file:')):\n        return urlopen(url)",
        "def f(url):\n    return urlopen(url) if url.startswith('data:') else None",
        "def f(url):\n    return url.startswith('data:') and urlopen(url)",
        "def f(url):\n    assert url.startswith('data:')\n    with lock:\n        return urlopen(url)",
        "def f(url):\n    if not url.startswith('data:'):\n        raise ValueError\n    return urlopen(url)",
        "def f(urls):\n    for url in urls:\n        if not url.startswith('data:'):\n            continue\n        urlopen(url)",
        "def f(url):\n    if not url.startswith('data:'):\n        pass\n    else:\n        return urlopen(url)",
        (
            "def f(body):\n    head, data = body.split(',', 1)\n"
            "    if not head.startswith('data:') or not head.endswith('base64'):\n        raise ValueError\n"
            "    return urlopen(body)"
        ),
        "def f(url):\n    if url.partition(',')[0].startswith('data:'):\n        return urlopen(url)",
        "def f(url):\n    if urlparse(url).scheme == 'data':\n        return urlopen(url)",
        "def f(url):\n    parts = urlparse(url)\n    if parts.scheme not in ('data', 'file'):\n        return\n    urlopen(url)",
        (
            "class P:\n    def get(self, url):\n        if url.startswith('data:'):\n            return self._parse(1, url)\n"
            "    def _parse(self, n, url):\n        return urlopen(url)"
        ),
        "def get(url):\n    assert url.startswith('data:')\n    _open(url=url)\ndef _open(url):\n    urlopen(url)",
    ],
)
def test_a_local_address(code: str) -> None:
    assert is_local(code)


@pytest.mark.parametrize(
    "code",
    [
        "urlopen(url)",
        "urlopen('https://shop.example')",
        "urlopen(f'{scheme}:a')",
        "urlopen(f'')",
        "def f(url):\n    if url.startswith('https:'):\n        return urlopen(url)",
        "def f(url):\n    if url.startswith(('data:', 'https:')):\n        return urlopen(url)",
        "def f(url):\n    if url.startswith('data:') or other:\n        return urlopen(url)",
        "def f(url, other):\n    if other.startswith('data:'):\n        return urlopen(url)",
        "def f(url):\n    if url.startswith('data:'):\n        return decode(url)\n    return urlopen(url)",
        "def f(url):\n    if not url.startswith('data:'):\n        log(url)\n    return urlopen(url)",
        "def f(url):\n    if url.startswith('data:'):\n        url = resolve(url)\n        return urlopen(url)",
        "def f(url):\n    if urlparse(url).netloc == 'data':\n        return urlopen(url)",
        "def f(url):\n    if urlparse(url).scheme != 'data':\n        return urlopen(url)",
        "def f(a):\n    url = 'data:,' if a else other\n    if b:\n        url = 'https://shop.example'\n    urlopen(url)",
        "def f(body):\n    head, data = body.split(',', 1)\n    if data.startswith('data:'):\n        return urlopen(body)",
        "def _open(url):\n    urlopen(url)",
        "def get(url):\n    assert url.startswith('data:')\n    open_it(url)\ndef open_it(url):\n    urlopen(url)",
        "def get(url):\n    assert url.startswith('data:')\n    _open(url)\n    _open(other)\ndef _open(url):\n    urlopen(url)",
        "def get(url):\n    assert url.startswith('data:')\n    _open(*urls)\ndef _open(url):\n    urlopen(url)",
    ],
)
def test_an_address_that_may_lead_elsewhere(code: str) -> None:
    assert not is_local(code)


def test_only_what_opens_such_addresses_is_asked() -> None:
    assert not site("import requests\nrequests.get('data:,a')", "get").local_address
