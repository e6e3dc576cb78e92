"""The application: its commands, and how a command line is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any

import typer

from archcheck import __version__
from archcheck.cli import check, clean, config, explain, graph, init, rules, why
from archcheck.cli.console import error, write
from archcheck.cli.exit_codes import INTERRUPTED, NOT_JUDGED

_DEFAULT = "check"
_OWN_OPTIONS = frozenset(
    {"--help", "-h", "--version", "-V", "--install-completion", "--show-completion"}
)
# Both click and typer's own copy of it derive their usage errors from this class, and neither is ours to import.
_CommandLineError: type[Any] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="archcheck",
    help="Check a Python project against twelve architecture principles.",
    epilog="`archcheck PATH...` is short for `archcheck check PATH...`.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
app.command("check")(check.check)
app.command("explain")(explain.explain)
app.command("rules")(rules.rules)
app.command("init")(init.init)
app.command("why")(why.why)
app.command("clean")(clean.clean)
app.command("graph")(graph.graph)
app.add_typer(config.app, name="config")


def _show_version(wanted: bool) -> None:
    if wanted:
        write(f"archcheck {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_show_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Check a Python project against twelve architecture principles."""


def invoke(arguments: Sequence[str]) -> int:
    """Read a command line and do what it says.

    Args:
        arguments: without the program's name.

    Returns:
        the exit code.

    Raises:
        ArchcheckError, OSError: what the command could not do.
    """
    command: Any = typer.main.get_command(app)
    try:
        result = command(
            args=with_default_command(arguments, command.commands),
            prog_name="archcheck",
            standalone_mode=False,
            obj=tuple(arguments),
        )
    except _CommandLineError as problem:
        context = getattr(problem, "ctx", None)
        path = context.command_path if context is not None else "archcheck"
        error(problem.format_message(), f"`{path} --help` lists what there is")
        return NOT_JUDGED
    except typer.Abort:
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def with_default_command(arguments: Sequence[str], commands: Collection[str]) -> list[str]:
    """Put ``check`` before arguments that begin with neither a command nor an option of the application."""
    if arguments and (arguments[0] in commands or arguments[0] in _OWN_OPTIONS):
        return list(arguments)
    return [_DEFAULT, *arguments]
