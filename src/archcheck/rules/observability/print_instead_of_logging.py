"""ARC0701 print-instead-of-logging."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.queries import Imported, IsSubclass, RunsUnattended, StartsProgram
from archcheck.analysis.syntax.blocks import (
    earlier_statements,
    last_statement,
    next_statement,
)
from archcheck.analysis.syntax.main_guard import is_main_guard
from archcheck.analysis.topics.telemetry.logs import LEVELS, log_level
from archcheck.analysis.topics.values.strings import variants
from archcheck.model import Kind, Role, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_PRINTS = frozenset({"print", "pprint.pprint", "pprint.pp", "builtins.print"})
#: Libraries whose presence says that the module talks to a terminal.
_TERMINAL_LIBRARIES = (
    "argparse",
    "click",
    "typer",
    "rich",
    "fire",
    "docopt",
    "optparse",
    "cmd",
    "curses",
    "readline",
    "IPython",
    "invoke",
    "setuptools",
    "colorama",
    "termcolor",
    "prompt_toolkit",
    "questionary",
    "ipywidgets",
)
_TERMINAL_BASES = re.compile(
    r"^traitlets\.(?:\w+\.)*(?:\w*Application|\w*App)$|(?:^|\.)BaseCommand$"
)
#: The same, for classes whose bases stand in other modules of the project, and the class that logs: it cannot log
#: what goes wrong with that.
_COMMANDS = frozenset(
    {
        "logging.Handler",
        "cmd.Cmd",
        "django.core.management.BaseCommand",
        "django.core.management.base.BaseCommand",
        "traitlets.config.Application",
        "traitlets.config.application.Application",
    }
)
_STDOUT_CLASS = re.compile(r"std_?out|console|terminal", re.IGNORECASE)
_TERMINAL_PLACES = frozenset(
    {
        "benchmark",
        "cli",
        "cmd",
        "commands",
        "debug",
        "console",
        "terminal",
        "repl",
        "notebook",
        "output",
        "formatter",
        "formatters",
        "installer",
        "management",
        "profiling",
        "setup",
        "shell",
    }
)
#: What ends a program that somebody runs by hand.
_INTERRUPTIONS = frozenset({"KeyboardInterrupt", "SystemExit"})
_ENDINGS = frozenset({"sys.exit", "os._exit", "exit", "quit", "SystemExit"})
_TERMINAL_CALLS = frozenset({"input", "getpass.getpass"})
#: A project's own functions that ask.
_ASKS = re.compile(r"(?:ask|confirm|input|prompt)_(?:choices?|options?|user|yes_?no|yn)")
#: What a print shows that is no message.
_ORNAMENT = re.compile(r"(?:^|_)(?:banner|logo)(?:_|$)", re.IGNORECASE)
_DISPLAY_FUNCTION = re.compile(
    r"^_*(?:main|run|usage|help|echo|output|(?:\w*_)?p?print(?:_\w*|and\w+)?|dry_run|(?:dump|show|display|report|debug)\w*|(?:\w*_)?trace)$|banner"
)
#: How its docstring begins.
_DISPLAYS = re.compile(r"(?:pretty[- ]?)?(?:prints?|shows?|displays?)\b", re.IGNORECASE)
_ARGUMENTS = "sys.argv"
_TYPED = "sys.stdin"
_WORD = re.compile(r"[a-zA-Z]{4,}")
#: Words of a condition by which the caller asked for output.
_ASKED_FOR = re.compile(
    r"verbos|debug|quiet|silent|interactive|isatty|echo|print|bench|profil|dry_?run|ipython|notebook|jupyter|colab"
    r"|from_(?:setup|cli|cmd|command|console|shell)",
    re.IGNORECASE,
)


class PrintInsteadOfLogging(ModuleRule):
    """Code that runs unattended tells what happens with `print`.

    Such a line has no level, no time, no request and no logger name: it cannot be filtered, searched or sent on,
    and in a library it lands in the output of somebody else's program.

    Not flagged: command-line modules, scripts and entry points, code under `if __name__ == "__main__"`, a `print`
    to a given `file`, functions and modules whose job is to show something (`show_...`, `report`, `console`);
    functions that read `sys.argv`; modules that import an argument parser, rich, colorama or IPython, or in which a
    console script of the project starts; in a library that is a command-line tool as well, what its top-level package
    does not load; modules of a folder of commands, whatever these are; what a top-level module prints while it is
    run, and one that nobody imports; handlers of `logging`; modules that read `sys.stdin`; output that the caller
    asked for (`if verbose:`); what the statement beside it logs too; a banner or logo; and the answer to a Ctrl+C or
    an exit.
    """

    code = "ARC0701"
    preview = True
    severity = Severity.WARNING
    noun = "messages go through a logger"
    message = "`{call}` in code that nobody watches: the message has no level, time or logger"
    advice = "log it, with the values as fields"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER, Kind.LIBRARY})
    roles = frozenset({Role.RUNTIME, Role.CONFIG})
    waived_by = ("T201", "T203")
    seed = (
        "001, principle 7: structured logging enables programmatic analysis; twelve-factor XI, logs"
    )
    good = (
        Example(
            "An event with fields.",
            "import structlog\n\nlogger = structlog.get_logger()\n\n\ndef register(user):\n"
            '    logger.info("user_registered", user_id=user.id)\n',
        ),
        Example(
            "Showing is its job.",
            "def print_table(rows):\n    for row in rows:\n        print(*row)\n",
        ),
        Example(
            "A command talks to its caller.",
            "import click\n\n\n@click.command()\ndef status():\n    print('ready')\n",
            path="src/app/cli.py",
        ),
        Example(
            "The caller asked for it.",
            "def fit(rows, verbose=False):\n    for number, row in enumerate(rows):\n        if verbose:\n"
            "            print(number, row)\n",
        ),
    )
    bad = (
        Example(
            "Lost in the output of the process.",
            "def register(user):\n    print('registered', user.id)  # [print-instead-of-logging]\n",
        ),
        Example(
            "`pprint` alike.",
            "from pprint import pprint\n\n\ndef charge(order):\n    pprint(order)  # [print-instead-of-logging]\n",
        ),
    )

    @narrowed(named=(*LEVELS, "print", "pp", "pprint"))
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """Judge a print; a log call complies."""
        unattended = RunsUnattended(module.name, module.path)
        if log_level(node, module):
            yield Pending(unattended, self.complies(module.place(node)), None)
        elif module.resolve(node.func) in _PRINTS and not _meant_for_people(node, module):
            violation = self.violates(module.place(node), call=dotted(node.func))
            otherwise: Judgement = violation
            owner = module.class_of(node)
            if owner is not None and owner.bases:
                query = IsSubclass(module.symbols.definition_name(owner), _COMMANDS)
                otherwise = Pending(query, None, violation, unknown=violation)
            elif module.function_of(node) is None and not module.is_package:
                # What nobody imports is run, and by hand.
                otherwise = Pending(Imported(module.name), violation, None)
            started = Pending(StartsProgram(module.name, module.path), None, otherwise)
            yield Pending(unattended, started, None)


def _meant_for_people(call: ast.Call, module: Module) -> bool:
    return (
        any(keyword.arg in ("file", "stream", None) for keyword in call.keywords)
        or module.in_main_guard(call)
        or _talks_to_terminal(call, module)
        or _before_exit(call, module)
        or _is_told_twice(call, module)
        or any(
            _ORNAMENT.search(part)
            for each in call.args
            for part in re.split(r"[.()]+", dotted(each))
        )
        or any(_shows(ancestor, module) for ancestor in module.ancestors(call))
    )


def _talks_to_terminal(call: ast.Call, module: Module) -> bool:
    """Whether the imports, place or questions of a call's module say that somebody sits in front of it."""
    if module.imports(*_TERMINAL_LIBRARIES):
        return True
    folders = module.path.removesuffix(".py").lower().split("/")
    if not _TERMINAL_PLACES.isdisjoint(folders):
        return True
    if "." not in module.name and module.function_of(call) is None:
        return True  # a program: who imports something does not want to be told at once
    if len(folders) == 1 and any(
        isinstance(node, ast.If) and is_main_guard(node.test) for node in module.tree.body
    ):
        return True  # a script beside the packages
    if _STDOUT_CLASS.search(folders[-1]):
        return True
    if _TYPED in module.text and module.imports("sys"):
        return True
    if _ARGUMENTS in module.text and _reads_arguments(module.function_of(call), module):
        return True
    return any(
        isinstance(each.func, (ast.Name, ast.Attribute))
        and (
            module.resolve(each.func) in _TERMINAL_CALLS or _ASKS.fullmatch(simple_name(each.func))
        )
        for each in module.nodes(ast.Call)
    )


def _reads_arguments(function: ast.AST | None, module: Module) -> bool:
    """Whether a function looks at what was typed at the start of the program."""
    return function is not None and any(
        isinstance(node, ast.Attribute) and module.resolve(node) == _ARGUMENTS
        for node in module.own_nodes(function)
    )


def _before_exit(call: ast.Call, module: Module) -> bool:
    """Whether the program ends at the end of the block: last words, said when no logging may be set up."""
    last = last_statement(module.statement_of(call), module)
    ending: ast.expr | None = None
    if isinstance(last, ast.Raise):
        ending = last.exc
    elif isinstance(last, ast.Expr):
        ending = last.value
    if isinstance(ending, ast.Call):
        ending = ending.func
    return ending is not None and module.resolve(ending) in _ENDINGS


def _is_told_twice(call: ast.Call, module: Module) -> bool:
    """Whether the statement before or after logs much the same: nothing is lost, and somebody may sit there."""
    own = module.statement_of(call)
    beside = (*earlier_statements(own, module)[-1:], next_statement(own, module))
    logged = [
        each.value
        for each in beside
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and log_level(each.value, module)
    ]
    return any(_says_the_same(call, each, module) for each in logged)


def _says_the_same(printed: ast.Call, logged: ast.Call, module: Module) -> bool:
    """Whether both write the same values, or most words of the log stand in what is printed."""
    if [ast.dump(each) for each in printed.args] == [ast.dump(each) for each in logged.args]:
        return True
    words = _words(logged, module)
    return bool(words) and 2 * len(words & _words(printed, module)) > len(words)


def _words(call: ast.Call, module: Module) -> set[str]:
    return {
        word.lower()
        for argument in call.args
        for pieces in variants(argument, module)
        for piece in pieces
        if isinstance(piece, str)
        for word in _WORD.findall(piece)
    }


def _shows(ancestor: ast.AST, module: Module) -> bool:
    """Whether a node around a print says that people read it."""
    if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
        # A `run` beside the classes is a program; the method of a task or a thread is not.
        is_task = ancestor.name == "run" and module.class_of(ancestor) is not None
        told = _DISPLAYS.match(ast.get_docstring(ancestor) or "")
        return bool(told or _DISPLAY_FUNCTION.search(ancestor.name)) and not is_task
    if isinstance(ancestor, ast.ClassDef):
        return bool(_STDOUT_CLASS.search(ancestor.name)) or any(
            _TERMINAL_BASES.search(name) for base in ancestor.bases for name in module.names(base)
        )
    if isinstance(ancestor, ast.ExceptHandler):
        return not _INTERRUPTIONS.isdisjoint(module.caught(ancestor))
    if isinstance(ancestor, ast.If):
        return any(
            _ASKED_FOR.search(part.id if isinstance(part, ast.Name) else part.attr)
            for part in ast.walk(ancestor.test)
            if isinstance(part, (ast.Name, ast.Attribute))
        )
    return False
