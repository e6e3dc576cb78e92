"""Does a distribution provide a library? Answered from names alone, so the answer may be that nobody can know."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable
from functools import cache
from itertools import takewhile
from string import digits

from packaging.utils import canonicalize_name

from archcheck.analysis.distributions.import_names import (
    Library,
    companions_of,
    known_distributions,
    squashed,
)
from archcheck.analysis.manifests import Requirement

#: Words that the name of a distribution has before or behind that of what it brings.
_AFFIXES = ("python", "py")
#: Letters from which on two names are hardly alike by chance.
_TELLING = 6
#: The same where one name holds the other as a whole.
_WHOLE = 4
#: Words that many names have in common: what something is for, or what it is.
_HOSTS = frozenset(
    {"client", "common", "django", "fastapi", "langchain", "python", "server", "starlette", "utils"}
)

_NO_DIGITS = str.maketrans("", "", digits)

#: Hundreds of requirements are compared with each library, so each name is looked at once.
_canonical = cache(canonicalize_name)


class Provided(enum.IntEnum):
    """Whether something is provided, from the least sure to the most."""

    NO = 0
    PERHAPS = 1
    YES = 2


def provided_by(distributions: Iterable[str], library: Library) -> Provided:
    """Whether one of the distributions, given by normalised names, provides the library."""
    return max((_provides(name, library) for name in distributions), default=Provided.NO)


def provided_by_requirements(requirements: Collection[Requirement], library: Library) -> Provided:
    """The same of requirements: an extra may ask for the library, and what is required may bring its companions."""
    for item in requirements:
        asked = (item.name, *(f"{item.name}[{extra}]" for extra in item.extras))
        if any(library.name in companions_of(each) for each in asked):
            return Provided.YES
        if any(_provides(_canonical(extra), library) is Provided.YES for extra in item.extras):
            return Provided.YES
    found = provided_by((item.name for item in requirements), library)
    return max(found, _perhaps(any(_from_link(item, library) for item in requirements)))


def _from_link(item: Requirement, library: Library) -> bool:
    """Whether a requirement that no index has may bring a library of a kindred name."""
    first = _canonical(library.name).partition("-")[0]
    return bool(item.url) and not library.distributions and item.name.partition("-")[0] == first


@cache
def _provides(distribution: str, library: Library) -> Provided:
    if distribution == _canonical(library.name) or any(
        _matches(distribution, known) for known in library.distributions
    ):
        return Provided.YES
    if distribution in known_distributions() and not library.namespace:
        return Provided.NO  # what it brings is known
    if library.distributions:
        # Forks, builds and successors of a known distribution are called after it.
        return _perhaps(
            any(
                distribution.startswith(f"{each}-")
                or _without_digits(distribution) == _without_digits(each)
                for each in library.distributions
            )
        )
    if library.namespace:
        return _provides_part(distribution, library)
    return _provides_unknown(distribution, library.name)


def _matches(distribution: str, known: str) -> bool:
    if known.startswith("*"):
        return distribution.endswith(known[1:])
    return distribution.startswith(known[:-1]) if known.endswith("-*") else distribution == known


def _provides_part(distribution: str, library: Library) -> Provided:
    """The same for a part of a shared namespace: ``google.cloud.tasks_v2`` comes from ``google-cloud-tasks``."""
    namespace, part, whole = map(squashed, (library.namespace, library.name, distribution))
    if not whole.startswith(namespace):
        return _perhaps(whole.startswith(squashed(library.namespace.partition(".")[0])))
    is_part = len(whole) > len(namespace) and (part.startswith(whole) or whole.startswith(part))
    return Provided.YES if is_part else Provided.PERHAPS


def _provides_unknown(distribution: str, name: str) -> Provided:
    """The same where no table knows the import name: it may be a part of the distribution's name."""
    whole, part = squashed(distribution), squashed(name)
    if whole == part:
        return Provided.YES
    if _bare(whole) == _bare(part):
        return Provided.PERHAPS
    wanted, words = _canonical(name).split("-"), distribution.split("-")
    starts = range(len(words) - len(wanted) + 1)
    has_all = len(wanted) > 1 and set(wanted) <= set(words)
    return _perhaps(
        has_all
        or (len(part) >= _WHOLE and part in whole)
        or any(words[start : start + len(wanted)] == wanted for start in starts)
        or any(_is_telling(word) and word in whole for word in wanted)
        or len(_common_start(_telling_part(name), _telling_part(distribution))) >= _TELLING
        or _continue_each_other(name, distribution)
    )


def _continue_each_other(one: str, other: str) -> bool:
    """Whether two names are for the same host, and what tells them begins alike: ``django-pg``, ``django-pgware``."""
    hosts = _HOSTS & set(_canonical(one).split("-")) & set(other.split("-"))
    parts = sorted((_telling_part(one), _telling_part(other)), key=len)
    return bool(hosts) and len(parts[0]) > 1 and parts[1].startswith(parts[0])


@cache
def _telling_part(name: str) -> str:
    words = _canonical(name).split("-")
    return "".join(word for word in words if word not in _HOSTS)


def _common_start(one: str, other: str) -> list[tuple[str, str]]:
    return list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _is_telling(word: str) -> bool:
    """Whether two names that have this in common may mean the same."""
    return len(word) >= _TELLING and word not in _HOSTS


@cache
def _without_digits(name: str) -> str:
    """``python3-openid`` and ``python-openid2`` alike."""
    return name.translate(_NO_DIGITS)


@cache
def _bare(squashed_name: str) -> str:
    for affix in _AFFIXES:
        squashed_name = squashed_name.removeprefix(affix).removesuffix(affix)
    return squashed_name


def _perhaps(answer: bool) -> Provided:
    return Provided.PERHAPS if answer else Provided.NO
