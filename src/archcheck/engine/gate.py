"""The gate: may the build go on, and if not, why and what mends it.

A condition is a function of :class:`GateInput`. Those in ``COMPLETENESS`` ask whether the run could
be judged at all, so that nothing passes vacuously: one that fails makes the exit code 2. Those in
``DEMANDS`` ask whether the code is good enough: one that fails makes it 1. All are evaluated and
reported, in the order in which they are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from msgspec import Struct, field

from archcheck.engine.score import Scale, fix_first, listing
from archcheck.model import Failure, Notice, Principle, Severity
from archcheck.report import Condition, Gate, Issue, Score, Status, Tally, display

PASSED, FAILED, INCOMPLETE = 0, 1, 2
"""Exit codes: the build may go on, it may not, it could not be judged."""


class Thresholds(Struct, frozen=True):
    """The lowest scores that pass, each from 0 to 100.

    Attributes:
        score: for the score (``fail-under``).
        strict: for the strict score (``fail-under-strict``); None asks nothing of it.
        principles: for single principles (``fail-under-principle``).
    """

    score: Fraction = Fraction(80)
    strict: Fraction | None = None
    principles: Mapping[Principle, Fraction] = field(default_factory=dict)


class GateInput(Struct, frozen=True):
    """What the gate looks at: how a run went, what it found and what is asked of it.

    Attributes:
        python_files: how many Python files were analysed.
        first_party_imports: how many imports between the project's own modules were resolved.
        layers_declared: whether the configuration declares layers.
        failures: what could not be read or run.
        unmatched: one notice for each layer, contract or selection that matched nothing.
        stale: one notice for each entry that nobody needs, such as an unused suppression.
        issues: every issue of the run, whatever its status.
        score: of the whole, with the project's own weights and selection.
        strict: the same with all suppressions, ignores, excludes and deselections lifted.
        tallies: that ``score`` was made from.
        scale: that ``score`` was measured with.
        thresholds: the lowest scores that pass.
        fail_on: an open issue of this severity or worse fails; None for never.
        ci: stale entries fail instead of being a notice.
    """

    python_files: int
    first_party_imports: int
    layers_declared: bool
    failures: tuple[Failure, ...]
    unmatched: tuple[Notice, ...]
    stale: tuple[Notice, ...]
    issues: tuple[Issue, ...]
    score: Score
    strict: Fraction | None
    tallies: Mapping[str, Tally]
    scale: Scale
    thresholds: Thresholds = field(default_factory=Thresholds)
    fail_on: Severity | None = Severity.ERROR
    ci: bool = False


def judge_gate(run: GateInput) -> Gate:
    """Evaluate every condition.

    Returns:
        the gate: exit code 2 if the run could not be judged, else 1 if a demand is not met, else 0.
    """
    completeness = tuple(each for conditions in COMPLETENESS for each in conditions(run))
    demands = tuple(each for conditions in DEMANDS for each in conditions(run))
    if not all(condition.passed for condition in completeness):
        exit_code = INCOMPLETE
    elif not all(condition.passed for condition in demands):
        exit_code = FAILED
    else:
        exit_code = PASSED
    return Gate(exit_code, completeness + demands)


# Completeness: exit code 2


def _everything_ran(run: GateInput) -> Iterator[Condition]:
    if not run.failures:
        yield Condition("failures", True, "everything could be read and run")
        return
    first = run.failures[0]
    yield Condition(
        "failures",
        False,
        f"{_count(len(run.failures), 'input')} could not be judged, "
        f"first {_at(first.path, first.line)}{first.message}",
        first.hint
        or "mend it, or leave it out: `--exclude GLOB` for a file, `--ignore CODE` for a rule",
    )


def _python_files(run: GateInput) -> Iterator[Condition]:
    name = "python-files"
    if run.python_files:
        yield Condition(name, True, f"{_count(run.python_files, 'Python file')} analysed")
    else:
        hint = "`archcheck check --show-files` shows what was looked at and left out"
        yield Condition(name, False, "no Python file to check", hint)


def _everything_matched(run: GateInput) -> Iterator[Condition]:
    if not run.unmatched:
        yield Condition("unmatched", True, "every selection, layer and contract matched something")
        return
    first = run.unmatched[0]
    yield Condition(
        "unmatched",
        False,
        f"{_count(len(run.unmatched), 'setting')} matched nothing, "
        f"first {_at(first.path, first.line)}{first.message}",
        first.hint or "`archcheck config show` names the origin of every setting",
    )


def _first_party_imports(run: GateInput) -> Iterator[Condition]:
    name = "first-party-imports"
    if not run.layers_declared:
        return
    if run.first_party_imports:
        yield Condition(
            name, True, f"{_count(run.first_party_imports, 'first-party import')} resolved"
        )
    else:
        message = "layers are declared, but no first-party import was resolved"
        hint = "`archcheck config show` shows the source roots; set `source-roots`"
        yield Condition(name, False, message, hint)


def _evidence(run: GateInput) -> Iterator[Condition]:
    name = "evidence"
    if run.score.value is not None:
        evident = sum(1 for principle in run.score.principles if principle.score is not None)
        yield Condition(name, True, f"{_count(evident, 'principle')} with evidence")
    else:
        hint = "`archcheck config show` shows the kinds, selection and weights in force"
        yield Condition(name, False, "no rule found anything to judge", hint)


def _evidence_for_thresholds(run: GateInput) -> Iterator[Condition]:
    for asked in _asked(run):
        if asked.value is None:
            yield Condition(
                asked.name,
                False,
                f"no evidence to compare with {_number(asked.threshold)}",
                f"`archcheck explain {asked.topic}` says what counts as evidence",
            )


# Demands: exit code 1


def _no_new_issue(run: GateInput) -> Iterator[Condition]:
    """Suppressed and baselined issues are not new; advice costs nothing."""
    fail_on = run.fail_on
    if fail_on is None:
        return
    level = f"`{fail_on.value}`" + ("" if fail_on is Severity.ERROR else " or worse")
    new = [
        issue
        for issue in run.issues
        if issue.status is Status.OPEN and not issue.advice and issue.severity.at_least(fail_on)
    ]
    if not new:
        yield Condition("fail-on", True, f"no new issue of severity {level}")
        return
    first = min(new, key=lambda issue: (-issue.severity.weight, issue.location, issue.rule))
    yield Condition(
        "fail-on",
        False,
        f"{_count(len(new), 'new issue')} of severity {level}, "
        f"first {_at(first.location.path, first.location.line)}{first.rule}",
        f"`archcheck explain {first.rule}` says how to mend it",
    )


def _no_stale_entry(run: GateInput) -> Iterator[Condition]:
    if not run.stale:
        yield Condition("stale", True, "no stale entry")
        return
    first = run.stale[0]
    yield Condition(
        "stale",
        not run.ci,
        f"{_count(len(run.stale), 'stale entry', 'stale entries')}, "
        f"first {_at(first.path, first.line)}{first.message}"
        + ("" if run.ci else " (fails under `--ci`)"),
        first.hint or "remove it",
    )


def _thresholds(run: GateInput) -> Iterator[Condition]:
    for asked in _asked(run):
        if asked.value is None:
            continue  # an incompleteness, reported above
        passed = asked.value >= asked.threshold
        message = f"{display(asked.value)} {'>=' if passed else '<'} {_number(asked.threshold)}"
        if passed:
            yield Condition(asked.name, True, message)
        elif asked.scale is None:
            hint = "`archcheck check --strict` shows what suppressions, ignores and excludes hide"
            yield Condition(asked.name, False, message, hint)
        else:
            codes, step = _fewest_rules(asked.value, asked.threshold, run.tallies, asked.scale)
            these = "this rule" if len(codes) == 1 else f"these {len(codes)} rules"
            yield Condition(
                asked.name,
                False,
                f"{message}: mend {these} for +{step}",
                f"mend {listing(codes, limit=10)}; `archcheck explain {codes[0]}` says how",
            )


Conditions = Callable[[GateInput], Iterable[Condition]]
"""Evaluates one condition of the gate; yields nothing where it does not apply."""

COMPLETENESS: tuple[Conditions, ...] = (
    _everything_ran,
    _python_files,
    _everything_matched,
    _first_party_imports,
    _evidence,
    _evidence_for_thresholds,
)
DEMANDS: tuple[Conditions, ...] = (
    _no_new_issue,
    _no_stale_entry,
    _thresholds,
)


class _Asked(Struct, frozen=True):
    """A threshold beside the score that it is set for.

    Attributes:
        name: of the condition.
        topic: what ``explain`` can say about it.
        value: the score; None without evidence.
        threshold: the lowest that passes.
        scale: measures the value from the run's tallies; None for strict, which rests on others.
    """

    name: str
    topic: str
    value: Fraction | None
    threshold: Fraction
    scale: Scale | None


def _asked(run: GateInput) -> Iterator[_Asked]:
    """Yield the thresholds in force: the score's, the strict score's, the principles' in order."""
    wanted = run.thresholds
    yield _Asked("fail-under", "score", run.score.value, wanted.score, run.scale)
    if wanted.strict is not None:
        yield _Asked("fail-under-strict", "score", run.strict, wanted.strict, None)
    for each in run.score.principles:
        if each.principle in wanted.principles:
            slug = each.principle.slug
            yield _Asked(
                f"fail-under-principle.{slug}",
                slug,
                each.score,
                wanted.principles[each.principle],
                run.scale.only(each.principle),
            )


def _fewest_rules(
    value: Fraction, threshold: Fraction, tallies: Mapping[str, Tally], scale: Scale
) -> tuple[list[str], str]:
    """Return the fewest rules whose mending lifts ``value`` to ``threshold``, and by how much.

    Gains of whole rules add up (see ``gain_per_place``), so taking the largest first is the fewest.
    The gain is the difference of the two scores as shown: the sentence adds up for its reader.
    """
    codes: list[str] = []
    reached = value
    for code, gain in fix_first(tallies, scale):
        if reached >= threshold:
            break
        codes.append(code)
        reached += gain
    return codes, display(Fraction(display(reached)) - Fraction(display(value)))


def _at(path: str, line: int) -> str:
    """Return ``path:line: `` as far as both are known."""
    place = f"{path}:{line}" if path and line else path
    return f"{place}: " if place else ""


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def _number(threshold: Fraction) -> str:
    """Return a threshold as people write it: ``80``, ``79.5``."""
    return f"{float(threshold):g}"
