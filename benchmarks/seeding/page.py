"""The table of ``docs/concepts/recall.md``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from seeding.measuring import Result

BEGIN = "<!-- Written by benchmarks/recall.py --write; do not edit between these lines. -->"
END = "<!-- End of what benchmarks/recall.py writes. -->"


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
