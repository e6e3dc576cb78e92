"""What does a shell line run: tests, or something of the repository that may run them?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LONGEST_LINE = 4_000
_OWN_WORDS = 8
"""A wrapper's subcommand stands among its first words: ``docker compose -f a.yml -f b.yml run``."""

_SEPARATOR = re.compile(r"&&|\|\||[;|&]|\$\(|`")
#: A requirement that holds for some Pythons only; what separates it from its condition separates no commands.
_CONDITION = re.compile(
    r"(?<=[\"'\w\]. ])[ ]*;[ ]*(?=(?:python_version|python_full_version|sys_platform|platform_\w+|os_name"
    r"|implementation_name|extra)\b)"
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=\S*")
_PYTHON = re.compile(
    r"(?:\S*/)?(?:python|pypy)[\d.]*(?:\.exe)?|(?:\S*/)?py|\$\{?\w*python\w*", re.IGNORECASE
)
_TEST_WORD = re.compile(r"(?:^|[^A-Za-z0-9])(?:py|unit)?tests?(?:$|[^A-Za-z0-9])", re.IGNORECASE)
_AROUND_TESTS = re.compile(
    r"(?:^|[^a-z])(?:install|deps?|dependenc\w+|requirements|build|lint|format|fmt|setup|clean|docs?|types?|mypy|image|db|reports?|results?|summary|upload)(?:$|[^a-z])"
)

_RUNNERS = frozenset(
    {"pytest", "py.test", "trial", "green", "ward", "nose2", "nosetests", "stestr", "zope-testrunner", "behave", "lettuce",
     "avocado", "detox", "ptw", "pytest-watch", "xdoctest", "robot"}
)  # fmt: skip
_MODULES = _RUNNERS | {"unittest", "twisted.trial", "tox", "nox", "test", "tests", "xmlrunner"}
_PREFIXES = frozenset(
    {"sudo", "time", "nice", "env", "exec", "command", "nohup", "xvfb-run", "dbus-run-session", "timeout", "retry",
     "travis_retry", "travis_wait", "stdbuf", "unbuffer", "then", "do", "if", "else", "elif", "while", "!", "set", "eval",
     "run", "call", "source", ".", "bash", "sh", "dash", "zsh", "bat", "cmd", "pwsh", "powershell", "ddtrace-run",
     "opentelemetry-instrument"}
)  # fmt: skip
_WRAPPERS: dict[str, frozenset[str]] = {
    "uv": frozenset({"run"}), "uvx": frozenset(), "poetry": frozenset({"run"}), "pdm": frozenset({"run"}),
    "pipenv": frozenset({"run"}), "hatch": frozenset({"run"}), "rye": frozenset({"run"}), "pixi": frozenset({"run"}),
    "conda": frozenset({"run"}), "mamba": frozenset({"run"}), "micromamba": frozenset({"run"}),
    "pipx": frozenset({"run"}), "nix": frozenset({"develop", "shell"}), "nix-shell": frozenset(),
    "docker": frozenset({"run", "exec"}), "docker-compose": frozenset({"run", "exec"}),
    "podman": frozenset({"run", "exec"}), "podman-compose": frozenset({"run", "exec"}),
    "kubectl": frozenset({"exec", "run"}), "heroku": frozenset({"run"}), "flatpak": frozenset({"run"}),
    "direnv": frozenset({"exec"}), "dotenv": frozenset({"run"}), "op": frozenset({"run"}),
}  # fmt: skip
_CONTAINERS = frozenset({"docker", "docker-compose", "podman", "podman-compose"})
_TASK_RUNNERS = frozenset(
    {"make", "gmake", "just", "task", "go-task", "invoke", "inv", "poe", "doit", "earthly", "dagger", "bazel", "bazelisk",
     "pants", "please", "plz", "mage", "taskipy", "rake", "duty", "buck2", "ninja"}
)  # fmt: skip
_PYTHON_TASKS = frozenset({"uv", "poetry", "pdm", "pipenv", "hatch", "rye", "pixi"})
_VALUE_OPTIONS = frozenset(
    {"--with", "--extra", "--group", "--python", "-p", "--package", "--project", "--directory", "-C", "-f", "-n", "-e",
     "--env", "--from", "--with-requirements", "--index", "--only-group", "--isolated-env", "-u", "-v", "-w", "--name",
     "--file", "--profile", "--env-file", "--user", "--workdir", "--volume", "-G", "-k"}
)  # fmt: skip
_ENVIRONMENT_OPTIONS = {
    "tox": ("-e", "--env", "-m"),
    "nox": ("-s", "--session", "--sessions", "-e", "-t", "--tags"),
}
_OTHER_ENVIRONMENT = re.compile(
    r"(?:^|[^a-z])(?:lint\w*|style|format\w*|flake8|ruff|black|isort|pylint|mypy|pyright|typing|types?|typecheck\w*|docs?|"
    r"linkcheck|pre-commit|precommit|build|package|packaging|release|publish|manifest|twine|readme|changelog|clean|dev|"
    r"bandit|security|audit|safety|pep8|codespell|report|bench\w*|vulture|spell\w*|check-\w+)(?:$|[^a-z])",
    re.IGNORECASE,
)


class Segment(NamedTuple):
    """One simple command.

    Attributes:
        name: the program, without its folder.
        path: the program as written.
        arguments: what follows.
        wrappers: the programs that were asked to run it, outermost first.
    """

    name: str
    path: str
    arguments: tuple[str, ...]
    wrappers: tuple[str, ...] = ()


def runs_tests(text: str) -> bool:
    """Whether a shell text runs tests.

    Installing a runner is not running it, and neither is an environment that only checks the style.

    >>> runs_tests("pip install pytest"), runs_tests("uv run pytest -q"), runs_tests("tox -e lint")
    (False, True, False)
    """
    return any(_is_test(segment) for segment in segments(text))


def segments(text: str) -> Iterator[Segment]:
    """Yield the simple commands of a shell text, what wraps them taken off."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("#"):
            continue
        text_of_line = _CONDITION.sub("", line[:_LONGEST_LINE])
        for part in _SEPARATOR.split(text_of_line):
            segment = _segment([word.strip("\"'(){}@,") for word in part.split()], ())
            if segment is not None:
                yield segment


def _segment(words: list[str], wrappers: tuple[str, ...]) -> Segment | None:
    """Take off assignments, prefixes and wrappers, and name what is left."""
    index = 0
    while index < len(words):
        word = words[index]
        name = word.rpartition("/")[2]
        if not word or _ASSIGNMENT.fullmatch(word) or name in _PREFIXES or word[0] in "-+":
            index += 2 if word in _VALUE_OPTIONS and wrappers else 1
        elif (
            index and words[index - 1] in ("timeout", "travis_wait", "retry") and word[0].isdigit()
        ):
            index += 1
        elif name in _WRAPPERS and (own := _own_words(name, words[index + 1 :])) is not None:
            wrappers += (name,)
            index += 1 + own
        else:
            return Segment(name, word, tuple(words[index + 1 :]), wrappers)
    return None


def _own_words(wrapper: str, rest: list[str]) -> int | None:
    """How many words are the wrapper's own, up to the subcommand that runs something; None when it runs nothing."""
    subcommands = _WRAPPERS[wrapper]
    if not subcommands:
        return 0
    words = enumerate(rest[:_OWN_WORDS], 1)
    return next((number for number, word in words if word in subcommands), None)


def _is_test(segment: Segment) -> bool:
    name, arguments = segment.name, segment.arguments
    if _PYTHON.fullmatch(segment.path):
        return _python_runs_tests(arguments)
    if name in _RUNNERS:
        return True
    if name in ("tox", "nox"):
        return not _names_other_environments(name, arguments)
    if name in ("manage.py", "django-admin", "setup.py", "hatch", "flask", "zope-testrunner"):
        return any(word in ("test", "pytest", "cov") for word in arguments[:3])
    if name == "coverage":
        return "run" in arguments[:3]
    if name in _TASK_RUNNERS:
        return any(_is_test_target(word) for word in arguments)
    if name in _PYTHON_TASKS:
        return bool(arguments) and _is_test_target(arguments[0])
    if name in _CONTAINERS:
        return "build" in arguments and _targets_tests(arguments)
    if _CONTAINERS.intersection(segment.wrappers):
        return _container_runs_tests(segment)
    if _PYTHON_TASKS.intersection(segment.wrappers):
        return _is_test_target(name) or ("hatch" in segment.wrappers and name.startswith("cov"))
    return (name == "test" and "/" in segment.path) or (
        name.endswith(".py") and _is_test_target(name.removesuffix(".py"))
    )


def _python_runs_tests(arguments: tuple[str, ...]) -> bool:
    for index, word in enumerate(arguments):
        if index and arguments[index - 1] in ("-W", "-X"):
            continue
        if word == "-m":
            module = arguments[index + 1] if index + 1 < len(arguments) else ""
            inner = Segment(module, module, arguments[index + 2 :])
            return (
                module in _MODULES - {"tox", "nox"}
                or module.endswith((".tests", ".test"))
                or _is_test(inner)
            )
        if not word.startswith("-"):
            script = word.rpartition("/")[2]
            return _is_test(Segment(script, word, arguments[index + 1 :])) or bool(
                word.endswith(".py") and _is_test_target(word)
            )
    return False


def _is_test_target(word: str) -> bool:
    """Whether a task is called after tests, and not after what comes before or after them."""
    if word.startswith("-") or "=" in word:
        return False
    return bool(_TEST_WORD.search(word)) and not _AROUND_TESTS.search(word.lower())


def _targets_tests(arguments: tuple[str, ...]) -> bool:
    """Whether an image is built up to a stage that is called after tests."""
    following = zip(arguments, (*arguments[1:], ""), strict=True)
    return any(
        _is_test_target(word.removeprefix("--target="))
        or (word == "--target" and _is_test_target(value))
        for word, value in following
        if word.startswith("--target")
    )


def _container_runs_tests(segment: Segment) -> bool:
    words = (segment.name, *segment.arguments)
    for index, word in enumerate(words):
        inner = Segment(word.rpartition("/")[2], word, words[index + 1 :])
        if inner.name in _RUNNERS or (
            inner.name in ("tox", "nox", "manage.py") and _is_test(inner)
        ):
            return True
        if _PYTHON.fullmatch(word) and _python_runs_tests(inner.arguments):
            return True
    return any(_is_test_target(word) for word in words)


def _names_other_environments(name: str, arguments: tuple[str, ...]) -> bool:
    """Whether tox or nox is asked only for environments that run no tests."""
    named = environments(name, arguments)
    return bool(named) and all(
        _OTHER_ENVIRONMENT.search(environment) and not _TEST_WORD.search(environment)
        for environment in named
    )


def environments(name: str, arguments: tuple[str, ...]) -> list[str]:
    """The environments that tox or nox is asked for, none for the default."""
    options = _ENVIRONMENT_OPTIONS[name]
    found: list[str] = []
    for index, word in enumerate(arguments):
        option, equal, value = word.partition("=")
        if word in options:
            values = arguments[index + 1 :]
            stop = next(
                (at for at, value in enumerate(values) if value.startswith("-")), len(values)
            )
            found += values[: stop if name == "nox" else min(stop, 1)]
        elif equal and option in options:
            found.append(value)
        elif word.startswith(options) and not word.startswith("--"):
            found.append(word[2:])
    return [part for value in found for part in value.split(",") if part]
