"""The CI systems: where each keeps its configuration, under which keys its commands stand, and what lies elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from archcheck.analysis.manifests.yaml_text import Node, Text

_TEST_ACTION = re.compile(
    r"(?:^|[/_-])(?:py)?tests?(?:$|[/_@-])|(?:^|[/_-])(?:tox|nox|pytest)(?:$|[/_@-])", re.IGNORECASE
)
_REPORT = re.compile(
    r"report|result|upload|publish|summary|comment|coverage|analytics", re.IGNORECASE
)


class CiSystem(NamedTuple):
    """One system.

    Attributes:
        name: as people call it.
        files: patterns of its configuration, relative to the repository's or the member's root.
        command_keys: YAML keys under which shell text stands.
        lies_elsewhere: whether a key and its value call something outside the repository that may run tests.
        local_reference: the file of the repository that a key and its value call, ``""`` for none.
    """

    name: str
    files: tuple[str, ...]
    command_keys: frozenset[str]
    lies_elsewhere: Callable[[str, Node], bool] = lambda key, value: False
    local_reference: Callable[[str, Node], str] = lambda key, value: ""


def _github_elsewhere(key: str, value: Node) -> bool:
    """A reusable workflow of another repository, or an action that is called after tests."""
    if key != "uses" or not isinstance(value, Text) or value.startswith("./"):
        return False
    if ".github/workflows/" in value:
        return True
    return bool(_TEST_ACTION.search(value)) and not _REPORT.search(value)


def _github_local(key: str, value: Node) -> str:
    is_local = key == "uses" and isinstance(value, Text) and value.startswith("./")
    return str(value) if is_local else ""


def _gitlab_elsewhere(key: str, value: Node) -> bool:
    if key != "include":
        return False
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        if isinstance(entry, Text) and "://" in entry:
            return True
        if isinstance(entry, dict) and {"project", "remote", "template", "component"} & {
            *map(str, entry)
        }:
            return True
    return False


def _gitlab_local(key: str, value: Node) -> str:
    is_local = key in ("include", "local") and isinstance(value, Text) and "://" not in value
    return str(value).lstrip("/") if is_local else ""


def _azure_local(key: str, value: Node) -> str:
    is_local = key == "template" and isinstance(value, Text) and "@" not in value
    return str(value) if is_local else ""


def _template_of_another(key: str, value: Node) -> bool:
    return key == "template" and isinstance(value, Text) and "@" in value


def _any_of(*keys: str) -> Callable[[str, Node], bool]:
    return lambda key, value: key in keys and bool(value)


_GITHUB_KEYS = frozenset(
    {
        "run",
        "command",
        "commands",
        "script",
        "args",
        "test-command",
        "test_command",
        "CIBW_TEST_COMMAND",
    }
)

CI_SYSTEMS = (
    CiSystem(
        "GitHub Actions",
        tuple(
            f"{folder}/workflows/*.{suffix}"
            for folder in (".github", ".forgejo", ".gitea")
            for suffix in ("yml", "yaml")
        ),
        _GITHUB_KEYS,
        _github_elsewhere,
        _github_local,
    ),
    CiSystem(
        "GitLab CI",
        (".gitlab-ci.yml", ".gitlab-ci.yaml"),
        frozenset({"script", "before_script", "after_script"}),
        _gitlab_elsewhere,
        _gitlab_local,
    ),
    CiSystem(
        "CircleCI",
        (".circleci/config.yml", ".circleci/config.yaml", ".circleci/continue*.yml"),
        frozenset({"run", "command"}),
        _any_of("orbs"),
    ),
    CiSystem(
        "Azure Pipelines",
        ("azure-pipelines*.yml", "azure-pipelines*.yaml", ".azure-pipelines/*.yml", ".azure/*.yml", ".pipelines/*.yml"),
        frozenset({"script", "bash", "pwsh", "powershell", "arguments"}),
        _template_of_another,
        _azure_local,
    ),
    CiSystem(
        "Travis CI",
        (".travis.yml",),
        frozenset({"script", "before_script", "after_script", "install", "before_install", "env"}),
        _any_of("import"),
    ),
    CiSystem(
        "Buildkite",
        (".buildkite/*.yml", ".buildkite/*.yaml", "buildkite.yml"),
        frozenset({"command", "commands", "run"}),
        _any_of("plugins"),
    ),
    CiSystem(
        "Drone",
        (".drone.yml", ".drone.yaml", ".woodpecker.yml", ".woodpecker.yaml", ".woodpecker/*.yml", ".woodpecker/*.yaml"),
        frozenset({"commands", "command"}),
    ),
    CiSystem(
        "Cirrus CI",
        (".cirrus.yml", ".cirrus.yaml"),
        frozenset({"script", "test_script", "tests_script", "main_script", "check_script", "install_script", "build_script"}),
    ),
    CiSystem("Bitbucket Pipelines", ("bitbucket-pipelines.yml",), frozenset({"script"}), _any_of("import", "pipe")),
    CiSystem(
        "AppVeyor",
        ("appveyor.yml", ".appveyor.yml", "appveyor.yaml"),
        frozenset({"test_script", "build_script", "install", "before_test", "ps", "cmd", "sh"}),
    ),
    CiSystem("Semaphore", (".semaphore/*.yml",), frozenset({"commands"})),
    CiSystem("Google Cloud Build", ("cloudbuild.yaml", "cloudbuild.yml"), frozenset({"args", "script", "entrypoint"})),
    CiSystem("Zuul", (".zuul.yaml", "zuul.yaml", ".zuul.d/*.yaml", "zuul.d/*.yaml"), frozenset(), _any_of("jobs", "templates")),
)  # fmt: skip
"""The systems whose configuration is YAML."""


def _matcher(patterns: Iterable[str]) -> re.Pattern[str]:
    """Matches paths against patterns in which ``*`` stands for anything within one folder."""
    return re.compile("|".join(re.escape(pattern).replace(r"\*", "[^/]*") for pattern in patterns))


_FILES = {system: _matcher(system.files) for system in CI_SYSTEMS}
_PROGRAMS = _matcher(
    (
        "Jenkinsfile",
        "Jenkinsfile.*",
        "*.jenkinsfile",
        ".jenkins/*",
        "ci/Jenkinsfile",
        ".ci/run",
        "ci/run",
    )
)
_HIDDEN = _matcher(
    (".drone.star", ".drone.jsonnet", ".cirrus.star", ".sourcehut/*.yml", ".teamcity/*.kts")
)
_ANY = re.compile("|".join(matcher.pattern for matcher in (*_FILES.values(), _PROGRAMS, _HIDDEN)))


def is_configuration(path: str) -> bool:
    """Whether a path, relative to a root, is that of a CI configuration."""
    return _ANY.fullmatch(path) is not None


def system_of(path: str) -> CiSystem | None:
    """The system whose YAML configuration a path, relative to a root, is; None when it is none."""
    return next((system for system, files in _FILES.items() if files.fullmatch(path)), None)


def is_program(path: str) -> bool:
    """Whether it is a program: its shell lines can be read, not what it computes."""
    return _PROGRAMS.fullmatch(path) is not None
