"""Which calls start a process, does a shell read the command, and what is spliced into it?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.database.sql import is_harmless
from archcheck.analysis.topics.requests.untrusted import is_untrusted
from archcheck.analysis.topics.values.provenance import source_of
from archcheck.analysis.topics.values.strings import Pieces, variants

#: Function -> position of the command that a shell always reads.
_SHELLS = {
    "asyncio.create_subprocess_shell": 0,
    "asyncio.AbstractEventLoop.subprocess_shell": 1,
    "os.popen": 0,
    "os.system": 0,
    "subprocess.getoutput": 0,
    "subprocess.getstatusoutput": 0,
}
#: Functions whose parameter ``shell`` decides.
_BY_CHOICE = frozenset(
    f"subprocess.{name}" for name in ("Popen", "call", "check_call", "check_output", "run")
)
_WITHOUT_SHELL = frozenset(
    {
        "asyncio.create_subprocess_exec", "asyncio.AbstractEventLoop.subprocess_exec",
        *(f"os.{name}" for name in (
            "execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe", "posix_spawn",
            "posix_spawnp", "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe",
        )),
    }
)  # fmt: skip
_STARTS = frozenset(_SHELLS) | _BY_CHOICE | _WITHOUT_SHELL
TAILS = frozenset(name.rpartition(".")[2] for name in _STARTS)
_SHELL_PROGRAM = re.compile(r"(?:/usr|/bin|/)*(?:ba|z|da|k)?sh")
_COMMAND_OPTION = re.compile(r"-[a-z]*c")
_COMMAND_KEYWORDS = frozenset({"args", "cmd", "command"})
_QUOTING = frozenset({"shlex.quote", "shlex.join", "pipes.quote", "subprocess.list2cmdline"})
#: What the program or its operator chose: no stranger writes it.
_OWN_CALLS = re.compile(
    r"(?:tempfile|os\.path|pathlib|shutil\.which|platform)\b|os\.(?:getcwd|getpid|getuid|getgid|cpu_count)$"
)
_OWN_ROOTS = frozenset(
    {
        "settings",
        "config",
        "conf",
        "cfg",
        "environ",
        "env",
        "executable",
        "__file__",
        "__path__",
        "tempfile",
        "tmpdir",
        "temp_dir",
    }
)
_MAX_STEPS = 200


class ProcessStart(Struct, frozen=True):
    """A call that starts a process.

    Attributes:
        command: what a shell reads; None when no shell does.
    """

    command: ast.expr | None


def process_start(node: ast.Call, module: Module) -> ProcessStart | None:
    """The process that ``node`` starts; None when it is no such call, or nobody can see whether a shell runs."""
    name = module.resolve(node.func)
    if name not in _STARTS:
        return None
    position = _SHELLS.get(name, 0)
    command = _command(node, position)
    if name in _BY_CHOICE:
        shell = [keyword.value for keyword in node.keywords if keyword.arg == "shell"]
        if any(keyword.arg is None for keyword in node.keywords) and not shell:
            return None
        if shell and not isinstance(shell[0], ast.Constant):
            return None
        if not shell or not getattr(shell[0], "value", False):
            return ProcessStart(_read_by_shell(command))
    elif name in _WITHOUT_SHELL:
        return ProcessStart(_read_by_shell(ast.List(elts=list(node.args))))
    return ProcessStart(command) if command is not None else None


def _command(node: ast.Call, position: int) -> ast.expr | None:
    if len(node.args) > position:
        return node.args[position]
    return next(
        (keyword.value for keyword in node.keywords if keyword.arg in _COMMAND_KEYWORDS), None
    )


def _read_by_shell(command: ast.expr | None) -> ast.expr | None:
    """The third of ``["sh", "-c", command]``."""
    if not isinstance(command, (ast.List, ast.Tuple)) or len(command.elts) < 3:
        return None
    program, option, text = command.elts[:3]
    if (
        isinstance(program, ast.Constant)
        and isinstance(option, ast.Constant)
        and _SHELL_PROGRAM.fullmatch(str(program.value))
        and _COMMAND_OPTION.fullmatch(str(option.value))
    ):
        return text
    return None


def splices(command: ast.expr, module: Module) -> list[ast.expr] | None:
    """The unquoted values in the text of a command; None when all of it comes from elsewhere."""
    found: dict[ast.expr, None] = {}
    is_text = False
    for pieces in variants(command, module):
        is_text = is_text or any(isinstance(piece, str) and piece.strip() for piece in pieces)
        found.update(dict.fromkeys(_unquoted(pieces, module)))
    if not is_text and found:
        return None
    return list(found)


def _unquoted(pieces: Pieces, module: Module) -> Iterator[ast.expr]:
    for piece in pieces:
        if isinstance(piece, ast.expr):
            yield from _foreign_parts(piece, module)


def _foreign_parts(node: ast.expr, module: Module) -> Iterator[ast.expr]:
    """What in ``node`` nobody of the program chose: of ``os.path.join(folder, name)`` the name, say."""
    if _is_own(node, module):
        return
    if isinstance(node, (ast.FormattedValue, ast.Starred)):
        yield from _foreign_parts(node.value, module)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _foreign_parts(part, module)
    elif isinstance(node, ast.BinOp):
        yield from _foreign_parts(node.left, module)
        yield from _foreign_parts(node.right, module)
    elif isinstance(node, ast.Call) and _gives_on(node, module):
        for argument in node.args:
            yield from _foreign_parts(argument, module)
    else:
        yield node


def _gives_on(node: ast.Call, module: Module) -> bool:
    """Whether what a call is given is all that others may have written of its result."""
    name = module.resolve(node.func)
    return bool(node.args) and (name in ("str", "repr") or bool(_OWN_CALLS.match(name)))


def _is_own(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` is quoted, or chosen by the program or its operator."""
    if isinstance(node, ast.Call):
        name = module.resolve(node.func)
        if name in _QUOTING:
            return True
        if _OWN_CALLS.match(name) or (name in ("str", "repr") and node.args):
            return all(_is_own(argument, module) for argument in node.args)
    if isinstance(node, ast.BinOp):
        return _is_own(node.left, module) and _is_own(node.right, module)
    if isinstance(node, ast.Name):
        bindings = reaching(node, module)
        if bindings and all(
            binding.kind in ("assign", "annotated", "with")
            and isinstance(binding.value, ast.Call)
            and _is_own(binding.value, module)
            for binding in bindings
        ):
            return True
    parts = dotted(node).lower().replace("[]", "").replace("()", "").split(".")
    return (
        not _OWN_ROOTS.isdisjoint(parts)
        or module.reads_environment(node)
        or is_harmless(node, module)
    )


def comes_from_outside(node: ast.expr, module: Module) -> bool:
    """Whether a part of a request, the command line or the keyboard ends up in ``node``."""
    return is_untrusted(node, module) or _is_typed(node, module)


def _is_typed(node: ast.expr, module: Module) -> bool:
    """Whether ``sys.argv`` or ``input()`` is in it, followed through local variables."""
    pending: list[ast.AST] = [node]
    seen: set[int] = set()
    for _ in range(_MAX_STEPS):
        if not pending:
            return False
        for part in ast.walk(pending.pop()):
            if not isinstance(part, (ast.Name, ast.Attribute)) or id(part) in seen:
                continue
            seen.add(id(part))
            if module.names(part) in (("sys.argv",), ("input",)):
                return True
            if isinstance(part, ast.Name):
                sources = [source_of(binding, module) for binding in reaching(part, module)]
                pending.extend(source for source in sources if source is not None)
    return False
