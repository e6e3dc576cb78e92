"""Does a value come from a request? Followed through the local variables of one function, no further."""

from __future__ import annotations

import ast
import re

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.tracing import Tracing
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.topics.requests.routes import RouteParameter, routes
from archcheck.analysis.topics.requests.sent_requests import was_sent

_REQUEST_PARTS = frozenset(
    {"args", "form", "values", "json", "GET", "POST", "FILES", "query_params", "headers", "cookies",
     "path_params", "data", "body", "get_json", "query", "COOKIES", "META", "match_info", "rel_url"}
)  # fmt: skip
#: Defaults that declare a parameter to be a part of the request.
_PART_MARKS = frozenset({"Body", "Cookie", "File", "Form", "Header", "Path", "Query"})
_DEPENDENCY_MARKS = frozenset({"Depends", "Security", "Provide"})
#: Definitions whose value is what is bound.
_HOLDS_ITS_VALUE = frozenset({"annotated", "assign", "augmented", "with"})
_SCHEMES = "fastapi.security."
#: What frameworks hand to a handler besides the client's values.
_INJECTED = re.compile(
    r"request|req|response|websocket|session|db|self|background_tasks", re.IGNORECASE
)
_CONVERTED = frozenset({"int", "float", "bool", "uuid.UUID", "datetime.date", "datetime.datetime"})
#: Path parameters with a converter: ``<int:id>``, ``{id:uuid}``.
_CONVERTER = r"<(?:int|float|uuid):{name}>|{{{name}:(?:int|float|uuid)}}"


def is_untrusted(node: ast.expr, module: Module, *, unchanged: bool = False) -> bool:
    """Whether a part of a request ends up in ``node``: a handler's parameter, its form, headers or cookies.

    What a handler gets injected is trusted, and so is the result of a call other than a string's method.

    Args:
        node: the expression.
        module: its file.
        unchanged: a text that is put together of such a part and others does not count.
    """
    return _Origin(module, unchanged=unchanged).check(node)


class _Origin(Tracing):
    """One question."""

    def __init__(self, module: Module, *, unchanged: bool) -> None:
        super().__init__(module)
        self._unchanged = unchanged

    def check(self, node: ast.expr) -> bool:
        return self._within(self._check, node, given_up=False)

    def _check(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return any(self._definition(binding) for binding in reaching(node, self._module))
        if isinstance(node, ast.Attribute):
            return self._is_request_part(node) or self.check(node.value)
        if isinstance(node, (ast.Subscript, ast.Await, ast.FormattedValue, ast.Starred)):
            return self.check(node.value)
        if isinstance(node, (ast.JoinedStr, ast.BinOp)):
            parts = node.values if isinstance(node, ast.JoinedStr) else (node.left, node.right)
            return not self._unchanged and any(self.check(part) for part in parts)
        if isinstance(node, ast.BoolOp):
            return any(self.check(value) for value in node.values)
        if isinstance(node, ast.IfExp):
            return self.check(node.body) or self.check(node.orelse)
        if isinstance(node, (ast.Tuple, ast.List)):
            return any(self.check(element) for element in node.elts)
        if isinstance(node, ast.Call):
            return self._call(node)
        return False

    def _call(self, node: ast.Call) -> bool:
        func = node.func
        if isinstance(func, ast.Attribute):
            # ``request.args.get("id")``, ``name.strip()``, ``"...".format(name)``
            puts_together = func.attr in ("format", "join") and not self._unchanged
            return self.check(func) or (
                puts_together and any(self.check(item) for item in node.args)
            )
        return self._module.resolve(func) == "str" and any(self.check(item) for item in node.args)

    def _is_request_part(self, node: ast.Attribute) -> bool:
        if node.attr not in _REQUEST_PARTS or was_sent(node.value):
            return False
        owner = dotted(node.value)
        return owner.rpartition(".")[2] == "request" or any(
            name.rpartition(".")[2] == "Request" for name in self._module.types(node.value)
        )

    def _definition(self, binding: Binding) -> bool:
        if binding.kind == "parameter":
            return self._parameter(binding.node)
        return binding.kind in _HOLDS_ITS_VALUE and self._once(self._value, binding, again=False)

    def _value(self, binding: Binding) -> bool:
        if self._unchanged and binding.kind == "augmented":
            return False
        return binding.value is not None and self.check(binding.value)

    def _parameter(self, node: ast.AST) -> bool:
        function = self._module.parent(self._module.parent(node) or node)
        if not (
            isinstance(node, ast.arg)
            and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        ):
            return False
        marks = [*_marks(node, function)]
        for mark in marks:
            name = dotted(mark.func).rpartition(".")[2]
            if name in _PART_MARKS:
                return True
            if name in _DEPENDENCY_MARKS:
                return any(self._is_scheme(argument) for argument in mark.args)
        return any(
            parameter.node is node and not self._is_safe(parameter, route.path or "")
            for route in routes(function, self._module)
            for parameter in route.parameters
        )

    def _is_scheme(self, node: ast.expr) -> bool:
        """Whether a dependency is a security scheme, whose result is what the client sent."""
        types = self._module.types(node)
        return any(name.startswith(_SCHEMES) for name in types) or dotted(node).endswith("_scheme")

    def _is_safe(self, parameter: RouteParameter, path: str) -> bool:
        """Whether the framework makes the parameter itself, or converts it to something harmless."""
        if re.search(_CONVERTER.format(name=re.escape(parameter.name)), path):
            return True
        annotation = parameter.node.annotation
        types = self._module.symbols.annotation(annotation) if annotation is not None else ()
        names = [parameter.name, *(name.rpartition(".")[2] for name in types)]
        return any(_INJECTED.fullmatch(name) for name in names) or (
            bool(types) and _CONVERTED.issuperset(types)
        )


def _marks(parameter: ast.arg, function: AnyFunction) -> list[ast.Call]:
    """The calls in a parameter's default and annotation: ``Header()``, ``Annotated[str, Depends(...)]``."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    defaults.update(
        (item, default)
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    )
    roots = [defaults.get(parameter), parameter.annotation]
    return [
        part
        for root in roots
        if root is not None
        for part in ast.walk(root)
        if isinstance(part, ast.Call)
    ]
