"""ARC0403: what a client sent is converted, and nothing catches what does not fit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.queries import IsA
from archcheck.analysis.topics.requests.request_values import REQUEST_WORDS, comes_from_request
from archcheck.model import Kind, Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_NUMBERS = frozenset({"float", "int", "uuid.UUID"})
_DATES = frozenset({"datetime.date.fromisoformat", "datetime.datetime.fromisoformat",
                    "datetime.datetime.strptime", "datetime.time.fromisoformat"})  # fmt: skip
_DECIMAL = "decimal.Decimal"
_JSON = frozenset({"json.loads", "orjson.loads", "simplejson.loads", "ujson.loads"})
_CONVERSIONS = _NUMBERS | _DATES | _JSON | {_DECIMAL}
_CATCHES = frozenset({"*", "ArithmeticError", "BaseException", "Exception", "TypeError", "ValueError",
                      "decimal.InvalidOperation", "json.JSONDecodeError", "json.decoder.JSONDecodeError",
                      "orjson.JSONDecodeError", "simplejson.JSONDecodeError"})  # fmt: skip
#: Methods and functions that look at a text before it is converted.
_CHECKS = frozenset({"fullmatch", "isalnum", "isdecimal", "isdigit", "isnumeric", "match"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class UnguardedInputConversion(ModuleRule):
    """A value from a request is converted where nothing catches a value that does not fit.

    `int(request.args["page"])` raises `ValueError` for `?page=x`. The client made the mistake, yet it is told
    that the server failed, the log fills with tracebacks, and whoever watches the error rate is woken.

    Looked at are `int`, `float`, `Decimal`, `UUID`, enumerations, dates and `json.loads` over values of the query,
    form, headers, cookies or raw body, also through a variable of the function. Not flagged: under a `try` that
    catches the error, here or around every call of the function in its module; conversions that the framework does (`get("page", type=int)`, typed parameters); values whose
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
            "The raw body is parsed as it comes.",
            "import json\n\nfrom aiohttp import web\n\n\n"
            "async def create(request: web.Request) -> web.Response:\n"
            "    order = json.loads(await request.text())  # [unguarded-input-conversion]\n"
            "    return web.json_response(await orders.create(order))\n",
        ),
    )

    @narrowed(words=REQUEST_WORDS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        if len(node.args) == 0 or isinstance(node.args[0], ast.Starred):
            return
        names = module.names(node.func)
        if len(names) != 1:
            return
        name = names[0]
        is_enum = module.symbols.is_first_party(name) and name.rpartition(".")[2][:1].isupper()
        if name not in _CONVERSIONS and not is_enum:
            return
        if not comes_from_request(node.args[0], module, bodies=name in _JSON):
            return
        judgement = self._judged(node, name, module)
        if judgement is not None:
            yield Pending(IsA(name, ClassKind.ENUM), judgement, None) if is_enum else judgement

    def _judged(self, node: ast.Call, name: str, module: Module) -> Outcome | None:
        function = module.function_of(node)
        if not isinstance(function, _FUNCTIONS):
            return None
        caught = {*module.handled(node)}
        place = module.place(node)
        if caught & _CATCHES or _suppressed(node, module) or _callers_catch(function, module):
            verdict = self.complies(place)
        elif "?" in caught:
            return None
        elif _is_looked_at(node.args[0], function, module):
            verdict = self.complies(place)
        else:
            verdict = self.violates(place, conversion=name.rpartition(".")[2])
        return verdict


def _suppressed(node: ast.AST, module: Module) -> bool:
    return "contextlib.suppress" in module.contexts(node)


def _callers_catch(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> bool:
    """Whether the module calls the function, and catches what it raises at every call."""
    calls = module.calls_by_name.get(function.name, [])
    return bool(calls) and all(_CATCHES.intersection(module.handled(call)) for call in calls)


def _is_looked_at(value: ast.expr, function: AnyFunction, module: Module) -> bool:
    """Whether the function checks the text itself, or compares it, somewhere."""
    names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)} - {
        "request",
        "self",
    }
    for part in module.own_nodes(function):
        if isinstance(part, ast.Attribute) and part.attr in _CHECKS:
            if ast.unparse(value) in ast.unparse(part.value):
                return True
            call = module.parent(part)
            looked_at = [part.value, *(call.args if isinstance(call, ast.Call) else ())]
            if any(isinstance(item, ast.Name) and item.id in names for item in looked_at):
                return True
        if (
            isinstance(part, ast.Compare)
            and isinstance(part.ops[0], (ast.In, ast.NotIn))
            and isinstance(part.left, ast.Name)
            and part.left.id in names
        ):
            return True
    return False
