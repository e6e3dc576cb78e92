"""``pyproject.toml``: PEP 621 and 735, uv, PDM, setuptools' and Hatch's dynamic dependencies."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import brief, manifests

PROJECT = """\
[build-system]
requires = ["hatchling"]

[project]
name = "Shop.Core"
version = "1.2"
requires-python = ">=3.10"
dependencies = [
    "FastAPI[standard]>=0.115,<1",  # the web
    'typing_extensions; python_version < "3.11"',
    "importlib-metadata; python_version < \\"3.10\\"",
    "shop-models",
    "templates @ git+https://git.example.org/templates@v2",
    "not a requirement!",
]

[project.optional-dependencies]
redis = ["redis>=5"]
all = ["shop.core[redis]"]

[project.scripts]
shop = "shop.cli:main"

[project.entry-points.pytest11]
shop = "shop.plugin"

[dependency-groups]
Test_Base = ["pytest>=8"]
dev = ["ruff", {include-group = "test-base"}, {include-group = "dev"}]

[tool.uv]
dev-dependencies = ["mypy"]

[tool.uv.sources]
shop-models = {workspace = true}
redis = {git = "https://git.example.org/redis", tag = "v5"}

[tool.pdm.dev-dependencies]
lint = ["flake8", "-e file:///${PROJECT_ROOT}/plugins/lint"]
"""


def test_reads_every_table(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"pyproject.toml": PROJECT})
    assert (found.name, found.version, found.requires_python) == ("Shop.Core", "1.2", ">=3.10")
    assert found.has_build_system
    assert not found.dynamic
    assert found.manifests == ("pyproject.toml",)
    assert brief(found) == [
        "fastapi <1,>=0.115",
        "typing-extensions",
        "importlib-metadata",
        "shop-models",
        "templates",
    ]
    assert brief(found, "redis") == ["redis >=5"]
    assert brief(found, "all") == ["shop-core"]
    assert brief(found, "Test_Base") == ["pytest >=8"]
    assert brief(found, "dev")[:2] == ["ruff", "pytest >=8"]
    assert "mypy" in brief(found, "dev")
    assert brief(found, "lint") == ["flake8", "lint"]
    assert found.scripts == ("shop",)
    assert found.entry_point_groups == ("pytest11",)
    assert [point.target for point in found.entry_points] == ["shop.cli:main", "shop.plugin"]


def test_requirements_know_their_place(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"pyproject.toml": PROJECT})
    fastapi, typing, metadata, models, templates = found.runtime_requirements()
    assert [item.line for item in (fastapi, typing, metadata, models, templates)] == [
        9,
        10,
        11,
        12,
        13,
    ]
    assert fastapi.extras == ("standard",)
    assert typing.marker == 'python_version < "3.11"'
    assert models.local
    assert templates.url == "git+https://git.example.org/templates@v2"
    [redis] = [item for item in found.requirements if item.name == "redis"]
    assert redis.url == "git+https://git.example.org/redis@v5"
    assert all(item.path == "pyproject.toml" for item in found.requirements)


@pytest.mark.parametrize(
    ("tool", "dynamic", "requires"),
    [
        (
            "[tool.setuptools.dynamic]\ndependencies = {file = ['reqs/run.in']}\n",
            False,
            ["celery >=5"],
        ),
        (
            "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ['reqs/run.in']\n",
            False,
            ["celery >=5"],
        ),
        (
            "[tool.hatch.metadata.hooks.uv-dynamic-versioning]\ndependencies = ['shop-core=={{ version }}']\n",
            False,
            [],
        ),
        ("[tool.setuptools.dynamic]\ndependencies = {file = 'reqs/none.in'}\n", True, []),
        ("", True, []),
    ],
)
def test_dynamic_dependencies(
    tool: str, dynamic: bool, requires: list[str], tmp_path: Path
) -> None:
    project = f"[project]\nname = 'a'\ndynamic = ['dependencies']\n{tool}"
    found = manifests(tmp_path, {"pyproject.toml": project, "reqs/run.in": "celery>=5\n"})
    assert found.dynamic is dynamic
    # The file is also one of the member's own requirements files, so it is asked for by its path.
    own = [item for item in found.runtime_requirements() if item.path == "reqs/run.in"]
    assert [f"{item.name} {item.specifier}" for item in own][: len(requires)] == requires


def test_requirements_in_the_hooks_of_hatch(tmp_path: Path) -> None:
    hook = "tool.hatch.metadata.hooks.uv-dynamic-versioning"
    text = (
        "[project]\nname = 'shop'\ndynamic = ['dependencies', 'optional-dependencies']\n"
        f"[{hook}]\ndependencies = ['shop-core[api]=={{{{ version }}}}', 'httpx']\n"
        f"[{hook}.optional-dependencies]\ncache = ['redis>=5']\n"
    )
    found = manifests(tmp_path, {"pyproject.toml": text})
    assert [(item.name, item.specifier, item.group) for item in found.requirements] == [
        ("shop-core", "==0", ""),
        ("httpx", "", ""),
        ("redis", ">=5", "cache"),
    ]
    assert found.failures == ()


@pytest.mark.parametrize(
    ("text", "built"),
    [
        ("[build-system]\nrequires = []\n[project]\nname = 'a'\n", True),
        ("[project]\nname = 'a'\n", False),
        ("[build-system]\nrequires = []\n[tool.ruff]\n", False),
        ("[build-system]\nrequires = []\n[tool.setuptools]\n", True),
        ("[build-system]\nrequires = []\n[tool.poetry]\nname = 'a'\npackage-mode = false\n", False),
        (
            "[build-system]\nrequires = []\n[project]\nname = 'a'\n[tool.uv]\npackage = false\n",
            False,
        ),
    ],
)
def test_what_is_built(text: str, built: bool, tmp_path: Path) -> None:
    assert manifests(tmp_path, {"pyproject.toml": text}).has_build_system is built


@pytest.mark.parametrize(
    "text",
    [
        "project = 1\n",
        "[project]\nname = 1\ndependencies = 'x'\noptional-dependencies = []\nscripts = 'a'\ndynamic = 1\n",
        "[project]\ndependencies = [1, {a = 1}]\n[project.optional-dependencies]\na = 1\n",
        "[dependency-groups]\na = 'b'\nc = [{include-group = 1}]\n[tool]\nuv = 1\npdm = []\npoetry = 'x'\n",
        "[tool.poetry]\ndependencies = 1\ngroup = {a = 1, b = {dependencies = 1}}\nextras = {a = 'b'}\n",
        "[tool.poetry.dependencies]\na = 1\nb = {version = []}\nc = [1, 'x']\npython = {}\n",
        "[tool.uv.sources]\na = 1\nb = [1]\n[tool.hatch]\nenvs = 1\n[tool.setuptools]\ndynamic = 1\n",
    ],
)
def test_values_of_the_wrong_type_are_passed_over(text: str, tmp_path: Path) -> None:
    found = manifests(tmp_path, {"pyproject.toml": text})
    assert found.failures == ()
    assert found.scripts == ()
    assert all(item.specifier in ("", "?") for item in found.requirements)


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"pyproject.toml": "[project]\nname = \n"})
    [failure] = found.failures
    assert (failure.kind, failure.path, failure.line) == ("broken-manifest", "pyproject.toml", 2)
    assert "no valid TOML" in failure.message
    assert failure.hint
