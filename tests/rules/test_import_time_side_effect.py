"""ARC0206: what counts as work, when it runs, and which modules are imported at all."""

from __future__ import annotations

import pytest

from archcheck.model import Kind, Verdict
from archcheck.rule import Example
from archcheck.rules.dependency_management.import_time_side_effect import ImportTimeSideEffect
from archcheck.testing import outcomes

SERVICE = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})
LIBRARY = frozenset({Kind.LIBRARY})
IMPORTER = {"src/app/main.py": "from app import rates\n", "shop/__init__.py": ""}
WORK = "import subprocess\nsubprocess.run(['pg_dump'])\n"


def judged(
    code: str, *, path: str = "src/app/rates.py", kinds: frozenset[Kind] = SERVICE
) -> list[tuple[int, Verdict | str]]:
    files = {name: text for name, text in IMPORTER.items() if name != path}
    found = outcomes(ImportTimeSideEffect, Example("", code, path=path, kinds=kinds, files=files))
    return [(each.place.location.line, "advice" if each.advice else each.verdict) for each in found]


WORKING = [
    "import requests as r\nr.get(URL)",
    "import httpx\nclient = httpx.Client()\nclient.get(URL)",
    "from urllib.request import urlopen\nDATA = urlopen(URL).read()",
    "import sqlite3\nDB = sqlite3.connect('orders.db')",
    "import smtplib\nMAIL = smtplib.SMTP('mail')",
    "import sqlalchemy\nENGINE = sqlalchemy.create_engine(URL)\nENGINE.connect()",
    "from app.tables import db\ndb.create_all()",
    "from app.tables import Base\nBase.metadata.create_all()",
    "import threading\nthreading.Thread(target=print).start()",
    "import asyncio\nasyncio.run(main())",
    "import asyncio\nasyncio.get_event_loop().run_until_complete(main())",
    "import os\nclass Here:\n    os.chdir('/')",
    "import os\ndef show(text=os.popen('ls')): ...",
    "import nltk\nif not FOUND:\n    nltk.download('punkt')",
    "from flask import Flask\napp = Flask(__name__)\napp.run()",
]
IDLE = [
    "import sqlalchemy\nENGINE = sqlalchemy.create_engine(URL)",
    "import smtplib\nMAIL = smtplib.SMTP()",
    "import redis, pymongo\nCACHE, DB = redis.Redis(), pymongo.MongoClient()",
    "import threading\nWORKER = threading.Thread(target=print)",
    "from django.db.models.signals import post_save\npost_save.connect(index)",
    "def subprocess(): ...\nsubprocess.run()",
    "VERSION = open('VERSION').read()",
    "import logging\nlogging.basicConfig()",
    "import sqlite3\nsqlite3.connect(':memory:')",
]


@pytest.mark.parametrize("code", WORKING)
def test_work_outside_of_functions_violates(code: str) -> None:
    assert [verdict for _, verdict in judged(code)] == [Verdict.VIOLATES]


@pytest.mark.parametrize("code", IDLE)
def test_what_only_prepares_is_no_opportunity(code: str) -> None:
    assert judged(code) == []


@pytest.mark.parametrize("code", WORKING[:3])
def test_the_same_work_in_a_function_complies(code: str) -> None:
    first, *rest = code.splitlines()
    assert judged(f"{first}\ndef work():\n    {'; '.join(rest)}\n") == [(0, Verdict.COMPLIES)]


def test_a_module_is_one_finding_however_much_it_does() -> None:
    code = f"{WORK}subprocess.Popen(['psql'])\ndef dump():\n    subprocess.run(['pg_dump'])\n"
    (found,) = outcomes(
        ImportTimeSideEffect, Example("", code, path="src/app/rates.py", files=IMPORTER)
    )
    assert found.place.location.line == 2
    assert [(step.line, step.text) for step in found.trace] == [(3, "runs `subprocess.Popen`")]


@pytest.mark.parametrize(
    "guard",
    [
        "if __name__ == '__main__':",
        "if TYPE_CHECKING:",
        "def work():",
        "async def work():",
        "later = lambda:",
    ],
)
def test_what_no_import_runs_is_left_alone(guard: str) -> None:
    code = f"import os\nfrom typing import TYPE_CHECKING\n{guard} os.chdir('/')\n"
    expected = [] if guard.startswith("if") else [(0, Verdict.COMPLIES)]
    assert judged(code) == expected


@pytest.mark.parametrize(
    ("path", "kinds", "violates"),
    [
        ("src/app/rates.py", SERVICE, True),
        ("src/app/unused.py", SERVICE, False),
        ("src/app/unused.py", LIBRARY, True),
        ("src/app/settings.py", SERVICE, True),
        ("src/app/stock/__init__.py", SERVICE, True),
        ("src/app/wsgi.py", SERVICE, True),
        ("src/app/wsgi.py", frozenset({Kind.CLI}), False),
        ("src/app/__main__.py", LIBRARY, False),
        ("scripts/rates.py", SERVICE, False),
        ("shop/res/rates.py", LIBRARY, True),
        ("res/i18n/rates.py", LIBRARY, False),
        ("tests/test_rates.py", SERVICE, False),
    ],
)
def test_only_what_somebody_loads_is_judged(
    path: str, kinds: frozenset[Kind], violates: bool
) -> None:
    assert judged(WORK, path=path, kinds=kinds) == ([(2, Verdict.VIOLATES)] if violates else [])


@pytest.mark.parametrize(
    "code",
    [
        "import argparse\nargparse.ArgumentParser().parse_args()",
        "import sys\nsys.exit(1)",
        "from setuptools import setup\nsetup(name='rates')",
    ],
)
def test_a_script_in_a_package_is_left_alone(code: str) -> None:
    assert judged(f"{WORK}{code}\n") == []


SETUP = "from logging import basicConfig\nfrom dotenv import load_dotenv\nload_dotenv()\nbasicConfig()\n"


def test_a_library_leaves_logs_and_environment_to_the_program() -> None:
    assert judged(SETUP, kinds=LIBRARY) == [(3, Verdict.VIOLATES)]
    assert judged(SETUP) == []
    assert judged(SETUP, path="src/app/main.py", kinds=LIBRARY) == []
    assert judged(SETUP, path="res/i18n/rates.py", kinds=LIBRARY) == []


def test_a_folder_is_advice() -> None:
    code = "import os\nfrom pathlib import Path\nos.makedirs('/a')\nPath('/b').mkdir()\n"
    assert judged(code) == [(3, "advice"), (4, "advice")]


def test_a_name_with_two_meanings_is_unknown() -> None:
    code = "try:\n    from requests import get\nexcept ImportError:\n    from app.web import get\nget(URL)\n"
    assert judged(code) == []
