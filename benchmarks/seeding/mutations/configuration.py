"""Seeds of principle 6."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from archcheck.model import Role
from seeding.seed import Seed, mutates
from seeding.source import Project, Source, keyword

_CONFIGURATION = re.compile(
    r"settings|config|conf|env|const|options|main|app|wsgi|asgi|manage|setup"
)
_SETTING = re.compile(r"[a-z_]{4,}|[A-Z_]{4,}")
#: Who starts the program may read the environment.
_COMMANDS = frozenset({"cli", "commands"})
_YES = frozenset({"1", "true", "yes", "on", "t", "y"})
_HOLDERS = frozenset({"settings", "config", "conf", "cfg", "app_settings"})


@mutates(
    "ARC0601",
    "a setting is read through `os.environ`",
    roles=frozenset({Role.RUNTIME}),
    together=True,
)
def environment(source: Source) -> Iterator[Seed]:
    if _CONFIGURATION.search(source.module.rpartition(".")[2].lower()):
        return
    if not _COMMANDS.isdisjoint(source.module.split(".")):
        return
    for node in source.nodes(ast.Attribute):
        if not isinstance(node.value, ast.Name) or node.value.id not in _HOLDERS:
            continue
        in_call = isinstance(source.parent(node), ast.Call) and source.parent(node).func is node  # type: ignore[attr-defined]
        if in_call or not isinstance(node.ctx, ast.Load):
            continue
        is_ours = source.imported.get(node.value.id, "").partition(".")[0] in _first_party(source)
        if is_ours and source.function(node) is not None and _SETTING.fullmatch(node.attr):
            os, edits = source.ensure_import("os")
            text = f'{os}.environ["{node.attr.upper()}"]'
            yield source.seed(node, *edits, source.replace(node, text))
            # The rule counts modules: one read of each is enough.
            return


def _first_party(source: Source) -> set[str]:
    return {name.partition(".")[0] for name in source.project.modules}


def is_environment_read(source: Source, node: ast.AST) -> bool:
    """Whether a node is ``os.environ[...]``, ``os.environ.get(...)`` or ``os.getenv(...)``."""
    if isinstance(node, ast.Subscript):
        return source.name(node.value) == "os.environ" and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Call) and source.name(node.func) in {"os.environ.get", "os.getenv"}


def _is_set_here(source: Source, read: ast.AST) -> bool:
    """Whether the project itself sets the variable for a process of its own, and so knows what is in it."""
    names = {each.value for each in ast.walk(read) if isinstance(each, ast.Constant)}
    return bool(names & _variables_set(source.project))


@cache
def _variables_set(project: Project) -> frozenset[object]:
    found: set[object] = set()
    for source in project.sources:
        if source.role is Role.TEST:
            continue
        for node in source.nodes(ast.Subscript):
            if isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant):
                found.add(node.slice.value)
        for display in source.nodes(ast.Dict):
            found.update(key.value for key in display.keys if isinstance(key, ast.Constant))
    return frozenset(found)


def _is_converted_by_parser(source: Source, node: ast.AST) -> bool:
    """Whether it is the default of an option with a type: a parser of options converts its texts anyway."""
    item = source.parent(node)
    option = (
        source.parent(item) if isinstance(item, ast.keyword) and item.arg == "default" else None
    )
    return isinstance(option, ast.Call) and keyword(option, "type") is not None


@mutates("ARC0603", "a number's default in place of its conversion")
def unconverted(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if source.name(call.func) not in {"int", "float"} or len(call.args) != 1:
            continue
        read = call.args[0]
        if is_environment_read(source, read) and isinstance(read, ast.Call) and len(read.args) == 2:
            default = read.args[1]
            converted = _is_converted_by_parser(source, call)
            if isinstance(default, ast.Constant) and not (converted or _is_set_here(source, read)):
                text = source.code(read)
                value = source.code(default)
                start = source.span(default)[0] - source.span(read)[0]
                number = str(default.value)
                if re.fullmatch(r"\d+(\.\d+)?", number):
                    changed = text[:start] + number + text[start + len(value) :]
                    yield source.seed(call, source.replace(call, changed))


@mutates("ARC0603", "`bool` in place of a comparison with texts")
def truth_of_text(source: Source) -> Iterator[Seed]:
    for compare in source.nodes(ast.Compare):
        texts = {
            str(each.value).lower()
            for each in ast.walk(compare.comparators[0])
            if isinstance(each, ast.Constant)
        }
        if not isinstance(compare.ops[0], ast.Eq | ast.In) or not texts & _YES:
            continue
        for node in ast.walk(compare.left):
            if is_environment_read(source, node) and not _is_set_here(source, node):
                yield source.seed(compare, source.replace(compare, f"bool({source.code(node)})"))
                break
