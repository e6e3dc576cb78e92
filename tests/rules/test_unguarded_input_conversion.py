"""ARC0403: which conversions of a request's values are looked at, and what guards them."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.input_validation.unguarded_input_conversion import UnguardedInputConversion
from archcheck.testing import outcomes

IMPORTS = (
    "import contextlib\nimport datetime\nimport enum\nimport json\nimport re\nfrom decimal import Decimal as D\n"
    "from uuid import UUID\nimport flask\nfrom flask import request\nclass Colour(enum.Enum):\n    RED = 'red'\n"
)


def verdicts(body: str) -> list[Verdict]:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    code = f"{IMPORTS}def view(id):\n{lines}"
    return [each.verdict for each in outcomes(UnguardedInputConversion, Example("", code))]


WRONG = [
    "int(request.args['x'])",
    "int(flask.request.args.get('x', 1))",
    "float(request.form['x'].strip())",
    "D(request.cookies.get('x') or '0')",
    "UUID(request.headers['X-Id'])",
    "Colour(request.values['x'])",
    "datetime.date.fromisoformat(request.args['x'])",
    "json.loads(request.data)",
    "json.loads(request.get_data())",
    "x = request.args.get('x')\nint(x)",
    "try:\n    int(request.args['x'])\nexcept KeyError:\n    pass",
]
GUARDED = [
    "try:\n    int(request.args['x'])\nexcept (TypeError, ValueError):\n    pass",
    "try:\n    D(request.args['x'])\nexcept Exception:\n    pass",
    "with contextlib.suppress(ValueError):\n    int(request.args['x'])",
    "x = request.args['x']\nif x.isdigit():\n    int(x)",
    "x = request.args['x']\nif re.fullmatch('[0-9]+', x):\n    int(x)",
    "x = request.args['x']\nif x in ('1', '2'):\n    int(x)",
    "int(request.args['x']) if request.args['x'].isdigit() else 0",
    "int(request.args['x']) if str(request.args['x']).isnumeric() else 0",
]
NEITHER = [
    "request.args.get('x', type=int)",
    "int(request.args.get('x', type=str))",
    "int(request.headers['Content-Length'])",
    "json.loads(response.request.body)",
    "int(error.response.request.headers['X'])",
    "int(id)",
    "int(len(request.args))",
    "json.loads(client.get('/x').data)",
    "request = client.build()\nint(request.args['x'])",
    "int = make()\nint(request.args['x'])",
    "try:\n    int(request.args['x'])\nexcept unknown():\n    pass",
]


@pytest.mark.parametrize("body", WRONG)
def test_unguarded(body: str) -> None:
    assert verdicts(body) == [Verdict.VIOLATES]


@pytest.mark.parametrize("body", GUARDED)
def test_guarded(body: str) -> None:
    assert verdicts(body) == [Verdict.COMPLIES]


@pytest.mark.parametrize("body", NEITHER)
def test_no_opportunity(body: str) -> None:
    assert verdicts(body) == []


@pytest.mark.parametrize(
    "registers",
    [
        "@app.errorhandler(ValueError)\ndef misfit(error): ...\n",
        "app.register_error_handler(ValueError, misfit)\n",
        "app.add_exception_handler((KeyError, ValueError), misfit)\n",
        "app = FastAPI(exception_handlers={ValueError: misfit})\n",
    ],
)
def test_the_application_answers_misfits(registers: str) -> None:
    code = f"{IMPORTS}def view():\n    return int(request.args['x'])\n"
    files = {"src/app/errors.py": f"from app import app\n\n\n{registers}"}
    found = outcomes(UnguardedInputConversion, Example("", code, files=files))
    assert [each.verdict for each in found] == [Verdict.COMPLIES]


@pytest.mark.parametrize("caught", ["KeyError", "404", "Exception"])
def test_a_handler_of_something_else_changes_nothing(caught: str) -> None:
    code = f"{IMPORTS}def view():\n    return int(request.args['x'])\n"
    files = {"src/app/errors.py": f"@app.errorhandler({caught})\ndef failed(error): ...\n"}
    found = outcomes(UnguardedInputConversion, Example("", code, files=files))
    assert [each.verdict for each in found] == [Verdict.VIOLATES]
