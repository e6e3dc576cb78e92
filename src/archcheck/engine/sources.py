"""What discovery hands on: the files to judge and what was met on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from archcheck.analysis.names.packages import Packages
from archcheck.model import Notice, Role
from archcheck.record import Record

#: How the path of what an unpacked wheel says of itself ends.
WHEEL_METADATA = ".dist-info/METADATA"
#: Such a folder or file of an installation; ``pip install -e`` names it without a version.
_INSTALLED = re.compile(r"[^/]+-\d[^/]*\.egg-info(?:/PKG-INFO)?")


def metadata_path(files: Iterable[str]) -> str:
    """What the build of an archive, a wheel or an installation wrote into the root; ``""`` for none.

    >>> metadata_path(["shop/cart.py", "shop-1.0.dist-info/METADATA"])
    'shop-1.0.dist-info/METADATA'
    """
    found = [path for path in files if path.count("/") <= 1 and _is_metadata(path)]
    return "PKG-INFO" if "PKG-INFO" in found else min(found, default="")


def _is_metadata(path: str) -> bool:
    wheel = path.endswith(WHEEL_METADATA)
    return path == "PKG-INFO" or wheel or _INSTALLED.fullmatch(path) is not None


class Source(Record, frozen=True):
    """A Python file to analyse.

    Attributes:
        path: posix, relative to the repository's root.
        module: qualified name, ``""`` outside every source root.
        role: by path and first lines; the analysis refines it.
        member: root of the member it belongs to.
        excluded: left out by configuration; analysed for the strict score only.
    """

    path: str
    module: str
    role: Role
    member: str
    excluded: bool = False


class Target(Struct, frozen=True):
    """A repository as discovery found it.

    Attributes:
        sources: Python files to analyse, sorted by path.
        members: roots of the members, the repository's own (``""``) first.
        files: every file that is not ignored, posix and relative.
        source_roots: folders in which top-level packages stand.
        packages: the project's own names.
        unpacked: an unpacked archive (the metadata of its build at the root, no ``.git``).
        skipped: vendored and generated Python files, which are never judged.
        notices: links not followed and the like.
    """

    sources: tuple[Source, ...]
    members: tuple[str, ...]
    files: frozenset[str]
    source_roots: tuple[str, ...]
    packages: Packages
    unpacked: bool
    skipped: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
