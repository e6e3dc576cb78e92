from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.rule import Example
from archcheck.rules.security.permissive_cors import PermissiveCors
from archcheck.testing import outcomes

STARLETTE = "from fastapi.middleware.cors import CORSMiddleware\n"
FLASK = "from flask_cors import CORS, cross_origin\n"


def verdicts(source: str, path: str = "src/app/main.py") -> list[str]:
    example = Example("case", dedent(source), path=path)
    return [
        "advice" if outcome.advice else outcome.verdict.value
        for outcome in outcomes(PermissiveCors, example)
    ]


@pytest.mark.parametrize(
    "source",
    [
        f'{STARLETTE}app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)',
        f'{STARLETTE}app = CORSMiddleware(app, allow_origins="*", allow_credentials=True)',
        f'{STARLETTE}app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True)',
        f'{STARLETTE}o = ["*"]\np = o\napp.add_middleware(CORSMiddleware, allow_origins=p, allow_credentials=True)',
        "import starlette.middleware.cors as c\n"
        'app.add_middleware(c.CORSMiddleware, allow_origins=("*",), allow_credentials=True)',
        f"{FLASK}CORS(app, supports_credentials=True)",
        f'{FLASK}CORS(app, resources={{"/api/*": {{"origins": "*"}}}}, supports_credentials=True)',
        f'{FLASK}CORS(app, resources={{"/api/*": {{"origins": "*", "supports_credentials": True}}}})',
        f"{FLASK}@cross_origin(supports_credentials=True)\ndef f(): ...",
        "from litestar.config.cors import CORSConfig\nCORSConfig(allow_credentials=True)",
        'import falcon\nfalcon.CORSMiddleware(allow_origins="*", allow_credentials="*")',
        "import aiohttp_cors as c\n"
        'c.setup(app, defaults={"*": c.ResourceOptions(allow_credentials=True)})',
        "CORS_ORIGIN_ALLOW_ALL = True\nCORS_ALLOW_CREDENTIALS = True",
        'CORS_ALLOWED_ORIGIN_REGEXES = [r"^.*$"]\nCORS_ALLOW_CREDENTIALS = True',
    ],
)
def test_everybody_with_credentials_is_wrong(source: str) -> None:
    assert verdicts(source) == ["violates"]


@pytest.mark.parametrize(
    "source",
    [
        f'{STARLETTE}app.add_middleware(CORSMiddleware, allow_origins=["*"])',
        f'{STARLETTE}app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)',
        f"{FLASK}CORS(app)",
        f'{FLASK}CORS(app, resources=r"/api/*")',
        "CORS_ALLOW_ALL_ORIGINS = True",
    ],
)
def test_everybody_without_credentials_is_advice(source: str) -> None:
    assert verdicts(source) == ["advice"]


@pytest.mark.parametrize(
    "source",
    [
        f'{STARLETTE}app.add_middleware(CORSMiddleware, allow_origins=["https://a.org"], allow_credentials=True)',
        f"{STARLETTE}app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_credentials=True)",
        f'{STARLETTE}if settings.debug:\n    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)',
        f"{STARLETTE}origins = []\norigins = origins\napp.add_middleware(CORSMiddleware, allow_origins=origins)",
        f'{FLASK}CORS(app, origins=["https://a.org"], supports_credentials=True)',
        'CORS_ALLOWED_ORIGINS = ["https://a.org"]\nCORS_ALLOW_CREDENTIALS = True',
        'import os\nCORS_ALLOW_ALL_ORIGINS = os.getenv("ALL") == "1"\nCORS_ALLOW_CREDENTIALS = True',
    ],
)
def test_listed_origins_comply(source: str) -> None:
    assert verdicts(source) == ["complies"]


@pytest.mark.parametrize(
    "source",
    [
        f"{STARLETTE}app.add_middleware(CORSMiddleware, **options)",
        f'{STARLETTE}app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=given)',
        'class CORSMiddleware: ...\napp.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)',
        "def f():\n    CORS_ALLOW_ALL_ORIGINS = True",
    ],
)
def test_what_nobody_can_see_is_no_opportunity(source: str) -> None:
    assert verdicts(source) == []
