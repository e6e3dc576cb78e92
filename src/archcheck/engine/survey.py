"""A look at the project without a verdict: what it is made of, for commands that explain or propose."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archcheck.analysis.project import Project
from archcheck.config.settings import Settings
from archcheck.engine.discover import discover
from archcheck.engine.garbage import without_collections
from archcheck.engine.memory import Execution, Memory
from archcheck.engine.parallel import Crew
from archcheck.engine.resolve import build_project
from archcheck.rule import Rule


def survey(
    root: Path,
    settings: Settings,
    *,
    rules: Sequence[Rule] = (),
    execution: Execution | None = None,
) -> Project:
    """Look at the repository at ``root``; no rule judges it.

    Args:
        root: an existing folder.
        settings: the configuration in force.
        rules: those of a check, to share its cache: what is kept of a file holds what they say of it. What a
            project is made of depends on none of them.
        execution: processes and cache; by default one process and no cache.
    """
    execution = execution or Execution()
    target = discover(
        root,
        exclude=settings.exclude,
        source_roots=settings.source_roots,
        walk=execution.walk,
    )
    memory = Memory(root, execution)
    memory.look_up()
    with without_collections():
        results = memory.results(Crew(root, tuple(rules), target.packages), target.sources)
        return build_project(
            root,
            target,
            results,
            kinds=dict.fromkeys(target.members, settings.kinds),
            plan=settings.layers.plan() if settings.layers is not None else None,
        )
