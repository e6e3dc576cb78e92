"""At which levels is a member tested: its parts alone, together, or the whole from outside?

Told by folders, names of files, marks of pytest and the tools that tests use. Tests that nothing tells to be of
another level are unit tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.project import Project
from archcheck.analysis.topics.testing.reach import STARTING_CALLS
from archcheck.analysis.topics.testing.suites import serves
from archcheck.model import Member, Role

UNIT, INTEGRATION, END_TO_END = "unit", "integration", "end-to-end"
LEVELS = (UNIT, INTEGRATION, END_TO_END)


def _each(levels: tuple[str, ...], words: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(words.split(), levels)


_WORDS = {
    **_each((UNIT,), "unit units unittest unittests"),
    **_each(
        (INTEGRATION,),
        "integration integrationtests api apis contract contracts component components intg",
    ),
    **_each(
        (END_TO_END,),
        "e2e end2end acceptance system smoke browser selenium playwright cypress ui uitests gui",
    ),
    # Some drive the whole from outside, some call a view: both levels are believed.
    **_each((INTEGRATION, END_TO_END), "functional"),
}
#: Of a file's own name: other words may as well be what is tested.
_WORDS_OF_FILES = frozenset({"unit", "integration", "functional", "e2e", "acceptance", "api"})
_WORD = re.compile(r"[a-z0-9]+")
_INTEGRATION_MODULES = (
    "aiohttp.test_utils", "asgi_lifespan", "django.test", "docker", "falcon.testing", "fastapi.testclient",
    "flask.testing", "flask_testing", "httpx_ws", "litestar.testing", "moto", "ninja.testing", "pytest_docker",
    "pytest_postgresql", "quart.testing", "rest_framework.test", "sanic_testing", "starlette.testclient",
    "testcontainers", "testing.postgresql", "tornado.testing", "webtest", "werkzeug.test",
)  # fmt: skip
_END_TO_END_ROOTS = frozenset(
    {"behave", "gauge", "helium", "locust", "playwright", "pylenium", "pytest_bdd", "robot", "schemathesis", "selenium",
     "seleniumbase", "splinter", "tavern"}
)  # fmt: skip
_INTEGRATION_NAMES = frozenset({"ASGITransport", "WSGITransport"})
_END_TO_END_NAMES = frozenset({"LiveServerTestCase", "StaticLiveServerTestCase"})
_INTEGRATION_CALLS = frozenset(
    {
        ".test_client",
        ".test_cli_runner",
        "flask.Flask.test_client",
        "quart.Quart.test_client",
        "sqlalchemy.create_engine",
        "sqlalchemy.ext.asyncio.create_async_engine",
        "celery.contrib.testing.worker.start_worker",
    }
)
#: Files that are no Python, of tools that drive the whole.
_END_TO_END_FILE = re.compile(
    r"\.(?:feature|robot|hurl|bru)$|\.tavern\.ya?ml$|postman_collection\.json$|(?:^|/)locustfile\.py$"
    r"|\.cy\.[jt]sx?$|(?:^|/)(?:playwright|cypress)\.config\.\w+$|(?:^|/)(?:e2e|cypress)/.*\.\w+$",
    re.IGNORECASE,
)


def tested_levels(project: Project, member: Member) -> frozenset[str]:
    """The levels at which tests of ``member`` are found, in it or in a member around it."""
    found: set[str] = set()
    for module in project.facts:
        if module.role is Role.TEST and serves(module.path, member, project):
            levels = set(_levels_of(module))
            if not levels and any(function.is_test for function in module.functions):
                levels = {UNIT}
            found |= levels
        elif module.role is not Role.VENDORED and _drives_the_whole(module):
            found.add(END_TO_END)  # load tests and browser scripts lie anywhere
    if any(
        _END_TO_END_FILE.search(path) for path in project.files if serves(path, member, project)
    ):
        found.add(END_TO_END)
    return frozenset(found)


def _levels_of(module: ModuleFacts) -> Iterator[str]:
    *folders, name = module.path.lower().split("/")
    placed = {
        level
        for folder in folders
        for word in _WORD.findall(folder)
        for level in _WORDS.get(word, ())
    }
    if placed:
        yield from placed
    else:
        for word in _WORDS_OF_FILES.intersection(_WORD.findall(name)):
            yield from _WORDS[word]
    for mark in module.marks:
        for word in _WORD.findall(mark.lower()):
            yield from _WORDS.get(word, ())
    if UNIT not in placed:
        yield from _levels_of_tools(module)


def _levels_of_tools(module: ModuleFacts) -> Iterator[str]:
    names = {fact.name for fact in module.imports}
    calls = {call for function in module.functions for call in function.calls}
    if (
        not _INTEGRATION_NAMES.isdisjoint(names)
        or not _INTEGRATION_CALLS.isdisjoint(calls)
        or any(_is_integration(fact.module) for fact in module.imports)
    ):
        yield INTEGRATION
    if not _END_TO_END_NAMES.isdisjoint(names) or _drives_the_whole(module):
        yield END_TO_END
    if not STARTING_CALLS.isdisjoint(calls):
        yield from (INTEGRATION, END_TO_END)


def _drives_the_whole(module: ModuleFacts) -> bool:
    return any(fact.module.partition(".")[0] in _END_TO_END_ROOTS for fact in module.imports)


def _is_integration(imported: str) -> bool:
    return any(
        imported == package or imported.startswith(f"{package}.")
        for package in _INTEGRATION_MODULES
    )
