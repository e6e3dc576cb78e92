"""Where does an expression of one module lead, through all the others?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from modules import facts_of, module_of, probed

from archcheck.analysis.names.linker import Linker
from archcheck.analysis.names.paths import OR

HTTP = "import requests\nsession = requests.Session()\n"
GET = "requests.Session.get"


def callee(files: Mapping[str, str], source: str) -> str | None:
    """Where the probed expression of ``source`` leads, ``files`` beside it; None when unknown."""
    module = module_of(source, path="app/service.py")
    thing = _linker(files, source).follow(module.paths.of(probed(module)))
    return thing.name if thing is not None and not thing.instance else None


def callees(files: Mapping[str, str], source: str) -> tuple[str, ...]:
    """All that the probed expression of ``source`` may lead to, ``files`` beside it; empty when unknown."""
    module = module_of(source, path="app/service.py")
    paths = module.paths.alternatives(probed(module))
    return _linker(files, source).callees(OR.join(paths))


def _linker(files: Mapping[str, str], source: str) -> Linker:
    return Linker(facts_of({"app/__init__.py": "", **files, "app/service.py": source}))


def rows(
    tables: Mapping[str, Mapping[str, tuple[Mapping[str, str], str, Any]]],
) -> list[Any]:
    """The cases of tables, called after the table and their own title."""
    return [
        pytest.param(*row, id=f"{table}: {title}")
        for table, cases in tables.items()
        for title, row in cases.items()
    ]
