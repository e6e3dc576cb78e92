"""Questions about versions, answered from what a member locks and requires."""

from __future__ import annotations

import pytest

from archcheck.analysis.answers import answer
from archcheck.analysis.manifests import Lock, Manifests, Requirement
from archcheck.analysis.project import Project
from archcheck.analysis.queries import AtLeast, PythonAdmitted, Requires
from archcheck.model import Member

PATH = "src/app/service.py"


def project(
    *requirements: tuple[str, str], locked: dict[str, str] | None = None, python: str = ""
) -> Project:
    manifests = Manifests(
        requires_python=python,
        requirements=tuple(Requirement(name, name + spec, spec) for name, spec in requirements),
        locks=(Lock("uv.lock", "uv", locked),) if locked else (),
    )
    member = Member("app", "", frozenset())
    return Project(members=[member], files=frozenset(), facts=[], manifests={"": manifests})


@pytest.mark.parametrize(
    ("target", "known"),
    [
        (project(locked={"pydantic": "2.9.1"}), True),
        (project(locked={"pydantic": "1.10.2"}), False),
        (project(("pydantic", ">=1"), locked={"pydantic": "2.0"}), True),
        (project(("pydantic", ">=2")), True),
        (project(("pydantic", "<2")), False),
        (project(("pydantic", ">=1")), None),
        (project(("pydantic", ">=2"), ("pydantic", "<2")), None),
        (project(("pydantic", "")), None),
        (project(("requests", ">=2")), None),
    ],
)
def test_at_least(target: Project, known: bool | None) -> None:
    assert answer(AtLeast("Pydantic", "2", PATH), target) is known


@pytest.mark.parametrize(("python", "known"), [(">=3.10", True), ("<3.12", False), ("", None)])
def test_python(python: str, known: bool | None) -> None:
    assert answer(PythonAdmitted("3.12", PATH), project(python=python)) is known


def test_requires() -> None:
    target = project(("legacy-cgi", ">=2"))
    assert answer(Requires(frozenset({"legacy-cgi", "standard-cgi"}), PATH), target) is True
    assert answer(Requires(frozenset({"setuptools"}), PATH), target) is False


def test_without_manifests_nobody_knows() -> None:
    member = Member("app", "", frozenset())
    bare = Project(members=[member], files=frozenset(), facts=[], manifests={})
    assert answer(AtLeast("pydantic", "2", PATH), bare) is None
    assert answer(PythonAdmitted("3.12", PATH), bare) is None
    assert answer(Requires(frozenset({"pydantic"}), PATH), bare) is False
