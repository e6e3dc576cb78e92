"""ARC0606: which programs hold no typed settings object?"""

from __future__ import annotations

import pytest

from archcheck.model import Kind, Outcome
from archcheck.rule import Example
from archcheck.rules.configuration.untyped_settings import UntypedSettings
from archcheck.testing import outcomes

READS = "import os\n\n" + "".join(f"{name} = os.getenv('SHOP_{name}')\n" for name in "ABCDE")


def judged(settings: str = "", reads: str = READS, kind: Kind = Kind.SERVICE) -> list[Outcome]:
    """What the rule says of a project that reads variables, beside a module with ``settings``."""
    files = {"src/shop/settings.py": settings}
    example = Example("A case.", reads, "src/shop/main.py", files, frozenset({kind}))
    return outcomes(UntypedSettings, example)


def verdicts(settings: str = "", reads: str = READS) -> list[str]:
    return [each.verdict.value for each in judged(settings, reads)]


def test_raw_strings_are_one_finding_with_their_modules() -> None:
    (found,) = judged("import os\nREGION = os.environ['SHOP_REGION']\n")
    assert found.message.startswith("6 environment variables")
    assert found.place.location.path == "src/shop/main.py"
    assert [(step.path, step.text) for step in found.trace] == [
        ("src/shop/main.py", "reads `SHOP_A`, `SHOP_B`, `SHOP_C` and 2 more"),
        ("src/shop/settings.py", "reads `SHOP_REGION`"),
    ]


@pytest.mark.parametrize(
    "settings",
    [
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: int = 1\n",
        "from pydantic import BaseSettings\nclass S(BaseSettings):\n    a: int = 1\n",
        "from environs import Env\nenv = Env()\n",
        "import environ\nenv = environ.Env()\n",
        "from decouple import config\nA = config('A', cast=int)\n",
        "from dynaconf import Dynaconf\nsettings = Dynaconf()\n",
        "from starlette.config import Config\nconfig = Config()\n",
        "from tornado.options import define\ndefine('rows', type=int)\n",
        "from oslo_config import cfg\nOPTS = [cfg.IntOpt('rows')]\n",
        "class Limits:\n    @classmethod\n    def from_env(cls): ...\n",
        "from flask import Flask\napp = Flask(__name__)\napp.config.from_prefixed_env()\n",
        "def configure(app):\n    app.config.from_prefixed_env()\n",
        "import os\nfrom dataclasses import dataclass\n@dataclass\nclass Settings:\n    a: str = os.getenv('A', '')\n",
    ],
)
def test_a_typed_settings_object_complies(settings: str) -> None:
    assert verdicts(settings) == ["complies"]


@pytest.mark.parametrize(
    "settings",
    [
        "class Settings:\n    a = 1\n",
        "from dataclasses import dataclass\n@dataclass\nclass Settings:\n    a: str = ''\n",
        "import os\nfrom dataclasses import dataclass\n@dataclass\nclass Point:\n    a: str = os.getenv('A', '')\n",
    ],
)
def test_what_only_looks_like_one_violates(settings: str) -> None:
    assert verdicts(settings) == ["violates"]


def test_few_variables_need_no_object() -> None:
    assert verdicts(reads=READS.replace("SHOP_E", "SHOP_D")) == []


def test_variables_of_the_process_do_not_count() -> None:
    assert verdicts(reads=READS.replace("SHOP_E", "HOME")) == []


def test_a_django_project_has_its_settings_module() -> None:
    assert verdicts("ROOT_URLCONF = 'shop.urls'\n") == []


@pytest.mark.parametrize("kind", [Kind.LIBRARY, Kind.CLI])
def test_libraries_and_commands_are_left_alone(kind: Kind) -> None:
    assert judged(kind=kind) == []
