from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.security.hardcoded_secret import HardcodedSecret
from archcheck.testing import outcomes

VALUE = "h7Qz1vRk9wXc3LmT5pYb"


def verdicts(source: str, path: str = "src/app/service.py") -> list[tuple[int, str]]:
    example = Example("case", dedent(source), path=path)
    return [
        (outcome.place.location.line, outcome.verdict.value)
        for outcome in outcomes(HardcodedSecret, example)
    ]


def test_the_sample_values_of_placeholders_are_none() -> None:
    source = f'VALUES = dict(secret="{VALUE}")'
    assert verdicts(source, "src/app/placeholders.py") == []
    assert verdicts(source) == [(1, "violates")]


@pytest.mark.parametrize(
    "source",
    [
        f'API_KEY = "{VALUE}"',
        f'api_key: str = "{VALUE}"',
        f'a = api_key = "{VALUE}"',
        f'client.api_key = "{VALUE}"',
        f'app.config["SECRET_KEY"] = "{VALUE}"',
        f'connect(password="{VALUE}")',
        f'options = {{"clientSecret": "{VALUE}"}}',
        f'def connect(host, password="{VALUE}"): ...',
        f'def connect(*, password="{VALUE}"): ...',
        f'connect = lambda password="{VALUE}": None',
        f'token = given or "{VALUE}"',
        f'token = given if given else "{VALUE}"',
        f'from os import getenv as e\ntoken = settings.get("TOKEN", "{VALUE}")',
        f'import os\ntoken = os.getenv("TOKEN", default="{VALUE}")',
        f'class S:\n    api_key: SecretStr = SecretStr("{VALUE}")',
        f'class S:\n    api_key: str = Field(default="{VALUE}")',
        'headers = ["Bearer " "ghp_" "x9Lq2RvT7mKc4ZwB8nYdF3hJ6pGs1QaW5eUi"]',
        'text = f"{name}: glpat-" "x9Lq2RvT7mKc4ZwB8nYd"',
        'key = b"-----BEGIN PRIVATE KEY-----\\n" b"' + VALUE * 4 + '"',
    ],
)
def test_a_credential_is_found_once(source: str) -> None:
    found = verdicts(source)
    assert [verdict for _, verdict in found] == ["violates"]
    assert found[0][0] == source.count("\n") + 1


@pytest.mark.parametrize(
    "source",
    [
        'import os\nTOKEN = os.environ["TOKEN"]',
        'from os import environ\nTOKEN = environ.get("TOKEN", "")',
        "TOKEN = settings.token.get_secret_value()",
        'TOKEN = config["token"]',
        "password: str | None = None",
        "def connect(password=None): ...",
        "class Settings(BaseSettings):\n    api_key: SecretStr",
    ],
)
def test_a_secret_from_elsewhere_complies(source: str) -> None:
    assert [verdict for _, verdict in verdicts(source)] == ["complies"]


@pytest.mark.parametrize(
    "source",
    [
        f'token_type = "{VALUE}"',
        f'next_token = "{VALUE}"',
        f'MIXPANEL_TOKEN = "{VALUE}"',
        f'digest = "{VALUE}"',
        'password = "Enter your password"',
        'TOKEN = "invalid_token_401"',
        "token = read_token()",
        "connect(password=password)",
        "token = True",
        f'class Kind(str, Enum):\n    TOKEN = "{VALUE}"',
        f'class Kind(models.TextChoices):\n    TOKEN = "{VALUE}"',
        f'class FakeClient:\n    api_key = "{VALUE}"',
        f'def mock_client():\n    return Client(api_key="{VALUE}")',
        f'class LocalStack:\n    def start(self):\n        self.secret_key = "{VALUE}"',
        f'"""Send api_key={VALUE}."""',
        'def f():\n    """AKIA' + 'Q7ZLM2XWB4RTN6VC"""',
        f'api_key: str = Field(examples=[{{"api_key": "{VALUE}"}}])',
        f'EXAMPLE = {{"api_key": "{VALUE}"}}',
        f'form(description_placeholders={{"token": "{VALUE}"}})',
    ],
)
def test_what_is_no_credential_is_no_opportunity(source: str) -> None:
    assert verdicts(source) == []


@pytest.mark.parametrize("word", ["latest", "contest", "localize", "device", "attestation"])
def test_words_that_contain_those_of_pretence_excuse_nothing(word: str) -> None:
    assert verdicts(f'def {word}():\n    api_key = "{VALUE}"') == [(2, "violates")]


@pytest.mark.parametrize("path", ["tests/test_api.py", "docs/example.py", "src/app/seeds.py"])
def test_tests_docs_and_seeds_are_left_alone(path: str) -> None:
    assert verdicts(f'API_KEY = "{VALUE}"', path) == []


def test_the_value_appears_nowhere_in_the_outcome() -> None:
    token = "glpat-" + "x9Lq2RvT7mKc4ZwB8nYd"
    source = f'API_KEY = "{VALUE}"\nheader = "{token}"\ncall(**{{"password": "{VALUE}"}})\n'
    found = outcomes(HardcodedSecret, Example("case", source))
    assert [outcome.verdict for outcome in found] == [Verdict.VIOLATES] * 3
    assert VALUE not in repr(found)
    assert token not in repr(found)


GITLAB = "glpat-x9Lq2RvT7mKc4ZwB8nYd"
AWS = "AKIAQ3EGUZLMB7DPR2XN"
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + VALUE * 4 + "\n"


def in_files(files: dict[str, str]) -> list[tuple[str, int]]:
    example = Example("case", "import os\n", files=files)
    return [
        (outcome.place.location.path, outcome.place.location.line)
        for outcome in outcomes(HardcodedSecret, example)
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", f"export TOKEN={GITLAB}\n"),
        (".env", f"A=1\nB={AWS}\n"),
        (".github/workflows/ci.yml", f"token: {GITLAB}\n"),
        ("src/app/data.json", f'{{"key": "{AWS}"}}\n'),
        ("certificates/server.key", KEY),
        ("README.md", f"Use {GITLAB} to read.\n"),
    ],
)
def test_a_token_in_a_text_file_is_found(path: str, text: str) -> None:
    assert in_files({path: text}) == [(path, text.count("\n") if "KEY" not in text else 1)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/data.json", AWS),
        ("app/translations/de.json", AWS),
        ("docs/guide.md", AWS),
        ("vendor/library/deploy.sh", AWS),
        ("certificates/localhost.key", KEY),
        ("config/dev/server.key", KEY),
        ("integration/files/id_rsa", KEY),
        ("devstack/certs/server_ca.key.pem", KEY),
        ("README.md", "AKIAIOSFODNN7EXAMPLE"),
        ("deploy.sh", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
        ("index.html", "AIzaSyD3kQ9vX2mN7pR4tW8zL1bC6fH5jY0aEsU"),
        ("app.js", "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJxd2Vyd.c2lnbmF0dXJlMTIzNDU2Nzg5MDEy"),
        ("logo.png", AWS),
        ("data.csv", AWS + "x" * 1_000_001),
        ("binary", AWS + "\0"),
    ],
)
def test_samples_published_keys_and_material_are_left_alone(path: str, text: str) -> None:
    assert in_files({path: text}) == []


def test_an_ignored_file_is_not_read() -> None:
    assert in_files({".gitignore": ".env\n", ".env": AWS}) == []


@pytest.mark.parametrize(
    ("user", "found"),
    [
        ("dummy_user", []),
        ("fake-account", []),
        ("dev", [(1, "violates")]),
        ("ana", [(1, "violates")]),
    ],
)
def test_an_argument_among_dummies(user: str, found: list[tuple[int, str]]) -> None:
    assert verdicts(f'Exchange(user="{user}", private_key="{VALUE}")') == found
