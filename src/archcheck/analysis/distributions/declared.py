"""What a member of a repository declares of its libraries, in all the places where it may do so."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from packaging.utils import canonicalize_name

from archcheck.analysis.distributions.import_names import Library
from archcheck.analysis.distributions.providing import (
    Provided,
    provided_by,
    provided_by_requirements,
)
from archcheck.analysis.manifests import Manifests, Requirement
from archcheck.analysis.manifests.requirements import is_development


class Standing(enum.Enum):
    """How a library is declared."""

    DECLARED = "declared"
    TRANSITIVE = "transitive"
    DEVELOPMENT = "development"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Declarations(Struct, frozen=True):
    """The requirements of one member.

    Attributes:
        product: those of run time, extras and optional groups included.
        development: those for working on the project.
        locked: distributions that come with the product for the sake of others.
    """

    product: tuple[Requirement, ...]
    development: tuple[Requirement, ...]
    locked: frozenset[str]

    @classmethod
    def of(
        cls, manifests: Mapping[str, Manifests], root: str, packages: Collection[str] = ()
    ) -> Declarations | None:
        """What the member at ``root`` declares, or the nearest one around it; None when that cannot be told.

        What folders below declare counts for the whole member: nobody can tell which of its parts runs where.

        Args:
            manifests: by member root.
            root: of the member.
            packages: its top-level packages.
        """
        for around in _around(root):
            declared = manifests.get(around)
            if declared is None or not (declared.requirements or declared.nested):
                continue
            if declared.dynamic or _is_one_of_several(declared, packages):
                return None
            requirements = (*declared.requirements, *declared.nested)
            product = tuple(item for item in requirements if not is_development(item.group))
            development = tuple(item for item in requirements if is_development(item.group))
            names = [item.name for item in product]
            locked = [lock.closure(names) for lock in declared.locks]
            return cls(product, development, frozenset().union(*locked))
        return None

    def standing(self, library: Library) -> Standing:
        """How a library is declared."""
        product = provided_by_requirements(self.product, library)
        if product is Provided.YES:
            return Standing.DECLARED
        locked = provided_by(self.locked, library)
        if Provided.PERHAPS in (product, locked):
            return Standing.UNKNOWN
        if locked is Provided.YES:
            return Standing.TRANSITIVE
        development = provided_by_requirements(self.development, library)
        if development is Provided.YES:
            return Standing.DEVELOPMENT
        return Standing.UNKNOWN if development is Provided.PERHAPS else Standing.MISSING


def _is_one_of_several(declared: Manifests, packages: Collection[str]) -> bool:
    """Whether the project is released in parts, one of which it requires in its own version.

    What that part requires is not known here, unless it stands in the same repository and is locked with it. Its name
    starts as the project's does, or the other way round (``shop-panel`` requires ``shop``, ``ajenti-panel`` ``aj``), or
    as a package of the project (``shopping-cart``, which has ``shop``, requires ``shop-core``).
    """
    own = canonicalize_name(declared.name)
    parts = tuple(f"{canonicalize_name(name)}-" for name in (declared.name, *packages))
    return bool(declared.version) and any(
        (item.name.startswith(parts) or own.startswith(item.name))
        and item.specifier == f"=={declared.version}"
        for item in declared.runtime_requirements()
    )


def _around(root: str) -> Iterable[str]:
    """The folder and those around it, the repository's root last."""
    while root:
        yield root
        root = root.rpartition("/")[0]
    yield ""
