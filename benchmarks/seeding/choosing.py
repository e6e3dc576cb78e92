"""Which of the possible seeds are planted, and in which run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from seeding.seed import Mutation, Seed
from seeding.source import Project


def candidates(project: Project, mutations: Iterable[Mutation]) -> Iterator[Seed]:
    """Every seed that the files of a project offer."""
    wanted = tuple(mutations)
    for source in project.sources:
        for mutation in wanted:
            if source.role in mutation.roles:
                for seed in mutation.find(source):
                    yield replace(
                        seed,
                        code=mutation.code,
                        mutation=mutation.title,
                        exclusive=mutation.exclusive,
                        together=mutation.together,
                    )


def choose(
    offered: Mapping[str, Sequence[Seed]], limit: int, is_sound: Callable[[str, Seed], bool]
) -> Mapping[str, tuple[Seed, ...]]:
    """At most ``limit`` seeds a rule, spread over projects and mutations, the same ones each time.

    Each mutation of each project in turn gives one, in the order of a digest. One place gives one seed a rule.

    Args:
        offered: name of a project -> its candidates.
        limit: how many a rule.
        is_sound: asked for the name of a project and a seed that would be chosen.
    """
    by_rule: defaultdict[str, dict[tuple[str, str], list[Seed]]] = defaultdict(dict)
    for project, seeds in offered.items():
        for seed in seeds:
            by_rule[seed.code].setdefault((seed.mutation, project), []).append(seed)
    chosen: defaultdict[str, list[Seed]] = defaultdict(list)
    for groups in by_rule.values():
        columns = [
            [(project, seed) for seed in sorted(seeds, key=_digest)]
            for (_, project), seeds in sorted(groups.items())
        ]
        taken: set[tuple[str, str, str]] = set()
        for item in chain.from_iterable(zip_longest(*columns)):
            if item is None or len(taken) == limit:
                continue
            project, seed = item
            place = (project, seed.path, seed.scope)
            if place not in taken and is_sound(project, seed):
                taken.add(place)
                chosen[project].append(seed)
    return {project: tuple(seeds) for project, seeds in chosen.items()}


def rounds(seeds: Sequence[Seed]) -> list[list[Seed]]:
    """Share seeds out among as few runs as need be, so that none disturbs another.

    No two of a run touch the same part of a file, and those of an exclusive mutation stand alone. Those that belong
    together come first, so that nothing parts them.
    """
    found: list[tuple[list[Seed], set[tuple[str, str]]]] = []
    for seed in sorted(seeds, key=lambda each: not each.together):
        marks = {(seed.path, seed.scope)}
        if seed.exclusive:
            marks.add((seed.code, seed.mutation))
        for members, taken in found:
            if taken.isdisjoint(marks) and _whole_file_is_free(seed, members):
                members.append(seed)
                taken |= marks
                break
        else:
            found.append(([seed], marks))
    return [members for members, _ in found]


def _whole_file_is_free(seed: Seed, members: Iterable[Seed]) -> bool:
    return all(other.path != seed.path or (seed.scope and other.scope) for other in members)


def _digest(seed: Seed) -> str:
    return hashlib.sha256(f"{seed.path}:{seed.span}:{seed.mutation}".encode()).hexdigest()
