"""Judge: from outcomes to issues and tallies.

Three tallies are kept side by side. *Configured* follows the selection, the excludes and the suppressions.
*Standard* lifts the selection only. *Strict* lifts everything: excluded files, deselected rules, suppressed places.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from archcheck.analysis.project import Project
from archcheck.engine.standing import Silence, Silencer
from archcheck.model import Outcome, RuleInfo, Severity, TraceStep, Verdict
from archcheck.report import Issue, Status, Tally
from archcheck.rule import Rule

Tallies = dict[str, dict[str, Tally]]
"""Member root -> rule code -> tally."""


class _Counter(Struct):
    """Tallies under construction."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, member: str, rule: str, what: str) -> None:
        self.counts[member, rule, what] += 1

    def tallies(self, members: Iterable[str]) -> Tallies:
        found: Tallies = {member: {} for member in members}
        words: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for (member, rule, what), number in self.counts.items():
            words[member, rule][what] = number
        for (member, rule), counts in sorted(words.items()):
            found[member][rule] = Tally(
                rule,
                opportunities=counts["complies"] + counts["violates"],
                violations=counts["violates"],
                suppressed=counts["suppressed"],
                advice=counts["advice"],
            )
        return found


class Settled(Struct, frozen=True):
    """A program as a whole, and everything that the rules say of it."""

    project: Project
    outcomes: tuple[Outcome, ...]


class Verdicts(Struct, frozen=True):
    """What the judge stage hands on: issues without gains, and the three tallies."""

    issues: tuple[Issue, ...]
    configured: Tallies
    standard: Tallies
    strict: Tallies


class _Place(Struct, frozen=True):
    """A violating place whose rule is selected, with what silences it."""

    outcome: Outcome
    member: str
    silence: Silence | None


class Judge:
    """Applies kinds, gates, selection and suppression to outcomes.

    Args:
        rules: every rule of the run.
        infos: what they say of themselves, by code.
        severities: overrides by code.
        selected: codes whose issues are shown and scored, by member root.
        excluded: paths that count for the strict score only.
        silencer: suppressions of the run.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        infos: Mapping[str, RuleInfo],
        *,
        severities: Mapping[str, Severity],
        selected: Mapping[str, Collection[str]],
        excluded: Collection[str],
        silencer: Silencer,
    ) -> None:
        self._rules = {rule.code: rule for rule in rules}
        self._infos = infos
        self._severities = severities
        self._selected = selected
        self._excluded = excluded
        self._silencer = silencer

    def judge(self, shown: Settled, lifted: Settled) -> Verdicts:
        """Sort every outcome into the tallies, and the violating ones into issues.

        Args:
            shown: the program without the excluded files.
            lifted: the program with them, the same where nothing is excluded.
        """
        configured, standard = _Counter(), _Counter()
        places: list[_Place] = []
        fitting = list(self._fitting(shown))
        for outcome, member in fitting:
            if outcome.place.location.path in self._excluded:
                continue
            violates = outcome.verdict is Verdict.VIOLATES
            silence = self._silencer.of(outcome) if violates else None
            hidden = silence is not None and not silence.counts and not outcome.advice
            what = "suppressed" if hidden else _word(outcome)
            standard.add(member, outcome.rule, what)
            if outcome.rule not in self._selected[member]:
                continue
            configured.add(member, outcome.rule, what)
            if violates:
                places.append(_Place(outcome, member, silence))
        places.sort(key=lambda place: _order(place.outcome))
        roots = [member.root for member in shown.project.members]
        strict = _Counter(
            Counter(
                (member, outcome.rule, _word(outcome))
                for outcome, member in (fitting if lifted is shown else self._fitting(lifted))
            )
        )
        return Verdicts(
            issues=tuple(self._issues(places, shown.project)),
            configured=configured.tallies(roots),
            standard=standard.tallies(roots),
            strict=strict.tallies(member.root for member in lifted.project.members),
        )

    def _fitting(self, settled: Settled) -> Iterator[tuple[Outcome, str]]:
        """The outcomes of the rules that suit their member's kinds and pass their gate there, with its root."""
        project = settled.project
        fits: dict[tuple[str, str], bool] = {}
        for outcome in dict.fromkeys(settled.outcomes):
            member = project.member_of(outcome.place.location.path)
            key = (outcome.rule, member.root)
            if key not in fits:
                rule = self._rules[outcome.rule]
                suits = not rule.kinds or bool(rule.kinds & member.kinds)
                fits[key] = suits and rule.gate(project, member.root)
            if fits[key]:
                yield outcome, member.root

    # --- issues

    def _issues(self, places: Sequence[_Place], project: Project) -> Iterable[Issue]:
        groups: dict[tuple[object, ...], list[_Place]] = {}
        for number, place in enumerate(places):
            outcome = place.outcome
            own = (outcome.group,) if outcome.group else ("", number)
            silenced = place.silence is not None
            groups.setdefault(
                (outcome.rule, place.member, silenced, outcome.advice, *own), []
            ).append(place)
        ordinals: Counter[str] = Counter()
        issues = []
        for group in groups.values():
            lead = next((place for place in group if place.outcome.trace), group[0])
            identity = self._identity(lead.outcome, project)
            ordinals[identity] += 1
            issues.append(self._issue(lead, group, f"{identity}|{ordinals[identity]}"))
        return sorted(issues, key=lambda issue: (issue.location, issue.rule, issue.message))

    def _issue(self, lead: _Place, group: Sequence[_Place], identity: str) -> Issue:
        outcome, silence = lead.outcome, lead.silence
        trace = outcome.trace
        if not trace and len(group) > 1:
            trace = tuple(
                TraceStep(
                    place.outcome.place.location.path,
                    place.outcome.place.location.line,
                    place.outcome.message,
                )
                for place in group
            )
        return Issue(
            rule=outcome.rule,
            severity=self._severity(outcome),
            location=outcome.place.location,
            message=outcome.message,
            advice=outcome.advice,
            status=Status.SUPPRESSED if silence else Status.OPEN,
            reason=silence.reason if silence else "",
            places=len(group),
            fingerprint=hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()[:16],
            member=lead.member,
            trace=trace,
        )

    def _severity(self, outcome: Outcome) -> Severity:
        if outcome.advice:
            return Severity.INFO
        if outcome.rule in self._severities:
            return self._severities[outcome.rule]
        return outcome.severity or self._infos[outcome.rule].severity

    @staticmethod
    def _identity(outcome: Outcome, project: Project) -> str:
        """What a fingerprint is made of: no line number, no value."""
        path = outcome.place.location.path
        if outcome.group:
            return f"{outcome.rule}|{outcome.group}"
        facts = project.by_path.get(path)
        module = facts.name if facts is not None and facts.name else path
        return "|".join((outcome.rule, module, outcome.place.scope, outcome.place.subject))


def _word(outcome: Outcome) -> str:
    """What an outcome counts as."""
    if outcome.advice:
        return "advice"
    # Asking an enumeration for its value is slow, and this is asked of every outcome.
    return "violates" if outcome.verdict is Verdict.VIOLATES else "complies"


def _order(outcome: Outcome) -> tuple[object, ...]:
    location = outcome.place.location
    # Its parts and not the location itself: dataclasses compare many times slower than tuples.
    where = (location.path, location.line, location.column, location.end_line, location.end_column)
    return (where, outcome.rule, outcome.verdict.value, outcome.message, outcome.advice)
