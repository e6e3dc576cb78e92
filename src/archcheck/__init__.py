"""archcheck: an architecture compliance linter for Python.

The public names are loaded on first use, so that the command line starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from archcheck.api import check
    from archcheck.model import Outcome, Principle, Severity
    from archcheck.report import Issue, Report
    from archcheck.rule import CallRule, Example, ModuleRule, ProjectRule, RuleOptions

__all__ = [
    "CallRule",
    "Example",
    "Issue",
    "ModuleRule",
    "Outcome",
    "Principle",
    "ProjectRule",
    "Report",
    "RuleOptions",
    "Severity",
    "__version__",
    "check",
]

_HOMES = {
    "archcheck.api": ("check",),
    "archcheck.model": ("Outcome", "Principle", "Severity"),
    "archcheck.report": ("Issue", "Report"),
    "archcheck.rule": ("CallRule", "Example", "ModuleRule", "ProjectRule", "RuleOptions"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            import importlib

            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module `archcheck` has no attribute `{name}`")
