"""What do names lead to in other modules? Each case asks ``probe(<expression>)`` of ``app/service.py``.

The expression's path is followed through the whole program, as the resolve stage does with the callee of a call.
``None`` is unknown: no rule speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from modules import facts_of, module_of, probed

from archcheck.analysis.names.linker import Linker

HTTP = "import requests\nsession = requests.Session()\n"
GET = "requests.Session.get"

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
        None,
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

CLIENT = """
import requests
class Client:
    base = requests.Session()
    def __init__(self):
        self.session = requests.Session()
    def __enter__(self):
        return self
    def close(self): ...
"""
ATTRIBUTES = {
    "of an instance": (
        {"app/client.py": CLIENT},
        "from app.client import Client\nc = Client()\nprobe(c.session.get)",
        GET,
    ),
    "of the class": (
        {"app/client.py": CLIENT},
        "from app.client import Client\nprobe(Client.base.get)",
        GET,
    ),
    "of an attribute": (
        {"app/client.py": CLIENT},
        (
            "from app.client import Client\nclass Api:\n    def __init__(self):\n        self.client = Client()\n"
            "    def f(self):\n        probe(self.client.session.get)"
        ),
        GET,
    ),
    "of an annotated parameter": (
        {"app/client.py": CLIENT},
        "from app.client import Client\ndef f(c: 'Client | None'):\n    probe(c.session.get)",
        GET,
    ),
    "of a name known to type checkers only": (
        {"app/client.py": CLIENT},
        (
            "import typing as t\nif t.TYPE_CHECKING:\n    from app.client import Client\n"
            "def f(c: 'Client'):\n    probe(c.session.get)"
        ),
        GET,
    ),
    "of settings": (
        {
            "app/config.py": (
                "import httpx\nfrom pydantic import BaseModel\nclass Settings(BaseModel):\n"
                "    http: httpx.Client\nsettings = Settings()"
            )
        },
        "from app.config import settings\nprobe(settings.http.get)",
        "httpx.Client.get",
    ),
    "of a dataclass": (
        {
            "app/config.py": (
                "import httpx\nfrom dataclasses import dataclass, field\n@dataclass\nclass Context:\n"
                "    http: httpx.Client = field(default_factory=httpx.Client)"
            )
        },
        "from app.config import Context\ndef f(c: Context):\n    probe(c.http.get)",
        "httpx.Client.get",
    ),
    "a property": (
        {
            "app/client.py": (
                "import functools, requests\nclass Client:\n    @functools.cached_property\n"
                "    def session(self):\n        return requests.Session()"
            )
        },
        "from app.client import Client\nprobe(Client().session.get)",
        GET,
    ),
    "a method is no property": (
        {
            "app/client.py": "import requests\nclass Client:\n    def session(self) -> requests.Session: ..."
        },
        "from app.client import Client\nprobe(Client().session.get)",
        None,
    ),
    "a method's result": (
        {
            "app/client.py": "import requests\nclass Client:\n    def session(self) -> requests.Session: ..."
        },
        "from app.client import Client\nprobe(Client().session().get)",
        GET,
    ),
    "a fluent method": (
        {"app/client.py": f"{CLIENT}    def ready(self):\n        return self\n"},
        "from app.client import Client\nprobe(Client().ready().session.get)",
        GET,
    ),
    "a class method that builds": (
        {"app/client.py": f"{CLIENT}    @classmethod\n    def build(cls):\n        return cls()\n"},
        "from app.client import Client\nprobe(Client.build().session.get)",
        GET,
    ),
    "Self": (
        {
            "app/client.py": (
                f"from typing_extensions import Self\n{CLIENT}    def ready(self) -> Self: ...\n"
            )
        },
        "from app.client import Client\nprobe(Client().ready().session.get)",
        GET,
    ),
    "set to the unknown": (
        {"app/client.py": "class Client:\n    def __init__(self, s):\n        self.session = s"},
        "from app.client import Client\nprobe(Client().session.get)",
        None,
    ),
    "set twice": (
        {"app/client.py": f"{CLIENT}    def swap(self, s):\n        self.session = s\n"},
        "from app.client import Client\nprobe(Client().session.get)",
        None,
    ),
    "not there": (
        {"app/client.py": CLIENT},
        "from app.client import Client\nprobe(Client().other.get)",
        None,
    ),
    "a member of an enumeration": (
        {
            "app/kinds.py": "import enum, requests\nclass Kind(enum.Enum):\n    A = requests.Session()"
        },
        "from app.kinds import Kind\nprobe(Kind.A.get)",
        None,
    ),
}

INHERITANCE = {
    "an attribute": (
        {"app/base.py": CLIENT},
        (
            "from app.base import Client\nclass Api(Client):\n    def f(self):\n"
            "        probe(self.session.get)"
        ),
        GET,
    ),
    "through another module's subclass": (
        {
            "app/base.py": CLIENT,
            "app/api.py": "from app.base import Client\nclass Api(Client):\n    def f(self): ...",
        },
        "from app.api import Api\nprobe(Api().session.get)",
        GET,
    ),
    "a fluent method keeps the subclass": (
        {
            "app/base.py": "class Base:\n    def ready(self):\n        return self",
            "app/api.py": (
                "import requests\nfrom app.base import Base\nclass Api(Base):\n"
                "    session = requests.Session()"
            ),
        },
        "from app.api import Api\nprobe(Api().ready().session.get)",
        GET,
    ),
    "overridden by the unknown": (
        {
            "app/base.py": CLIENT,
            "app/api.py": "from app.base import Client\nclass Api(Client):\n    session = make()",
        },
        "from app.api import Api\nprobe(Api().session.get)",
        None,
    ),
    "behind an unknown base": (
        {
            "app/base.py": CLIENT,
            "app/api.py": (
                "from app.base import Client\nclass Api(make_base(), Client):\n    def f(self): ..."
            ),
        },
        "from app.api import Api\nprobe(Api().session.get)",
        None,
    ),
    "behind a base that only marks": (
        {
            "app/base.py": CLIENT,
            "app/api.py": (
                "import abc\nfrom typing import Generic\nfrom app.base import Client\n"
                "class Api(abc.ABC, Generic[T], Client):\n    def f(self): ..."
            ),
        },
        "from app.api import Api\nprobe(Api().session.get)",
        GET,
    ),
    "a bare subclass of a library's class": (
        {"app/http.py": "import requests\nclass Session(requests.Session):\n    '''Ours.'''"},
        "from app.http import Session\nprobe(Session().get)",
        GET,
    ),
    "a subclass with methods may have changed it": (
        {
            "app/http.py": "import requests\nclass Session(requests.Session):\n    def request(self): ..."
        },
        "from app.http import Session\nprobe(Session().get)",
        None,
    ),
    "classes that derive from each other": (
        {
            "app/a.py": "from app.b import B\nclass A(B): ...",
            "app/b.py": "from app.a import A\nclass B(A): ...",
        },
        "from app.a import A\nprobe(A().session.get)",
        None,
    ),
}

CONTEXTS = {
    "enters to itself": (
        {"app/client.py": CLIENT},
        "from app.client import Client\nwith Client() as c:\n    probe(c.session.get)",
        GET,
    ),
    "enters to something else": (
        {
            "app/client.py": (
                "import requests\nclass Client:\n    def __init__(self):\n        self.s = requests.Session()\n"
                "    def __enter__(self):\n        return self.s"
            )
        },
        "from app.client import Client\nwith Client() as s:\n    probe(s.get)",
        GET,
    ),
    "enters in a coroutine": (
        {
            "app/client.py": (
                "import httpx\nclass Client:\n    async def __aenter__(self) -> httpx.AsyncClient: ...\n"
                "    def __enter__(self):\n        raise TypeError"
            )
        },
        (
            "from app.client import Client\nasync def f():\n    async with Client() as c:\n"
            "        probe(c.get)"
        ),
        "httpx.AsyncClient.get",
    ),
    "has no __enter__": (
        {"app/client.py": "class Client:\n    def f(self): ..."},
        "from app.client import Client\nwith Client() as s:\n    probe(s.get)",
        None,
    ),
    "a function's result": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        "from app.http import make\nwith make() as s:\n    probe(s.get)",
        GET,
    ),
    "a generator made a context manager": (
        {
            "app/http.py": (
                "import contextlib, requests\n@contextlib.contextmanager\ndef make():\n"
                "    yield requests.Session()"
            )
        },
        "from app.http import make\nwith make() as s:\n    probe(s.get)",
        GET,
    ),
    "an annotated generator": (
        {
            "app/http.py": (
                "from collections.abc import AsyncIterator\nfrom contextlib import asynccontextmanager\n"
                "import httpx\n@asynccontextmanager\nasync def make() -> AsyncIterator[httpx.AsyncClient]: ..."
            )
        },
        "from app.http import make\nasync def f():\n    async with make() as c:\n        probe(c.get)",
        "httpx.AsyncClient.get",
    ),
    "the manager itself is no session": (
        {
            "app/http.py": (
                "import contextlib, requests\n@contextlib.contextmanager\ndef make():\n"
                "    yield requests.Session()"
            )
        },
        "from app.http import make\nprobe(make().get)",
        None,
    ),
    "closing": (
        {"app/http.py": "import requests\ndef make() -> requests.Session: ..."},
        (
            "from contextlib import closing\nfrom app.http import make\nwith closing(make()) as s:\n"
            "    probe(s.get)"
        ),
        GET,
    ),
    "an exit stack": (
        {"app/client.py": CLIENT},
        (
            "from contextlib import ExitStack\nfrom app.client import Client\nwith ExitStack() as stack:\n"
            "    c = stack.enter_context(Client())\n    probe(c.session.get)"
        ),
        GET,
    ),
    "a factory of sessions": (
        {
            "app/db.py": (
                "from sqlalchemy.orm import sessionmaker\nSessionLocal = sessionmaker(bind=engine)"
            )
        },
        "from app.db import SessionLocal\nwith SessionLocal() as s:\n    probe(s.execute)",
        "sqlalchemy.orm.Session.execute",
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

ALTERED = {
    "by the module that defines it": (
        {"app/http.py": f"{HTTP}session.mount('https://', TimeoutAdapter())"},
        "from app.http import session\nprobe(session.get)",
        None,
    ),
    "by a third module": (
        {
            "app/http.py": HTTP,
            "app/setup.py": "from app.http import session\nsession.mount('https://', TimeoutAdapter())",
        },
        "from app.http import session\nprobe(session.get)",
        None,
    ),
    "an attribute, by a third module": (
        {
            "app/client.py": CLIENT,
            "app/setup.py": (
                "from app.client import Client\nClient.base.request = lambda *a: None"
            ),
        },
        "from app.client import Client\nprobe(Client.base.get)",
        None,
    ),
    "with data only": (
        {"app/http.py": HTTP, "app/setup.py": "from app.http import session\nsession.headers = {}"},
        "from app.http import session\nprobe(session.get)",
        GET,
    ),
}

TABLES = {
    "imports": IMPORTS,
    "star imports": STARS,
    "functions": FUNCTIONS,
    "attributes": ATTRIBUTES,
    "inheritance": INHERITANCE,
    "contexts": CONTEXTS,
    "aliases": ALIASES,
    "altered": ALTERED,
}


def callee(files: Mapping[str, str], source: str) -> str | None:
    """Where the probed expression of ``source`` leads, ``files`` beside it; None when unknown."""
    module = module_of(source, path="app/service.py")
    facts = facts_of({"app/__init__.py": "", **files, "app/service.py": source})
    thing = Linker(facts).follow(module.paths.of(probed(module)))
    return thing.name if thing is not None and not thing.instance else None


@pytest.mark.parametrize(
    ("files", "source", "name"),
    [
        pytest.param(*row, id=f"{table}: {title}")
        for table, rows in TABLES.items()
        for title, row in rows.items()
    ],
)
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
