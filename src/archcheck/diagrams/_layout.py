"""Where the boxes, bands and lines of a layered drawing stand: importers above, imported below.

Boxes stand in rows. A line that passes a row has a place of its own in it, so that no line leads through a box; between
two rows it is one curve. Groups are bands of whole rows, the highest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from archcheck.diagrams import Diagram, Edge, Group, Node
from archcheck.diagrams._order import rows_of, untangle
from archcheck.diagrams._place import spread
from archcheck.diagrams._text import count, printable, shortened

Point = tuple[float, float]

CHARACTER = 7.3
"""Width of a character of a label: 12 pixels of a monospaced font."""

_LONGEST_LABEL = 30
_BOX_HEIGHT = 42.0
_ROOM = 1100
_BESIDE = 18
_LANE = 16
"""Width of the place of a line that passes a row."""

_BAND_PADDING = 14.0
_GAP, _GAP_A_LINE, _WIDEST_GAP = 44.0, 2.0, 120.0
_SWEEPS = 30
_STRAIGHT = 8.0
"""How much more a passing line wants to be straight than a box to be in the middle (Gansner et al. 1993)."""


class Box(Struct, frozen=True):
    """A rectangle with its upper left corner at ``x``, ``y``; pixels, ``y`` pointing down."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


class Route(Struct, frozen=True):
    """The way of an edge: a curve from the first point to the second, a line to the third, a curve, and so on."""

    edge: Edge
    points: tuple[Point, ...]


class Layout(Struct, frozen=True):
    """A drawing without its words.

    Attributes:
        boxes: of the nodes, by id.
        bands: of the groups that have a node.
        routes: one an edge, in the diagram's order.
        width: of all, pixels.
        height: of all, pixels.
    """

    boxes: Mapping[str, Box]
    bands: tuple[tuple[Group, Box], ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def lines_of(node: Node) -> tuple[str, ...]:
    """The lines of text in a node's box: its label, and how many modules it stands for."""
    label = shortened(printable(node.label), _LONGEST_LABEL)
    return (label, count(node.modules, "module")) if node.modules > 1 else (label,)


def lay_out(diagram: Diagram) -> Layout:
    """Find a place for everything in ``diagram``."""
    return _Drawing(diagram).layout()


class _Drawing:
    """One run of the method of Sugiyama: rows, lanes for lines that pass them, order, places."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        keys = {node.id: f"n{number}" for number, node in enumerate(diagram.nodes)}
        self._node_of = {keys[node.id]: node for node in diagram.nodes}
        self._ends = [(keys[edge.tail], keys[edge.head]) for edge in diagram.edges]
        self._widths = {
            key: max(8, *map(len, lines_of(node))) * CHARACTER + 24.0
            for key, node in self._node_of.items()
        }
        self._group_of_row: list[Group | None] = []
        self._rows = self._ranked()
        self._row_of = {key: at for at, row in enumerate(self._rows) for key in row}
        self._chains = [self._chain(number) for number in range(len(self._ends))]
        links = [link for chain in self._chains for link in pairwise(chain)]
        self._rows = untangle(self._rows, links)
        self._above: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        for upper, lower in links:
            self._below.setdefault(upper, []).append(lower)
            self._above.setdefault(lower, []).append(upper)
        self._centres = self._centred()
        self._tops = self._row_tops()

    # --- rows

    def _ranked(self) -> list[list[str]]:
        """The rows of every band, the highest first.

        What is in no group stands above the groups when it imports from them more than they from it, else below.
        """
        known = {group.id for group in self._diagram.groups}
        members: dict[str, list[str]] = {group.id: [] for group in self._diagram.groups}
        free: list[str] = []
        for key, node in self._node_of.items():
            (members[node.group] if node.group in known else free).append(key)
        grouped = len(free) < len(self._node_of)
        above = [key for key in free if not grouped or self._belongs_above(key, frozenset(free))]
        below = [key for key in free if key not in above]
        # A closing edge points upwards: with these turned round no circle is left.
        downwards = [
            end[::-1] if edge.closing else end
            for end, edge in zip(self._ends, self._diagram.edges, strict=True)
        ]
        rows: list[list[str]] = []
        for group, keys in (
            (None, above),
            *((group, members[group.id]) for group in self._diagram.groups),
            (None, below),
        ):
            widths = {key: int(self._widths[key]) + _BESIDE for key in keys}
            added = rows_of(keys, downwards, _ROOM, widths)
            rows.extend(added)
            self._group_of_row.extend([group] * len(added))
        return rows

    def _belongs_above(self, key: str, free: frozenset[str]) -> bool:
        """Whether a node outside the groups imports from them more than they from it."""
        leading = [head in free for tail, head in self._ends if tail == key]
        coming = [tail in free for tail, head in self._ends if head == key]
        surplus = leading.count(False) - coming.count(False)
        return (surplus or len(leading) - len(coming)) > 0

    def _chain(self, number: int) -> tuple[str, ...]:
        """The stations of an edge from its upper to its lower end, with a new lane in each row between."""
        upper, lower = sorted(self._ends[number], key=lambda key: self._row_of[key])
        chain = [upper]
        for row in range(self._row_of[upper] + 1, self._row_of[lower]):
            lane = f"e{number}.{row}"
            self._rows[row].append(lane)
            self._row_of[lane] = row
            self._widths[lane] = 0.0
            chain.append(lane)
        return (*chain, lower)

    # --- places

    def _centred(self) -> dict[str, float]:
        centres: dict[str, float] = {}
        # No row becomes wider than the widest has to be.
        room = max((sum(self._spaces(row)) for row in self._rows), default=0.0)
        for row in self._rows:
            middle = spread([0.0] * len(row), self._spaces(row), [1.0] * len(row), room)
            centres.update(zip(row, middle, strict=True))
        for sweep in range(_SWEEPS):
            rows = self._rows if sweep % 2 == 0 else self._rows[::-1]
            for row in rows:
                wanted = [self._wish(key, centres) for key in row]
                weights = [1.0 if key in self._node_of else _STRAIGHT for key in row]
                placed = spread(wanted, self._spaces(row), weights, room)
                centres.update(zip(row, placed, strict=True))
        left = min(
            (centres[key] - self._widths[key] / 2 for key in centres),
            default=0.0,
        )
        return {key: centre - left for key, centre in centres.items()}

    def _wish(self, key: str, centres: Mapping[str, float]) -> float:
        """The mean place of what a box or lane is linked to; a lane wants most to be below its own lane."""
        total, weight = 0.0, 0.0
        for other in (*self._above.get(key, ()), *self._below.get(key, ())):
            both_lanes = key not in self._node_of and other not in self._node_of
            share = _STRAIGHT if both_lanes else 1.0
            total += centres[other] * share
            weight += share
        return total / weight if weight else centres[key]

    def _spaces(self, row: Sequence[str]) -> list[float]:
        return [
            self._widths[key] + _BESIDE if key in self._node_of else float(_LANE) for key in row
        ]

    def _row_tops(self) -> list[float]:
        """The upper side of each row; the more lines lead from one to the next, the wider the gap."""
        lines = [0] * len(self._rows)
        for chain in self._chains:
            for upper in chain[:-1]:
                lines[self._row_of[upper]] += 1
        tops, top = list[float](), _BAND_PADDING
        for at, number in enumerate(lines):
            tops.append(top)
            top += _BOX_HEIGHT + min(_GAP + _GAP_A_LINE * number, _WIDEST_GAP)
            following = self._group_of_row[at + 1] if at + 1 < len(self._rows) else None
            if following is not self._group_of_row[at]:
                top += _BAND_PADDING
        return tops

    # --- result

    def layout(self) -> Layout:
        boxes = {
            node.id: Box(
                self._centres[key] - self._widths[key] / 2,
                self._tops[self._row_of[key]],
                self._widths[key],
                _BOX_HEIGHT,
            )
            for key, node in self._node_of.items()
        }
        width = max(
            (centre + self._widths[key] / 2 for key, centre in self._centres.items()), default=0.0
        )
        height = self._tops[-1] + _BOX_HEIGHT + _BAND_PADDING if self._tops else 0.0
        return Layout(boxes, self._bands(width), self._routes(boxes), width, height)

    def _bands(self, width: float) -> tuple[tuple[Group, Box], ...]:
        found = []
        for group in self._diagram.groups:
            tops = [
                top
                for top, other in zip(self._tops, self._group_of_row, strict=True)
                if other is group
            ]
            if tops:
                top = tops[0] - _BAND_PADDING
                bottom = tops[-1] + _BOX_HEIGHT + _BAND_PADDING
                found.append((group, Box(0.0, top, width, bottom - top)))
        return tuple(found)

    def _routes(self, boxes: Mapping[str, Box]) -> tuple[Route, ...]:
        leaving = self._ports(boxes, upper=True)
        arriving = self._ports(boxes, upper=False)
        routes = []
        for number, (edge, chain) in enumerate(zip(self._diagram.edges, self._chains, strict=True)):
            first = self._tops[self._row_of[chain[0]]] + _BOX_HEIGHT
            last = self._tops[self._row_of[chain[-1]]]
            points = [(leaving[number], first)]
            for lane in chain[1:-1]:
                top = self._tops[self._row_of[lane]]
                points += [(self._centres[lane], top), (self._centres[lane], top + _BOX_HEIGHT)]
            points.append((arriving[number], last))
            upwards = self._ends[number][0] != chain[0]
            routes.append(Route(edge, tuple(points[::-1] if upwards else points)))
        return tuple(routes)

    def _ports(self, boxes: Mapping[str, Box], *, upper: bool) -> dict[int, float]:
        """For each edge the place on the lower side of its upper box, or on the upper side of its lower one."""
        by_box: dict[str, list[tuple[float, int]]] = {}
        for number, chain in enumerate(self._chains):
            key, following = (chain[0], chain[1]) if upper else (chain[-1], chain[-2])
            by_box.setdefault(key, []).append((self._centres[following], number))
        found = {}
        for key, wishes in by_box.items():
            box = boxes[self._node_of[key].id]
            for at, (_, number) in enumerate(sorted(wishes), start=1):
                found[number] = box.x + box.width * at / (len(wishes) + 1)
        return found
