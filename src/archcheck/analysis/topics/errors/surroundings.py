"""Is only something set up around the program, its terminal or locale? It does its work without, as well as it can."""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.topics.errors.cleanup import is_empty

_SETS_UP = frozenset(
    {
        "asyncio.set_event_loop_policy",
        "colorama.init",
        "colorama.just_fix_windows_console",
        "locale.setlocale",
        "os.nice",
        "setproctitle.setproctitle",
        "uvloop.install",
    }
)
#: Methods whose names say enough: of streams, and of the system's own libraries.
_METHODS = frozenset(
    {"SetConsoleCP", "SetConsoleMode", "SetConsoleOutputCP", "SetConsoleTitleW",
     "SetCurrentProcessExplicitAppUserModelID", "SetProcessDPIAware", "SetProcessDpiAwareness", "reconfigure"}
)  # fmt: skip
_STREAMS = frozenset({"sys.stderr", "sys.stdin", "sys.stdout"})
_BLOCKS = (ast.For, ast.If)
#: They prepare what is set up.
_PREPARES = (ast.Assign, ast.Import, ast.ImportFrom)


def only_sets_surroundings(body: list[ast.stmt], module: Module) -> bool:
    """Whether statements give the terminal another encoding or mode, choose a locale or the like, and do nothing else."""
    done = _statements(body)
    sets_up = [each for each in done if _sets_up(each, module)]
    return bool(sets_up) and all(
        each in sets_up or isinstance(each, _PREPARES) or is_empty(each) for each in done
    )


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """The simple statements of a block and of those in it."""
    found: list[ast.stmt] = []
    for statement in body:
        inner = [*statement.body, *statement.orelse] if isinstance(statement, _BLOCKS) else []
        found += _statements(inner) if inner else [statement]
    return found


def _sets_up(statement: ast.stmt, module: Module) -> bool:
    if isinstance(statement, ast.Assign):
        return any(
            isinstance(target, ast.Attribute) and module.resolve(target) in _STREAMS
            for target in statement.targets
        )
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    is_method = isinstance(call.func, ast.Attribute) and simple_name(call.func) in _METHODS
    return is_method or module.resolve(call.func) in _SETS_UP
