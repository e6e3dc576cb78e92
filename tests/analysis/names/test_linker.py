"""What do names lead to in other modules? Each case asks ``probe(<expression>)`` of ``app/service.py``.

The expression's path is followed through the whole program, as the resolve stage does with the callee of a call.
``None`` is unknown: no rule speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from across_modules import GET, HTTP, callee, rows

WRAPPER = """
import functools
def wrapped(func):
    @functools.wraps(func)
    def call(*args):
        {}
    return call
"""
IMPORTS = {
    "a variable": (
        {"app/http.py": HTTP},
        "from app.http import session\nprobe(session.get)",
        GET,
    ),
    "a variable through its module": (
        {"app/http.py": HTTP},
        "from app import http as h\nprobe(h.session.get)",
        GET,
    ),
    "a variable through a relative import": (
        {"app/http.py": HTTP},
        "from .http import session as s\nprobe(s.get)",
        GET,
    ),
    "a re-export": (
        {"app/http/__init__.py": "from .client import session", "app/http/client.py": HTTP},
        "from app.http import session\nprobe(session.get)",
        GET,
    ),
    "a module named as its package exports it": (
        {"app/http/__init__.py": "from . import client", "app/http/client.py": HTTP},
        "from app.http import client\nprobe(client.session.get)",
        GET,
    ),
    "two re-exports of one name": (
        {
            "app/http.py": (
                "try:\n    from app.fast import session\nexcept ImportError:\n"
                "    from app.slow import session"
            ),
            "app/fast.py": HTTP,
            "app/slow.py": "session = 1",
        },
        "from app.http import session\nprobe(session.get)",
        None,
    ),
    "a re-export with another fallback": (
        {
            "app/http.py": (
                "try:\n    from app.fast import session\nexcept ImportError:\n    session = make()"
            ),
            "app/fast.py": HTTP,
        },
        "from app.http import session\nprobe(session.get)",
        None,
    ),
    "an import inside a function binds no name of the module": (
        {"app/http.py": "def f():\n    from app.fast import session", "app/fast.py": HTTP},
        "from app.http import session\nprobe(session.get)",
        None,
    ),
    "circular re-exports": (
        {
            "app/http.py": "from app.fast import session",
            "app/fast.py": "from app.http import session",
        },
        "from app.http import session\nprobe(session.get)",
        None,
    ),
    "a function of a library": (
        {"app/http.py": "from requests import get"},
        "from app.http import get\nprobe(get)",
        "requests.get",
    ),
    "an alias of a function": (
        {"app/http.py": "import requests\nfetch = requests.get"},
        "from app.http import fetch\nprobe(fetch)",
        "requests.get",
    ),
    "a function is itself": (
        {"app/http.py": "def fetch(): ..."},
        "from app.http import fetch\nprobe(fetch)",
        "app.http.fetch",
    ),
}

STARS = {
    "a library's": (
        {"app/http.py": "from requests import *"},
        "from app.http import Session\nprobe(Session().get)",
        GET,
    ),
    "a library's, through the module": (
        {"app/http.py": "from requests import *"},
        "import app.http as net\nprobe(net.Session().get)",
        GET,
    ),
    "of two libraries": (
        {"app/http.py": "from requests import *\nfrom httpx import *"},
        "from app.http import Session\nprobe(Session().get)",
        None,
    ),
    "a name of the module": (
        {"app/http.py": HTTP},
        "from app.http import *\nprobe(session.get)",
        GET,
    ),
    "in a package's own file": (
        {"app/http/__init__.py": "from .client import *", "app/http/client.py": HTTP},
        "from app.http import session\nprobe(session.get)",
        GET,
    ),
    "over two steps": (
        {
            "app/a.py": HTTP,
            "app/b.py": "from app.a import *",
        },
        "from app.b import *\nprobe(session.get)",
        GET,
    ),
    "named in __all__": (
        {"app/http.py": "__all__ = ['_session']\nimport requests\n_session = requests.Session()"},
        "from app.http import *\nprobe(_session.get)",
        GET,
    ),
    "missing in __all__": (
        {"app/http.py": f"__all__ = ['other']\n{HTTP}"},
        "from app.http import *\nprobe(session.get)",
        None,
    ),
    "private": (
        {"app/http.py": "import requests\n_session = requests.Session()"},
        "from app.http import *\nprobe(_session.get)",
        None,
    ),
    "offered twice": (
        {"app/a.py": HTTP, "app/b.py": "session = make()"},
        "from app.a import *\nfrom app.b import *\nprobe(session.get)",
        None,
    ),
    "beside a library that may have it too": (
        {"app/a.py": HTTP},
        "from app.a import *\nfrom elsewhere import *\nprobe(session.get)",
        None,
    ),
    "shadowed by a parameter": (
        {"app/a.py": HTTP},
        "from app.a import *\ndef f(session):\n    probe(session.get)",
        None,
    ),
    "circular": (
        {"app/a.py": "from app.b import *", "app/b.py": "from app.a import *"},
        "from app.a import *\nprobe(session.get)",
        None,
    ),
}

FUNCTIONS = {
    "with a return annotation": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "without one": (
        {"app/http.py": "import requests\ndef make():\n    s = requests.Session()\n    return s"},
        "from app.http import make\ns = make()\nprobe(s.get)",
        GET,
    ),
    "that returns two things": (
        {
            "app/http.py": (
                "import requests\ndef make(x):\n    if x:\n        return requests.Session()\n"
                "    return load()"
            )
        },
        "from app.http import make\nprobe(make(1).get)",
        None,
    ),
    "that returns a variable of its module": (
        {"app/http.py": f"{HTTP}def make():\n    return session"},
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "that returns another function's result": (
        {
            "app/http.py": "from app.low import build\ndef make():\n    return build()",
            "app/low.py": "import requests\ndef build() -> requests.Session: ...",
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "that call each other": (
        {
            "app/http.py": "from app.low import build\ndef make():\n    return build()",
            "app/low.py": "from app.http import make\ndef build():\n    return make()",
        },
        "from app.http import make\nprobe(make().get)",
        None,
    ),
    "a cached one": (
        {
            "app/http.py": (
                "import functools, requests\n@functools.lru_cache(maxsize=1)\n"
                "def make() -> requests.Session: ..."
            )
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "a decorated one may return anything": (
        {"app/http.py": "import requests\n@wrapped\ndef make() -> requests.Session: ..."},
        "from app.http import make\nprobe(make().get)",
        None,
    ),
    "one whose decorator gives back what it was given": (
        {
            "app/marks.py": (
                "from typing import Any, Callable, TypeVar\nF = TypeVar('F', bound=Callable[..., Any])\n"
                "def marked(func: F) -> F: ..."
            ),
            "app/http.py": (
                "import requests\nfrom app.marks import marked\n@marked\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "one whose decorator returns its argument": (
        {
            "app/http.py": (
                "import requests\ndef marked(func):\n    func.mark = 1\n    return func\n"
                "@marked\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "one whose decorator wraps it": (
        {
            "app/http.py": (
                "import requests\ndef wrapped(func):\n    def call():\n        return func()\n    return call\n"
                "@wrapped\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "one whose decorator wraps it and returns what it gives": (
        {
            "app/marks.py": WRAPPER.format("return func(*args)"),
            "app/http.py": (
                "import requests\nfrom app.marks import wrapped\n@wrapped\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "one whose decorator wraps it and returns something else": (
        {
            "app/marks.py": WRAPPER.format("return Result(func(*args))"),
            "app/http.py": (
                "import requests\nfrom app.marks import wrapped\n@wrapped\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        None,
    ),
    "one whose decorator wraps it once configured": (
        {
            "app/marks.py": (
                "def named(name):\n    def marked(func):\n        return func\n    return marked"
            ),
            "app/http.py": (
                "import requests\nfrom app import marks\n@marks.named('x')\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        GET,
    ),
    "one whose decorator is configured": (
        {
            "app/http.py": (
                "import requests\ndef marked(name):\n    return name\n"
                "@marked('x')\ndef make() -> requests.Session: ..."
            ),
        },
        "from app.http import make\nprobe(make().get)",
        None,
    ),
    "a coroutine": (
        {"app/http.py": "import httpx\nasync def make() -> httpx.AsyncClient: ..."},
        "from app.http import make\nasync def f():\n    c = await make()\n    probe(c.get)",
        "httpx.AsyncClient.get",
    ),
    "a generator gives no session": (
        {"app/http.py": "import requests\ndef make():\n    yield requests.Session()"},
        "from app.http import make\nprobe(make().get)",
        None,
    ),
    "walrus": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        "from app.http import make\nif s := make():\n    probe(s.get)",
        GET,
    ),
    "a loop variable": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        "from app.http import make\nfor s in make():\n    probe(s.get)",
        None,
    ),
    "rebound to the unknown": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        "from app.http import make\ns = make()\ns = wrap(s)\nprobe(s.get)",
        None,
    ),
    "in both branches": (
        {"app/http.py": f"{HTTP}def make():\n    return session"},
        "from app.http import make\ns = make() if x else make()\nprobe(s.get)",
        GET,
    ),
    "in one branch": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        "from app.http import make\ns = make() if x else other()\nprobe(s.get)",
        None,
    ),
}

ALIASES = {
    "an annotated dependency": (
        {
            "app/deps.py": (
                "from typing import Annotated\nfrom fastapi import Depends\n"
                "from sqlalchemy.ext.asyncio import AsyncSession\n"
                "SessionDep = Annotated[AsyncSession, Depends(make)]"
            )
        },
        "from app.deps import SessionDep\nasync def f(s: SessionDep):\n    probe(s.execute)",
        "sqlalchemy.ext.asyncio.AsyncSession.execute",
    ),
    "a union of two classes": (
        {"app/deps.py": "from httpx import AsyncClient, Client\nAny = Client | AsyncClient"},
        "from app.deps import Any\ndef f(c: Any):\n    probe(c.get)",
        None,
    ),
    "a renamed class": (
        {"app/deps.py": "import requests\nHttp = requests.Session"},
        "from app.deps import Http\nprobe(Http().get)",
        GET,
    ),
}

TABLES = {
    "imports": IMPORTS,
    "star imports": STARS,
    "functions": FUNCTIONS,
    "aliases": ALIASES,
}


@pytest.mark.parametrize(("files", "source", "name"), rows(TABLES))
def test_across_modules(files: Mapping[str, str], source: str, name: str | None) -> None:
    assert callee(files, source) == name


def test_a_long_chain_is_unknown_rather_than_slow() -> None:
    files = {
        f"app/m{number}.py": f"from app.m{number + 1} import make\nvalue = make()\ndef make{number}(): ..."
        for number in range(60)
    }
    files["app/m60.py"] = "import requests\ndef make() -> requests.Session: ..."
    assert callee(files, "from app.m0 import value\nprobe(value.get)") is None
    assert callee(files, "from app.m55 import value\nprobe(value.get)") == GET
