"""ARC0402."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.topics.routes import TYPED_FRAMEWORKS, Route, RouteParameter, routes
from archcheck.model import Kind, Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed


class UntypedRouteParameter(ModuleRule):
    """A parameter of a route handler has no type, in a framework that validates by types.

    FastAPI, Litestar and Django Ninja check and convert what a client sends by the annotation alone. A parameter
    without one arrives as any string there is, and the documentation of the API does not show what it takes.

    Not flagged: ``self``, ``*args`` and ``**kwargs``; dependencies (``= Depends(...)``) and Django Ninja's request,
    which the client does not send; handlers of frameworks that do not read annotations, such as Flask.
    """

    code = "ARC0402"
    severity = Severity.WARNING
    noun = "route parameters have a type"
    message = "route parameter `{parameter}` of `{function}` has no type, so it is not validated"
    advice = "annotate it, with its limits: `Annotated[int, Query(ge=1)]`"
    kinds = frozenset({Kind.SERVICE})
    waived_by = ("ANN001",)
    seed = "Seed 001, principle 4: validate at boundaries: type, range, business rules, state"
    good = (
        Example(
            "Each parameter says what it takes.",
            "from typing import Annotated\n\nfrom fastapi import APIRouter, Query\n\nrouter = APIRouter()\n\n\n"
            '@router.get("/orders/{order_id}")\n'
            "def read_order(order_id: int, limit: Annotated[int, Query(ge=1)] = 20):\n"
            "    return orders.find(order_id, limit)\n",
        ),
        Example(
            "Flask types parameters in the path.",
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
            '@app.get("/orders/<int:order_id>")\ndef read_order(order_id):\n    return orders.find(order_id)\n',
        ),
        Example(
            "The path of a client is no route.",
            "from fastapi.testclient import TestClient\n\nfrom app.main import app\n\nclient = TestClient(app)\n\n\n"
            'def ping(path):\n    return client.get("/health", params={"path": path})\n',
        ),
    )
    bad = (
        Example(
            "Any string will do.",
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            '@app.get("/orders/{order_id}")\n'
            "def read_order(order_id):  # [untyped-route-parameter]\n    return orders.find(order_id)\n",
        ),
        Example(
            "A default is not a type.",
            "from fastapi import APIRouter, Query\n\nfrom app.api import router\n\n\n"
            '@router.get("/orders")\nasync def list_orders(\n'
            "    limit=Query(20),  # [untyped-route-parameter]\n"
            "    page: int = 1,\n):\n    return await orders.page(page, limit)\n",
        ),
    )

    @narrowed(imports=TYPED_FRAMEWORKS)
    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Outcome]:
        yield from self._judged(node, module)

    @narrowed(imports=TYPED_FRAMEWORKS)
    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Outcome]:
        yield from self._judged(node, module)

    def _judged(self, function: AnyFunction, module: Module) -> Iterator[Outcome]:
        typed = [route for route in routes(function, module) if route.framework in TYPED_FRAMEWORKS]
        for parameter in _sent_by_client(typed[0]) if typed else ():
            place = module.place(parameter.node)
            if parameter.node.annotation is not None:
                yield self.complies(place)
            else:
                yield self.violates(place, parameter=parameter.name, function=function.name)


def _sent_by_client(route: Route) -> Iterator[RouteParameter]:
    for index, parameter in enumerate(route.parameters):
        is_request = route.framework == "ninja" and index == 0
        if not (is_request or parameter.is_dependency):
            yield parameter
