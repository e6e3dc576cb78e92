"""What becomes of a resource that a call acquires: one analysis for every rule that asks.

Only what the function itself shows is told. A resource may leave it: returned, stored, handed over. Who closes it
then is for the rule to ask, or for nobody to know.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable

from archcheck.analysis.module import Module
from archcheck.analysis.syntax.bindings import Scope
from archcheck.analysis.syntax.scopes import FUNCTIONS

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

_STANDARD_STREAMS = frozenset(
    f"sys.{dunder}std{name}{dunder}" for name in ("in", "out", "err") for dunder in ("", "__")
)


class Fate(enum.Enum):
    """What becomes of it.

    Attributes:
        ENTERED: a ``with`` or an exit stack closes it.
        CLOSED: it is closed by name.
        RETURNED: the caller gets it, or the iterator of a generator.
        STORED: an attribute, an item or a variable outside of the function holds it.
        HANDED_OVER: it is an argument of another function, or captured by one that is defined here.
        DROPPED: it is used in the same expression and thrown away.
        LEAKED: a local holds it that is never closed and never leaves the function.
        UNKNOWN: anything else.
    """

    ENTERED = "entered"
    CLOSED = "closed"
    RETURNED = "returned"
    STORED = "stored"
    HANDED_OVER = "handed over"
    DROPPED = "dropped"
    LEAKED = "leaked"
    UNKNOWN = "unknown"


#: It is put away in the function that acquired it.
PUT_AWAY = frozenset({Fate.ENTERED, Fate.CLOSED})
#: It stays open, and nobody can close it any more.
LEFT_OPEN = frozenset({Fate.DROPPED, Fate.LEAKED})
#: What one use of a resource says beats what those after it in this order say.
_PRECEDENCE = (
    Fate.ENTERED,
    Fate.CLOSED,
    Fate.RETURNED,
    Fate.STORED,
    Fate.HANDED_OVER,
    Fate.UNKNOWN,
)


def fate_of(call: ast.Call, module: Module) -> Fate:
    """The fate of what ``call`` returns."""
    node, parent = _destination(call, module)
    if isinstance(parent, (ast.IfExp, ast.BoolOp)):
        return _chosen(parent, module)
    if isinstance(parent, ast.Expr):
        return Fate.DROPPED
    if isinstance(parent, ast.Attribute):
        return _chained(parent, module)
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
        return Fate.DROPPED
    holder = holder_of(call, module)
    if holder is not None and not isinstance(parent, ast.withitem):
        return _local(holder, module)
    return _kept(node, parent, module)


def holder_of(call: ast.Call, module: Module) -> ast.Name | None:
    """The name that what ``call`` returns, or enters to, is bound to by an assignment or a ``with``."""
    _, parent = _destination(call, module)
    target: ast.expr | None = None
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
    elif isinstance(parent, ast.AnnAssign):
        target = parent.target
    elif isinstance(parent, ast.withitem):
        target = parent.optional_vars
    return target if isinstance(target, ast.Name) else None


def uses_of(holder: ast.Name, module: Module) -> list[ast.Name] | None:
    """The loads of a local in its own function; None when a nested function captures it."""
    return _uses(holder.id, module.scopes.scope_of(holder), module)


def fate_of_uses(uses: Iterable[ast.expr], module: Module) -> Fate:
    """What several uses of one resource make of it; ``LEAKED`` when all leave it open where it was."""
    fates = {fate_of_use(use, module) for use in uses}
    return next((fate for fate in _PRECEDENCE if fate in fates), Fate.LEAKED)


def fate_of_use(use: ast.expr, module: Module) -> Fate:
    """What one use of a name or attribute makes of the resource; ``LEAKED`` when it leaves it open where it was."""
    parent = module.parent(use)
    if isinstance(parent, ast.Attribute):
        if parent.attr in CLOSERS:
            return Fate.CLOSED
        outer = module.parent(parent)
        if isinstance(outer, ast.Attribute):
            # Whoever closes a part of it may close all of it: ``session.connector.close()``.
            return Fate.CLOSED if outer.attr in CLOSERS else fate_of_use(parent, module)
        called = isinstance(outer, ast.Call) and outer.func is parent
        if outer is not None and called and _becomes_standard_stream(outer, module):
            return Fate.HANDED_OVER
        # A bound method that is passed on takes the resource with it.
        return Fate.LEAKED if called or _is_plain_value(outer) else Fate.UNKNOWN
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is use:
        return Fate.LEAKED
    if isinstance(parent, (ast.If, ast.While, ast.Compare, ast.UnaryOp)):
        return Fate.LEAKED
    fate = _kept(use, parent, module)
    return Fate.LEAKED if fate is Fate.DROPPED else fate


def _becomes_standard_stream(descriptor: ast.AST, module: Module) -> bool:
    """Whether a daemon puts a descriptor in place of a standard stream: ``os.dup2(log.fileno(), 1)``."""
    outer = module.parent(descriptor)
    if not (
        isinstance(outer, ast.Call)
        and len(outer.args) > 1
        and outer.args[0] is descriptor
        and module.resolve(outer.func) == "os.dup2"
    ):
        return False
    target = outer.args[1]
    if isinstance(target, ast.Constant):
        return target.value in (0, 1, 2)
    stream = target.func if isinstance(target, ast.Call) else None
    return isinstance(stream, ast.Attribute) and module.resolve(stream.value) in _STANDARD_STREAMS


def _destination(call: ast.Call, module: Module) -> tuple[ast.AST, ast.AST | None]:
    """The expression that is worth what ``call`` returns, ``await`` included, and what it stands in."""
    parent = module.parent(call)
    return (parent, module.parent(parent)) if isinstance(parent, ast.Await) else (call, parent)


def _chosen(choice: ast.IfExp | ast.BoolOp, module: Module) -> Fate:
    """The fate of one of several values of which only one is taken."""
    parent = module.parent(choice)
    if isinstance(parent, ast.Await):
        return Fate.UNKNOWN
    fate = _kept(choice, parent, module)
    return Fate.UNKNOWN if fate is Fate.DROPPED else fate


def _kept(node: ast.AST, parent: ast.AST | None, module: Module) -> Fate:
    """The fate of a resource that is neither a receiver nor bound to a local: what its expression stands in tells."""
    if isinstance(parent, ast.withitem):
        return Fate.ENTERED
    if isinstance(parent, (ast.Return, ast.Yield)):
        return Fate.RETURNED
    if isinstance(parent, ast.Call) and node in parent.args:
        return _passed(parent, module)
    if isinstance(parent, ast.keyword):
        return Fate.HANDED_OVER
    if isinstance(parent, ast.Assign) and any(_is_outside(each, module) for each in parent.targets):
        return Fate.STORED
    if isinstance(parent, ast.AnnAssign) and _is_outside(parent.target, module):
        return Fate.STORED
    return Fate.UNKNOWN


def _is_outside(target: ast.expr, module: Module) -> bool:
    """Whether a target of an assignment outlives the function around it."""
    if isinstance(target, ast.Name):
        scope = module.scopes.scope_of(target)
        return scope.kind != "function" or target.id not in scope.bindings
    return isinstance(target, (ast.Attribute, ast.Subscript))


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
        return Fate.ENTERED
    if isinstance(outer.func, ast.Attribute) and outer.func.attr in (
        "enter_context",
        "enter_async_context",
        "push",
        "callback",
    ):
        return Fate.ENTERED
    return Fate.DROPPED if names and all(name in READERS for name in names) else Fate.HANDED_OVER


def _local(target: ast.Name, module: Module) -> Fate:
    if _is_outside(target, module):
        return Fate.STORED
    scope = module.scopes.scope_of(target)
    if _never_returns(module.own_nodes(scope.node)):
        return Fate.UNKNOWN
    uses = _uses(target.id, scope, module)
    return Fate.HANDED_OVER if uses is None else fate_of_uses(uses, module)


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
