"""Where things stand: apart, in their bands, with no line through a box."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from diagram_samples import SHOP, diagrams
from hypothesis import given, settings

from archcheck.diagrams import Diagram, Edge, Group, Node
from archcheck.diagrams._labels import curve, place_labels
from archcheck.diagrams._layout import Box, Layout, Route, lay_out
from archcheck.diagrams._order import untangle
from archcheck.diagrams._place import spread


def layered(*arrows: str, closing: str = "") -> Layout:
    """The layout of arrows written ``a>b``."""
    ends = [tuple(arrow.split(">")) for arrow in arrows]
    names = sorted({name for end in ends for name in end})
    return lay_out(
        Diagram(
            "",
            tuple(Node(name, name) for name in names),
            tuple(Edge(tail, head, closing=f"{tail}>{head}" == closing) for tail, head in ends),
        )
    )


def points_of(route: Route) -> list[tuple[float, float]]:
    """Points along the drawn line, close together."""
    found = []
    for number, (start, end) in enumerate(zip(route.points, route.points[1:], strict=False)):
        first, second = curve(start, end) if number % 2 == 0 else (start, end)
        for step in range(21):
            t, u = step / 20, 1 - step / 20
            found.append(
                (
                    u**3 * start[0]
                    + 3 * u**2 * t * first[0]
                    + 3 * u * t**2 * second[0]
                    + t**3 * end[0],
                    u**3 * start[1]
                    + 3 * u**2 * t * first[1]
                    + 3 * u * t**2 * second[1]
                    + t**3 * end[1],
                )
            )
    return found


def strictly_inside(point: tuple[float, float], box: Box) -> bool:
    return (
        box.x + 0.5 < point[0] < box.x + box.width - 0.5
        and box.y + 0.5 < point[1] < box.y + box.height - 0.5
    )


@given(diagrams())
@settings(max_examples=60, deadline=None)
def test_everything_has_a_place_of_its_own(diagram: Diagram) -> None:
    layout = lay_out(diagram)
    for one, other in combinations(layout.boxes.values(), 2):
        assert not one.overlaps(other)
    assert [route.edge for route in layout.routes] == list(diagram.edges)
    for route in layout.routes:
        for point in points_of(route):
            assert all(map(math.isfinite, point))
            assert not any(strictly_inside(point, box) for box in layout.boxes.values())


@given(diagrams())
@settings(max_examples=60, deadline=None)
def test_boxes_stand_in_the_band_of_their_group(diagram: Diagram) -> None:
    layout = lay_out(diagram)
    bands = {group.id: band for group, band in layout.bands}
    for node in diagram.nodes:
        box = layout.boxes[node.id]
        for group, band in bands.items():
            inside = band.y <= box.y and box.y + box.height <= band.y + band.height
            assert inside == (group == node.group)
    tops = [band.y for _, band in layout.bands]
    assert tops == sorted(tops)


@given(diagrams())
@settings(max_examples=30, deadline=None)
def test_a_layout_is_always_the_same(diagram: Diagram) -> None:
    assert lay_out(diagram) == lay_out(diagram)


def test_what_is_imported_stands_below() -> None:
    layout = layered("a>b", "b>c", "a>c")
    assert layout.boxes["a"].y < layout.boxes["b"].y < layout.boxes["c"].y


def test_only_what_closes_a_circle_points_upwards() -> None:
    layout = layered("a>b", "b>c", "c>a", closing="c>a")
    assert layout.boxes["a"].y < layout.boxes["b"].y < layout.boxes["c"].y


def test_lines_do_not_cross_needlessly() -> None:
    layout = layered("a>d", "b>c")
    left_to_right = layout.boxes["a"].x < layout.boxes["b"].x
    assert (layout.boxes["d"].x < layout.boxes["c"].x) == left_to_right


def test_a_wide_row_is_cut_up() -> None:
    layout = layered(*(f"a>module_number_{number}" for number in range(40)))
    assert layout.width < 1800


def test_what_uses_the_groups_stands_above_them_and_what_serves_them_below() -> None:
    nodes = (Node("inner", "inner", "g"), Node("main", "main"), Node("utils", "utils"))
    edges = (Edge("inner", "utils"), Edge("main", "inner"))
    boxes = lay_out(Diagram("", nodes, edges, (Group("g", "inner"),))).boxes
    assert boxes["main"].y < boxes["inner"].y < boxes["utils"].y


def test_labels_cover_neither_boxes_nor_one_another() -> None:
    layout = lay_out(SHOP)
    labels = place_labels(layout, dict.fromkeys(range(len(layout.routes)), "12"))
    for one, other in combinations([*labels.values(), *layout.boxes.values()], 2):
        assert not one.overlaps(other)


def test_crossings_are_removed() -> None:
    rows = untangle([["a", "b"], ["c", "d"]], [("a", "d"), ("b", "c")])
    assert rows in ([["a", "b"], ["d", "c"]], [["b", "a"], ["c", "d"]])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([0, 40], [0, 40]),
        ([5, 5], [0, 10]),
        ([30, 0], [10, 20]),
        ([0, 900], [0, 45]),
        ([-900, -900], [-45, -35]),
        ([], []),
    ],
)
def test_boxes_are_pushed_apart_as_little_as_can_be(
    wanted: list[float], expected: list[float]
) -> None:
    assert spread(wanted, [10.0] * len(wanted), [1.0] * len(wanted), 100.0) == expected
