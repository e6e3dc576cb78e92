"""ARC0403: what a client sent is converted, and nothing catches what does not fit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec.structs import replace

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.queries import AnswersMisfits, Converts, IsA
from archcheck.analysis.topics.requests.converters import (
    CONVERTERS,
    JSON_PARSERS,
    catches_misfits,
    is_looked_at,
)
from archcheck.analysis.topics.requests.handovers import first_party_callee, given
from archcheck.analysis.topics.requests.request_values import REQUEST_WORDS, comes_from_request
from archcheck.model import Kind, Place, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class UnguardedInputConversion(ModuleRule):
    """A value from a request is converted where nothing catches a value that does not fit.

    `int(request.args["page"])` raises `ValueError` for `?page=x`. The client made the mistake, yet it is told
    that the server failed, the log fills with tracebacks, and whoever watches the error rate is woken.

    Looked at are `int`, `float`, `Decimal`, `UUID`, enumerations, dates and `json.loads` over values of the query,
    form, headers, cookies or raw body, also through a variable of the function, and in the first-party function that
    it hands the value to as it came. The finding then stands at the call, and its trace leads to the conversion.

    Not flagged: under a `try` that catches the error, here, in the function that converts, or around every call of the
    function in its module; where the application answers `ValueError` with a handler of its own; conversions that the framework does (`get("page", type=int)`, typed parameters); values whose
    digits are checked first; `Content-Length`, which servers check.
    """

    code = "ARC0403"
    severity = Severity.WARNING
    noun = "conversions of request values are guarded"
    message = "`{conversion}` of a request value is not guarded: a bad value answers with 500 instead of 400"
    advice = "let the framework convert it, or catch `ValueError` and answer with 400"
    kinds = frozenset({Kind.SERVICE})
    seed = "Seed 001, principle 4: validate at boundaries: type, range, business rules, state"
    good = (
        Example(
            "The framework converts, and falls back to the default.",
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            '@app.get("/orders")\ndef list_orders():\n'
            '    page = request.args.get("page", default=1, type=int)\n'
            "    try:\n"
            '        limit = int(request.args.get("limit", 20))\n'
            "    except ValueError:\n"
            "        limit = 20\n"
            "    return orders.page(page, limit)\n",
        ),
        Example(
            "Whoever calls the helper answers for it.",
            "import json\n\nfrom django.http import JsonResponse\nfrom django.views import View\n\n\n"
            "class Orders(View):\n"
            "    def post(self, request):\n"
            "        try:\n"
            "            order = self.parse(request)\n"
            "        except ValueError:\n"
            '            return JsonResponse({"error": "not JSON"}, status=400)\n'
            "        return orders.create(order)\n\n"
            "    def parse(self, request):\n"
            "        return json.loads(request.body)\n",
        ),
        Example(
            "The digits are checked first.",
            "from django.http import HttpResponseBadRequest\nfrom django.views import View\n\n\n"
            "class Orders(View):\n"
            "    def get(self, request):\n"
            '        page = request.GET.get("page", "1")\n'
            "        if not page.isdigit():\n"
            "            return HttpResponseBadRequest()\n"
            "        return orders.page(int(page))\n",
        ),
    )
    bad = (
        Example(
            "`?page=x` is a server error.",
            "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            '@app.get("/orders")\ndef list_orders():\n'
            '    page = int(request.args.get("page", 1))  # [unguarded-input-conversion]\n'
            "    return orders.page(page)\n",
        ),
        Example(
            "A helper converts it, and nobody catches.",
            "from flask import Flask, request\n\nfrom app.paging import page_number\n\napp = Flask(__name__)\n\n\n"
            '@app.get("/orders")\ndef list_orders():\n'
            '    page = page_number(request.args["page"])  # [unguarded-input-conversion]\n'
            "    return orders.page(page)\n",
            files={"src/app/paging.py": "def page_number(text):\n    return max(1, int(text))\n"},
        ),
        Example(
            "The raw body is parsed as it comes.",
            "import json\n\nfrom aiohttp import web\n\n\n"
            "async def create(request: web.Request) -> web.Response:\n"
            "    order = json.loads(await request.text())  # [unguarded-input-conversion]\n"
            "    return web.json_response(await orders.create(order))\n",
        ),
    )

    @narrowed(words=REQUEST_WORDS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        name = module.resolve(node.func)
        is_class = module.symbols.is_first_party(name) and name.rpartition(".")[2][:1].isupper()
        if name not in CONVERTERS:
            yield from self._handed_over(node, module)
        if name not in CONVERTERS and not is_class:
            return
        if node.args and comes_from_request(node.args[0], module, bodies=name in JSON_PARSERS):
            guarded = _is_guarded(node, node.args[0], module)
            if guarded is not None:
                place = module.place(node)
                complies = self.complies(place)
                verdict = complies if guarded else self._unless_answered(place, node)
                yield Pending(IsA(name, ClassKind.ENUM), verdict, None) if is_class else verdict

    def _handed_over(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """Judge a call of a first-party function that may convert what it is given."""
        callee = first_party_callee(node, module)
        for argument, value in given(node) if callee else ():
            if not comes_from_request(value, module, bodies=True):
                continue
            guarded = _is_guarded(node, value, module)
            if guarded is None:
                continue
            place = module.place(value)
            converters = CONVERTERS if comes_from_request(value, module) else JSON_PARSERS
            query = Converts(callee, argument, module.path, converters)
            complies = Pending(query, self.complies(place), None)
            if guarded:
                yield complies
            else:
                unguarded = replace(query, unguarded=True)
                yield Pending(unguarded, self._unless_answered(place, node), complies)

    def _unless_answered(self, place: Place, node: ast.Call) -> Judgement:
        violates = self.violates(place, conversion=simple_name(node.func))
        return Pending(AnswersMisfits(place.location.path), self.complies(place), violates)


def _is_guarded(call: ast.Call, value: ast.expr, module: Module) -> bool | None:
    """Whether the function around a conversion is prepared for a ``value`` that does not fit; None when unknown."""
    function = module.function_of(call)
    if not isinstance(function, _FUNCTIONS):
        return None
    caught = catches_misfits(call, module)
    if caught or _callers_catch(function, module):
        return True
    return None if caught is None else is_looked_at(value, function, module)


def _callers_catch(function: AnyFunction, module: Module) -> bool:
    """Whether the module calls the function, and catches what it raises at every call."""
    calls = module.calls_by_name.get(function.name, [])
    return bool(calls) and all(catches_misfits(call, module) for call in calls)
