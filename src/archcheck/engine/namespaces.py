"""Folders without an ``__init__.py`` that are namespace packages, and do not merely hold packages.

`shop/orders/__init__.py` may be the package `orders` in a folder called `shop`, or `shop.orders`, a portion of a
namespace that several distributions share. Nothing in the paths tells; the project's own imports do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from archcheck.engine.heads import head

#: The imports of a few files show how a package calls itself.
_MAX_FILES = 40
_MAX_BYTES = 20_000


def namespaces(
    root: Path, python: Sequence[str], folders: Collection[str], members: Collection[str]
) -> Iterator[str]:
    """Those of ``folders`` that the packages below them are imported through.

    Args:
        root: the repository's folder.
        python: paths of its Python files.
        folders: what holds packages and is none itself.
        members: the roots of projects, which are no packages.
    """
    for folder in folders:
        if not folder or folder in members or any(_stands_in(path, folder) for path in python):
            continue
        outer = max((each for each in members if _is_below(folder, each)), key=len)
        name = folder[len(outer) :].strip("/").replace("/", ".")
        if all(part.isidentifier() for part in name.split(".")) and _is_imported_through(
            folder, name, root, python
        ):
            yield folder


def _is_imported_through(folder: str, name: str, root: Path, python: Sequence[str]) -> bool:
    """Whether the files import ``name.child`` rather than, below the folder, ``child`` itself."""
    inside = [path for path in python if path.startswith(f"{folder}/")]
    outside = [path for path in python if not path.startswith(f"{folder}/")]
    children = {path[len(folder) + 1 :].partition("/")[0] for path in inside}
    listed = "|".join(map(re.escape, sorted(children)))
    # A name that is no text in the system's encoding stands for its bytes.
    through, without = (
        re.compile(
            rf"^[ \t]*(?:from|import)[ \t]+{prefix}(?:{listed})\b".encode(errors="surrogateescape"),
            re.MULTILINE,
        )
        for prefix in (re.escape(f"{name}."), "")
    )
    own = [head(root / path, _MAX_BYTES) for path in inside[:_MAX_FILES]]
    others = (head(root / path, _MAX_BYTES) for path in outside[:_MAX_FILES])
    plain = sum(1 for text in own if without.search(text))
    return sum(1 for text in (*own, *others) if through.search(text)) > plain


def _stands_in(path: str, folder: str) -> bool:
    return path.rpartition("/")[0] == folder


def _is_below(folder: str, outer: str) -> bool:
    return not outer or folder.startswith(f"{outer}/")
