"""``archcheck check``: analyse, score, report, gate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archcheck.cli import options
from archcheck.cli.console import is_unicode, note, wants_colour, width, write

if TYPE_CHECKING:
    from archcheck.cli.loading import Configuration
    from archcheck.cli.outputs import Output
    from archcheck.cli.recalling import Recollection
    from archcheck.cli.scope import Scope
    from archcheck.config.settings import Settings
    from archcheck.report import Issue, Report

# What judges is imported by the functions below: `--help` and `--version` need none of it.

_OUTPUT = "Output"
FAILED = 1


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
    from archcheck.cli.outputs import parse_outputs
    from archcheck.cli.recalling import Recollection, recall
    from archcheck.cli.scope import find_scope
    from archcheck.errors import UsageError
    from archcheck.plugins import reporter_names

    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other", "leave one of them out")
    outputs = parse_outputs(formats or (), reporter_names())
    scope = find_scope(paths or ())
    # A report out of the cache cannot tell what its rules took.
    recollection = Recollection() if statistics else recall(scope.root, context.params)
    report = recollection.report
    if report is None or show_files:
        from archcheck.cli.loading import load_configuration

        configuration = load_configuration(
            scope.root, context.params, config_file=config, isolated=isolated
        )
        if show_files:
            return _show_files(scope, configuration.loaded.settings)
        report = _judge(
            scope, configuration, recollection, strict=strict, time_rules=statistics is True
        )
    issues = _issues_to_show(report, scope, top)
    for output in outputs:
        text = _render(
            report,
            output,
            issues,
            root=scope.root,
            statistics=statistics is not False,
            quiet=quiet,
            verbose=verbose or strict,
        )
        _deliver(output, text)
    if not quiet and not any(output.format == "text" and output.file is None for output in outputs):
        _say_verdict(report)
    exit_code = report.gate.exit_code
    return 0 if exit_zero and exit_code == FAILED else exit_code


def _judge(
    scope: Scope,
    configuration: Configuration,
    recollection: Recollection,
    *,
    strict: bool,
    time_rules: bool,
) -> Report:
    from archcheck.api import check as judge
    from archcheck.cli.caching import execution

    settings, member_settings = configuration.loaded.settings, configuration.member_settings

    def lifted(member: str) -> Settings | None:
        own = member_settings(member)
        return own.lifted() if own is not None else None

    how = execution(scope.root, configuration.loaded)
    how.alias, how.walk = recollection.alias, recollection.walk
    how.time_rules = time_rules
    report = judge(
        scope.root,
        settings.lifted() if strict else settings,
        member_settings=lifted if strict else member_settings,
        execution=how,
    )
    for trouble in how.trouble:
        note(f"cache not used: {trouble}")
    return report


def _issues_to_show(report: Report, scope: Scope, top: int | None) -> tuple[Issue, ...]:
    """The issues of the paths asked for, of these the ``top`` that gain most, in the report's order."""
    from archcheck.report import Status

    issues = [issue for issue in report.issues if scope.covers_issue(issue)]
    if top is not None:
        open_issues = [issue for issue in issues if issue.status is Status.OPEN]
        best = sorted(open_issues, key=lambda issue: (-issue.gain, -issue.severity.weight))[:top]
        kept = {id(issue) for issue in best}
        issues = [issue for issue in issues if id(issue) in kept]
    return tuple(issues)


def _render(
    report: Report,
    output: Output,
    issues: tuple[Issue, ...],
    *,
    root: Path,
    statistics: bool,
    quiet: bool,
    verbose: bool,
) -> str:
    from archcheck.cli.lines import LineReader
    from archcheck.plugins import load_reporter
    from archcheck.reporters import RenderOptions

    on_screen = output.file is None
    render = load_reporter(output.format)
    return render(
        report,
        RenderOptions(
            issues=issues,
            width=width() if on_screen else 80,
            colour=on_screen and wants_colour(sys.stdout),
            unicode=not on_screen or is_unicode(sys.stdout),
            verbose=verbose,
            quiet=quiet,
            statistics=statistics,
            lines=LineReader(root) if verbose else None,
        ),
    )


def _deliver(output: Output, text: str) -> None:
    from archcheck.cli.outputs import write_file

    if output.file is None:
        write(text)
    else:
        write_file(output.file, text)
        note(f"{output.format} report written to {output.file}")


def _say_verdict(report: Report) -> None:
    """Where no text report shows it, say the verdict on stderr, so that a log explains the exit code."""
    from archcheck.report import display

    value = report.score.value
    score = "no score" if value is None else f"score {display(value)}, grade {report.score.grade}"
    verdict = {0: "passed", FAILED: "failed"}.get(report.gate.exit_code, "not judged")
    note(f"{score}, gate {verdict}")
    for condition in report.gate.conditions:
        if not condition.passed:
            note(f"  {condition.name}: {condition.message}")
            note(f"    hint: {condition.hint}")


def _show_files(scope: Scope, settings: Settings) -> int:
    from archcheck.engine.discover import discover
    from archcheck.reporters._terminal import clean

    target = discover(scope.root, exclude=settings.exclude, source_roots=settings.source_roots)
    found = [source for source in target.sources if scope.covers(source.path)]
    write("".join(f"{clean(source.path)}\n" for source in found))
    for source in found:
        if source.excluded:
            note(f"excluded, counts for the strict score only: {clean(source.path)}")
    for path in target.skipped:
        if scope.covers(path):
            note(f"vendored or generated, never judged: {clean(path)}")
    for remark in target.notices:
        if scope.covers(remark.path):
            note(f"{clean(remark.path)}: {clean(remark.message)}")
    return 0
