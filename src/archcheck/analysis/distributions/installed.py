"""Which folders hold libraries that an installer has put there, to be shipped with the project?"""

from __future__ import annotations

from collections.abc import Iterable

#: Written into the metadata of a distribution by whatever installs it.
_INSTALLED = ".dist-info/INSTALLER"


def installed_into(files: Iterable[str]) -> frozenset[str]:
    """The folders, the root left out: it may be an unpacked wheel.

    Args:
        files: of a repository, posix and relative.

    >>> installed_into(["shop/dist/six.py", "shop/dist/six-1.17.0.dist-info/INSTALLER"])
    frozenset({'shop/dist'})
    """
    return frozenset(
        home
        for path in files
        if path.endswith(_INSTALLED) and (home := path.rpartition("/")[0].rpartition("/")[0])
    )
