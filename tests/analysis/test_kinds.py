"""What kind of project it is: cases that must be told, and those that look like them and are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from archcheck.config.settings import Settings
from archcheck.engine.survey import survey
from archcheck.model import Member

PROJECT = """
[build-system]
requires = ["hatchling"]

[project]
name = "shop"
version = "1"
dependencies = ["requests"]
"""
SCRIPT = f'{PROJECT}\n[project.scripts]\nshopd = "shop.main:main"\n'
DAEMON = SCRIPT.replace(
    "dependencies",
    'classifiers = ["Environment :: No Input/Output (Daemon)"]\ndependencies',
)
EXTRA = '\n[project.optional-dependencies]\nserver = ["fastapi"]\n'
MAIN = "from shop.server import serve\ndef main(): serve()\n"
SOCKET = """
from http.server import HTTPServer
from socketserver import ThreadingMixIn
class Server(ThreadingMixIn, HTTPServer): ...
def serve(): Server(("", 80)).serve_forever()
"""
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
UNIT = "[Service]\nType=notify\nExecStart=/usr/bin/shopd --config /etc/shop.conf\n"
PLUGIN = """
from twisted.application.service import IServiceMaker
from shop.server import serve
"""

SERVED = {
    "a server and the classifier of daemons": (DAEMON, {}, "the classifier"),
    "a server and a unit": (SCRIPT, {"etc/shop.unit": UNIT}, "the unit etc/shop.unit"),
    "a server and a port of the container": (
        SCRIPT,
        {"Dockerfile": "FROM python\nEXPOSE 80\n"},
        "a port in Dockerfile",
    ),
    "a server and a script for a web server": (
        PROJECT,
        {"shop.wsgi": "import shop.server\n"},
        "the server script shop.wsgi",
    ),
    "a server that tells systemd how it does": (
        SCRIPT,
        {"shop/watch.py": "import os\nif os.environ.get('NOTIFY_SOCKET'): ...\n"},
        "`NOTIFY_SOCKET` at shop/watch.py:2",
    ),
    "a server that lets go of its terminal": (
        SCRIPT,
        {"shop/watch.py": "import daemon\nwith daemon.DaemonContext(): ...\n"},
        "`daemon.DaemonContext` at shop/watch.py:2",
    ),
    "a server that twistd starts": (
        PROJECT,
        {"twisted/plugins/shop_plugin.py": PLUGIN},
        "the Twisted service `twisted.plugins.shop_plugin`",
    ),
}
UNSERVED = {
    "a server for one's own desk": (SCRIPT, {}),
    "a server that no program loads": (
        SCRIPT.replace("shop.main", "shop.other"),
        {"shop.service": UNIT},
    ),
    "a unit that runs once": (SCRIPT, {"shop.service": UNIT.replace("notify", "oneshot")}),
    "a unit of another program": (SCRIPT, {"shop.service": UNIT.replace("shopd", "nginx")}),
    "a unit for the tests": (SCRIPT, {"tests/shop.service": UNIT}),
    "a fork in a session of its own": (
        SCRIPT,
        {"shop/run.py": "import os\nif os.fork() == 0:\n    os.setsid()\n"},
    ),
    "a container without a port": (SCRIPT, {"Dockerfile": "FROM python\n"}),
    "a script in the documentation": (PROJECT, {"docs/shop.wsgi": "import shop.server\n"}),
}


def member_of(root: Path, manifest: str, files: Mapping[str, str]) -> Member:
    content = {"pyproject.toml": manifest, "shop/__init__.py": "", **files}
    for path, text in content.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return survey(root, Settings()).members[0]


def kinds_of(member: Member) -> set[str]:
    return {kind.value for kind in member.kinds}


@pytest.mark.parametrize(("manifest", "files", "reason"), SERVED.values(), ids=SERVED)
def test_what_listens_unattended_is_a_service(
    tmp_path: Path, manifest: str, files: dict[str, str], reason: str
) -> None:
    own = {"shop/main.py": MAIN, "shop/server.py": SOCKET}
    member = member_of(tmp_path, manifest, {**own, **files})
    assert {"service", "deployable"} <= kinds_of(member)
    assert "library" not in kinds_of(member)
    (evidence,) = (line for line in member.kinds_evidence if line.startswith("service: "))
    assert evidence.startswith("service: `")
    assert " at shop/server.py:4, and " in evidence
    assert reason in evidence


@pytest.mark.parametrize(("manifest", "files"), UNSERVED.values(), ids=UNSERVED)
def test_what_only_listens_stays_what_it_was(
    tmp_path: Path, manifest: str, files: dict[str, str]
) -> None:
    own = {"shop/main.py": MAIN, "shop/other.py": "def main(): ...\n", "shop/server.py": SOCKET}
    assert kinds_of(member_of(tmp_path, manifest, {**own, **files})).isdisjoint(
        {"service", "worker"}
    )


@pytest.mark.parametrize(
    ("manifest", "files", "served"),
    [
        (f"{SCRIPT}{EXTRA}", {}, False),
        (f"{SCRIPT}{EXTRA}", {"shop/main.py": "import shop.plugins.web\n"}, False),
        (f"{SCRIPT}{EXTRA}", {"Dockerfile": "FROM python\n"}, True),
        (f"{SCRIPT}{EXTRA}", {"shop.service": UNIT}, True),
        (SCRIPT.replace("requests", "fastapi"), {}, True),
        (SCRIPT, {}, True),
    ],
    ids=["plugin", "command", "deployed", "unit", "required", "declared nowhere"],
)
def test_what_an_extra_brings_makes_no_service(
    tmp_path: Path, manifest: str, files: dict[str, str], served: bool
) -> None:
    own = {"shop/main.py": "def main(): ...\n", "shop/plugins/web.py": FASTAPI}
    kinds = kinds_of(member_of(tmp_path, manifest, {**own, **files}))
    assert ("service" in kinds) is served
    assert ("library" in kinds) is not served


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("import pecan\napp = pecan.make_app(object())", {"service"}),
        ("from oslo_service import service\nservice.launch(None, None)", {"worker"}),
        ("import paho.mqtt.client as mqtt\nc = mqtt.Client()\nc.loop_forever()", {"worker"}),
        ("import paho.mqtt.client as mqtt\nc = mqtt.Client()\nc.loop_start()", set()),
        ("WSGI_APPLICATION = 'shop.wsgi.application'", {"service"}),
        ("WSGI_APPLICATION = None", set()),
    ],
)
def test_what_is_made(tmp_path: Path, source: str, kinds: set[str]) -> None:
    found = kinds_of(member_of(tmp_path, PROJECT, {"shop/server.py": f"{source}\n"}))
    assert found & {"service", "worker"} == kinds


@pytest.mark.parametrize(
    "wrapper", ["from bottle import Bottle", "from bottle import *", "from shop.bottle import *"]
)
def test_what_a_module_of_its_own_hands_on_is_made(tmp_path: Path, wrapper: str) -> None:
    files = {
        "shop/web.py": f"{wrapper}\n",
        "shop/server.py": "from shop.web import Bottle\napp = Bottle()\n",
        "shop/bottle.py": "__version__ = '0.12'\nclass Bottle: ...\n",
    }
    assert "service" in kinds_of(member_of(tmp_path, PROJECT, files))


def test_what_bears_the_name_only_is_not(tmp_path: Path) -> None:
    files = {
        "shop/web.py": "class Bottle: ...\n",
        "shop/server.py": "from shop.web import Bottle\napp = Bottle()\n",
    }
    assert "service" not in kinds_of(member_of(tmp_path, PROJECT, files))


@pytest.mark.parametrize(
    ("path", "source", "served"),
    [
        ("shop/wsgi.py", "from shop.main import make\napplication = make()", True),
        ("shop/asgi.py", "from shop.main import app", True),
        ("shop/wsgi.py", "def application(environ, start_response): ...", True),
        ("shop/wsgi.py", "class Server: ...", False),
        ("shop/wsgi.py", "def make():\n    from shop.main import app\n    return app", False),
        ("shop/server.py", "def application(environ, start_response): ...", False),
        ("tests/wsgi.py", "from shop.main import app", False),
    ],
)
def test_a_module_for_web_servers(tmp_path: Path, path: str, source: str, served: bool) -> None:
    kinds = kinds_of(member_of(tmp_path, PROJECT, {path: f"{source}\n"}))
    assert ("service" in kinds) is served


@pytest.mark.parametrize(
    ("group", "required", "served"),
    [
        ("wsgi_scripts", "requests", True),
        ("paste.app_factory", "PasteDeploy", True),
        ("paste.app_factory", "requests", False),
        ("paste.filter_factory", "PasteDeploy", False),
    ],
)
def test_an_entry_point_for_web_servers(
    tmp_path: Path, group: str, required: str, served: bool
) -> None:
    points = f'\n[project.entry-points."{group}"]\nshop = "shop.server:make"\n'
    manifest = PROJECT.replace("requests", required) + points
    assert ("service" in kinds_of(member_of(tmp_path, manifest, {}))) is served


@pytest.mark.parametrize("library", ["gunicorn", "shop"])
def test_a_framework_does_not_serve_by_what_it_offers(tmp_path: Path, library: str) -> None:
    manifest = DAEMON.replace('"shop"', f'"{library}"').replace("shop.main", f"{library}.main")
    listens = "from gunicorn.app.base import BaseApplication\nclass Shop(BaseApplication): ...\n"
    own = {f"{library}/__init__.py": "", f"{library}/main.py": listens}
    assert ("service" in kinds_of(member_of(tmp_path, manifest, own))) is (library != "gunicorn")


BOT = "from discord.ext import commands\nbot = commands.Bot('!')\n"


@pytest.mark.parametrize(
    ("manifest", "files", "works"),
    [
        (SCRIPT, {"shop/main.py": "from shop.bot import bot\ndef main(): bot.run('')\n"}, True),
        (SCRIPT, {"shop/main.py": "def main():\n    from shop.bot import bot\n"}, False),
        (SCRIPT, {"shop/main.py": "def main(): ...\n"}, False),
        (SCRIPT, {"shop/main.py": BOT.replace("commands.Bot('!')", "make()")}, False),
        (PROJECT, {"shop/__main__.py": "from shop.bot import bot\nbot.run('')\n"}, True),
        (
            SCRIPT,
            {
                "shop/main.py": "from shop.bot import bot\ndef main(): bot.run('')\n",
                "shop/__init__.py": "from shop.bot import bot\n__all__ = ['bot']\n",
            },
            False,
        ),
    ],
    ids=["loaded", "one command of several", "beside", "made elsewhere", "__main__", "offered"],
)
def test_a_bot_that_a_program_starts_is_a_worker(
    tmp_path: Path, manifest: str, files: dict[str, str], works: bool
) -> None:
    kinds = kinds_of(member_of(tmp_path, manifest, {"shop/bot.py": BOT, **files}))
    assert ("worker" in kinds) is works


@pytest.mark.parametrize(
    ("manifest", "works"),
    [
        (DAEMON, True),
        (DAEMON.replace("[project.scripts]", "[project.urls]"), False),
        (
            DAEMON.replace(
                '["Env', '["Topic :: Software Development :: Libraries :: Python Modules", "Env'
            ),
            False,
        ),
        (DAEMON.replace("No Input/Output (Daemon)", "Console"), False),
        (SCRIPT, False),
    ],
    ids=["a daemon", "no program", "a library besides", "a command", "nothing said"],
)
def test_a_program_that_its_author_calls_a_daemon_is_a_worker(
    tmp_path: Path, manifest: str, works: bool
) -> None:
    member = member_of(tmp_path, manifest, {"shop/main.py": "def main(): ...\n"})
    assert ("worker" in kinds_of(member)) is works
    assert ("library" in kinds_of(member)) is not works


@pytest.mark.parametrize(
    "source",
    [
        "from telegram.ext import Application\napp = Application.builder().token('').build()",
        "from telegram.ext import ApplicationBuilder\napp = ApplicationBuilder().token('').build()",
        "import telebot\nbot = telebot.TeleBot('')\nbot.infinity_polling()",
        "from aiogram import Dispatcher\ndispatcher = Dispatcher()",
        "import discord\nclass Shop(discord.Client): ...",
        "from telethon import TelegramClient\nc = TelegramClient('', 1, '')\nc.run_until_disconnected()",
        "from slack_bolt import App\napp = App()",
        "from prometheus_client import start_http_server\ndef main(): start_http_server(9100)",
        "from mautrix.appservice import AppService\naz = AppService('', '', '', '', '')",
        "from mautrix.bridge import Bridge\nclass Shop(Bridge): ...",
        "import schedule\ndef main():\n    while True: schedule.run_pending()",
    ],
)
def test_what_makes_an_attendant(tmp_path: Path, source: str) -> None:
    assert "worker" in kinds_of(member_of(tmp_path, SCRIPT, {"shop/main.py": f"{source}\n"}))


@pytest.mark.parametrize(
    "source",
    ["import telegram\nbot = telegram.Bot('')", "import telebot\nbot = telebot.TeleBot('')"],
)
def test_who_only_sends_messages_is_no_bot(tmp_path: Path, source: str) -> None:
    assert "worker" not in kinds_of(member_of(tmp_path, SCRIPT, {"shop/main.py": f"{source}\n"}))


@pytest.mark.parametrize(("module", "kinds"), [("shop.py", {"library"}), ("conftest.py", set())])
def test_a_module_of_the_name_of_the_project_is_a_library(
    tmp_path: Path, module: str, kinds: set[str]
) -> None:
    for path, text in {"pyproject.toml": PROJECT, module: "def price(): ...\n"}.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert kinds_of(survey(tmp_path, Settings()).members[0]) == kinds
