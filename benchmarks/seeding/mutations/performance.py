"""Seeds of principle 11."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seeding.seed import Edit, Seed, mutates
from seeding.source import AnyFunction, Source, body_nodes, dotted_name, is_open

_VALUES = frozenset(
    {"Enum", "IntEnum", "StrEnum", "NamedTuple", "TypedDict", "Protocol", "type", "ABCMeta", "Flag"}
)
_BY_VALUE = frozenset(
    {"__eq__", "__hash__", "__new__", "__getattr__", "__getattribute__", "__slots__"}
)


@mutates("ARC1101", "`await asyncio.sleep` becomes `time.sleep`")
def sleeping(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.Await):
        call = node.value
        if not isinstance(call, ast.Call) or source.name(call.func) != "asyncio.sleep":
            continue
        delay = call.args[0] if len(call.args) == 1 else None
        is_short = isinstance(delay, ast.Constant) and (
            not isinstance(delay.value, int | float) or delay.value < 0.01
        )
        if (
            delay is not None
            and not is_short
            and isinstance(source.function(node), ast.AsyncFunctionDef)
        ):
            time, edits = source.ensure_import("time")
            edits += (source.replace(node, f"{time}.sleep({source.code(delay)})"),)
            yield source.seed(node, *edits)


@mutates("ARC1101", "an awaited HTTP request becomes one of requests")
def blocking_request(source: Source) -> Iterator[Seed]:
    if not {"httpx", "aiohttp"} & source.libraries:
        return
    for node in source.nodes(ast.Await):
        call = node.value
        if (
            not isinstance(call, ast.Call)
            or not isinstance(call.func, ast.Attribute)
            or is_open(call)
        ):
            continue
        receiver = dotted_name(call.func.value).rpartition(".")[2].lower()
        if (
            call.func.attr in {"get", "post", "put", "delete"}
            and ("client" in receiver or "session" in receiver)
            and call.args
            and isinstance(source.function(node), ast.AsyncFunctionDef)
        ):
            requests, edits = source.ensure_import("requests")
            text = f"{requests}.{call.func.attr}({source.code(call.args[0])}, timeout=10)"
            yield source.seed(node, *edits, source.replace(node, text))


@mutates("ARC1101", "an asynchronous process becomes `subprocess.run`")
def blocking_process(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.Await):
        call = node.value
        if (
            isinstance(call, ast.Call)
            and source.name(call.func) == "asyncio.create_subprocess_exec"
        ) and (
            isinstance(source.function(node), ast.AsyncFunctionDef)
            and call.args
            and not call.keywords
        ):
            subprocess, edits = source.ensure_import("subprocess")
            arguments = ", ".join(map(source.code, call.args))
            text = f"{subprocess}.run([{arguments}], check=True)"
            yield source.seed(node, *edits, source.replace(node, text))


def _is_entity(source: Source, owner: ast.ClassDef) -> bool:
    """Whether the instances of a class are no values: it keeps the identity of its instances, and has fields."""
    defined = {
        each.name for each in owner.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    bases = {dotted_name(base).rpartition(".")[2] for base in owner.bases}
    if owner.decorator_list or owner.keywords or _BY_VALUE & defined or _VALUES & bases:
        return False
    # An instance that a module holds lives as long as the process, and a cache of it with it.
    if owner.name in source.project.lasting:
        return False
    return "__init__" in defined and not source.project.derives(owner.name, _VALUES)


def _methods(source: Source) -> Iterator[AnyFunction]:
    for function in source.functions:
        owner = source.owner(function)
        arguments = function.args.posonlyargs + function.args.args
        if (
            owner is None
            or not arguments
            or arguments[0].arg != "self"
            or function.name.startswith("__")
        ):
            continue
        uses = any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
            for node in body_nodes(function.body)
        )
        if uses and _is_entity(source, owner):
            yield function


@mutates("ARC1104", "`cached_property` becomes a cached method")
def cached_property_as_cache(source: Source) -> Iterator[Seed]:
    for function in _methods(source):
        if len(function.decorator_list) == 1:
            decorator = function.decorator_list[0]
            if dotted_name(decorator).rpartition(".")[2] == "cached_property":
                functools, edits = source.ensure_import("functools")
                text = f"{functools}.lru_cache(maxsize=None)"
                yield _at(source, function, *edits, source.replace(decorator, text))


@mutates("ARC1104", "`functools.cache` on a method")
def cached_method(source: Source) -> Iterator[Seed]:
    for function in _methods(source):
        returns = any(
            isinstance(node, ast.Return) and node.value is not None
            for node in body_nodes(function.body)
        )
        yields = any(
            isinstance(node, ast.Yield | ast.YieldFrom) for node in body_nodes(function.body)
        )
        if function.decorator_list or not returns or yields:
            continue
        functools, edits = source.ensure_import("functools")
        start = source.span(function)[0]
        text = f"@{functools}.cache\n{source.indentation(function)}"
        yield _at(source, function, *edits, Edit(start, start, text))


def _at(source: Source, function: AnyFunction, *edits: Edit) -> Seed:
    """A seed whose finding may stand at the function or at its decorator."""
    seed = source.seed(function, *edits)
    first = min([seed.span[0], *(source.span(each)[0] for each in function.decorator_list)])
    return Seed(seed.path, seed.line, seed.scope, seed.edits, (first, seed.span[1]))
