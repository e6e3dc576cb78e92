"""``requirements*.txt``: what they list, what they include, and what they stand for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from made_repository import brief, manifests, repository

from archcheck.analysis.manifests.requirements import (
    group_of,
    is_requirements_file,
    logical_lines,
    read_requirements,
)


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", ""),
        ("requirements.in", ""),
        ("requirements/base.txt", ""),
        ("requirements/production.txt", ""),
        ("requirements-prod.txt", ""),
        ("requirements-py310.txt", ""),
        ("requirements-linux-3.11.txt", ""),
        ("requirements-dev.txt", "dev"),
        ("dev-requirements.txt", "dev"),
        ("requirements/local.txt", "dev"),
        ("requirements_test.txt", "test"),
        ("requirements/tests.txt", "test"),
        ("requirements/docs.txt", "docs"),
        ("requirements-mypy.txt", "lint"),
        ("requirements-gpu.txt", "gpu"),
        ("requirements/extras/redis.txt", "redis"),
    ],
)
def test_groups_by_name(path: str, group: str) -> None:
    assert group_of(path) == group


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("requirements.txt", True),
        ("a/Requirements-Dev.txt", True),
        ("requirements/base.in", True),
        ("reqs/ci.pip", True),
        ("requirements/README.md", False),
        ("constraints.txt", False),
        ("requirements/constraints.txt", False),
        ("notes.txt", False),
        ("requirements.py", False),
    ],
)
def test_which_files_are_some(path: str, is_one: bool) -> None:
    assert is_requirements_file(path) is is_one


LISTED = """\
# The web
-i https://index.example.org/simple
--extra-index-url=https://other.example.org/simple
FastAPI == 0.115.6 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
uvicorn[standard]>=0.30 ; python_version >= "3.10"  # a comment
httpx --no-binary httpx
redis#5
-e ./packages/models
-e git+https://git.example.org/events.git@v1#egg=shop-events
--editable=../outside
git+https://git.example.org/templates.git@main#egg=templates
https://files.example.org/wheels/shop_tools-1.2-py3-none-any.whl
billing @ git+ssh://git@git.example.org/billing.git@0a1b2c
./vendor/local.whl
<<<<<<< HEAD
"""


def test_reads_every_kind_of_line(tmp_path: Path) -> None:
    files = repository(tmp_path, {"requirements.txt": LISTED})
    found = read_requirements(files, "requirements.txt").requirements
    assert [(item.name, item.specifier, item.line) for item in found] == [
        ("fastapi", "==0.115.6", 4),
        ("uvicorn", ">=0.30", 7),
        ("httpx", "", 8),
        ("models", "", 10),
        ("shop-events", "", 11),
        ("outside", "", 12),
        ("templates", "", 13),
        ("shop-tools", "", 14),
        ("billing", "", 15),
        ("local-whl", "", 16),
    ]
    by_name = {item.name: item for item in found}
    assert by_name["uvicorn"].extras == ("standard",)
    assert by_name["uvicorn"].marker == 'python_version >= "3.10"'
    assert [name for name, item in by_name.items() if item.local] == [
        "models",
        "outside",
        "local-whl",
    ]
    assert by_name["shop-events"].url.startswith("git+https://git.example.org/events.git@v1")
    assert by_name["billing"].url == "git+ssh://git@git.example.org/billing.git@0a1b2c"


def test_included_files_keep_their_lines_and_their_group(tmp_path: Path) -> None:
    found = manifests(
        tmp_path,
        {
            "requirements.txt": "-r requirements/base.txt\n-rrequirements/gpu.txt\n--requirement requirements/dev.txt\n",
            "requirements/base.txt": "-c ../constraints.txt\nflask>=3\n-r base.txt\n",
            "requirements/gpu.txt": "torch\n",
            "requirements/dev.txt": "-r base.txt\npytest\n",
            "constraints.txt": "werkzeug<4\n",
        },
    )
    assert brief(found) == ["flask >=3", "torch"]
    assert sorted(brief(found, "dev")) == ["flask >=3", "pytest"]
    assert [(item.name, item.path, item.line) for item in found.runtime_requirements()] == [
        ("flask", "requirements/base.txt", 2),
        ("torch", "requirements/gpu.txt", 1),
    ]
    assert {f"{item.name}{item.specifier}" for item in found.constraints} == {"werkzeug<4"}


def test_nothing_outside_of_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("leaked\n")
    root = tmp_path / "root"
    found = manifests(
        root, {"requirements.txt": "-r ../secret.txt\n-r /etc/passwd\n-r gone.txt\nflask\n"}
    )
    assert brief(found) == ["flask"]
    assert found.failures == ()
    assert [(each.path, each.line) for each in found.notices] == [
        ("requirements.txt", line) for line in (1, 2, 3)
    ]
    assert found.dynamic


@pytest.mark.parametrize(
    ("files", "is_dynamic"),
    [
        ({"requirements.txt": "flask\n-r requirements.txt\n"}, False),
        ({"requirements.txt": "flask\n", "requirements-dev.txt": "-r gone.txt\n"}, False),
        ({"requirements.txt": "flask\n-c gone.txt\n"}, False),
        ({"requirements.txt": "flask\n-r more.txt\n", "more.txt": "-r gone.txt\n"}, True),
        ({"requirements.txt": "flask\n-r https://example.org/all.txt\n"}, True),
        (
            {
                "requirements.in": "-r gone.txt\n",
                "pyproject.toml": "[project]\nname = 'a'\ndynamic = ['dependencies']\n\n"
                "[tool.setuptools.dynamic]\ndependencies = {file = 'requirements.in'}\n",
            },
            True,
        ),
    ],
)
def test_what_a_missing_file_requires_is_unknown(
    files: dict[str, str], is_dynamic: bool, tmp_path: Path
) -> None:
    assert manifests(tmp_path, files).dynamic is is_dynamic


def test_a_file_of_windows_powershell(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"requirements.txt": "flask==3.0\r\n".encode("utf-16")})
    assert brief(found) == ["flask ==3.0"]


@pytest.mark.parametrize("content", [b"\xff\xfeab\x00", b"fl\xe4sk\n", b"a\0b\n"])
def test_what_is_no_text_is_named(content: bytes, tmp_path: Path) -> None:
    found = manifests(tmp_path, {"requirements.txt": content})
    assert [failure.path for failure in found.failures] == ["requirements.txt"]


def test_logical_lines_join_continuations() -> None:
    text = "a \\\n  b \\\n# c\nd\n\n\\\ne\nf \\"
    assert list(logical_lines(text)) == [(1, "a b"), (4, "d"), (6, "e"), (8, "f")]


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 500_000 + "b",
        "\\\n" * 200_000,
        "#" * 500_000,
        "a " * 300_000,
        "--hash " * 200_000,
    ],
)
def test_odd_lines_take_linear_time(text: str) -> None:
    start = time.perf_counter()
    assert len(list(logical_lines(text))) <= 1
    assert time.perf_counter() - start < 5


def test_what_a_compiled_file_lists_for_the_sake_of_others(tmp_path: Path) -> None:
    compiled = (
        "# This file was autogenerated by uv via the following command:\n"
        "#    uv pip compile requirements.in -o requirements.txt\n"
        "flake8==7.1.0\n    # via -r requirements.in\n"
        "pyflakes==3.2.0 \\\n    --hash=sha256:00\n    # via\n    #   -c constraints.txt\n    #   flake8\n"
        "idna==3.7\n    # via\n    #   -r requirements.in\n    #   httpx\n"
        "httpx==0.27.0\n    # via shop (pyproject.toml)\n"
        "anyio==4.0\n"
    )
    found = read_requirements(
        repository(tmp_path, {"requirements.txt": compiled}), "requirements.txt"
    )
    assert [item.name for item in found.requirements if item.brought] == ["pyflakes"]
