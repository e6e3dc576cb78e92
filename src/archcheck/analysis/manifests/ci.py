"""CI configurations and the commands of their jobs, one hop through the repository's own scripts."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import tomli

from archcheck.analysis.manifests.commands import make_targets, runs_tests, scripts, task_names
from archcheck.analysis.manifests.model import CiConfig, Command
from archcheck.analysis.manifests.reading import (
    UnreadableManifestError,
    line_of,
    read_text,
    read_yaml,
)
from archcheck.model import Failure

_YAML = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    ".azure-pipelines/*.yml",
    ".azure/*.yml",
    ".travis.yml",
    ".buildkite/pipeline.yml",
    ".buildkite/*.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".woodpecker/*.yml",
    ".cirrus.yml",
    "bitbucket-pipelines.yml",
    ".forgejo/workflows/*.yml",
    ".gitea/workflows/*.yml",
    "appveyor.yml",
    ".appveyor.yml",
    "zuul.yaml",
    ".zuul.yaml",
    ".semaphore/semaphore.yml",
    "cloudbuild.yaml",
)
_TEXT = ("Jenkinsfile", "Jenkinsfile.*", ".ci/run", "ci/run")
_COMMAND_KEYS = frozenset(
    {"run", "script", "before_script", "after_script", "command", "commands", "bash", "sh", "pwsh", "powershell",
     "test_script", "build_script", "install", "entrypoint", "args", "install_script"}
)  # fmt: skip
_REMOTE_KEYS = frozenset({"include", "orbs", "template", "extends", "resources"})
#: The head of a make or just recipe: its names (just: with parameters), and what they need first.
_RECIPE = re.compile(r"^([\w\-./%][^:=#]*?)\s*(?:[\w+*]+=[^:]*)?::?(?!=)(.*)$")


def read_ci(
    root: Path, member: str, files: Collection[str], failures: list[Failure]
) -> Iterator[CiConfig]:
    """The CI configurations that serve a member: those of the repository's root, and its own.

    Args:
        root: the repository's folder.
        member: the member's root.
        files: every file that is not ignored.
        failures: receives the configurations that are broken (once, for the root).
    """
    prefixes = dict.fromkeys(("", f"{member}/" if member else ""))
    hops = _Hops(root, files)
    for path in sorted(files):
        for prefix in prefixes:
            inner = path[len(prefix) :] if path.startswith(prefix) else ""
            if not inner:
                continue
            try:
                if any(fnmatch.fnmatch(inner, pattern) for pattern in _YAML):
                    yield _yaml_config(root, path, hops)
                    break
                if any(fnmatch.fnmatch(inner, pattern) for pattern in _TEXT):
                    text = read_text(root, path)
                    own = [
                        Command(number, line) for number, line in enumerate(text.splitlines(), 1)
                    ]
                    yield CiConfig(path, (*own, *hops.follow(own)))
                    break
            except UnreadableManifestError as error:
                if not member:
                    failures.append(error.failure)
                break


def tests_in_ci(configs: Iterable[CiConfig]) -> bool | None:
    """Whether some job runs tests; None when there is no configuration, or part of it cannot be seen."""
    configs = list(configs)
    if any(runs_tests(command.text) for config in configs for command in config.commands):
        return True
    if not configs or any(config.remote for config in configs):
        return None
    return False


def _yaml_config(root: Path, path: str, hops: _Hops) -> CiConfig:
    documents, text = read_yaml(root, path)
    commands: list[Command] = []
    remote = False
    for document in documents:
        for command, elsewhere in _commands(document, path):
            remote = remote or elsewhere
            if command:
                first = command.strip().splitlines()[0] if command.strip() else ""
                commands.append(Command(line_of(text, first), command))
    commands += hops.local_actions(documents)
    return CiConfig(path, (*commands, *hops.follow(commands)), remote)


def _commands(node: Any, path: str, key: str = "", depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Commands below a YAML node, and marks of what is defined elsewhere."""
    if depth > 30:
        return
    if isinstance(node, dict):
        for name, value in node.items():
            name = str(name)
            if name == "uses" and isinstance(value, str):
                # A reusable workflow of another repository; an action is a step, not a job.
                yield "", ".github/workflows/" in value and not value.startswith("./")
            elif name in _REMOTE_KEYS and not path.startswith(".github/"):
                yield "", name != "extends" and bool(value)
            if name in ("image", "name", "if", "env", "variables", "on"):
                continue
            yield from _commands(value, path, name, depth + 1)
    elif isinstance(node, list):
        for item in node:
            yield from _commands(item, path, key, depth + 1)
    elif isinstance(node, str) and key in _COMMAND_KEYS:
        yield node, False


class _Hops:
    """Follows commands one hop into the repository's own scripts."""

    def __init__(self, root: Path, files: Collection[str]) -> None:
        self._root = root
        self._files = files

    def follow(self, commands: Iterable[Command]) -> list[Command]:
        """What the scripts, targets and tasks that ``commands`` name run themselves."""
        texts = [command.text for command in commands]
        found: list[str] = []
        targets = {target for text in texts for target in make_targets(text)}
        if targets:
            for name in ("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile"):
                found += _recipes(self._text(name), targets)
            if self._text("Taskfile.yml"):
                found.append(self._text("Taskfile.yml"))
        for text in texts:
            for script in scripts(text):
                found.append(self._text(posixpath.normpath(script)))
            tasks = task_names(text)
            if tasks:
                found += self._tasks(set(tasks))
        return [Command(0, text) for text in found if text]

    def local_actions(self, documents: Iterable[Any]) -> list[Command]:
        """The commands of composite actions and reusable workflows of this repository."""
        found: list[Command] = []
        for used in _uses(list(documents)):
            base = posixpath.normpath(used.partition("@")[0])
            for path in (base, f"{base}/action.yml", f"{base}/action.yaml"):
                if path in self._files and path.endswith((".yml", ".yaml")):
                    try:
                        inner, _ = read_yaml(self._root, path)
                    except UnreadableManifestError:
                        continue  # a workflow reports itself; an action runs nothing visible
                    for document in inner:
                        found += [Command(0, text) for text, _ in _commands(document, path) if text]
        return found

    def _tasks(self, names: set[str]) -> list[str]:
        """Commands of the task runners in ``pyproject.toml`` (PDM, Poe, taskipy, Hatch)."""
        try:
            document = tomli.loads(self._text("pyproject.toml"))
        except (tomli.TOMLDecodeError, RecursionError):
            return []
        tool = document.get("tool")
        tables = _tables(tool if isinstance(tool, dict) else {})
        return [
            str(value)
            for table in tables
            for name, value in table.items()
            if name in names or any(each.endswith(f":{name}") for each in names)
        ]

    def _text(self, path: str) -> str:
        if path not in self._files:
            return ""
        try:
            return read_text(self._root, path)
        except UnreadableManifestError:
            return ""


def _tables(tool: dict[str, Any]) -> list[dict[str, Any]]:
    def at(*keys: str) -> dict[str, Any]:
        node: Any = tool
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        return node if isinstance(node, dict) else {}

    environments = at("hatch", "envs")
    hatch = [env.get("scripts") for env in environments.values() if isinstance(env, dict)]
    return [
        at("pdm", "scripts"),
        at("poe", "tasks"),
        at("taskipy", "tasks"),
        *(table for table in hatch if isinstance(table, dict)),
    ]


def _uses(node: Any, depth: int = 0) -> Iterator[str]:
    """Local actions and workflows (``uses: ./...``) below a YAML node."""
    if depth > 30:
        return
    if isinstance(node, dict):
        value = node.get("uses")
        if isinstance(value, str) and value.startswith("./"):
            yield value[2:]
        for item in node.values():
            yield from _uses(item, depth + 1)
    elif isinstance(node, list):
        for item in node:
            yield from _uses(item, depth + 1)


def _recipes(text: str, targets: set[str]) -> list[str]:
    """The recipes of make or just targets, with those of their prerequisites."""
    recipes: dict[str, list[str]] = {}
    needs: dict[str, list[str]] = {}
    current: list[str] = []
    first = ""
    for line in text.splitlines():
        if line.startswith(("\t", "    ", "  ")) and current:
            for name in current:
                recipes[name].append(line.strip().lstrip("@-"))
            continue
        match = (
            _RECIPE.match(line) if line and not line[0].isspace() and line[0] not in "#." else None
        )
        current = match.group(1).split() if match else []
        for name in current:
            recipes.setdefault(name, [])
            needs.setdefault(name, []).extend(match.group(2).split("#")[0].split() if match else [])
            first = first or name
    wanted = [first if target == "" else target for target in sorted(targets)]
    seen: set[str] = set()
    found: list[str] = []
    while wanted:
        name = wanted.pop()
        if name in seen or name not in recipes:
            continue
        seen.add(name)
        found.append("\n".join(recipes[name]))
        wanted.extend(needs[name])
    return found
