"""Does a module refuse, or at least announce, a value that must not stay as it is?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.topics.telemetry.logs import log_level

_EXITS = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort", "warnings.warn"})
#: A function of the project that ends it, told by its name.
_ENDS = re.compile(
    r"(?:^|_)(?:abort|bail|die|exit|fail|fatal|panic|quit|refuse)(?:_|$)", re.IGNORECASE
)
_ALARMS = frozenset({"warning", "error", "critical", "exception"})
_PART_TESTS = frozenset({"startswith", "endswith"})


def is_refused(text: str, module: Module) -> bool:
    """Whether the module compares something with the text, and then raises, exits or warns.

    A part of the text counts as well: ``if secret.startswith("dev-")``, ``if "change" in secret``.
    """
    return any(
        text in _compared(test, module) or any(part in text for part in _parts(test))
        for test in _alarming_tests(module)
    )


def constant_text(node: ast.expr, module: Module) -> str | None:
    """The string that a literal, or a name of the module bound to nothing but one, stands for; else None."""
    value = _constant(node, module)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _constant(node: ast.expr, module: Module) -> ast.expr | None:
    """What a name is bound to, when it is bound once; any other expression stands for itself."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return node
    bindings = module.symbols.bindings(node)
    if len(bindings) != 1 or bindings[0].kind not in ("assign", "annotated"):
        return None
    return bindings[0].value


def _alarming_tests(module: Module) -> Iterator[ast.expr]:
    """The comparisons, and tests of a text's start or end, on which the module raises, exits or warns."""
    for node in (*module.nodes(ast.Compare), *module.nodes(ast.Call)):
        if isinstance(node, ast.Call) and not _tests_part(node):
            continue
        child: ast.AST = node
        for ancestor in module.ancestors(node):
            if isinstance(ancestor, ast.Assert) or (
                isinstance(ancestor, ast.If)
                and child is ancestor.test
                and _alarms(ancestor, module)
            ):
                yield node
            if isinstance(ancestor, ast.stmt):
                break
            child = ancestor


def _alarms(node: ast.If, module: Module) -> bool:
    return any(
        isinstance(part, ast.Raise)
        or (
            isinstance(part, ast.Call)
            and (
                module.resolve(part.func) in _EXITS
                or log_level(part, module) in _ALARMS
                or _ENDS.search(simple_name(part.func))
            )
        )
        for statement in (*node.body, *node.orelse)
        for part in ast.walk(statement)
    )


def _tests_part(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _PART_TESTS


def _compared(test: ast.expr, module: Module) -> Iterator[str]:
    """The texts that a comparison names, those inside a collection too."""
    if not isinstance(test, ast.Compare):
        return
    for side in (test.left, *test.comparators):
        value = _constant(side, module)
        if isinstance(value, ast.Call) and value.args:
            value = value.args[0]  # frozenset({...})
        for item in getattr(value, "elts", [value]):
            text = constant_text(item, module) if isinstance(item, ast.expr) else None
            if text:
                yield text


def _parts(test: ast.expr) -> Iterator[str]:
    """The texts that a test looks for at the start, at the end or inside of another."""
    looked_for: list[ast.expr] = []
    if isinstance(test, ast.Call):
        looked_for = test.args[:1]
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.In, ast.NotIn)):
        looked_for = [test.left]
    for node in looked_for:
        for item in getattr(node, "elts", [node]):
            if isinstance(item, ast.Constant) and isinstance(item.value, str) and item.value:
                yield item.value
