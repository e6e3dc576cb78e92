"""Folders by their paths, posix and relative to the repository's root."""

from __future__ import annotations

from collections.abc import Iterator


def folders_around(path: str) -> Iterator[str]:
    """The folders around a file or folder, from the inside out, the root left out.

    >>> list(folders_around("shop/ext/six.py"))
    ['shop/ext', 'shop']
    """
    while path := path.rpartition("/")[0]:
        yield path
