"""ARC0203: what is a lock, and who needs one?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from archcheck.model import Kind, Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.dependency_management.missing_lock_file import MissingLockFile
from archcheck.testing import outcomes

PROJECT = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi>=0.115']\n"
APP = {"src/shop/main.py": "import fastapi\n"}
SERVICE = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})


def judged(
    files: Mapping[str, str], *, manifest: str = PROJECT, kinds: frozenset[Kind] = SERVICE
) -> list[Outcome]:
    example = Example(
        "A case.", manifest, path="pyproject.toml", files={**APP, **files}, kinds=kinds
    )
    return outcomes(MissingLockFile, example)


def verdicts(files: Mapping[str, str], **keywords: Any) -> list[Verdict]:
    return [outcome.verdict for outcome in judged(files, **keywords)]


LOCKS = {
    "uv": {"uv.lock": "version = 1\n"},
    "poetry": {"poetry.lock": "[[package]]\nname = 'fastapi'\nversion = '0.115.6'\n"},
    "pdm": {"pdm.lock": "[metadata]\n"},
    "pipenv": {"Pipfile.lock": '{"default": {"fastapi": {"version": "==0.115.6"}}}'},
    "PEP 751": {"pylock.toml": "lock-version = '1.0'\n"},
    "pip-compile": {"requirements.lock": "fastapi==0.115.6\n"},
    "pins throughout": {"requirements.txt": "fastapi==0.115.6\nstarlette==0.41.3\n"},
    "pins with hashes": {
        "requirements.txt": f"fastapi==0.115.6 \\\n    --hash=sha256:{'0' * 64}\n"
    },
    "Nix": {"flake.lock": "{}"},
    "conda": {"environment.yml": "dependencies:\n  - python=3.12\n  - fastapi=0.115.6\n"},
    "one more that is ignored": {"uv.lock": "version = 1\n", ".gitignore": "poetry.lock\n"},
}


@pytest.mark.parametrize("files", LOCKS.values(), ids=LOCKS)
def test_a_lock_complies(files: dict[str, str]) -> None:
    assert verdicts(files) == [Verdict.COMPLIES]


NO_LOCKS = {
    "nothing": {},
    "ranges": {"requirements.txt": "fastapi>=0.115\nstarlette==0.41.3\n"},
    "pins for tests only": {"requirements-test.txt": "pytest==8.3.4\n"},
    "a conda environment with a range": {
        "environment.yml": "dependencies:\n  - fastapi>=0.115\n  - uvicorn=0.34.0\n"
    },
}


@pytest.mark.parametrize("files", NO_LOCKS.values(), ids=NO_LOCKS)
def test_a_missing_lock_is_reported_once(files: dict[str, str]) -> None:
    (outcome,) = judged(files)
    assert outcome.verdict is Verdict.VIOLATES
    assert (outcome.place.location.path, outcome.place.location.line) == ("pyproject.toml", 1)


def test_an_ignored_lock_is_named() -> None:
    (outcome,) = judged({".gitignore": "# locks\n/uv.lock\n"})
    assert outcome.message.startswith("`uv.lock` is ignored by git")


KINDS = {
    "a service": ({Kind.SERVICE, Kind.DEPLOYABLE}, True),
    "a worker": ({Kind.WORKER, Kind.DEPLOYABLE}, True),
    "commands without a distribution": ({Kind.CLI}, True),
    "a library that is deployed": ({Kind.LIBRARY, Kind.DEPLOYABLE}, True),
    "a library": ({Kind.LIBRARY}, False),
    "a library with commands": ({Kind.LIBRARY, Kind.CLI}, False),
    "nothing known": (set(), False),
}


@pytest.mark.parametrize(("kinds", "judges"), KINDS.values(), ids=KINDS)
def test_applications_need_one(kinds: set[Kind], judges: bool) -> None:
    assert bool(verdicts({}, kinds=frozenset(kinds))) is judges


def test_an_unpacked_archive_has_lost_its_lock() -> None:
    assert verdicts({"PKG-INFO": "Name: shop\n"}) == []
    assert verdicts({"PKG-INFO": "Name: shop\n", **LOCKS["uv"]}) == [Verdict.COMPLIES]


def test_without_third_parties_there_is_nothing_to_lock() -> None:
    manifest = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['shop[web]']\n"
    assert (
        verdicts({"src/shop/main.py": "import json\nfrom shop import x\n"}, manifest=manifest) == []
    )


def test_without_a_manifest_imports_tell() -> None:
    example = Example(
        "A case.", "import flask\n\napp = flask.Flask(__name__)\n", path="shop.py", kinds=SERVICE
    )
    (outcome,) = outcomes(MissingLockFile, example)
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.place.location.path == "shop.py"


def test_a_member_is_locked_by_the_folder_above() -> None:
    member = {
        "services/orders/pyproject.toml": PROJECT,
        "services/orders/orders.py": "import fastapi\n",
    }
    found = judged({**member, **LOCKS["uv"]})
    assert [(outcome.place.location.path, outcome.verdict) for outcome in found] == [
        ("pyproject.toml", Verdict.COMPLIES),
        ("services/orders/pyproject.toml", Verdict.COMPLIES),
    ]


def test_each_member_needs_its_own() -> None:
    found = judged(
        {
            "services/orders/pyproject.toml": PROJECT,
            "services/orders/uv.lock": "version = 1\n",
            "services/orders/orders.py": "import fastapi\n",
        }
    )
    assert [(outcome.place.location.path, outcome.verdict) for outcome in found] == [
        ("pyproject.toml", Verdict.VIOLATES),
        ("services/orders/pyproject.toml", Verdict.COMPLIES),
    ]
