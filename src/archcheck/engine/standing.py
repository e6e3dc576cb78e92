"""What becomes of an outcome: does it count, for which score, and is its issue open?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from msgspec import Struct, field
from pathspec import GitIgnoreSpec

from archcheck.config.select import specificity
from archcheck.model import Notice, Outcome, RuleInfo, Suppression


def matches(selector: str, rule: RuleInfo) -> bool:
    """Whether a code, prefix, rule name or principle slug means ``rule``."""
    return specificity(selector, rule.code, rule.name) > 0


class Ignore(Struct, frozen=True):
    """An entry of ``per-file-ignores``.

    Attributes:
        pattern: gitignore-style.
        selectors: codes, prefixes, names or principles.
        reason: why; without one the places still count in the score.
        base: folder that the pattern is relative to and confined to, ``""`` for the root.
    """

    pattern: str
    selectors: tuple[str, ...]
    reason: str = ""
    base: str = ""

    def covers(self, path: str) -> bool:
        """Whether a file is meant."""
        if self.base and not path.startswith(f"{self.base}/"):
            return False
        inner = path[len(self.base) + 1 :] if self.base else path
        return _spec(self.pattern).match_file(inner)


@cache
def _spec(pattern: str) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines([pattern])


class Silence(Struct, frozen=True):
    """Why a place is silent.

    Attributes:
        reason: shown with the issue.
        counts: it still counts as a violation in the score (no reason was given).
    """

    reason: str
    counts: bool


class Silencer(Struct):
    """Looks up what silences an outcome, and remembers which comments were needed.

    Args:
        suppressions: comments of all files.
        ignores: entries of ``per-file-ignores``.
        rules: by code.
        today: for expired suppressions.
        unasked: codes of rules that did not run: nobody can tell whether what names them is needed.
    """

    suppressions: Iterable[Suppression]
    ignores: Sequence[Ignore]
    rules: Mapping[str, RuleInfo]
    today: dt.date
    unasked: Collection[str] = ()
    _by_line: dict[tuple[str, int], list[Suppression]] = field(default_factory=dict)
    _by_file: dict[str, list[Suppression]] = field(default_factory=dict)
    _by_block: dict[str, list[Suppression]] = field(default_factory=dict)
    _used: set[Suppression] = field(default_factory=set)
    _used_ignores: set[Ignore] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.suppressions = tuple(self.suppressions)
        for item in self.suppressions:
            if item.whole_file:
                self._by_file.setdefault(item.path, []).append(item)
                continue
            self._by_line.setdefault((item.path, item.line), []).append(item)
            if item.last_line:
                self._by_block.setdefault(item.path, []).append(item)

    def of(self, outcome: Outcome) -> Silence | None:
        """What silences a violating place, ours before a peer's; None when nothing does."""
        rule = self.rules[outcome.rule]
        location = outcome.place.location
        candidates = list(self._by_file.get(location.path, ()))
        lines = {outcome.place.statement_line, *range(location.line, location.end_line + 1)}
        for line in sorted(lines):
            candidates.extend(self._by_line.get((location.path, line), ()))
        candidates.extend(
            item
            for item in self._by_block.get(location.path, ())
            if item.line < location.line <= item.last_line
        )
        for item in sorted(candidates, key=lambda candidate: bool(candidate.peer)):
            if item.peer:
                if self._peer_covers(item, rule):
                    return Silence(f"{item.peer} {', '.join(item.codes)}".strip(), counts=False)
            elif any(matches(code, rule) for code in item.codes):
                self._used.add(item)
                if not self._expired(item):
                    return Silence(item.reason, counts=not item.reason)
        for ignore in self.ignores:
            if any(matches(code, rule) for code in ignore.selectors) and ignore.covers(
                location.path
            ):
                self._used_ignores.add(ignore)
                return Silence(
                    ignore.reason or f"per-file-ignores {ignore.pattern}", counts=not ignore.reason
                )
        return None

    def _peer_covers(self, item: Suppression, rule: RuleInfo) -> bool:
        if rule.code in item.codes:
            return True
        if not item.codes:  # a blanket comment silences everything its owner could say
            return bool(rule.waived_by)
        return not set(item.codes).isdisjoint(rule.waived_by)

    def _expired(self, item: Suppression) -> bool:
        if not item.until:
            return False
        try:
            return dt.date.fromisoformat(item.until) < self.today
        except ValueError:
            return True

    def stale(self) -> list[Notice]:
        """Suppressions of ours that matched nothing, expired or gave no reason worth the name."""
        notices: list[Notice] = []
        for item in self.suppressions:
            if item.peer:
                continue
            codes = ", ".join(item.codes)
            if self._expired(item):
                notices.append(
                    Notice(
                        "expired-suppression",
                        item.path,
                        item.line,
                        f"`ignore[{codes}]` ended on {item.until}",
                        "mend the finding or set a new date",
                    )
                )
            elif item not in self._used and not self._names_unasked(item.codes):
                notices.append(
                    Notice(
                        "unused-suppression",
                        item.path,
                        item.line,
                        f"`ignore[{codes}]` matches no finding",
                        "remove the comment",
                    )
                )
        for ignore in self.ignores:
            if ignore not in self._used_ignores and not self._names_unasked(ignore.selectors):
                notices.append(
                    Notice(
                        "unused-ignore",
                        "",
                        0,
                        f"`per-file-ignores` entry `{ignore.pattern}` matches no finding",
                        "remove the entry",
                    )
                )
        return notices

    def _names_unasked(self, selectors: Iterable[str]) -> bool:
        names = {name for code in self.unasked for name in (code, self.rules[code].name)}
        return not names.isdisjoint(selectors)
