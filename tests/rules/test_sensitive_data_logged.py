from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.security.sensitive_data_logged import SensitiveDataLogged
from archcheck.testing import outcomes

SETUP = "import logging, os\nfrom pydantic import SecretStr\nlog = logging.getLogger('x')\n"


def verdicts(line: str) -> list[str]:
    source = f"{SETUP}def f(user, password, hidden: SecretStr, request, data):\n    {line}\n"
    return [
        outcome.verdict.value for outcome in outcomes(SensitiveDataLogged, Example("case", source))
    ]


@pytest.mark.parametrize(
    "line",
    [
        'log.info("%s", password)',
        'log.info(f"{user.api_key!r}")',
        'log.info("key " + user.apiKey)',
        'log.info("{}".format(password))',
        'log.info("%s" % data["client_secret"])',
        'log.debug("%s", data.get("access_token"))',
        'log.info("%s", {"x": password})',
        'log.info("%s", str(password))',
        'log.info("%s", user.secret if user else "")',
        'log.info("%s", hidden.get_secret_value())',
        'log.info("%s", request.headers)',
        'log.info("%s", dict_of, os.environ)',
        'log.info("signed in", password=password)',
        "print(password)",
    ],
)
def test_a_secret_in_the_log_is_found(line: str) -> None:
    assert verdicts(line) == ["violates"]


@pytest.mark.parametrize(
    "line",
    [
        'log.info("password of %s", user)',
        'log.info("%s", user.has_password)',
        'log.info("%s", data["password_count"])',
        'log.info("%s", user.secret_name)',
        'log.info("%s", mask(password))',
        'log.info("%s", len(password))',
        'log.info("%s", password is None)',
        'log.info("%s", password[:4])',
        'log.info("%s", hidden)',
        'log.info("%s", data["API_KEY_HEADER"])',
        'password = mask(password)\n    log.info("%s", password)',
        'log.info("%s", PASSWORD)',
        'key = api_key = password[:4] + "***"\n    log.info("%s", api_key)',
        'log.info("%s", request.headers["X-Request-ID"])',
        'log.info("%s", verify(password))',
    ],
)
def test_no_secret_complies(line: str) -> None:
    assert verdicts(line) == ["complies"]


@pytest.mark.parametrize("line", ['log.info("password")', "store.info(password)", "log(password)"])
def test_constant_text_and_other_calls_are_no_opportunity(line: str) -> None:
    assert verdicts(line) == []


@pytest.mark.parametrize(
    ("function", "found"), [("enforce", ["complies"]), ("connect", ["violates"])]
)
def test_credentials_of_an_access_check_tell_who_asks(function: str, found: list[str]) -> None:
    source = f"{SETUP}def {function}(user_credentials, action):\n    log.debug('%s %s', action, user_credentials)\n"
    judged = outcomes(SensitiveDataLogged, Example("case", source))
    assert [outcome.verdict.value for outcome in judged] == found


@pytest.mark.parametrize(("part", "found"), [("name", "complies"), ("value", "violates")])
def test_names_of_cookies_are_no_secret(part: str, found: str) -> None:
    source = f"{SETUP}def f(jar):\n    cookies = [each['{part}'] for each in jar]\n    log.debug('%s', cookies)\n"
    judged = outcomes(SensitiveDataLogged, Example("case", source))
    assert [outcome.verdict.value for outcome in judged] == [found]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('log.debug("cookie %.8s... of %s", data.cookie, user)', "complies"),
        ('log.debug("cookie %.8s... of %s", user, data.cookie)', "violates"),
        ('log.info("100%% of %s", password)', "violates"),
        ('log.info(f"credentials: {data.cors_allow_credentials}")', "complies"),
        ('log.info(f"credentials: {data.sso_credentials}")', "violates"),
    ],
)
def test_what_is_cut_off_or_only_allowed_is_no_secret(line: str, found: str) -> None:
    assert verdicts(line) == [found]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('log.debug("%s", authorization)', "complies"),
        ('log.debug("%s", self.credentials)', "complies"),
        ('log.debug("%s", request.headers["Authorization"])', "violates"),
        ('log.debug("%s", headers.get("authorization"))', "violates"),
        ('log.debug("%s", data.aws_credentials)', "violates"),
    ],
)
def test_an_authorization_may_be_the_answer_and_credentials_who_asks(line: str, found: str) -> None:
    assert verdicts(line) == [found]


@pytest.mark.parametrize(
    ("taken", "found"),
    [('len("Basic "):', "violates"), ("7:", "violates"), (":4", "complies"), ("-4:", "complies")],
)
def test_a_prefix_that_is_taken_off_hides_nothing(taken: str, found: str) -> None:
    assert verdicts(f'api_key = request.headers["x"][{taken}]\n    log.info("%s", api_key)') == [
        found
    ]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("user.log_credentials", "complies"),
        ("user.include_api_key", "complies"),
        ("user.log_level", "violates"),
    ],
)
def test_an_operator_may_ask_for_it(condition: str, found: str) -> None:
    assert verdicts(f"if {condition}:\n        log.info('%s', password)") == [found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class Register(app.Command):\n    def run(self, password):\n        print(password)", []),
        ("@manager.command\ndef register(password):\n    print(password)", []),
        ("class Register:\n    def run(self, password):\n        print(password)", ["violates"]),
    ],
)
def test_a_command_answers_who_runs_it(source: str, found: list[str]) -> None:
    judged = outcomes(SensitiveDataLogged, Example("case", source, path="src/app/clients.py"))
    assert [outcome.verdict.value for outcome in judged] == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('log.info("%(USER)s" % os.environ)', "complies"),
        ('log.info("%(DB_PASSWORD)s" % os.environ)', "violates"),
        ('log.info("{USER}".format(**os.environ))', "complies"),
        ('log.info("{DB_PASSWORD}".format(**os.environ))', "violates"),
        ('log.info("%(key)s" % {"key": password})', "violates"),
        ('log.info("%s: %s" % (user, password))', "violates"),
        ('log.info("{}: {}".format(user, password))', "violates"),
        ('log.info("{1.name}: {0}".format(password, user))', "violates"),
        ('log.info("{key}".format(key=password))', "violates"),
        ('log.info("{".format(password))', "violates"),
    ],
)
def test_a_text_takes_what_it_names(line: str, found: str) -> None:
    assert verdicts(line) == [found]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('log.debug(f"using the cookies file {data.cookies}")', "complies"),
        ('log.debug(f"cookies {data.cookies}")', "violates"),
        ('log.debug("private key file: %s", data.private_key)', "complies"),
        ('log.debug("file %s: %s", user, password)', "violates"),
        ('log.debug("secret in directory %s" % data.secret)', "complies"),
        ('log.debug("cookies from path {}, {}".format(data.cookies, user))', "complies"),
        ('log.debug("profile: %s", password)', "violates"),
    ],
)
def test_the_place_of_a_secret_is_none(line: str, found: str) -> None:
    assert verdicts(line) == [found]


@pytest.mark.parametrize(
    ("stream", "found"),
    [("sys.stderr", ["violates"]), ("sys.stdout", ["violates"]), ("out", [])],
)
def test_what_is_printed_to_a_file_is_no_log(stream: str, found: list[str]) -> None:
    assert verdicts(f"import sys\n    print(password, file={stream})") == found


@pytest.mark.parametrize("name", ["oauth_token", "api_token", "botToken", "jwt_token"])
def test_tokens_of_an_interface_are_secrets(name: str) -> None:
    assert verdicts(f'log.info("%s", user.{name})') == ["violates"]


@pytest.mark.parametrize(
    ("failure", "found"),
    [("httpx.HTTPStatusError", "complies"), ("requests.HTTPError", "violates")],
)
def test_httpx_hides_who_asks_in_the_headers_it_prints(failure: str, found: str) -> None:
    source = (
        f"{SETUP}import httpx, requests\ndef f():\n    try:\n        send()\n    except {failure} as error:\n"
        "        log.error(f'{error.request.headers}')\n"
    )
    judged = outcomes(SensitiveDataLogged, Example("case", source))
    assert [outcome.verdict.value for outcome in judged] == [found]


@pytest.mark.parametrize(
    ("line", "is_advice"),
    [
        ('log.info("%s", user.cookie)', True),
        ('log.info("%s", data.aws_credentials)', True),
        ('log.info("%s", request.headers)', True),
        ('log.info("%s", os.environ)', True),
        ('log.info("%s", db_pwd)', True),
        ("print(password)", True),
        ('log.info("%s", password)', False),
        ('log.info("%s", user.api_key)', False),
        ('log.info("%s", data["access_token"])', False),
    ],
)
def test_what_may_be_no_secret_is_advice(line: str, is_advice: bool) -> None:
    source = f"{SETUP}def f(user, password, db_pwd, request, data):\n    {line}\n"
    (outcome,) = outcomes(SensitiveDataLogged, Example("case", source))
    assert outcome.advice is is_advice


@pytest.mark.parametrize(
    ("value", "found"),
    [("self.working_dir", "complies"), ("data.key_file", "complies"), ("self.typed", "violates")],
)
def test_a_value_that_is_called_a_place_is_no_secret(value: str, found: str) -> None:
    assert verdicts(f'pwd = {value}\n    log.info("%s", pwd)') == [found]


@pytest.mark.parametrize(
    "line",
    [
        "token = user.session.fetch_token(url); log.debug('%s', token)",
        "token = None; token = create_access_token(user); log.debug(f'{token}')",
        "token = data['access_token']; log.debug('%s', token)",
        "token = data.get('access_token'); log.debug('%s', token)",
        "token = os.getenv('API_TOKEN'); log.debug('%s', token)",
        "import secrets; token = secrets.token_urlsafe(); log.debug('%s', token)",
    ],
)
def test_a_token_that_lets_its_holder_in(line: str) -> None:
    assert "violates" in verdicts(line)


@pytest.mark.parametrize(
    "line",
    [
        "token = data['token']; log.debug('%s', token)",
        "token = user.next_token(); log.debug('%s', token)",
        "token = user.get_csrf_token(); log.debug('%s', token)",
        "token = data.get('page_token'); log.debug('%s', token)",
        "token = request; log.debug('%s', token)",
        "token = data['access_token'] if user else request.lock(); log.debug('%s', token)",
        "log.debug('%s', user.token)",
    ],
)
def test_a_token_of_which_nobody_knows_what_it_is_for(line: str) -> None:
    assert "violates" not in verdicts(line)


def test_an_attribute_is_a_token_wherever_it_was_got() -> None:
    source = (
        f"{SETUP}class Calendar:\n    def __init__(self):\n        self._token = None\n\n"
        "    async def load(self, file):\n        self._token = read(file)\n\n"
        "    async def sign_in(self, session):\n        self._token = await session.fetch_token()\n"
        "        log.debug(f'token: {self._token}')\n"
    )
    found = outcomes(SensitiveDataLogged, Example("case", source))
    assert [each.message for each in found] == ["`_token` is written to the log"]
