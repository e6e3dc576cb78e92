"""ARC0602: which addresses of backing services are in use, and which are defaults or talk?"""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.configuration.hardcoded_service_url import HardcodedServiceUrl
from archcheck.testing import outcomes

URL = "'postgresql://shop:secret@db.internal/shop'"
HEAD = "import logging\nimport os\nimport re\nfrom sqlalchemy import create_engine\nlogger = logging.getLogger(__name__)\n\n\n"


def verdicts(code: str, path: str = "src/app/service.py") -> list[str]:
    found = outcomes(HardcodedServiceUrl, Example("A case.", HEAD + code, path=path))
    assert not any("secret" in str(outcome) for outcome in found)
    return [outcome.verdict.value for outcome in found]


@pytest.mark.parametrize(
    "code",
    [
        f"engine = create_engine({URL})",
        f"DATABASE_URL = {URL}",
        f"DATABASE_URL: str = {URL}",
        f"DATABASES = {{'main': {URL}}}",
        f"CACHES = [{URL}]",
        f"def connect():\n    return create_engine(url={URL})",
        f"def connect():\n    return {URL}",
        f"create_engine({URL})",
        "BROKER = 'redis://10.0.0.5:6379/0'",
        "BROKER = 'amqp://queue//'",
        "STORE = 'mongodb+srv://cluster.internal/shop'",
        "DIRECTORY = 'ldaps://directory.internal'",
        "ENGINE = 'mysql+pymysql://db.internal/shop'",
        f"class Store:\n    url = {URL}",
    ],
)
def test_an_address_in_use_violates(code: str) -> None:
    assert verdicts(code) == ["violates"]


@pytest.mark.parametrize(
    "code",
    [
        f"def connect(url={URL}): ...",
        f"connect = lambda url={URL}: url",
        f"url = load() or {URL}",
        f"url = load() if ready else {URL}",
        f"url = load()\nif not url:\n    url = {URL}",
        f"try:\n    url = load()\nexcept OSError:\n    url = {URL}",
        f"def find(x):\n    if x:\n        return x\n    return {URL}",
        f"DEFAULT_URL = {URL}",
        f"class Settings(Base):\n    cache = {URL}",
        f"class ProductionConfig:\n    CACHE = {URL}",
        f"class Store:\n    cache: str = {URL}",
        f"class ServerConfigObject:\n    def __init__(self):\n        self.broker = {URL}",
        f"parser.add_argument('--db', default={URL})",
        f"register(example={URL})",
        f"schema = {{'default': {URL}}}",
        f"known = {{{URL}: 1}}",
        f"assert url == {URL}",
        f"url.startswith({URL})",
        f"re.compile({URL})",
        f"logger.info({URL})",
        f"raise ValueError({URL})",
        f"parts = {URL}.split('/')",
        URL,
        "url = 'postgresql://'",
        "url = 'redis://{host}:6379'",
        "url = 'redis://<host>/0'",
        "url = 'postgresql://user:password@host/db'",
        "url = 'redis://%s/0' % host",
        "url = f'redis://{host}/0'",
        "url = 'https://api.example.org/v1'",
        "url = 'sqlite:///shop.db'",
        "text = 'see postgresql://db.internal/shop for details'",
    ],
)
def test_defaults_and_talk_are_no_opportunity(code: str) -> None:
    assert verdicts(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "url = os.environ['DATABASE_URL']",
        "url = os.environ.get('BROKER_DSN')",
        f"url = os.getenv('DATABASE_URL', {URL})",
        f"class Settings(Base):\n    database_url: str = {URL}",
    ],
)
def test_an_address_from_the_configuration_complies(code: str) -> None:
    assert verdicts(code) == ["complies"]


@pytest.mark.parametrize(
    "path", ["tests/test_store.py", "scripts/load.py", "src/app/settings_example.py"]
)
def test_other_files_are_left_alone(path: str) -> None:
    assert verdicts(f"DATABASE_URL = {URL}", path) == []
