"""Seeds of principle 4."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from seeding.handlers import BODIES, defaults, handlers, is_injected
from seeding.seed import Edit, Seed, mutates
from seeding.source import Source, body_nodes, first_statement, parameters

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
    if "fastapi" not in source.libraries:
        return
    for function in handlers(source):
        first = first_statement(function)
        if any(each.arg == "request" for each in parameters(function)):
            continue
        for parameter, default in defaults(function).items():
            annotation = parameter.annotation
            if not isinstance(annotation, ast.Name) or annotation.id not in {"int", "float"}:
                continue
            if not isinstance(default, ast.Constant) or not isinstance(default.value, int):
                continue
            fastapi, edits = source.ensure_import("fastapi")
            start, end = source.span(parameter)[0], source.span(default)[1]
            name = parameter.arg
            at = source.span(first)[0]
            read = f'{annotation.id}(request.query_params.get("{name}", {default.value}))'
            text = f"{name} = {read}\n{source.indentation(first)}"
            edits += (
                Edit(start, end, f"request: {fastapi}.Request = None"),
                Edit(at, at, text),
            )
            yield source.seed(function, *edits)
