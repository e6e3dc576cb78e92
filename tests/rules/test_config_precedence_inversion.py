"""ARC0605: where does a file or the source win over the environment?"""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.configuration.config_precedence_inversion import ConfigPrecedenceInversion
from archcheck.testing import outcomes

HEAD = "import os\nimport dotenv\nimport environ\nfrom dotenv import load_dotenv\nfrom environs import Env\n\n\n"


def verdicts(code: str, path: str = "src/app/settings.py") -> list[str]:
    found = outcomes(ConfigPrecedenceInversion, Example("A case.", HEAD + code, path=path))
    return [outcome.verdict.value for outcome in found]


def sources(result: str) -> str:
    """A settings class that asks its sources in the order of ``result``."""
    return (
        "class Settings(BaseSettings):\n    @classmethod\n    def settings_customise_sources(\n"
        "        cls, settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings\n"
        f"    ):\n        return {result}\n"
    )


@pytest.mark.parametrize(
    "code",
    [
        "load_dotenv(override=True)",
        "dotenv.load_dotenv('.env', override=True)",
        "load = load_dotenv\nload(override=True)",
        "def start():\n    load_dotenv(override=True)",
        "environ.Env.read_env('.env', overwrite=True)",
        "env = environ.Env()\nenv.read_env(overwrite=True)",
        "env = Env()\nenv.read_env(override=True)",
        "os.environ['SHOP_REGION'] = 'north'",
        "class Settings:\n    os.environ['SHOP_REGION'] = 'north'",
        "Settings(_env_file='.env', **load())",
        sources("dotenv_settings, env_settings"),
        sources("init_settings, TomlConfigSettingsSource(settings_cls), env_settings"),
        sources("YamlConfigSettingsSource(settings_cls), env_settings, init_settings"),
    ],
)
def test_what_overrides_the_environment_violates(code: str) -> None:
    assert verdicts(code) == ["violates"]


@pytest.mark.parametrize(
    "code",
    [
        "load_dotenv()",
        "load_dotenv('.env', override=False)",
        "env = Env()\nenv.read_env()",
        "os.environ.setdefault('SHOP_REGION', 'north')",
        "Settings(_env_file='.env')",
        sources("init_settings, env_settings, dotenv_settings"),
        sources("env_settings, init_settings"),
        sources("env_settings, TomlConfigSettingsSource(settings_cls)"),
    ],
)
def test_what_lets_the_environment_win_complies(code: str) -> None:
    assert verdicts(code) == ["complies"]


@pytest.mark.parametrize(
    "code",
    [
        "def start(path):\n    load_dotenv(path, override=True)",
        "def start(force):\n    load_dotenv(override=force)",
        "load_dotenv(**options)",
        "def start(options):\n    if options.env_file:\n        load_dotenv(override=True)",
        "def load_dotenv(override): ...\nload_dotenv(override=True)",
        "os.environ['OMP_NUM_THREADS'] = '1'",
        "os.environ['TOKENIZERS_PARALLELISM'] = 'false'",
        "os.environ['TZ'] = 'UTC'",
        "os.environ['RWKV_JIT_ON'] = '1'\nfrom rwkv import model",
        "os.environ['SHOP_REGION'] = region()",
        "def start():\n    os.environ['SHOP_REGION'] = 'north'",
        "if 'SHOP_REGION' not in os.environ:\n    os.environ['SHOP_REGION'] = 'north'",
        "environment = {}\nenvironment['SHOP_REGION'] = 'north'",
        sources("file_settings(), dotenv_settings"),
        sources("[*other()]"),
    ],
)
def test_what_somebody_chose_and_what_is_unknown_is_no_opportunity(code: str) -> None:
    assert verdicts(code) == []


@pytest.mark.parametrize("path", ["tests/conftest.py", "scripts/load.py"])
def test_other_files_are_left_alone(path: str) -> None:
    assert verdicts("load_dotenv(override=True)", path) == []
