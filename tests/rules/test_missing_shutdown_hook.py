"""ARC1005: which applications hold connections, and what counts as a hook."""

from __future__ import annotations

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.rules.resource_lifecycle.missing_shutdown_hook import MissingShutdownHook

ENGINE = {"src/app/db.py": "from sqlalchemy import create_engine\nengine = create_engine(U)\n"}
APPLICATION = "from fastapi import FastAPI\napp = FastAPI()\n"
MAIN = "src/app/main.py"

HELD = {
    "engine": "from sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine(U)",
    "client": "import httpx\nclient: httpx.AsyncClient = httpx.AsyncClient()",
    "set later": (
        "import asyncpg\npool = None\nasync def connect():\n    global pool\n    pool = await asyncpg.create_pool(U)"
    ),
    "state": "import httpx\ndef connect(app):\n    app.state.http = httpx.AsyncClient()",
    "item": (
        "import aiohttp\nfrom aiohttp import web\nasync def connect(app: web.Application):\n"
        "    app['http'] = aiohttp.ClientSession()"
    ),
    "scheduler": (
        "from apscheduler.schedulers.asyncio import AsyncIOScheduler\nscheduler = AsyncIOScheduler()"
    ),
}


@pytest.mark.parametrize("source", HELD.values(), ids=HELD)
def test_held_and_no_hook(source: str) -> None:
    files = {"src/app/held.py": source}
    assert verdicts(MissingShutdownHook, APPLICATION, MAIN, files) == [(2, BAD)]


HOOKS = {
    "lifespan": "from app.x import make\nother = make(lifespan=close)",
    "on_event": "from app.main import app\n@app.on_event('shutdown')\ndef close(): ...",
    "event handler": "from app.main import app\napp.add_event_handler('shutdown', close)",
    "aiohttp": "def setup(app):\n    app.on_cleanup.append(close)",
    "quart": "from app.main import app\n@app.after_serving\nasync def close(): ...",
    "sanic": "from app.main import app\n@app.listener('after_server_stop')\nasync def close(app): ...",
    "celery": "from celery.signals import worker_shutdown\n@worker_shutdown.connect\ndef close(**kw): ...",
    "atexit": "import atexit\natexit.register(close)",
    "signal": "import signal\nsignal.signal(signal.SIGTERM, close)",
    "loop": "def setup(loop):\n    loop.add_signal_handler(15, close)",
    "exit stack": "from contextlib import AsyncExitStack\nasync def main():\n    async with AsyncExitStack() as s: ...",
}


@pytest.mark.parametrize("source", HOOKS.values(), ids=HOOKS)
def test_hook_anywhere(source: str) -> None:
    files = {**ENGINE, "src/app/hooks.py": source}
    assert verdicts(MissingShutdownHook, APPLICATION, MAIN, files) == [(2, OK)]


NO_HOOK = {
    "startup only": "from app.main import app\n@app.on_event('startup')\ndef open(): ...",
    "appended to something else": "hooks = []\nhooks.append(close)",
    "of tests": "",
}


@pytest.mark.parametrize("source", NO_HOOK.values(), ids=NO_HOOK)
def test_no_hook(source: str) -> None:
    files = {
        **ENGINE,
        "src/app/hooks.py": source,
        "tests/conftest.py": "import atexit\natexit.register(close)",
    }
    assert verdicts(MissingShutdownHook, APPLICATION, MAIN, files) == [(2, BAD)]


NOTHING_TO_CLOSE = {
    "nothing held": {},
    "local": {
        "src/app/db.py": "import httpx\ndef f():\n    client = httpx.AsyncClient()\n    return client"
    },
    "of a class": {
        "src/app/db.py": "import httpx\nclass A:\n    def f(self):\n        self.c = httpx.Client()"
    },
    "held by tests": {"tests/test_db.py": ENGINE["src/app/db.py"]},
}


@pytest.mark.parametrize("files", NOTHING_TO_CLOSE.values(), ids=NOTHING_TO_CLOSE)
def test_nothing_to_close(files: dict[str, str]) -> None:
    assert verdicts(MissingShutdownHook, APPLICATION, MAIN, files) == []


def test_applications_that_are_never_told() -> None:
    source = "from flask import Flask\napp = Flask(__name__)\n"
    assert verdicts(MissingShutdownHook, source, MAIN, ENGINE) == []


def test_message_and_trace_name_what_is_held() -> None:
    files = {**ENGINE, "src/app/http.py": "import httpx\nclient = httpx.AsyncClient()\n"}
    (outcome,) = judged(MissingShutdownHook, APPLICATION, MAIN, files)
    assert outcome.message.endswith("nothing closes `engine`, `client`")
    assert [(step.path, step.line) for step in outcome.trace] == [
        ("src/app/db.py", 2),
        ("src/app/http.py", 2),
    ]


def test_many_are_counted() -> None:
    names = "import httpx\n" + "".join(f"c{n} = httpx.Client()\n" for n in range(5))
    (outcome,) = judged(MissingShutdownHook, APPLICATION, MAIN, {"src/app/http.py": names})
    assert outcome.message.endswith("`c0`, `c1`, `c2` and 2 more")
