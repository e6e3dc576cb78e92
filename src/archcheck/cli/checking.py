"""What ``archcheck check`` does once its command line is read: analyse, score, report, gate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from archcheck.cli.console import is_unicode, note, wants_colour, width, write
from archcheck.cli.exit_codes import FAILED
from archcheck.record import Record

if TYPE_CHECKING:
    from archcheck.cli.loading import Configuration
    from archcheck.cli.outputs import Output
    from archcheck.cli.recalling import Recollection
    from archcheck.cli.scope import Scope
    from archcheck.config.settings import Settings
    from archcheck.report import Issue, Report

# What judges is imported by the functions below: to recall a report takes none of it.


class CheckArguments(Record, frozen=True):
    """The arguments and options of the command by Python name; what each does says `archcheck.cli.check`."""

    paths: tuple[Path, ...] = ()
    config: Path | None = None
    isolated: bool = False
    edition: str | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    preview: bool | None = None
    strict: bool = False
    fail_under: float | None = None
    fail_under_strict: float | None = None
    fail_under_principle: tuple[str, ...] = ()
    fail_on: str | None = None
    ci: bool | None = None
    jobs: int | None = None
    cache: bool | None = None
    cache_dir: str | None = None
    exit_zero: bool = False
    formats: tuple[str, ...] = ()
    top: int | None = None
    show_files: bool = False
    statistics: bool | None = None
    quiet: bool = False
    verbose: bool = False


def perform(given: CheckArguments) -> int:
    """Check, report and gate.

    Returns:
        the exit code.
    """
    from archcheck.cli.outputs import parse_outputs
    from archcheck.cli.recalling import Recollection, recall
    from archcheck.cli.scope import find_scope
    from archcheck.errors import UsageError
    from archcheck.plugins import reporter_names

    if given.quiet and given.verbose:
        raise UsageError("--quiet and --verbose exclude each other", "leave one of them out")
    outputs = parse_outputs(given.formats, reporter_names())
    parameters = asdict(given)
    scope = find_scope(given.paths)
    # A report out of the cache cannot tell what its rules took.
    recollection = Recollection() if given.statistics else recall(scope.root, parameters)
    report = recollection.report
    if report is None or given.show_files:
        from archcheck.cli.loading import load_configuration

        configuration = load_configuration(
            scope.root, parameters, config_file=given.config, isolated=given.isolated
        )
        if given.show_files:
            return _show_files(scope, configuration.loaded.settings)
        report = _judge(
            scope,
            configuration,
            recollection,
            strict=given.strict,
            time_rules=given.statistics is True,
        )
    issues = _issues_to_show(report, scope, given.top)
    for output in outputs:
        text = _render(
            report,
            output,
            issues,
            root=scope.root,
            statistics=given.statistics is not False,
            quiet=given.quiet,
            verbose=given.verbose or given.strict,
        )
        _deliver(output, text)
    if not given.quiet and not any(
        output.format == "text" and output.file is None for output in outputs
    ):
        _say_verdict(report)
    exit_code = report.gate.exit_code
    return 0 if given.exit_zero and exit_code == FAILED else exit_code


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
