"""ARC0701: which prints nobody reads."""

from __future__ import annotations

from textwrap import indent

import pytest

from archcheck.model import Kind
from archcheck.rule import Example
from archcheck.rules.observability.print_instead_of_logging import PrintInsteadOfLogging
from archcheck.testing import outcomes

SERVICE = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})


def judged(
    code: str, path: str = "src/app/service.py", kinds: frozenset[Kind] = SERVICE
) -> list[str]:
    """What the rule says of each print and log call of ``code``, in order; another module imports it."""
    name = path.removeprefix("src/").removesuffix(".py").replace("/", ".")
    importer = {"src/app/importer.py": f"import {name}\n"}
    found = outcomes(
        PrintInsteadOfLogging, Example("A case.", code, path=path, kinds=kinds, files=importer)
    )
    return [outcome.verdict.value for outcome in found]


def inside(head: str, body: str = "print('x')") -> str:
    return f"{head}\n{indent(body, '    ')}\n"


@pytest.mark.parametrize(
    "code",
    [
        "print('x')",
        "print('x', end='')",
        "import builtins\nbuiltins.print('x')",
        "import pprint\npprint.pprint(x)",
        "from pprint import pprint as show\nshow(x)",
        "say = print\nsay('x')",
        "def register(user):\n    print(user)",
        "def register(user):\n    if user.active:\n        print(user)",
        "def register(users):\n    return [print(user) for user in users]",
        "class Store:\n    def load(self):\n        print('x')",
        "class Heartbeat(Task):\n    def run(self):\n        print('x')",
        "from traitlets.config import LoggingConfigurable\n"
        "class Spawner(LoggingConfigurable):\n    def poll(self):\n        print('x')",
        "def footprint():\n    print('x')",
    ],
)
def test_prints_that_nobody_reads(code: str) -> None:
    assert judged(code) == ["violates"]


@pytest.mark.parametrize(
    "code",
    [
        "import logging\nlogging.info('x')",
        "logger.debug('x')",
        "self.log.warning('x')",
        "import structlog\nstructlog.get_logger().info('x')",
    ],
)
def test_log_calls_comply(code: str) -> None:
    assert judged(code) == ["complies"]


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nprint('x', file=sys.stderr)",
        "print('x', **options)",
        "import sys\nfrom pprint import pprint\npprint(x, stream=sys.stderr)",
        "from rich import print\nprint('x')",
        "def print(text): ...\nprint('x')",
        "def f(print):\n    print('x')",
        "from app.out import print\nprint('x')",
        inside("if __name__ == '__main__':"),
        inside("def main():"),
        inside("def print_table(rows):"),
        inside("def _show_rows(rows):"),
        inside("def display(rows):"),
        inside("def dump_state():"),
        inside("def report(rows):"),
        inside("def emit_banner():"),
        inside("def dry_run():"),
        inside("def echo(line):", "print(line)"),
        "import invoke\n\n@invoke.task\ndef act(context):\n    print('x')\n",
        "from colorama import Fore\n\ndef act():\n    print(Fore.RED, 'x')\n",
        inside("def rank0_print(text):"),
        "def open_page():\n    if in_ipython_frontend():\n        print('x')\n",
        "import IPython.display\n\ndef act():\n    print('x')\n",
        "def serve():\n    try:\n        work()\n    except KeyboardInterrupt:\n        print('stopped')\n",
        inside("def show(rows):\n    def row(text):", "    print(text)"),
        inside("def fit(verbose):\n    if verbose:", "    print('x')"),
        inside("def load(rows, from_setup):\n    if from_setup:", "    print('x')"),
        inside("def fit(self):\n    if not self.config.quiet:", "    print('x')"),
        inside("class StdOutEventLogger:\n    def write(self, text):", "    print(text)"),
        "import traitlets.config\n\nclass Hub(traitlets.config.Application):\n    def start(self):\n        print('x')\n",
        "import argparse\n\ndef act():\n    print('x')\n",
        "import sys\n\ndef check():\n    if '-U' in sys.argv[1:]:\n        print('x')\n",
        "import rich\n\ndef act():\n    print('x')\n",
        "def ask():\n    print('who?')\n    return input()\n",
        "import sys\n\ndef lock():\n    print('locked')\n    unlock()\n    sys.exit(1)\n",
        "def lock():\n    print('locked')\n    raise SystemExit(1)\n",
    ],
)
def test_prints_that_somebody_reads(code: str) -> None:
    assert judged(code) == []


@pytest.mark.parametrize(
    "path",
    [
        "src/app/cli.py",
        "src/app/main.py",
        "src/app/cli/users.py",
        "src/app/console.py",
        "src/app/output/rows.py",
        "src/app/commands/users.py",
        "src/app/setup/folders.py",
        "src/app/shell/prompt.py",
        "src/app/profiling/queries.py",
        "src/app/cmd/doctor.py",
        "src/app/notebook.py",
        "src/app/benchmark.py",
        "scripts/load.py",
        "tests/test_service.py",
        "docs/conf.py",
    ],
)
def test_places_that_talk_to_people(path: str) -> None:
    code = "import click\nprint('x')\n" if path == "src/app/cli.py" else "print('x')\n"
    assert judged(code, path) == []


@pytest.mark.parametrize(
    "path", ["src/app/structured_output.py", "src/app/client.py", "src/app/config.py"]
)
def test_places_that_do_not(path: str) -> None:
    assert judged("print('x')\n", path) == ["violates"]


def test_what_a_top_level_module_prints_while_it_runs_is_its_result() -> None:
    code = "from secrets import token_hex\nprint(token_hex(32))\ndef key():\n    print('made')"
    assert judged(code, path="generate_key.py") == ["violates"]
    assert judged(code) == ["violates", "violates"]


def test_a_handler_cannot_log_its_own_failure() -> None:
    code = "import logging\nclass Mail(logging.Handler):\n    def emit(self, record):\n        print('lost')"
    assert judged(code) == []


def test_a_script_beside_the_packages_is_left_alone() -> None:
    code = "def count():\n    print('x')\n\n\nif __name__ == '__main__':\n    count()\n"
    assert judged(code, "contributions.py") == []
    assert judged(code, "src/app/contributions.py") == ["violates"]


@pytest.mark.parametrize(
    ("kinds", "verdicts"),
    [
        ({Kind.SERVICE}, ["violates"]),
        ({Kind.WORKER, Kind.CLI}, ["violates"]),
        ({Kind.LIBRARY}, ["violates"]),
        ({Kind.CLI}, []),
        ({Kind.LIBRARY, Kind.CLI}, []),
    ],
)
def test_the_project_decides_who_reads(kinds: set[Kind], verdicts: list[str]) -> None:
    assert judged("print('x')\n", kinds=frozenset(kinds)) == verdicts


@pytest.mark.parametrize(("script", "verdicts"), [("app.start", []), ("app.other", ["violates"])])
def test_where_a_console_script_starts_somebody_sits(script: str, verdicts: list[str]) -> None:
    manifest = (
        f'[project]\nname = "app"\nversion = "1"\n\n[project.scripts]\napp = "{script}:launch"\n'
    )
    example = Example(
        "A case.",
        "def launch():\n    print('x')\n",
        path="src/app/start.py",
        files={"pyproject.toml": manifest},
    )
    found = outcomes(PrintInsteadOfLogging, example)
    assert [outcome.verdict.value for outcome in found] == verdicts


@pytest.mark.parametrize(
    ("base", "verdicts"),
    [
        ("from traitlets.config import Application as Base", []),
        ("from django.core.management.base import BaseCommand as Base", []),
        ("from cmd import Cmd as Base", []),
        ("from shop import Base", ["violates"]),
        ("class Base: ...", ["violates"]),
    ],
)
def test_a_command_is_one_through_other_modules_too(base: str, verdicts: list[str]) -> None:
    example = Example(
        "A case.",
        "from app.base import Root\n\nclass Start(Root):\n    def act(self):\n        print('x')\n",
        path="src/app/start.py",
        files={"src/app/base.py": f"{base}\nclass Root(Base): ...\n"},
    )
    found = outcomes(PrintInsteadOfLogging, example)
    assert [outcome.verdict.value for outcome in found] == verdicts


TOOL = frozenset({Kind.LIBRARY, Kind.CLI})


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        ("from app.service import charge\n", ["violates", "complies"]),
        ("def charge():\n    from app import service\n", ["violates", "complies"]),
        ("LAZY = {'charge': 'app.service:charge'}\n", ["violates", "complies"]),
        ("from app.cli import main\n", []),
        ("", []),
    ],
    ids=["imported", "in a function", "by text", "through the commands", "not at all"],
)
def test_what_the_importers_of_a_library_with_commands_load(init: str, expected: list[str]) -> None:
    files = {
        "src/app/__init__.py": init,
        "src/app/cli.py": "import click\nfrom app.service import charge\n\n\ndef main(): ...\n",
    }
    code = "import logging\n\n\ndef charge():\n    print('x')\n    logging.info('y')\n"
    found = outcomes(PrintInsteadOfLogging, Example("A case.", code, files=files, kinds=TOOL))
    assert [outcome.verdict.value for outcome in found] == expected


def test_a_trace_is_meant_to_be_seen() -> None:
    assert judged("def app_or_default_trace():\n    print('x')\n") == []


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        ("def f(log, text):\n    log.info(text)\n    print(text)\n", ["complies"]),
        ("def f(log, text):\n    print(text)\n    log.info(text)\n", ["complies"]),
        ("def f(log, text):\n    log.info('x')\n    print(text)\n", ["complies", "violates"]),
        ("def f(log, x):\n    print(f'WARNING: the door of {x} stands open.\\n')\n    log.warning('the door stands open')\n", ["complies"]),
        ("def f(log, x):\n    print(f'WARNING: the door of {x} stands open.\\n')\n    log.warning('started')\n", ["violates", "complies"]),
        ("def f(log):\n    log.info('the door stands open')\n    x = ['the door stands', 'open']\n    print(' '.join(x))\n", ["complies", "violates"]),
        ("def printandflush(text):\n    print(text, flush=True)\n", []),
        ("def f(self):\n    print(self._logo())\n", []),
        ("import sys\n\ndef f(text):\n    print(text)\n\nasync def g(loop):\n    await loop.read(sys.stdin)\n", []),
        ("import sys\n\ndef f(text):\n    print(text)\n    sys.stdout.flush()\n", ["violates"]),
        ("def f(run):\n    try:\n        run()\n    except SystemExit as end:\n        print(end.code)\n", []),
        ("def f(run):\n    try:\n        run()\n    except ValueError as error:\n        print(error)\n", ["violates"]),
    ],
)  # fmt: skip
def test_what_is_told_to_people_and_what_is_logged_besides(code: str, verdicts: list[str]) -> None:
    assert (
        judged(f"import logging\nlog = logging.getLogger('x')\n{code.replace('log, ', '')}")
        == verdicts
    )


@pytest.mark.parametrize(
    ("importer", "verdicts"), [("import app.move\n", ["violates"]), ("import app\n", [])]
)
def test_a_module_that_nobody_imports_is_run_by_hand(importer: str, verdicts: list[str]) -> None:
    example = Example(
        "A case.", "print('x')\n", path="src/app/move.py", files={"src/app/main.py": importer}
    )
    found = outcomes(PrintInsteadOfLogging, example)
    assert [outcome.verdict.value for outcome in found] == verdicts


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        ('def peek(x):\n    """Print the message to stdout."""\n    print(x)\n', []),
        ('def peek(x):\n    """Printing is no good."""\n    print(x)\n', ["violates"]),
        ("def f(ui):\n    print('Would you like it?')\n    ui.input_yn('really?')\n", []),
        (
            "def f(ui):\n    print('Would you like it?')\n    ui.input_size('really?')\n",
            ["violates"],
        ),
    ],
)
def test_output_that_is_announced_or_asked_for(code: str, verdicts: list[str]) -> None:
    assert judged(code) == verdicts
