"""Reads of environment variables."""

from __future__ import annotations

import pytest
from modules import module_of

from archcheck.analysis.environment import environment_reads

READS = {
    "getenv": "import os\nos.getenv('X')",
    "getenv with a default": "import os\nos.getenv('X', 'y')",
    "getenv by keyword": "import os\nos.getenv(key='X')",
    "get": "import os\nos.environ.get('X')",
    "pop": "import os\nos.environ.pop('X')",
    "setdefault": "import os\nos.environ.setdefault('X', 'y')",
    "subscript": "import os\nos.environ['X']",
    "membership": "import os\n'X' in os.environ",
    "absence": "import os\n'X' not in os.environ",
    "from import": "from os import environ, getenv as g\ng('X')",
    "alias of the mapping": "import os\nenv = os.environ; env['X']",
    "decouple": "import decouple\ndecouple.config('X')",
}


@pytest.mark.parametrize("source", READS.values(), ids=READS)
def test_read_is_seen_with_its_name(source: str) -> None:
    assert [(read.name, read.line) for read in environment_reads(module_of(source))] == [("X", 2)]


def test_computed_name_is_empty() -> None:
    source = "import os\nfor name in NAMES:\n    os.environ[name]\n    os.getenv(f'X_{name}')"
    assert [(read.name, read.line) for read in environment_reads(module_of(source))] == [
        ("", 3),
        ("", 4),
    ]


NO_READS = {
    "write": "import os\nos.environ['X'] = 'y'",
    "deletion": "import os\ndel os.environ['X']",
    "copy for a subprocess": "import os\nos.environ.copy()",
    "another mapping": "import os\nenviron = {}\nenviron['X']\nenviron.get('X')\n'X' in environ",
    "shadowed function": "from os import getenv\ndef f(getenv):\n    getenv('X')",
    "another root": "def getenv(name): ...\ngetenv('X')",
}


@pytest.mark.parametrize("source", NO_READS.values(), ids=NO_READS)
def test_no_read(source: str) -> None:
    assert list(environment_reads(module_of(source))) == []


def test_reads_come_in_the_order_of_the_source() -> None:
    source = "import os\n'A' in os.environ\nos.environ['B']\nos.getenv('C')"
    assert [read.name for read in environment_reads(module_of(source))] == ["A", "B", "C"]
