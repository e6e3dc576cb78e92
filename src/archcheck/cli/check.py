"""``archcheck check``: its arguments and options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from archcheck.cli import options

_OUTPUT = "Output"


def check(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="What to show. The whole project around it is judged.",
            show_default=False,
        ),
    ] = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = False,
    edition: options.Edition = None,
    select: options.Select = None,
    extend_select: options.ExtendSelect = None,
    ignore: options.Ignore = None,
    exclude: options.Exclude = None,
    preview: options.Preview = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Lift selection, ignores and excludes, and show what is suppressed.",
            rich_help_panel="Rules and files",
        ),
    ] = False,
    fail_under: options.FailUnder = None,
    fail_under_strict: options.FailUnderStrict = None,
    fail_under_principle: options.FailUnderPrinciple = None,
    fail_on: options.FailOn = None,
    ci: options.Ci = None,
    jobs: options.Jobs = None,
    cache: options.Cache = None,
    cache_dir: options.CacheDir = None,
    exit_zero: Annotated[
        bool,
        typer.Option(
            "--exit-zero",
            help="Exit with 0 where the gate fails (never where it could not be judged).",
            rich_help_panel="Gate",
        ),
    ] = False,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[=FILE]",
            help="text, concise or json; repeat it for several reports.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            "--top",
            metavar="N",
            min=1,
            help="Show only the N issues that gain most.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    show_files: Annotated[
        bool,
        typer.Option(
            "--show-files",
            help="List the files that would be judged, and why others are not.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False,
    statistics: Annotated[
        bool | None,
        typer.Option(
            "--statistics/--no-statistics",
            help="Say what each rule took too, in one process and without the cache, or nothing of time and size.",
            rich_help_panel=_OUTPUT,
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Issues and verdict only.", rich_help_panel=_OUTPUT),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Add code, traces, advice, suppressed issues and all conditions of the gate.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False,
) -> int:
    """Analyse, score, report and gate a project.

    The project is the nearest folder at or above PATH with pyproject.toml,
    archcheck.toml or .git.

    Exit codes: 0 the gate passed, 1 it failed, 2 it could not be judged.
    """
    from archcheck.cli.checking import CheckArguments, perform
    from archcheck.cli.repeating import remember

    # What typer gives for a list that nobody named depends on its version.
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, (list, tuple)) else value
        for name, value in context.params.items()
        if value is not None
    }
    given = CheckArguments(**values)
    exit_code = perform(given)
    if given.cache is not False:
        remember(context.obj, given)
    return exit_code
