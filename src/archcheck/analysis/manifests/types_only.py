"""Is a distribution made of types alone, those of a library that it does not need itself?"""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.repository import Repository

_CLASSIFIER = "Typing :: Stubs Only"


def is_types_only(repository: Repository, name: str, declaring: Iterable[str]) -> bool:
    """Whether a distribution says so by its name (``types-redis``, ``boto3-stubs``) or by a classifier.

    Args:
        repository: its files.
        name: of the distribution, as written.
        declaring: the files that hold its metadata.
    """
    normal = canonicalize_name(name)
    return (
        normal.startswith("types-")
        or normal.endswith("-stubs")
        or any(_CLASSIFIER in repository.script(path) for path in declaring)
    )
