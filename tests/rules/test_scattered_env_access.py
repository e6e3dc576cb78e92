"""ARC0601: who may read the environment, and from how many on it is a pattern."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Kind, Outcome, Severity, Verdict
from archcheck.rule import Example
from archcheck.rules.configuration.scattered_env_access import ScatteredEnvAccess
from archcheck.testing import outcomes

READ = "import os\n\nos.environ['SHOP_X']\n"
TWO_MORE = {"shop/b.py": READ, "shop/c.py": READ}


def judged(
    files: Mapping[str, str], *, kinds: frozenset[Kind] = frozenset({Kind.SERVICE})
) -> list[Outcome]:
    (path, code), *others = files.items()
    return outcomes(
        ScatteredEnvAccess, Example("A case.", code, path=path, files=dict(others), kinds=kinds)
    )


def reported(files: Mapping[str, str]) -> list[str]:
    return [
        outcome.place.location.path
        for outcome in judged(files)
        if outcome.verdict is Verdict.VIOLATES
    ]


def test_three_modules_are_a_pattern() -> None:
    assert reported({"shop/a.py": READ, **TWO_MORE}) == ["shop/a.py", "shop/b.py", "shop/c.py"]


@pytest.mark.parametrize(
    "code",
    [
        "from environs import Env\n\nenv = Env()\nROWS = env.int('SHOP_X')\n",
        "import environ\n\nenv = environ.Env()\nenv.read_env()\nROWS = env('SHOP_X', default='1')\n",
        "from starlette.config import Config\n\nDEBUG = Config('.env')('SHOP_X', cast=bool)\n",
        "from decouple import config\n\nDEBUG = config('SHOP_X', cast=bool)\n",
    ],
)
def test_readers_of_other_packages_read_the_environment(code: str) -> None:
    assert reported({"shop/a.py": code, **TWO_MORE})[0] == "shop/a.py"


def test_a_default_that_is_used_is_read() -> None:
    code = "import os\n\nX = os.environ.setdefault('SHOP_X', '1')\n"
    assert reported({"shop/a.py": code, **TWO_MORE})[0] == "shop/a.py"


def test_two_modules_are_none_and_no_opportunity() -> None:
    assert judged(TWO_MORE) == []


CONFIGURATION = {
    "by name": ("shop/settings.py", READ),
    "by a word of its name": ("shop/mail_config.py", READ),
    "by its package": ("shop/config/mail.py", READ),
    "constants": ("shop/constants.py", READ),
    "env": ("shop/env.py", READ),
    "of gunicorn": ("shop/gunicorn_conf.py", READ),
    "of celery": ("shop/celeryconfig.py", READ),
    "a settings class": (
        "shop/mail.py",
        f"{READ}\nfrom pydantic_settings import BaseSettings\n\n\nclass Mail(BaseSettings): ...\n",
    ),
    "a record of settings": (
        "shop/mail.py",
        "import os\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass MailConfig:\n"
        "    host: str = os.environ['SHOP_X']\n",
    ),
    "an entry point": ("shop/main.py", READ),
    "a command": ("shop/cli.py", f"import argparse\n{READ}"),
}


@pytest.mark.parametrize(("path", "code"), CONFIGURATION.values(), ids=CONFIGURATION)
def test_a_configuration_module_complies(path: str, code: str) -> None:
    (outcome,) = judged({path: code, **TWO_MORE})
    assert (outcome.place.location.path, outcome.verdict) == (path, Verdict.COMPLIES)


NOT_REPORTED = {
    "a variable of the process": "import os\n\nos.environ['HOME']\nos.getenv('HTTPS_PROXY')\n",
    "a computed name": "import os\n\n\ndef read(name):\n    return os.environ[name]\n",
    "the environment as a whole": "import os\nimport subprocess\n\nsubprocess.run(['ls'], env=os.environ.copy())\n",
    "a default that is set": "import os\n\nos.environ.setdefault('SHOP_X', '1')\n",
    "an editor's mark": "import os\n\nos.environ.get('PYCHARM_HOSTED')\n",
    "a write": "import os\n\nos.environ['SHOP_X'] = '1'\n",
    "a private variable": "import os\n\nos.environ['_SHOP_PARENT']\n",
    "its own version": "import os\n\nVERSION = os.getenv('SHOP_VERSION_STRING')\n",
    "as a script": "import os\n\nif __name__ == '__main__':\n    os.environ['SHOP_X']\n",
    "another mapping": "environ = {'SHOP_X': 1}\nenviron['SHOP_X']\n",
}


@pytest.mark.parametrize("code", NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_a_module_is_not_counted_for(code: str) -> None:
    assert judged({"shop/a.py": code, **TWO_MORE}) == []


def test_what_the_project_sets_for_another_process_is_no_configuration() -> None:
    files = {
        "shop/a.py": READ,
        **TWO_MORE,
        "shop/spawner.py": "def environment(user):\n    env = {}\n    env['SHOP_X'] = user\n    return env\n",
    }
    assert judged(files) == []


@pytest.mark.parametrize(
    "path", ["tests/a.py", "scripts/a.py", "docs/a.py", "shop/migrations/a.py"]
)
def test_other_roles_are_not_counted(path: str) -> None:
    assert judged({path: READ, **TWO_MORE}) == []


@pytest.mark.parametrize("kind", [Kind.LIBRARY, Kind.CLI])
def test_libraries_and_commands_are_not_judged(kind: Kind) -> None:
    assert judged({"shop/a.py": READ, **TWO_MORE}, kinds=frozenset({kind})) == []


def test_all_reads_of_a_module_are_one_finding() -> None:
    code = (
        "import os\nfrom os import getenv as read\n\nread('SHOP_A')\nos.environ['SHOP_B']\nos.environ.get('HOME')\n"
        "'SHOP_C' in os.environ\nread('SHOP_D')\n"
    )
    first, *_ = judged({"shop/a.py": code, **TWO_MORE})
    assert first.place.location.line == 4
    assert [(step.line, step.text) for step in first.trace] == [
        (4, "reads `SHOP_A`"),
        (5, "reads `SHOP_B`"),
        (7, "reads `SHOP_C`"),
        (8, "reads `SHOP_D`"),
    ]
    assert first.message == (
        "reads `SHOP_A`, `SHOP_B` and 2 more variables from the environment, as 2 more modules do"
    )


def test_the_message_names_the_configuration_module_that_reads_most() -> None:
    settings = "import os\n\nA, B, C = os.environ['A'], os.environ['B'], os.environ['C']\n"
    found = judged({"shop/a.py": READ, **TWO_MORE, "shop/settings.py": settings})
    assert found[0].message.endswith("; `shop/settings.py` reads 3 variables")


def test_drift_from_a_settings_class_is_worse() -> None:
    settings = "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings): ...\n"
    plain = judged({"shop/a.py": READ, **TWO_MORE})
    drift = judged({"shop/a.py": READ, **TWO_MORE, "shop/settings.py": settings})
    assert {outcome.severity for outcome in plain} == {None}
    assert {outcome.severity for outcome in drift} == {Severity.WARNING}
    assert drift[0].message.endswith("; the settings are in `shop/settings.py`")
    assert ScatteredEnvAccess.severity is Severity.INFO


def test_a_file_that_nothing_can_import_is_a_program_of_its_own() -> None:
    assert reported({"plugins-v2/start.py": READ, **TWO_MORE}) == []
