"""Where does a module read environment variables?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import EnvironmentRead
from archcheck.analysis.module import Module

_MAPPINGS = frozenset({"os.environ", "os.environb"})
_READERS = frozenset(
    {
        "decouple.config",
        "os.environ.get",
        "os.environ.pop",
        "os.environ.setdefault",
        "os.environb.get",
        "os.getenv",
        "os.getenvb",
    }
)
_TAILS = frozenset(name.rpartition(".")[2] for name in _READERS)


def environment_reads(module: Module) -> Iterator[EnvironmentRead]:
    """Every read of an environment variable, in source order."""
    if not module.imports("os", "decouple"):
        return
    found = [*_calls(module), *_subscripts(module), *_memberships(module)]
    yield from sorted(found, key=lambda read: (read.line, read.name))


def _calls(module: Module) -> Iterator[EnvironmentRead]:
    for call in module.nodes(ast.Call):
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr not in _TAILS:
            continue
        if module.resolve(func) in _READERS:
            named = [keyword.value for keyword in call.keywords if keyword.arg == "key"]
            yield EnvironmentRead(_literal([*call.args, *named]), call.lineno)


def _subscripts(module: Module) -> Iterator[EnvironmentRead]:
    for node in module.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Load) and _is_environment(node.value, module):
            yield EnvironmentRead(_literal([node.slice]), node.lineno)


def _memberships(module: Module) -> Iterator[EnvironmentRead]:
    for node in module.nodes(ast.Compare):
        if isinstance(node.ops[0], (ast.In, ast.NotIn)) and _is_environment(
            node.comparators[0], module
        ):
            yield EnvironmentRead(_literal([node.left]), node.lineno)


def _is_environment(node: ast.expr, module: Module) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and module.resolve(node) in _MAPPINGS


def _literal(arguments: list[ast.expr]) -> str:
    """The variable's name, or ``""`` when it is computed."""
    first = arguments[0] if arguments else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
