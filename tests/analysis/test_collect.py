"""The facts of a file: what is collected here itself, and that every collector takes part."""

from __future__ import annotations

import pytest
from modules import module_of

from archcheck.analysis.collect import collect
from archcheck.analysis.facts import ModuleFacts
from archcheck.model import Role


def facts_of(source: str) -> ModuleFacts:
    return collect(module_of(source))


def test_the_file_itself() -> None:
    module = module_of("x = 1\ny = 2\n", path="src/app/__init__.py", name="app", role=Role.CONFIG)
    facts = collect(module)
    assert (facts.path, facts.name, facts.role) == ("src/app/__init__.py", "app", Role.CONFIG)
    assert facts.is_package
    assert not facts_of("x = 1").is_package


@pytest.mark.parametrize(
    ("source", "doctests"),
    [
        ('def f():\n    """Add.\n\n    >>> f()\n    1\n    """', True),
        ("x = 1 >> 2\ny = '>>> no prompt'", False),
        ("# >>> f()", False),
    ],
)
def test_doctests(source: str, doctests: bool) -> None:
    assert facts_of(source).doctests is doctests


def test_every_collector_takes_part() -> None:
    source = """
        import os
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            def f(self):
                return os.getenv("X")
    """
    facts = facts_of(source)
    assert [fact.module for fact in facts.imports] == ["os", "pydantic_settings"]
    assert [fact.qualname for fact in facts.functions] == ["Settings.f"]
    assert [read.name for read in facts.environment_reads] == ["X"]
    assert facts.settings_class


BASES = {
    "none": ("class A: ...", ()),
    "imported": ("from b import B\nclass A(B): ...", ("b.B",)),
    "of the file": ("class B: ...\nclass A(B): ...", ("app.service.B",)),
    "parametrized": (
        "from typing import Generic, TypeVar\nclass A(Generic[T]): ...",
        ("typing.Generic",),
    ),
    "several": ("import b\nclass A(b.B, Exception): ...", ("b.B", "Exception")),
    "unknown": ("class A(make_base(), Missing): ...", ("?", "?")),
    "keywords are no bases": ("class A(metaclass=type): ...", ()),
}


@pytest.mark.parametrize(("source", "bases"), BASES.values(), ids=BASES)
def test_bases_of_a_class(source: str, bases: tuple[str, ...]) -> None:
    assert facts_of(source).classes[-1].bases == bases


def test_classes_have_their_qualified_names() -> None:
    source = "class A:\n    class B: ...\n    def f(self):\n        class C: ..."
    assert [(fact.qualname, fact.line) for fact in facts_of(source).classes] == [
        ("A", 1),
        ("A.B", 2),
        ("A.f.C", 4),
    ]


VARIABLES = {
    "constructor": ("import httpx\nx = httpx.Client()", "httpx.Client()"),
    "annotation": ("from httpx import Client\nx: Client", "httpx.Client()"),
    "optional annotation": (
        "from httpx import Client\nfrom typing import Optional\nx: Optional[Client] = None",
        "httpx.Client()",
    ),
    "first nothing, then something": (
        "import httpx\nx = None\nx = httpx.Client()",
        "httpx.Client()",
    ),
    "set by a function": (
        "import httpx\nx = None\ndef start():\n    global x\n    x = httpx.Client()",
        "httpx.Client()",
    ),
    "two classes": (
        "import httpx\nx = httpx.Client()\nx = httpx.AsyncClient()",
        "httpx.Client()|httpx.AsyncClient()",
    ),
    "a class or something built in": ("import httpx\nx = httpx.Client()\nx = 1", ""),
    "an import that may fail": ("try:\n    import x\nexcept ImportError:\n    x = None", "x"),
    "unknown": ("x = make()", ""),
    "an alias of a function": ("import httpx\nx = httpx.get", "httpx.get"),
    "an alias of a type": (
        "from typing import Annotated\nfrom httpx import Client\nx = Annotated[Client, 1]",
        "httpx.Client",
    ),
    "a first-party function's result": ("from app.http import make\nx = make()", "app.http.make()"),
    "a built-in": ("x = 1", ""),
    "loop variable": ("for x in rows: ...", None),
    "function": ("def x(): ...", None),
}


@pytest.mark.parametrize(("source", "path"), VARIABLES.values(), ids=VARIABLES)
def test_path_of_a_module_level_variable(source: str, path: str | None) -> None:
    assert dict(facts_of(source).variables).get("x") == path


EVIDENCE = {
    "instance": ("from fastapi import FastAPI\napp = FastAPI()", ["fastapi.FastAPI"]),
    "alias": ("from fastapi import FastAPI as Web\napp = Web()", ["fastapi.FastAPI"]),
    "through the module": ("import flask\napp = flask.Flask(__name__)", ["flask.Flask"]),
    "in a factory": (
        "import flask\ndef create_app():\n    return flask.Flask(__name__)",
        ["flask.Flask"],
    ),
    "subclass": ("from celery import Celery\nclass App(Celery): ...", ["celery.Celery"]),
    "setting": ("ROOT_URLCONF = 'shop.urls'", ["ROOT_URLCONF"]),
    "demonstration": ("import flask\nif __name__ == '__main__':\n    flask.Flask('x').run()", []),
    "another class": ("from shop import FastAPI\napp = FastAPI()", []),
    "annotation": ("import flask\ndef init(app: flask.Flask): ...", []),
}


@pytest.mark.parametrize(("source", "names"), EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_of_the_kind(source: str, names: list[str]) -> None:
    assert [evidence.name for evidence in facts_of(source).constructs] == names


SETTINGS = {
    "pydantic-settings": "from pydantic_settings import BaseSettings\nclass S(BaseSettings): ...",
    "pydantic 1": "import pydantic\nclass S(pydantic.BaseSettings): ...",
    "traitlets": "from traitlets.config import Configurable\nclass S(Configurable): ...",
}


@pytest.mark.parametrize("source", SETTINGS.values(), ids=SETTINGS)
def test_settings_class(source: str) -> None:
    assert facts_of(source).settings_class


def test_a_class_called_settings_proves_nothing() -> None:
    assert not facts_of("class BaseSettings: ...\nclass S(BaseSettings): ...").settings_class


@pytest.mark.parametrize(
    ("source", "lines"), [("", 0), ("x = 1", 1), ("x = 1\n", 1), ("x = 1\n\n", 2)]
)
def test_lines(source: str, lines: int) -> None:
    assert facts_of(source).lines == lines
