"""The same command again: what its arguments mean is remembered, since reading them takes longer than most that follows.

typer reads them by pydantic, and to load both takes twice as long as to see that nothing has changed in a project of
some thousand files. What arguments mean depends on nothing but themselves and the programs that read them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import cache

from archcheck.cli.caching import user_store
from archcheck.cli.checking import CheckArguments
from archcheck.engine.codec import DAMAGE, Codec
from archcheck.engine.store import StoreError
from archcheck.engine.surroundings import combined, surroundings
from archcheck.installed import version

_FILE = "commands"
_KEPT = 64


def remembered(arguments: Sequence[str]) -> CheckArguments | None:
    """What these arguments meant in an earlier run; None where nobody knows.

    Args:
        arguments: without the program's name.
    """
    try:
        data = user_store().load(_FILE).get(_key(arguments))
        return _codec().decode(data) if data is not None else None
    except (StoreError, *DAMAGE):
        return None


def remember(arguments: Sequence[str], given: CheckArguments) -> None:
    """Note what arguments mean, for the next run; without a place for it nothing is noted, nor what no data holds.

    Args:
        arguments: without the program's name.
        given: as typer read them.
    """
    with contextlib.suppress(StoreError, ValueError, OverflowError):
        store = user_store()
        known = list(store.load(_FILE).items())[-_KEPT + 1 :]
        store.save(_FILE, {**dict(known), _key(arguments): _codec().encode(given)})


def _key(arguments: Sequence[str]) -> str:
    return combined(surroundings(()), version("typer"), *arguments)


@cache
def _codec() -> Codec[CheckArguments]:
    return Codec(CheckArguments)
