"""Which distribution does an import name come from?

Most are called like what they bring. Of the others a table tells (``data/import_names.txt``, completed by a part of the
mapping of pipreqs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct
from packaging.utils import canonicalize_name

from archcheck.analysis.names.module_names import ancestry

_TABLES = ("import_names.txt", "pipreqs.txt")
_NONE = "-"


class Library(Struct, frozen=True):
    """What one import takes from another party.

    Attributes:
        name: the top-level package, or as much of the name as tells which part of a shared namespace is meant.
        distributions: normalised names of those that are known to provide it, the usual one first; an ending ``-*``
            stands for any continuation, a ``*-`` at the start for any beginning. Empty where only the name itself can tell.
        namespace: the shared namespace around it, ``""`` for none.
    """

    name: str
    distributions: tuple[str, ...] = ()
    namespace: str = ""

    @property
    def distribution(self) -> str:
        """The distribution to declare, ``""`` where nobody knows."""
        return (
            self.distributions[0] if self.distributions and "*" not in self.distributions[0] else ""
        )


def library_of(module: str, name: str = "") -> Library | None:
    """The library that an import takes from, None when no index has it.

    Args:
        module: the module that is imported, or imported from.
        name: what is taken from it; in a namespace that may be a package.

    >>> library_of("bs4"), library_of("bpy")
    (Library(name='bs4', distributions=('beautifulsoup4',), namespace=''), None)
    >>> library_of("google.cloud", "storage").name
    'google.cloud.storage'
    """
    full = f"{module}.{name}" if name and name != "*" else module
    known = _import_names()
    namespace = next((each for each in ancestry(full) if each in namespaces()), "")
    for each in ancestry(full):
        if each == namespace:
            break
        if each in known:
            distributions = known[each]
            return None if distributions == (_NONE,) else Library(each, distributions, namespace)
    if namespace:
        part = full.removeprefix(namespace).lstrip(".").partition(".")[0]
        return Library(f"{namespace}.{part}" if part else namespace, (), namespace)
    return Library(full.partition(".")[0])


def _lines(file: str) -> Iterator[str]:
    text = (files(__package__) / "data" / file).read_text(encoding="utf-8")
    yield from (line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _import_names() -> Mapping[str, tuple[str, ...]]:
    """Import name -> distributions that provide it."""
    found: dict[str, tuple[str, ...]] = {}
    for table in _TABLES:
        for line in _lines(table):
            name, _, distributions = line.partition(" = ")
            found.setdefault(name, tuple(distributions.split()))
    return found


def is_known(name: str) -> bool:
    """Whether the table tells which distributions provide the import name."""
    return _import_names().get(name, (_NONE,)) != (_NONE,)


@cache
def known_distributions() -> frozenset[str]:
    """The distributions of which the table tells what they bring."""
    return frozenset(each for found in _import_names().values() for each in found)


@cache
def namespaces() -> frozenset[str]:
    """Packages that many distributions share."""
    return frozenset(_lines("namespaces.txt"))


@cache
def companions_of(distribution: str) -> frozenset[str]:
    """The import names that belong to the interface of a distribution, or of a ``distribution[extra]``."""
    found = set(_companions().get(distribution, ()))
    for start in (each for each in _companions() if each.endswith("-*")):
        if distribution.startswith(start[:-1]):
            found |= _companions()[start]
    return frozenset(found)


@cache
def _companions() -> Mapping[str, frozenset[str]]:
    return {
        distribution: frozenset(names.split())
        for distribution, _, names in (line.partition(" = ") for line in _lines("companions.txt"))
    }


@cache
def squashed(name: str) -> str:
    """A name without what separates its words: ``google-cloud-tasks`` and ``google.cloud.tasks`` are one.

    >>> squashed("Google.Cloud.Tasks")
    'googlecloudtasks'
    """
    return canonicalize_name(name).replace("-", "")
