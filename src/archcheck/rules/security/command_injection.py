"""ARC0904."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import short
from archcheck.analysis.topics.security.commands import (
    TAILS,
    comes_from_outside,
    process_start,
    splices,
)
from archcheck.analysis.topics.values.provenance import is_handed_in
from archcheck.model import Outcome, Place, Severity
from archcheck.rule import Example, ModuleRule, narrowed

_EVALUATORS = frozenset({"eval", "exec", "compile"})


class CommandInjection(ModuleRule):
    """A value is spliced into a command that a shell reads, or a request's text is run as code.

    A shell takes the value apart: `; rm -rf ~` in a file's name is a second command. A list of
    arguments goes to the program as it is, whatever stands in it.

    Places are the calls that start a process, and those of `eval`, `exec` and `compile`. A value
    that comes from a request, the command line or the keyboard makes it an error; one that is not
    handed to the function, but the program's own, is advice.

    Not flagged: commands without a shell; constants, numbers and values that `shlex.quote` or
    `shlex.join` quotes; what the program or its operator chooses (paths of temporary files, settings,
    environment variables); a command that comes whole from elsewhere, as in a program that runs its
    users' commands on purpose, unless it comes from a request; `eval` and its like on anything but
    what strangers send. Values are followed inside one function.
    """

    code = "ARC0904"
    severity = Severity.WARNING
    noun = "processes are started without splicing values into a shell's command"
    message = "`{expr}` is spliced into a command that a shell reads"
    advice = "pass a list of arguments without a shell, or quote the value with `shlex.quote`"
    waived_by = ("S102", "S307", "S602", "S604", "S605", "B102", "B307", "B602", "B604", "B605")
    seed = "001 principle 9 Security by design: input sanitization"
    good = (
        Example(
            "A list of arguments, and no shell.",
            "import subprocess\n\n\n"
            "def convert(name: str) -> None:\n"
            '    subprocess.run(["convert", name, "out.png"], check=True)\n',
        ),
        Example(
            "A shell is needed, and the value is quoted.",
            "import shlex\n"
            "import subprocess\n\n\n"
            "def count(name: str) -> None:\n"
            '    subprocess.run(f"sort {shlex.quote(name)} | uniq -c", shell=True, check=True)\n',
        ),
        Example(
            "A constant command, and code of the program's own.",
            'import os\n\nos.system("sync")\ndouble = eval("lambda x: 2 * x")\n',
        ),
    )
    bad = (
        Example(
            "A value is spliced into the command.",
            "import os\n"
            "import subprocess\n\n\n"
            "def archive(folder: str) -> None:\n"
            '    subprocess.run(f"tar czf out.tgz {folder}", shell=True, check=True)  # [command-injection]\n'
            '    os.system("du -s " + folder)  # [command-injection]\n',
        ),
        Example(
            "A request ends up in a shell, and in the interpreter.",
            "import subprocess\n\n"
            "from flask import Flask, request\n\n"
            "app = Flask(__name__)\n\n\n"
            '@app.get("/ping")\n'
            "def ping():\n"
            '    host = request.args["host"]\n'
            '    command = "ping -c 1 " + host\n'
            "    subprocess.run(command, shell=True)  # [command-injection]\n"
            '    return str(eval(request.args["formula"]))  # [command-injection]\n',
        ),
        Example(
            "A shell that is started by hand.",
            "import subprocess\n\n\n"
            "def log(branch: str) -> bytes:\n"
            '    return subprocess.check_output(["bash", "-c", f"git log {branch} | head"])  # [command-injection]\n',
        ),
    )

    @narrowed(named=TAILS | _EVALUATORS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """A process, or code that is run."""
        func = node.func
        tail = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if tail in _EVALUATORS and module.resolve(func) in _EVALUATORS:
            yield from self._evaluated(node, module)
            return
        start = process_start(node, module)
        if start is not None:
            yield from self._started(node, start.command, module)

    def _evaluated(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        place = module.place(node)
        if node.args and comes_from_outside(node.args[0], module):
            message = "`{expr}` comes from outside and is run as code"
            expr = short(node.args[0])
            yield self.violates(place, message=message, severity=Severity.ERROR, expr=expr)
        else:
            yield self.complies(place)

    def _started(
        self, node: ast.Call, command: ast.expr | None, module: Module
    ) -> Iterator[Outcome]:
        place = module.place(node)
        if command is None:
            yield self.complies(place)
            return
        found = splices(command, module)
        if found is None:
            if comes_from_outside(command, module):
                message = "`{expr}` comes from outside and is run by a shell"
                expr = short(command)
                yield self.violates(place, message=message, severity=Severity.ERROR, expr=expr)
        elif found:
            yield self._spliced(place, found, module)
        else:
            yield self.complies(place)

    def _spliced(self, place: Place, found: list[ast.expr], module: Module) -> Outcome:
        """The worst of the values in one command."""
        for item in found:
            if comes_from_outside(item, module):
                return self.violates(place, severity=Severity.ERROR, expr=short(item))
        handed_in = [item for item in found if is_handed_in(item, module)]
        return self.violates(place, advice=not handed_in, expr=short((handed_in or found)[0]))
