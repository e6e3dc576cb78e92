"""Selectors: which rules does a code, prefix, name or principle mean, and which are in force?

The more specific selector wins, so that ``ignore = ["security"]`` with ``extend-select = ["ARC0905"]`` keeps
ARC0905. Of two equally specific ones ``ignore`` wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archcheck.config.names import nearest
from archcheck.config.settings import Settings
from archcheck.model import Principle, RuleInfo

_PREFIX = re.compile(r"[A-Z]{3}\d{0,4}")
_EXACT = 8
_PRINCIPLE = 5


def specificity(selector: str, code: str, name: str) -> int:
    """How closely ``selector`` means the rule: 0 for not at all, else more for a narrower selector.

    Args:
        selector: ``ALL``, a code such as ``ARC0301``, a prefix of one, a rule name or a principle's slug.
        code: the rule's code.
        name: the rule's name.
    """
    if selector in (code, name):
        return _EXACT
    if selector == "ALL":
        return 1
    if _PREFIX.fullmatch(selector) and code.startswith(selector):
        return len(selector)
    return _PRINCIPLE if selector == Principle.of_code(code).slug else 0


def select(rules: Iterable[RuleInfo], settings: Settings) -> frozenset[str]:
    """The codes of the rules in force. Preview rules are among them only with ``preview``."""
    chosen = (*(settings.select or ("ALL",)), *settings.extend_select)
    return frozenset(
        rule.code
        for rule in rules
        if (settings.preview or not rule.preview)
        and _best(chosen, rule) > _best(settings.ignore, rule)
    )


def _best(selectors: Sequence[str], rule: RuleInfo) -> int:
    return max((specificity(each, rule.code, rule.name) for each in selectors), default=0)


def unknown_selector(selector: str, rules: Iterable[tuple[str, str]]) -> str:
    """Say what is wrong with a selector that means none of ``rules``.

    Args:
        selector: as written.
        rules: code and name of every rule.

    Returns:
        a message with the nearest valid selector, or ``""`` if the selector means a rule.
    """
    known = list(rules)
    if any(specificity(selector, code, name) for code, name in known):
        return ""
    valid = [each for rule in known for each in rule]
    valid += [principle.slug for principle in Principle]
    return f"`{selector}` is no rule, prefix or principle{nearest(selector, valid)}"
