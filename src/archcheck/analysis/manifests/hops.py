"""From the commands of a CI job to those of the repository's own scripts, targets and tasks that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from archcheck.analysis.manifests.commands import Segment, environments, segments
from archcheck.analysis.manifests.model import Command
from archcheck.analysis.manifests.programs import read_program
from archcheck.analysis.manifests.repository import (
    Repository,
    UnreadableManifestError,
    join,
    relative,
)
from archcheck.analysis.manifests.task_files import (
    Tasks,
    read_makefile,
    read_noxfile,
    read_package_json,
    read_python_tasks,
    read_taskfile,
    read_tox,
)

MAX_HOPS = 3
"""A job calls a script, the script a target, the target an environment; hardly anything goes further."""

MAX_COMMANDS = 2_000
"""Of one configuration."""

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_JUSTFILES = ("justfile", "Justfile", ".justfile")
_TASKFILES = ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "Taskfile.dist.yml")
_PYTHON_TASK_FILES = ("pyproject.toml", "Pipfile", "pixi.toml")
_PYTHON_TASK_RUNNERS = frozenset({"uv", "poetry", "pdm", "pipenv", "hatch", "rye", "pixi"})
_PACKAGE_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_SHELL_SUFFIXES = (".sh", ".bash", ".zsh")

_Reader = Callable[[Repository, str], Tasks]


class Hops:
    """Follows commands into the repository.

    Args:
        repository: its files.
        member: the member whose own task files count besides the root's.
    """

    def __init__(self, repository: Repository, member: str) -> None:
        self._repository = repository
        self._folders = tuple(dict.fromkeys((member, "")))
        self._tasks: dict[str, Tasks] = {}
        self._programs: dict[str, tuple[Command, ...]] = {}

    def follow(self, commands: Iterable[Command]) -> list[Command]:
        """Return what the commands call, without these themselves."""
        found: list[Command] = []
        seen: set[Command] = set()
        current = list(commands)
        for _ in range(MAX_HOPS):
            called = [called for command in current for called in self._called(command)]
            current = [command for command in dict.fromkeys(called) if command not in seen]
            seen.update(current)
            found += current
            if not current or len(found) > MAX_COMMANDS:
                break
        return found[:MAX_COMMANDS]

    def _called(self, command: Command) -> Iterator[Command]:
        folder = ""
        for segment in segments(command.text):
            if segment.name == "cd" and segment.arguments:
                folder = relative(f"{folder}/", segment.arguments[0])
                continue
            folders = tuple(dict.fromkeys((folder, *self._folders)))
            yield from self._segment(segment, folders)

    def _segment(self, segment: Segment, folders: tuple[str, ...]) -> Iterator[Command]:
        name, arguments = segment.name, segment.arguments
        words = [word for word in arguments if not word.startswith("-") and "=" not in word]
        if name in ("make", "gmake"):
            named = [value for option, value in pairwise(arguments) if option == "-C"]
            inside = tuple(relative("", value) for value in named)
            targets = [word for word in words if word not in named] or [""]
            yield from self._run(_MAKEFILES, read_makefile, targets, (*inside, *folders))
        elif name == "just":
            yield from self._run(_JUSTFILES, read_makefile, words[:1] or [""], folders)
        elif name in ("task", "go-task"):
            yield from self._run(_TASKFILES, read_taskfile, words or ["default"], folders)
            yield from self._run(_PYTHON_TASK_FILES, read_python_tasks, words, folders)
        elif name in ("tox", "nox"):
            reader, file = (read_tox, "tox.ini") if name == "tox" else (read_noxfile, "noxfile.py")
            asked = [
                found.partition("-")[0] if name == "nox" else found
                for found in environments(name, arguments)
            ]
            yield from self._run((file,), reader, [*environments(name, arguments), *asked], folders)
        elif name in _PACKAGE_RUNNERS:
            scripts = [word for word in words if word != "run"][:1]
            yield from self._run(("package.json",), read_package_json, scripts, folders)
        elif name == "poe" or name in _PYTHON_TASK_RUNNERS:
            yield from self._run(_PYTHON_TASK_FILES, read_python_tasks, words[:1], folders)
        else:
            if _PYTHON_TASK_RUNNERS.intersection(segment.wrappers):
                task = segment.path.rpartition(":")[2]
                yield from self._run(_PYTHON_TASK_FILES, read_python_tasks, [task], folders)
            yield from self._script(segment.path, folders)
            program = next((word for word in (segment.path, *words) if word.endswith(".py")), "")
            yield from self._program(program, folders)

    def _run(
        self, names: tuple[str, ...], reader: _Reader, wanted: list[str], folders: tuple[str, ...]
    ) -> Iterator[Command]:
        """Yield the commands of tasks, and of those they need, from the nearest file that has them."""
        for path in (join(folder, name) for folder in folders for name in names):
            if path not in self._repository:
                continue
            tasks = self._read(path, reader)
            pending = [next(iter(tasks), "") if name == "" else name for name in wanted]
            seen: set[str] = set()
            for name in pending:
                if name in tasks and name not in seen:
                    seen.add(name)
                    yield from tasks[name].commands
                    pending.extend(tasks[name].needs)
            if seen:
                return

    def _read(self, path: str, reader: _Reader) -> Tasks:
        if path not in self._tasks:
            try:
                self._tasks[path] = reader(self._repository, path)
            except UnreadableManifestError:
                self._tasks[path] = {}
        return self._tasks[path]

    def _script(self, reference: str, folders: tuple[str, ...]) -> Iterator[Command]:
        """Yield the lines of a shell script of the repository."""
        name = reference.rpartition("/")[2]
        if "/" not in reference and not name.endswith(_SHELL_SUFFIXES):
            return
        if "." in name and not name.endswith(_SHELL_SUFFIXES):
            return
        for folder in folders:
            path = relative(f"{folder}/", reference)
            if path in self._repository:
                yield from shell_commands(self._repository.script(path), 1, path)
                return

    def _program(self, reference: str, folders: tuple[str, ...]) -> Iterator[Command]:
        """Yield what a Python program of the repository runs."""
        paths = (relative(f"{folder}/", reference) for folder in folders if reference)
        path = next((path for path in paths if path in self._repository), "")
        if path and path not in self._programs:
            try:
                self._programs[path] = tuple(read_program(self._repository, path))
            except UnreadableManifestError:
                self._programs[path] = ()
        yield from self._programs.get(path, ())


def shell_commands(text: str, line: int, path: str = "") -> Iterator[Command]:
    """Yield the commands of a shell text, continuation lines joined.

    Args:
        text: lines of shell.
        line: of the first.
        path: the script they stand in, ``""`` for a CI configuration.
    """
    parts: list[str] = []
    start = line
    for number, raw in enumerate(text.split("\n"), line):
        start = start if parts else number
        parts.append(raw.strip().removesuffix("\\").strip())
        if raw.rstrip().endswith("\\"):
            continue
        joined = " ".join(part for part in parts if part)
        if joined and not joined.startswith("#"):
            yield Command(start, joined, path)
        parts = []
