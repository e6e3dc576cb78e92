"""Seeds of principle 4."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from seeding.handlers import BODIES, defaults, handlers, is_injected
from seeding.seed import Edit, Seed, mutates
from seeding.source import (
    AnyFunction,
    Source,
    body_nodes,
    dotted_name,
    first_statement,
    parameters,
)

_MODELS = frozenset({"BaseModel", "SQLModel", "RootModel", "Schema", "Struct"})
_PLAIN = frozenset({"int", "float", "bool", "UUID", "UUID4", "datetime", "date", "str"})
_CONVERTERS = frozenset({"int", "float", "json.loads", "uuid.UUID", "decimal.Decimal"})
_SENT = re.compile(
    r"\brequest\.(args|form|query|params|GET|POST|matchdict|query_params|headers|cookies|body|data|json)\b"
    r"|\bself\.get_(query_|body_)?argument\("
)
_CAUGHT = re.compile(r"\b(ValueError|Exception|JSONDecodeError)\b")


@mutates("ARC0401", "a body's model becomes `dict`")
def untyped_body(source: Source) -> Iterator[Seed]:
    for function in handlers(source, BODIES):
        given = defaults(function)
        for parameter in parameters(function):
            annotation = parameter.annotation
            if not isinstance(annotation, ast.Name) or is_injected(given.get(parameter)):
                continue
            if source.project.derives(annotation.id, _MODELS):
                yield source.seed(function, source.replace(annotation, "dict"))


@mutates("ARC0401", "a body is taken apart by a function that gets it")
def body_taken_apart_by_helper(source: Source) -> Iterator[Seed]:
    for function in handlers(source, BODIES) if "fastapi" in source.libraries else ():
        given = defaults(function)
        is_plain = isinstance(source.parent(function), ast.Module)
        if not is_plain or not isinstance(function, ast.AsyncFunctionDef):
            continue
        if any(each.arg == "request" for each in parameters(function)):
            continue
        for parameter in parameters(function):
            model = parameter.annotation
            if not isinstance(model, ast.Name) or given.get(parameter) is not None:
                continue
            read = sorted(
                {
                    node.attr
                    for node in body_nodes(function.body)
                    if isinstance(node, ast.Attribute) and dotted_name(node.value) == parameter.arg
                }
            )
            if len(read) > 1 and source.project.derives(model.id, _MODELS):
                yield _taken_apart(source, function, parameter, read)


def _taken_apart(
    source: Source, function: AnyFunction, parameter: ast.arg, keys: Sequence[str]
) -> Seed:
    types, edits = source.ensure_import("types")
    helper = f"_{parameter.arg}_of_{function.name}"
    values = ", ".join(f'{key}=data["{key}"]' for key in keys)
    text = f"def {helper}(data):\n    return {types}.SimpleNamespace({values})\n\n\n"
    read = f"{helper}(await request.json())"
    handler = _from_request(source, function, (parameter, None), read)
    return source.seed(function, *edits, *handler, _before(source, function, text))


@mutates("ARC0402", "a parameter's type dropped")
def untyped_parameter(source: Source) -> Iterator[Seed]:
    for function in handlers(source):
        given = defaults(function)
        for parameter in parameters(function):
            annotation = parameter.annotation
            if annotation is None or is_injected(given.get(parameter)):
                continue
            if isinstance(annotation, ast.Name) and annotation.id in _PLAIN:
                start, end = source.span(parameter)
                yield source.seed(parameter, Edit(start, end, parameter.arg))


@mutates("ARC0405", "`json.load` becomes `pickle.load`")
def pickled(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        name = source.name(call.func)
        if name in {"json.load", "json.loads"} and len(call.args) == 1 and not call.keywords:
            pickle, edits = source.ensure_import("pickle")
            text = f"{pickle}.{name.rpartition('.')[2]}"
            yield source.seed(call, *edits, source.replace(call.func, text))


@mutates("ARC0405", "`yaml.safe_load` becomes `yaml.load` with the full loader")
def unsafe_yaml(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if source.name(call.func) == "yaml.safe_load" and len(call.args) == 1:
            yaml, edits = source.ensure_import("yaml")
            edits += (source.replace(call.func, f"{yaml}.load"),)
            yield source.seed(call, *edits, source.add_argument(call, f"Loader={yaml}.Loader"))


@mutates("ARC0403", "the `try` around a conversion of what the client sent dropped")
def unguarded(source: Source) -> Iterator[Seed]:
    for tried in source.nodes(ast.Try):
        catches = any(
            each.type is not None and _CAUGHT.search(source.code(each.type))
            for each in tried.handlers
        )
        outer = any(isinstance(each, ast.Try) for each in source.around(tried))
        if not catches or outer or tried.orelse or tried.finalbody:
            continue
        conversions = [
            node
            for node in body_nodes(tried.body)
            if isinstance(node, ast.Call)
            and source.name(node.func) in _CONVERTERS
            and _SENT.search(source.code(node))
        ]
        body = source.dedented(tried.body, source.indentation(tried))
        if conversions and body is not None and source.function(tried) is not None:
            yield source.seed(tried, source.replace(tried, body.lstrip()))


@mutates("ARC0403", "a number of the query is read and converted by hand")
def read_by_hand(source: Source) -> Iterator[Seed]:
    for function, parameter, default, kind in _numbers(source):
        read = f'{kind}(request.query_params.get("{parameter.arg}", {source.code(default)}))'
        edits = _from_request(source, function, (parameter, default), read)
        yield source.seed(function, *edits)


@mutates("ARC0403", "a number of the query is read and converted by a function that gets its text")
def read_by_helper(source: Source) -> Iterator[Seed]:
    for function, parameter, default, kind in _numbers(source):
        helper = f"_{parameter.arg}_of_{function.name}"
        read = f'{helper}(request.query_params.get("{parameter.arg}", {source.code(default)}))'
        text = f"def {helper}(text):\n    return {kind}(text)\n\n\n"
        if isinstance(source.parent(function), ast.Module):
            edits = _from_request(source, function, (parameter, default), read)
            yield source.seed(function, *edits, _before(source, function, text))


def _numbers(source: Source) -> Iterator[tuple[AnyFunction, ast.arg, ast.Constant, str]]:
    """Handlers of FastAPI, and their parameters that are numbers with a default."""
    for function in handlers(source) if "fastapi" in source.libraries else ():
        if any(each.arg == "request" for each in parameters(function)):
            continue
        for parameter, default in defaults(function).items():
            kind = parameter.annotation
            if not isinstance(kind, ast.Name) or kind.id not in {"int", "float"}:
                continue
            if isinstance(default, ast.Constant) and isinstance(default.value, int):
                yield function, parameter, default, kind.id


def _from_request(
    source: Source, function: AnyFunction, ends: tuple[ast.arg, ast.expr | None], read: str
) -> tuple[Edit, ...]:
    """The edits that give a handler the request for a parameter, of which a statement reads the value."""
    parameter, default = ends
    fastapi, edits = source.ensure_import("fastapi")
    first = first_statement(function)
    start, end = source.span(parameter)
    given = " = None" if default is not None else ""
    if default is not None:
        end = source.span(default)[1]
    at = source.span(first)[0]
    return (
        *edits,
        Edit(start, end, f"request: {fastapi}.Request{given}"),
        Edit(at, at, f"{parameter.arg} = {read}\n{source.indentation(first)}"),
    )


def _before(source: Source, function: AnyFunction, text: str) -> Edit:
    """Put a text before a function and its decorators."""
    line = min(each.lineno for each in (*function.decorator_list, function))
    at = source.offset(line, 0)
    return Edit(at, at, text)
