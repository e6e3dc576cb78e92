"""What a whole project shows: each practice once, in the principles' order."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from fixture_projects import report_of

from archcheck.api import check
from archcheck.model import Principle


def shown(root: Path, files: dict[str, str]) -> dict[str, tuple[str, str, int]]:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return {
        each.title: (each.name, each.location.path, each.location.line)
        for each in check(root).practices
    }


def test_the_first_place_over_all_files_is_told(tmp_path: Path) -> None:
    source = "import stamina\n\n\n@stamina.retry(on=OSError)\ndef send(): ...\n"
    files = {"shop/__init__.py": "", "shop/b.py": source, "shop/a.py": source}
    assert shown(tmp_path, files) == {"retries": ("stamina.retry", "shop/a.py", 4)}


@pytest.mark.parametrize(("children", "titles"), [(1, []), (2, ["a hierarchy of exceptions"])])
def test_two_descendants_make_a_hierarchy(tmp_path: Path, children: int, titles: list[str]) -> None:
    errors = "class ShopError(Exception): ...\n"
    errors += "".join(f"class Error{number}(ShopError): ...\n" for number in range(children))
    files = {"shop/__init__.py": "", "shop/errors.py": errors}
    assert list(shown(tmp_path, files)) == titles


def test_the_largest_family_of_exceptions_is_shown(tmp_path: Path) -> None:
    def family(root: str, children: int) -> str:
        heirs = (f"class {root}{number}({root}): ...\n" for number in range(children))
        return f"class {root}(Exception): ...\n{''.join(heirs)}"

    files = {"shop/__init__.py": "", "shop/a.py": family("A", 2), "shop/b.py": family("B", 3)}
    assert shown(tmp_path, files)["a hierarchy of exceptions"][0] == "B"


def test_retries_and_fallbacks_of_its_own_count_in_the_product(tmp_path: Path) -> None:
    source = """
        import logging, requests

        def fetch(url, retries=3):
            try:
                return requests.get(url, timeout=5)
            except requests.ConnectionError:
                logging.warning("no prices")
                return None
    """
    files = {"shop/__init__.py": "", "shop/b.py": dedent(source), "scripts/a.py": dedent(source)}
    assert shown(tmp_path, files) == {
        "isolation of failing services": ("fallback", "shop/b.py", 7),
        "retries": ("retries", "shop/b.py", 4),
    }


def test_ports_count_in_inner_layers_only(tmp_path: Path) -> None:
    port = "from typing import Protocol\n\n\nclass Mailer(Protocol): ...\n"
    files = {"shop/__init__.py": "", "shop/domain/ports.py": port, "shop/web/base.py": port}
    assert shown(tmp_path, files) == {"ports": ("Mailer", "shop/domain/ports.py", 4)}


def test_the_compliant_service_shows_practices_of_every_principle() -> None:
    practices = report_of("compliant_service").practices
    assert {each.principle for each in practices} == set(Principle)
    numbers = [each.principle.number for each in practices]
    assert numbers == sorted(numbers)
