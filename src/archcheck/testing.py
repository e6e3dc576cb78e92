"""Helpers for the authors of rules: run one rule on one example and compare with its markers.

A line that violates ends in ``# [rule-name]``; a file-level finding is marked on the file's first line.

>>> from archcheck.testing import check, expected
>>> assert check(MyRule, example) == expected(MyRule, example)  # doctest: +SKIP
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from archcheck.engine.analyse import Analyser, ModuleResult
from archcheck.engine.discover import discover
from archcheck.engine.resolve import build_project, judge_project, settle
from archcheck.model import Failure, Kind, Outcome, Verdict
from archcheck.rule import Example, Rule, RuleOptions

Mark = tuple[str, int]
_MARKER = re.compile(r"#\s*\[([a-z][a-z0-9\-]*(?:\s*,\s*[a-z][a-z0-9\-]*)*)\]")


def outcomes(
    rule: type[Rule],
    example: Example,
    *,
    options: RuleOptions | None = None,
) -> list[Outcome]:
    """Everything that ``rule`` says of ``example``, complying places included, sorted by place.

    Raises:
        AssertionError: a file of the example cannot be read, or the rule crashed.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in _files(example).items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        target = discover(root)
        instance = rule(options)
        analyser = Analyser(root, [instance], target.packages)
        results: list[ModuleResult] = [analyser.analyse(source) for source in target.sources]
        project = build_project(
            root,
            target,
            results,
            kinds=dict.fromkeys(target.members, example.kinds),
            plan=example.layers,
        )
        found, failures = settle(results, project, analyser.dispatch)
        more, crashes = judge_project([instance], project)
    _no_failures([*failures, *crashes])
    kept = [
        outcome
        for outcome in (*found, *more)
        if (not rule.kinds or rule.kinds & example.kinds)
        and instance.gate(project, project.member_of(outcome.place.location.path).root)
    ]
    return sorted(kept, key=lambda outcome: outcome.place.location)


def check(rule: type[Rule], example: Example, *, options: RuleOptions | None = None) -> set[Mark]:
    """The places (path, line) that ``rule`` reports in ``example``."""
    return {
        (outcome.place.location.path, max(1, outcome.place.location.line))
        for outcome in outcomes(rule, example, options=options)
        if outcome.verdict is Verdict.VIOLATES
    }


def expected(rule: type[Rule], example: Example) -> set[Mark]:
    """The places (path, line) that the example's markers announce for ``rule``."""
    return {
        (path, number)
        for path, text in _files(example).items()
        for number, line in enumerate(text.splitlines(), start=1)
        for marker in _MARKER.findall(line)
        if rule.name() in re.split(r"\s*,\s*", marker)
    }


def project_example(
    title: str, files: Mapping[str, str], *, kinds: frozenset[Kind] = frozenset({Kind.SERVICE})
) -> Example:
    """An example of several files, for rules that see the whole project."""
    (path, code), *rest = files.items()
    return Example(title, code, path=path, files=dict(rest), kinds=kinds)


def _files(example: Example) -> dict[str, str]:
    return {**example.files, example.path: example.code}


def _no_failures(failures: list[Failure]) -> None:
    assert not failures, "; ".join(f"{item.path}:{item.line} {item.message}" for item in failures)
