"""ARC0201: which imported libraries does no manifest declare?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from judging import ADVICE, BAD, OK, judged, verdicts

from archcheck.rules.dependency_management.undeclared_dependency import UndeclaredDependency

HEAD = "[project]\nname = 'shop'\nversion = '1'\n"
HTTPX = {"pyproject.toml": f"{HEAD}dependencies = ['httpx']\n"}


def said(source: str, files: Mapping[str, str] | None = None) -> list[tuple[int, str]]:
    return verdicts(UndeclaredDependency, source, files=files or HTTPX)


def test_each_library_is_judged_once_where_it_is_first_imported() -> None:
    found = judged(
        UndeclaredDependency,
        "import httpx\nimport redis.asyncio\nfrom redis import Redis\n",
        files={**HTTPX, "src/app/cache.py": "import redis\nimport httpx\n"},
    )
    assert [
        (each.place.location.path, each.place.location.line, each.verdict.value) for each in found
    ] == [("src/app/cache.py", 1, "violates"), ("src/app/cache.py", 2, "complies")]
    assert [(step.path, step.line) for step in found[0].trace] == [
        ("src/app/service.py", 2),
        ("src/app/service.py", 3),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import tomllib, distutils, json\n",
        "import ConfigParser\n",
        "def load():\n    import redis\n",
        "try:\n    import redis\nexcept ImportError:\n    redis = None\n",
        "try:\n    import redis\nexcept ImportError as error:\n    raise RuntimeError from error\nimport redis.asyncio\n",
        "import sys\nif sys.version_info < (3, 11):\n    import tomli\n",
        "import os\nif os.environ.get('CACHE'):\n    import redis\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import redis\n",
        "import bpy\n",
        "import pytest\n",
        "import shop\n",
        "import _speedups\n",
        "from wire import orders_pb2\nimport wire.orders_pb2_grpc\n",
    ],
)
def test_what_is_no_opportunity(source: str) -> None:
    assert said(source) == []


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({"requirements.txt": "redis==5.0.1 \\\n    --hash=sha256:00\n"}, OK),
        ({"requirements.txt": "-r base.txt\n", "base.txt": "redis; sys_platform == 'linux'\n"}, OK),
        ({"requirements.txt": "-e git+https://git.example.org/redis.git#egg=redis\n"}, OK),
        ({"requirements.txt": "httpx\n-c constraints.txt\n", "constraints.txt": "redis==5\n"}, BAD),
        ({"requirements-dev.txt": "redis\n", "requirements.txt": "httpx\n"}, BAD),
        ({"requirements/cache.txt": "redis\n"}, OK),
        ({"deploy/requirements.txt": "redis\n", "requirements.txt": "httpx\n"}, OK),
        ({"Pipfile": "[packages]\nredis = '*'\n"}, OK),
        ({"Pipfile": "[packages]\nhttpx = '*'\n\n[dev-packages]\nredis = '*'\n"}, BAD),
        ({"environment.yml": "dependencies:\n  - pip:\n    - redis\n"}, OK),
        ({"environment.yml": "dependencies:\n  - redis-py\n"}, None),
        ({"setup.cfg": "[options]\ninstall_requires =\n    redis\n"}, OK),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=['redis'])\n"}, OK),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=wanted())\n"}, None),
        ({"pyproject.toml": f"{HEAD}[project.optional-dependencies]\ncache = ['redis']\n"}, OK),
        ({"pyproject.toml": f"{HEAD}[dependency-groups]\ndev = ['redis']\n"}, BAD),
        ({"pyproject.toml": "[tool.poetry.dependencies]\nredis = '^5'\n"}, OK),
        ({"pyproject.toml": "[tool.poetry.group.test.dependencies]\nredis = '^5'\n"}, BAD),
        ({"pyproject.toml": "[tool.pdm.dev-dependencies]\ntest = ['redis']\n"}, BAD),
        ({"pyproject.toml": f"{HEAD}[tool.hatch.envs.default]\ndependencies = ['redis']\n"}, BAD),
        ({"pyproject.toml": f"{HEAD}dependencies = ['celery[redis]']\n"}, OK),
        ({"pyproject.toml": f"{HEAD}dependencies = ['django-redis']\n"}, BAD),
        ({"pyproject.toml": f"{HEAD}dependencies = ['redis>5,<']\n"}, "broken"),
        ({"README.md": "pip install redis\n"}, None),
    ],
)
def test_every_kind_of_manifest(files: dict[str, str], verdict: str | None) -> None:
    if verdict == "broken":
        files = {"requirements.txt": "redis>5,<\n"}
        verdict = OK
    found = said("import redis\n", files)
    assert found == ([(1, verdict)] if verdict else [])


UV = "[[package]]\nname = 'httpx'\nversion = '1'\ndependencies = [{ name = 'certifi' }]\n"
CERTIFI = "[[package]]\nname = 'certifi'\nversion = '1'\n"


@pytest.mark.parametrize(
    ("lock", "verdict"),
    [
        ({"uv.lock": UV + CERTIFI}, ADVICE),
        (
            {"poetry.lock": UV.replace("[{ name = 'certifi' }]", "{ certifi = '*' }") + CERTIFI},
            ADVICE,
        ),
        ({"pdm.lock": UV.replace("[{ name = 'certifi' }]", "['certifi>=1']") + CERTIFI}, ADVICE),
        (
            {
                "pylock.toml": UV.replace("[[package]]", "[[packages]]")
                + CERTIFI.replace("[[package]]", "[[packages]]")
            },
            ADVICE,
        ),
        ({"Pipfile.lock": '{"default": {"certifi": {"version": "==1"}}}'}, ADVICE),
        # The lock holds it for development only.
        ({"uv.lock": UV.replace("certifi", "idna") + CERTIFI}, BAD),
        ({"uv.lock": UV.replace("certifi", "idna")}, BAD),
    ],
)
def test_what_a_lock_holds_for_others_is_advice(lock: dict[str, str], verdict: str) -> None:
    assert said("import certifi\n", {**HTTPX, **lock}) == [(1, verdict)]


def test_a_compiled_file_declares_nothing_of_its_own() -> None:
    header = "# This file is autogenerated by pip-compile with Python 3.12\n"
    files = {
        "requirements.in": "httpx\n",
        "requirements.txt": f"{header}httpx==1\ncertifi==1\n    # via httpx\n",
    }
    assert said("import certifi\n", files) == [(1, ADVICE)]
    del files["requirements.in"]
    assert said("import certifi\n", files) == [(1, OK)]


def test_the_message_names_the_distribution_that_is_called_otherwise() -> None:
    (outcome,) = judged(UndeclaredDependency, "import jwt\n", files=HTTPX)
    assert (
        outcome.message == "`jwt` (distribution `pyjwt`) is imported, and no manifest declares it"
    )
    (outcome,) = judged(UndeclaredDependency, "import flask_login\n", files=HTTPX)
    assert "distribution" not in outcome.message


def test_names_that_are_alike_are_left_alone() -> None:
    files = {"pyproject.toml": f"{HEAD}dependencies = ['agent-framework-core']\n"}
    assert said("import agent_framework\n", files) == []


def test_one_distribution_of_a_namespace_is_reported_once() -> None:
    found = said("from opentelemetry import metrics, trace\nimport opentelemetry.context\n")
    assert found == [(1, BAD)]


@pytest.mark.parametrize(
    ("start", "reported"),
    [
        ("from app import cache\n", True),
        ("import os\nif os.environ.get('CACHE'):\n    from app import cache\n", False),
        ("try:\n    from app import cache\nexcept ImportError:\n    cache = None\n", False),
        ("", False),
    ],
)
def test_only_modules_that_load_with_the_program_count(start: str, reported: bool) -> None:
    found = judged(
        UndeclaredDependency,
        start,
        path="src/app/__init__.py",
        files={**HTTPX, "src/app/cache.py": "import redis\n"},
    )
    assert bool(found) is reported


def test_a_script_of_the_manifest_is_a_way_into_the_program() -> None:
    files = {
        "pyproject.toml": f"{HEAD}dependencies = ['httpx']\n\n[project.scripts]\nshop = 'app.tools.run:main'\n",
        "src/app/__init__.py": "",
        "src/app/tools/__init__.py": "",
        "src/app/tools/run.py": "import redis\n",
    }
    found = judged(UndeclaredDependency, "", files=files)
    assert [each.place.location.path for each in found] == ["src/app/tools/run.py"]


def test_a_member_is_judged_by_its_own_manifest_and_may_use_its_siblings() -> None:
    files = {
        "pyproject.toml": f"{HEAD}dependencies = ['redis']\n",
        "billing/pyproject.toml": "[project]\nname = 'billing'\ndependencies = ['httpx']\n",
        "billing/src/billing/__init__.py": "import httpx\nimport redis\nimport stock\n",
        "stock/pyproject.toml": "[tool.ruff]\nline-length = 100\n",
        "stock/src/stock/__init__.py": "import redis\n",
    }
    found = judged(UndeclaredDependency, "", files=files)
    assert [
        (each.place.location.path, each.place.location.line, each.verdict.value) for each in found
    ] == [
        ("billing/src/billing/__init__.py", 1, "complies"),
        ("billing/src/billing/__init__.py", 2, "violates"),
        ("stock/src/stock/__init__.py", 1, "complies"),
    ]


def test_a_project_that_is_released_in_parts_is_left_alone() -> None:
    files = {"pyproject.toml": f"{HEAD}dependencies = ['shop-core==1']\n"}
    assert said("import redis\n", files) == []
    # Another project of the same people is none of its parts.
    files = {"pyproject.toml": f"{HEAD}dependencies = ['shop-icons==7.2']\n"}
    assert said("import redis\n", files) == [(1, BAD)]


@pytest.mark.parametrize(
    ("required", "expected"), [("app-core==1", []), ("app-core>=1", [(1, BAD)])]
)
def test_a_part_may_be_named_after_a_package(
    required: str, expected: list[tuple[int, str]]
) -> None:
    files = {
        "pyproject.toml": f"{HEAD}dependencies = ['{required}']\n",
        "src/app/__init__.py": "from app import service\n",
    }
    assert said("import redis\n", files) == expected


@pytest.mark.parametrize("path", ["tests/test_orders.py", "scripts/load.py", "docs/conf.py"])
def test_other_roles_are_left_alone(path: str) -> None:
    assert verdicts(UndeclaredDependency, "import redis\n", path=path, files=HTTPX) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("make_schema.py", []),
        ("monkeys/release.py", []),
        ("src/app/schema.py", [(1, BAD)]),
        ("main.py", [(1, BAD)]),
    ],
)
def test_scripts_beside_the_packages_may_need_what_is_for_development(
    path: str, expected: list[tuple[int, str]]
) -> None:
    declared = f"{HEAD}dependencies = ['httpx']\n[dependency-groups]\ndev = ['redis']\n"
    files = {"pyproject.toml": declared, "src/app/__init__.py": "import app.schema\n"}
    assert verdicts(UndeclaredDependency, "import redis\n", path, files) == expected


def test_a_hook_in_a_package_is_for_another_program() -> None:
    files = {**HTTPX, "src/app/__init__.py": "", "src/app/hooks/__init__.py": ""}
    path = "src/app/hooks/hook-app.py"
    assert verdicts(UndeclaredDependency, "import redis\n", path, files) == []


def test_a_requirements_file_that_includes_a_missing_one_leaves_open_what_is_declared() -> None:
    files = {"requirements.txt": "httpx\n-r of-the-platform.txt\n"}
    assert said("import httpx\nimport yaml\n", files) == []


PLUGIN = "[project]\nname = '{name}'\nversion = '1'\ndependencies = ['httpx']\n\n[project.entry-points.'{group}']\nit = 'app.service'\n"


@pytest.mark.parametrize(
    ("name", "group", "expected"),
    [
        ("pretix-badges", "pretix.plugin", []),
        ("badges", "pretix.plugin", [(2, BAD)]),
        ("pretix-badges", "other.plugin", [(1, ADVICE), (2, BAD)]),
        ("universal-pathlib-shop", "universal_pathlib.implementations", [(1, ADVICE), (2, BAD)]),
    ],
)
def test_a_plugin_need_not_declare_its_host(
    name: str, group: str, expected: list[tuple[int, str]]
) -> None:
    files = {"pyproject.toml": PLUGIN.format(name=name, group=group)}
    assert said("from pretix.base import forms\nimport django\n", files) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("sphinxcontrib-shop", []), ("shop", [(1, BAD), (2, BAD)])]
)
def test_a_namespace_tells_the_host(name: str, expected: list[tuple[int, str]]) -> None:
    head = HEAD.replace("name = 'shop'", f"name = '{name}'")
    files = {"pyproject.toml": f"{head}dependencies = ['httpx']\n"}
    assert said("import docutils\nfrom sphinx.errors import ExtensionError\n", files) == expected


@pytest.mark.parametrize(
    ("package", "expected"),
    [("flask_client", []), ("clients", [(1, BAD)]), ("django.x", [(1, BAD)])],
)
def test_a_package_for_a_framework_is_an_integration(
    package: str, expected: list[tuple[int, str]]
) -> None:
    path = f"src/app/{package.replace('.', '/')}/views.py"
    code = "from flask import session\n"
    assert verdicts(UndeclaredDependency, code, path=path, files=HTTPX) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import orders_of_others\n", [(1, ADVICE)]),
        ("from jaraco.orders import made\n", [(1, BAD)]),
        ("import ens\n", [(1, BAD)]),
        ("import rpm\n", []),
    ],
)
def test_a_name_that_no_table_knows_may_belong_to_anything(
    code: str, expected: list[tuple[int, str]]
) -> None:
    assert said(code) == expected
    assert said("import ens\n", {"pyproject.toml": f"{HEAD}dependencies = ['web3']\n"}) == [(1, OK)]


def test_a_successor_may_be_called_like_what_it_succeeds_apart_from_digits() -> None:
    files = {"pyproject.toml": f"{HEAD}dependencies = ['python-openid2', 'django-livesettings3']\n"}
    assert said("import openid\nimport livesettings\n", files) == []


def test_the_host_is_known_by_its_distribution_too() -> None:
    files = {
        "pyproject.toml": PLUGIN.format(name="shop", group="universal_pathlib.implementations")
    }
    assert said("from upath import UPath\nimport redis\n", files) == [(2, BAD)]


def test_files_for_another_program_in_a_folder_without_a_name() -> None:
    files = {**HTTPX, "src/app/plugins/9/filters.py": "import ansible\n"}
    assert said("import httpx\n", files) == [(1, OK)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from rates import Rate\n", []),
        ("from rates import Limit\n", []),
        ("import rates\n", []),
        ("from rates.daily import Rate\n", [(1, ADVICE)]),
        ("from redis import Rate\n", [(1, BAD)]),
    ],
)
def test_a_module_close_by_is_meant_unless_a_library_is_known_by_the_name(
    code: str, expected: list[tuple[int, str]]
) -> None:
    path = "src/app/orders/jobs/load.py"
    files = {
        **HTTPX,
        "src/app/__init__.py": "import app.orders.jobs.load\n",
        "src/app/orders/__init__.py": "",
        "src/app/orders/jobs/__init__.py": "",
        "src/app/orders/rates.py": "class Rate: ...\n",
        "src/app/orders/redis.py": "class Rate: ...\n",
    }
    assert verdicts(UndeclaredDependency, code, path=path, files=files) == expected


def test_a_module_may_be_named_after_the_library_that_it_wraps() -> None:
    files = {**HTTPX, "src/app/__init__.py": "import app.rates\n"}
    found = verdicts(UndeclaredDependency, "import rates\n", path="src/app/rates.py", files=files)
    assert found != []


@pytest.mark.parametrize(
    ("name", "metadata", "expected"),
    [
        ("types-redis", "", []),
        ("redis_stubs", "", []),
        ("mypy-redis", "classifiers = ['Typing :: Stubs Only']\n", []),
        ("redis-types-tool", "classifiers = ['Typing :: Typed']\n", [(1, BAD)]),
    ],
)
def test_types_need_no_library_whose_types_they_are(
    name: str, metadata: str, expected: list[tuple[int, str]]
) -> None:
    head = f"[project]\nname = '{name}'\nversion = '1'\ndependencies = ['typing-extensions']\n"
    assert (
        said("from botocore.client import BaseClient\n", {"pyproject.toml": head + metadata})
        == expected
    )
