"""Which environment variables a module cannot do without."""

from __future__ import annotations

import pytest
from modules import module_of

from archcheck.analysis.topics.environment.required_variables import required_variables

SETTINGS = "from pydantic import AliasChoices, Field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n"


def required(source: str) -> list[tuple[str, ...]]:
    return [variable.names for variable in required_variables(module_of(source))]


REQUIRED = {
    "subscript": ("import os\nos.environ['X']", ("X",)),
    "through a constant": ("import os\nNAME = 'X'\nos.environ[NAME]", ("X",)),
    "unrelated handler": ("import os\ntry:\n    os.environ['X']\nexcept OSError:\n    pass", ("X",)),
    "field": (f"{SETTINGS}class S(BaseSettings):\n    x: str", ("X",)),
    "field of dots": (f"{SETTINGS}class S(BaseSettings):\n    x: str = ...", ("X",)),
    "field with limits": (f"{SETTINGS}class S(BaseSettings):\n    x: str = Field(..., min_length=1)", ("X",)),
    "alias": (f"{SETTINGS}class S(BaseSettings):\n    x: str = Field(alias='a_b')", ("A_B",)),
    "choices": (
        f"{SETTINGS}class S(BaseSettings):\n    x: str = Field(validation_alias=AliasChoices('A', 'B'))",
        ("A", "B"),
    ),
    "prefix": (
        f"{SETTINGS}class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='p_')\n    x: str",
        ("P_X",),
    ),
    "prefix in a dict": (
        f"{SETTINGS}class S(BaseSettings):\n    model_config = {{'env_prefix': 'p_'}}\n    x: str",
        ("P_X",),
    ),
    "prefix of pydantic 1": (
        "from pydantic import BaseSettings\nclass S(BaseSettings):\n    x: str\n"
        "    class Config:\n        env_prefix = 'p_'",
        ("P_X",),
    ),
    "prefix as a class argument": (f"{SETTINGS}class S(BaseSettings, env_prefix='p_'):\n    x: str", ("P_X",)),
    "optional in pydantic 2": (f"{SETTINGS}class S(BaseSettings):\n    x: str | None", ("X",)),
}  # fmt: skip


@pytest.mark.parametrize(("source", "names"), REQUIRED.values(), ids=REQUIRED)
def test_required(source: str, names: tuple[str, ...]) -> None:
    assert required(source) == [names]


NOT_REQUIRED = {
    "with a default": "import os\nos.environ.get('X')",
    "write": "import os\nos.environ['X'] = 'y'",
    "handled": "import os\ntry:\n    os.environ['X']\nexcept KeyError:\n    pass",
    "asked for first": "import os\nif 'X' in os.environ:\n    os.environ['X']",
    "chosen by a setting": "import os\ndef f(settings):\n    if settings.x:\n        os.environ['X']",
    "as a script": "import os\nif __name__ == '__main__':\n    os.environ['X']",
    "computed": "import os\nfor name in NAMES:\n    os.environ[name]",
    "field with a default": f"{SETTINGS}class S(BaseSettings):\n    x: str = 'y'",
    "field with a factory": f"{SETTINGS}class S(BaseSettings):\n    x: str = Field(default_factory=str)",
    "field with a positional default": f"{SETTINGS}class S(BaseSettings):\n    x: str = Field('y')",
    "private": f"{SETTINGS}class S(BaseSettings):\n    _x: str",
    "class variable": f"{SETTINGS}from typing import ClassVar\nclass S(BaseSettings):\n    x: ClassVar[str]",
    "computed alias": f"{SETTINGS}class S(BaseSettings):\n    x: str = Field(alias=NAME)",
    "computed prefix": f"{SETTINGS}class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=P)\n    x: str",
    "hidden options": f"{SETTINGS}class S(BaseSettings):\n    model_config = SettingsConfigDict(**P)\n    x: str",
    "a file as source": f"{SETTINGS}class S(BaseSettings):\n"
    "    model_config = SettingsConfigDict(secrets_dir='/run')\n    x: str",
    "sources of its own": f"{SETTINGS}class S(BaseSettings):\n    x: str\n"
    "    @classmethod\n    def settings_customise_sources(cls): ...",
    "optional in pydantic 1": "from pydantic import BaseSettings\nclass S(BaseSettings):\n    x: str | None",
    "a model": "from pydantic import BaseModel\nclass S(BaseModel):\n    x: str",
}  # fmt: skip


@pytest.mark.parametrize("source", NOT_REQUIRED.values(), ids=NOT_REQUIRED)
def test_not_required(source: str) -> None:
    assert required(source) == []
