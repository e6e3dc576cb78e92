"""Hand-made reports for the tests of the reporters and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from archcheck.engine.score import (
    Scale,
    fix_first,
    rules_with_open_error,
    score,
    with_gains,
)
from archcheck.model import (
    Confidence,
    Failure,
    Kind,
    Location,
    Member,
    Notice,
    Principle,
    RuleInfo,
    Severity,
    TraceStep,
)
from archcheck.report import (
    Condition,
    Gate,
    Issue,
    LayerReport,
    MemberReport,
    Report,
    Statistics,
    Status,
    Tally,
)


def rule(code: str, name: str, severity: Severity = Severity.ERROR, **changes: Any) -> RuleInfo:
    """Build the metadata of a rule."""
    info = RuleInfo(
        code=code,
        name=name,
        principle=Principle.of_code(code),
        severity=severity,
        confidence=Confidence.HIGH,
        summary=f"Summary of {name}.",
        explanation=f"Why {name} hurts.",
        noun=f"places do without {name}",
        advice=f"mend the {name}",
        seed="Seed 001",
        kinds=(),
        roles=(),
    )
    return replace(info, **changes)


RULES = (
    rule(
        "ARC0102",
        "import-cycle",
        Severity.WARNING,
        noun="modules are in no import cycle",
        advice="move the shared names down, or invert the dependency with a `Protocol`",
    ),
    rule(
        "ARC0301",
        "call-without-timeout",
        noun="outbound calls have a timeout",
        advice="pass `timeout=` in seconds",
    ),
    rule("ARC0302", "retry-without-backoff", Severity.WARNING),
    rule(
        "ARC0801",
        "no-tests",
        noun="projects have tests",
        whole_repository=True,
        zero_tolerance=True,
    ),
    rule("ARC0901", "hardcoded-secret", noun="secret-named values hold no credential"),
    rule("ARC0999", "preview-rule", Severity.INFO, preview=True),
)
TALLIES = {
    "ARC0102": Tally("ARC0102", 41, 3),
    "ARC0301": Tally("ARC0301", 36, 2, suppressed=1, advice=1),
    "ARC0302": Tally("ARC0302", 3, 0),
    "ARC0801": Tally("ARC0801", 1, 0),
    "ARC0901": Tally("ARC0901", 12, 1),
    "ARC0999": Tally("ARC0999", 4, 4),
}
SECRET = "hunter2-hunter2"
SOURCES = {
    "src/shop/client.py": (
        "import requests",
        "",
        "def price(sku):",
        f'\ttoken = "{SECRET}"; return requests.get(URL + sku)',
        "",
        "def stock(sku):",
        "    return requests.get(",
        "        STOCK_URL + sku,",
        "    )",
    ),
    "src/shop/settings.py": ("import os", "", f'API_KEY = "{SECRET}"'),
}
ISSUES = (
    Issue(
        "ARC0102",
        Severity.WARNING,
        Location("src/shop/cart.py", 3, 1, 3, 26),
        "import cycle `shop.cart` -> `shop.price` -> `shop.cart`",
        places=3,
        fingerprint="0000000000000001",
        trace=(
            TraceStep("src/shop/cart.py", 3, "`shop.cart` imports `shop.price`"),
            TraceStep("src/shop/price.py", 5, "`shop.price` imports `shop.cart`"),
        ),
    ),
    Issue(
        "ARC0301",
        Severity.ERROR,
        Location("src/shop/client.py", 4, 35, 4, 58),
        "`requests.get` has no timeout",
        fingerprint="0000000000000002",
    ),
    Issue(
        "ARC0301",
        Severity.ERROR,
        Location("src/shop/client.py", 7, 12, 9, 6),
        "`requests.get` has no timeout",
        fingerprint="0000000000000003",
    ),
    Issue(
        "ARC0301",
        Severity.INFO,
        Location("src/shop/client.py", 9, 1),
        "`timeout` is longer than a minute",
        advice=True,
        fingerprint="0000000000000004",
    ),
    Issue(
        "ARC0301",
        Severity.ERROR,
        Location("src/shop/legacy.py", 12, 5, 12, 40),
        "`urlopen` has no timeout",
        status=Status.SUPPRESSED,
        reason="bounded by the caller's deadline",
        fingerprint="0000000000000005",
    ),
    Issue(
        "ARC0901",
        Severity.ERROR,
        Location("src/shop/client.py", 4, 2, 4, 27),
        "`token` is a credential in the source",
        fingerprint="0000000000000006",
    ),
    Issue(
        "ARC0901",
        Severity.ERROR,
        Location("src/shop/settings.py", 3, 1, 3, 28),
        "`API_KEY` is a credential in the source",
        fingerprint="0000000000000007",
    ),
)
NOTICES = (
    Notice(
        "unused-suppression",
        "src/shop/old.py",
        7,
        "`ignore[ARC0501]` matches no finding",
        "remove the comment",
    ),
)
FAILURE = Failure(
    "unreadable-file",
    "src/shop/broken.py",
    3,
    "cannot be parsed by any Python that archcheck knows: unexpected indent",
    "mend its syntax or exclude it",
)


def report(
    *,
    rules: tuple[RuleInfo, ...] = RULES,
    tallies: Mapping[str, Tally] | None = None,
    issues: tuple[Issue, ...] = ISSUES,
    failures: tuple[Failure, ...] = (),
    notices: tuple[Notice, ...] = NOTICES,
    exit_code: int = 1,
    members: tuple[MemberReport, ...] = (),
    weights: Mapping[Principle, Fraction] | None = None,
    name: str = "shop",
) -> Report:
    """Build a report whose scores and gains follow from its tallies by the real formula."""
    counts = TALLIES if tallies is None else tallies
    scale = Scale.of(rules, (), weights=weights)
    ordered = tuple(sorted(issues, key=lambda issue: (issue.location, issue.rule)))
    scored = score(counts, scale, rules_with_open_error(ordered, scale))
    conditions = (
        Condition("python-files", True, "5 Python files analysed"),
        Condition(
            "fail-on",
            exit_code == 0,
            "5 new issues of severity `error`, first src/shop/client.py:4: ARC0301",
            "`archcheck explain ARC0301` says how to mend it",
        ),
    )
    project = Member(
        "shop",
        "",
        frozenset({Kind.SERVICE, Kind.DEPLOYABLE}),
        ("service: `FastAPI` at src/shop/app.py:1",),
    )
    return Report(
        archcheck_version="0.1.0",
        edition="2026.1",
        project=replace(project, name=name),
        members=members or (MemberReport(project, scored, scored.value),),
        layers=(
            LayerReport("application", ("shop.cart", "shop.app"), ("shop",)),
            LayerReport("foundation", ("shop.money",), ("shop",)),
        ),
        score=scored,
        strict=None if scored.value is None else scored.value * Fraction(99, 100),
        standard_score=scored.value,
        customised=weights is not None,
        evidence=(
            sum(1 for code in scale.rules if code in counts and counts[code].n),
            len(scale.rules),
        ),
        rules=rules,
        tallies=counts,
        issues=with_gains(ordered, counts, scale),
        fix_first=fix_first(counts, scale),
        failures=failures,
        notices=notices,
        gate=Gate(exit_code, conditions),
        statistics=Statistics(files=5, lines=1234, seconds=0.456),
    )


def clean_report() -> Report:
    """Build a report without any violation."""
    tallies = {
        code: replace(tally, violations=0, advice=0, suppressed=0)
        for code, tally in TALLIES.items()
    }
    perfect = report(tallies=tallies, issues=(), notices=(), exit_code=0)
    return replace(perfect, strict=perfect.score.value)


def empty_report() -> Report:
    """Build the report of a project in which nothing could be judged."""
    return report(tallies={}, issues=(), notices=(), exit_code=2)


def member_report(root: str, kinds: frozenset[Kind], tallies: Mapping[str, Tally]) -> MemberReport:
    """Build one member's part of a report."""
    scored = score(tallies, Scale.of(RULES, ()))
    return MemberReport(Member(root.rpartition("/")[2], root, kinds), scored, scored.value)
