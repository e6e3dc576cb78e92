"""Which distributions are tools of development: they test, check or build a program, and do not run with it."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.utils import canonicalize_name

#: Distribution -> what is imported of it.
_TOOLS: Mapping[str, str] = {
    "autoflake": "autoflake", "autopep8": "autopep8", "bandit": "bandit", "basedpyright": "basedpyright",
    "black": "black", "coverage": "coverage", "covdefaults": "covdefaults", "factory-boy": "factory", "faker": "faker",
    "flake8": "flake8", "freezegun": "freezegun", "hypothesis": "hypothesis", "import-linter": "importlinter",
    "interrogate": "interrogate", "ipdb": "ipdb", "isort": "isort", "mypy": "mypy", "nox": "nox",
    "pre-commit": "pre_commit", "pudb": "pudb", "pydocstyle": "pydocstyle", "pyflakes": "pyflakes", "pylint": "pylint",
    "pyright": "pyright", "pytest": "pytest", "respx": "respx", "responses": "responses", "ruff": "ruff",
    "safety": "safety", "time-machine": "time_machine", "tox": "tox", "vcrpy": "vcr", "vulture": "vulture",
    "yapf": "yapf",
}  # fmt: skip
#: What plugs into a tool is one too, and so are type stubs.
_FAMILIES = ("pytest-", "flake8-", "pylint-", "types-", "tox-", "nox-")
#: Called like one of a family, and none.
_NO_TOOLS = frozenset({"types-aiobotocore", "types-boto3"})

#: What only tests have a use for, by import name.
TEST_LIBRARIES = frozenset(
    {"factory", "faker", "freezegun", "hypothesis", "pytest", "responses", "respx", "time_machine", "vcr"}
)  # fmt: skip


def tool_import(distribution: str) -> str | None:
    """What is imported of a development tool, None when the distribution is none.

    >>> tool_import("factory-boy"), tool_import("pytest-cov"), tool_import("requests")
    ('factory', 'pytest_cov', None)
    """
    name = canonicalize_name(distribution)
    if name in _TOOLS:
        return _TOOLS[name]
    if name.startswith(_FAMILIES) and not any(name.startswith(each) for each in _NO_TOOLS):
        return name.replace("-", "_")
    return None
