"""The projects below ``tests/fixtures``, as a user of archcheck would check them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from archcheck.api import check
from archcheck.config.load import KnownRule, load
from archcheck.plugins import load_rules
from archcheck.report import Report

FIXTURES = Path(__file__).parent / "fixtures"
_TODAY = dt.date(2026, 11, 21)


@cache
def report_of(name: str) -> Report:
    """The report of a fixture under its own configuration and no other, on one day for ever."""
    root = FIXTURES / name
    rules = {rule.name(): KnownRule(rule.code, rule.Options) for rule in load_rules()}
    settings = load(root, environment={}, options={}, rules=rules).settings
    return check(root, settings, today=_TODAY)
