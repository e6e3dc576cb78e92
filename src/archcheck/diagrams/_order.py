"""The rows of a layered drawing: which node stands in which, and in what order (Sugiyama, Tagawa and Toda 1981)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

Link = tuple[str, str]
_SWEEPS = 16


def rows_of(
    nodes: Sequence[str], links: Sequence[Link], room: int, widths: Mapping[str, int]
) -> list[list[str]]:
    """Put each node below those that link to it, in rows no wider than ``room``; no link stays within a row.

    On a circle some link has to point upwards: few do, as the heuristic of Eades, Lin and Smyth orders the nodes.

    Args:
        nodes: of this part of the drawing, in a stable order.
        links: of the whole drawing.
        room: what a row holds; a wider node has a row for itself.
        widths: of the nodes, with the space beside them.
    """
    chosen = set(nodes)
    inside = {link for link in links if chosen.issuperset(link)}
    sequence = _sequence(nodes, inside)
    position = {node: number for number, node in enumerate(sequence)}
    below: dict[str, list[str]] = {node: [] for node in nodes}
    for link in inside:
        upper, lower = sorted(link, key=position.__getitem__)
        below[upper].append(lower)
    depth = dict.fromkeys(nodes, 0)
    for node in sequence:
        for head in below[node]:
            depth[head] = max(depth[head], depth[node] + 1)
    _sink(sequence, below, depth, links)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        rows[depth[node]].append(node)
    return [part for row in rows if row for part in _split(row, room, widths)]


def _sink(
    sequence: Sequence[str],
    below: Mapping[str, Sequence[str]],
    depth: dict[str, int],
    links: Iterable[Link],
) -> None:
    """Move down, as far as they can, the nodes with more links downwards than upwards: that shortens their lines."""
    surplus = dict.fromkeys(sequence, 0)
    for tail, head in links:
        if tail in surplus:
            surplus[tail] += 1
        if head in surplus:
            surplus[head] -= 1
    last = max(depth.values(), default=0)
    for node in reversed(sequence):
        if surplus[node] > 0:
            depth[node] = min((depth[head] - 1 for head in below[node]), default=last)


def _split(row: Sequence[str], room: int, widths: Mapping[str, int]) -> list[list[str]]:
    """A row as several of about the same width."""
    total = sum(widths[node] for node in row)
    parts = -(-total // room)
    target = total / max(parts, 1)
    found: list[list[str]] = [[]]
    used = 0
    for node in row:
        if found[-1] and (used + widths[node] / 2 > target or used + widths[node] > room):
            found.append([])
            used = 0
        found[-1].append(node)
        used += widths[node]
    return found


def _sequence(nodes: Sequence[str], links: Iterable[Link]) -> list[str]:
    """The nodes in an order in which few links point backwards (Eades, Lin and Smyth 1993)."""
    after: dict[str, set[str]] = {node: set() for node in nodes}
    before: dict[str, set[str]] = {node: set() for node in nodes}
    for tail, head in links:
        after[tail].add(head)
        before[head].add(tail)
    left, right, rest = list[str](), list[str](), dict.fromkeys(nodes)

    def take(node: str) -> None:
        del rest[node]
        for other in after[node]:
            before[other].discard(node)
        for other in before[node]:
            after[other].discard(node)

    while rest:
        sink = next((node for node in rest if not after[node]), None)
        source = next((node for node in rest if not before[node]), None)
        if sink is not None:
            right.append(sink)
            take(sink)
        elif source is not None:
            left.append(source)
            take(source)
        else:
            best = max(rest, key=lambda node: len(after[node]) - len(before[node]))
            left.append(best)
            take(best)
    return left + right[::-1]


def untangle(rows: Sequence[Sequence[str]], links: Iterable[Link]) -> list[list[str]]:
    """Order each row so that few links cross; every link leads from a row to the one below.

    Sweeps down and up, each node moving to the middle of its neighbours, and keeps the best order seen.
    """
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for tail, head in links:
        below.setdefault(tail, []).append(head)
        above.setdefault(head, []).append(tail)
    current = [list(row) for row in rows]
    best, fewest = current, _crossings(current, below)
    for sweep in range(_SWEEPS):
        current = [list(row) for row in current]
        downwards = sweep % 2 == 0
        neighbours = above if downwards else below
        numbers = range(1, len(current)) if downwards else range(len(current) - 2, -1, -1)
        for number in numbers:
            fixed = {node: at for at, node in enumerate(current[number + (-1 if downwards else 1)])}
            current[number] = _by_barycenter(current[number], neighbours, fixed)
        crossings = _crossings(current, below)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _by_barycenter(
    row: Sequence[str], neighbours: Mapping[str, Sequence[str]], fixed: Mapping[str, int]
) -> list[str]:
    """The row by the mean position of each node's neighbours; a node without any keeps its place."""
    keys = {}
    for at, node in enumerate(row):
        places = [fixed[other] for other in neighbours.get(node, ())]
        keys[node] = (
            sum(places) / len(places) if places else at * max(len(fixed), 1) / max(len(row), 1)
        )
    return sorted(row, key=lambda node: keys[node])


def _crossings(rows: Sequence[Sequence[str]], below: Mapping[str, Sequence[str]]) -> int:
    """How many pairs of links cross between neighbouring rows."""
    found = 0
    for upper, lower in pairwise(rows):
        place = {node: at for at, node in enumerate(lower)}
        seen: list[int] = []
        for node in upper:
            ends = sorted(place[other] for other in below.get(node, ()))
            found += sum(1 for end in ends for other in seen if other > end)
            seen.extend(ends)
    return found
