"""A look at the project without a verdict: what it is made of, for commands that explain or propose."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from archcheck.analysis.project import Project
from archcheck.config.settings import Settings
from archcheck.engine.analyse import Analyser
from archcheck.engine.discover import discover
from archcheck.engine.resolve import build_project
from archcheck.engine.sources import Target


class Survey(Struct, frozen=True):
    """What there is.

    Attributes:
        target: files, source roots and members.
        project: modules, imports, layers and kinds.
    """

    target: Target
    project: Project


def survey(root: Path, settings: Settings) -> Survey:
    """Look at the repository at ``root``; no rule judges it.

    Args:
        root: an existing folder.
        settings: the configuration in force.
    """
    target = discover(root, exclude=settings.exclude, source_roots=settings.source_roots)
    analyser = Analyser(root, (), target.packages)
    project = build_project(
        root,
        target,
        [analyser.analyse(source) for source in target.sources],
        kinds=dict.fromkeys(target.members, settings.kinds),
        plan=settings.layers.plan() if settings.layers is not None else None,
    )
    return Survey(target, project)
