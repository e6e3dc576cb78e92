"""What do names of other modules lead to that are bound in two ways? Each case asks ``probe(<expression>)``.

The order of the answers is that of the source. Empty is unknown: no rule speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from across_modules import GET, HTTP, callees, rows

HTTPX = "httpx.Client.get"
ASYNC = "httpx.AsyncClient.get"
BOTH = (
    "import httpx, requests\n"
    "if FAST:\n    client = httpx.Client()\nelse:\n    client = requests.Session()\n"
)
FETCH = "from app.http import client\nprobe(client.get)"
A_AND_B = {
    "app/a.py": "import requests\nclass A:\n    s = requests.Session()\n",
    "app/b.py": "import httpx\nclass B:\n    s = httpx.Client()\n",
}

MANY = [f"C{number}" for number in range(9)]

VARIABLES = {
    "in two branches": ({"app/http.py": BOTH}, FETCH, (HTTPX, GET)),
    "in one expression": (
        {
            "app/http.py": "import httpx, requests\nclient = httpx.Client() if FAST else requests.Session()"
        },
        FETCH,
        (HTTPX, GET),
    ),
    "the same in both": (
        {"app/http.py": f"{HTTP}client = session\nif FAST:\n    client = requests.Session()"},
        FETCH,
        (GET,),
    ),
    "none of them yet": (
        {"app/http.py": f"client = None\n{BOTH}"},
        FETCH,
        (HTTPX, GET),
    ),
    "one of them unknown": ({"app/http.py": f"{BOTH}if TEST:\n    client = make()"}, FETCH, ()),
    "one of them a literal": ({"app/http.py": f"{BOTH}if TEST:\n    client = {{}}"}, FETCH, ()),
    "one of them altered": (
        {
            "app/http.py": BOTH,
            "app/setup.py": "from app.http import client\nclient.request = lambda u: 1",
        },
        FETCH,
        (),
    ),
    "altered through one that may be another": (
        {
            "app/http.py": HTTP,
            "app/setup.py": (
                "from app.http import session\nimport requests\ns = session if X else requests.Session()\n"
                "s.request = lambda u: 1"
            ),
        },
        "from app.http import session\nprobe(session.get)",
        (),
    ),
    "through a further variable": (
        {"app/http.py": BOTH, "app/api.py": "from app.http import client as c\nclient = c"},
        "from app.api import client\nprobe(client.get)",
        (HTTPX, GET),
    ),
    "of other modules": (
        {**A_AND_B, "app/http.py": "import app.a, app.b\nclient = app.a.A() if X else app.b.B()"},
        "from app.http import client\nprobe(client.s.get)",
        (GET, HTTPX),
    ),
    "too many": (
        {
            "app/http.py": "".join(
                f"if X == {number}:\n    client = m{number}.Client()\n" for number in range(9)
            )
            + "".join(f"import m{number}\n" for number in range(9))
        },
        FETCH,
        (),
    ),
}
IMPORTS = {
    "a fallback": (
        {
            "app/http.py": "try:\n    from app.a import A as C\nexcept ImportError:\n    from app.b import B as C",
            **A_AND_B,
        },
        "from app.http import C\nprobe(C().s.get)",
        (GET, HTTPX),
    ),
    "in the file itself": (
        A_AND_B,
        (
            "try:\n    from app.a import A as C\nexcept ImportError:\n    from app.b import B as C\n"
            "probe(C().s.get)"
        ),
        (GET, HTTPX),
    ),
    "a library, else nothing": (
        {"app/http.py": "try:\n    import requests\nexcept ImportError:\n    requests = None"},
        "from app.http import requests\nprobe(requests.get)",
        ("requests.get",),
    ),
    "a library by another name, else nothing": (
        {"app/http.py": "try:\n    import requests as http\nexcept ImportError:\n    http = None"},
        "from app import http\nprobe(http.http.get)",
        ("requests.get",),
    ),
    "a library, else something else": (
        {"app/http.py": "try:\n    import requests\nexcept ImportError:\n    requests = make()"},
        "from app.http import requests\nprobe(requests.get)",
        (),
    ),
    "a function, else one that is defined here": (
        {
            "app/http.py": "try:\n    from requests import get\nexcept ImportError:\n    get = lambda url: 1"
        },
        "from app.http import get\nprobe(get)",
        (),
    ),
}
CLASSES = {
    "an attribute": (
        {
            "app/client.py": (
                "import httpx, requests\nclass Client:\n    def __init__(self, fast):\n        if fast:\n"
                "            self.http = httpx.Client()\n        else:\n            self.http = requests.Session()"
            )
        },
        "from app.client import Client\nprobe(Client(1).http.get)",
        (HTTPX, GET),
    ),
    "an attribute, annotated": (
        {
            **A_AND_B,
            "app/client.py": (
                "from app.a import A\nfrom app.b import B\nclass Client:\n    def __init__(self, c: A | B | None):\n"
                "        self.c = c"
            ),
        },
        "from app.client import Client\nprobe(Client(x).c.s.get)",
        (GET, HTTPX),
    ),
    "a parameter, annotated": (
        A_AND_B,
        "from app.a import A\nfrom app.b import B\ndef f(c: 'A | B'):\n    probe(c.s.get)",
        (GET, HTTPX),
    ),
    "a parameter, annotated with an alias": (
        {
            "app/deps.py": "from typing import Union\nimport httpx\nAny = Union[httpx.Client, httpx.AsyncClient]"
        },
        "from app.deps import Any\ndef f(c: Any):\n    probe(c.get)",
        (HTTPX, ASYNC),
    ),
    "a parameter that may be of an unknown class": (
        A_AND_B,
        "from app.a import A\nfrom app.b import B\ndef f(c: A | make()):\n    probe(c.s.get)",
        (),
    ),
    "a parameter of too many classes": (
        {"app/many.py": "".join(f"class {name}:\n    def get(self): ...\n" for name in MANY)},
        f"from app.many import {', '.join(MANY)}\ndef f(c: {' | '.join(MANY)}):\n    probe(c.get)",
        (),
    ),
    "one without the attribute": (
        {**A_AND_B, "app/b.py": "class B:\n    def f(self): ..."},
        "from app.a import A\nfrom app.b import B\ndef f(c: A | B):\n    probe(c.s.get)",
        (),
    ),
    "a library's beside one of our own": (
        {"app/http.py": "import requests\nclass Fake:\n    def get(self, url): ..."},
        "import requests\nfrom app.http import Fake\ndef f(c: requests.Session | Fake):\n    probe(c.get)",
        (GET, "app.http.Fake.get"),
    ),
}
RESULTS = {
    "returned": (
        {
            "app/http.py": (
                "import httpx, requests\ndef make(fast):\n    if fast:\n        return httpx.Client()\n"
                "    return requests.Session()"
            )
        },
        "from app.http import make\nprobe(make(1).get)",
        (HTTPX, GET),
    ),
    "declared": (
        {
            "app/http.py": "import httpx, requests\ndef make() -> httpx.Client | requests.Session: ..."
        },
        "from app.http import make\nprobe(make().get)",
        (HTTPX, GET),
    ),
    "of either function": (
        {
            "app/http.py": "import httpx\ndef a() -> httpx.Client: ...\ndef b() -> httpx.AsyncClient: ..."
        },
        "from app.http import a, b\nc = a() if X else b()\nprobe(c.get)",
        (HTTPX, ASYNC),
    ),
    "yielded": (
        {
            "app/http.py": (
                "import contextlib, httpx, requests\n@contextlib.contextmanager\ndef make(fast):\n"
                "    if fast:\n        yield httpx.Client()\n    else:\n        yield requests.Session()"
            )
        },
        "from app.http import make\nwith make(1) as c:\n    probe(c.get)",
        (HTTPX, GET),
    ),
    "itself or another": (
        {
            "app/http.py": (
                "import requests\nclass Client:\n    s = requests.Session()\n    def ready(self):\n        if X:\n"
                "            return self\n        return Other()\nclass Other:\n    s = requests.Session()"
            )
        },
        "from app.http import Client\nprobe(Client().ready().s.get)",
        (GET,),
    ),
}

TABLES = {"variables": VARIABLES, "imports": IMPORTS, "classes": CLASSES, "results": RESULTS}


@pytest.mark.parametrize(("files", "source", "names"), rows(TABLES))
def test_alternatives(files: Mapping[str, str], source: str, names: tuple[str, ...]) -> None:
    assert callees(files, source) == names
