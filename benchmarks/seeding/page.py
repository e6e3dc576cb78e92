"""The table of ``docs/concepts/recall.md``, and what ``docs/concepts/precision.md`` repeats of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from seeding.measuring import Result

BEGIN = "<!-- Written by benchmarks/recall.py --write; do not edit between these lines. -->"
END = "<!-- End of what benchmarks/recall.py writes. -->"
_RULE = re.compile(r"\| (ARC\d{4})\b.*\|")
_SEEDED, _FOUND = 5, 6
_COLUMNS = 8
_NONE = "–"


def render(results: Sequence[Result], preview: Iterable[str]) -> str:
    """One row a rule and mutation, in Markdown.

    Args:
        results: of all seeds.
        preview: codes of rules that are not on by default.
    """
    later = frozenset(preview)
    by_rule: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_rule[result.seed.code].append(result)
    lines = [
        "| rule | seeds | planted in projects | seeded | found | share |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for code, mine in sorted(by_rule.items()):
        mark = " (preview)" if code in later else ""
        titles: Mapping[str, int] = Counter(result.seed.mutation for result in mine)
        lines.append(_row(f"{code}{mark}", "; ".join(sorted(titles)), mine))
    return "\n".join([*lines, _row("**all**", "", results)])


def _row(rule: str, titles: str, results: Sequence[Result]) -> str:
    found = sum(result.found for result in results)
    advice = sum(result.is_advice for result in results)
    share = f"{100 * found / len(results):.1f} %" if results else "–"
    told = f"{found} ({advice} as advice)" if advice else str(found)
    projects = len({result.project for result in results})
    return f"| {rule} | {titles} | {projects} | {len(results)} | {told} | {share} |"


def replace_table(page: str, table: str) -> str:
    """The page with a new table between the two marks.

    Raises:
        ValueError: the page lacks the marks.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError("the page lacks the marks for the table")
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}"


def fill_precision(page: str, table: str) -> str:
    """The page of precision, its columns *seeded* and *found* filled from a table that `render` made.

    Rows of rules without seeds get a dash; what has another number of columns stays as it is.
    """
    told: dict[str, tuple[str, str]] = {}
    for line in table.splitlines():
        if match := _RULE.fullmatch(line):
            *_, seeded, found, share = _cells(line)
            told[match[1]] = (seeded, f"{found}: {share}")
    lines: list[str] = []
    for line in page.splitlines():
        match = _RULE.fullmatch(line)
        cells = _cells(line)
        if match and len(cells) == _COLUMNS:
            cells[_SEEDED : _FOUND + 1] = told.get(match[1], (_NONE, _NONE))
            line = f"| {' | '.join(cells)} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]
