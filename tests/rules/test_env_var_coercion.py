"""ARC0603: what is taken for a value of another type, line by line."""

from __future__ import annotations

import pytest

from archcheck.model import Outcome, Severity, Verdict
from archcheck.rule import Example
from archcheck.rules.configuration.env_var_coercion import EnvVarCoercion
from archcheck.testing import outcomes


def judged(code: str, *, path: str = "src/shop/limits.py") -> list[Outcome]:
    return outcomes(EnvVarCoercion, Example("A case.", f"import os\n{code}\n", path=path))


VIOLATES = {
    "bool": "X = bool(os.getenv('SHOP_DEBUG'))",
    "bool of a subscript": "X = bool(os.environ['SHOP_DEBUG'])",
    "bool of get": "X = bool(os.environ.get('SHOP_DEBUG', ''))",
    "bool through an alias": "from os import getenv as g\nX = bool(g('SHOP_DEBUG'))",
    "bool with a fallback": "X = bool(os.getenv('SHOP_DEBUG') or False)",
    "bool with a default that says it is a flag": "X = bool(os.getenv('SHOP_KEY', 'false'))",
    "bool in the next line": "x = os.getenv('SHOP_DEBUG')\nX = bool(x)",
    "bool in another function": "x = os.getenv('SHOP_DEBUG')\ndef f():\n    return bool(x)",
    "a bool": "X = os.getenv('SHOP_DEBUG', False)",
    "a bool by keyword": "X = os.getenv('SHOP_DEBUG', default=False)",
    "a number": "X = os.environ.get('SHOP_LIMIT', 10)",
    "a list": "X = os.environ.get('SHOP_HOSTS', [])",
    "in a condition": "if os.getenv('SHOP_DEBUG', False):\n    pass",
    "in a negation": "X = not os.getenv('SHOP_DEBUG', True)",
    "in a comparison with a number": "X = os.getenv('SHOP_LIMIT', 1) == 1",
    "as an argument": "connect(port=os.getenv('SHOP_SERVICE', 8000))",
    "returned": "def f():\n    return os.environ.get('SHOP_LIMIT', 1.5)",
    "as a text": "X = os.getenv('SHOP_DEBUG', False).lower()",
}


@pytest.mark.parametrize("code", VIOLATES.values(), ids=VIOLATES)
def test_violates(code: str) -> None:
    (outcome,) = judged(code)
    assert outcome.verdict is Verdict.VIOLATES
    assert not outcome.advice


COMPLIES = {
    "a text default": "X = os.getenv('SHOP_NAME', 'shop')",
    "a number's text": "X = int(os.getenv('SHOP_LIMIT', '10'))",
    "a number for int": "X = int(os.getenv('SHOP_LIMIT', 10))",
    "a computed number for int": "X = int(os.getenv('SHOP_LIMIT', LIMIT))",
    "a number in a text": "X = f\"{os.getenv('SHOP_PORT', 8000)}\"",
    "int of a required variable": "X = int(os.environ['SHOP_LIMIT'])",
    "int with a fallback": "X = int(os.getenv('SHOP_LIMIT') or 10)",
    "int under a condition": "X = int(os.getenv('SHOP_LIMIT')) if os.getenv('SHOP_LIMIT') else None",
    "int where it is set": "if 'SHOP_LIMIT' in os.environ:\n    X = int(os.environ.get('SHOP_LIMIT'))",
    "int with a handler": "try:\n    X = int(os.getenv('SHOP_LIMIT'))\nexcept (TypeError, ValueError):\n    X = 1",
    "int later": "x = os.getenv('SHOP_LIMIT')\nif x:\n    x = int(x)",
    "a set with a name": "X = os.getenv('SHOP_DEBUG', False) in TRUE_VALUES",
    "a comparison": "X = os.getenv('SHOP_DEBUG') == '1'",
    "a comparison with a default": "X = os.getenv('SHOP_DEBUG', False) in ('1', 'true')",
    "a parser": "X = strtobool(os.environ.get('SHOP_DEBUG'))",
    "a bool of the project's own": "def bool(x): ...\nX = bool(os.getenv('SHOP_DEBUG'))",
    "a number, converted in the next line": "x = os.getenv('SHOP_LIMIT', 10)\nx = int(x)",
}


@pytest.mark.parametrize("code", COMPLIES.values(), ids=COMPLIES)
def test_complies(code: str) -> None:
    (outcome,) = judged(code)
    assert outcome.verdict is Verdict.COMPLIES


NO_OPPORTUNITY = {
    "whether a secret is set, by a constant": "from shop.names import TOKEN_KEY\nX = bool(os.getenv(TOKEN_KEY))",
    "no default and no conversion": "X = os.getenv('SHOP_NAME')\nY = os.environ['SHOP_NAME']",
    "None": "X = os.getenv('SHOP_NAME', None)",
    "a computed default": "X = os.getenv('SHOP_NAME', name())",
    "bool of what holds no yes or no": "X = bool(os.getenv('SENTRY_DSN'))\nY = bool(os.getenv('API_KEY'))\n"
    "Z = bool(os.getenv('POOL_URI') or os.getenv('POOL_HOSTPORT'))",
    "bool of a secret of somebody": "X = bool(os.getenv('BEARER_TOKEN_SHOP'))",
    "bool of one of several": "X = bool(os.getenv('SHOP_BEDROCK') or os.getenv('SHOP_PROFILE'))",
    "bool of a variable whose name is worked out": "def f(name, field):\n"
    "    return bool(os.getenv(f'{name}_ENC') or os.getenv(name) or os.getenv(field.env_var))",
    "bool of what a shell asks by": "X = bool(os.getenv('_SHOP_COMPLETE'))",
    "a path, or whether to verify": "verify = os.getenv('SHOP_CERT_BUNDLE', True)",
    "bool of what is empty by default": "X = bool(os.getenv('SHOP_WATCH_DIRS', ''))",
    "bool of what counts by being set": "X = bool(os.getenv('CI'))\nY = bool(os.environ.get('NO_COLOR'))",
    "bool of another value of the name": "x = os.getenv('SHOP_DEBUG')\nx = x or ask()\nX = bool(x)",
    "bool of another name alike": "x = os.getenv('SHOP_DEBUG')\ndef f(x):\n    return bool(x)",
    "a membership": "X = 'SHOP_DEBUG' in os.environ",
    "a default that is set": "os.environ.setdefault('SHOP_NAME', 'shop')",
    "another mapping": "environ = {}\nX = bool(environ.get('SHOP_DEBUG', False))",
    "another getenv": "def getenv(name, default): ...\nX = bool(getenv('SHOP_DEBUG', False))",
}


@pytest.mark.parametrize("code", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_no_opportunity(code: str) -> None:
    assert judged(code) == []


ADVICE = {
    "a parser that is given both": (
        "X = parse_boolean(os.getenv('SHOP_DEBUG', False))",
        "`parse_boolean` is given a text when `SHOP_DEBUG` is set and a `bool` when it is not",
    ),
    "int of what may be unset": (
        "X = int(os.getenv('SHOP_LIMIT'))",
        "`int(os.getenv())` raises a TypeError when `SHOP_LIMIT` is unset",
    ),
}


@pytest.mark.parametrize(("code", "message"), ADVICE.values(), ids=ADVICE)
def test_lesser_cases_are_advice(code: str, message: str) -> None:
    (outcome,) = judged(code)
    assert outcome.advice
    assert outcome.message == message


def test_bool_is_an_error_and_a_default_a_warning() -> None:
    one, two = judged("X = bool(os.getenv('SHOP_A'))\nY = os.getenv('SHOP_B', 0)")
    assert (one.severity, two.severity) == (Severity.ERROR, None)
    assert EnvVarCoercion.severity is Severity.WARNING
    assert one.message == (
        "`bool(os.getenv())` is true for every text in `SHOP_A`, `False` and `0` included"
    )
    assert two.message == (
        "`os.getenv()` gives a text when `SHOP_B` is set and an `int` when it is not, "
        "and nothing converts it"
    )


def test_a_name_that_is_computed_is_shown_as_written() -> None:
    (outcome,) = judged("from shop.names import DEBUG\nX = bool(os.getenv(DEBUG))")
    assert (
        outcome.message
        == "`bool(os.getenv())` is true for every text in `DEBUG`, `False` and `0` included"
    )


def test_a_template_is_shown_as_it_stands() -> None:
    (outcome,) = judged("def f(app): return os.getenv('{}_COLOURS'.format(app), False)")
    assert "when `{}_COLOURS` is set" in outcome.message


@pytest.mark.parametrize(("name", "number"), [("NO_COLOR", 0), ("SHOP_COLOR", 1)])
def test_of_some_variables_only_the_presence_counts(name: str, number: int) -> None:
    assert len(judged(f"if os.environ.get('{name}', False):\n    COLOUR = False")) == number


def test_bool_of_a_name_tells_the_variable() -> None:
    (outcome,) = judged("x = os.getenv('SHOP_A')\nX = bool(x)")
    assert outcome.severity is Severity.ERROR
    assert outcome.message == "`bool` of `SHOP_A` is true for every text, `False` and `0` included"


def test_a_default_is_not_shown() -> None:
    (outcome,) = judged("X = os.getenv('SHOP_KEYS', ['hunter2'])")
    assert "hunter2" not in f"{outcome.message}{outcome.place.subject}"
    assert "a `list`" in outcome.message


@pytest.mark.parametrize("path", ["tests/test_limits.py", "scripts/limits.py", "docs/limits.py"])
def test_other_roles_are_not_judged(path: str) -> None:
    assert judged("X = bool(os.getenv('SHOP_DEBUG'))", path=path) == []


def test_what_the_project_itself_sets_holds_what_it_puts_there() -> None:
    example = Example(
        "A case.",
        "import os\nREDIRECTED = bool(os.environ.get('SHOP_REDIRECT'))\n",
        path="src/shop/worker.py",
        files={
            "src/shop/start.py": "import os\n\n\ndef start(on):\n"
            "    os.environ.update(SHOP_REDIRECT='1' if on else '')\n"
        },
    )
    assert outcomes(EnvVarCoercion, example) == []


def test_a_name_that_is_asked_for_among_the_default_and_texts() -> None:
    code = "FLAG = os.getenv('SHOP_FLAG', True)\nON = FLAG in {values}"
    assert [
        [each.verdict.value for each in judged(code.format(values=values))]
        for values in ("[True, 'true']", "[True, 1]")
    ] == [["complies"], ["violates"]]


def test_options_of_the_pager_are_no_flag() -> None:
    assert judged("X = bool(os.getenv('LESS'))") == []


@pytest.mark.parametrize(
    ("use", "verdict"),
    [
        ("'http://localhost:{}'.format(PORT)", "complies"),
        ("'http://localhost:%s' % PORT", "complies"),
        ("'%s:%s' % (HOST, PORT) if PORT else HOST", "complies"),
        ("f'http://localhost:{PORT}'", "complies"),
        ("f'{PORT}' if PORT < 9 else ''", "violates"),
        ("PORT % 2", "violates"),
        ("connect(PORT)", "violates"),
    ],
)
def test_what_is_only_put_into_a_text(use: str, verdict: str) -> None:
    code = f"PORT = os.getenv('SHOP_PORT', 8080)\nURL = {use}"
    assert [each.verdict.value for each in judged(code)] == [verdict]


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("f'SHOP_{PART}_URL'", []),
        ("f'SHOP_{PART}_DEBUG'", ["violates"]),
        ("f'SHOP_{PART}'", ["violates"]),
    ],
)
def test_of_a_computed_name_the_end_tells_what_it_holds(name: str, verdicts: list[str]) -> None:
    assert [each.verdict.value for each in judged(f"X = bool(os.getenv({name}))")] == verdicts


@pytest.mark.parametrize(("kind", "verdict"), [("type=int, ", "complies"), ("", "violates")])
def test_a_parser_of_options_converts_its_defaults(kind: str, verdict: str) -> None:
    code = f"parser.add_argument('--rows', {kind}default=os.environ.get('SHOP_ROWS', 60))"
    assert [each.verdict.value for each in judged(code)] == [verdict]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("int(os.getenv('SHOP_ROWS', os.getenv('ROWS', 60)))", "complies"),
        ("os.getenv('SHOP_ROWS', os.getenv('ROWS', 60))", "violates"),
    ],
)
def test_a_read_may_be_the_default_of_another(code: str, verdict: str) -> None:
    assert [each.verdict.value for each in judged(f"X = {code}")][-1] == verdict


@pytest.mark.parametrize(
    "asked",
    [
        "os.getenv('API_KEY_REQUIRED')",
        "os.getenv('ALLOW_API_KEY_SHOP')",
        "os.getenv('AUTH_TOKEN_LOGIN')",
        "os.getenv('SHOP_DEBUG') or os.getenv('DEBUG')",
        "os.getenv('SHOP_DEBUG') and os.getenv('SHOP_URL')",
    ],
)
def test_a_switch_of_a_secret_is_a_switch(asked: str) -> None:
    assert judged(f"X = bool({asked})")[0].verdict is Verdict.VIOLATES
