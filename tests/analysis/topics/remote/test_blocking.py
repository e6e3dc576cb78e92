"""Which calls of libraries block."""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.module import Module
from archcheck.analysis.topics.remote.blocking import blocks_by_name, waiting_calls

BLOCKING = {
    "sleep": "import time\nprobe(time.sleep(1))",
    "alias": "from time import sleep as wait\nprobe(wait(1))",
    "requests": "import requests\nprobe(requests.get('x', timeout=5))",
    "session": "import requests\ns = requests.Session()\nprobe(s.post('x'))",
    "session entered": "import requests\nwith requests.session() as s:\n    probe(s.put('x'))",
    "httpx": "import httpx\nprobe(httpx.get('x'))",
    "client of httpx": "import httpx\nc = httpx.Client()\nprobe(c.stream('GET', 'x'))",
    "urlopen": "from urllib.request import urlopen\nprobe(urlopen('x'))",
    "urllib3": "import urllib3\nprobe(urllib3.PoolManager().request('GET', 'x'))",
    "process": "import subprocess as sp\nprobe(sp.run(['x']))",
    "shell": "import os\nprobe(os.system('x'))",
    "name service": "import socket\nprobe(socket.getaddrinfo('x', 80))",
    "database": "import psycopg2\nprobe(psycopg2.connect('x'))",
    "mail": "import smtplib\nprobe(smtplib.SMTP('x'))",
    "mail by keyword": "import smtplib\nprobe(smtplib.SMTP(host='x'))",
    "mail sent": "import smtplib\ns = smtplib.SMTP()\nprobe(s.send_message('x'))",
    "cloud": "import boto3\ns3 = boto3.client('s3')\nprobe(s3.put_object(Bucket='x'))",
    "result of a thread": (
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"
        "future = pool.submit(f)\nprobe(future.result())"
    ),
    "either of two": (
        "try:\n    from requests import get\nexcept ImportError:\n    from httpx import get\nprobe(get('x'))"
    ),
}
FREE = {
    "asynchronous sleep": "import asyncio\nprobe(asyncio.sleep(1))",
    "no sleep at all": "import time\nprobe(time.sleep(0))",
    "sleep that nobody notices": "import time\nprobe(time.sleep(0.001))",
    "result that is there": (
        "from concurrent.futures import ThreadPoolExecutor\nfuture = ThreadPoolExecutor().submit(f)\n"
        "probe(future.result(timeout=0))"
    ),
    "asynchronous client": "import httpx\nc = httpx.AsyncClient()\nprobe(c.get('x'))",
    "client that is only made": "import httpx\nprobe(httpx.Client())",
    "mail without a host": "import smtplib\nprobe(smtplib.SMTP())",
    "cloud, signed here": (
        "import boto3\ns3 = boto3.client('s3')\nprobe(s3.generate_presigned_url('get_object'))"
    ),
    "file": "probe(open('x'))",
    "handed on": "import time, asyncio\nprobe(asyncio.to_thread(time.sleep, 1))",
    "function of the project": "def sleep(n): ...\nprobe(sleep(1))",
    "shadowed": "from time import sleep\ndef f(sleep):\n    probe(sleep(1))",
    "unknown receiver": "probe(session.get('x'))",
    "one of two": (
        "try:\n    from requests import get\nexcept ImportError:\n    from app import get\nprobe(get('x'))"
    ),
    "address that is numeric": (
        "import socket\nprobe(socket.getaddrinfo('::1', 80, flags=socket.AI_NUMERICHOST | flags))"
    ),
    "data URL": "from urllib.request import urlopen\nprobe(urlopen(data_url))",
    "data URL of a function": (
        "from urllib.request import urlopen\ndef parse_data_uri(text):\n    probe(urlopen(text))"
    ),
    "brief": "import sqlite3\nprobe(sqlite3.connect('x'))",
}


def probed(module: Module) -> ast.Call:
    """The call that is the argument of the one call of ``probe``."""
    (found,) = (
        call.args[0]
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "probe"
    )
    assert isinstance(found, ast.Call)
    return found


@pytest.mark.parametrize("source", BLOCKING.values(), ids=BLOCKING)
def test_blocking(source: str) -> None:
    module = module_of(source)
    assert waiting_calls(module)[probed(module)] == "outside"


@pytest.mark.parametrize("source", FREE.values(), ids=FREE)
def test_not_blocking(source: str) -> None:
    module = module_of(source)
    assert waiting_calls(module).get(probed(module)) != "outside"


def test_awaited_call_is_another_one_than_it_seems() -> None:
    module = module_of("import httpx\nasync def f():\n    await httpx.get('x')")
    assert waiting_calls(module) == {}


@pytest.mark.parametrize(
    "source",
    [
        "import sqlite3\nprobe(sqlite3.connect('x'))",
        "from shutil import rmtree\nprobe(rmtree('x'))",
        "import subprocess\nprobe(subprocess.Popen(['x']))",
        "probe(input('?'))",
    ],
)
def test_briefly_blocking(source: str) -> None:
    module = module_of(source)
    assert waiting_calls(module)[probed(module)] == "briefly"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("requests.Session.get", True),
        ("subprocess.run", True),
        ("botocore.client.BaseClient.put_object", True),
        ("botocore.client.BaseClient.generate_presigned_url", False),
        ("time.sleep", False),  # `time.sleep(0)`
        ("concurrent.futures.Future.result", False),
        ("sqlite3.connect", False),
        ("app.http.get", False),
    ],
)
def test_a_name_alone_tells_where_the_arguments_do_not_matter(name: str, answer: bool) -> None:
    assert blocks_by_name(name) is answer
