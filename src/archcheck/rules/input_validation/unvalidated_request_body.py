"""ARC0401."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec.structs import replace

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.annotations import (
    admits_anything,
    classes,
    declared,
    is_schemaless,
    last_segment,
)
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.queries import AnyOf, IsA, IsSubclass, Query, TakesApart, ValidatesBody
from archcheck.analysis.topics.requests.request_body import (
    FRAMEWORKS,
    BodyUse,
    are_of_form,
    body_reads,
    use_of_parameter,
    use_of_reads,
    validates_by_itself,
)
from archcheck.analysis.topics.requests.routes import Route, RouteParameter, routes
from archcheck.model import Kind, Outcome, Severity, Verdict
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_METHODS = _WITH_BODY | {"DELETE"}
_BODY = frozenset({"Body", "Form"})
_NOT_BODY = frozenset({"Cookie", "Depends", "File", "Header", "Path", "Query", "Security"})
#: Frameworks read a body into these, and refuse what does not fit.
_MODELS = (ClassKind.PYDANTIC_MODEL, ClassKind.DATACLASS, ClassKind.TYPED_DICT)
_MODEL_BASES = frozenset({"msgspec.Struct"})
_SCALARS = frozenset({"bool", "bytes", "datetime.date", "datetime.datetime", "decimal.Decimal",
                      "float", "int", "str", "uuid.UUID"})  # fmt: skip
#: Their envelope is validated by the protocol's own library.
_PROTOCOLS = re.compile(r"graphql|json_?rpc|xml_?rpc", re.IGNORECASE)
#: A function that checks what others read.
_CHECKS = re.compile(r"(?:^|_)(?:check|clean|valid)", re.IGNORECASE)
#: A function that checks who sent it.
_SIGNATURE = re.compile(r"signature|hmac|webhook", re.IGNORECASE)
#: With a body of one free value there is little to describe.
_MANY_KEYS = 2
#: Frameworks that read a body into a model by the type of a parameter.
_WITH_MODELS = frozenset({"fastapi", "litestar"})


class UnvalidatedRequestBody(ModuleRule):
    """A handler reads the body of a request without a schema.

    Whatever a client sends then reaches the code behind: missing keys and wrong types become server errors, and
    unexpected values become somebody's problem later. A model at the boundary answers with what is wrong instead.

    Reported are body parameters of FastAPI, Litestar and Ninja handlers that admit any mapping or list, and
    functions that take two or more values out of a parsed body (``request.json``, ``request.form``, ``POST``) as they
    come; one value of a JSON body is enough in FastAPI and Litestar. A body that is handed to a first-party function is
    followed there, one step: what that function does with it counts, not what it is called.

    The values of a form are texts whatever a client sends, so that a form without a schema is advice.

    Not flagged: a body that the function, or the one that it hands it to, gives to a model, form, schema, serializer or
    checking function, or takes as a model besides; one that is only forwarded as a whole, also through a function of
    the project's own (``call("POST", "/orders", json=body)``), or handed on after its signature was checked; values
    that are compared, converted, looked up or checked one by one, or only asked for; raw bodies and uploads; methods of
    forms, and of views with a ``serializer_class``; GraphQL and JSON-RPC endpoints; functions that no decorator
    registers and that return it, or what is in it, to whoever calls them; a parameter that FastAPI reads from the query
    because it is `Any` and nothing else.
    """

    code = "ARC0401"
    severity = Severity.WARNING
    noun = "request bodies have a schema"
    message = "`{function}` reads the request body without a schema"
    advice = "declare a model of the body, with types and limits, and let the framework validate it"
    kinds = frozenset({Kind.SERVICE})
    seed = "Seed 001, principle 4: validate at boundaries: type, range, business rules, state"
    good = (
        Example(
            "The model is the schema.",
            "from fastapi import APIRouter\nfrom pydantic import BaseModel\n\nrouter = APIRouter()\n\n\n"
            "class NewOrder(BaseModel):\n    item: str\n    amount: int\n\n\n"
            '@router.post("/orders")\ndef create(order: NewOrder):\n    return orders.create(order)\n',
        ),
        Example(
            "The function validates what it reads.",
            "from flask import request\n\nfrom app.schemas import OrderSchema\n\n\ndef create():\n"
            "    order = OrderSchema().load(request.get_json())\n"
            '    return orders.create(order["item"], order["amount"])\n',
        ),
        Example(
            "A helper validates it.",
            "from flask import request\n\nfrom app.orders import save\n\n\n"
            "def create():\n    return save(request.get_json())\n",
            files={
                "src/app/orders.py": "from app.schemas import Order\n\n\n"
                "def save(data):\n    order = Order.model_validate(data)\n    return insert(order.item, order.amount)\n"
            },
        ),
        Example(
            "A proxy hands the body on unchanged.",
            "import httpx\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
            '@router.post("/events")\ndef relay(event: dict):\n'
            '    httpx.post("https://bus.internal/events", json=event)\n',
        ),
    )
    bad = (
        Example(
            "A helper takes it apart as it comes.",
            "from flask import request\n\nfrom app.orders import save\n\n\n"
            "def create():  # [unvalidated-request-body]\n    return save(request.get_json())\n",
            files={
                "src/app/orders.py": 'def save(order):\n    return insert(order["item"], order["amount"])\n'
            },
        ),
        Example(
            "Any mapping is welcome.",
            "from typing import Any\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
            '@router.post("/orders")\n'
            "def create(order: dict[str, Any]):  # [unvalidated-request-body]\n"
            '    return orders.create(order["item"], order["amount"])\n',
        ),
        Example(
            "Values are used as they come.",
            "from flask import request\n\n\ndef create():  # [unvalidated-request-body]\n"
            "    body = request.get_json()\n"
            '    return orders.create(body["item"], body["amount"])\n',
        ),
    )

    @narrowed(imports=(*FRAMEWORKS, "ninja"))
    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        yield from self._judged(node, module)

    @narrowed(imports=(*FRAMEWORKS, "ninja"))
    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Judgement]:
        yield from self._judged(node, module)

    def _judged(self, function: AnyFunction, module: Module) -> Iterator[Judgement]:
        """One verdict a function."""
        if _is_exempt(function, module):
            return
        registered = routes(function, module)
        if not registered and _CHECKS.search(function.name):
            return
        if any(_PROTOCOLS.search(route.path or "") for route in registered):
            return
        read = self._read(function, registered, module)
        declared = self._declared(registered, module)
        complies = isinstance(read, Outcome) and read.verdict is Verdict.COMPLIES
        if isinstance(declared, Pending) and read is not None and not complies:
            # A model in the signature has checked the same body before the function reads it once more.
            yield replace(declared, otherwise=read, unknown=read)
            return
        is_wrong = isinstance(read, Outcome) and not complies
        # What was read is known; whether the class of a parameter describes a body may never be.
        keeps_read = read is not None and (is_wrong or not isinstance(declared, Outcome))
        verdict = read if keeps_read else declared
        if verdict is not None:
            yield verdict

    def _read(
        self, function: AnyFunction, registered: list[Route], module: Module
    ) -> Judgement | None:
        """The verdict on the bodies that a function reads itself."""
        if validates_by_itself(function, module):
            return self.complies(module.place(function))
        reads = [*body_reads(function, module)]
        use = use_of_reads(reads, function, module)
        if use.validated:
            return self.complies(module.place(function))
        if use.returned and not registered and function.name.upper() not in _METHODS:
            return None  # whoever calls it may validate what it gets
        enough = 1 if _should_be_a_model(reads, registered) else _MANY_KEYS
        is_form = are_of_form(reads)
        violates = self.violates(
            module.place(function),
            message="`{function}` uses the values of a form as they come" if is_form else "",
            advice=is_form,
            function=function.name,
        )
        unchecked: Judgement | None = None
        if not _sibling_validates(function, module):
            if len(use.keys) >= enough:
                unchecked = violates
            elif use.handed and not (use.checked or use.asked or _is_signed(function, module)):
                elsewhere = (
                    TakesApart(each.callee, each.argument, module.path, enough)
                    for each in use.handed
                )
                unchecked = Pending(AnyOf(tuple(elsewhere)), violates, None)
        return self._unless_checked(use, unchecked, function, module)

    def _unless_checked(
        self, use: BodyUse, unchecked: Judgement | None, function: AnyFunction, module: Module
    ) -> Judgement | None:
        """``unchecked``, unless one of the functions that are handed the body checks it."""
        if not use.handed:
            return unchecked
        queries = (
            ValidatesBody(each.callee, each.argument, module.path, each.named_check)
            for each in use.handed
        )
        return Pending(AnyOf(tuple(queries)), self.complies(module.place(function)), unchecked)

    def _declared(self, registered: list[Route], module: Module) -> Judgement | None:
        """The verdict on the bodies that a handler declares as parameters."""
        typed = [
            route
            for route in registered
            if route.framework in ("fastapi", "litestar", "ninja") and _WITH_BODY & {*route.methods}
        ]
        if not typed:
            return None
        models: list[Query] = []
        described = False
        for parameter in typed[0].parameters:
            kinds, is_body = _body_types(parameter, typed[0], module)
            if any(
                is_schemaless(kind, module) or (is_body and admits_anything(kind, module))
                for kind in kinds
            ):
                return self._free(parameter, typed[0].function, module)
            names = {name for kind in kinds for name in classes(kind, module)}
            described = described or (is_body and bool(names & _SCALARS))
            for name in sorted(names - _SCALARS):
                models.append(IsSubclass(name, _MODEL_BASES))
                models.extend(IsA(name, kind) for kind in _MODELS)
        place = module.place(typed[0].function)
        if described:
            return self.complies(place)
        return Pending(AnyOf(tuple(models)), self.complies(place), None) if models else None

    def _free(
        self, parameter: RouteParameter, function: AnyFunction, module: Module
    ) -> Judgement | None:
        """The verdict on a parameter that takes any body."""
        use = use_of_parameter(parameter.name, function, module)
        if use.forwarded or (_checks_all(use) and _refuses(function, module)):
            return None
        if use.validated:
            return self.complies(module.place(function))
        violates = self.violates(module.place(function), function=function.name)
        return self._unless_checked(use, violates, function, module)


def _should_be_a_model(reads: list[ast.expr], registered: list[Route]) -> bool:
    """Whether a handler reads JSON by hand where a parameter with a type would do, be it for one value."""
    return any(route.framework in _WITH_MODELS for route in registered) and any(
        isinstance(part, ast.Attribute) and part.attr == "json"
        for read in reads
        for part in ast.walk(read)
    )


def _checks_all(use: BodyUse) -> bool:
    return bool(use.checked) and not (use.keys or use.handed or use.validated)


def _refuses(function: AnyFunction, module: Module) -> bool:
    """Whether a function raises something when it does not like what it gets."""
    return any(isinstance(node, ast.Raise) for node in module.own_nodes(function))


def _is_signed(function: AnyFunction, module: Module) -> bool:
    """Whether a function checks who sent the body, by its signature."""
    return any(
        isinstance(node, ast.Call) and _SIGNATURE.search(simple_name(node.func))
        for node in module.own_nodes(function)
    )


def _is_exempt(function: AnyFunction, module: Module) -> bool:
    """Whether the body is validated around this function, or by it."""
    if _PROTOCOLS.search(function.name):
        return True
    owner = module.class_of(function)
    return owner is not None and (owner.name.endswith("Form") or _has_serializer(owner))


def _sibling_validates(function: AnyFunction, module: Module) -> bool:
    """Whether another method of the same view validates the body before this one runs."""
    owner = module.parent(function)
    return isinstance(owner, ast.ClassDef) and any(
        validates_by_itself(method, module)
        for method in owner.body
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef))
    )


def _has_serializer(view: ast.ClassDef) -> bool:
    return any(
        isinstance(target, ast.Name) and target.id == "serializer_class"
        for statement in view.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    )


def _body_types(
    parameter: RouteParameter, route: Route, module: Module
) -> tuple[tuple[ast.expr, ...], bool]:
    """The types of a parameter that may be the body, and whether it surely is."""
    annotation = parameter.node.annotation
    if annotation is None or f"{{{parameter.name}" in (route.path or ""):
        return (), False
    kind = declared(annotation, module)
    markers = kind.markers | ({last_segment(parameter.default)} if parameter.default else set())
    if markers & _NOT_BODY:
        return (), False
    is_data = route.framework == "litestar" and parameter.name == "data"
    if route.framework == "litestar" and not is_data:
        return (), False
    return kind.types, is_data or bool(markers & _BODY)
