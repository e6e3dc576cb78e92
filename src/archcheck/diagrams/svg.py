"""``svg``: a picture that stands alone: no script, no font and no style from elsewhere, light and dark."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from archcheck.diagrams import Diagram, Edge, Node
from archcheck.diagrams._labels import curve, place_labels
from archcheck.diagrams._layout import CHARACTER, Box, Layout, Point, Route, lay_out, lines_of
from archcheck.diagrams._text import count, printable, shortened, told

_MARGIN = 20.0
_TITLE = 44.0
_LINE = 18.0
_LONGEST_TITLE = 30
_LEAST_WIDTH = 480.0
_LONGEST_HEADING, _HEADING_CHARACTER = 90, 9.1
_MOST_ILLEGAL_TOLD = 20

_LIGHT = {
    "page": "#ffffff", "ink": "#1f2328", "faint": "#59636e", "band": "#eef2f7", "box": "#ffffff",
    "rim": "#818b98", "line": "#6e7781", "circle": "#9a6700", "illegal": "#cf222e",
}  # fmt: skip
_DARK = {
    "page": "#0d1117", "ink": "#e6edf3", "faint": "#9198a1", "band": "#161b22", "box": "#21262d",
    "rim": "#6e7681", "line": "#8b949e", "circle": "#d29922", "illegal": "#ff7b72",
}  # fmt: skip
_FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"


def render(diagram: Diagram) -> str:
    """Return an SVG document; its text is escaped, its title and description are for screen readers."""
    layout = lay_out(diagram)
    gutter = _gutter(diagram)
    illegal = {
        number: f"{route.edge.illegal:,}"
        for number, route in enumerate(layout.routes)
        if route.edge.illegal
    }
    labels = place_labels(layout, illegal)
    key = _key(diagram.edges)
    heading = shortened(printable(diagram.title), _LONGEST_HEADING)
    width = 2 * _MARGIN + max(
        layout.width + gutter,
        sum(_key_width(meaning) for _, _, meaning in key),
        len(heading) * _HEADING_CHARACTER,
        _LEAST_WIDTH,
    )
    notes = _wrapped(diagram.notes, width)
    height = _TITLE + layout.height + _LINE * (len(notes) + 2) + _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" class="archcheck">',
        f"<title>{_text(diagram.title)}</title>",
        f"<desc>{_text(_description(diagram))}</desc>",
        *_style(),
        f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>',
        f'<text class="heading" x="{_MARGIN:.0f}" y="28">{_text(heading)}</text>',
        *_bands(layout, gutter, width),
        f'<g transform="translate({_MARGIN + gutter:.1f} {_TITLE:.1f})">',
        *(_route(route) for route in _drawn_last(layout.routes)),
        *(_box(node, layout.boxes[node.id]) for node in diagram.nodes),
        *(_label(illegal[number], box) for number, box in labels.items()),
        "</g>",
        *_footer(key, notes, _TITLE + layout.height + _LINE),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


# --- words


def _description(diagram: Diagram) -> str:
    boxes = "1 box" if len(diagram.nodes) == 1 else f"{len(diagram.nodes):,} boxes"
    arrows = count(len(diagram.edges), "arrow")
    said = [f"{boxes} and {arrows} from what imports to what is imported."]
    illegal = [edge for edge in diagram.edges if edge.illegal]
    if illegal:
        names = {node.id: node.label for node in diagram.nodes}
        told_of = "; ".join(
            f"{names[edge.tail]} to {names[edge.head]}, {count(edge.illegal, 'import')}"
            for edge in illegal[:_MOST_ILLEGAL_TOLD]
        )
        more = len(illegal) - _MOST_ILLEGAL_TOLD
        said.append(f"Illegal: {told_of}{f'; and {more} more' if more > 0 else ''}.")
    return " ".join([*said, *diagram.notes])


def _text(text: str) -> str:
    return escape(printable(text), {'"': "&quot;"})


def _wrapped(notes: Sequence[str], width: float) -> list[str]:
    room = max(40, int((width - 2 * _MARGIN) / CHARACTER))
    return [line for note in notes for line in textwrap.wrap(printable(note), room)]


# --- parts


def _style() -> Iterator[str]:
    yield "<style>"
    yield f".archcheck text{{font-family:{_FONT};font-size:12px}}"
    yield ".archcheck .heading{font-size:15px;font-weight:600}"
    yield ".archcheck .small{font-size:10.5px}"
    yield ".archcheck .edge{fill:none;stroke-width:1.2}"
    yield ".archcheck .closing{stroke-dasharray:5 3}"
    yield ".archcheck .illegal{stroke-width:2.4}"
    yield from _colours(_LIGHT)
    yield "@media (prefers-color-scheme:dark){"
    yield from _colours(_DARK)
    yield "}"
    yield "</style>"
    yield "<defs>"
    for kind in ("line", "circle", "illegal"):
        yield (
            f'<marker id="archcheck-{kind}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
            f'markerUnits="userSpaceOnUse" orient="auto"><path class="tip-{kind}" d="M0 .8 8 4 0 7.2z"/></marker>'
        )
    yield "</defs>"


def _colours(colours: dict[str, str]) -> Iterator[str]:
    yield f".archcheck .page{{fill:{colours['page']}}}"
    yield f".archcheck text{{fill:{colours['ink']}}}"
    yield f".archcheck .faint{{fill:{colours['faint']}}}"
    yield f".archcheck .band{{fill:{colours['band']}}}"
    yield f".archcheck .box{{fill:{colours['box']};stroke:{colours['rim']}}}"
    yield f".archcheck .pill{{fill:{colours['page']};stroke:{colours['illegal']}}}"
    yield f".archcheck .number{{fill:{colours['illegal']};font-weight:600}}"
    for kind, name in (("edge", "line"), ("closing", "circle"), ("illegal", "illegal")):
        yield f".archcheck .{kind}{{stroke:{colours[name]}}}"
        yield f".archcheck .tip-{name}{{fill:{colours[name]}}}"


def _gutter(diagram: Diagram) -> float:
    """Room on the left for the names of the bands."""
    longest = max((len(_band_title(group.title)) for group in diagram.groups), default=0)
    return longest * CHARACTER + 28.0 if longest else 0.0


def _band_title(title: str) -> str:
    return shortened(printable(title), _LONGEST_TITLE)


def _bands(layout: Layout, gutter: float, width: float) -> Iterator[str]:
    for group, box in layout.bands:
        yield (
            f'<rect class="band" x="{_MARGIN / 2:.1f}" y="{box.y + _TITLE:.1f}" '
            f'width="{width - _MARGIN:.1f}" height="{box.height:.1f}" rx="8"/>'
        )
        if gutter:
            yield (
                f'<text class="faint" x="{_MARGIN:.1f}" y="{box.y + box.height / 2 + _TITLE + 4:.1f}">'
                f"{_text(_band_title(group.title))}</text>"
            )


def _drawn_last(routes: Sequence[Route]) -> list[Route]:
    """The routes with the illegal ones at the end, so that they lie on top."""
    return sorted(routes, key=lambda route: (route.edge.illegal > 0, route.edge.closing))


def _route(route: Route) -> str:
    kind, tip = _kind(route.edge)
    title = f"{route.edge.tail} → {route.edge.head}: {told(route.edge)}"
    return (
        f'<path class="{kind}" d="{_path(route.points)}" marker-end="url(#archcheck-{tip})">'
        f"<title>{_text(title)}</title></path>"
    )


def _kind(edge: Edge) -> tuple[str, str]:
    if edge.illegal:
        return "edge illegal", "illegal"
    return ("edge closing", "circle") if edge.closing else ("edge", "line")


def _path(points: Sequence[Point]) -> str:
    steps = [f"M{_at(points[0])}"]
    for number in range(1, len(points)):
        end = points[number]
        if number % 2:
            first, second = curve(points[number - 1], end)
            steps.append(f"C{_at(first)} {_at(second)} {_at(end)}")
        else:
            steps.append(f"L{_at(end)}")
    return "".join(steps)


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _box(node: Node, box: Box) -> str:
    label, *size = lines_of(node)
    middle, centre = box.x + box.width / 2, box.y + box.height / 2
    about = f"{node.id}: {size[0]}" if size else node.id
    return (
        f"<g><title>{_text(about)}</title>"
        f'<rect class="box" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="5"/>'
        f'<text x="{middle:.1f}" y="{centre + (-2 if size else 4):.1f}" text-anchor="middle">{_text(label)}</text>'
        + (
            f'<text class="faint small" x="{middle:.1f}" y="{centre + 13:.1f}" text-anchor="middle">'
            f"{_text(size[0])}</text>"
            if size
            else ""
        )
        + "</g>"
    )


def _label(text: str, box: Box) -> str:
    return (
        f'<rect class="pill" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="8"/>'
        f'<text class="number" x="{box.x + box.width / 2:.1f}" y="{box.y + 12:.1f}" text-anchor="middle">'
        f"{_text(text)}</text>"
    )


def _key(edges: Sequence[Edge]) -> list[tuple[str, str, str]]:
    """Class, tip and meaning of each kind of line that there is."""
    kinds = [("edge", "line", "imports")]
    if any(edge.closing and not edge.illegal for edge in edges):
        kinds.append(("edge closing", "circle", "imports that close a circle"))
    if any(edge.illegal for edge in edges):
        kinds.append(("edge illegal", "illegal", "illegal imports, with their number"))
    return kinds


def _key_width(meaning: str) -> float:
    return 70 + len(meaning) * CHARACTER


def _footer(key: Sequence[tuple[str, str, str]], notes: Sequence[str], top: float) -> Iterator[str]:
    """What the lines mean, and below it the notes."""
    x = _MARGIN
    for kind, tip, meaning in key:
        yield (
            f'<path class="key {kind}" d="M{x:.1f} {top:.1f}h34" marker-end="url(#archcheck-{tip})"/>'
            f'<text class="faint" x="{x + 42:.1f}" y="{top + 4:.1f}">{meaning}</text>'
        )
        x += _key_width(meaning)
    for number, note in enumerate(notes, start=1):
        yield (
            f'<text class="faint" x="{_MARGIN:.1f}" y="{top + 6 + _LINE * number:.1f}">{_text(note)}</text>'
        )
