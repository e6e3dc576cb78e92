"""``archcheck init``: look at the project and propose a configuration for it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archcheck.cli import options
from archcheck.cli.console import note, write

if TYPE_CHECKING:
    from archcheck.report import Report

_PYPROJECT, _OWN = "pyproject.toml", "archcheck.toml"
_TABLE = "tool.archcheck"


def init(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Of the project.", show_default=False)
    ] = Path(),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write it without asking.")] = False,
    jobs: options.Jobs = None,
    cache: options.Cache = None,
    cache_dir: options.CacheDir = None,
) -> int:
    """Propose a configuration: kinds, source roots, threshold and layers, each with its reason.

    It is appended to pyproject.toml, or written to archcheck.toml where that is not possible.
    Nothing that exists is changed.
    """
    from archcheck.cli.scope import find_scope

    root = find_scope([path]).root
    _refuse_configured(root)
    file, content, text = _prepared(root, context.params)
    write(text)
    if not yes and not _is_wanted(file):
        return 0
    from archcheck.cli.outputs import write_file

    write_file(root / file, content)
    note(f"written to {file}; `archcheck config show` shows what is in force")
    return 0


def _refuse_configured(root: Path) -> None:
    """Stop where a configuration stands already, or cannot be read.

    Raises:
        ConfigError: a file is broken.
        UsageError: there is a configuration.
    """
    from archcheck.config.sources import file_layer
    from archcheck.errors import ConfigError, UsageError

    problems: list[str] = []
    for file in (_PYPROJECT, _OWN):
        path = root / file
        layer = None
        if path.is_file():
            layer = file_layer(path, file, problems, table=file == _PYPROJECT)
        if layer is not None or (file == _OWN and path.exists()):
            raise UsageError(
                f"{file} configures archcheck already",
                "`archcheck config show` shows what is in force; remove it to begin anew",
            )
    if problems:
        raise ConfigError(problems, "mend the file first: nothing is added to a broken one")


def _prepared(root: Path, parameters: Mapping[str, Any]) -> tuple[str, str, str]:
    """The file to write, its whole content, and of this what is new."""
    from archcheck.cli.proposal import Findings, proposal
    from archcheck.config.tach import read_tach
    from archcheck.engine.discover import discover

    found = Findings(_checked(root, parameters), discover(root).source_roots, read_tach(root))
    pyproject = root / _PYPROJECT
    if pyproject.is_file():
        before = pyproject.read_bytes().decode("utf-8")
        text = proposal(found, _TABLE)
        content = appended(before, text)
        if _adds_table(before, content):
            return _PYPROJECT, content, text
    text = proposal(found, "")
    return _OWN, text, text


def _checked(root: Path, parameters: Mapping[str, Any]) -> Report:
    """The report of a check without configuration; the environment and options say how it is done."""
    from archcheck.api import check
    from archcheck.cli.caching import execution
    from archcheck.cli.loading import load_configuration

    loaded = load_configuration(root, parameters, config_file=None, isolated=True).loaded
    how = execution(root, loaded)
    report = check(root, execution=how)
    for trouble in how.trouble:
        note(f"cache not used: {trouble}")
    return report


def appended(before: str, addition: str) -> str:
    """A TOML document with more at its end, after an empty line, in its own kind of line ends."""
    newline = "\r\n" if "\r\n" in before else "\n"
    gap = "" if not before else newline if before.endswith("\n") else newline * 2
    return before + gap + addition.replace("\n", newline)


def _adds_table(before: str, after: str) -> bool:
    """Whether a document differs by the table of archcheck only; an inline ``tool = {}`` takes no table."""
    import tomli

    try:
        old, new = tomli.loads(before), tomli.loads(after)
    except (tomli.TOMLDecodeError, RecursionError):
        return False
    tool: Any = new.get("tool")
    if not isinstance(tool, dict) or tool.pop("archcheck", None) is None:
        return False
    if "tool" not in old and not tool:
        del new["tool"]
    return bool(old == new)


def _is_wanted(file: str) -> bool:
    """Ask, where somebody is there to answer."""
    if not sys.stdin.isatty():
        note(f"nothing written; `archcheck init --yes` writes it to {file}")
        return False
    return typer.confirm(f"Write this to {file}?", err=True)
