"""Which name does an expression stand for? Each case asks ``probe(<expression>)`` of a small module."""

from __future__ import annotations

import sys

import pytest
from modules import UNKNOWN, cases, module_of, probed

IMPORTS = {
    "plain import": ("import os\nprobe(os.getenv)", ("os.getenv",)),
    "dotted import binds its root": (
        "import urllib.request\nprobe(urllib.request.urlopen)",
        ("urllib.request.urlopen",),
    ),
    "dotted import with an alias": ("import os.path as p\nprobe(p.join)", ("os.path.join",)),
    "two imports of one root": ("import a.b\nimport a.c\nprobe(a.c.f)", ("a.c.f",)),
    "from import": ("from os import getenv\nprobe(getenv)", ("os.getenv",)),
    "from import with an alias": ("from requests import get as g\nprobe(g)", ("requests.get",)),
    "from import of a module": (
        "from urllib import request\nprobe(request.urlopen)",
        ("urllib.request.urlopen",),
    ),
    "a private spelling is the public one": (
        "from requests.api import get\nprobe(get)",
        ("requests.get",),
    ),
    "the same through an attribute": (
        "import requests\nprobe(requests.sessions.Session)",
        ("requests.Session",),
    ),
    "import in a function": (
        "def f():\n    import requests\n    probe(requests.get)",
        ("requests.get",),
    ),
    "import in a function stays there": (
        "def f():\n    import requests\nprobe(requests.get)",
        UNKNOWN,
    ),
    "import both ways": (
        "try:\n    import simplejson as json\nexcept ImportError:\n    import json\nprobe(json.loads)",
        ("simplejson.loads", "json.loads"),
    ),
    "fallback to None": (
        "try:\n    import requests\nexcept ImportError:\n    requests = None\nprobe(requests.get)",
        ("requests.get",),
    ),
    "fallback to a class": (
        "try:\n    from enum import StrEnum\nexcept ImportError:\n    class StrEnum: ...\nprobe(StrEnum)",
        ("enum.StrEnum", "app.service.StrEnum"),
    ),
    "fallback that nobody knows": (
        "try:\n    import json\nexcept ImportError:\n    json = load_json()\nprobe(json.loads)",
        UNKNOWN,
    ),
    "for type checkers only, with another name at run time": (
        (
            "import typing as t\nif t.TYPE_CHECKING:\n    from requests import get\nelse:\n"
            "    from httpx import get\nprobe(get)"
        ),
        ("httpx.get",),
    ),
    "for type checkers only, and never set otherwise": (
        "if False:\n    from requests import get\nprobe(get)",
        ("requests.get",),
    ),
    "for type checkers only by an alias": (
        (
            "from typing import TYPE_CHECKING as TC\nif TC:\n    from requests import get\nelse:\n"
            "    get = make()\nprobe(get)"
        ),
        UNKNOWN,
    ),
    "import under a platform check": (
        (
            "import sys\nif sys.platform == 'win32':\n    import ntpath as p\nelse:\n"
            "    import posixpath as p\nprobe(p.join)"
        ),
        ("ntpath.join", "posixpath.join"),
    ),
    "import under a version check": (
        (
            "import sys\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n"
            "    import tomli as tomllib\nprobe(tomllib.load)"
        ),
        ("tomllib.load", "tomli.load"),
    ),
    "the one star import": ("from requests import *\nprobe(get)", ("requests.get",)),
    "the one star import, of a function": (
        "from requests import *\ndef f():\n    probe(get)",
        ("requests.get",),
    ),
    "star imports that may both have it": (
        "from requests import *\nfrom flask import *\nprobe(get)",
        UNKNOWN,
    ),
    "a star import hides no name of the module": (
        "from requests import *\ndef get(): ...\nprobe(get)",
        ("app.service.get",),
    ),
    "a star import brings no private name": ("from requests import *\nprobe(_get)", UNKNOWN),
    "a name from nowhere": ("probe(requests.get)", UNKNOWN),
    "an alias of a module": (
        "import requests\nhttp = requests\nprobe(http.get)",
        ("requests.get",),
    ),
    "an alias of a function": (
        "import requests\nfetch = requests.get\nprobe(fetch)",
        ("requests.get",),
    ),
    "a partial": (
        "from functools import partial\nimport requests\nget = partial(requests.get, timeout=5)\nprobe(get)",
        ("requests.get",),
    ),
    "a partial of a partial": (
        (
            "import functools as f, requests\na = f.partial(requests.get, timeout=5)\nb = f.partial(a, url)\n"
            "probe(b)"
        ),
        ("requests.get",),
    ),
    "a partial in place": (
        "from functools import partial\nimport requests\nprobe(partial(requests.get, timeout=5))",
        ("requests.get",),
    ),
    "a partial on self": (
        (
            "from functools import partial\nimport requests\nclass C:\n    def __init__(self):\n"
            "        self.get = partial(requests.get, timeout=5)\n    def f(self):\n        probe(self.get)"
        ),
        ("requests.get",),
    ),
    "another function called partial": (
        "import requests\ndef partial(f): ...\nget = partial(requests.get)\nprobe(get)",
        UNKNOWN,
    ),
    "a partial of the unknown": (
        "from functools import partial\nget = partial(make(), 1)\nprobe(get)",
        UNKNOWN,
    ),
    "a class handed in": (
        "import requests\ndef f(kind: type[requests.Session]):\n    probe(kind)",
        ("requests.Session",),
    ),
    "a class made by a factory": (
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nprobe(Base)",
        ("sqlalchemy.orm.DeclarativeBase",),
    ),
    "a deleted import is still that import": (
        "import requests\nprobe(requests.get)\ndel requests",
        ("requests.get",),
    ),
}

SHADOWING = {
    "by a parameter": ("import requests\ndef f(requests):\n    probe(requests.get)", UNKNOWN),
    "by a keyword-only parameter": (
        "import requests\ndef f(*, requests):\n    probe(requests.get)",
        UNKNOWN,
    ),
    "by *args": ("import requests\ndef f(*requests):\n    probe(requests.get)", UNKNOWN),
    "by **kwargs": ("import requests\ndef f(**requests):\n    probe(requests.get)", UNKNOWN),
    "by a lambda's parameter": ("import requests\nlambda requests: probe(requests.get)", UNKNOWN),
    "by a local": (
        "import requests\ndef f():\n    requests = make()\n    probe(requests.get)",
        UNKNOWN,
    ),
    "by a local that is bound below": (
        "import requests\ndef f():\n    probe(requests.get)\n    requests = make()",
        UNKNOWN,
    ),
    "not by a local of another function": (
        "import requests\ndef g():\n    requests = make()\ndef f():\n    probe(requests.get)",
        ("requests.get",),
    ),
    "by an enclosing function's local": (
        "import requests\ndef f():\n    requests = make()\n    def g():\n        probe(requests.get)",
        UNKNOWN,
    ),
    "by a loop": ("import requests\nfor requests in queue:\n    probe(requests.get)", UNKNOWN),
    "by unpacking": ("import requests\nrequests, _ = load()\nprobe(requests.get)", UNKNOWN),
    "by a handler": (
        "import error\ntry: ...\nexcept OSError as error:\n    probe(error.get)",
        UNKNOWN,
    ),
    "by a pattern": (
        "import requests\nmatch thing:\n    case [requests, *_]:\n        probe(requests.get)",
        UNKNOWN,
    ),
    "by a rest pattern": (
        "import requests\nmatch thing:\n    case {'a': 1, **requests}:\n        probe(requests.get)",
        UNKNOWN,
    ),
    "by a nested function": (
        "import requests\ndef f():\n    def requests(): ...\n    probe(requests)",
        ("app.service.f.requests",),
    ),
    "by a comprehension's variable": (
        "import requests\n[probe(requests.get) for requests in queue]",
        UNKNOWN,
    ),
    "not outside that comprehension": (
        "import requests\n[requests for requests in queue]\nprobe(requests.get)",
        ("requests.get",),
    ),
    "not in its first iterable": (
        "import requests\n[requests for requests in probe(requests.get)]",
        ("requests.get",),
    ),
    "but in its second iterable": (
        "import requests\n[x for requests in queue for x in probe(requests.get)]",
        UNKNOWN,
    ),
    "by a walrus in a comprehension, outside it": (
        "import requests\n[(requests := make()) for _ in queue]\nprobe(requests.get)",
        UNKNOWN,
    ),
    "a class's name is seen by its body": (
        "import requests\nclass C:\n    requests = make()\n    probe(requests.get)",
        UNKNOWN,
    ),
    "a class's name is not seen by its methods": (
        "import requests\nclass C:\n    requests = make()\n    def f(self):\n        probe(requests.get)",
        ("requests.get",),
    ),
    "nor by a comprehension in its body": (
        "import requests\nclass C:\n    requests = make()\n    x = [probe(requests.get) for _ in y]",
        ("requests.get",),
    ),
    "but by that comprehension's first iterable": (
        "import requests\nclass C:\n    requests = make()\n    x = [y for y in probe(requests.get)]",
        UNKNOWN,
    ),
    "a default is evaluated outside": (
        "import requests\ndef f(requests, get=probe(requests.get)): ...",
        ("requests.get",),
    ),
    "a lambda in a default, too": (
        "import requests\ndef f(requests, get=lambda: probe(requests.get)): ...",
        ("requests.get",),
    ),
    "an annotation, too": (
        "import requests\ndef f(requests: probe(requests.Session)): ...",
        ("requests.Session",),
    ),
    "an annotation of *args, too": (
        "import requests\ndef f(*requests: probe(requests.Session)): ...",
        ("requests.Session",),
    ),
    "a decorator, too": (
        "import requests\n@probe(requests.get)\ndef f(requests): ...",
        ("requests.get",),
    ),
    "rebinding at module level": (
        "import requests\nrequests = make()\nprobe(requests.get)",
        UNKNOWN,
    ),
    "rebinding by +=": ("import total\ntotal += 1\nprobe(total.get)", UNKNOWN),
    "global in another function": (
        "import requests\ndef f():\n    global requests\n    requests = make()\nprobe(requests.get)",
        UNKNOWN,
    ),
    "global reads past an enclosing local": (
        (
            "import requests\ndef f():\n    requests = make()\n    def g():\n        global requests\n"
            "        probe(requests.get)"
        ),
        ("requests.get",),
    ),
    "a closure of a global": (
        "import requests\ndef f():\n    global requests\n    return [probe(requests.get) for _ in x]",
        ("requests.get",),
    ),
    "nonlocal binds the enclosing local": (
        (
            "def f():\n    import requests\n    def g():\n        nonlocal requests\n"
            "        requests = make()\n    probe(requests.get)"
        ),
        UNKNOWN,
    ),
    "nonlocal two levels up": (
        (
            "def f():\n    import requests\n    def g():\n        def h():\n            nonlocal requests\n"
            "            requests = make()\n        return h\n    probe(requests.get)"
        ),
        UNKNOWN,
    ),
    "nonlocal leaves the module's name alone": (
        (
            "import requests\ndef f():\n    requests = 1\n    def g():\n        nonlocal requests\n"
            "        requests = make()\nprobe(requests.get)"
        ),
        ("requests.get",),
    ),
}

BUILTINS = {
    "a built-in": ("probe(open)", ("open",)),
    "a built-in in a method": ("class C:\n    def f(self):\n        probe(print)", ("print",)),
    "shadowed by a function": ("def open(): ...\nprobe(open)", ("app.service.open",)),
    "shadowed by an import": ("from codecs import open\nprobe(open)", ("codecs.open",)),
    "shadowed by an assignment": ("open = make()\nprobe(open)", UNKNOWN),
    "an alias of a built-in": ("out = print\nprobe(out)", ("print",)),
    "a method of that name is another thing": (
        "class C:\n    def open(self): ...\n    def f(self):\n        probe(open)",
        ("open",),
    ),
}

DEFINITIONS = {
    "a function": ("def f(): ...\nprobe(f)", ("app.service.f",)),
    "a class": ("class C: ...\nprobe(C)", ("app.service.C",)),
    "a method of a class": (
        "class C:\n    def f(self): ...\nprobe(C.f)",
        ("app.service.C.f",),
    ),
    "one function twice": (
        "if x:\n    def f(): ...\nelse:\n    def f(): ...\nprobe(f)",
        ("app.service.f",),
    ),
    "recursive aliases end": ("a = b\nb = a\nprobe(a.get)", UNKNOWN),
}

TABLES = {
    "imports": IMPORTS,
    "shadowing": SHADOWING,
    "builtins": BUILTINS,
    "definitions": DEFINITIONS,
}


@pytest.mark.parametrize(("source", "names"), cases(TABLES))
def test_names(source: str, names: tuple[str, ...]) -> None:
    module = module_of(source)
    assert module.names(probed(module)) == names


def test_resolve_needs_one_candidate() -> None:
    both = "try:\n    import simplejson as json\nexcept ImportError:\n    import json\nprobe(json.loads)"
    module = module_of(both)
    assert module.resolve(probed(module)) == ""


@pytest.mark.parametrize(
    ("path", "name", "source", "names"),
    [
        ("src/app/a/b.py", "app.a.b", "from . import c\nprobe(c.f)", ("app.a.c.f",)),
        ("src/app/a/b.py", "app.a.b", "from .. import c\nprobe(c.f)", ("app.c.f",)),
        ("src/app/a/b.py", "app.a.b", "from ..c import f as g\nprobe(g)", ("app.c.f",)),
        ("src/app/a/__init__.py", "app.a", "from .c import f\nprobe(f)", ("app.a.c.f",)),
        ("src/app/a/__init__.py", "app.a", "from ..c import f\nprobe(f)", ("app.c.f",)),
        ("main.py", "main", "from .helpers import f\nprobe(f)", ("helpers.f",)),
        ("main.py", "main", "from . import helpers\nprobe(helpers.f)", ("helpers.f",)),
    ],
)
def test_relative_imports(path: str, name: str, source: str, names: tuple[str, ...]) -> None:
    module = module_of(source, path=path, name=name)
    assert module.names(probed(module)) == names


@pytest.mark.parametrize(
    ("path", "name"), [("my-app/handlers.py", ""), ("src/app/service.py", "app.service")]
)
def test_a_relative_import_out_of_the_root_is_no_library(path: str, name: str) -> None:
    module = module_of("from ....requests import get\nprobe(get)", path=path, name=name)
    assert not module.resolve(probed(module)).startswith("requests")
    assert not module.imports("requests")


def test_a_file_without_a_name_keeps_its_own_definitions() -> None:
    module = module_of("def open(path): ...\nprobe(open)", path="my-app/run.py", name="")
    assert module.names(probed(module)) == ("__main__.open",)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are newer")
def test_a_type_parameter_shadows() -> None:
    module = module_of("import requests\ndef f[requests](x):\n    probe(requests.get)")
    assert module.names(probed(module)) == UNKNOWN


def test_a_long_chain_of_aliases_is_unknown_rather_than_slow() -> None:
    chain = "\n".join(f"a{number + 1} = a{number}" for number in range(60))
    module = module_of(f"import requests\na0 = requests\n{chain}\nprobe(a60.get)")
    assert module.names(probed(module)) == UNKNOWN
