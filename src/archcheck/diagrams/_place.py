"""Where things stand on a line: as near as can be to where they want to be, in their order and apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def spread(
    wanted: Sequence[float], widths: Sequence[float], weights: Sequence[float], room: float
) -> list[float]:
    """Centres on a line, in the given order and without overlap, nearest to the wanted ones by least squares.

    Boxes that would overlap are pushed together into a block that stands at its members' mean wish: the pool
    adjacent violators algorithm of isotonic regression.

    Args:
        wanted: centres.
        widths: with the space around.
        weights: how much each box's wish counts, more than 0.
        room: all boxes stand within half of it on both sides of 0; at least the sum of the widths.
    """
    if not wanted:
        return []
    offsets = [0.0]
    for left, right in pairwise(widths):
        offsets.append(offsets[-1] + (left + right) / 2)
    blocks: list[tuple[float, float, int]] = []
    for wish, offset, weight in zip(wanted, offsets, weights, strict=True):
        mean, total, members = wish - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, more, others = blocks.pop()
            mean = (mean * total + other * more) / (total + more)
            total, members = total + more, members + others
        blocks.append((mean, total, members))
    first = (widths[0] - room) / 2
    last = (room - widths[-1]) / 2 - offsets[-1]
    starts = [max(first, min(mean, last)) for mean, _, members in blocks for _ in range(members)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
