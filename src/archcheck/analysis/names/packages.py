"""Which names are the project's own?"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Packages(Struct, frozen=True):
    """What tells a name of the project from a library's.

    Attributes:
        own: top-level packages and modules of the project.
        copies: qualified name of a library's copy within them -> import name of that library.
    """

    own: frozenset[str] = frozenset()
    copies: Mapping[str, str] = field(default_factory=dict)

    def provide(self, name: str) -> bool:
        """Whether a qualified name starts with a package of the project."""
        return name.partition(".")[0] in self.own


NO_PACKAGES = Packages()
"""For a file that stands by itself."""
