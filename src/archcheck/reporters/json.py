"""``json``: the whole report for programs, enough to recompute the score.

Its shape is fixed by ``docs/reference/report.schema.json``. Scores are rounded down to one decimal; whoever wants them
exact has the counts they follow from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from archcheck.model import Failure, Kind, Member, Notice, RuleInfo
from archcheck.report import (
    Issue,
    MemberReport,
    PrincipleScore,
    Report,
    Tally,
    display,
    rule_weight,
)
from archcheck.reporters import RenderOptions

SCHEMA_VERSION = "1"

_FINE_DIGITS = 4
"""Decimals of what is smaller than a score: weights, compliances and gains."""


def render(report: Report, options: RenderOptions) -> str:
    """Return the report as one JSON object, in ASCII, its lists sorted."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "archcheck_version": report.archcheck_version,
        "edition": report.edition,
        "complete": report.complete,
        "project": _project(report),
        "score": _score(report.score.value),
        "strict": _score(report.strict),
        "standard_score": _score(report.standard_score),
        "grade": report.score.grade or None,
        "customised": report.customised,
        "evidence": {"rules": report.evidence[0], "rules_that_fit": report.evidence[1]},
        "principles": _principles(report.score.principles),
        "rules": [
            _rule(info, report.tallies.get(info.code, Tally(info.code)))
            for info in sorted(report.rules, key=lambda info: info.code)
        ],
        "practices": [
            {
                "principle": practice.principle.slug,
                "title": practice.title,
                "name": practice.name,
                "path": practice.location.path,
                "line": practice.location.line or None,
            }
            for practice in report.practices
        ],
        "issues": _issues(options.shown(report), {info.code: info for info in report.rules}),
        "failures": _remarks(report.failures),
        "notices": _remarks(report.notices),
        "gate": {
            "passed": report.gate.passed,
            "exit_code": report.gate.exit_code,
            "conditions": [
                {
                    "name": condition.name,
                    "passed": condition.passed,
                    "message": condition.message,
                    "hint": condition.hint,
                }
                for condition in report.gate.conditions
            ],
        },
    }
    if options.statistics:
        statistics = report.statistics
        document["statistics"] = {
            "files": statistics.files,
            "lines": statistics.lines,
            "seconds": round(statistics.seconds, 3),
            "cache_hits": statistics.cache_hits,
            "processes": statistics.processes,
        }
        if statistics.rule_seconds:
            document["statistics"]["rule_seconds"] = {
                code: round(seconds, 6) for code, seconds in statistics.rule_seconds
            }
    return json.dumps(document, indent=2) + "\n"


def _project(report: Report) -> dict[str, Any]:
    project = report.project
    return {
        "name": project.name,
        "root": _folder(project),
        "kinds": _kinds(project.kinds),
        "kinds_evidence": list(project.kinds_evidence),
        "layers": [
            {
                "name": layer.name,
                "preset": layer.preset or None,
                "confidence": layer.confidence or None,
                "containers": [container or "." for container in layer.containers],
                "modules": sorted(layer.modules),
            }
            for layer in report.layers
        ],
        "members": [
            _member(each) for each in sorted(report.members, key=lambda each: each.member.root)
        ],
    }


def _member(each: MemberReport) -> dict[str, Any]:
    return {
        "name": each.member.name,
        "root": _folder(each.member),
        "kinds": _kinds(each.member.kinds),
        "score": _score(each.score.value),
        "strict": _score(each.strict),
        "grade": each.score.grade or None,
        "principles": _principles(each.score.principles),
    }


def _principles(principles: Iterable[PrincipleScore]) -> list[dict[str, Any]]:
    return [
        {
            "number": each.principle.number,
            "slug": each.principle.slug,
            "title": each.principle.title,
            "weight": _number(each.weight),
            "score": _score(each.score),
            "opportunities": each.opportunities,
            "violations": each.violations,
            "thin": each.thin,
            "ticked": each.ticked,
        }
        for each in sorted(principles, key=lambda each: each.principle.number)
    ]


def _rule(info: RuleInfo, tally: Tally) -> dict[str, Any]:
    weight = rule_weight(info.severity, tally.n, whole_repository=info.whole_repository)
    return {
        "code": info.code,
        "name": info.name,
        "principle": info.principle.slug,
        "severity": info.severity.value,
        "weight": _fine(Fraction(0) if info.preview else weight),
        "whole_repository": info.whole_repository,
        "opportunities": tally.opportunities,
        "recorded": tally.recorded,
        "violations": tally.violations,
        "suppressed": tally.suppressed,
        "advice": tally.advice,
        "compliance": None if tally.compliance is None else _fine(tally.compliance),
    }


def _issues(issues: Iterable[Issue], rules: Mapping[str, RuleInfo]) -> list[dict[str, Any]]:
    ordered = sorted(issues, key=lambda issue: (issue.location, issue.rule, issue.message))
    return [_issue(issue, rules[issue.rule]) for issue in ordered]


def _issue(issue: Issue, rule: RuleInfo) -> dict[str, Any]:
    location = issue.location
    return {
        "code": issue.rule,
        "rule": rule.name,
        "principle": rule.principle.slug,
        "severity": issue.severity.value,
        "path": location.path or ".",
        "line": location.line or None,
        "column": location.column or None,
        "end_line": location.end_line or None,
        "end_column": location.end_column or None,
        "message": issue.message,
        "advice": issue.advice,
        "status": issue.status.value,
        "reason": issue.reason,
        "gain": _fine(issue.gain),
        "fingerprint": issue.fingerprint,
        "trace": [
            {"path": step.path, "line": step.line or None, "text": step.text}
            for step in issue.trace
        ],
    }


def _remarks(remarks: Iterable[Failure | Notice]) -> list[dict[str, Any]]:
    ordered = sorted(remarks, key=lambda each: (each.path, each.line, each.kind, each.message))
    return [
        {
            "kind": each.kind,
            "path": each.path or ".",
            "line": each.line or None,
            "message": each.message,
            "hint": each.hint,
        }
        for each in ordered
    ]


def _folder(member: Member) -> str:
    return member.root or "."


def _kinds(kinds: Iterable[Kind]) -> list[str]:
    return sorted(kind.value for kind in kinds)


def _score(value: Fraction | None) -> float | None:
    return None if value is None else float(display(value))


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _fine(value: Fraction) -> float:
    """A number rounded down, so that 1 means that nothing is missing."""
    scale: int = 10**_FINE_DIGITS
    return value * scale // 1 / scale
