"""``text``: what a person reads. Issues first, then the principles, what to mend first, and last the verdict.

It needs no colour, fits 80 columns (but for issue lines, which stay whole so that editors can find them), and reads the
same in a log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from msgspec.structs import replace

from archcheck.model import Failure, Notice, Principle, RuleInfo, Severity
from archcheck.report import (
    Condition,
    Issue,
    PrincipleScore,
    Report,
    Status,
    Tally,
    display,
    rule_weight,
)
from archcheck.reporters import RenderOptions
from archcheck.reporters._frames import frame, secret_lines
from archcheck.reporters._terminal import Painter, clean, count, place, text_of, wrap

_BAR = 10
_FIRST_RULES = 5
_CROWD = 50
_MANY = 3
_GOOD, _FAIR = 90, 70
_TITLE = max(len(principle.title) for principle in Principle)


def render(report: Report, options: RenderOptions) -> str:
    """Return the report as paragraphs with an empty line between them."""
    return _Text(report, options).render()


class _Text:
    """One rendering: the report, how to show it, and what several paragraphs look up."""

    def __init__(self, report: Report, options: RenderOptions) -> None:
        self.report = report
        self.options = options
        self.paint = Painter(options.colour)
        self.rules = {info.code: info for info in report.rules}

    def render(self) -> str:
        paragraphs = [*self._files(), self._remarks()]
        if not self.options.quiet:
            paragraphs += [self._head(), self._principles(), self._members(), self._fix_first()]
            paragraphs.append(self._rule_costs())
        paragraphs.append(self._verdict())
        return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"

    # --- issues

    def _files(self) -> Iterator[list[str]]:
        """A paragraph for each file with issues; with code, one for each issue."""
        issues = self.options.shown(self.report)
        if not self.options.verbose:
            issues = tuple(issue for issue in issues if issue.status is Status.OPEN)
        secrets = secret_lines(self.report)
        for _, group in groupby(issues, key=lambda issue: issue.location.path):
            lines = [list(self._issue(issue, secrets)) for issue in group]
            if self.options.verbose:
                yield from lines
            else:
                yield [line for each in lines for line in each]

    def _issue(self, issue: Issue, secrets: frozenset[tuple[str, int]]) -> Iterator[str]:
        code = self.paint.severity(issue.rule, issue.severity)
        error = " (error)" if issue.severity is Severity.ERROR else ""
        yield f"{self.paint(place(issue.location), 'bold')} {code} {text_of(issue)}{error}"
        if not self.options.verbose:
            return
        if issue.status is not Status.OPEN:
            yield f"  {issue.status.value}: {clean(issue.reason) or 'no reason given'}"
        if self.options.lines is not None:
            yield from frame(issue, self.options.lines(issue.location.path), secrets)
        for step in issue.trace:
            yield f"  {clean(step.path)}:{step.line} {clean(step.text)}"
        yield from wrap(self.rules[issue.rule].advice, self.options.width, "  = ")

    # --- what is not an issue

    def _remarks(self) -> list[str]:
        notices = () if self.options.quiet else _collapsed(self.report.notices)
        return [
            line
            for label, style, found in (
                ("failed", "bold red", self.report.failures),
                ("notice", "cyan", notices),
            )
            for remark in found
            for line in self._remark(label, style, remark)
        ]

    def _remark(self, label: str, style: str, remark: Failure | Notice) -> Iterator[str]:
        where = f"{remark.path}:{remark.line}: " if remark.line else f"{remark.path}: "
        text = f"{where if remark.path else ''}{remark.message}"
        first, *rest = wrap(text, self.options.width, f"{label} ", "       ")
        yield self.paint(label, style) + first[len(label) :]
        yield from rest
        if remark.hint:
            yield from wrap(remark.hint, self.options.width, "       hint: ")

    # --- summary

    def _head(self) -> list[str]:
        report, statistics = self.report, self.report.statistics
        kinds = ", ".join(sorted(kind.value for kind in report.project.kinds)) or "no kind found"
        name = self.paint(clean(report.project.name or "project"), "bold")
        lines = [f"{name}: {kinds}; edition {report.edition}"]
        if self.options.verbose:
            lines += [f"  {clean(line)}" for line in report.project.kinds_evidence]
        lines += self._layers()
        if self.options.statistics:
            size = f"{count(statistics.files, 'file')}, {count(statistics.lines, 'line')}"
            lines.append(f"{size}, {statistics.seconds:.1f} s")
        lines.append(self._issue_counts())
        if len(self.options.open(report)) > _CROWD:
            lines.append("`--top 10` shows only those that gain most")
        evident = sum(1 for each in report.score.principles if each.score is not None)
        lines.append(
            f"evidence: {report.evidence[0]} of {report.evidence[1]} rules, "
            f"{evident} of {len(report.score.principles)} principles"
        )
        return lines

    def _layers(self) -> Iterator[str]:
        """One line a detected stack: nobody declared it, so it has to be said."""
        detected = [layer for layer in self.report.layers if layer.confidence]
        for (preset, confidence), group in groupby(
            detected, key=lambda layer: (layer.preset, layer.confidence)
        ):
            stack = list(group)
            names = " > ".join(clean(layer.name) for layer in stack if layer.modules)
            text = f"layers: {preset}, detected with {confidence} confidence: {names}"
            yield from wrap(text, self.options.width, "", "  ")
            evidence = stack[0].evidence
            shown = evidence if self.options.verbose else evidence[:1]
            for line in shown:
                yield from wrap(clean(line), self.options.width, "  ", "    ")
            if len(evidence) > len(shown):
                yield f"  and {count(len(evidence) - len(shown), 'container')} more"

    def _issue_counts(self) -> str:
        """How many issues of each severity, how many cost nothing, and how many are silenced."""
        issues = self.report.issues
        open_issues = [issue for issue in issues if issue.status is Status.OPEN]
        scored = Counter(issue.severity for issue in open_issues if not issue.advice)
        parts = [
            count(scored[severity], severity.value) for severity in Severity if scored[severity]
        ]
        advice = sum(issue.advice for issue in open_issues)
        if advice:
            parts.append(f"{advice:,} advice")
        files = len({issue.location.path for issue in open_issues})
        text = f"{', '.join(parts)} in {count(files, 'file')}" if parts else "no open issue"
        silenced = Counter(issue.status for issue in issues)
        if silenced[Status.SUPPRESSED]:
            text += f"; {silenced[Status.SUPPRESSED]:,} suppressed"
            bare = sum(issue.status is Status.SUPPRESSED and not issue.reason for issue in issues)
            text += f", {bare:,} of them without a reason" if bare else ""
        if silenced[Status.BASELINED]:
            text += f"; {silenced[Status.BASELINED]:,} in the baseline"
        hidden = len(issues) - len(self.options.shown(self.report))
        return text + (f"; {hidden:,} of all not shown" if hidden else "")

    def _principles(self) -> list[str]:
        heading = f"{'Principles':<{_TITLE + _BAR + 6}}score  complies"
        lines = [self.paint(heading, "bold")]
        for each in self.report.score.principles:
            lines += self._principle(each)
            if self.options.verbose:
                lines += self._practices(each.principle)
        return lines

    def _principle(self, each: PrincipleScore) -> Iterator[str]:
        title = f"{each.principle.number:>2}  {each.principle.title:<{_TITLE}}"
        if each.score is None:
            yield f"{title}  {self.paint('no evidence', 'dim')}"
            return
        right = f"{each.opportunities - each.violations:,} of {each.opportunities:,}"
        thin = ", thin" if each.thin else ""
        yield f"{title}  {self._bar(each.score)} {display(each.score):>5}  {right}{thin}"
        for info, tally in self._evidence(each.principle):
            text = f"{tally.n - tally.violations:,} of {tally.n:,} {info.noun}"
            yield from wrap(text, self.options.width, "      ")

    def _practices(self, principle: Principle) -> Iterator[str]:
        """What the project does well, each at its first place."""
        mark = "✓" if self.options.unicode else "+"
        for practice in self.report.practices:
            if practice.principle is principle:
                line = practice.location.line
                where = f"{practice.location.path}:{line}" if line else practice.location.path
                by_name = f"{practice.name}, " if practice.name != practice.location.path else ""
                text = f"{practice.title}: {by_name}{where}"
                yield from wrap(text, self.options.width, f"    {mark} ", "        ")

    def _evidence(self, principle: Principle) -> list[tuple[RuleInfo, Tally]]:
        """The rule that costs the principle most; under ``verbose`` every rule with an opportunity."""
        found = [
            (info, tally)
            for info in self.report.rules
            if info.principle is principle
            and not info.preview
            and (tally := self.report.tallies.get(info.code)) is not None
            and tally.n
        ]
        if self.options.verbose:
            return found
        violated = [pair for pair in found if pair[1].violations]
        return sorted(violated, key=_loss, reverse=True)[:1]

    def _bar(self, score: Fraction) -> str:
        """Filled to the score, rounded down: only 100 fills it."""
        full, empty = ("█", "░") if self.options.unicode else ("#", ".")
        filled = int(score * _BAR // 100)
        style = "green" if score >= _GOOD else "yellow" if score >= _FAIR else "red"
        return self.paint(full * filled, style) + self.paint(empty * (_BAR - filled), "dim")

    def _members(self) -> list[str]:
        members = self.report.members
        if len(members) < 2:
            return []
        width = max(len(clean(each.member.root or ".")) for each in members)
        lines = [self.paint("Members", "bold")]
        for each in sorted(members, key=lambda each: each.member.root):
            score = "no evidence" if each.score.value is None else display(each.score.value)
            kinds = ", ".join(sorted(kind.value for kind in each.member.kinds))
            root = clean(each.member.root or ".")
            lines.append(f"  {root:<{width}}  {score:>5}  {each.score.grade or '-'}  {kinds}")
        return lines

    def _fix_first(self) -> list[str]:
        rows = self.report.fix_first[:_FIRST_RULES]
        if not rows:
            return []
        lines = [self.paint("Fix first", "bold")]
        for code, gain in rows:
            info, tally = self.rules[code], self.report.tallies[code]
            start = f"  {_gain(gain):>6}  "
            text = f"{code} {info.name}: {info.advice} ({count(tally.violations, 'place')})"
            first, *rest = wrap(text, self.options.width, start)
            lines += [first.replace(code, self.paint.severity(code, info.severity), 1), *rest]
        return lines

    def _rule_costs(self) -> list[str]:
        """What each rule took, where that was asked for; a name is looked up once, for the first that asks."""
        costs = self.options.statistics and self.report.statistics.rule_seconds
        if not costs:
            return []
        total = sum(seconds for _, seconds in costs) or 1.0
        lines = [self.paint("Rules by time", "bold")]
        for code, seconds in costs:
            lines.append(
                f"  {seconds:8.3f} s {seconds / total:5.1%}  {code} {self.rules[code].name}"
            )
        return lines

    # --- verdict

    def _verdict(self) -> list[str]:
        gate = self.report.gate
        failed = [condition for condition in gate.conditions if not condition.passed]
        shown = gate.conditions if self.options.verbose else failed
        word, style = {0: ("passed", "bold green"), 1: ("failed", "bold red")}.get(
            gate.exit_code, ("not judged", "bold red")
        )
        lines = [*self._score(), f"Gate   {self.paint(word, style)}"]
        for condition in shown:
            lines += self._condition(condition)
        return lines

    def _score(self) -> Iterator[str]:
        report, score = self.report, self.report.score
        if score.value is None:
            yield "Score  none: nothing found to judge"
            return
        doubt = "" if report.complete else ", incomplete: do not rely on it"
        text = f"{display(score.value)} of 100, grade {score.grade}{doubt}"
        yield f"Score  {self.paint(text, 'bold')}"
        if score.grade_reason:
            yield from wrap(f"grade {score.grade_reason}", self.options.width, " " * 7)
        if report.strict is not None and report.strict != score.value:
            yield from wrap(
                f"strict {display(report.strict)}: with all suppressions, ignores and excludes lifted",
                self.options.width,
                " " * 7,
            )
        if report.customised:
            standard = "none" if report.standard_score is None else display(report.standard_score)
            yield from wrap(
                f"customised; standard score {standard}: with the edition's own rules and weights",
                self.options.width,
                " " * 7,
            )

    def _condition(self, condition: Condition) -> Iterator[str]:
        mark = "  ok   " if condition.passed else "       "
        yield from wrap(f"{condition.name}: {condition.message}", self.options.width, mark, " " * 9)
        if condition.hint and not condition.passed:
            yield from wrap(f"hint: {condition.hint}", self.options.width, " " * 9, " " * 15)


def _loss(pair: tuple[RuleInfo, Tally]) -> Fraction:
    """What a rule takes from its principle, up to a factor that all rules of the principle share."""
    info, tally = pair
    weight = rule_weight(info.severity, tally.n, whole_repository=info.whole_repository)
    return weight * Fraction(tally.violations, tally.n)


def _gain(gain: Fraction) -> str:
    shown = display(gain)
    return f"+{shown}" if shown != "0.0" else "+<0.1"


def _collapsed(notices: Sequence[Notice]) -> Iterator[Notice]:
    """The notices with those of one kind and text put together when there are many."""
    for _, group in groupby(notices, key=lambda notice: (notice.kind, notice.message)):
        first, *more = group
        if len(more) < _MANY:
            yield first
            yield from more
        else:
            message = f"and {len(more):,} files more: {first.message}"
            yield replace(first, message=message)
