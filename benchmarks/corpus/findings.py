"""Findings kept from one run to the next, compared, and sampled for reading.

They are kept as sorted text, one finding a line, compressed, so that any tool can read them as well.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from corpus.releases import Release
from corpus.reports import OPEN, Finding

_LINE = re.compile(
    r"(?P<code>[A-Z]+\d+) (?P<path>.+?):(?P<line>\d+) \[(?P<status>[a-z]+)\] (?P<message>.*)"
)


@dataclass(frozen=True)
class RuleChange:
    """What one rule says now and did not, or said and does not any more."""

    code: str
    added: tuple[Finding, ...]
    removed: tuple[Finding, ...]


class FindingStore:
    """The findings of the last run, one file a release."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, release: Release) -> tuple[Finding, ...] | None:
        """The findings of the last run; ``None`` where there was none."""
        path = self._path(release)
        if not path.is_file():
            return None
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return tuple(_parsed(line.rstrip("\n")) for line in stream)

    def save(self, release: Release, findings: Iterable[Finding]) -> None:
        """Replace the findings of the last run."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with gzip.open(self._path(release), "wt", encoding="utf-8") as stream:
            stream.writelines(f"{_written(finding)}\n" for finding in sorted(findings))

    def _path(self, release: Release) -> Path:
        return self._folder / f"{release.name}-{release.version}.txt.gz"


def _written(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}"
    return f"{finding.code} {place} [{finding.status}] {finding.message}"


def _parsed(line: str) -> Finding:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a stored finding: {line!r}")
    return Finding(
        match["code"], match["path"], int(match["line"]), match["message"], match["status"]
    )


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[RuleChange, ...]:
    """The rules whose findings differ, by code. A finding made twice counts twice."""
    old, new = Counter(before), Counter(after)
    added, removed = sorted((new - old).elements()), sorted((old - new).elements())
    return tuple(
        RuleChange(
            code,
            tuple(finding for finding in added if finding.code == code),
            tuple(finding for finding in removed if finding.code == code),
        )
        for code in sorted({finding.code for finding in (*added, *removed)})
    )


def describe(changes: Iterable[RuleChange], *, top: int) -> Iterator[str]:
    """The lines that tell of the changes, at most ``top`` findings a rule and direction."""
    for change in changes:
        yield f"  +{len(change.added)} -{len(change.removed)} {change.code}"
        for sign, findings in (("+", change.added), ("-", change.removed)):
            for finding in findings[:top]:
                status = "" if finding.status == OPEN else f" [{finding.status}]"
                yield f"    {sign} {finding.path}:{finding.line} {finding.message}{status}"
            if len(findings) > top:
                yield f"    {sign} … {len(findings) - top} more"


def sample(findings: Mapping[str, Sequence[Finding]], size: int) -> tuple[tuple[str, Finding], ...]:
    """Choose ``size`` findings, spread over the projects, the same ones each time.

    Each project in turn gives one, in an order that no rule's habit can bend: that of a digest. A finding keeps
    its place when others come and go, so that what was read once need not be read again.
    """
    shuffled = [
        [(project, finding) for finding in sorted(findings[project], key=_digest)]
        for project in sorted(findings)
    ]
    rounds = chain.from_iterable(zip_longest(*shuffled))
    return tuple(chosen for chosen in rounds if chosen is not None)[:size]


def _digest(finding: Finding) -> str:
    return hashlib.sha256(_written(finding).encode()).hexdigest()
