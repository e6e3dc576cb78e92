"""The core metadata of a distribution (``PKG-INFO``, ``METADATA``): what its build found out.

An unpacked archive has it, and where the manifests compute their requirements it is all that can be seen.
"""

from __future__ import annotations

import re
from email.parser import HeaderParser

from archcheck.analysis.manifests.model import EntryPoint, Requirement
from archcheck.analysis.manifests.pep508 import parse_requirement
from archcheck.analysis.manifests.pyproject import Declared
from archcheck.analysis.manifests.repository import (
    Repository,
    UnreadableManifestError,
    join,
    line_of,
)
from archcheck.analysis.manifests.setup_cfg import entry_points_of, ini_groups

#: The metadata of a wheel or of an installation; ``pip install -e`` names its folder without a version.
_BUILT = re.compile(r"\.dist-info/METADATA$|-\d[^/]*\.egg-info/PKG-INFO$")


def find_core_metadata(repository: Repository, folder: str) -> str:
    """The path of the core metadata of a folder that an archive was unpacked to, ``""`` without one."""
    source = join(folder, "PKG-INFO")
    if source in repository:
        return source
    built = [path for path in repository.below(folder) if _BUILT.search(path)]
    own = [path for path in built if path.count("/") == join(folder, "x/METADATA").count("/")]
    return own[0] if len(own) == 1 else ""


def read_core_metadata(repository: Repository, path: str) -> Declared:
    """Read one, and the entry points that lie beside it.

    Raises:
        UnreadableManifestError: it cannot be opened.
    """
    text = repository.text(path)
    message = HeaderParser().parsestr(text)
    version = str(message.get("Metadata-Version", ""))
    dynamic = [str(name).strip().lower() for name in message.get_all("Dynamic", ())]
    found: list[Requirement] = []
    for entry in map(str, message.get_all("Requires-Dist", ())):
        line = line_of(text, f"Requires-Dist: {entry}")
        requirement = parse_requirement(entry, path, line, _extra(entry))
        if requirement is not None:
            found.append(requirement)
    return Declared(
        name=str(message.get("Name", "")).strip(),
        version=str(message.get("Version", "")).strip(),
        requires_python=str(message.get("Requires-Python", "")).strip(),
        has_build_system=True,
        entry_points=_entry_points(repository, path),
        # Older metadata leaves requirements out where they were computed (core metadata 2.2 forbids that).
        settles=bool(found)
        or (not version.startswith(("1.", "2.0", "2.1")) and "requires-dist" not in dynamic),
        requirements=tuple(found),
    )


def _extra(entry: str) -> str:
    """The extra that a requirement's marker asks for, ``""`` for none."""
    marker = entry.partition(";")[2]
    _, found, rest = marker.partition("extra ==")
    return rest.strip(" ()'\"").partition("'")[0].partition('"')[0] if found else ""


def _entry_points(repository: Repository, path: str) -> tuple[EntryPoint, ...]:
    folder = path.rpartition("/")[0]
    beside = join(folder, "entry_points.txt")
    built = [
        name for name in repository.below(folder) if name.endswith(".egg-info/entry_points.txt")
    ]
    found = next((name for name in (beside, *built) if name in repository), "")
    try:
        return tuple(entry_points_of(ini_groups(repository.text(found)))) if found else ()
    except UnreadableManifestError:
        return ()
