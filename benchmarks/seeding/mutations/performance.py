"""Seeds of principle 11."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from archcheck.model import RUNTIME_ROLES, Role
from seeding.handlers import handlers
from seeding.seed import Edit, Seed, mutates
from seeding.source import (
    AnyFunction,
    Project,
    Source,
    body_nodes,
    dotted_name,
    first_statement,
    is_open,
    keyword,
    parameters,
)

_VALUES = frozenset(
    {"Enum", "IntEnum", "StrEnum", "NamedTuple", "TypedDict", "Protocol", "type", "ABCMeta", "Flag"}
)
_UNHASHABLE = frozenset({"dict", "list", "set", "OrderedDict", "defaultdict"})
_BY_VALUE = frozenset(
    {"__eq__", "__hash__", "__new__", "__getattr__", "__getattribute__", "__slots__"}
)
_ASYNC_SESSIONS = frozenset(
    {"sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel.ext.asyncio.session.AsyncSession"}
)
_SESSIONS = frozenset(
    {"sqlalchemy.orm.Session", "sqlmodel.Session", "sqlalchemy.orm.session.Session"}
)
_ASKS = frozenset(
    {"commit", "execute", "flush", "get", "refresh", "scalar", "scalars", "exec", "query"}
)
_SERVERS = frozenset({"fastapi", "flask"})
_RUNS_ONCE = re.compile(r"main|setup|start|init|lifespan|run|migrat|command|cli|load|install")


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


@mutates("ARC1102", "a coroutine's asynchronous session becomes a synchronous one")
def synchronous_session(source: Source) -> Iterator[Seed]:
    for function in source.functions:
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        for parameter in parameters(function):
            annotation = parameter.annotation
            if annotation is None or source.name(annotation) not in _ASYNC_SESSIONS:
                continue
            waits = [
                node
                for node in body_nodes(function.body)
                if isinstance(node, ast.Await) and _asks(node.value, parameter.arg)
            ]
            if waits:
                orm, edits = source.ensure_import("sqlalchemy.orm")
                edits += (source.replace(annotation, f"{orm}.Session"),)
                # Each loses its `await` and the white space behind it.
                for node in waits:
                    start, end = source.span(node)[0], source.span(node.value)[0]
                    edits += (Edit(start, end, ""),)
                yield source.seed(function, *edits)


@mutates("ARC1102", "a function with a synchronous session becomes a coroutine")
def coroutine_with_session(source: Source) -> Iterator[Seed]:
    for function in source.functions:
        if isinstance(function, ast.AsyncFunctionDef):
            continue
        for parameter in parameters(function):
            annotation = parameter.annotation
            if annotation is None or source.name(annotation) not in _SESSIONS:
                continue
            if any(_asks(node, parameter.arg) for node in body_nodes(function.body)):
                start = source.span(function)[0]
                yield source.seed(function, Edit(start, start, "async "))


def _asks(node: ast.AST, session: str) -> bool:
    """Whether a node is a call of the session that asks the database."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and dotted_name(node.func.value) == session
        and node.func.attr in _ASKS
    )


@mutates("ARC1103", "a handler makes a client for a single request")
def client_of_handler(source: Source) -> Iterator[Seed]:
    if not _serves(source.project):
        return
    for function in handlers(source, libraries=_SERVERS):
        httpx, edits = source.ensure_import("httpx")
        first = first_statement(function)
        at, own = source.span(first)[0], source.indentation(first)
        is_async = isinstance(function, ast.AsyncFunctionDef)
        kind, start, wait = (
            ("AsyncClient", "async with", "await ") if is_async else ("Client", "with", "")
        )
        text = (
            f"{start} {httpx}.{kind}(timeout=5) as rates_client:\n"
            f'{own}    rates = {wait}rates_client.get("https://rates.example")\n{own}'
        )
        if own:
            yield source.seed(function, *edits, Edit(at, at, text))


@mutates("ARC1103", "each round of a loop makes a client", roles=frozenset({Role.RUNTIME}))
def client_of_round(source: Source) -> Iterator[Seed]:
    if not _serves(source.project):
        return
    for loop in source.nodes(ast.For):
        first = loop.body[0]
        own = source.indentation(first)
        function = source.function(loop)
        if not own or function is None or _RUNS_ONCE.search(function.name):
            continue
        httpx, edits = source.ensure_import("httpx")
        at = source.span(first)[0]
        text = (
            f"with {httpx}.Client(timeout=5) as rates_client:\n"
            f'{own}    rates = rates_client.get("https://rates.example")\n{own}'
        )
        yield source.seed(loop, *edits, Edit(at, at, text))


@cache
def _serves(project: Project) -> bool:
    """Whether a project is a service, and not a library that has a few routes of its own."""
    found = [
        handler
        for source in project.sources
        if source.role in RUNTIME_ROLES
        for handler in handlers(source, libraries=_SERVERS)
    ]
    return len(found) >= 10


@mutates("ARC1105", "what a handler asks with a value of the client is cached without a limit")
def endless_cache(source: Source) -> Iterator[Seed]:
    asked = _asked_by_handlers(source.project)
    for function in source.tree.body:
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            continue
        keyed = asked.get(f"{source.module}.{function.name}", set())
        returns = any(
            isinstance(node, ast.Return) and node.value is not None
            for node in body_nodes(function.body)
        )
        if returns and keyed:
            functools, edits = source.ensure_import("functools")
            start = source.span(function)[0]
            # The decorator belongs to the function: it takes the place of its first word.
            edit = Edit(start, start + len("def"), f"@{functools}.cache\ndef")
            yield _at(source, function, *edits, edit)


@mutates("ARC1105", "the limit of a cache that a handler asks with a value of the client dropped")
def limit_dropped(source: Source) -> Iterator[Seed]:
    asked = _asked_by_handlers(source.project)
    for function in source.tree.body:
        if isinstance(function, ast.FunctionDef) and f"{source.module}.{function.name}" in asked:
            for decorator in function.decorator_list:
                size = keyword(decorator, "maxsize") if isinstance(decorator, ast.Call) else None
                if size is not None and source.code(size.value) != "None":
                    yield _at(source, function, source.replace(size.value, "None"))


@cache
def _asked_by_handlers(project: Project) -> Mapping[str, set[str]]:
    """Qualified names of functions -> the handlers' parameters that handlers pass to them as they came."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source in project.sources:
        for handler in handlers(source, libraries=_SERVERS):
            sent = {
                each.arg
                for each in parameters(handler)
                if each.annotation is not None
                and source.code(each.annotation) in {"str", "int", "UUID"}
            }
            for node in body_nodes(handler.body):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    name = source.imported.get(node.func.id, f"{source.module}.{node.func.id}")
                    values = [*node.args, *(each.value for each in node.keywords)]
                    found[name] |= {
                        each.id for each in values if isinstance(each, ast.Name) and each.id in sent
                    }
    return {name: keys for name, keys in found.items() if keys}


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
    # What cannot be hashed cannot be a key of the cache, and what holds nothing may stay alive.
    kinds = _VALUES | _UNHASHABLE
    return (
        "__init__" in defined
        and _has_fields(owner)
        and not source.project.derives(owner.name, kinds)
    )


def _has_fields(owner: ast.ClassDef) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and dotted_name(node.value) == "self"
        for node in ast.walk(owner)
    )


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
