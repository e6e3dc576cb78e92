"""Notices about first-party imports that lead nowhere."""

from __future__ import annotations

from archcheck.analysis.imports.unresolved import unresolved_imports
from archcheck.analysis.project import Project
from archcheck.engine.discover import module_name
from archcheck.engine.sources import Target
from archcheck.model import Notice


def unresolved(target: Target, project: Project) -> list[Notice]:
    """One notice for each first-party import without a module.

    Files that are never judged, or that could not be read, are modules all the same.
    """
    known = {source.module: source.path for source in reversed(target.sources) if source.module}
    packaged = {path.rpartition("/")[0] for path in known.values() if path.endswith("__init__.py")}
    for path in target.skipped:
        name = module_name(path, target.source_roots, packaged)
        if name:
            known.setdefault(name, path)
    return list(unresolved_imports(project.facts, known, target.files, unpacked=project.unpacked))
