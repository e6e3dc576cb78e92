"""The documentation tells what is true now."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest
import write_docs as generator

from archcheck.plugins import load_rules

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md"))
SOURCE = DOCS.parent / "src"
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    for path in SOURCE.rglob("*.py")
    if re.search(r"^ *>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_generated_pages_are_fresh() -> None:
    stale = [
        path
        for path, text in generator.pages().items()
        if not (DOCS / path).is_file() or (DOCS / path).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `python tools/write_docs.py`"


def test_there_is_no_page_of_a_rule_that_is_gone() -> None:
    pages = {path.stem for path in (DOCS / "rules").glob("*.md")} - {"README"}
    assert pages == {rule.name() for rule in load_rules()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_precision_is_told_of_every_rule() -> None:
    page = (DOCS / "concepts/precision.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (ARC\d{4}) \| (yes|preview) \|", page, re.MULTILINE)
    rules = sorted((rule.code, "preview" if rule.preview else "yes") for rule in load_rules())
    assert rows == rules


def test_every_dependency_is_explained() -> None:
    manifest = (DOCS.parent / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.search(r"^dependencies = \[(.*?)^\]", manifest, re.MULTILINE | re.DOTALL)
    assert declared is not None
    explained = (DOCS / "concepts/dependencies.md").read_text(encoding="utf-8")
    for name in re.findall(r'"([A-Za-z\-]+)', declared.group(1)):
        assert f"| {name} |" in explained


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_in_docstrings_hold(module: str) -> None:
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted
    assert not results.failed
