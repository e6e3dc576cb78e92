from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.model import Severity
from archcheck.rule import Example
from archcheck.rules.security.command_injection import CommandInjection
from archcheck.testing import outcomes

SETUP = "import asyncio, os, shlex, subprocess, sys, tempfile\nfrom flask import request\n"


def verdicts(source: str) -> list[tuple[str, Severity | None]]:
    example = Example("case", SETUP + dedent(source))
    return [
        (outcome.verdict.value, outcome.severity) for outcome in outcomes(CommandInjection, example)
    ]


@pytest.mark.parametrize(
    "line",
    [
        'os.system("ls " + name)',
        'os.popen("ls %s" % name)',
        'subprocess.run("ls {}".format(name), shell=True)',
        'subprocess.check_output(args=f"ls {name}", shell=True)',
        'subprocess.getoutput(f"ls {name}")',
        'subprocess.run(["/bin/sh", "-c", f"ls {name}"])',
        'asyncio.run(asyncio.create_subprocess_shell(f"ls {name}"))',
        'os.execv("/bin/sh", ["sh"]) if name else os.system(f"ls {shlex.quote(name)} {name}")',
        'command = "ls "\n    command += name\n    os.system(command)',
    ],
)
def test_a_spliced_value_is_found(line: str) -> None:
    found = verdicts(f"def run(name):\n    {line}\n")
    assert ("violates", None) in found


@pytest.mark.parametrize(
    "source",
    [
        'os.system("ls " + sys.argv[1])',
        'name = input()\nos.system("ls " + name)',
        "subprocess.run(sys.argv[1], shell=True)",
        'def f():\n    subprocess.run("ls " + request.args["x"], shell=True)',
        'def f():\n    x = request.form["x"]\n    eval(x)',
        "exec(input())",
        'command = "ls"\nfor each in sys.argv[1:]:\n    command += f" {each}"\nos.system(command)',
    ],
)
def test_what_comes_from_outside_is_an_error(source: str) -> None:
    assert verdicts(source) == [("violates", Severity.ERROR)]


@pytest.mark.parametrize(
    "line",
    [
        'os.system("ls")',
        'subprocess.run(["ls", name])',
        'subprocess.run(f"ls {name}")',
        'subprocess.run(f"ls {name}", shell=False)',
        'subprocess.run("ls " + shlex.quote(name), shell=True)',
        'subprocess.run("ls " + shlex.join(names), shell=True)',
        'os.system(f"kill {int(name)}")',
        'os.system(f"{sys.executable} -m app")',
        'os.system("ls " + settings.folder)',
        'os.system("ls " + os.environ["HOME"])',
        'folder = tempfile.mkdtemp()\n    os.system("ls " + folder)',
        'for each in ("a", "b"):\n        os.system("ls " + each)',
        'subprocess.run(["sh", "-c", "ls"])',
        'os.execvp("ls", ["ls", name])',
        "eval(name)",
    ],
)
def test_no_splice_complies(line: str) -> None:
    assert verdicts(f"def run(name, names):\n    {line}\n") == [("complies", None)]


@pytest.mark.parametrize(
    "line",
    [
        "subprocess.run(name, shell=True)",
        'subprocess.run(f"ls {name}", shell=chosen)',
        'subprocess.run(f"ls {name}", **options)',
        'print(f"ls {name}")',
        'pandas.eval(f"ls {name}")',
    ],
)
def test_what_nobody_can_see_is_no_opportunity(line: str) -> None:
    assert verdicts(f"def run(name):\n    {line}\n") == []


def test_a_value_of_the_programs_own_is_advice() -> None:
    source = f"{SETUP}def run():\n    name = lookup()\n    os.system('ls ' + name)\n"
    (outcome,) = outcomes(CommandInjection, Example("case", source))
    assert outcome.advice


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("os.path.join(HOME, name)", "name"),
        ("os.path.join(tempfile.mkdtemp(), str(name))", "name"),
        ("os.path.join(HOME, os.path.basename(user.file))", "user.file"),
        ("os.path.join(*parts)", "parts"),
        ("os.path.abspath(f'/srv/{name}')", "name"),
        ("'/srv/' + os.path.dirname(request.args['x'])", "request.args[]"),
        ("HOME / name", "name"),
        ("user.path()", "user.path()"),
    ],
)
def test_what_others_may_have_written_is_named(value: str, named: str) -> None:
    source = f'{SETUP}HOME = os.path.expanduser("~")\ndef run(name, user, parts):\n    os.system(f"ls {{{value}}}")\n'
    found = outcomes(CommandInjection, Example("case", source))
    assert [each.message for each in found] == [
        f"`{named}` is spliced into a command that a shell reads"
    ]
