"""CI configurations and the commands of their jobs, followed into the repository's own scripts and tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product

from archcheck.analysis.manifests.ci_systems import (
    CiSystem,
    is_configuration,
    is_program,
    system_of,
)
from archcheck.analysis.manifests.commands import runs_tests
from archcheck.analysis.manifests.hops import Hops, shell_commands
from archcheck.analysis.manifests.model import CiConfig, Command
from archcheck.analysis.manifests.repository import (
    Repository,
    UnreadableManifestError,
    join,
    relative,
)
from archcheck.analysis.manifests.yaml_text import Node, Text
from archcheck.model import Failure

_SHELL_STEP = re.compile(
    r"""\b(?:sh|bat|powershell|pwsh)\b[ (]*(?:script[ ]*:[ ]*)?
    (?: \"{3}(?P<double>[^"]{0,5000})\"{3} | '{3}(?P<single>[^']{0,5000})'{3}
    | "(?P<quoted>[^"\n]*)" | '(?P<plain>[^'\n]*)' )""",
    re.VERBOSE,
)
"""A step of a Jenkinsfile that runs a shell."""

_EXPRESSION = re.compile(r"\$\{\{[ ]*(?:matrix|env|inputs)\.([\w-]+)[ ]*\}\}")
_MAX_VARIANTS = 50
_MAX_FILES = 50


def read_ci(repository: Repository, member: str, failures: list[Failure]) -> list[CiConfig]:
    """The CI configurations that serve a member: those of the folders above it, and its own.

    Args:
        repository: its files.
        member: the member's root, ``""`` for the repository's own.
        failures: receives the configurations that are broken.
    """
    found: list[CiConfig] = []
    hops = Hops(repository, member)
    folder = member
    while True:
        prefix = f"{folder}/" if folder else ""
        for path in repository.below(folder):
            if is_configuration(path[len(prefix) :]):
                found += _config(repository, path, path[len(prefix) :], hops, failures)
        if not folder:
            return sorted(found, key=lambda config: config.path)
        folder = folder.rpartition("/")[0]


def tests_in_ci(configs: Iterable[CiConfig]) -> bool | None:
    """Whether some job runs tests; None when there is no configuration, or part of it cannot be seen."""
    configs = list(configs)
    if find_test_command(configs) is not None:
        return True
    if not configs or any(config.remote for config in configs):
        return None
    return False


def find_test_command(configs: Iterable[CiConfig]) -> tuple[CiConfig, Command] | None:
    """The first command that runs tests, with its configuration."""
    for config in configs:
        for command in config.commands:
            if runs_tests(command.text):
                return config, command
    return None


def _config(
    repository: Repository, path: str, inner: str, hops: Hops, failures: list[Failure]
) -> list[CiConfig]:
    """Read one configuration; ``inner`` is its path relative to the folder whose CI it is."""
    system = system_of(inner)
    try:
        if system is not None:
            reader = _YamlReader(repository, system)
            reader.read(path)
            own, remote = reader.commands, reader.remote
        elif is_program(inner):
            text = repository.text(path)
            steps = _shell_steps(text) if "jenkins" in inner.lower() else shell_commands(text, 1)
            own, remote = list(steps), "@Library" in text
        else:
            own, remote = [], True
    except UnreadableManifestError as error:
        failures.append(error.failure)
        return []
    return [CiConfig(path, (*own, *hops.follow(own)), remote)]


def _shell_steps(text: str) -> Iterator[Command]:
    for match in _SHELL_STEP.finditer(text):
        name = match.lastgroup or "plain"
        line = text.count("\n", 0, match.start(name)) + 1
        yield from shell_commands(match[name], line)


class _YamlReader:
    """Gathers the commands of a configuration and of the files of the repository that it calls."""

    def __init__(self, repository: Repository, system: CiSystem) -> None:
        self.commands: list[Command] = []
        self.remote = False
        self._repository = repository
        self._system = system
        self._path = ""
        self._read: list[str] = []

    def read(self, path: str) -> None:
        """Read a configuration, or what it calls; the latter may be missing or broken."""
        main = not self._read
        self._read.append(path)
        try:
            documents = self._repository.yaml(path)
        except UnreadableManifestError:
            if main:
                raise
            self.remote = True
            return
        outer, self._path = self._path, "" if main else path
        for document in documents:
            self._walk(document, "", {}, path)
        self._path = outer

    def _walk(self, node: Node, key: str, values: dict[str, list[str]], path: str) -> None:
        if self._system.lies_elsewhere(key, node):
            self.remote = True
        called = self._system.local_reference(key, node)
        if called:
            self._follow(called, path)
        if isinstance(node, dict):
            if node.get(Text("if")) in ("false", "${{ false }}"):
                return
            values = {**values, **_values(node)}
            folder = node.get(Text("working-directory"))
            for name, value in node.items():
                if isinstance(value, Text) and name in self._system.command_keys:
                    self._command(value, values, str(folder) if isinstance(folder, Text) else "")
                else:
                    self._walk(value, str(name), values, path)
        elif isinstance(node, list):
            for item in node:
                if isinstance(item, Text) and key in self._system.command_keys:
                    self._command(item, values, "")
                else:
                    self._walk(item, key, values, path)

    def _command(self, text: Text, values: dict[str, list[str]], folder: str) -> None:
        for command in shell_commands(text, text.line, self._path):
            for variant in _variants(command.text, values):
                # The folder decides which Makefile or script is meant.
                shown = f"cd {folder} && {variant}" if folder else variant
                self.commands.append(Command(command.line, shown, command.path))

    def _follow(self, reference: str, path: str) -> None:
        if len(self._read) > _MAX_FILES:
            return
        for base in ("", path):
            target = relative(base, reference)
            for candidate in (target, join(target, "action.yml"), join(target, "action.yaml")):
                if (
                    candidate in self._repository
                    and candidate not in self._read
                    and candidate.endswith((".yml", ".yaml"))
                ):
                    self.read(candidate)
                    return


def _values(node: dict[Text, Node]) -> dict[str, list[str]]:
    """What `${{ matrix.x }}`, `${{ env.x }}` and `${{ inputs.x }}` may stand for below a node."""
    found: dict[str, list[str]] = {}

    def add(table: Node | None) -> None:
        for name, value in table.items() if isinstance(table, dict) else ():
            items = value if isinstance(value, list) else [value]
            found.setdefault(str(name), []).extend(
                str(item) for item in items if isinstance(item, Text)
            )

    strategy = node.get(Text("strategy"))
    matrix = strategy.get(Text("matrix")) if isinstance(strategy, dict) else None
    add(matrix)
    included = matrix.get(Text("include")) if isinstance(matrix, dict) else None
    for item in included if isinstance(included, list) else []:
        add(item)
    add(node.get(Text("env")))
    inputs = node.get(Text("inputs"))
    for name, options in inputs.items() if isinstance(inputs, dict) else ():
        if isinstance(options, dict):
            add({name: options.get(Text("default"), Text(""))})
    return found


def _variants(text: str, values: dict[str, list[str]]) -> Iterator[str]:
    """The text with each expression replaced by all that it may stand for; unknown ones stay."""
    names = [name for name in dict.fromkeys(_EXPRESSION.findall(text)) if values.get(name)]
    for chosen in islice(product(*(values[name] for name in names)), _MAX_VARIANTS):
        yield _filled(text, dict(zip(names, chosen, strict=True)))


def _filled(text: str, values: dict[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: values.get(match[1], match[0]), text)
