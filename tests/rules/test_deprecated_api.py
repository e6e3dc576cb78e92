from __future__ import annotations

import pytest
from deprecations import judged, needs, python, verdicts

from archcheck.analysis.topics.deprecations import DEPRECATED, MODEL_METHODS, SUCCESSORS


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        (">=3.10", "gone"),
        (">=3.9,<3.14", "gone"),
        (">=3.9,<3.13", "old"),
        (">=3.9,<3.11", "ok"),
        ("", "old"),
    ],
)
def test_a_module_that_python_lost(specifier: str, expected: str) -> None:
    files = python(specifier) if specifier else {}
    assert verdicts("import telnetlib", files) == [expected]


@pytest.mark.parametrize(
    ("specifier", "expected"), [(">=3.10", "old"), ("<3.12", "ok"), ("", "old")]
)
def test_a_function_that_python_deprecates(specifier: str, expected: str) -> None:
    files = python(specifier) if specifier else {}
    assert verdicts("import datetime as d\nd.datetime.utcnow()", files) == [expected]


@pytest.mark.parametrize(
    "source",
    [
        "import cgi as c",
        "import distutils.util",
        "from distutils.version import StrictVersion, LooseVersion",
        "from distutils import log",
        "def f():\n    import imp",
        "from inspect import getargspec",
        "import inspect\ninspect.getargspec(f)",
        "import asyncio\n@asyncio.coroutine\ndef f(): ...",
    ],
)
def test_every_spelling_counts_once(source: str) -> None:
    assert verdicts(source, python(">=3.10")) == ["gone"]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import telnetlib\nexcept ImportError:\n    telnetlib = None",
        "try:\n    import tomllib\nexcept ImportError:\n    import imp",
        "import sys\nif sys.version_info < (3, 12):\n    import imp",
        "import sys\nPY2 = sys.version_info[0] == 2\nif PY2:\n    import imp",
        "import sys\nif sys.hexversion < 0x30D00A1:\n    import telnetlib",
        "import platform\nif platform.python_version_tuple() < ('3', '13'):\n    import telnetlib",
        "import inspect\ntry:\n    s = inspect.getfullargspec(f)\nexcept:\n    s = inspect.getargspec(f)",
        "import abc\nisinstance(x, (property, abc.abstractproperty))",
        "import abc\n@register(abc.abstractproperty)\ndef save(each): ...",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import telnetlib",
        "import inspect\ntry:\n    f = inspect.getargspec\nexcept AttributeError:\n    f = None",
        "try:\n    from inspect import signature\nexcept ImportError:\n    import inspect\n"
        "    def signature(f):\n        return inspect.getargspec(f)",
        "import inspect, sys\nif sys.version_info < (3, 11):\n    inspect.getargspec(f)",
        "import asyncio, sys\nif sys.version_info.minor < 10:\n    asyncio.get_event_loop()",
        "import pkgutil\npkgutil.find_loader = find_loader",
        "from .imp import load",
        "from app.cgi import form",
        "import datetime\ndatetime.utcnow()",
        "class datetime:\n    utcnow = None\ndatetime.utcnow()",
        "def f(order):\n    return order.dict(), order.json()",
        "from other import Base\nclass Order(Base):\n    def f(self):\n        return self.dict()",
        "class Config:\n    pass",
        "from datetime import datetime\ndatetime.now()",
    ],
)
def test_no_opportunity(source: str) -> None:
    assert verdicts(source, python(">=3.10")) == []


def test_a_module_of_the_project_is_not_that_of_python() -> None:
    files = {**python(">=3.10"), "src/chunk.py": "def f(): ...\n"}
    assert verdicts("import chunk", files) == []
    assert verdicts("import chunk", python(">=3.10")) == ["gone"]


def test_a_declared_backport_brings_it_back() -> None:
    files = {**python(">=3.10"), **needs("legacy-cgi>=2; python_version >= '3.13'")}
    assert verdicts("import cgi", files) == ["ok"]
    assert verdicts("import telnetlib", files) == ["gone"]


def test_a_broad_handler_excuses_no_call() -> None:
    source = "from datetime import datetime\ntry:\n    x = datetime.utcnow()\nexcept Exception:\n    pass"
    assert verdicts(source) == ["old"]


def test_a_reference_counts_like_a_call() -> None:
    source = "from datetime import datetime\nColumn(default=datetime.utcnow)"
    assert verdicts(source) == ["old"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (needs("setuptools==82.0.1"), ["gone"]),
        (needs("setuptools==70.0"), ["old"]),
        (needs("setuptools==60.0"), ["ok"]),
        ({}, ["old"]),
    ],
)
def test_pkg_resources(files: dict[str, str], expected: list[str]) -> None:
    assert verdicts("import pkg_resources", files) == expected


MODELS = """
    from pydantic import BaseModel

    class Order(BaseModel):
        id: int

        def copied(self):
            return self.copy()

    class Special(Order):
        def dict(self):
            return {}

    def f(order: Order, special: Special, other):
        Order.parse_obj({})
        order.json()
        special.dict()
        other.dict()
        Order(id=1).model_dump()
"""


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("pydantic>=2", ["old", "old", "old", "ok"]),
        ("pydantic==1.10.2", ["ok", "ok", "ok", "ok"]),
        ("pydantic", ["ok"]),
    ],
)
def test_methods_of_models_depend_on_the_version(requirement: str, expected: list[str]) -> None:
    assert verdicts(MODELS, needs(requirement)) == expected


def test_a_model_of_another_module_is_known() -> None:
    files = {
        **needs("pydantic>=2"),
        "src/app/models.py": "from pydantic import BaseModel\nclass Order(BaseModel): ...\n",
    }
    source = "from app.models import Order\ndef f(order: Order):\n    return order.dict()"
    assert verdicts(source, files) == ["old"]


def test_a_library_may_define_an_old_method_itself() -> None:
    source = (
        "from ninja import Schema\nclass Order(Schema): ...\n"
        "def f(order: Order):\n    order.json()\n    return order.dict()\n"
    )
    assert verdicts(source, needs("pydantic>=2")) == ["old"]


def test_the_inner_config_of_a_model() -> None:
    source = "from pydantic import BaseModel\nclass Order(BaseModel):\n    class Config:\n        frozen = True"
    assert verdicts(source, needs("pydantic>=2")) == ["old"]
    assert verdicts(source, needs("pydantic<2")) == ["ok"]
    assert verdicts(source) == []


@pytest.mark.parametrize(
    ("source", "files", "expected"),
    [
        ("from pydantic import validator, field_validator", needs("pydantic>=2"), ["ok", "old"]),
        ("import pydantic\n@pydantic.validator('a')\ndef f(): ...", needs("pydantic>=2"), ["old"]),
        ("from pydantic.v1 import validator", needs("pydantic>=2"), []),
        ("from pydantic import BaseSettings", needs("pydantic>=2"), ["gone"]),
        ("from pydantic import BaseSettings", needs("pydantic<2"), ["ok"]),
        (
            "from sqlalchemy.ext.declarative import declarative_base",
            needs("sqlalchemy>=2"),
            ["old"],
        ),
        ("from sqlalchemy.ext.declarative import declared_attr", needs("sqlalchemy>=2"), []),
        (
            "from sqlalchemy.orm import Session\ndef f(session: Session):\n    session.query(Order).get(1)",
            needs("sqlalchemy>=2"),
            ["old"],
        ),
        (
            "from sqlalchemy.orm import Session\ndef f(session: Session):\n    session.get(Order, 1)",
            needs("sqlalchemy>=2"),
            ["ok"],
        ),
        (
            "from fastapi import FastAPI\napp = FastAPI()\n@app.on_event('startup')\ndef f(): ...",
            needs("fastapi>=0.110"),
            ["old"],
        ),
        ("from fastapi import FastAPI\napp = FastAPI(lifespan=run)", {}, ["ok"]),
        (
            "from starlette.applications import Starlette\napp = Starlette()\n@app.on_event('startup')\ndef f(): ...",
            needs("starlette>=1"),
            ["gone"],
        ),
        (
            "from starlette.applications import Starlette\napp = Starlette()\n@app.on_event('startup')\ndef f(): ...",
            needs("starlette==0.40"),
            ["old"],
        ),
    ],
)
def test_libraries(source: str, files: dict[str, str], expected: list[str]) -> None:
    assert sorted(verdicts(source, files)) == sorted(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import asyncio\nasyncio.get_event_loop().run_until_complete(f())", ["old"]),
        (
            "import asyncio\ndef f():\n    loop = asyncio.get_event_loop()\n    loop.run_forever()",
            ["old"],
        ),
        ("import asyncio\nLOOP = asyncio.get_event_loop()", ["old"]),
        ("from asyncio import get_event_loop\nget_event_loop().run_until_complete(f())", ["old"]),
        (
            "import asyncio\nasync def f():\n    loop = asyncio.get_event_loop()\n    loop.run_in_executor(None, g)",
            [],
        ),
        ("import asyncio\ndef f():\n    asyncio.get_event_loop().create_future()", []),
        ("import asyncio\nasyncio.set_event_loop(l)\nasyncio.get_event_loop().run_forever()", []),
        (
            "import asyncio\ndef f():\n    try:\n        loop = asyncio.get_event_loop()\n"
            "    except RuntimeError:\n        return asyncio.run(g())\n    loop.run_until_complete(g())",
            ["ok"],
        ),
        ("import asyncio\nasyncio.run(f())", ["ok"]),
        ("from asyncio import run, get_running_loop", ["ok", "ok"]),
    ],
)
def test_event_loops(source: str, expected: list[str]) -> None:
    assert verdicts(source, python(">=3.10")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from datetime import datetime, timezone\ndatetime.now(timezone.utc)", ["ok"]),
        ("from datetime import datetime, timezone\ndatetime.now(tz=timezone.utc)", ["ok"]),
        (
            "from datetime import datetime, timezone\ndatetime.fromtimestamp(0, timezone.utc)",
            ["ok"],
        ),
        ("from datetime import datetime\ndatetime.fromtimestamp(0)", []),
        ("import logging\nlog = logging.getLogger()\nlog.warn('x')", ["old"]),
        ("from importlib import metadata", ["ok"]),
        ("import importlib.resources as r", ["ok"]),
    ],
)
def test_old_and_new(source: str, expected: list[str]) -> None:
    assert verdicts(source) == expected


def test_the_message_names_version_and_successor() -> None:
    (outcome,) = judged("import telnetlib", python(">=3.10"))
    assert outcome.message == "`telnetlib` is gone from Python 3.13; its successor: telnetlib3"
    (outcome,) = judged("from datetime import datetime\ndatetime.utcnow()")
    assert outcome.message.startswith("`datetime.datetime.utcnow` is deprecated since Python 3.12;")


def test_the_tables_are_sound() -> None:
    assert not SUCCESSORS & DEPRECATED.keys()
    assert all(known.instead and (known.since or known.removed) for known in DEPRECATED.values())
    assert not MODEL_METHODS.keys() & set(MODEL_METHODS.values())


@pytest.mark.parametrize(
    ("source", "requirement", "expected"),
    [
        ("app = Starlette(on_startup=[f])", "starlette>=1", ["gone"]),
        ("app = Starlette(on_startup=[f])", "starlette<1", ["ok"]),
        ("app = Starlette(on_startup=[f])", "starlette", []),
        ("app = Starlette(lifespan=run)", "starlette>=1", ["ok"]),
        ("app = Starlette()\napp.add_event_handler('startup', f)", "starlette>=1", ["gone"]),
        ("app = Starlette()\n@app.route('/')\ndef f(r): ...", "starlette==1.2", ["gone"]),
        ("app = Starlette()\napp.add_route('/', f)", "starlette==1.2", []),
        ("app = Router(on_shutdown=[f])", "starlette>=1", ["gone"]),
    ],
)
def test_what_starlette_1_removed(source: str, requirement: str, expected: list[str]) -> None:
    imports = "from starlette.applications import Starlette\nfrom starlette.routing import Router\n"
    assert verdicts(imports + source, needs(requirement)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "app = FastAPI(on_startup=[f])",
        "app = FastAPI()\n@app.middleware('http')\nasync def f(r, n): ...",
        "app = FastAPI()\napp.add_event_handler('startup', f)",
    ],
)
def test_fastapi_keeps_what_starlette_1_removed(source: str) -> None:
    files = needs("fastapi>=0.130", "starlette>=1")
    assert verdicts(f"from fastapi import FastAPI\n{source}", files) == []


def test_on_event_of_fastapi_is_deprecated_and_not_gone() -> None:
    source = "from fastapi import FastAPI\napp = FastAPI()\n@app.on_event('startup')\ndef f(): ..."
    assert verdicts(source, needs("fastapi>=0.130", "starlette>=1")) == ["old"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"ruff.toml": "select = ['E']\n"}, ["old"]),
        ({"ruff.toml": "select = ['E']\n", **needs("ruff==0.1.3")}, ["ok"]),
        ({"ruff.toml": "select = ['E']\n", **needs("ruff>=0.4")}, ["old"]),
        ({"ruff.toml": "[lint]\nselect = ['E']\n"}, ["ok"]),
        ({"Makefile": "test:\n\tpython setup.py test\n"}, ["old"]),
        ({"Makefile": "test:\n\tpython setup.py test\n", **needs("setuptools>=75")}, ["gone"]),
    ],
)
def test_settings_and_commands(files: dict[str, str], expected: list[str]) -> None:
    assert verdicts("", files) == expected


def test_the_version_of_a_compose_file_is_advice() -> None:
    (outcome,) = judged("", {"compose.yml": "version: '3'\nservices: {}\n"})
    assert outcome.advice
    assert (outcome.place.location.path, outcome.place.location.line) == ("compose.yml", 1)
    assert outcome.message == "`version` of a compose file is obsolete since Docker Compose 2.25"


@pytest.mark.parametrize(
    "body",
    [
        "    try:\n        return order.model_copy()\n    except AttributeError:\n        return order.copy()",
        "    if hasattr(order, 'model_dump'):\n        return order.model_dump()\n    else:\n        return order.dict()",
        "    return order.model_dump() if hasattr(order, 'model_dump') else order.dict()",
    ],
)
def test_a_method_that_is_the_fallback(body: str) -> None:
    source = f"from pydantic import BaseModel\nclass Order(BaseModel): ...\ndef f(order: Order):\n{body}\n"
    assert "old" not in verdicts(source, needs("pydantic>=2"))


def test_another_handler_is_no_fallback() -> None:
    source = (
        "from pydantic import BaseModel\nclass Order(BaseModel): ...\ndef f(order: Order):\n"
        "    try:\n        g()\n    except ValueError:\n        return order.dict()\n"
    )
    assert verdicts(source, needs("pydantic>=2")) == ["old"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Order", ["old"]), ("Order | None", ["old"]), ("Order | dict[str, int]", [])],
)
def test_a_mapping_has_a_method_of_that_name_too(kind: str, expected: list[str]) -> None:
    source = (
        "from pydantic import BaseModel\nclass Order(BaseModel):\n    id: int\n"
        f"def f(order: {kind}):\n    return order.copy()"
    )
    assert verdicts(source, needs("pydantic>=2.6")) == expected


def test_a_broad_handler_stands_in_for_what_its_try_asks_for() -> None:
    source = (
        "import inspect\ntry:\n    s = load(f)\nexcept Exception:\n    s = inspect.getargspec(f)"
    )
    assert verdicts(source, python(">=3.10")) == ["gone"]


def test_a_log_line_in_a_handler_stands_in_for_none_before_it() -> None:
    source = "import logging\nlog = logging.getLogger()\ntry:\n    log.info('x')\nexcept Exception:\n    log.warn('y')"
    assert verdicts(source, python(">=3.10")) == ["old"]


def test_a_backport_may_bring_another() -> None:
    files = {**python(">=3.10"), **needs("standard-aifc; python_version >= '3.13'")}
    assert verdicts("import aifc, audioop", files) == ["ok", "ok"]


@pytest.mark.parametrize(
    ("supported", "expected"),
    [(">=3.10,<3.14", []), (">=3.10", ["gone"])],
)
@pytest.mark.parametrize("classes", ["ast.Str", "(ast.Str, ast.Num)"])
def test_a_class_can_be_asked_about_while_it_exists(
    classes: str, supported: str, expected: list[str]
) -> None:
    found = verdicts(f"import ast\nisinstance(node, {classes})", python(supported))
    assert sorted(set(found)) == expected
