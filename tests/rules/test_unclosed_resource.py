"""ARC1001: which acquisitions are watched, and which wrap what somebody else owns."""

from __future__ import annotations

import pytest
from judging import ADVICE, BAD, OK, judged, verdicts

from archcheck.rules.resource_lifecycle.unclosed_resource import UnclosedResource

ACQUISITIONS = {
    "built-in": "def f(p):\n    return open(p).read()",
    "io": "import io\ndef f(p):\n    return io.open(p).read()",
    "path": "from pathlib import Path\ndef f(p: Path):\n    return p.open().read()",
    "path in place": "from pathlib import Path\ndef f(p):\n    return Path(p).open().read()",
    "alias": "from tarfile import open as unpack\ndef f(p):\n    return unpack(p).getnames()",
    "database": "import sqlite3\ndef f(p):\n    c = sqlite3.connect(p)\n    c.execute('x')",
    "socket": "import socket\ndef f(p):\n    s = socket.socket()\n    s.connect(p)",
    "request": "from urllib.request import urlopen\ndef f(p):\n    return urlopen(p).read()",
    "pool": (
        "from concurrent.futures import ThreadPoolExecutor as Pool\ndef f(p):\n"
        "    pool = Pool()\n    pool.submit(p)"
    ),
    "client": "import httpx\ndef f(p):\n    return httpx.Client().get(p)",
    "awaited client": (
        "import aiohttp\nasync def f(p):\n    session = aiohttp.ClientSession()\n"
        "    await session.get(p)"
    ),
    "archive at a path": (
        "import os, zipfile\ndef f(p):\n    return zipfile.ZipFile(os.path.join(p, 'x')).namelist()"
    ),
    "compressed file at a path": (
        "import gzip\ndef f(p: str):\n    file = gzip.open(p)\n    return file.read()"
    ),
}


@pytest.mark.parametrize("source", ACQUISITIONS.values(), ids=ACQUISITIONS)
def test_open_for_ever(source: str) -> None:
    assert [verdict for _, verdict in verdicts(UnclosedResource, source)] == [BAD]


def test_open_session_is_advice() -> None:
    source = "import requests\ndef f(p):\n    session = requests.Session()\n    session.get(p)"
    assert verdicts(UnclosedResource, source) == [(3, ADVICE)]


def test_the_message_names_the_call_as_written() -> None:
    (outcome,) = judged(UnclosedResource, "import io as i\ndef f(p):\n    i.open(p).read()")
    assert outcome.message == "what `i.open` opens is never closed"


COMPLYING = {
    "with": "import gzip\ndef f(p):\n    with gzip.open(p) as file:\n        return file.read()",
    "closed": "import socket\ndef f(p):\n    s = socket.socket()\n    s.close()",
    "archive over a buffer": (
        "import io, zipfile\ndef f(p):\n    with zipfile.ZipFile(io.BytesIO(p)) as z:\n"
        "        return z.namelist()"
    ),
}


@pytest.mark.parametrize("source", COMPLYING.values(), ids=COMPLYING)
def test_closed(source: str) -> None:
    assert verdicts(UnclosedResource, source) == [(3, OK)]


NO_OPPORTUNITY = {
    "archive over a buffer": (
        "import io, zipfile\ndef f(p):\n    return zipfile.ZipFile(io.BytesIO(p)).namelist()"
    ),
    "archive over an open file": (
        "import zipfile\ndef f(p):\n    with open_all(p) as file:\n"
        "        return zipfile.ZipFile(file).namelist()"
    ),
    "archive over itself": (
        "import zipfile\nclass A:\n    def f(self):\n        zipfile.ZipFile(self)"
    ),
    "archive over a keyword": (
        "import tarfile\ndef f(p):\n    return tarfile.open(fileobj=p).getnames()"
    ),
    "client over a shared transport": (
        "import httpx\ndef f(p):\n    client = httpx.AsyncClient(transport=p)\n    client.build_request()"
    ),
    "session over a shared connector": (
        "import aiohttp\nasync def f(p):\n    s = aiohttp.ClientSession(connector=p)\n    await s.get('x')"
    ),
    "returned": "def f(p):\n    return open(p)",
    "stored": "class A:\n    def f(self, p):\n        self.file = open(p)",
    "module level": "file = open('x')\ntext = file.read()",
    "main guard": "if __name__ == '__main__':\n    print(open('x').read())",
    "shadowed": "from app.files import open\ndef f(p):\n    return open(p).read()",
    "parameter": "def f(open, p):\n    return open(p).read()",
    "unknown receiver": "def f(p):\n    return p.open().read()",
    "process": "import subprocess\ndef f(p):\n    subprocess.Popen(p)",
}


@pytest.mark.parametrize("source", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_nobody_can_know(source: str) -> None:
    assert verdicts(UnclosedResource, source) == []


@pytest.mark.parametrize("path", ["tests/test_f.py", "setup.py", "docs/conf.py"])
def test_only_the_product_is_judged(path: str) -> None:
    assert verdicts(UnclosedResource, "def f(p):\n    return open(p).read()", path=path) == []
