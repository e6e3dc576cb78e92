"""The task runners' own files: which task runs which commands, and which other tasks first."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archcheck.analysis.manifests.model import Command
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError
from archcheck.analysis.manifests.tables import quoted_line, strings, table
from archcheck.analysis.manifests.yaml_text import Node, Text
from archcheck.analysis.syntax.parse import Parsed, parse

_VARIABLE = re.compile(r"\$[({](\w+)[)}]")
_ASSIGNMENT = re.compile(r"(?:export\s+)?(\w+)\s*(?:[:?+]|::)?=(?!=)\s*(.*)")
_TASK_KEYS = (
    "shell",
    "composite",
    "sequence",
    "parallel",
    "ref",
    "script",
    "call",
    "deps",
    "depends-on",
)
_NAME = re.compile(r"[\w./%$+-]+")


class Task(NamedTuple):
    """A task.

    Attributes:
        commands: what it runs, in order.
        needs: tasks that run before or within it.
    """

    commands: list[Command]
    needs: list[str]


Tasks = dict[str, Task]
"""Tasks by name, the default one (where there is one) first."""


def read_makefile(repository: Repository, path: str) -> Tasks:
    """The targets of a ``Makefile`` or the recipes of a ``justfile``.

    Variables that the file sets are put in; what a shell or an include would add is not seen.
    """
    tasks: Tasks = {}
    variables = {"MAKE": "make"}
    current: list[str] = []
    for line, text in _joined_lines(repository.script(path)):
        if text[:1].isspace():
            command = _expand(text.strip().lstrip("@-+"), variables)
            for name in current:
                tasks[name].commands.append(Command(line, command, path))
            continue
        assignment = _ASSIGNMENT.fullmatch(text)
        head, colon, rest = text.partition(":")
        current = []
        if assignment:
            variables[assignment[1]] = _expand(assignment[2].strip().strip("'\""), variables)
        elif colon and not rest.startswith("=") and not text.startswith((".", "#", "[")):
            needs, _, inline = rest.lstrip(":").partition(";")
            current = _targets(head)
            wanted = _NAME.findall(_expand(needs.partition("#")[0], variables))
            for name in current:
                task = tasks.setdefault(name, Task([], []))
                task.needs.extend(wanted)
                if inline.strip():
                    task.commands.append(Command(line, _expand(inline.strip(), variables), path))
    return tasks


def _targets(head: str) -> list[str]:
    """The names before a colon: of make all, of just the first (its parameters follow)."""
    words = head.replace("@", " ").split()
    if any("=" in word or word[0] in "*+$" for word in words[1:]):
        words = words[:1]
    return [word for word in words if _NAME.fullmatch(word)]


def _joined_lines(text: str) -> Iterator[tuple[int, str]]:
    parts: list[str] = []
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        parts.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        joined = " ".join(parts)
        if joined.strip() and not joined.lstrip().startswith("#"):
            yield start, joined
        parts, start = [], 0


def _expand(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: variables.get(match[1], match[1].lower()), text)[:4_000]


def read_taskfile(repository: Repository, path: str) -> Tasks:
    """The tasks of a ``Taskfile.yml``.

    Raises:
        UnreadableManifestError: it is no YAML.
    """
    tasks: Tasks = {}
    for document in repository.yaml(path):
        listed = document.get(Text("tasks")) if isinstance(document, dict) else None
        for name, content in listed.items() if isinstance(listed, dict) else ():
            task = tasks.setdefault(str(name), Task([], []))
            _read_task(content, path, task)
    return tasks


def _read_task(content: Node, path: str, task: Task) -> None:
    if isinstance(content, Text):
        task.commands.append(Command(content.line, str(content), path))
    elif isinstance(content, list):
        for item in content:
            _read_task(item, path, task)
    else:
        for key in ("cmds", "cmd"):
            if Text(key) in content:
                _read_task(content[Text(key)], path, task)
        other = content.get(Text("task"))
        task.needs.extend([str(other)] if isinstance(other, Text) else [])
        needs = content.get(Text("deps"))
        for need in needs if isinstance(needs, list) else []:
            name = need.get(Text("task")) if isinstance(need, dict) else need
            task.needs.extend([str(name)] if isinstance(name, Text) else [])


def read_tox(repository: Repository, path: str) -> Tasks:
    """The environments of a ``tox.ini``.

    Raises:
        UnreadableManifestError: it is no INI file.
    """
    sections, _ = repository.ini(path)
    tasks: Tasks = {}
    for section, options in sections.items():
        kind, _, name = section.partition(":")
        if kind == "testenv":
            lines = options.get("commands", "").splitlines()
            commands = [
                Command(0, line.strip().lstrip("-! "), path) for line in lines if line.strip()
            ]
            tasks[name] = Task(commands, [])
    return tasks


def read_noxfile(repository: Repository, path: str) -> Tasks:
    """The sessions of a ``noxfile.py`` and what they run with ``session.run``; it is read as syntax.

    Raises:
        UnreadableManifestError: it cannot be opened.
    """
    parsed = parse(repository.text(path).encode(), path)
    tasks: Tasks = {}
    for node in parsed.tree.body if isinstance(parsed, Parsed) else []:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            commands = [
                Command(call.lineno, " ".join(_words(call)), path)
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in ("run", "run_always", "run_install")
            ]
            tasks[_session_name(node)] = Task(commands, [])
    return tasks


def _words(call: ast.Call) -> list[str]:
    return [
        item.value
        for item in call.args
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]


def _session_name(node: ast.FunctionDef) -> str:
    for decorator in node.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else []:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return node.name


def read_python_tasks(repository: Repository, path: str) -> Tasks:
    """The tasks that ``pyproject.toml`` or a ``Pipfile`` keeps for PDM, Poe, taskipy, Hatch, Rye, Pixi and Pipenv.

    Raises:
        UnreadableManifestError: it is no TOML.
    """
    document, text = repository.toml(path)
    tool = table(document, "tool")
    tables = [
        table(tool, "pdm", "scripts"),
        table(tool, "poe", "tasks"),
        table(tool, "taskipy", "tasks"),
        table(tool, "rye", "scripts"),
        table(tool, "pixi", "tasks"),
        table(document, "scripts"),
        *(table(tool, "hatch", "envs", name, "scripts") for name in table(tool, "hatch", "envs")),
    ]
    tasks: Tasks = {}
    for names in tables:
        for name, value in names.items():
            parts = list(_parts(value))
            commands = [Command(quoted_line(text, part), part, path) for part in parts]
            tasks.setdefault(str(name), Task([], [])).commands.extend(commands)
            tasks[str(name)].needs.extend(part.split()[0] for part in parts if part.strip())
    return tasks


def _parts(value: Any, depth: int = 0) -> Iterator[str]:
    """The commands of a task, however it is spelt."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < 5:
        for item in value:
            yield from _parts(item, depth + 1)
    elif isinstance(value, dict) and depth < 5:
        command = value.get("cmd")
        yield from [" ".join(strings(command))] if isinstance(command, list) else _parts(command)
        for key in _TASK_KEYS:
            yield from _parts(value.get(key), depth + 1)


def read_package_json(repository: Repository, path: str) -> Tasks:
    """The scripts of a ``package.json``: a repository with a front end may drive everything with them.

    Raises:
        UnreadableManifestError: it cannot be opened or is no JSON.
    """
    text = repository.text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableManifestError(
            path, getattr(error, "lineno", 0), "is no valid JSON"
        ) from error
    scripts = document.get("scripts") if isinstance(document, dict) else None
    return {
        name: Task([Command(quoted_line(text, name), command, path)], [])
        for name, command in (scripts.items() if isinstance(scripts, dict) else ())
        if isinstance(command, str)
    }
