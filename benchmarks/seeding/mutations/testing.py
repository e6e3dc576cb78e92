"""Seeds of principle 8."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.model import Role
from seeding.seed import Edit, Seed, mutates
from seeding.source import AnyFunction, Source, body_nodes, dotted_name

_ASSERTS = re.compile(
    r"assert|check|verify|expect|raises|warns|should|ensure|validate|fail|must|match|compare|test"
)
_TESTS = frozenset({Role.TEST})


def _tests(source: Source) -> Iterator[tuple[AnyFunction, list[ast.Assert]]]:
    """Test functions that assert by ``assert`` alone."""
    for function in source.functions:
        if not function.name.startswith("test_") or source.function(function) is not None:
            continue
        nodes = list(body_nodes(function.body))
        names = [
            dotted_name(node.func).rpartition(".")[2]
            for node in nodes
            if isinstance(node, ast.Call)
        ]
        asserts = [node for node in nodes if isinstance(node, ast.Assert)]
        marks = " ".join(
            dotted_name(getattr(each, "func", each)) for each in function.decorator_list
        )
        if (
            any(_ASSERTS.search(name.lower()) for name in names)
            or "skip" in marks
            or "xfail" in marks
        ):
            continue
        if asserts and not any(
            isinstance(node, ast.FunctionDef | ast.Raise | ast.Try) for node in nodes
        ):
            yield function, asserts


@mutates("ARC0802", "`assert` dropped before each comparison", roles=_TESTS)
def no_assert(source: Source) -> Iterator[Seed]:
    for function, asserts in _tests(source):
        if all(isinstance(each.test, ast.Compare) for each in asserts):
            edits = [
                Edit(source.span(each)[0], source.span(each)[1], source.code(each.test))
                for each in asserts
            ]
            if not any("\n" in edit.text for edit in edits):
                yield source.seed(function, *edits)


@mutates("ARC0802", "a test's body becomes `pass`", roles=_TESTS)
def empty_test(source: Source) -> Iterator[Seed]:
    for function, _ in _tests(source):
        yield source.seed(function, source.replace_body(function.body, "pass"))
