"""Circles: found, walked round and cut."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcheck.analysis.imports.digraph import Arrow, cheapest_cuts, circle_through, components

NAMES = st.sampled_from("abcdefgh")
ARROWS = st.tuples(NAMES, NAMES).filter(lambda arrow: arrow[0] != arrow[1])
COSTS = st.dictionaries(ARROWS, st.integers(min_value=1, max_value=40), max_size=24)


def successors(arrows: list[Arrow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tail, head in arrows:
        found.setdefault(tail, []).append(head)
    return found


def is_acyclic(arrows: list[Arrow]) -> bool:
    return all(len(group) == 1 for group in components(successors(arrows)))


def test_the_shortest_way_round_is_taken() -> None:
    arrows = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("c", "a")]
    assert circle_through(("a", "b"), arrows) == (("a", "b"), ("b", "c"), ("c", "a"))


CUTS = {
    "no circle": ({("a", "b"): 1, ("b", "c"): 1}, []),
    "the cheaper of two": ({("a", "b"): 3, ("b", "a"): 1}, [("b", "a")]),
    "the one that two circles share": (
        {("a", "b"): 5, ("b", "a"): 3, ("b", "c"): 1, ("c", "a"): 3},
        [("a", "b")],
    ),
    "one a circle": (
        {("a", "b"): 1, ("b", "a"): 2, ("c", "d"): 2, ("d", "c"): 1},
        [("a", "b"), ("d", "c")],
    ),
    "the cheap side of each pair": (
        {("a", "b"): 2, ("b", "a"): 90, ("b", "c"): 2, ("c", "b"): 90},
        [("a", "b"), ("b", "c")],
    ),
}


@pytest.mark.parametrize(("costs", "expected"), CUTS.values(), ids=CUTS)
def test_the_cheapest_arrows_are_cut(costs: dict[Arrow, int], expected: list[Arrow]) -> None:
    assert list(cheapest_cuts(costs)) == expected


@given(COSTS)
def test_no_circle_is_left_and_no_cut_can_be_spared(costs: dict[Arrow, int]) -> None:
    cuts = cheapest_cuts(costs)
    kept = [arrow for arrow in costs if arrow not in cuts]
    assert is_acyclic(kept)
    assert not any(is_acyclic([*kept, cut]) for cut in cuts)
    assert list(cuts) == sorted(cuts, key=lambda arrow: (costs[arrow], arrow))


@given(COSTS, st.randoms())
def test_the_order_of_the_arrows_does_not_matter(costs: dict[Arrow, int], random: Random) -> None:
    shuffled = list(costs.items())
    random.shuffle(shuffled)
    assert cheapest_cuts(dict(shuffled)) == cheapest_cuts(costs)
