"""YAML as text with lines, and nothing that expands beyond reason."""

from __future__ import annotations

import time

import pytest
import yaml

from archcheck.analysis.manifests import yaml_text
from archcheck.analysis.manifests.yaml_text import Text, YamlTextError, load_yaml


def test_scalars_are_what_people_wrote() -> None:
    text = "on: [push]\npython: 3.10\nempty:\nno: no\nday: 2026-11-21\ntag: !Ref x\nquoted: '1'\n"
    assert load_yaml(text) == [
        {
            "on": ["push"],
            "python": "3.10",
            "empty": "",
            "no": "no",
            "day": "2026-11-21",
            "tag": "x",
            "quoted": "1",
        }
    ]


def test_scalars_know_their_line() -> None:
    [document] = load_yaml("a: one\nb:\n  - two\n  - |\n    three\n    four\n  - >-\n    five\n")
    assert isinstance(document, dict)
    one, items = document[Text("a")], document[Text("b")]
    assert isinstance(one, Text)
    assert isinstance(items, list)
    assert one.line == 1
    assert [(item.line, str(item)) for item in items if isinstance(item, Text)] == [
        (3, "two"), (5, "three\nfour\n"), (8, "five"),
    ]  # fmt: skip


def test_aliases_merge_keys_and_documents() -> None:
    text = "base: &base {a: '1', b: '2'}\nuse: {<<: *base, b: '3'}\nmany: {<<: [*base, {c: '4'}]}\n---\nsecond\n"
    first, second = load_yaml(text)
    assert first == {
        "base": {"a": "1", "b": "2"},
        "use": {"a": "1", "b": "3"},
        "many": {"a": "1", "b": "2", "c": "4"},
    }
    assert second == "second"


def test_keys_that_are_no_text_are_passed_over() -> None:
    assert load_yaml("? [a, b]\n: c\nd: e\n") == [{"d": "e"}]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [\n", 2),
        ("a: b: c\n", 1),
        ("a: *unknown\n", 1),
        ("a: &a [*a]\n", 1),
        ("[" * 50_000, 1),
        ("- " * 50_000, 1),
        ("a: \x00\n", 0),
        ("%YAML 9.9\n--- a\n", 1),
    ],
)
def test_what_is_broken_is_said_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlTextError) as caught:
        load_yaml(text)
    assert caught.value.line in (line, line + 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("pure", [False, True])
def test_a_billion_laughs_are_refused_at_once(pure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if pure:  # a wheel without libyaml
        monkeypatch.setattr(yaml_text, "_Loader", yaml.SafeLoader)
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    start = time.perf_counter()
    with pytest.raises(YamlTextError, match="aliases expanded"):
        load_yaml("\n".join(rows))
    assert time.perf_counter() - start < 2


def test_no_object_is_made_of_a_tag() -> None:
    assert load_yaml("!!python/object/apply:os.system ['true']\n") == [["true"]]
