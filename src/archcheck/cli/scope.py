"""Which repository do the paths of the command line mean, and which part of it is shown?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from archcheck.config.root import find_root
from archcheck.errors import UsageError
from archcheck.report import Issue


class Scope(Struct, frozen=True):
    """What to analyse and what to show.

    Attributes:
        root: the repository's folder; all of it is analysed.
        shown: posix paths below it; empty for everything.
    """

    root: Path
    shown: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether a file of the repository is to be shown."""
        return not self.shown or any(
            path == each or path.startswith(f"{each}/") for each in self.shown
        )

    def covers_issue(self, issue: Issue) -> bool:
        """Whether the place of an issue, or a step of its trace, is to be shown."""
        return self.covers(issue.location.path) or any(
            self.covers(step.path) for step in issue.trace
        )


def find_scope(paths: Sequence[Path]) -> Scope:
    """Find the repository that the paths belong to; the working folder's without paths.

    Raises:
        TargetError: a path does not exist.
        UsageError: the paths belong to several repositories.
    """
    if not paths:
        return Scope(find_root(Path()))
    roots = {path: find_root(path) for path in paths}
    if len(set(roots.values())) > 1:
        first, second = list(dict.fromkeys(roots.values()))[:2]
        raise UsageError(
            f"the paths belong to several projects: `{first}` and `{second}`",
            "check one project a run",
        )
    root = roots[paths[0]]
    inner = {path.resolve().relative_to(root).as_posix() for path in paths}
    return Scope(root, () if "." in inner else tuple(sorted(inner)))
