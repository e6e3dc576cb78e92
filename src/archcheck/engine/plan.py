"""What the settings mean for the rules that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from archcheck.config.settings import Settings
from archcheck.model import Notice, Principle, RuleInfo, Severity
from archcheck.rule import Rule


class Plan(Struct, frozen=True):
    """What the settings mean for the rules that are there.

    Attributes:
        rules: those that run, with their options.
        infos: what they say of themselves, by code.
        selected: codes whose issues are shown and scored, unless a member says otherwise.
        severities: overrides by code.
        weights: of principles, where they differ from 1.
        unmatched: selectors that mean no rule.
    """

    rules: tuple[Rule, ...]
    infos: Mapping[str, RuleInfo]
    selected: frozenset[str]
    severities: Mapping[str, Severity]
    weights: Mapping[Principle, Fraction]
    unmatched: tuple[Notice, ...] = ()


class MemberPlan(Struct, frozen=True):
    """What a member with a configuration of its own decides for itself."""

    settings: Settings
    selected: frozenset[str]


def in_use(plan: Plan, settings: Iterable[Settings]) -> Plan:
    """The plan without the rules in preview, unless one of the settings asks to see them: they decide nothing."""
    if any(each.preview for each in settings):
        return plan
    return replace(plan, rules=tuple(rule for rule in plan.rules if not rule.preview))


MemberPlans = Callable[[str], MemberPlan | None]
"""From a member's root to its own plan; None when the repository's applies."""
