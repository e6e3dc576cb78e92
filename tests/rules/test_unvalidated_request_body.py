"""ARC0401: which handlers read a body that nothing describes."""

from __future__ import annotations

from textwrap import indent

import pytest

from archcheck.rule import Example
from archcheck.rules.input_validation.unvalidated_request_body import UnvalidatedRequestBody
from archcheck.testing import check, expected, outcomes

MODELS = {
    "src/app/__init__.py": "",
    "src/app/models.py": "from pydantic import BaseModel\nclass Base(BaseModel): ...\nclass Order(Base):\n    item: str\n"
    "class Colour(str): ...\n"
    "import dataclasses\n@dataclasses.dataclass\nclass Point:\n    x: int\n"
    "class Other: ...\n",
}
FASTAPI = (
    "from typing import Annotated, Any\nimport httpx\n"
    "from fastapi import Body, Depends, FastAPI, File, Form, Query, Request, UploadFile\n"
    "from app.models import Colour, Order, Other, Point\napp = FastAPI()\n"
)


def verdicts(code: str) -> list[str]:
    found = outcomes(UnvalidatedRequestBody, Example("A case.", code, files=MODELS))
    return [outcome.verdict.value for outcome in found]


DECLARED = [
    ("post", "order: dict", ["violates"]),
    ("put", "order: dict[str, Any]", ["violates"]),
    ("patch", "order: dict | None = None", ["violates"]),
    ("post", "orders: list[dict]", ["violates"]),
    ("post", "order: Annotated[dict, Body()]", ["violates"]),
    ("post", "order: Any = Body(...)", ["violates"]),
    ("post", "order: Order", ["complies"]),
    ("post", "orders: list[Order]", ["complies"]),
    ("post", "point: Point", ["complies"]),
    ("post", "other: Other", []),
    ("post", "order: Annotated[Order, Body()]", ["complies"]),
    ("post", "name: str = Form()", ["complies"]),
    ("post", "order: Order, extra: dict", ["violates"]),
    ("post", "order: Any", []),
    ("post", "colour: Colour", []),
    ("post", "file: UploadFile", []),
    ("post", "options: dict = Depends(make)", []),
    ("post", "options: list = Query()", []),
    ("post", "order", []),
    ("get", "order: dict", []),
    ("post", "name: str", []),
]


ONE_VALUE = [
    ("request.json()", "save(body['item'])", ["violates"]),
    ("request.json()", "save(Order(**body))", ["complies"]),
    ("request.json()", "save(Order.model_validate(body))", ["complies"]),
    ("request.json()", "save(body)", []),
    ("request.form()", "save(body['item'])", []),
]


@pytest.mark.parametrize(("read", "use", "expected_verdicts"), ONE_VALUE)
def test_one_value_of_json_is_enough_where_a_model_would_do(
    read: str, use: str, expected_verdicts: list[str]
) -> None:
    code = f"@app.post('/orders')\nasync def create(request: Request):\n    body = await {read}\n    {use}\n"
    assert verdicts(FASTAPI + code) == expected_verdicts


def test_the_name_of_a_route_does_not_check_its_body() -> None:
    code = "@app.post('/check')\ndef check_order(order: dict):\n    return save(order['item'])\n"
    assert verdicts(FASTAPI + code) == ["violates"]


@pytest.mark.parametrize(("method", "parameters", "expected_verdicts"), DECLARED)
def test_declared_bodies(method: str, parameters: str, expected_verdicts: list[str]) -> None:
    code = f"@app.{method}('/orders')\ndef create({parameters}):\n    return save()\n"
    assert verdicts(FASTAPI + code) == expected_verdicts


FREE = [
    ("return save(order['item'])", ["violates"]),
    ("return save(order)", ["violates"]),
    ("return Order(**order)", ["complies"]),
    ("return Order.model_validate(order)", ["complies"]),
    ("checked = validate_order(order)\n    return save(checked)", ["complies"]),
    (
        "amount = order['amount']\n    if not isinstance(amount, int):\n        raise Bad\n    return save(amount)",
        [],
    ),
    (
        "amount = order['amount']\n    if not isinstance(amount, int):\n        raise Bad\n    return save(amount, order['item'])",
        ["violates"],
    ),
    ("return save(Amount(order['amount']))", ["violates"]),
    ("httpx.post(url, json=order)", []),
    ("audit(order)\n    httpx.post(url, json=order)", []),
    ("order['seen'] = True\n    httpx.post(url, json=order)", ["violates"]),
]


@pytest.mark.parametrize(("body", "expected_verdicts"), FREE)
def test_what_becomes_of_a_free_body(body: str, expected_verdicts: list[str]) -> None:
    code = f"@app.post('/orders')\ndef create(order: dict):\n    {body}\n"
    assert verdicts(FASTAPI + code) == expected_verdicts


def test_a_protocol_has_its_own_schema() -> None:
    assert verdicts(FASTAPI + "@app.post('/graphql')\ndef serve(query: dict): ...") == []
    assert verdicts(FASTAPI + "@app.post('/api')\ndef json_rpc(call: dict): ...") == []


def test_a_path_parameter_is_no_body() -> None:
    assert verdicts(FASTAPI + "@app.post('/orders/{order}')\ndef f(order: dict): ...") == []


LITESTAR = "from litestar import post\n@post('/orders')\nasync def create({}) -> None: ..."


def test_litestar_calls_the_body_data() -> None:
    assert verdicts(LITESTAR.format("data: dict")) == ["violates"]
    assert verdicts("from app.models import Order\n" + LITESTAR.format("data: Order")) == [
        "complies"
    ]
    assert verdicts(LITESTAR.format("options: dict")) == []


READ = [
    ("flask", "body = request.get_json()\nsave(body['a'], body['b'])", ["violates"]),
    ("flask", "body = request.json or {}\nsave(body.get('a'), body.get('b'))", ["violates"]),
    ("flask", "save(request.form['a'], request.form.get('b'))", ["violates"]),
    ("flask", "body = request.form.to_dict()\nsave(body['a'], body['b'])", ["violates"]),
    ("flask", "if body := request.get_json():\n    save(body['a'], body['b'])", ["violates"]),
    ("flask", "save(request.json['a'])", []),
    ("flask", "save(request.json['a'], request.json['a'])", []),
    ("flask", "save(request.json)", []),
    ("flask", "save(request.form.get('a', type=int), request.form['b'])", []),
    ("flask", "save(request.form['a'] == '1', request.form['b'])", []),
    ("flask", "save(int(request.form['a']), request.form['b'])", []),
    ("flask", "a = request.form.get('a')\nif a not in NAMES: raise Wrong\nsave(a, request.form['b'])", []),
    ("flask", "a = request.form.get('a')\nif a is None: raise Wrong\nsave(a, request.form['b'])", ["violates"]),
    ("flask", "a = request.json['a']\nassert isinstance(a, str)\nsave(a, request.json['b'])", []),
    ("flask", "body = OrderSchema().load(request.get_json())\nsave(body['a'], body['b'])", ["complies"]),
    ("flask", "body = request.json\njsonschema.validate(body, SCHEMA)\nsave(body['a'], body['b'])", ["complies"]),
    ("flask", "body = Order(**request.json)\nsave(body.a, body.b)", ["complies"]),
    ("flask", "form = OrderForm(request.form)\nsave(form.a.data)", ["complies"]),
    ("flask", "form = OrderForm()\nif form.validate_on_submit(): save(form.a.data)", ["complies"]),
    ("flask", "body = json.loads(request.form['x'])\nsave(body['a'], body['b'])", []),
    ("flask", "save(request.args['a'], request.args['b'])", []),
]  # fmt: skip


@pytest.mark.parametrize(("framework", "body", "expected_verdicts"), READ)
def test_bodies_read_by_key(framework: str, body: str, expected_verdicts: list[str]) -> None:
    code = f"import json\nfrom {framework} import request\ndef view():\n{indent(body, '    ')}\n"
    assert verdicts(code) == expected_verdicts


@pytest.mark.parametrize(
    "code",
    [
        "from starlette.requests import Request\nasync def view(request: Request):\n    body = await request.json()\n"
        "    save(body['a'], body['b'])",
        "from fastapi import Request\nasync def view(r: Request):\n    form = await r.form()\n    save(form['a'], form['b'])",
        "from aiohttp import web\nasync def view(request):\n    body = await request.post()\n    save(body['a'], body['b'])",
        "from django.shortcuts import render\ndef view(request):\n    save(request.POST['a'], request.POST.get('b'))",
        "from django.views import View\nclass V(View):\n    def post(self, request):\n"
        "        save(self.request.POST['a'], self.request.POST['b'])",
        "from rest_framework.views import APIView\nclass V(APIView):\n    def post(self, request):\n"
        "        save(request.data['a'], request.data['b'])",
        "from quart import request\nasync def view():\n    body = await request.get_json()\n    save(body['a'], body['b'])",
    ],
)
def test_frameworks(code: str) -> None:
    assert verdicts(code) == ["violates"]


@pytest.mark.parametrize(
    "code",
    [
        "def view(request):\n    save(request.POST['a'], request.POST['b'])",
        "import requests\ndef view(url):\n    body = requests.get(url).json()\n    save(body['a'], body['b'])",
        "import flask\ndef view(request):\n    save(request.form['a'], request.form['b'])",
        "import aiohttp\nasync def f(session):\n    request = await session.post(url)\n    body = await request.json()\n"
        "    save(body['a'], body['b'])",
        "from flask import request\ndef view():\n    if not isinstance(request.json['a'], str): raise Wrong\n"
        "    save(request.json['a'], request.json['b'])",
        "from rest_framework.generics import CreateAPIView\nclass V(CreateAPIView):\n    serializer_class = S\n"
        "    def perform_create(self, s):\n        save(self.request.data['a'], self.request.data['b'])",
        "from flask import request\nclass OrderForm:\n    def __init__(self):\n        save(request.form['a'], request.form['b'])",
        "from flask import request\ndef validate_order():\n    save(request.form['a'], request.form['b'])",
        "from flask import request\nclass V:\n    def prepare(self):\n        self.validate_json(SCHEMA)\n"
        "    def process(self):\n        save(request.json['a'], request.json['b'])",
    ],
)
def test_no_violation(code: str) -> None:
    assert "violates" not in verdicts(code)


@pytest.mark.parametrize(
    ("decorator", "expected_verdicts"),
    [
        ("@use_kwargs({'a': fields.Int()})", ["complies"]),
        ("@use_kwargs({'a': fields.Int()}, location='query')", []),
        ("@blp.arguments(OrderSchema)", ["complies"]),
        ("@login_required", []),
    ],
)
def test_a_decorator_may_hold_the_schema(decorator: str, expected_verdicts: list[str]) -> None:
    assert verdicts(f"import flask\n{decorator}\ndef view(a): ...") == expected_verdicts


def test_it_points_to_the_handler() -> None:
    case = Example(
        "Lines.",
        "from flask import request\n@login_required\ndef view():  # [unvalidated-request-body]\n"
        "    body = request.get_json()\n    save(body['a'], body['b'])\n",
    )
    assert check(UnvalidatedRequestBody, case) == expected(UnvalidatedRequestBody, case)


@pytest.mark.parametrize(("kind", "found"), [("Order", ["complies"]), ("Other", ["violates"])])
def test_a_model_in_the_signature_checks_what_is_read_once_more(
    kind: str, found: list[str]
) -> None:
    code = (
        f"{FASTAPI}@app.post('/orders')\nasync def create(request: Request, order: {kind}):\n"
        "    body = await request.json()\n    save(body['item'], body['amount'])\n"
    )
    assert verdicts(code) == found


def test_values_that_are_compared_with_secrets_are_checked() -> None:
    code = (
        "import hmac\nfrom starlette.requests import Request\n\n\nasync def consent(request: Request):\n"
        "    form = await request.form()\n"
        "    action = str(form.get('action'))\n    key = str(form.get('key'))\n"
        "    if action == 'no' or not hmac.compare_digest(key, KEY):\n        return None\n"
        "    return save(key)\n"
    )
    assert verdicts(code) == []


TAKES = "    body = request.get_json()\n    log(body['item'], body['amount'])\n"


@pytest.mark.parametrize("result", ["body", "(body, body['item'])", "body['item']", "item"])
def test_whoever_calls_a_helper_may_validate_what_it_returns(result: str) -> None:
    code = f"from flask import request\ndef read():\n{TAKES}    item = body['item']\n    return {result}\n"
    assert verdicts(code) == []
    assert verdicts(code.replace("read()", "post()")) == ["violates"]


def test_a_route_returns_to_the_client() -> None:
    head = "from flask import Flask, request\napp = Flask(__name__)\n@app.post('/orders')\n"
    assert verdicts(f"{head}def create():\n{TAKES}    return body\n") == ["violates"]


def test_values_that_are_reshaped_before_they_are_checked() -> None:
    code = (
        "from flask import request\ndef create():\n    given = request.form.get('format')\n"
        "    kind = (given or '').strip().lower() or 'wav'\n    if kind not in KINDS:\n        return 400\n"
        "    language = (request.form.get('language') or '').strip() or None\n"
        "    if language and len(language) > 8:\n        return 400\n"
        "    save(kind, language, request.form.get('model'))\n"
    )
    assert verdicts(code) == []


@pytest.mark.parametrize(
    "check",
    [
        "if not is_origin(address):\n        return 400",
        "address = parse_address(address)",
        "try:\n        address = Address.objects.get(name=address)\n    except Address.DoesNotExist:\n        return 404",
        "get_object_or_404(Address, name=address)",
        "if not address.startswith('https'):\n        return 400",
        "if not re.search('^https', address):\n        return 400",
    ],
)
def test_a_value_that_is_tested_or_looked_up_is_checked(check: str) -> None:
    code = (
        "import re\nfrom app.models import Address\nfrom flask import request\n\n\ndef create():\n"
        "    address = (request.form.get('address') or '').rstrip('/')\n"
        f"    {check}\n    save(address, request.form.get('note'))\n"
    )
    assert verdicts(code) == []
    assert verdicts(code.replace(check, "print(address)")) == ["violates"]


def test_a_row_that_is_fetched_and_nobody_copes_without_is_no_check() -> None:
    code = (
        "from flask import request\n\n\ndef create():\n    form = request.form\n"
        "    save(client.get(form['address']), form['note'])\n"
    )
    assert verdicts(code) == ["violates"]


def test_a_django_model_checks_itself() -> None:
    code = (
        "from django.http import HttpRequest\n\n\ndef create(request: HttpRequest):\n    values = {}\n"
        "    values['url'] = request.POST['url']\n    values['note'] = request.POST['note']\n"
        "    hook = models.hook(**values)\n    hook.full_clean()\n    hook.save()\n"
    )
    assert verdicts(code) == ["complies"]
    assert verdicts(code.replace("    hook.full_clean()\n", "")) == ["violates"]


@pytest.mark.parametrize(
    ("read", "advice"),
    [
        ("request.form", True),
        ("request.form.to_dict()", True),
        ("request.get_json()", False),
        ("request.form or request.get_json()", False),
    ],
)
def test_the_values_of_a_form_are_texts(read: str, advice: bool) -> None:
    code = f"from flask import request\n\n\ndef create():\n    given = {read}\n    save(given['item'], given['note'])\n"
    (outcome,) = outcomes(UnvalidatedRequestBody, Example("A case.", code, files=MODELS))
    assert outcome.advice is advice
    assert outcome.message.startswith(
        "`create` uses the values of a form" if advice else "`create` reads the request body"
    )


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("given.get('sure')", []),
        ("not given.get('sure') or busy()", []),
        ("ask(given.get('sure'))", ["violates"]),
    ],
)
def test_what_is_only_asked_for_is_not_used(condition: str, found: list[str]) -> None:
    code = (
        "from flask import request\n\n\ndef create():\n    given = request.get_json()\n"
        f"    if {condition}:\n        save(given['item'])\n"
    )
    assert verdicts(code) == found


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ('upstream("POST", "/orders", json=body)', []),
        ('upstream(f"/shops/{shop}/orders", data=body)', []),
        ("upstream(shop, json=body)", ["violates"]),
        ('upstream("POST", "/orders", order=body)', ["violates"]),
        ('upstream("POST", "/orders", json={"item": body["item"]})', ["violates"]),
    ],
)
def test_a_proxy_may_have_a_helper(call: str, found: list[str]) -> None:
    code = (
        "from fastapi import APIRouter\n\nfrom app.proxy import upstream\n\nrouter = APIRouter()\n\n\n"
        f'@router.post("/shops/{{shop}}/orders")\nasync def create(shop: str, body: dict):\n    return await {call}\n'
    )
    assert verdicts(code) == found
