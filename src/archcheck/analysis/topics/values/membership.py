"""Has a condition made sure that a name holds one of a known set of values, or fits a pattern?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.syntax.scopes import FUNCTIONS

#: Methods of a text that leave letters, digits and underscores only.
_PLAIN = frozenset({"isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier"})
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def is_one_of_a_set(node: ast.Name, module: Module) -> bool:
    """Whether ``node`` stands where its name was found in a collection.

    It stands under ``if name in ALLOWED`` or ``if name.isidentifier()``, after ``if name not in ALLOWED`` or ``if not
    re.fullmatch(PATTERN, name)`` that left or gave the name another value, or after a chain of ``if name == "a"``
    that left in the end. What the collection holds is not asked, a text excepted: ``name in "abc"`` finds a part of
    it.
    """
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, FUNCTIONS):
            break
        if isinstance(ancestor, (ast.If, ast.IfExp)):
            chosen = ancestor.body if isinstance(ancestor.body, list) else [ancestor.body]
            if child in chosen and (
                _asks(ancestor.test, node.id, ast.In) or _fits(ancestor.test, node.id)
            ):
                return True
        child = ancestor
    function = module.function_of(node)
    return function is not None and any(
        function.lineno < condition.lineno
        and (condition.end_lineno or 0) < node.lineno
        and (
            (_excludes(condition.test, node.id) and _settles(condition, node.id))
            or _lists(condition, node.id)
        )
        and module.function_of(condition) is function
        and not _is_given_anew(node, condition, module)
        for condition in module.nodes(ast.If)
    )


def _asks(test: ast.expr, name: str, operator: type[ast.cmpop]) -> bool:
    """Whether one part of a conjunction is ``name in COLLECTION`` (or ``not in``)."""
    opposite = ast.In if operator is ast.NotIn else ast.NotIn
    for part in _conjuncts(test):
        negated = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not)
        asked = part.operand if isinstance(part, ast.UnaryOp) else part
        wanted = opposite if negated else operator
        if (
            isinstance(asked, ast.Compare)
            and isinstance(asked.left, ast.Name)
            and asked.left.id == name
            and [type(each) for each in asked.ops] == [wanted]
            and not isinstance(asked.comparators[0], (ast.Constant, ast.JoinedStr))
        ):
            return True
    return False


def _excludes(test: ast.expr, name: str) -> bool:
    """Whether what passes a condition is none of a set, or fits no pattern."""
    return _asks(test, name, ast.NotIn) or _fits(test, name, wanted=False)


def _fits(test: ast.expr, name: str, *, wanted: bool = True) -> bool:
    """Whether one part of a conjunction is ``re.fullmatch(PATTERN, name)``, or that it is not."""
    for part in _conjuncts(test):
        fits = True
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            fits, part = False, part.operand
        elif isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Is, ast.IsNot)):
            fits, part = isinstance(part.ops[0], ast.IsNot), part.left
        if fits is wanted and isinstance(part, ast.Call) and _checks_all(part, name):
            return True
    return False


def _checks_all(call: ast.Call, name: str) -> bool:
    """Whether a call looks at the whole text of ``name``; a pattern out of sight is trusted to have an end."""
    func = call.func
    method = func.attr if isinstance(func, ast.Attribute) else ""
    if method in _PLAIN and isinstance(func, ast.Attribute):
        return getattr(func.value, "id", "") == name
    if (
        method not in ("fullmatch", "match")
        or getattr(call.args[-1:] and call.args[-1], "id", "") != name
    ):
        return False
    pattern = getattr(call.args[0], "value", None)
    return method == "fullmatch" or not isinstance(pattern, str) or pattern.endswith(("$", "\\Z"))


def _conjuncts(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from _conjuncts(value)
    else:
        yield test


def _lists(condition: ast.If, name: str) -> bool:
    """Whether a chain asks for one constant after the other, and leaves at its end: ``if x == 1: ... else: raise``."""
    while True:
        test = condition.test
        if not (
            isinstance(test, ast.Compare)
            and getattr(test.left, "id", "") == name
            and [type(each) for each in test.ops] == [ast.Eq]
            and isinstance(test.comparators[0], ast.Constant)
        ):
            return False
        if len(condition.orelse) != 1 or not isinstance(condition.orelse[0], ast.If):
            return bool(condition.orelse) and isinstance(condition.orelse[-1], _LEAVES)
        condition = condition.orelse[0]


def _settles(condition: ast.If, name: str) -> bool:
    """Whether the body of the condition leaves, or gives the name another value."""
    return isinstance(condition.body[-1], _LEAVES) or any(
        isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        for statement in condition.body
    )


def _is_given_anew(node: ast.Name, condition: ast.If, module: Module) -> bool:
    """Whether the name gets another value between the condition and its use."""
    start = condition.end_lineno or 0
    return any(
        binding.value is not None and start < binding.value.lineno < node.lineno
        for binding in reaching(node, module)
    )
