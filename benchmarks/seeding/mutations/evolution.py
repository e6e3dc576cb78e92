"""Seeds of principle 12."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from archcheck.model import Role
from seeding.mutations.observability import LOGGERS
from seeding.seed import Edit, Seed, mutates
from seeding.source import Project, Source, body_nodes, dotted_name, keyword, parameters, read_text

_NOW = frozenset({"datetime.datetime.now", "datetime.now"})
_UTC = frozenset({"datetime.timezone.utc", "datetime.UTC", "timezone.utc", "pytz.utc", "pytz.UTC"})

_CODE = frozenset({Role.RUNTIME})
_STRUCTURES = (
    "if value:", "for item in items:", "with lock:", "if item:", "while value:", "try:",
)  # fmt: skip
_STRICT = re.compile(
    r"^\s*(?:strict|disallow_untyped_defs)\s*=\s*[Tt]rue|typeCheckingMode\W+strict", re.MULTILINE
)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr)


@mutates("ARC1202", "`datetime.now(timezone.utc)` becomes `datetime.utcnow()`")
def naive_now(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        zones = [*call.args, *(each.value for each in call.keywords)]
        if source.name(call.func) in _NOW and len(zones) == 1 and source.name(zones[0]) in _UTC:
            assert isinstance(call.func, ast.Attribute)
            text = f"{source.code(call.func.value)}.utcnow()"
            yield source.seed(call, source.replace(call, text))


@mutates("ARC1202", "`logger.warning` becomes `logger.warn`")
def old_warn(source: Source) -> Iterator[Seed]:
    made = {source.name(call.func) for call in source.calls}
    if "logging.getLogger" not in made or "structlog" in source.libraries:
        return
    for call in source.calls:
        name = dotted_name(call.func)
        if name.endswith(".warning") and name.removesuffix(".warning") in LOGGERS:
            yield source.seed(call, source.replace(call.func, name.removesuffix("ing")))


@mutates("ARC1205", "a deprecation without its category")
def no_category(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if source.name(call.func) != "warnings.warn" or not _speaks(call):
            continue
        if (
            len(call.args) > 1
            and "Deprecat" in source.code(call.args[1])
            and not isinstance(call.args[1], ast.Starred)
        ):
            if len(call.args) == 2:
                yield source.seed(call, source.remove_argument(call, call.args[1]))
        elif (category := keyword(call, "category")) is not None and "Deprecat" in source.code(
            category
        ):
            yield source.seed(call, source.remove_argument(call, category))


@mutates("ARC1205", "a deprecation without `stacklevel`")
def no_stack_level(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        level = keyword(call, "stacklevel")
        if source.name(call.func) == "warnings.warn" and level is not None and _speaks(call):
            function = source.function(call)
            # Only what others call by name has a caller to point at.
            # So has not what stands under a condition on the object alone: whoever calls cannot change it.
            is_named = function is not None and (
                function.name == "__init__" or not function.name.startswith("_")
            )
            if is_named and not _is_about_the_object(source, call):
                yield source.seed(call, source.remove_argument(call, level))


def _is_about_the_object(source: Source, call: ast.Call) -> bool:
    for around in source.around(call):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        if isinstance(around, ast.If):
            names = {node.id for node in ast.walk(around.test) if isinstance(node, ast.Name)}
            if names <= {"self", "cls", "getattr", "hasattr"}:
                return True
    return False


def _speaks(call: ast.Call) -> bool:
    return bool(call.args) and "deprecated" in ast.dump(call.args[0])


@mutates("ARC1203", "the types of a public function dropped", roles=_CODE)
def untyped(source: Source) -> Iterator[Seed]:
    is_private = any(part.startswith("_") for part in source.module.split("."))
    if is_private or _refuses_untyped(source.project):
        return
    names = Counter(function.name for function in source.functions)
    for function in source.functions:
        owner = source.owner(function)
        is_ours = isinstance(source.parent(function), ast.Module) or (
            owner is not None
            and not owner.bases
            and not owner.name.startswith("_")
            and isinstance(source.parent(owner), ast.Module)
        )
        own = parameters(function)[1 if owner else 0 :]
        # One that is decorated may be called by a framework alone, one of several may be overloaded.
        if function.name.startswith("_") or function.decorator_list or not is_ours:
            continue
        if names[function.name] > 1:
            continue
        has_two = len(function.body) > (2 if ast.get_docstring(function) else 1)
        if not has_two or not own or function.returns is None:
            continue
        if any(each.annotation is None for each in own):
            continue
        edits = [source.replace(each, each.arg) for each in own]
        edits.append(_without_result(source, function.returns))
        yield source.seed(function, *edits)


@cache
def _refuses_untyped(project: Project) -> bool:
    """Whether the configuration of a type checker refuses functions without types: nobody could merge the seed."""
    texts = (project.root / name for name in ("pyproject.toml", "setup.cfg", "mypy.ini", "tox.ini"))
    return any(_STRICT.search(read_text(path)[0]) for path in texts if path.is_file())


def _without_result(source: Source, returns: ast.expr) -> Edit:
    start, end = source.span(returns)
    return Edit(source.text.rindex("->", 0, start), end, "")


@mutates("ARC1206", "six control structures around a statement", roles=_CODE)
def nested(source: Source) -> Iterator[Seed]:
    for function in source.functions:
        for statement in function.body[1:]:
            own = source.indentation(statement)
            if not isinstance(statement, _SIMPLE) or not own or "\t" in own:
                continue
            if statement.end_lineno != statement.lineno:
                continue
            if any(isinstance(node, ast.Yield) for node in body_nodes([statement])):
                continue
            lines = [f"{'    ' * depth}{line}" for depth, line in enumerate(_STRUCTURES)]
            lines.append(f"{'    ' * len(_STRUCTURES)}{source.code(statement)}")
            lines.append(f"{'    ' * (len(_STRUCTURES) - 1)}finally:")
            lines.append(f"{'    ' * len(_STRUCTURES)}items.clear()")
            yield source.seed(function, source.replace(statement, f"\n{own}".join(lines)))
            break
