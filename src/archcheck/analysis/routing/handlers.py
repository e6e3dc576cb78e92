"""Who answers a request, and with what?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.routing.facts import ParameterFact
from archcheck.analysis.topics.requests.routes import RouteParameter

#: Last segments of what makes an answer for programs.
_JSON = frozenset(
    {"JSONResponse", "JsonResponse", "ORJSONResponse", "UJSONResponse", "json_response", "jsonify"}
)
#: And for browsers: pages, redirects, files.
_PAGES = frozenset(
    {
        "FileResponse",
        "HTMLResponse",
        "HttpResponseRedirect",
        "PlainTextResponse",
        "RedirectResponse",
        "StreamingHttpResponse",
        "StreamingResponse",
        "Template",
        "TemplateResponse",
        "html_response",
        "redirect",
        "render",
        "render_template",
        "render_template_string",
        "send_file",
        "send_from_directory",
    }
)
_DEPENDS = frozenset({"Depends", "Provide", "Security"})
#: Parameters that frameworks fill in by their type or name.
_INJECTED_TYPES = frozenset(
    {"BackgroundTasks", "HttpRequest", "Request", "Response", "SecurityScopes", "WebSocket"}
)
JSON, PAGE = "json", "page"


def answers_of(calls: Iterable[str]) -> frozenset[str]:
    """What a function with these callees answers with, as far as they say."""
    names = {name.rpartition(".")[2] for name in calls}
    kinds = ((JSON, _JSON), (PAGE, _PAGES))
    return frozenset(kind for kind, makers in kinds if not names.isdisjoint(makers))


def declared_answer(decorator: ast.Call, function: AnyFunction, framework: str) -> str:
    """What the registration or the handler's own ``return`` says of the answer."""
    for keyword in decorator.keywords:
        if keyword.arg in ("response_class", "media_type", "template_name"):
            text = ast.unparse(keyword.value).lower()
            return JSON if "json" in text else PAGE
    if framework in ("flask", "quart") and any(
        isinstance(node, ast.Return) and _is_mapping(node.value) for node in ast.walk(function)
    ):
        return JSON
    if function.returns is not None:
        text = ast.unparse(function.returns)
        if any(name in text for name in _PAGES):
            return PAGE
    return ""


def parameters(given: Iterable[RouteParameter], module: Module) -> Iterator[ParameterFact]:
    """The parameters of a handler as data."""
    for parameter in given:
        annotation = parameter.node.annotation
        types = module.symbols.annotation(annotation) if annotation is not None else ()
        marks = [
            mark
            for root in (parameter.default, _resolved_alias(annotation, module))
            if root is not None
            for mark in ast.walk(root)
            if isinstance(mark, ast.Call)
        ]
        made = [mark for mark in marks if _last(mark.func) in _DEPENDS]
        yield ParameterFact(
            parameter.name,
            types[0] if len(types) == 1 else "",
            next(iter(dependency_names(made, module)), ""),
            injected=bool(made)
            or any(name.rpartition(".")[2] in _INJECTED_TYPES for name in types),
        )


def dependency_names(marks: Iterable[ast.expr], module: Module) -> Iterator[str]:
    """Qualified names of what ``Depends(...)`` marks ask for, where known."""
    for mark in marks:
        if isinstance(mark, ast.Call) and _last(mark.func) in _DEPENDS and mark.args:
            yield from module.names(mark.args[0])


def listed_dependencies(call: ast.Call, module: Module) -> tuple[str, ...]:
    """The qualified names in ``dependencies=[Depends(...), ...]``."""
    for keyword in call.keywords:
        if keyword.arg == "dependencies" and isinstance(keyword.value, (ast.List, ast.Tuple)):
            return tuple(dependency_names(keyword.value.elts, module))
    return ()


def _resolved_alias(annotation: ast.expr | None, module: Module) -> ast.expr | None:
    """An annotation, or the type behind an alias of this module."""
    if isinstance(annotation, ast.Name):
        return module.symbols.alias(annotation) or annotation
    return annotation


def _is_mapping(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple) and node.elts:
        node = node.elts[0]
    return isinstance(node, ast.Dict) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
    )


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
