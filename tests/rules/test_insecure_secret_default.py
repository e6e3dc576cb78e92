from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.model import Kind, Severity, Verdict
from archcheck.rule import Example
from archcheck.rules.security.insecure_secret_default import InsecureSecretDefault
from archcheck.testing import outcomes

SETTINGS = "from pydantic_settings import BaseSettings\nfrom pydantic import Field, SecretStr\n"


def verdicts(source: str, path: str = "src/app/core.py") -> list[str]:
    example = Example("case", dedent(source), path=path)
    return [
        "advice" if outcome.advice else outcome.verdict.value
        for outcome in outcomes(InsecureSecretDefault, example)
    ]


@pytest.mark.parametrize(
    "source",
    [
        'import os\nX = os.getenv("SECRET_KEY", "dev")',
        'import os\nX = os.getenv("SECRET_KEY", default="dev")',
        'from os import environ as e\nX = e.get("JWT_SECRET", "dev")',
        'import os\nX = os.environ.get("API_KEY") or "changeme"',
        'import os\nDEFAULT = "changeme"\nX = os.getenv("APP_PASSWORD", DEFAULT)',
        'from decouple import config\nX = config("SECRET_KEY", default="dev")',
        'from environs import Env\nenv = Env()\nX = env.str("SECRET_KEY", "dev")',
        'import environ\nenv = environ.Env()\nX = env("SECRET_KEY", default="dev")',
        'import os\nX = os.getenv("DATABASE_URL", "postgres://app:app@db.example.org/app")',
        f'{SETTINGS}class S(BaseSettings):\n    secret_key: str = "dev"',
        f'{SETTINGS}class S(BaseSettings):\n    secret_key: SecretStr = SecretStr("dev")',
        f'{SETTINGS}class S(BaseSettings):\n    secret_key: str = Field("dev", min_length=3)',
        'class AppConfig:\n    SECRET_KEY = "dev"',
        'from dataclasses import dataclass\n@dataclass\nclass AppConfig:\n    password: str = "admin"',
        'from flask import Flask\napp = Flask("x")\napp.config["SECRET_KEY"] = "dev"',
        'from flask import Flask\napp = Flask("x")\napp.config.update(SECRET_KEY="dev")',
        "from starlette.middleware.sessions import SessionMiddleware\n"
        'app.add_middleware(SessionMiddleware, secret_key="dev")',
        'INSTALLED_APPS = []\nSECRET_KEY = "secret-key"',
        "from flask import Flask\nSECRET_KEY = 'browser-0.1'\napp = Flask(__name__)\napp.config.from_object(__name__)",
    ],
)
def test_a_known_default_is_found(source: str) -> None:
    assert verdicts(source) == ["violates"]


@pytest.mark.parametrize(
    "source",
    [
        'import os\nX = os.environ["SECRET_KEY"]',
        'import os\nX = os.getenv("SECRET_KEY")',
        'import os\nX = os.getenv("SECRET_KEY", "")',
        'import os\nX = os.getenv("SECRET_KEY", None)',
        'import os, secrets\nX = os.getenv("SECRET_KEY") or secrets.token_hex()',
        'import os\nX = os.getenv("DATABASE_URL", "sqlite:///app.db")',
        f"{SETTINGS}class S(BaseSettings):\n    secret_key: str",
        f"{SETTINGS}class S(BaseSettings):\n    secret_key: str = Field(..., min_length=32)",
        f"{SETTINGS}class S(BaseSettings):\n    secret_key: str = Field(default_factory=make)",
        'import os\nif os.getenv("ENV") == "dev":\n    X = os.getenv("SECRET_KEY", "dev")',
        'import os\nX = os.getenv("SECRET_KEY", "dev")\nassert X != "dev"',
        'import os, sys\nBAD = {"dev", "changeme"}\nX = os.getenv("SECRET_KEY", "dev")\n'
        "if production and X in BAD:\n    sys.exit(1)",
        "import environ\nenv = environ.Env()\nINSTALLED_APPS = []\nSECRET_KEY = env.str('SECRET_KEY')",
        'import os\nfrom app.errors import fatal_error\nX = os.getenv("SECRET_KEY", "dev")\n'
        'if len(X) < 16 or X == "dev":\n    fatal_error("set it")',
        'import os, warnings\nX = os.getenv("SECRET_KEY", "dev-key")\n'
        'if X.startswith("dev-"):\n    warnings.warn("unsafe")',
    ],
)
def test_no_known_default_complies(source: str) -> None:
    assert set(verdicts(source)) == {"complies"}


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ('import os\nX = os.getenv("SECRET_KEY", "dev")', "src/app/dev_settings.py"),
        ('import os\nX = os.getenv("SECRET_KEY", "dev")', "src/app/local/core.py"),
        ('class DevelopmentConfig:\n    SECRET_KEY = "dev"', "src/app/core.py"),
        ('import os\nX = os.getenv("PRIVATE_KEY", "/etc/app/key.pem")', "src/app/core.py"),
        ('import os\nX = os.getenv("API_KEY", "X-API-Key")', "src/app/core.py"),
        ('import os\nX = os.getenv("OLLAMA_API_KEY", "ollama")', "src/app/core.py"),
        ('import os\nX = os.getenv("USE_CREDENTIALS", "yes")', "src/app/core.py"),
        ('import os\nX = os.getenv("TOKEN_TYPE", "bearer")', "src/app/core.py"),
        ('import os\nX = os.getenv("SECRET_KEY", "h7Qz1vRk9wXc3LmT5pYb")', "src/app/core.py"),
        (
            'import os\nfrom app import DEFAULT\nX = os.getenv("SECRET_KEY", DEFAULT)',
            "src/app/core.py",
        ),
        ('CONF_PASSWORD = "password"\nSECRET_KEY = "dev"', "src/app/const.py"),
        ('class User:\n    secret_key: str = "dev"', "src/app/core.py"),
        ('def os(): ...\nX = os.getenv("SECRET_KEY", "dev")', "src/app/core.py"),
    ],
)
def test_what_is_no_secret_or_not_for_production_is_no_opportunity(source: str, path: str) -> None:
    assert verdicts(source, path) == []


@pytest.mark.parametrize(
    "source",
    [
        'import os\nX = os.getenv("DATABASE_URL", "postgres://app:app@localhost/app")',
        'import os\nX = os.getenv("DATABASE_URL", "postgres://app:app@db:5432/app")',
        'import os\nX = os.getenv("DB_PASSWORD", "app")\nHOST = os.getenv("DB_HOST", "localhost")',
    ],
)
def test_a_service_on_the_same_machine_is_advice(source: str) -> None:
    assert "advice" in verdicts(source)
    assert "violates" not in verdicts(source)


def test_the_settings_class_may_stand_in_another_module() -> None:
    example = Example(
        "case",
        'from app.base import Base\n\n\nclass Values(Base):\n    secret_key: str = "dev"\n',
        path="src/app/core.py",
        files={"src/app/base.py": f"{SETTINGS}\nclass Base(BaseSettings): ...\n"},
    )
    assert [each.place.location.line for each in outcomes(InsecureSecretDefault, example)] == [5]


@pytest.mark.parametrize(
    ("kinds", "severity"),
    [({Kind.SERVICE}, Severity.ERROR), ({Kind.LIBRARY}, None)],
)
def test_it_is_an_error_in_a_service(kinds: set[Kind], severity: Severity | None) -> None:
    source = 'import os\nX = os.getenv("SECRET_KEY", "dev")\n'
    example = Example("case", source, kinds=frozenset(kinds))
    (outcome,) = outcomes(InsecureSecretDefault, example)
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.severity is severity


def test_the_value_is_in_no_message() -> None:
    (outcome,) = outcomes(
        InsecureSecretDefault,
        Example("case", 'import os\nX = os.getenv("SECRET_KEY", "hunter")\n'),
    )
    assert "hunter" not in repr(outcome)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('class AppConfig:\n    SECRET_KEY = "dev"\n', "`SECRET_KEY` is set to a value"),
        ('import os\nKEY = os.getenv("SECRET_KEY", "dev")\n', "`SECRET_KEY` falls back to a value"),
    ],
)
def test_the_message_says_whether_it_is_a_default(source: str, message: str) -> None:
    (outcome,) = outcomes(InsecureSecretDefault, Example("case", source))
    assert outcome.message.startswith(message)
