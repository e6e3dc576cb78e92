"""The parts of the recall benchmark: where seeds fall, what becomes of the text, and what counts as found."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from recall import main
from seeding.choosing import candidates, choose, rounds
from seeding.measuring import Result, measure
from seeding.mutations import MUTATIONS
from seeding.page import BEGIN, END, fill_precision, render, replace_table
from seeding.seed import Edit, Seed, apply, lines_after
from seeding.source import Project

from archcheck.plugins import load_rules

SHOP = '''\
"""A shop."""
from __future__ import annotations

import json
import logging

import requests as http

logger = logging.getLogger(__name__)


class Stock:
    def fetch(self, url: str) -> object:
        return http.get(url, timeout=5)

    def read(self, path: str) -> object:
        with open(path) as stream:
            data = json.load(stream)
        return data


def later(url: str) -> object:
    try:
        answer = http.post(url, json={"ä": 1}, timeout=5, headers={})
    except Exception:
        logger.exception(url)
        answer = None
    return answer
'''


@pytest.fixture
def project(tmp_path: Path) -> Project:
    package = tmp_path / "target" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "stock.py").write_text(SHOP, encoding="utf-8")
    (package / "broken.py").write_text("def (")
    return Project("target", tmp_path / "target")


def mutated(project: Project, code: str) -> list[str]:
    """The texts that the mutations of a rule make."""
    wanted = [each for each in MUTATIONS if each.code == code]
    source = project.modules["shop.stock"]
    return [apply(source.text, seed.edits) for seed in candidates(project, wanted)]


def test_a_keyword_goes_with_its_comma(project: Project) -> None:
    first, second = mutated(project, "ARC0301")
    assert "return http.get(url)\n" in first
    assert 'http.post(url, json={"ä": 1}, headers={})' in second


def test_a_block_moves_out_of_its_with(project: Project) -> None:
    (text,) = mutated(project, "ARC1001")
    assert (
        "        stream = open(path)\n        data = json.load(stream)\n        return data\n"
        in text
    )


def test_an_import_stands_below_the_future(project: Project) -> None:
    (text,) = mutated(project, "ARC0405")
    assert text.startswith('"""A shop."""\nfrom __future__ import annotations\nimport pickle\n')
    assert "data = pickle.load(stream)" in text


def test_every_mutation_names_a_rule() -> None:
    codes = {rule.code for rule in load_rules()}
    assert MUTATIONS
    assert {each.code for each in MUTATIONS} <= codes


def test_the_same_edit_twice_counts_once() -> None:
    edits = [Edit(0, 0, "import os\n"), Edit(0, 0, "import os\n"), Edit(4, 5, "2")]
    assert apply("x = 1\n", edits) == "import os\nx = 2\n"
    with pytest.raises(ValueError, match="overlap"):
        apply("x = 1\n", [Edit(0, 3, ""), Edit(2, 4, "")])


def test_lines_are_told_after_the_edits() -> None:
    text = "a\nb\nc\n"
    assert lines_after(text, [Edit(0, 0, "import os\n"), Edit(2, 3, "b1\nb2")], (2, 3)) == (3, 4)
    assert lines_after(text, [Edit(0, 2, "")], (4, 5)) == (2, 2)
    assert lines_after(text, [Edit(2, 2, "@cache\n")], (2, 3)) == (3, 3)


def seed(path: str, scope: str, mutation: str = "m", code: str = "ARC0301") -> Seed:
    return Seed(path, 1, scope, (), (0, 1), code, mutation)


def test_seeds_are_spread_over_projects() -> None:
    many = [seed(f"{number}.py", "f") for number in range(9)]
    chosen = choose(
        {"large": many, "small": [seed("b.py", "x")]}, limit=3, is_sound=lambda name, seed: True
    )
    assert {name: len(seeds) for name, seeds in chosen.items()} == {"large": 2, "small": 1}
    assert chosen == choose(
        {"large": many[::-1], "small": [seed("b.py", "x")]},
        limit=3,
        is_sound=lambda name, seed: True,
    )


def test_no_two_seeds_of_a_run_share_a_function() -> None:
    first, same, other = seed("a.py", "f"), seed("a.py", "f", "n"), seed("a.py", "g")
    assert rounds([first, same, other]) == [[first, other], [same]]
    alone = [replace(each, exclusive=True) for each in (first, other)]
    assert rounds(alone) == [alone[:1], alone[1:]]
    joint = [replace(each, together=True) for each in (other, seed("b.py", "f"))]
    assert rounds([first, same, *joint]) == [[*joint, first], [same]]
    whole = seed("a.py", "")
    assert rounds([first, whole]) == [[first], [whole]]


def test_seeds_come_back_as_findings(project: Project, tmp_path: Path) -> None:
    wanted = [each for each in MUTATIONS if each.code in {"ARC0301", "ARC0501", "ARC1001"}]
    seeds = list(candidates(project, wanted))
    results = list(measure("target", project.root, seeds, tmp_path / "workplace"))
    assert sorted((each.seed.code, each.found) for each in results) == [
        ("ARC0301", True),
        ("ARC0301", True),
        ("ARC0501", True),
        ("ARC1001", True),
    ]
    untouched = (project.root / "shop" / "stock.py").read_text(encoding="utf-8")
    assert untouched == SHOP
    assert not (tmp_path / "workplace").exists()


def test_what_is_not_found_is_a_miss(project: Project, tmp_path: Path) -> None:
    source = project.modules["shop.stock"]
    first = next(source.nodes(ast.Import))
    harmless = source.seed(first, source.replace(first, "import json as json"))
    given = Seed(harmless.path, 1, "x", harmless.edits, harmless.span, "ARC0301", "nothing")
    (result,) = measure("target", project.root, [given], tmp_path / "workplace")
    assert not result.found


def test_what_violated_before_is_no_seed(project: Project, tmp_path: Path) -> None:
    path = project.root / "shop" / "stock.py"
    path.write_text(SHOP.replace(", timeout=5", "").replace("requests as http", "requests"))
    path.write_text(path.read_text().replace("http.", "requests."))
    again = Project("target", project.root)
    source = again.modules["shop.stock"]
    call = next(each for each in source.calls if source.name(each.func) == "requests.get")
    made = source.seed(call, source.add_argument(call, "stream=True"))
    given = Seed(made.path, made.line, made.scope, made.edits, made.span, "ARC0301", "again")
    assert list(measure("target", again.root, [given], tmp_path / "workplace")) == []


def test_the_table_has_a_row_a_rule() -> None:
    results = [
        Result("one", seed("a.py", "f"), found=True),
        Result("two", seed("a.py", "g"), found=False),
        Result("two", seed("a.py", "h", code="ARC0403"), found=True, is_advice=True),
    ]
    table = render(results, ["ARC0403"])
    assert "| ARC0301 | m | 2 | 2 | 1 | 50.0 % |" in table
    assert "| ARC0403 (preview) | m | 1 | 1 | 1 (1 as advice) | 100.0 % |" in table


def test_only_the_marked_part_of_the_page_is_written() -> None:
    assert replace_table(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\n\nnew\n\n{END}\nb"
    with pytest.raises(ValueError, match="marks"):
        replace_table("nothing", "new")


def test_the_page_of_precision_repeats_the_table() -> None:
    page = "| ARC0301 | yes | 1 / 2 | 1 | 1 | 9 | 9: 100.0 % | none |\n| ARC0302 | 2 |\n"
    page += "| ARC0403 | preview | 1 / 2 | 1 | 1 | 9 | 9: 100.0 % | none |\n"
    table = render([Result("one", seed("a.py", "f"), found=True, is_advice=True)], [])
    assert fill_precision(page, table).splitlines() == [
        "| ARC0301 | yes | 1 / 2 | 1 | 1 | 1 | 1 (1 as advice): 100.0 % | none |",
        "| ARC0302 | 2 |",
        "| ARC0403 | preview | 1 / 2 | 1 | 1 | – | – | none |",
    ]


def test_both_pages_tell_the_same_seeds() -> None:
    pages = Path(__file__).parents[2] / "docs" / "concepts"
    precision = (pages / "precision.md").read_text(encoding="utf-8")
    recall = (pages / "recall.md").read_text(encoding="utf-8")
    table = recall.partition(BEGIN)[2].partition(END)[0]
    assert fill_precision(precision, table) == precision


def test_write_needs_everything() -> None:
    with pytest.raises(SystemExit):
        main(["--write", "--rule", "ARC0301"])
