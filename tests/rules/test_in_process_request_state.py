"""ARC1106: what handlers keep in the process, and what a process may keep for itself."""

from __future__ import annotations

import pytest
from judging import ADVICE, BAD, OK, verdicts

from archcheck.rules.performance.in_process_request_state import InProcessRequestState

HEAD = (
    "from collections import defaultdict, deque\nfrom fastapi import APIRouter\nrouter = APIRouter()\n"
    "USERS = {}\nORDERS = []\nSEEN = set()\nTOTAL = 0\nBY_NAME = defaultdict(list)\nLAST: deque = deque()\n"
    "RATE_CACHE = {}\nCOUNTERS = {}\nBACKGROUND_TASKS = set()\nTABLES = load()\nSOCKETS = {}\nREDIS = None\n"
    "@router.post('/{user}')\ndef add(user: str):\n"
)
CHANGES = {
    "item": "USERS[user] = 1",
    "item of an item": "USERS[user] = [*USERS[user]]",
    "augmented": "USERS[user] += 1",
    "deleted": "del USERS[user]",
    "append": "ORDERS.append(user)",
    "add": "SEEN.add(user)",
    "pop": "USERS.pop(user)",
    "update": "USERS.update(user=user)",
    "annotated": "LAST.appendleft(user)",
    "global": "global ORDERS\n    ORDERS = [user]",
    "constant key": "USERS['last'] = user",
    "changed if it is there": "if user in USERS:\n        USERS[user] = 1",
}


@pytest.mark.parametrize("body", CHANGES.values(), ids=CHANGES)
def test_state(body: str) -> None:
    found = verdicts(InProcessRequestState, f"{HEAD}    {body}\n")
    assert [verdict for _, verdict in found] == [BAD]


STATELESS = {
    "read": "return USERS[user]",
    "cache": "RATE_CACHE[user] = 1",
    "counter": "COUNTERS[user] += 1",
    "task": "BACKGROUND_TASKS.add(user)",
    "local of the same name": "USERS = {}\n    USERS[user] = 1",
    "made when it is needed": "if not USERS:\n        USERS.update(load())",
    "one slot made when it is needed": "if 'db' not in USERS:\n        USERS['db'] = connect()",
    "one for each made when it is needed": "if user not in USERS:\n        USERS[user] = connect(user)",
    "object": "TABLES[user] = 1",
    "instead of redis": "if REDIS:\n        REDIS.set(user)\n    else:\n        USERS[user] = 1",
    "instead of redis that is none": (
        "if REDIS is not None:\n        REDIS.set(user)\n    else:\n        USERS[user] = 1"
    ),
    "mark": "global TOTAL\n    TOTAL = 1",
}


@pytest.mark.parametrize("body", STATELESS.values(), ids=STATELESS)
def test_no_state(body: str) -> None:
    assert verdicts(InProcessRequestState, f"{HEAD}    {body}\n") == [(17, OK)]


def test_connections_are_advice() -> None:
    assert verdicts(InProcessRequestState, HEAD + "    SOCKETS[user] = 1\n") == [(18, ADVICE)]


def test_web_sockets_are_advice() -> None:
    source = HEAD.replace("router.post", "router.websocket") + "    USERS[user] = 1\n"
    assert verdicts(InProcessRequestState, source) == [(18, ADVICE)]


def test_function_that_no_handler_calls() -> None:
    source = HEAD + "    return user\ndef load(user):\n    USERS[user] = 1\n"
    assert verdicts(InProcessRequestState, source) == [(17, OK)]


def test_function_of_the_module() -> None:
    source = HEAD + "    keep(user)\ndef keep(user):\n    USERS[user] = 1\n"
    assert verdicts(InProcessRequestState, source) == [(20, BAD)]


def test_handler_that_another_module_registers() -> None:
    source = "from django.http import HttpResponse\nUSERS = []\ndef add(request):\n    USERS.append(request.user)\n"
    files = {
        "app/__init__.py": "",
        "app/urls.py": "from django.urls import path\nfrom app.views import add\nurlpatterns = [path('', add)]\n",
    }
    assert verdicts(InProcessRequestState, source, "app/views.py", files) == [(4, BAD)]
