"""ARC0402."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.queries import DeclaresResult
from archcheck.analysis.routing.handlers import dependency_names
from archcheck.analysis.topics.requests.routes import (
    TYPED_FRAMEWORKS,
    Route,
    RouteParameter,
    routes,
)
from archcheck.model import Kind, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed


class UntypedRouteParameter(ModuleRule):
    """A parameter of a route handler has no type, in a framework that validates by types.

    FastAPI, Litestar and Django Ninja check and convert what a client sends by the annotation alone. A parameter
    without one arrives as any string there is, and the documentation of the API does not show what it takes.

    A dependency (``= Depends(...)``) is made by the service, not sent by the client, and needs no type to be valid.
    One that the handler uses without a type, although its function declares what it gives, is told as advice: the
    type checker loses track there. All of a file are one finding.

    Not flagged: ``self``, ``*args`` and ``**kwargs``; Django Ninja's request; handlers of frameworks that do not read
    annotations, such as Flask.
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
        Example(
            "Advice: the dependency says what it gives, the handler does not.",
            "from fastapi import APIRouter, Depends\n\nfrom app.stores import open_store\n\n"
            "router = APIRouter()\n\n\n"
            '@router.get("/orders")\n'
            "def list_orders(store=Depends(open_store)):  # [untyped-route-parameter]\n    return store.all()\n",
            files={
                "src/app/stores.py": "class OrderStore:\n    def all(self):\n        return []\n\n\n"
                "def open_store() -> OrderStore:\n    return OrderStore()\n",
            },
        ),
    )

    @narrowed(imports=TYPED_FRAMEWORKS)
    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        yield from self._judged(node, module)

    @narrowed(imports=TYPED_FRAMEWORKS)
    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Judgement]:
        yield from self._judged(node, module)

    def _judged(self, function: AnyFunction, module: Module) -> Iterator[Judgement]:
        typed = [route for route in routes(function, module) if route.framework in TYPED_FRAMEWORKS]
        for parameter in _parameters(typed[0]) if typed else ():
            place = module.place(parameter.node)
            if parameter.is_dependency:
                yield from self._dependency(parameter, function, module)
            elif parameter.node.annotation is not None:
                yield self.complies(place)
            else:
                yield self.violates(place, parameter=parameter.name, function=function.name)

    def _dependency(
        self, parameter: RouteParameter, function: AnyFunction, module: Module
    ) -> Iterator[Judgement]:
        """The advice on a dependency without a type, if what makes it declares one."""
        if parameter.node.annotation is not None or not _is_used(parameter, function):
            return
        for made_by in dependency_names(filter(None, [parameter.default]), module):
            advice = self.violates(
                module.place(parameter.node),
                message="dependency `{parameter}` of `{function}` has no type, although what makes it declares one",
                advice=True,
                group=module.path,
                parameter=parameter.name,
                function=function.name,
            )
            yield Pending(DeclaresResult(made_by), advice, None)


def _parameters(route: Route) -> tuple[RouteParameter, ...]:
    """Those of the handler, Django Ninja's request left out."""
    return route.parameters[1:] if route.framework == "ninja" else route.parameters


def _is_used(parameter: RouteParameter, function: AnyFunction) -> bool:
    """Whether the function reads it; another dependency is there for what it refuses."""
    return any(
        isinstance(node, ast.Name) and node.id == parameter.name for node in ast.walk(function)
    )
