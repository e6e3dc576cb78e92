"""ARC0506: which handlers of requests send the text of an unexpected exception to the client?"""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.error_handling.error_detail_leak import ErrorDetailLeak
from archcheck.testing import outcomes

FASTAPI = (
    "import traceback\nfrom fastapi import APIRouter, HTTPException\n"
    "from fastapi.responses import JSONResponse\n\nrouter = APIRouter()\n\n\n"
)


def verdicts(code: str, **files: str) -> list[str]:
    example = Example(
        "A case.", code, files={f"src/app/{name}.py": text for name, text in files.items()}
    )
    return [outcome.verdict.value for outcome in outcomes(ErrorDetailLeak, example)]


def route(answer: str, caught: str = "Exception as error", after: str = "") -> str:
    """A handler of FastAPI whose `except` does ``answer``, and which goes on with ``after``."""
    body = "".join(f"        {line}\n" for line in answer.splitlines())
    rest = "".join(f"    {line}\n" for line in after.splitlines())
    return (
        f'{FASTAPI}@router.get("/orders")\ndef orders(debug: bool = False):\n    detail = None\n'
        f"    try:\n        found = work()\n        return found\n    except {caught}:\n{body}{rest}"
    )


@pytest.mark.parametrize(
    "answer",
    [
        "raise HTTPException(500, detail=str(error))",
        "raise HTTPException(status_code=400, detail=error)",
        "raise HTTPException(500, f'failed: {error}') from error",
        "raise HTTPException(500, 'failed: %s' % error)",
        "raise HTTPException(500, 'failed: {}'.format(error))",
        "return {'error': str(error)}",
        "return {'error': error.args[0]}",
        "return JSONResponse({'error': repr(error)}, 500)",
        "return JSONResponse({'trace': traceback.format_exc()})",
        "return failure(str(error))",
        "text = str(error)\nreturn {'error': text}",
    ],
)
def test_the_text_of_any_exception_in_an_answer_violates(answer: str) -> None:
    assert verdicts(route(answer)) == ["violates"]


@pytest.mark.parametrize(
    "answer",
    [
        "raise HTTPException(500, detail='internal error') from error",
        "raise",
        "log.exception('failed: %s', error)\nreturn {'error': 'internal error'}",
        "return {'error': type(error).__name__}",
        "return {'error': error.__class__.__name__}",
        "return {'error': MESSAGES[str(error)]}",
        "return {'known': str(error) == 'x'}",
        "return {'error': redacted(str(error))}",
        "return {'error': str(error) if settings.debug else 'internal error'}",
        "if isinstance(error, OutOfStock):\n    return {'error': str(error)}\nraise",
        "raise RuntimeError(str(error))",
    ],
)
def test_an_answer_without_it_complies(answer: str) -> None:
    assert verdicts(route(answer)) == ["complies"]


@pytest.mark.parametrize(
    "answer",
    [
        "return render_error(error)",
        "return {'error': error.public}",
        "return log_and_make_response(error)",
    ],
)
def test_what_others_make_of_the_exception_is_unknown(answer: str) -> None:
    assert verdicts(route(answer)) == []


def test_what_is_sent_after_the_handler_counts() -> None:
    code = route("detail = str(error)", after="return {'detail': detail}")
    assert verdicts(code) == ["violates"]


@pytest.mark.parametrize("caught", ["ValueError as error", "(OSError, KeyError) as error"])
def test_a_narrow_handler_is_no_opportunity(caught: str) -> None:
    assert verdicts(route("raise HTTPException(400, detail=str(error))", caught)) == []


@pytest.mark.parametrize(
    "call",
    [
        "Order(**body)",
        "validate_password(x)",
        "json.loads(x)",
        "[Query.from_dict(each) for each in x]",
        "[Status.from_name(each) for each in x]",
    ],
)
def test_a_try_that_only_validates_is_no_opportunity(call: str) -> None:
    code = route("raise HTTPException(400, detail=str(error))").replace(
        "found = work()\n        return found", f"found = {call}"
    )
    assert verdicts(code) == []


def test_a_function_that_answers_no_request_is_left_alone() -> None:
    assert (
        verdicts(
            f"{FASTAPI}def work():\n    try:\n        x()\n    except Exception as e:\n        return str(e)\n"
        )
        == []
    )


@pytest.mark.parametrize(
    ("base", "verdict"), [("Base", ["violates"]), ("Other", []), ("Unknown", [])]
)
def test_methods_of_views_are_found_through_their_bases(base: str, verdict: list[str]) -> None:
    code = (
        f"from app.base import Base, Other\nfrom elsewhere import Unknown\n\n\nclass Orders({base}):\n"
        "    def get(self):\n        try:\n            return work()\n        except Exception as error:\n"
        "            return {'error': str(error)}\n"
    )
    base_module = "from flask.views import MethodView\n\n\nclass Base(MethodView): ...\n\n\nclass Other: ...\n"
    assert verdicts(code, __init__="", base=base_module) == verdict


def test_a_django_view_takes_a_request_and_makes_an_answer() -> None:
    code = (
        "from django.http import JsonResponse\n\n\ndef orders(request):\n    try:\n        return JsonResponse(work())\n"
        "    except Exception as error:\n        return JsonResponse({'error': str(error)}, status=500)\n"
    )
    assert verdicts(code) == ["violates"]


def test_a_handler_of_tornado_writes_its_answer() -> None:
    code = (
        "from tornado.web import RequestHandler\n\n\nclass Orders(RequestHandler):\n    def get(self):\n"
        "        try:\n            work()\n        except Exception as error:\n            self.write(str(error))\n"
    )
    assert verdicts(code) == ["violates"]


@pytest.mark.parametrize(
    ("registered", "verdict"),
    [("Exception", ["violates"]), ("OutOfStock", []), ("404", []), ("HTTPException", [])],
)
def test_functions_registered_for_every_exception(registered: str, verdict: list[str]) -> None:
    code = (
        "from flask import Flask, jsonify\nfrom werkzeug.exceptions import HTTPException\n"
        "from app.errors import OutOfStock\n\napp = Flask(__name__)\n\n\n"
        f"@app.errorhandler({registered})\ndef failed(error):\n    return jsonify(error=str(error)), 500\n"
    )
    assert verdicts(code) == verdict


def test_a_function_registered_by_a_call() -> None:
    code = (
        f"{FASTAPI}async def failed(request, error):\n    return JSONResponse({{'error': str(error)}})\n\n\n"
        "router.add_exception_handler(Exception, failed)\n"
    )
    assert verdicts(code) == ["violates"]


LISTING = (
    "from flask import jsonify\n\n\ndef orders():\n    try:\n        return work()\n"
    "    except Exception as error:\n        return jsonify(error=str(error)), 500\n"
)
REGISTERED = {
    "a rule of flask": "from flask import Flask\nfrom app import service\napp = Flask(__name__)\n"
    "app.add_url_rule('/orders', view_func=service.orders)\n",
    "a route of fastapi": "from fastapi import FastAPI\nfrom app.service import orders\napp = FastAPI()\n"
    "app.add_api_route('/orders', orders)\n",
    "a path of django": "from django.urls import path\nfrom app import service\n"
    "urlpatterns = [path('orders', service.orders)]\n",
}


@pytest.mark.parametrize("registration", REGISTERED.values(), ids=REGISTERED)
def test_a_handler_is_registered_in_another_module(registration: str) -> None:
    assert verdicts(LISTING, urls=registration) == ["violates"]


def test_a_function_that_no_route_leads_to() -> None:
    assert verdicts(LISTING, urls="from app.service import orders\norders()\n") == []


def test_a_view_of_unknown_base_that_is_registered() -> None:
    code = (
        "from elsewhere import Base\nfrom flask import jsonify\n\n\nclass Orders(Base):\n    def get(self):\n"
        "        try:\n            return work()\n        except Exception as error:\n"
        "            return jsonify(error=str(error)), 500\n"
    )
    urls = (
        "from flask import Flask\nfrom app.service import Orders\napp = Flask(__name__)\n"
        "app.add_url_rule('/orders', view_func=Orders.as_view('orders'))\n"
    )
    assert verdicts(code) == []
    assert verdicts(code, urls=urls) == ["violates"]


@pytest.mark.parametrize(
    ("also", "found"),
    [
        ("if not isinstance(given, dict):\n            raise ValueError('not an object')", []),
        ("if not isinstance(given, dict):\n            given = load()", ["violates"]),
        ("store(given)", ["violates"]),
        ("check_order(given)", []),
        ("return JSONResponse({'valid': True})", []),
        ("return JSONResponse(store(given))", ["violates"]),
        ("return store(given)", ["violates"]),
        ("order = Order(given)", ["violates"]),
        ("try:\n            validate(given)\n        except Invalid:\n            pass", []),
        ("try:\n            store(given)\n        except Invalid:\n            pass", ["violates"]),
    ],
)
def test_a_try_that_reads_and_refuses_only_validates(also: str, found: list[str]) -> None:
    code = (
        "import json\nfrom fastapi import FastAPI, HTTPException\napp = FastAPI()\n\n\n"
        "@app.get('/orders')\ndef orders(text: str):\n    try:\n        given = json.loads(text)\n"
        f"        {also}\n    except Exception as error:\n"
        "        raise HTTPException(422, f'invalid: {error}') from error\n    return given\n"
    )
    assert verdicts(code) == found


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("scrub_message(str(error))", ["complies"]),
        ("str(error) if exposes_errors() else 'internal'", ["complies"]),
        ("str(error) if long else 'internal'", ["violates"]),
    ],
)
def test_a_text_that_is_scrubbed_or_asked_for(sent: str, found: list[str]) -> None:
    code = (
        "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n\n\n"
        "@app.get('/orders')\ndef orders():\n    try:\n        return work()\n    except Exception as error:\n"
        f"        raise HTTPException(500, {sent}) from error\n"
    )
    assert verdicts(code) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [("error", ["complies"]), ("error.__cause__", ["complies"]), ("module", ["violates"])],
)
def test_a_condition_narrows_what_it_asks_of(asked: str, found: list[str]) -> None:
    code = (
        "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n\n\n"
        "@app.get('/orders')\ndef orders(module):\n    try:\n        return work()\n    except Exception as error:\n"
        f"        if isinstance({asked}, KeyError):\n"
        "            raise HTTPException(500, str(error)) from error\n        raise\n"
    )
    assert verdicts(code) == found
