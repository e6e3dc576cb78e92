"""Which packages and modules of a project are copies of libraries that somebody has put there?

Whoever copies a library leaves the line by which it states its version. A module of the project's own has the
project's version, and no reason to state one, even where it is called like the library that it wraps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from archcheck.analysis.distributions.import_names import is_known

_VERSION = re.compile(r"""^__version__\s*(?::\s*\w+\s*)?=\s*\(?["']\d""", re.MULTILINE)
#: Said by a package of which other distributions bring parts of their own: each of them has its version.
_SHARED = re.compile(r"\bextend_path\(|\bdeclare_namespace\(")
_PACKAGE = "__init__.py"


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
    copies: dict[str, list[str]] = defaultdict(list)
    for path in files:
        unit = path.removesuffix(f"/{_PACKAGE}")
        home, _, name = unit.rpartition("/")
        name = name.removesuffix(".py")
        if name in home.split("/") or not is_known(name) or f"{home}/{_PACKAGE}" not in files:
            continue
        named[home].append(unit)
        if _VERSION.search(head(path)) and not _is_shared(home, files, head):
            copies[home].append(unit)
    found = [unit for units in copies.values() for unit in units]
    found += [unit for home, units in copies.items() if len(units) > 1 for unit in named[home]]
    return frozenset(found)


def _is_shared(home: str, files: frozenset[str], head: Callable[[str], str]) -> bool:
    """Whether the package ``home``, or one around it, is open to other distributions."""
    while home:
        if (path := f"{home}/{_PACKAGE}") in files and _SHARED.search(head(path)):
            return True
        home = home.rpartition("/")[0]
    return False
