"""Each format: what it looks like, and that no name of the target breaks out of it."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from diagram_samples import EVIL, SHOP, diagrams
from hypothesis import given, settings
from syrupy.assertion import SnapshotAssertion

from archcheck.diagrams import FORMATS, Diagram, load_renderer

SVG = "{http://www.w3.org/2000/svg}"
EMPTY = Diagram("nothing", (), ())


def rendered(name: str, diagram: Diagram) -> str:
    return load_renderer(name)(diagram)


@pytest.mark.parametrize("name", FORMATS)
def test_a_small_project(name: str, snapshot: SnapshotAssertion) -> None:
    assert rendered(name, SHOP) == snapshot


@pytest.mark.parametrize("name", FORMATS)
def test_a_diagram_of_nothing(name: str) -> None:
    assert rendered(name, EMPTY).endswith("\n")


@pytest.mark.parametrize("name", ["dot", "mermaid", "svg"])
def test_no_control_character_reaches_a_terminal(name: str) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", rendered(name, EVIL))


# --- mermaid


def test_a_hostile_name_is_text_in_mermaid() -> None:
    lines = rendered("mermaid", EVIL).splitlines()
    boxes = [line for line in lines if re.match(r"\s+(n\d+|subgraph g\d+)\[", line)]
    assert len(boxes) == 3
    for box in boxes:
        label = box.split('"', 1)[1].rsplit('"', 1)[0]
        assert re.fullmatch(r"[\w .,:()/+…-]*(?:(#\d+;|<br/>)[\w .,:()/+…-]*)*", label)
    comments = [line for line in lines if "%%" in line]
    assert comments
    assert not any("{" in line for line in comments)


@given(diagrams())
@settings(max_examples=50)
def test_mermaid_has_a_line_for_each_edge(diagram: Diagram) -> None:
    lines = rendered("mermaid", diagram).splitlines()
    arrows = [
        line for line in lines if re.fullmatch(r' +n\d+ -\.?->(\|"\d+ illegal"\|)? n\d+', line)
    ]
    assert len(arrows) == len(diagram.edges)


# --- dot

_STRING = r'"(?:[^"\\]|\\.)*"'


def test_a_hostile_name_is_text_in_dot() -> None:
    for line in rendered("dot", EVIL).splitlines()[1:-1]:
        bare = re.sub(_STRING, "S", line).strip()
        assert re.fullmatch(r"[\w =,;>{}\[\]-]+", bare), line


@given(diagrams())
@settings(max_examples=50)
def test_dot_has_a_line_for_each_edge(diagram: Diagram) -> None:
    bare = re.sub(_STRING, "S", rendered("dot", diagram))
    assert len(re.findall(r"^    n\d+ -> n\d+ ", bare, re.MULTILINE)) == len(diagram.edges)


# --- json


@given(diagrams())
@settings(max_examples=50)
def test_json_tells_everything(diagram: Diagram) -> None:
    document = json.loads(rendered("json", diagram))
    assert [(edge["tail"], edge["head"]) for edge in document["edges"]] == [
        (edge.tail, edge.head) for edge in diagram.edges
    ]
    assert len(document["nodes"]) == len(diagram.nodes)


# --- svg


def test_a_hostile_name_is_text_in_svg() -> None:
    root = ElementTree.fromstring(rendered("svg", EVIL))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g"}


def test_the_svg_stands_alone() -> None:
    text = rendered("svg", SHOP)
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {
        "#archcheck-line",
        "#archcheck-circle",
        "#archcheck-illegal",
    }
    assert "<script" not in text
    assert "@import" not in text
    assert "prefers-color-scheme:dark" in text


def test_the_svg_speaks_to_screen_readers() -> None:
    root = ElementTree.fromstring(rendered("svg", SHOP))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "shop: packages"
    description = root.findtext(f"{SVG}desc") or ""
    assert description.startswith("5 boxes and 6 arrows")
    assert "Illegal: store to services, 2 imports." in description
    assert SHOP.notes[0] in description


@pytest.mark.parametrize("diagram", [SHOP, EMPTY, EVIL])
def test_all_text_of_the_svg_is_inside(diagram: Diagram) -> None:
    root = ElementTree.fromstring(rendered("svg", diagram))
    width = float(root.get("width", "0"))
    for text in root.findall(f"{SVG}text"):
        size = 9 if text.get("class") == "heading" else 7.3
        assert float(text.get("x", "0")) + size * len(text.text or "") <= width


def test_illegal_imports_are_counted_in_red() -> None:
    root = ElementTree.fromstring(rendered("svg", SHOP))
    numbers = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "number"]
    assert numbers == ["2"]
    lines = [path for path in root.iter(f"{SVG}path") if path.get("class") == "edge illegal"]
    assert len(lines) == 1


@given(diagrams())
@settings(max_examples=60, deadline=None)
def test_svg_is_well_formed_and_draws_every_edge_once(diagram: Diagram) -> None:
    text = rendered("svg", diagram)
    assert "nan" not in re.sub(">[^<]*<", "><", text).lower()
    root = ElementTree.fromstring(text)
    drawn = [
        path for path in root.iter(f"{SVG}path") if (path.get("class") or "").startswith("edge")
    ]
    assert len(drawn) == len(diagram.edges)
    boxes = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "box"]
    assert len(boxes) == len(diagram.nodes)
