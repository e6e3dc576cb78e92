"""What a client sent is followed into the function that it is handed to: one hop, unchanged, by definite calls."""

from __future__ import annotations

import pytest
from judging import BAD, OK, judged, verdicts

from archcheck.model import Severity
from archcheck.rule import Rule
from archcheck.rules.input_validation.mass_assignment import MassAssignment
from archcheck.rules.input_validation.unguarded_input_conversion import UnguardedInputConversion
from archcheck.rules.input_validation.unsafe_deserialization import UnsafeDeserialization
from archcheck.rules.input_validation.unvalidated_request_body import UnvalidatedRequestBody
from archcheck.rules.performance.unbounded_cache import UnboundedCache

API = "src/app/api.py"
HELPERS = "src/app/helpers.py"
HEAD = (
    "from flask import Flask, request\nfrom app import helpers\nfrom app.helpers import *\n"
    "app = Flask(__name__)\n@app.post('/')\ndef view():\n"
)
FIRST_LINE = 7


def in_handler(rule: type[Rule], body: str, helpers: str) -> list[tuple[int, str]]:
    """What a rule says of a handler; lines count from the first of its body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    found = verdicts(rule, HEAD + lines, API, {HELPERS: helpers})
    return [(line - FIRST_LINE + 1, word) for line, word in found]


def in_helpers(rule: type[Rule], body: str, helpers: str) -> list[tuple[int, str]]:
    """What a rule says of the functions that a handler calls."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return verdicts(rule, helpers, HELPERS, {API: HEAD + lines})


# --- conversions: the finding stands where the request is known, at the call

PAGE = "def page(n):\n    return int(n)\n"


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("helpers.page(request.args['n'])", PAGE),
        ("n = request.args.get('n')\nhelpers.page(n=n)", PAGE),
        ("helpers.page(request.args['n'])", "def page(n):\n    return int(n.strip())\n"),
        ("helpers.page(1, limit=request.form['n'])", "def page(n, *, limit):\n    return float(limit)\n"),
        ("helpers.Page(request.args['n'])", "class Page:\n    def __init__(self, n):\n        self.n = int(n)\n"),
        ("helpers.Page().of(request.args['n'])", "class Page:\n    def of(self, n):\n        return int(n)\n"),
        ("helpers.Page.of(request.args['n'])", "class Page:\n    @staticmethod\n    def of(n):\n        return int(n)\n"),
        ("helpers.parse(request.get_data())", "import json\ndef parse(text):\n    return json.loads(text)\n"),
    ],
)  # fmt: skip
def test_a_helper_converts_it_unguarded(body: str, helpers: str) -> None:
    assert in_handler(UnguardedInputConversion, body, helpers) == [(len(body.splitlines()), BAD)]


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("helpers.page(request.args['n'])", "def page(n):\n    try:\n        return int(n)\n    except ValueError:\n        return 1\n"),
        ("helpers.page(request.args['n'])", "def page(n):\n    return int(n) if n.isdigit() else 1\n"),
        ("n = request.args['n']\nn.isdigit() and helpers.page(n)", PAGE),
    ],
)  # fmt: skip
def test_the_helper_or_the_handler_is_prepared(body: str, helpers: str) -> None:
    assert [word for _, word in in_handler(UnguardedInputConversion, body, helpers)] == [OK]


def test_the_handler_catches() -> None:
    body = (
        "try:\n    return helpers.page(request.args['n'])\nexcept ValueError:\n    return 'no', 400"
    )
    assert in_handler(UnguardedInputConversion, body, PAGE) == [(2, OK)]


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("helpers.page(request.args['n'], 1)", "def page(n, other):\n    return int(other)\n"),
        ("helpers.page(request.args['n'])", "def page(n):\n    n = clean(n)\n    return int(n)\n"),
        ("helpers.page(request.args['n'])", "def page(n):\n    return inner(n)\ndef inner(n):\n    return int(n)\n"),
        ("helpers.page(request.args['n'])", "@registered\ndef page(n):\n    return int(n)\n"),
        ("helpers.page(request.args['n'])", "if fast:\n    def page(n):\n        return int(n)\nelse:\n    def page(n):\n        return 1\n"),
        ("helpers.page(request.args.get('n', type=int))", PAGE),
        ("helpers.page(request.get_data())", PAGE),
        ("helpers.page('1')", PAGE),
        ("helpers.page(*request.args['n'])", PAGE),
    ],
)  # fmt: skip
def test_what_is_no_conversion_of_a_request_value(body: str, helpers: str) -> None:
    assert in_handler(UnguardedInputConversion, body, helpers) == []


def test_the_helper_itself_is_no_opportunity() -> None:
    assert in_helpers(UnguardedInputConversion, "helpers.page(request.args['n'])", PAGE) == []


def test_the_trace_leads_to_the_conversion() -> None:
    code = f"{HEAD}    helpers.page(request.args['n'])\n"
    (outcome,) = judged(UnguardedInputConversion, code, API, {HELPERS: PAGE})
    assert [(step.path, step.line, step.text) for step in outcome.trace] == [
        (HELPERS, 2, "is converted with `int`")
    ]
    assert "`page` of a request value" in outcome.message


# --- bodies: the finding stands at the handler, which reads the body

TAKES = "def create(order):\n    return save(order['item'], order['amount'])\n"


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("helpers.create(request.json)", TAKES),
        ("helpers.create(request.json)",
         "from types import SimpleNamespace\ndef create(o):\n    return SimpleNamespace(item=o['item'], amount=o['amount'])\n"),
        ("order = request.get_json()\nhelpers.create(order=order)", TAKES),
        ("order = request.get_json()\nhelpers.validate(order)\nsave(order['a'], order['b'])",
         "def validate(order):\n    save(order['a'])\n"),
    ],
)  # fmt: skip
def test_a_helper_takes_the_body_apart(body: str, helpers: str) -> None:
    assert in_handler(UnvalidatedRequestBody, body, helpers) == [(0, BAD)]


CHECKS = {
    "model": "def create(order):\n    return save(Order(**order))\n",
    "model_validate": "def create(order):\n    return save(Order.model_validate(order))\n",
    "schema": "def create(order):\n    data = OrderSchema().load(order)\n    save(data['item'], order['amount'])\n",
    "jsonschema": "import jsonschema\ndef create(order):\n    jsonschema.validate(order, S)\n    save(order['a'], order['b'])\n",
    "by hand": "def create(order):\n    if not isinstance(order['a'], str) or order['b'] < 1:\n        raise Invalid\n",
}  # fmt: skip


@pytest.mark.parametrize("helpers", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize(
    "body", ["helpers.create(request.json)", "o = request.json\nhelpers.create(o)\nsave(o['a'], o['b'])"]
)  # fmt: skip
def test_a_helper_checks_the_body(body: str, helpers: str) -> None:
    assert in_handler(UnvalidatedRequestBody, body, helpers) == [(0, OK)]


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("helpers.create(request.json)", "def create(order):\n    return save(order['item'])\n"),
        ("helpers.create(request.json)", "def create(order):\n    return inner(order)\ndef inner(order):\n    save(order['a'], order['b'])\n"),
        ("helpers.create(request.json)", "@registered\ndef create(order):\n    save(order['a'], order['b'])\n"),
        ("helpers.create(request.json)", "def create(order):\n    check_order(order)\n    save(order['a'], order['b'])\ndef check_order(order): ...\n"),
        ("helpers.create(request.json)", "def create(order):\n    if 'a' not in order:\n        raise Invalid\n    save(order['a'], order['b'])\n"),
        ("o = request.json\nif 'a' not in o:\n    abort(400)\nhelpers.create(o)", TAKES),
        ("check_signature(request)\nhelpers.create(request.json)", TAKES),
        ("o = request.json\nhelpers.validate(o)\nsave(o['a'], o['b'])", "def validate(o):\n    other(o)\n"),
    ],
)  # fmt: skip
def test_nobody_can_say_that_the_body_is_unchecked(body: str, helpers: str) -> None:
    assert in_handler(UnvalidatedRequestBody, body, helpers) == []


def test_a_helper_that_nobody_can_see_counts_by_its_name() -> None:
    body = "o = request.json\nhelpers.validate(o)\nsave(o['a'], o['b'])"
    assert in_handler(UnvalidatedRequestBody, body, "from elsewhere import validate\n") == [(0, OK)]


def test_a_free_body_of_fastapi_that_a_helper_checks() -> None:
    code = (
        "from fastapi import FastAPI\nfrom app.helpers import create\napp = FastAPI()\n"
        "@app.post('/')\ndef view(order: dict):\n    return create(order)\n"
    )
    for helper, word in ((CHECKS["model"], OK), (TAKES, BAD), ("def create(order): ...\n", BAD)):
        assert verdicts(UnvalidatedRequestBody, code, API, {HELPERS: helper}) == [(5, word)]


def test_the_trace_leads_to_the_helper() -> None:
    code = f"{HEAD}    helpers.create(request.json)\n"
    (outcome,) = judged(UnvalidatedRequestBody, code, API, {HELPERS: TAKES})
    assert [(step.path, step.line) for step in outcome.trace] == [(HELPERS, 1)]


# --- records and loads: the finding stands where the harm is done, in the helper

ORDER = "from django.db import models\nclass Order(models.Model): ...\n"


@pytest.mark.parametrize(
    ("body", "helpers", "line"),
    [
        ("helpers.create(request.json)", "def create(data):\n    Order(**data)\n", 4),
        ("helpers.create(**request.json)", "def create(**data):\n    Order.objects.create(**data)\n", 4),
        ("helpers.change(1, request.form)", "def change(order, data):\n    order.__dict__.update(data)\n", 4),
        ("helpers.change(1, request.form)",
         "def change(order, data):\n    for key, value in data.items():\n        setattr(order, key, value)\n", 5),
    ],
)  # fmt: skip
def test_a_helper_pours_all_into_a_record(body: str, helpers: str, line: int) -> None:
    assert in_helpers(MassAssignment, body, ORDER + helpers) == [(line, BAD)]


@pytest.mark.parametrize(
    ("body", "helpers"),
    [
        ("helpers.create({'item': 1})", "def create(data):\n    Order(**data)\n"),
        ("helpers.create(request.json['item'])", "def create(data):\n    Order(**data)\n"),
        ("helpers.create(request.json)", "def create(data):\n    data = clean(data)\n    Order(**data)\n"),
        ("helpers.create(*request.json)", "def create(*data):\n    Order(**data)\n"),
    ],
)  # fmt: skip
def test_a_helper_that_makes_a_record_of_something_else(body: str, helpers: str) -> None:
    assert in_helpers(MassAssignment, body, ORDER + helpers) == []


@pytest.mark.parametrize(
    ("body", "helpers", "severity"),
    [
        ("helpers.load(request.get_data())", "def load(data):\n    pickle.loads(data)\n", Severity.ERROR),
        ("helpers.load(request.cookies['x'])",
         "import base64\ndef load(data):\n    pickle.loads(base64.b64decode(data))\n", Severity.ERROR),
        ("helpers.PickleSerializer().loads(request.data)",
         "class PickleSerializer:\n    def loads(self, data):\n        pickle.loads(data)\n", Severity.ERROR),
        ("helpers.load(open(request.args['x']))", "def load(data):\n    pickle.load(data)\n", None),
        ("helpers.load(f\"models/{request.args['x']}\")", "def load(data):\n    pickle.load(data)\n", None),
    ],
)  # fmt: skip
def test_a_helper_loads_what_a_client_sent(
    body: str, helpers: str, severity: Severity | None
) -> None:
    lines = f"{HEAD}    {body}\n"
    (outcome,) = judged(UnsafeDeserialization, f"import pickle\n{helpers}", HELPERS, {API: lines})
    assert outcome.severity is severity
    assert [step.path for step in outcome.trace] == ([API] if severity else [])


def test_what_a_handler_gets_by_a_parameter_is_sent_by_a_client() -> None:
    api = (
        "from fastapi import Body, FastAPI\nfrom app.helpers import load\napp = FastAPI()\n"
        "@app.post('/')\ndef view(data: bytes = Body()):\n    load(data)\n"
    )
    helpers = "import pickle\ndef load(data):\n    pickle.loads(data)\n"
    (outcome,) = judged(UnsafeDeserialization, helpers, HELPERS, {API: api})
    assert outcome.severity is Severity.ERROR


def test_a_test_hands_over_nothing() -> None:
    helpers = "import pickle\ndef load(data):\n    pickle.loads(data)\n"
    test = {"tests/test_api.py": f"{HEAD}    helpers.load(request.data)\n"}
    (outcome,) = judged(UnsafeDeserialization, helpers, HELPERS, test)
    assert outcome.severity is None


def test_two_files_without_a_module_name() -> None:
    api = (
        "from flask import Flask, request\nimport pickle\napp = Flask(__name__)\n@app.post('/')\ndef view():\n"
        "    load(request.data)\ndef load(data):\n    pickle.loads(data)\n"
    )
    other = "import pickle\ndef load(data):\n    pickle.loads(data)\n"
    found = judged(
        UnsafeDeserialization, api, "src/app/serve-it/main.py", {"src/app/load-it/main.py": other}
    )
    assert {outcome.place.location.path: outcome.severity for outcome in found} == {
        "src/app/serve-it/main.py": Severity.ERROR,
        "src/app/load-it/main.py": None,
    }


def test_the_trace_of_a_cache_leads_to_the_handler() -> None:
    helpers = "from functools import cache\n@cache\ndef rate(code): ...\n"
    api = f"{HEAD}    helpers.rate(request.args['code'])\n"
    (outcome,) = judged(UnboundedCache, helpers, HELPERS, {API: api})
    assert [(step.path, step.line, step.text) for step in outcome.trace] == [
        (API, FIRST_LINE, "`view` hands over what a client sent")
    ]
