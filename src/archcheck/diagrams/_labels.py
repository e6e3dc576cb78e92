"""Where the number of an edge stands: on its line, over no box and no other number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archcheck.diagrams._layout import CHARACTER, Box, Layout, Point, Route

_HEIGHT = 16.0
_TRIES = (0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85)


def place_labels(layout: Layout, texts: Mapping[int, str]) -> dict[int, Box]:
    """Find a box for each text.

    Args:
        layout: the drawing.
        texts: by the number of the route.

    Returns:
        boxes by the number of the route; where every place is taken, the middle of its first curve.
    """
    taken = list(layout.boxes.values())
    found = {}
    for number, text in texts.items():
        choices = list(_choices(layout.routes[number], len(text) * CHARACTER + 10.0))
        free = (box for box in choices if not any(box.overlaps(other) for other in taken))
        found[number] = next(free, choices[0])
        taken.append(found[number])
    return found


def curve(start: Point, end: Point) -> tuple[Point, Point]:
    """The two control points of the curve from one row to the next: it leaves and arrives upright."""
    reach = (end[1] - start[1]) / 2
    return (start[0], start[1] + reach), (end[0], end[1] - reach)


def _choices(route: Route, width: float) -> Iterator[Box]:
    for share in _TRIES:
        for start, end in zip(route.points[::2], route.points[1::2], strict=True):
            x, y = _on_curve(start, end, share)
            yield Box(x - width / 2, y - _HEIGHT / 2, width, _HEIGHT)


def _on_curve(start: Point, end: Point, share: float) -> Point:
    """The point at a share of the way along the curve (Bernstein)."""
    first, second = curve(start, end)
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    points = (start, first, second, end)
    return (
        sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
    )
