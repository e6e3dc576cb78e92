"""Seeds of principle 4."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seeding.seed import Edit, Seed, mutates
from seeding.source import AnyFunction, Source, dotted_name, parameters

_BODIES = frozenset({"post", "put", "patch"})
_VERBS = _BODIES | {"get", "delete", "head", "options"}
_TYPED = frozenset({"fastapi", "litestar", "ninja"})
_MODELS = frozenset({"BaseModel", "SQLModel", "RootModel", "Schema", "Struct"})
_PLAIN = frozenset({"int", "float", "bool", "UUID", "UUID4", "datetime", "date", "str"})
_INJECTED = frozenset({"Depends", "Security", "Provide"})


def _routes(source: Source, verbs: frozenset[str]) -> Iterator[AnyFunction]:
    if not _TYPED & source.libraries:
        return
    for function in source.functions:
        for decorator in function.decorator_list:
            if (
                isinstance(decorator, ast.Call)
                and dotted_name(decorator.func).rpartition(".")[2] in verbs
            ):
                yield function
                break


def _defaults(function: AnyFunction) -> dict[ast.arg, ast.expr]:
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    found = dict(
        zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=False)
    )
    found |= {
        arg: value
        for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False)
        if value
    }
    return found


def _is_injected(default: ast.expr | None) -> bool:
    return (
        isinstance(default, ast.Call) and dotted_name(default.func).rpartition(".")[2] in _INJECTED
    )


@mutates("ARC0401", "a body's model becomes `dict`")
def untyped_body(source: Source) -> Iterator[Seed]:
    for function in _routes(source, _BODIES):
        defaults = _defaults(function)
        for parameter in parameters(function):
            annotation = parameter.annotation
            if not isinstance(annotation, ast.Name) or _is_injected(defaults.get(parameter)):
                continue
            if source.project.derives(annotation.id, _MODELS):
                yield source.seed(function, source.replace(annotation, "dict"))


@mutates("ARC0402", "a parameter's type dropped")
def untyped_parameter(source: Source) -> Iterator[Seed]:
    for function in _routes(source, _VERBS):
        defaults = _defaults(function)
        for parameter in parameters(function):
            annotation = parameter.annotation
            if annotation is None or _is_injected(defaults.get(parameter)):
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
