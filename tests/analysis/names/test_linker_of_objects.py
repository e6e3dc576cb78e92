"""What do objects of other modules lead to? Each case asks ``probe(<expression>)`` of ``app/service.py``.

The expression's path is followed through the whole program, as the resolve stage does with the callee of a call.
``None`` is unknown: no rule speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from across_modules import GET, HTTP, callee, rows

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
    "attributes": ATTRIBUTES,
    "inheritance": INHERITANCE,
    "contexts": CONTEXTS,
    "altered": ALTERED,
}


@pytest.mark.parametrize(("files", "source", "name"), rows(TABLES))
def test_across_modules(files: Mapping[str, str], source: str, name: str | None) -> None:
    assert callee(files, source) == name
