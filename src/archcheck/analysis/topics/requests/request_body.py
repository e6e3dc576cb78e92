"""Where does a function read the body of a request, and what becomes of it there?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.topics.remote.outbound import wait_of
from archcheck.analysis.topics.requests.checked_values import (
    COPIES,
    TAKES_ANYTHING,
    called_name,
    checks,
    is_checked,
    loads_of,
    targets_of,
)
from archcheck.analysis.topics.requests.handovers import POURED, first_party_callee
from archcheck.analysis.topics.requests.sent_requests import sends_as_body, was_sent

#: Attributes and methods of a request that hold its parsed body, by the request's class.
_PARSED = {
    "aiohttp.web.Request": {"json", "post"},
    "django.http.HttpRequest": {"POST"},
    "flask.Request": {"form", "get_json", "json"},
    "litestar.Request": {"form", "json"},
    "quart.Request": {"form", "get_json", "json"},
    "rest_framework.request.Request": {"POST", "data"},
    "sanic.Request": {"form", "json"},
    "starlette.requests.Request": {"form", "json"},
}
#: Those of a form that was submitted, whose values are texts.
_FORM = frozenset({"POST", "form", "post"})
READERS = frozenset(f"{owner}.{name}" for owner, names in _PARSED.items() for name in names)
_ATTRIBUTES = frozenset(name for names in _PARSED.values() for name in names)
#: What an unannotated ``request`` is, by the first of these that the module imports.
_BY_IMPORT = (
    ("rest_framework", "rest_framework.request.Request"),
    ("django", "django.http.HttpRequest"),
    ("sanic", "sanic.Request"),
    ("aiohttp", "aiohttp.web.Request"),
)
FRAMEWORKS = (
    "flask",
    "quart",
    "starlette",
    "fastapi",
    "litestar",
    *(name for name, _ in _BY_IMPORT),
)

_TAKES_KEY = frozenset({"get", "getall", "getlist", "getone", "get_all", "pop"})
_VALIDATES = re.compile(
    r"(?:_?validate_(?:json|on_submit|request|body|payload)|clean_fields|full_clean)$"
)
#: Decorators of webargs, flask-smorest, APIFlask, quart-schema and flask-pydantic.
_DECORATORS = frozenset(
    {"arguments", "input", "use_args", "use_kwargs", "validate", "validate_request"}
)
_NOT_BODY = frozenset({"cookies", "headers", "path", "query", "querystring", "view_args"})


class HandedBody(Struct, frozen=True):
    """A body that is handed to a first-party function.

    Attributes:
        callee: qualified name, or the path to it, see `archcheck.analysis.names.paths`.
        argument: as in `archcheck.analysis.facts.Handover`.
        named_check: the function is called what checking functions are called.
    """

    callee: str
    argument: str
    named_check: bool


class BodyUse(Struct, frozen=True):
    """What a function does with a body.

    Attributes:
        keys: names of the values that are taken out of it one by one and used as they come.
        checked: names of those that are compared, converted or checked one by one.
        validated: it is given to a model, form, schema or checking function.
        forwarded: it is only handed on as a whole, to an outbound call among others.
        handed: the first-party functions that get it, and of which only the whole program knows what they do.
        asked: whether it has a key is asked.
        returned: it, or a value out of it, is handed back to whoever calls the function.
    """

    keys: frozenset[str]
    checked: frozenset[str]
    validated: bool
    forwarded: bool
    handed: tuple[HandedBody, ...] = ()
    asked: bool = False
    returned: bool = False


def body_reads(function: AnyFunction, module: Module) -> Iterator[ast.expr]:
    """The expressions in the function's own body whose value is a parsed request body."""
    for node in module.own_nodes(function):
        if isinstance(node, ast.Attribute) and _is_reader(node, module):
            yield _value(node, module)


def are_of_form(reads: list[ast.expr]) -> bool:
    """Whether all that ``reads`` yield are submitted forms: their values are texts, whatever a client sends."""
    return bool(reads) and all(
        any(isinstance(part, ast.Attribute) and part.attr in _FORM for part in ast.walk(read))
        for read in reads
    )


def use_of_reads(reads: list[ast.expr], function: AnyFunction, module: Module) -> BodyUse:
    """What becomes of the body that each of ``reads`` yields."""
    return _use(reads, function, module)


def use_of_parameter(name: str, function: AnyFunction, module: Module) -> BodyUse:
    """What becomes of a body that arrives as a parameter."""
    return _use(loads_of(name, function), function, module)


def validates_by_itself(function: AnyFunction, module: Module) -> bool:
    """Whether a decorator or a validating call of the function reads the body and checks it, both at once.

    ``@use_kwargs({...})`` and ``form.validate_on_submit()`` do, and so does ``order.full_clean()``, which checks what a
    Django model was made of; a decorator for the query does not.
    """
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and called_name(decorator) in _DECORATORS:
            places = [part.value for part in decorator.keywords if part.arg == "location"]
            if not any(
                isinstance(place, ast.Constant) and place.value in _NOT_BODY for place in places
            ):
                return True
    return any(module.function_of(call) is function for call in module.calls.matching(_VALIDATES))


def _is_reader(node: ast.Attribute, module: Module) -> bool:
    if node.attr not in _ATTRIBUTES:
        return False
    names = module.names(node)
    if names:
        return all(name in READERS for name in names)
    receiver = node.value
    if isinstance(receiver, ast.Name):
        bindings = module.scopes.scope_of(receiver).lookup(receiver.id)
        if any(binding.kind != "parameter" for binding in bindings):
            return False  # a client's request or response
    owner = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    if owner != "request" or was_sent(receiver) or module.types(receiver):
        return False
    for root, kind in _BY_IMPORT:
        if module.imports(root):
            return f"{kind}.{node.attr}" in READERS
    return False


def _value(node: ast.expr, module: Module) -> ast.expr:
    """The expression around a reader whose value is the body: called, awaited, with a fallback, copied."""
    while True:
        parent = module.parent(node)
        if (
            (isinstance(parent, ast.Call) and parent.func is node)
            or isinstance(parent, ast.Await)
            or (isinstance(parent, ast.BoolOp) and parent.values[0] is node)
            or (isinstance(parent, ast.Attribute) and parent.attr in COPIES)
        ):
            node = parent
        else:
            return node


def _use(values: list[ast.expr], function: AnyFunction, module: Module) -> BodyUse:
    keys: set[str] = set()
    checked: set[str] = set()
    handed: list[HandedBody] = []
    validated = sent = kept = asked = returned = False
    pending, seen = list(values), set[str]()
    while pending:
        value = pending.pop()
        parent = module.parent(value)
        taken = _taken(value, parent, module)
        if taken is not None and _is_only_asked_for(taken, module):
            kept = asked = True
        elif taken is not None:
            kept = True
            key = _key(taken)
            (checked if is_checked(taken, function, module) else keys).add(key)
            returned = returned or _is_handed_back(taken, function, module)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            for name in targets_of(parent):
                if name not in seen:
                    seen.add(name)
                    pending.extend(loads_of(name, function))
        elif isinstance(parent, (ast.Call, ast.keyword, ast.Starred)):
            call = parent if isinstance(parent, ast.Call) else _call_around(parent, module)
            passed_on = _handed(value, parent, call, module) if call is not None else None
            if call is not None and sends_as_body(call, parent):
                sent = True
            elif passed_on is not None:
                handed.append(passed_on)
            elif call is not None:
                validated = validated or checks(call, module)
                sent = sent or any(wait_of(name) is not None for name in module.names(call.func))
        else:
            kept = True
            asked = asked or _asks_for_key(value, parent)
            returned = returned or _is_returned(parent, module)
    return BodyUse(
        keys=frozenset(keys - checked - {""}),
        checked=frozenset(checked - {""}),
        validated=validated,
        forwarded=sent and not kept,
        handed=tuple(handed),
        asked=asked,
        returned=returned,
    )


def _handed(
    value: ast.expr, parent: ast.AST | None, call: ast.Call, module: Module
) -> HandedBody | None:
    """How ``call`` hands ``value`` to a first-party function; None when it calls a class or something foreign."""
    callee = first_party_callee(call, module)
    if not callee or callee.rpartition(".")[2].lstrip("_")[:1].isupper():
        return None
    if isinstance(parent, ast.keyword):
        argument = parent.arg or POURED
    elif value in call.args:
        argument = str(call.args.index(value))
    else:
        return None
    return HandedBody(callee, argument, named_check=checks(call, module))


def _is_returned(parent: ast.AST | None, module: Module) -> bool:
    """Whether ``parent`` hands back what it holds, alone or with something else."""
    if isinstance(parent, ast.Tuple):
        parent = module.parent(parent)
    return isinstance(parent, ast.Return)


def _is_handed_back(taken: ast.expr, function: AnyFunction, module: Module) -> bool:
    """Whether a function returns a value, the variable that holds it, or what it was put into."""
    node: ast.AST = taken
    parent = module.parent(node)
    while isinstance(parent, (ast.BoolOp, ast.IfExp)) or (
        isinstance(parent, ast.Call)
        and any(name.startswith(TAKES_ANYTHING) for name in module.names(parent.func))
    ):
        node, parent = parent, module.parent(parent)
    if not isinstance(parent, ast.Assign):
        return _is_returned(parent, module)
    holders = {
        part.id
        for target in parent.targets
        for part in [target.value if isinstance(target, ast.Subscript) else target]
        if isinstance(part, ast.Name)
    }
    return any(
        _is_returned(module.parent(load), module)
        for name in holders
        for load in loads_of(name, function)
    )


def _is_only_asked_for(taken: ast.expr, module: Module) -> bool:
    """Whether nothing but its being there is of interest: ``if body.get("confirmed"):``."""
    child: ast.AST = taken
    parent = module.parent(child)
    while isinstance(parent, ast.BoolOp) or (
        isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
    ):
        child, parent = parent, module.parent(parent)
    return getattr(parent, "test", None) is child


def _asks_for_key(value: ast.expr, parent: ast.AST | None) -> bool:
    """Whether ``parent`` is ``"key" in value``."""
    return (
        isinstance(parent, ast.Compare)
        and isinstance(parent.ops[-1], (ast.In, ast.NotIn))
        and parent.comparators[-1] is value
    )


def _taken(value: ast.expr, parent: ast.AST | None, module: Module) -> ast.expr | None:
    """The expression that takes one value out of ``value`` by its key, if that is what ``parent`` does."""
    if isinstance(parent, ast.Subscript) and parent.value is value:
        return parent
    if isinstance(parent, ast.Attribute) and parent.attr in _TAKES_KEY:
        call = module.parent(parent)
        return call if isinstance(call, ast.Call) and call.func is parent else None
    return None


def _key(taken: ast.expr) -> str:
    """The key, ``""`` when it is computed, stored to, or converted on the way (``get("n", type=int)``)."""
    node: ast.expr | None = None
    if isinstance(taken, ast.Subscript) and isinstance(taken.ctx, ast.Load):
        node = taken.slice
    elif isinstance(taken, ast.Call) and not any(part.arg == "type" for part in taken.keywords):
        node = taken.args[0] if taken.args else None
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _call_around(node: ast.AST, module: Module) -> ast.Call | None:
    parent = module.parent(node)
    return parent if isinstance(parent, ast.Call) else None
