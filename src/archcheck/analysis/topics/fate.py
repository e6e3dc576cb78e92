"""What becomes of a resource that a call acquires: one analysis for every rule that asks.

Only what the function itself shows is told. A resource that leaves it (returned, stored, passed on, captured)
has a fate that nobody can see here, and no rule speaks.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.scopes import FUNCTIONS, Scope

CLOSERS = frozenset(
    {"close", "aclose", "shutdown", "terminate", "cleanup", "stop", "release", "detach", "disconnect", "quit",
     "__exit__", "__aexit__", "kill", "wait_closed", "dispose", "unlink"}
)  # fmt: skip
#: Functions that read an open file and leave it open.
READERS = frozenset(
    {"json.load", "csv.reader", "csv.DictReader", "list", "tuple", "set", "sorted", "yaml.safe_load", "yaml.load",
     "pickle.load", "tomllib.load", "tomli.load", "toml.load", "enumerate", "len", "print", "json.dump",
     "csv.writer", "csv.DictWriter", "yaml.dump", "yaml.safe_dump", "pickle.dump", "str", "repr", "max", "min",
     "configparser.ConfigParser.read_file", "plistlib.load", "marshal.load", "isinstance"}
)  # fmt: skip


class Fate(enum.Enum):
    """What becomes of it."""

    CLOSED = "closed"
    DROPPED = "dropped"
    LEAKED = "leaked"
    UNKNOWN = "unknown"


def fate_of(call: ast.Call, module: Module) -> Fate:
    """The fate of what ``call`` returns.

    Returns:
        ``CLOSED`` when it is entered or closed by name; ``DROPPED`` when it is used in the same expression and
        thrown away; ``LEAKED`` when it is bound to a local that is never closed and never leaves the function;
        ``UNKNOWN`` otherwise.
    """
    node: ast.AST = call
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        node, parent = parent, module.parent(parent)
    if isinstance(parent, ast.withitem):
        return Fate.CLOSED
    if isinstance(parent, ast.Expr):
        return Fate.DROPPED
    if isinstance(parent, ast.Attribute):
        return _chained(parent, module)
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
        return Fate.DROPPED
    if isinstance(parent, ast.Call) and node in parent.args:
        return _passed(parent, module)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        if isinstance(target, ast.Name):
            return _local(target, module)
    if isinstance(parent, ast.AnnAssign) and isinstance(parent.target, ast.Name):
        return _local(parent.target, module)
    return Fate.UNKNOWN


def _chained(attribute: ast.Attribute, module: Module) -> Fate:
    parent = module.parent(attribute)
    called = isinstance(parent, ast.Call) and parent.func is attribute
    if called and attribute.attr in CLOSERS:
        return Fate.CLOSED
    if called and attribute.attr in ("__enter__", "__aenter__"):
        return Fate.UNKNOWN
    return Fate.DROPPED if called else Fate.UNKNOWN


def _passed(outer: ast.Call, module: Module) -> Fate:
    names = module.names(outer.func)
    if any(name in ("contextlib.closing", "contextlib.aclosing") for name in names):
        return Fate.CLOSED
    if isinstance(outer.func, ast.Attribute) and outer.func.attr in (
        "enter_context",
        "enter_async_context",
        "push",
        "callback",
    ):
        return Fate.CLOSED
    return Fate.DROPPED if names and all(name in READERS for name in names) else Fate.UNKNOWN


def _local(target: ast.Name, module: Module) -> Fate:
    scope = module.scopes.scope_of(target)
    function = scope.node
    if scope.kind != "function" or target.id not in scope.bindings:
        return Fate.UNKNOWN
    if _never_returns(module.own_nodes(function)):
        return Fate.UNKNOWN
    uses = _uses(target.id, scope, module)
    if uses is None:
        return Fate.UNKNOWN
    fates = [_use(use, module) for use in uses]
    if Fate.CLOSED in fates:
        return Fate.CLOSED
    return Fate.UNKNOWN if Fate.UNKNOWN in fates else Fate.LEAKED


def _uses(name: str, scope: Scope, module: Module) -> list[ast.Name] | None:
    """The loads of a local in its own function; None when a nested function captures it."""
    uses: list[ast.Name] = []
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            home = module.scopes.scope_of(node)
            while home is not scope and home.kind == "comprehension" and home.parent is not None:
                home = home.parent
            if home is not scope:
                return None
            uses.append(node)
    return uses


def _use(use: ast.Name, module: Module) -> Fate:
    """What one use of the local does; ``LEAKED`` when it leaves the resource open where it was."""
    parent = module.parent(use)
    if isinstance(parent, ast.withitem):
        return Fate.CLOSED
    if isinstance(parent, ast.Attribute):
        if parent.attr in CLOSERS:
            return Fate.CLOSED
        outer = module.parent(parent)
        called = isinstance(outer, ast.Call) and outer.func is parent
        # A bound method that is passed on takes the resource with it.
        return Fate.LEAKED if called or _is_plain_value(outer) else Fate.UNKNOWN
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is use:
        return Fate.LEAKED
    if isinstance(parent, ast.Call) and use in parent.args:
        fate = _passed(parent, module)
        return Fate.LEAKED if fate is Fate.DROPPED else fate
    if isinstance(parent, (ast.If, ast.While, ast.Compare, ast.UnaryOp)):
        return Fate.LEAKED
    return Fate.UNKNOWN


def _is_plain_value(outer: ast.AST | None) -> bool:
    """Whether an attribute that is read and not called is only looked at, as in ``if file.closed``."""
    return isinstance(outer, (ast.If, ast.While, ast.Compare, ast.UnaryOp, ast.FormattedValue))


def _never_returns(nodes: Iterable[ast.AST]) -> bool:
    """Whether the function holds an endless loop: its locals live as long as the process."""
    for node in nodes:
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
            inner = list(_own(node))
            if not any(isinstance(part, (ast.Break, ast.Return)) for part in inner):
                return True
    return False


def _own(node: ast.AST) -> Iterable[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, FUNCTIONS):
            yield from _own(child)
