"""What makes a test fail? Asserting statements, names, keywords and fixtures."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import simple_name

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WORD_START = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")
_ASSERTING_WORD = re.compile(
    r"assert\w*|check(?:s|ed|ing|er)?|verif\w*|expect\w*|validat\w*|ensure\w*|should\w*|compar\w*"
    r"|match(?:es|ed|ing|er)?|snapshots?|raises|warns|approv\w*|fail\w*"
)
#: Names that assert although no word of them says so.
_ASSERTING_NAMES = frozenset(
    {
        "deprecated_call",
        "raise_for_status",
        "run_state_machine_as_test",
        "successResultOf",
        "testmod",
    }
)
#: Fixtures of plugins that compare or fail by themselves.
_ASSERTING_FIXTURES = re.compile(r"benchmark|snapshot|regression|pytester|mypy|testdir")
#: Keywords with which a client or a process checks its own answer.
_CHECKING_KEYWORDS = frozenset({"code", "returncode", "status", "status_code", "statuses"})
#: Contexts in which evaluating an expression is what is tested.
_SUBJECT_CONTEXT = re.compile(r"raise|warn|suppress", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def asserts_by_name(name: str) -> bool:
    """Whether a function's name says that it fails a test: ``assert_called_once``, ``checkOrder``, ``fail``."""
    return name in _ASSERTING_NAMES or any(
        _ASSERTING_WORD.fullmatch(word.lower()) for word in _WORD_START.split(name)
    )


def asserting_functions(module: Module) -> frozenset[ast.AST]:
    """The functions that assert, themselves or in a function nested in them."""
    found: set[ast.AST] = set()
    for node in (
        *module.nodes(ast.Assert),
        *(call for call in module.nodes(ast.Call) if asserts_by_name(simple_name(call.func))),
        *(node for node in module.nodes(ast.Raise) if _raises_assertion(node, module)),
    ):
        found.update(
            ancestor for ancestor in module.ancestors(node) if isinstance(ancestor, _FUNCTIONS)
        )
    return frozenset(found)


def _raises_assertion(node: ast.Raise, module: Module) -> bool:
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return error is not None and module.resolve(error) == "AssertionError"


def fails_by_other_means(test: AnyFunction) -> bool:
    """Whether the text of a test that asserts nothing still says what fails it.

    That is a fixture, a ``raise``, a keyword (``status=403``), or an asserting name that is passed on
    (``addCallback(self.check)``).
    """
    arguments = (*test.args.posonlyargs, *test.args.args, *test.args.kwonlyargs)
    if any(
        _ASSERTING_FIXTURES.search(argument.arg) or asserts_by_name(argument.arg)
        for argument in arguments
    ):
        return True
    return any(_may_fail(part) for part in ast.walk(test) if part is not test)


def _may_fail(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        name = node.arg or ""
        return name in _CHECKING_KEYWORDS or asserts_by_name(name)
    return isinstance(node, ast.Raise) or asserts_by_name(simple_name(node))


def discarded_comparisons(module: Module) -> dict[ast.AST, list[ast.expr]]:
    """Comparisons that are statements of their own, by each function around them.

    A comparison that a test evaluates to see it raise is none of them, nor is one that is made both ways round.
    """
    found: dict[ast.AST, list[ast.expr]] = {}
    statements = dict.fromkeys(_statement_of(node, module) for node in module.nodes(ast.Compare))
    for statement in statements:
        if statement is None or not _is_comparison(statement.value):
            continue
        if _is_subject(statement, module) or _is_mirrored(statement, module):
            continue
        for ancestor in module.ancestors(statement):
            if isinstance(ancestor, _FUNCTIONS):
                found.setdefault(ancestor, []).append(statement.value)
    return found


def _statement_of(comparison: ast.Compare, module: Module) -> ast.Expr | None:
    """The expression statement that the comparison is, alone or with others."""
    parent = module.parent(comparison)
    while isinstance(parent, (ast.UnaryOp, ast.BoolOp, ast.Await)):
        parent = module.parent(parent)
    return parent if isinstance(parent, ast.Expr) else None


def _is_comparison(node: ast.expr) -> bool:
    if isinstance(node, ast.Await):
        return _is_comparison(node.value)
    if isinstance(node, ast.UnaryOp):
        return _is_comparison(node.operand)
    if isinstance(node, ast.BoolOp):
        return all(_is_comparison(value) for value in node.values)
    return isinstance(node, ast.Compare)


def _is_subject(statement: ast.Expr, module: Module) -> bool:
    """Whether a context or handler around the statement waits for what evaluating it raises."""
    child: ast.AST = statement
    for ancestor in module.ancestors(statement):
        if isinstance(ancestor, (ast.With, ast.AsyncWith)):
            contexts = (item.context_expr for item in ancestor.items)
            names = [
                simple_name(each.func if isinstance(each, ast.Call) else each) for each in contexts
            ]
            if any(asserts_by_name(name) or _SUBJECT_CONTEXT.search(name) for name in names):
                return True
        elif isinstance(ancestor, ast.Try):
            if child in ancestor.body and ancestor.handlers:
                return True
        elif isinstance(ancestor, _FUNCTIONS):
            return False
        child = ancestor
    return False


def _is_mirrored(statement: ast.Expr, module: Module) -> bool:
    """Whether the same two values are compared the other way round beside it: the operators are tried, not the result."""
    block: list[ast.stmt] = getattr(module.parent(statement), "body", [])
    sides = _sides(statement)
    return bool(sides) and any(
        abs(each.lineno - statement.lineno) <= 1 and _sides(each) == sides[::-1]
        for each in block
        if each is not statement and isinstance(each, ast.Expr)
    )


def _sides(statement: ast.Expr) -> tuple[str, ...]:
    """Both sides of a plain comparison as text."""
    match statement.value:
        case ast.Compare(left=left, comparators=[right]):
            return ast.unparse(left), ast.unparse(right)
    return ()
