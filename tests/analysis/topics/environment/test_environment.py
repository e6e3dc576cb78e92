"""Reads of environment variables."""

from __future__ import annotations

import pytest
from modules import module_of

from archcheck.analysis.topics.environment.environment import environment_reads, environment_writes
from archcheck.analysis.topics.environment.process_contract import is_process_contract

READS = {
    "getenv": "import os\nos.getenv('X')",
    "getenv with a default": "import os\nos.getenv('X', 'y')",
    "getenv by keyword": "import os\nos.getenv(key='X')",
    "get": "import os\nos.environ.get('X')",
    "pop": "import os\nos.environ.pop('X')",
    "setdefault": "import os\nf(os.environ.setdefault('X', 'y'))",
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
    "a default that is set": "import os\nos.environ.setdefault('X', 'y')",
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


CONSTANT_NAMES = {
    "a constant": ("import os\nKEY = 'X'\nos.environ[KEY]", "X"),
    "a constant of the module in a function": (
        "import os\nKEY = 'X'\ndef f(): return os.getenv(KEY)",
        "X",
    ),
    "a name that is bound twice": ("import os\nKEY = 'X'\nKEY = 'Y'\nos.environ[KEY]", ""),
    "a parameter of that name": ("import os\nKEY = 'X'\ndef f(KEY): return os.getenv(KEY)", ""),
    "an imported name": ("import os\nfrom names import KEY\nos.environ[KEY]", ""),
}


@pytest.mark.parametrize(("source", "name"), CONSTANT_NAMES.values(), ids=CONSTANT_NAMES)
def test_name_is_followed_to_a_constant_of_the_module(source: str, name: str) -> None:
    assert [read.name for read in environment_reads(module_of(source))] == [name]


AS_SCRIPT = {
    "under the main guard": ("import os\nif __name__ == '__main__':\n    os.environ['X']", True),
    "in main": ("import os\ndef main():\n    os.environ['X']", True),
    "as an option's default": (
        "import os\ndef run(parser):\n    parser.add_argument('-x', default=os.environ.get('X'))",
        True,
    ),
    "in an option's default": (
        "import os\ndef run(parser):\n    parser.add_option('-x', default=[int(os.environ['X'])])",
        True,
    ),
    "as the default of an option of oslo.config": (
        "import os\nfrom oslo_config import cfg\nurl = cfg.StrOpt('url', default=os.getenv('X'))",
        True,
    ),
    "as another default": (
        "import os\ndef run(field):\n    field(default=os.environ.get('X'))",
        False,
    ),
    "elsewhere": ("import os\ndef start():\n    os.environ['X']", False),
}


@pytest.mark.parametrize(("source", "as_script"), AS_SCRIPT.values(), ids=AS_SCRIPT)
def test_read_knows_whether_the_module_runs_as_a_script(source: str, as_script: bool) -> None:
    (read,) = environment_reads(module_of(source))
    assert read.as_script is as_script


WRITES = {
    "the own environment": "import os\nos.environ['X'] = 'y'",
    "under another name": "from os import environ as e\ne['X'] = 'y'",
    "a copy for another process": "import os\nenv = os.environ.copy()\nenv['X'] = 'y'",
    "an attribute": "self.spawn_env['X'] = 'y'",
    "a display": "env = {'X': 'y'}",
    "an argument": "import subprocess\nsubprocess.run(command, env={'X': 'y', **more})",
    "a merge": "import os\nenv = os.environ | more | {'X': 'y'}",
    "an update": "import os\nos.environ.update({'X': 'y'})",
    "an update by keyword": "import os\nos.environ.update(X='y')",
    "by a constant": "import os\nKEY = 'X'\nos.environ[KEY] = 'y'",
}


@pytest.mark.parametrize("source", WRITES.values(), ids=WRITES)
def test_write_is_seen(source: str) -> None:
    assert list(environment_writes(module_of(source))) == ["X"]


NO_WRITES = {
    "a read": "import os\nos.environ['X']",
    "a default": "import os\nos.environ.setdefault('X', 'y')",
    "another mapping": "settings['X'] = 'y'\nenvelope = {'X': 'y'}\nsettings.update({'X': 1})",
    "a computed name": "import os\nos.environ[name()] = 'y'",
}


@pytest.mark.parametrize("source", NO_WRITES.values(), ids=NO_WRITES)
def test_no_write(source: str) -> None:
    assert list(environment_writes(module_of(source))) == []


CONTRACTS = [
    "HOME", "TZ", "NO_COLOR", "HTTPS_PROXY", "no_proxy", "XDG_CACHE_HOME", "LC_ALL", "PYTHONPATH", "GITHUB_SHA",
    "KUBERNETES_SERVICE_HOST", "PROMETHEUS_MULTIPROC_DIR", "PYTEST_CURRENT_TEST", "SHOP_TEST_DB_URL", "NOTIFY_SOCKET", "GATEWAY_INTERFACE",
    "_ARGCOMPLETE", "_SHOP_COMPLETE", "comspec",
]  # fmt: skip


@pytest.mark.parametrize("name", CONTRACTS)
def test_process_contract(name: str) -> None:
    assert is_process_contract(name)


@pytest.mark.parametrize(
    "name",
    ["SHOP_HOME", "DATABASE_URL", "LATEST", "CITY", "CIRCUIT_LIMIT", "SHOP_USER", "FASTEST_URL"],
)
def test_configuration_of_the_program(name: str) -> None:
    assert not is_process_contract(name)
