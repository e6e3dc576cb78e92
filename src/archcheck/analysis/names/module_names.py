"""Names of modules: their packages, and patterns that match several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

_ANY_DEPTH = "**"


def ancestry(module: str) -> Iterator[str]:
    """The module and the packages around it, from the inside out."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def is_within(module: str, package: str) -> bool:
    """Whether ``module`` is ``package`` or below it; everything is below ``""``."""
    return not package or module == package or module.startswith(f"{package}.")


def is_pattern(name: str) -> bool:
    """Whether ``name`` may match several modules."""
    return "*" in name


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a pattern matches: ``*`` anything within a segment, ``**`` one or more segments."""
    segments = pattern.split(".")
    return [name for name in names if _matches(segments, name.split("."))]


def _matches(pattern: Sequence[str], name: Sequence[str]) -> bool:
    """Whether the segments match; linear in pattern times name, so that no pattern can stall the run."""
    reached = {0}
    for segment in pattern:
        if segment == _ANY_DEPTH:
            first = min(reached, default=len(name))
            reached = set(range(first + 1, len(name) + 1))
        else:
            reached = {
                at + 1 for at in reached if at < len(name) and fnmatchcase(name[at], segment)
            }
    return len(name) in reached
