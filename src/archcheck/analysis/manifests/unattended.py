"""What beside the code says that the program runs unattended: units, server scripts, container ports, classifiers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from archcheck.analysis.manifests.containers import is_product
from archcheck.analysis.manifests.model import Unattended
from archcheck.analysis.manifests.repository import Repository

_DAEMON = "Environment :: No Input/Output (Daemon)"
#: Who says this as well has code for the programs of others.
_LIBRARY = "Topic :: Software Development :: Libraries"
_UNITS = (".service", ".unit")
_NOT_OWN_UNIT = frozenset({"test", "tests", "testdata", "fixtures"})
_STARTS = re.compile(r"^ExecStart=[ \t]*(\S.*)$", re.MULTILINE)
_ONCE = re.compile(r"^Type=[ \t]*oneshot\b", re.MULTILINE)
_EXPOSES = re.compile(r"^[ \t]*EXPOSE[ \t]+\S", re.MULTILINE | re.IGNORECASE)
#: What a web server (``.wsgi``) or ``twistd`` (``.tac``) loads: Python under another name.
_SERVER_SCRIPTS = (".wsgi", ".tac")
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]{0,200})", re.MULTILINE)


def find_unattended(
    repository: Repository,
    member: str,
    *,
    declaring: Iterable[str],
    containers: Iterable[str],
    programs: Collection[str],
) -> tuple[Unattended, ...]:
    """Find what says that a member's program serves with nobody in front of it.

    Args:
        repository: its files.
        member: the member's root.
        declaring: the files that hold its metadata.
        containers: the container build files of its product.
        programs: names of its console scripts.
    """
    declared = {path: repository.script(path) for path in declaring}
    is_program = not any(_LIBRARY in text for text in declared.values())
    found = [
        Unattended(path, f"the classifier `{_DAEMON}`", by_itself=is_program)
        for path, text in declared.items()
        if _DAEMON in text
    ]
    for path in repository.below(member):
        if path.endswith(_UNITS) and _is_own_unit(repository, path, programs):
            found.append(Unattended(path, f"the unit {path}"))
        elif path.endswith(_SERVER_SCRIPTS) and is_product(path, member):
            loaded = tuple(dict.fromkeys(_IMPORT.findall(repository.script(path))))
            found.append(Unattended(path, f"the server script {path}", loaded))
    found += [
        Unattended(path, f"a port in {path}")
        for path in containers
        if _EXPOSES.search(repository.script(path))
    ]
    return tuple(found)


def _is_own_unit(repository: Repository, path: str, programs: Collection[str]) -> bool:
    """Whether systemd starts one of the programs by this unit, and keeps it running."""
    if not _NOT_OWN_UNIT.isdisjoint(path.lower().split("/")):
        return False
    text = repository.script(path)
    if _ONCE.search(text):
        return False
    words = {word for line in _STARTS.findall(text) for word in re.split(r"[\s/]+", line)}
    return not words.isdisjoint(programs)
