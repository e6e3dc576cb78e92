"""Which packages and modules of a project are copies of libraries that somebody has put there?

Whoever copies a library leaves the line by which it states its version. A module of the project's own has the
project's version, and no reason to state one, even where it is called like the library that it wraps; projects that
state versions in file after file are told by their other files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from archcheck.analysis.distributions.import_names import is_known
from archcheck.analysis.folders import folders_around

_VERSION = re.compile(r"""^__version__\s*(?::\s*\w+\s*)?=\s*\(?["'](\d[^"']*)""", re.MULTILINE)
#: Said by a package of which other distributions bring parts of their own: each of them has its version.
_SHARED = re.compile(r"\bextend_path\(|\bdeclare_namespace\(")
_PACKAGE = "__init__.py"
#: For each copy there may be so many other versions; beyond that it is how this project writes its files.
_OTHERS = 3


def copied_into(python: Iterable[str], head: Callable[[str], str]) -> frozenset[str]:
    """The folders of copied packages and the files of copied modules.

    Only what stands inside a package can be told from the library's own repository. Beside two copies, whatever
    bears the name of a library is one.

    Args:
        python: Python files of a repository, posix and relative.
        head: gives the first lines of one of them.

    >>> heads = {"shop/__init__.py": "", "shop/six.py": "__version__ = '1.16'"}
    >>> copied_into(list(heads), heads.__getitem__)
    frozenset({'shop/six.py'})
    """
    files = frozenset(python)
    named: dict[str, list[str]] = defaultdict(list)
    for path in files:
        unit = path.removesuffix(f"/{_PACKAGE}")
        home, _, name = unit.rpartition("/")
        name = name.removesuffix(".py")
        if name not in home.split("/") and is_known(name) and f"{home}/{_PACKAGE}" in files:
            named[home].append(unit)
    versions = {
        unit: version
        for home, units in named.items()
        for unit in units
        if (version := _version(unit, files, head)) and not _is_shared(home, files, head)
    }
    if not versions:
        return frozenset()
    others = _versions_of_others(files, {unit for units in named.values() for unit in units}, head)
    copies = {unit for unit, version in versions.items() if version not in others}
    if len(others) > _OTHERS * len(copies):
        return frozenset()
    beside = {
        unit for units in named.values() if len(copies.intersection(units)) > 1 for unit in units
    }
    return frozenset(copies | beside)


def _version(unit: str, files: frozenset[str], head: Callable[[str], str]) -> str:
    path = unit if unit in files else f"{unit}/{_PACKAGE}"
    found = _VERSION.search(head(path))
    return found[1] if found else ""


def _versions_of_others(
    files: frozenset[str], named: Collection[str], head: Callable[[str], str]
) -> set[str]:
    """The versions that files state which bear no library's name and stand in no package that does."""
    return {
        found[1]
        for path in files
        if path not in named
        and not any(folder in named for folder in folders_around(path))
        and (found := _VERSION.search(head(path)))
    }


def _is_shared(home: str, files: frozenset[str], head: Callable[[str], str]) -> bool:
    """Whether the package ``home``, or one around it, is open to other distributions."""
    return any(
        path in files and _SHARED.search(head(path))
        for folder in folders_around(f"{home}/{_PACKAGE}")
        if (path := f"{folder}/{_PACKAGE}")
    )
