"""The application: its commands, and what becomes of their results and errors.

Exit codes: 0 the gate passed; 1 it failed; 2 it could not be judged; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Collection, Sequence
from typing import Annotated, Any, NoReturn

import typer

from archcheck import __version__
from archcheck.cli import check, clean, config, explain, graph, init, rules, why
from archcheck.cli.console import error, prepare_streams, write
from archcheck.errors import ArchcheckError, ConfigError

NOT_JUDGED, INTERRUPTED = 2, 130

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


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    # The process ends with its command, and nothing of any size that it makes holds itself by a cycle.
    gc.disable()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: without the program's name.

    Returns:
        the exit code. No exception leaves this function.
    """
    prepare_streams()
    try:
        command: Any = typer.main.get_command(app)
        result = command(
            args=with_default_command(arguments, command.commands),
            prog_name="archcheck",
            standalone_mode=False,
        )
    except _CommandLineError as problem:
        context = getattr(problem, "ctx", None)
        path = context.command_path if context is not None else "archcheck"
        error(problem.format_message(), f"`{path} --help` lists what there is")
        return NOT_JUDGED
    except ConfigError as problem:
        if len(problem.problems) == 1:
            error(problem.message, problem.hint)
        else:
            listed = "".join(f"\n  {line}" for line in problem.problems)
            error(f"{len(problem.problems)} problems in the configuration:{listed}", problem.hint)
        return NOT_JUDGED
    except ArchcheckError as problem:
        error(problem.message, problem.hint)
        return NOT_JUDGED
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except OSError as problem:
        return _system_error(problem)
    except Exception as defect:  # noqa: BLE001 - no traceback may reach the user
        return _internal_error(defect)
    if result == INTERRUPTED:
        return _interrupted()
    return result if isinstance(result, int) else 0


def with_default_command(arguments: Sequence[str], commands: Collection[str]) -> list[str]:
    """Put ``check`` before arguments that begin with neither a command nor an option of the application."""
    if arguments and (arguments[0] in commands or arguments[0] in _OWN_OPTIONS):
        return list(arguments)
    return [_DEFAULT, *arguments]


def _interrupted() -> int:
    error("interrupted")
    return INTERRUPTED


def _system_error(problem: OSError) -> int:
    if _is_debugging():
        traceback.print_exc()
        return NOT_JUDGED
    where = f"`{problem.filename}`: " if problem.filename else ""
    error(
        f"{where}{problem.strerror or problem}",
        "check that the disk has space and that files and folders may be read",
    )
    return NOT_JUDGED


def _internal_error(defect: Exception) -> int:
    if _is_debugging():
        traceback.print_exc()
        return NOT_JUDGED
    error(
        f"internal error: {type(defect).__name__}: {defect}",
        "this is a defect of archcheck: report it with what `ARCHCHECK_DEBUG=1` prints for the same command",
    )
    return NOT_JUDGED


def _is_debugging() -> bool:
    return os.environ.get("ARCHCHECK_DEBUG") == "1"
