"""ARC0202: which requirements may come in any version?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Kind, Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.dependency_management.unconstrained_dependency import UnconstrainedDependency
from archcheck.testing import outcomes

SERVICE = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})


def judged(
    requirements: str,
    files: Mapping[str, str] | None = None,
    *,
    path: str = "requirements.txt",
    kinds: frozenset[Kind] = SERVICE,
) -> list[Outcome]:
    example = Example(
        "A case.",
        requirements,
        path=path,
        files={"shop/main.py": "import fastapi\n", **(files or {})},
        kinds=kinds,
    )
    return outcomes(UnconstrainedDependency, example)


def lines(found: list[Outcome]) -> list[int]:
    return [outcome.place.location.line for outcome in found if outcome.verdict is Verdict.VIOLATES]


OPEN = [
    "fastapi",
    "fastapi[all]",
    "fastapi>0.1",
    "fastapi!=0.2",
    "fastapi>0.1,!=0.2",
    "fastapi; python_version>'3.9'",
]


@pytest.mark.parametrize("requirement", OPEN)
def test_an_open_requirement_is_reported(requirement: str) -> None:
    assert lines(judged(f"httpx>=0.28\n{requirement}\n")) == [2]


@pytest.mark.parametrize(
    ("requirement", "versions"),
    [
        ("fastapi", "any version"),
        ("fastapi>0.1", "any later version"),
        ("fastapi!=0.2", "any other version"),
    ],
)
def test_the_message_tells_what_is_accepted(requirement: str, versions: str) -> None:
    (found,) = judged(f"{requirement}\n")
    assert found.message == f"`{requirement}` accepts {versions}, and nothing locks it"


BOUNDED = [
    "fastapi>=0.1",
    "fastapi==0.1",
    "fastapi~=0.1",
    "fastapi<2",
    "fastapi==0.*",
    "fastapi>=0.1,!=0.2",
]


@pytest.mark.parametrize("requirement", BOUNDED)
def test_a_bounded_requirement_complies(requirement: str) -> None:
    found = judged(f"{requirement}\nhttpx>=0.28\n")
    assert [outcome.verdict for outcome in found] == [Verdict.COMPLIES, Verdict.COMPLIES]


MOVING = [
    "git+https://git.example.org/shop/events.git#egg=events",
    "git+https://git.example.org/shop/events.git@main#egg=events",
    "events @ git+https://git.example.org/shop/events.git",
    "events @ git+ssh://git@git.example.org/shop/events.git@develop",
    "events @ https://git.example.org/shop/events/archive/refs/heads/main.zip",
]


@pytest.mark.parametrize("requirement", MOVING)
@pytest.mark.parametrize("kind", [Kind.DEPLOYABLE, Kind.LIBRARY])
def test_a_link_that_moves_is_reported_for_every_kind(requirement: str, kind: Kind) -> None:
    (found,) = judged(f"{requirement}\n", kinds=frozenset({kind}))
    assert found.verdict is Verdict.VIOLATES
    assert found.message.startswith("`events` is taken from wherever")


FIXED = [
    "git+https://git.example.org/shop/events.git@v1.2#egg=events",
    "events @ git+https://git.example.org/shop/events.git@3f2a91c",
    "events @ git+ssh://git@git.example.org/shop/events.git@v1.2",
    "events @ https://files.example.org/events-1.2-py3-none-any.whl",
]


@pytest.mark.parametrize("requirement", FIXED)
def test_a_link_that_stays_complies(requirement: str) -> None:
    (found,) = judged(f"{requirement}\n")
    assert found.verdict is Verdict.COMPLIES


def test_a_password_in_a_link_is_not_told() -> None:
    (found,) = judged("git+https://me:hunter2@git.example.org/shop/events.git#egg=events\n")
    assert found.verdict is Verdict.VIOLATES
    assert "hunter2" not in f"{found.message}{found.place}"


NO_OPPORTUNITY = {
    "an editable install": "-e .\n-e ./libs/events\n",
    "a path": "./libs/events\n",
    "an index": "--index-url https://packages.example.org/simple\n",
    "constraints": "-c limits.txt\n",
}


@pytest.mark.parametrize("requirements", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_no_opportunity(requirements: str) -> None:
    assert judged(requirements) == []


WITHOUT = {
    "a lock": {"uv.lock": "version = 1\n"},
    "a constraints file": {"constraints.txt": "fastapi==0.115.6\n"},
    "the repository": {"PKG-INFO": "Name: shop\n"},
}


@pytest.mark.parametrize("files", WITHOUT.values(), ids=WITHOUT)
def test_what_bounds_all_of_them(files: dict[str, str]) -> None:
    assert judged("fastapi\nhttpx>=0.28\n", files) == []


@pytest.mark.parametrize("kinds", [{Kind.LIBRARY}, {Kind.LIBRARY, Kind.CLI}, set()])
def test_libraries_leave_their_dependencies_open(kinds: set[Kind]) -> None:
    assert judged("fastapi\n", kinds=frozenset(kinds)) == []


def test_another_manifest_may_bound_it() -> None:
    manifest = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi', 'httpx']\n"
    found = judged(
        manifest, {"requirements.txt": "fastapi==0.115.6\nredis>=5\n"}, path="pyproject.toml"
    )
    assert [
        (outcome.place.location.path, outcome.verdict)
        for outcome in found
        if outcome.verdict is Verdict.VIOLATES
    ] == [("pyproject.toml", Verdict.VIOLATES)]
    assert "`httpx`" in next(outcome.message for outcome in found if outcome.message)


MANIFESTS = {
    "PEP 621": (
        "pyproject.toml",
        "[project]\nname = 'shop'\nversion = '1'\ndependencies = [\n    'fastapi',\n]\n",
        5,
    ),
    "Poetry": (
        "pyproject.toml",
        "[tool.poetry]\nname = 'shop'\n[tool.poetry.dependencies]\npython = '^3.12'\nfastapi = '*'\nhttpx = '^0.28'\n",
        5,
    ),
    "pipenv": ("Pipfile", "[packages]\nhttpx = '>=0.28'\nfastapi = '*'\n", 3),
    "setup.cfg": (
        "setup.cfg",
        "[metadata]\nname = shop\n[options]\ninstall_requires =\n    httpx>=0.28\n    fastapi\n",
        6,
    ),
    "setup.py": (
        "setup.py",
        "from setuptools import setup\nsetup(name='shop', install_requires=[\n    'fastapi',\n])\n",
        3,
    ),
}


@pytest.mark.parametrize(("path", "text", "line"), MANIFESTS.values(), ids=MANIFESTS)
def test_every_manifest_is_read(path: str, text: str, line: int) -> None:
    assert lines(judged(text, path=path)) == [line]


def test_groups_and_extras_are_no_runtime_requirements() -> None:
    manifest = (
        "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['shop[web]']\n"
        "[project.optional-dependencies]\nweb = ['flask']\n[dependency-groups]\ndev = ['pytest']\n"
    )
    assert judged(manifest, {"requirements-dev.txt": "ruff\n"}, path="pyproject.toml") == []
