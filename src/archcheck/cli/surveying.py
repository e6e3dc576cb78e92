"""The project as ``check`` sees it, without a verdict and by the same cache, for commands that show or explain it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archcheck.cli.caching import execution
from archcheck.cli.console import note

if TYPE_CHECKING:
    from archcheck.analysis.project import Project
    from archcheck.cli.loading import Configuration
    from archcheck.engine.walk import Walk
    from archcheck.rule import Rule


def surveyed(root: Path, configuration: Configuration) -> Project:
    """The project at ``root``, of what is remembered of its files where a cache is kept.

    Args:
        root: its folder.
        configuration: in force.
    """
    from archcheck.engine.survey import survey
    from archcheck.engine.walk import Walk

    how = execution(root, configuration.loaded)
    how.walk = Walk(root)
    # Without a cache nobody will ever ask what the rules say, which takes a quarter of the time.
    rules = _rules(configuration, how.walk) if how.store is not None else ()
    project = survey(root, configuration.loaded.settings, rules=rules, execution=how)
    for trouble in how.trouble:
        note(f"cache not used: {trouble}")
    return project


def _rules(configuration: Configuration, walk: Walk) -> tuple[Rule, ...]:
    """The rules that a check runs."""
    from archcheck.api import plan
    from archcheck.engine.discover import find_members
    from archcheck.engine.plan import in_use

    settings = configuration.loaded.settings
    members = map(configuration.member_settings, filter(None, find_members(walk.files)))
    return in_use(plan(settings), (settings, *(own for own in members if own is not None))).rules
