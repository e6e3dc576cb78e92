"""Which calls block, and how far a chain of calls is followed."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from modules import module_of

from archcheck.analysis.blocking import BlockingCalls, blocks, blocks_briefly
from archcheck.analysis.module import Module

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
    "person": "probe(input('?'))",
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
    assert blocks(probed(module), module)
    assert not blocks_briefly(probed(module), module)


@pytest.mark.parametrize("source", FREE.values(), ids=FREE)
def test_not_blocking(source: str) -> None:
    module = module_of(source)
    assert not blocks(probed(module), module)


def test_awaited_call_is_another_one_than_it_seems() -> None:
    module = module_of("import httpx\nasync def f():\n    await httpx.get('x')")
    (call,) = module.nodes(ast.Call)
    assert not blocks(call, module)


@pytest.mark.parametrize(
    "source",
    [
        "import sqlite3\nprobe(sqlite3.connect('x'))",
        "from shutil import rmtree\nprobe(rmtree('x'))",
        "import subprocess\nprobe(subprocess.Popen(['x']))",
    ],
)
def test_briefly_blocking(source: str) -> None:
    module = module_of(source)
    assert blocks_briefly(probed(module), module)


HEAD = """
import time
from contextlib import contextmanager
from functools import lru_cache
def wait():
    time.sleep(1)
def once():
    wait()
def twice():
    once()
def thrice():
    twice()
def four_times():
    thrice()
def in_a_loop():
    for _ in range(3):
        time.sleep(1)
def in_a_try():
    try:
        time.sleep(1)
    finally:
        pass
def in_a_with(lock):
    with lock:
        time.sleep(1)
@lru_cache
def cached():
    time.sleep(1)
def maybe(x):
    if x:
        time.sleep(1)
def or_not(x):
    x or time.sleep(1)
def on_failure(x):
    try:
        x()
    except OSError:
        time.sleep(1)
def without_break(x):
    for each in x:
        pass
    else:
        time.sleep(1)
def generator():
    time.sleep(1)
    yield 1
@contextmanager
def manager():
    time.sleep(1)
    yield 1
@in_thread
def decorated():
    time.sleep(1)
def starts_a_thread():
    start(lambda: time.sleep(1))
def defines():
    def inner():
        time.sleep(1)
    return inner
async def coroutine():
    time.sleep(1)
def recursive():
    recursive()
def twin():
    time.sleep(1)
def twin():
    pass
class Stock:
    def wait(self):
        time.sleep(1)
    def once(self):
        self.wait()
    @staticmethod
    def still():
        time.sleep(1)
    def f(self):
        probe({call})
"""
CHAINS = {
    "wait()": ("wait", "time.sleep"),
    "once()": ("once", "wait", "time.sleep"),
    "twice()": ("twice", "once", "wait", "time.sleep"),
    "thrice()": (),
    "in_a_loop()": ("in_a_loop", "time.sleep"),
    "in_a_try()": ("in_a_try", "time.sleep"),
    "in_a_with(lock)": ("in_a_with", "time.sleep"),
    "cached()": ("cached", "time.sleep"),
    "self.wait()": ("self.wait", "time.sleep"),
    "self.once()": ("self.once", "self.wait", "time.sleep"),
    "Stock.still()": ("Stock.still", "time.sleep"),
    "maybe(1)": (),
    "or_not(1)": (),
    "on_failure(1)": (),
    "without_break(1)": (),
    "generator()": (),
    "manager()": (),
    "decorated()": (),
    "starts_a_thread()": (),
    "defines()": (),
    "coroutine()": (),
    "recursive()": (),
    "twin()": (),
    "unknown()": (),
    "other.wait()": (),
}


@pytest.mark.parametrize(("call", "chain"), CHAINS.items())
def test_chain(call: str, chain: tuple[str, ...]) -> None:
    module = module_of(dedent(HEAD).replace("{call}", call))
    found = BlockingCalls(module).chain(probed(module))
    assert tuple(step.text for step in found) == chain


def test_steps_of_a_chain_say_where_each_call_stands() -> None:
    module = module_of("import time\ndef wait():\n    time.sleep(1)\nprobe(wait())")
    found = BlockingCalls(module).chain(probed(module))
    assert [(step.path, step.line) for step in found] == [
        ("src/app/service.py", 4),
        ("src/app/service.py", 3),
    ]
