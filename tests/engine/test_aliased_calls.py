"""Calls of a library's function by a name that another module gave it: which are judged, and once each."""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.graceful_degradation.call_without_timeout import CallWithoutTimeout
from archcheck.testing import outcomes

ALIAS = "import requests\nfetch = requests.get\n"
WRONG, RIGHT = ["violates"], ["complies"]
CASES = {
    "imported": (ALIAS, "from app.net import fetch\nfetch(url)", WRONG),
    "imported under a further name": (ALIAS, "from app.net import fetch as f\nf(url)", WRONG),
    "of an imported module": (ALIAS, "from app import net\nnet.fetch(url)", WRONG),
    "with what the rule asks for": (
        ALIAS,
        "import app.net as n\nn.fetch(url, timeout=3)",
        RIGHT,
    ),
    "re-exported": (ALIAS, "from app.api import load\nload(url)", WRONG),
    "called like the function": (
        "import requests\nget = requests.get\n",
        "from app.net import get\nget(url)",
        WRONG,
    ),
    "renamed by the import": (
        "from requests import get as fetch\n",
        "from app.net import fetch\nfetch(url)",
        WRONG,
    ),
    "renamed by the import, of an imported module": (
        "from requests import get as fetch\n",
        "from app import net\nnet.fetch(url)",
        WRONG,
    ),
    "renamed by the import, re-exported": (
        "from requests import get as fetch\n",
        "from app.api import load\nload(url)",
        WRONG,
    ),
    "renamed by an import that may fail": (
        "try:\n    from requests import get as fetch\nexcept ImportError:\n    fetch = None\n",
        "from app.net import fetch\nfetch(url)",
        WRONG,
    ),
    "renamed by the import in a function": (
        "def f():\n    from requests import get as fetch\n",
        "from app.net import fetch\nfetch(url)",
        [],
    ),
    "renamed by two imports": (
        (
            "try:\n    from requests import get as fetch\nexcept ImportError:\n"
            "    from app.own import get as fetch\n"
        ),
        "from app.net import fetch\nfetch(url)",
        [],
    ),
    "imported, called like the function": (
        "from requests import get\n",
        "from app.net import get\nget(url)",
        WRONG,
    ),
    "out of a star import": (ALIAS, "from app.net import *\nfetch(url)", WRONG),
    "out of a star import, called like the function": (
        "from requests import get\n",
        "from app.net import *\nget(url)",
        WRONG,
    ),
    "out of a star import, shadowed": (
        ALIAS,
        "from app.net import *\ndef fetch(): ...\nfetch(url)",
        [],
    ),
    "out of a star import, private": (
        "from requests import get as _get\n",
        "from app.net import *\n_get(url)",
        [],
    ),
    "out of two star imports": (
        ALIAS,
        "from app.net import *\nfrom elsewhere import *\nfetch(url)",
        [],
    ),
    "under a further name, in the file": (
        ALIAS,
        "from app.net import fetch\nload = fetch\nload(url)",
        WRONG,
    ),
    "one of two that are both watched": (
        "import requests\nfetch = requests.get if X else requests.Session().get\n",
        "from app.net import fetch\nfetch(url)",
        WRONG,
    ),
    "in the module that gave it, once": (ALIAS, "import app.net", []),
    "shadowed": (ALIAS, "from app.net import fetch\ndef f(fetch):\n    fetch(url)", []),
    "with arguments bound": (
        "import functools, requests\nfetch = functools.partial(requests.get, timeout=5)\n",
        "from app.net import fetch\nfetch(url)",
        [],
    ),
    "with arguments bound, called like the function": (
        "import functools, requests\nget = functools.partial(requests.get, timeout=5)\n",
        "from app.net import get\nget(url)",
        [],
    ),
    "with arguments bound before": (
        "import functools, requests\n_get = functools.partial(requests.get, timeout=5)\nfetch = _get\n",
        "from app.net import fetch\nfetch(url)",
        [],
    ),
    "one of two": (
        f"{ALIAS}if FAST:\n    fetch = other\n",
        "from app.net import fetch\nfetch(url)",
        [],
    ),
}


@pytest.mark.parametrize(("net", "code", "expected"), CASES.values(), ids=CASES)
def test_aliased_calls(net: str, code: str, expected: list[str]) -> None:
    files = {
        "src/app/__init__.py": "",
        "src/app/api.py": "from app.net import fetch as load\n",
        "src/app/net.py": net,
    }
    found = outcomes(CallWithoutTimeout, Example("", code, path="src/app/use.py", files=files))
    assert [outcome.verdict.value for outcome in found] == expected
