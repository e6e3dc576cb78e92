"""Does a statement put back what the same function changed before?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.syntax.scopes import FUNCTIONS

#: First words of functions that undo each other: ``add_handler`` and ``remove_handler``.
_INVERSE = {
    "add": "remove",
    "acquire": "release",
    "attach": "detach",
    "block": "unblock",
    "create": "delete",
    "disable": "enable",
    "enable": "disable",
    "incr": "decr",
    "increment": "decrement",
    "install": "uninstall",
    "lock": "unlock",
    "mount": "unmount",
    "patch": "unpatch",
    "pause": "resume",
    "push": "pop",
    "set": "unset",
    "suspend": "resume",
}
#: Methods that take something out, and those that put it back.
_TAKES = frozenset({"acquire", "get", "get_nowait", "pop", "popleft"})
_PUTS = frozenset({"add", "append", "appendleft", "insert", "put", "put_nowait", "release"})
_RESET = re.compile(r"_*reset(?:_|$)")
#: Functions that are told something, the end as well as the beginning.
_TELLS = frozenset(
    {"debug", "emit", "error", "exception", "info", "log", "notify", "print", "send", "warning", "write"}
)  # fmt: skip
#: Methods that change a collection in place.
_CHANGES = frozenset({"add", "append", "extend", "insert", "setdefault", "update"})
#: A mark of what went wrong is set until the end is reached, and then it must stay when something went wrong.
_OF_FAILURE = re.compile(r"fail|err|dirty|abort|broken|invalid|incomplete|roll_?back|chang|stale")
_DELETES = re.compile(r"_*(?:delete|unlink|drop|destroy)(?:_|$)")
_MAKES = re.compile(
    r"(?:^|_)(?:add|copy|create|insert|launch|make|mk\w*|new|save|spawn|tempfile|touch|upload|writer?)(?:_|$)"
)


def restored(statement: ast.AST, before: Sequence[ast.stmt]) -> str:
    """What ``statement`` gives back, undoes or deletes, as written; ``""`` where it does nothing of the kind.

    It gives back a value that was kept (``old = x.y``; ``x.y = new``; ... ``x.y = old``), puts back what was taken out,
    throws a switch back (``freeze(True)``; ... ``freeze(False)``), changes a collection back, calls the inverse of what
    was called (``add_handler``; ... ``remove_handler``), or deletes what was made. The same call twice alone restores
    nothing: it may log or measure.

    Args:
        statement: a later statement of a function.
        before: those that ran before it.
    """
    past = _Past(before)
    return next(filter(None, (_restored(each, past) for each in _within(statement))), "")


class _Past:
    """What some statements did.

    Args:
        statements: those that ran, in their order.
    """

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        self._statements = statements

    @cached_property
    def calls(self) -> list[ast.Call]:
        """The calls that the statements are, or whose result they bind."""
        return [call for each in self._statements for call in _calls(each)]

    @cached_property
    def kept(self) -> dict[str, ast.expr]:
        """Name -> what it was bound to."""
        return {
            each.targets[0].id: each.value
            for each in self._statements
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
        }

    @cached_property
    def changed(self) -> set[str]:
        """The collections that were changed."""
        return {
            dotted(target.value)
            for each in self._statements
            if isinstance(each, (ast.Assign, ast.Delete))
            for target in each.targets
            if isinstance(target, ast.Subscript)
        } | {
            dotted(call.func.value)
            for call in self.calls
            if isinstance(call.func, ast.Attribute) and call.func.attr in _CHANGES
        }

    @cached_property
    def switched_on(self) -> set[str]:
        """The attributes and items that were set to ``True``."""
        return {
            dotted(target)
            for each in self._statements
            if isinstance(each, ast.Assign) and _is_constant(each.value, True)
            for target in each.targets
            if isinstance(target, ast.Attribute)
        }

    @cached_property
    def made(self) -> set[str]:
        """The names of local values that some call made or was told to make."""
        makers = [call for call in self.calls if _MAKES.search(simple_name(call.func))]
        given = {part.id for call in makers for part in call.args if isinstance(part, ast.Name)}
        return {
            name
            for name, value in self.kept.items()
            if name in given or (isinstance(value, ast.Call) and value in makers)
        }

    def read_from(self, node: ast.expr, source: str) -> bool:
        """Whether an expression brings a value that was kept of ``source``."""
        return any(
            isinstance(part, ast.Name)
            and part.id in self.kept
            and any(dotted(each) == source for each in ast.walk(self.kept[part.id]))
            for part in ast.walk(node)
        )


def _restored(statement: ast.stmt, past: _Past) -> str:
    if isinstance(statement, ast.Assign):
        found = _given_back(statement, past)
        if found:
            return found
    if isinstance(statement, ast.Delete):
        items = (
            dotted(each.value) for each in statement.targets if isinstance(each, ast.Subscript)
        )
        return next((f"{item}[]" for item in items if item in past.changed), "")
    return next(
        (dotted(call.func) for call in _calls(statement) if _undoes(call, past)),
        "",
    )


def _given_back(statement: ast.Assign, past: _Past) -> str:
    """The target of an assignment that gives it what it had before, or turns it off again."""
    target, value = statement.targets[0], statement.value
    name = dotted(target)
    if isinstance(target, ast.Subscript) and dotted(target.value) in past.changed:
        return name if past.read_from(value, dotted(target.value)) else ""
    if isinstance(value, ast.Name) and not isinstance(target, ast.Name):
        kept = past.kept.get(value.id)
        return name if kept is not None and dotted(kept) == name else ""
    is_off = _is_constant(value, False) and name in past.switched_on
    return name if is_off and not _OF_FAILURE.search(name.lower()) else ""


def _undoes(call: ast.Call, past: _Past) -> bool:
    """Whether a call takes back what an earlier one did."""
    callee = dotted(call.func)
    kept = [
        past.kept[part.id]
        for part in call.args
        if isinstance(part, ast.Name) and part.id in past.kept
    ]
    earlier = [each for each in past.calls if dotted(each.func) == callee]
    owner, method = callee.rpartition(".")[::2]
    is_told = method in _TELLS or method in _PUTS
    gives_back = kept and any(len(each.args) == len(call.args) for each in earlier)
    if (gives_back and not is_told) or any(_is_switched(one, call) for one in earlier):
        return True
    if _RESET.match(method):
        return any(isinstance(each, ast.Call) for each in kept)
    if method in _PUTS and any(_is_taken_from(each, owner) for each in kept):
        return True
    if method == "update" and owner in past.changed and call.args:
        return past.read_from(call.args[0], owner)
    return _is_inverse(owner, method, past) or _deletes(call, method, past)


def _is_taken_from(value: ast.expr, owner: str) -> bool:
    value = value.value if isinstance(value, ast.Await) else value
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _TAKES
        and dotted(value.func.value) == owner
    )


def _is_inverse(owner: str, method: str, past: _Past) -> bool:
    """Whether a method of the same owner did the opposite before."""
    for call in past.calls:
        other, name = dotted(call.func).rpartition(".")[::2]
        word, _, rest = name.partition("_")
        if other == owner and rest and method == f"{_INVERSE.get(word)}_{rest}":
            return True
    return False


def _deletes(call: ast.Call, method: str, past: _Past) -> bool:
    """Whether a call deletes what was made before: its receiver, or its one argument."""
    if not _DELETES.match(method):
        return False
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return any(
        isinstance(each, ast.Name) and each.id in past.made for each in (owner, *call.args[:1])
    )


def _within(statement: ast.AST) -> Iterator[ast.stmt]:
    """A statement and those in its blocks, without what it only defines."""
    if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        if isinstance(statement, ast.stmt):
            yield statement
        if isinstance(statement, (ast.stmt, ast.ExceptHandler)):
            for child in ast.iter_child_nodes(statement):
                yield from _within(child)


def _calls(statement: ast.AST) -> Iterator[ast.Call]:
    """The calls that a statement is, whose result it binds, or whose result it enters; awaited or not."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        values = [item.context_expr for item in statement.items]
    else:
        values = [statement.value] if isinstance(statement, (ast.Expr, ast.Assign)) else []
    for value in values:
        branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        for branch in branches:
            made = branch.value if isinstance(branch, ast.Await) else branch
            if isinstance(made, ast.Call):
                yield made


def _is_constant(node: ast.expr, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_switched(one: ast.Call, other: ast.Call) -> bool:
    """Whether two calls differ in a constant that is no text: ``True`` here, ``False`` or ``None`` there."""
    return len(one.args) == len(other.args) and any(
        isinstance(left, ast.Constant)
        and isinstance(right, ast.Constant)
        and left.value != right.value
        and all(each.value in (True, False, None) for each in (left, right))
        for left, right in zip(one.args, other.args, strict=True)
    )
