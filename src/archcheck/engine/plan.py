"""What the settings mean for the rules that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from archcheck.config.settings import Settings
from archcheck.model import Notice, Principle, RuleInfo, Severity
from archcheck.rule import Rule


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings mean for the rules that are there.

    Attributes:
        rules: every rule, with its options.
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


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """What a member with a configuration of its own decides for itself."""

    settings: Settings
    selected: frozenset[str]


MemberPlans = Callable[[str], MemberPlan | None]
"""From a member's root to its own plan; None when the repository's applies."""
